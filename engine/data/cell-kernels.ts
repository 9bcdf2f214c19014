import type { Kernels } from '../memory/kernels.ts';

/** Kernels that move cells, by the cells' width: what a cell means does not matter to them. */
export interface CellKernels {
  readonly gather: (count: number, source: number, stride: number, selection: number, target: number) => void;
  readonly scatter: (
    count: number,
    source: number,
    stride: number,
    selection: number,
    target: number,
  ) => void;
  /** Spreads the cell at `cell` over `rows` cells. */
  readonly fill: (rows: number, cell: number, target: number) => void;
}

export function cellKernels(kernels: Kernels, width: number): CellKernels {
  switch (width) {
    case 1:
      return { gather: kernels.gather8, scatter: kernels.scatter8, fill: kernels.fill8 };
    case 2:
      return { gather: kernels.gather16, scatter: kernels.scatter16, fill: kernels.fill16 };
    case 4:
      return { gather: kernels.gather32, scatter: kernels.scatter32, fill: kernels.fill32 };
    case 8:
      return { gather: kernels.gather64, scatter: kernels.scatter64, fill: kernels.fill64 };
    case 16:
      return { gather: kernels.gather128, scatter: kernels.scatter128, fill: kernels.fill128 };
    default:
      throw new RangeError(`no cells of ${width} bytes`);
  }
}

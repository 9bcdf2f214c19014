import { cellKernels } from '../../data/cell-kernels.ts';
import { ColumnBuffer } from '../../data/column-buffer.ts';
import { Column, isView, physicalWidth } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { STEP, type Part } from './accumulator.ts';

/** Cells of results with a validity of their own: what before and after each row holds, STEP apart. */
export class ResultCells {
  readonly type: LogicalType;
  readonly width: number;
  readonly values: number;
  readonly validity: number;
  readonly #kernels: Kernels;
  readonly #slots: SlotAllocator;
  readonly #selected: ColumnBuffer;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType) {
    this.#kernels = wasm.kernels;
    this.#slots = SlotAllocator.of(pool);
    this.type = type;
    this.width = physicalWidth(type);
    this.values = this.#slots.allocate(MAX_BATCH_ROWS * this.width);
    this.validity = this.#slots.allocate(MAX_BATCH_ROWS);
    this.#selected = new ColumnBuffer(pool, type);
  }

  valuesOf(part: Part): number {
    return part === 'before' ? this.values : this.values + STEP * this.width;
  }

  validityOf(part: Part): number {
    return part === 'before' ? this.validity : this.validity + STEP;
  }

  column(part: Part, children?: readonly Column[]): Column {
    return new Column(this.type, this.valuesOf(part), this.validityOf(part), undefined, children);
  }

  select(count: number, cells: number, children?: readonly Column[]): Column {
    const { values, validity } = this.#selected;
    cellKernels(this.#kernels, this.width).gather(count, this.values, this.width, cells, values);
    this.#kernels.gather8(count, this.validity, 1, cells, validity);
    return new Column(this.type, values, validity, undefined, children);
  }

  /** Not for collections, whose cells say little. */
  markChanged(rows: number, changed: number): void {
    markKernel(this.#kernels, this.type, this.width)(
      rows,
      this.valuesOf('before'),
      this.valuesOf('after'),
      this.validityOf('before'),
      this.validityOf('after'),
      changed,
    );
  }

  release(): void {
    this.#slots.release(this.values, MAX_BATCH_ROWS * this.width);
    this.#slots.release(this.validity, MAX_BATCH_ROWS);
    this.#selected.release();
  }
}

/** The kernel that finds cells of a type which differ. */
export function markKernel(kernels: Kernels, type: LogicalType, width: number): Kernels['markChanged8'] {
  if (isView(type)) return kernels.markChangedView;
  const byWidth: Readonly<Record<number, Kernels['markChanged8']>> = {
    1: kernels.markChanged8,
    2: kernels.markChanged16,
    4: kernels.markChanged32,
    8: kernels.markChanged64,
    16: kernels.markChanged128,
  };
  return byWidth[width]!; // all widths
}

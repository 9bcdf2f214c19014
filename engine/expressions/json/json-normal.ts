import type { ByteHeap } from '../../data/byte-heap.ts';
import type { Column } from '../../data/column.ts';
import type { Kernels } from '../../memory/kernels.ts';

/** Where a batch's documents are, and where their normal forms go. */
export interface NormalForms {
  readonly rows: number;
  readonly documents: Pick<Column, 'values' | 'stride'>;
  /** Whether numbers are printed as those of a VARIANT are, or as they are written. */
  readonly ofVariants: boolean;
  /** A view a row. */
  readonly out: number;
  /** A byte a row: 0 where a document is not plain, and has to be parsed. */
  readonly decided: number;
}

/** Writes documents in the form that `jsonText` gives them, without decoding any (`wasm/assembly/json-normal.ts`). */
export function writeNormalForms(
  kernels: Kernels,
  heap: ByteHeap,
  { rows, documents: { values, stride }, ofVariants, out, decided }: NormalForms,
): void {
  const total = kernels.totalLength(rows, values, stride) >>> 0;
  const scratch = Math.ceil(heap.reserve(5 * total + 80) / 16) * 16;
  const start = heap.reserve(total);
  const end = kernels.jsonNormalForms(rows, values, stride, ofVariants ? 1 : 0, scratch, start, out, decided);
  heap.truncate(end >>> 0);
}

import { isView, physicalWidth, type Column } from '../../data/column.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { Accumulator, type AccumulateStep, type MergeStep, type Part } from './accumulator.ts';
import type { AggregateTable } from './aggregate-table.ts';
import { isNested, PackedValues } from './packed-values.ts';
import type { RowWeights } from './row-weights.ts';

export interface EdgeSpec {
  readonly argument: number;
  readonly type: LogicalType;
  readonly isLast: boolean;
  /** Of SINGLE_VALUE: counts rows, and fails where there is more than one. */
  readonly rows?: Accumulator;
}

/** FIRST_VALUE and LAST_VALUE of an input that only adds, and SINGLE_VALUE: the value alone. NULLs are passed over. */
export class EdgeAccumulator extends Accumulator {
  readonly bytes: number;
  override readonly needsTexts: boolean;
  /** Of rows and collections, which are kept as bytes. */
  readonly packed: PackedValues | undefined;
  readonly #spec: EdgeSpec;
  readonly #weights: RowWeights;
  readonly #counts: Accumulator;

  /** @param counts of the same argument, done before this one */
  constructor(wasm: Wasm, pool: MemorySegmentPool, spec: EdgeSpec, weights: RowWeights, counts: Accumulator) {
    super(wasm, pool, isNested(spec.type) ? 8 : physicalWidth(spec.type));
    this.packed = isNested(spec.type) ? new PackedValues(wasm, pool, spec.type) : undefined;
    this.bytes = Math.max(8, this.width);
    this.needsTexts = this.packed !== undefined || isView(spec.type);
    this.#spec = spec;
    this.#weights = weights;
    this.#counts = counts;
  }

  accumulate({ rows, columns, slots, storage, wantsBefore, wantsAfter }: AccumulateStep): void {
    const column = columns[this.#spec.argument] as Column; // planned with this column
    const { validity } = column;
    const { values, stride } = this.packed ? { values: this.packed.pack(rows, column), stride: 8 } : column;
    const { kernels, offset } = this;
    const counts = this.#counts.values;
    const weights = this.#weights.current;
    const before = wantsBefore ? this.at('before') : 0;
    const after = wantsAfter ? this.at('after') : 0;
    const isLast = this.#spec.isLast ? 1 : 0;
    if (this.needsTexts) {
      const texts = storage.texts!; // there is one where a text is kept
      texts.reserve(kernels.textBytes(rows, values, stride, validity) >>> 0);
      kernels.aggEdgeText(
        rows, slots, offset, weights, counts, values, stride, before, after, texts.control, isLast,
      ); // prettier-ignore
    } else this.#kernel()(rows, slots, offset, weights, counts, values, stride, before, after, isLast);
    this.#checkSingle(rows, slots);
  }

  merge({ rows, from, to, source, target }: MergeStep): void {
    const { kernels, offset } = this;
    const counts = this.#counts.offset;
    const isLast = this.#spec.isLast ? 1 : 0;
    if (!this.needsTexts) return kernels.aggMergeEdge(rows, from, to, offset, counts, this.bytes / 8, isLast);
    target.texts!.reserve(kernels.textBytesOf(rows, from, offset) >>> 0); // as above
    const [fromHeap, toHeap] = [source.texts!.control, target.texts!.control];
    kernels.aggMergeEdgeText(rows, from, to, offset, counts, fromHeap, toHeap, isLast);
  }

  read(rows: number, slots: number, part: Part, storage: AggregateTable): void {
    const { kernels, offset, width } = this;
    const out = this.at(part);
    if (this.needsTexts)
      kernels.aggReadText(rows, slots, offset, storage.texts!.control, out); // as above
    else {
      const unpack = {
        1: kernels.unpackKey8,
        2: kernels.unpackKey16,
        4: kernels.unpackKey32,
        8: kernels.unpackKey64,
        16: kernels.unpackKey128,
      }[width]!; // all widths
      unpack(rows, slots, offset, 0, out, 0);
    }
  }

  override adopt(
    rows: number,
    from: number,
    to: number,
    source: AggregateTable,
    target: AggregateTable,
  ): void {
    if (!this.needsTexts) return;
    target.texts!.reserve(this.kernels.textBytesOf(rows, from, this.offset) >>> 0); // as above
    this.kernels.aggCopyText(rows, from, to, this.offset, source.texts!.control, target.texts!.control);
  }

  override clear(rows: number, slots: number, storage: AggregateTable): void {
    if (this.needsTexts) this.kernels.aggClearText(rows, slots, this.offset, storage.texts!.control); // as above
  }

  override release(): void {
    super.release();
    this.packed?.release();
  }

  #kernel() {
    const { kernels } = this;
    return {
      1: kernels.aggEdge8,
      2: kernels.aggEdge16,
      4: kernels.aggEdge32,
      8: kernels.aggEdge64,
      16: kernels.aggEdge128,
    }[this.width]!; // all widths
  }

  #checkSingle(rows: number, slots: number): void {
    const counts = this.#spec.rows;
    if (!counts) return;
    // As it is behind the batch, and as it was before each of its rows.
    const before = this.kernels.anyAboveOne(rows, counts.values);
    const isMany = before !== 0 || this.kernels.anyEntryAboveOne(rows, slots, counts.offset) !== 0;
    if (isMany) throw new RuntimeFailure('SingleValueAggFunction received more than one element.');
  }
}

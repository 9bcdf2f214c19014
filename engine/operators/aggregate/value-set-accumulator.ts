import { physicalWidth, type Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { Accumulator, STEP, type AccumulateStep, type MergeStep, type Part } from './accumulator.ts';
import type { AggregateTable } from './aggregate-table.ts';
import { mergeSets } from './distinct-weights.ts';
import type { ExtremeSpec } from './extreme-accumulator.ts';
import type { RowWeights } from './row-weights.ts';
import { ValueKeys } from './value-keys.ts';

const KEY = 16;

/** MIN or MAX of an input that takes rows back (S-37): all values with their counts, and the extreme one of them. */
export class ValueSetAccumulator extends Accumulator {
  readonly bytes = 8 + KEY;
  override readonly needsTexts: boolean;
  override readonly needsSets: boolean;
  override readonly needsTextSets: boolean;
  readonly #spec: ExtremeSpec;
  readonly #weights: RowWeights;
  readonly #keys: ValueKeys;
  readonly #pool: MemorySegmentPool;
  /** Extreme values as keys, before and after. */
  readonly #results: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool, spec: ExtremeSpec, weights: RowWeights) {
    super(wasm, pool, physicalWidth(spec.type));
    this.#spec = spec;
    this.#weights = weights;
    this.#keys = new ValueKeys(wasm, pool, spec.type);
    this.needsTexts = this.needsTextSets = this.#keys.isText;
    this.needsSets = !this.#keys.isText;
    this.#pool = pool;
    this.#results = pool.allocate(MAX_BATCH_ROWS * KEY);
  }

  get isText(): boolean {
    return this.#keys.isText;
  }

  accumulate({ rows, columns, slots, life, storage, wantsBefore, wantsAfter }: AccumulateStep): void {
    const column = columns[this.#spec.argument] as Column;
    const sets = this.#sets(storage);
    this.#keys.write(rows, column);
    sets.reserve(rows);
    if (this.isText) {
      const bytes = this.kernels.textBytes(rows, column.values, column.stride, column.validity);
      storage.texts!.reserve(bytes >>> 0); // texts have a heap
    }
    this.kernels.setExtremes(
      rows,
      slots,
      this.offset,
      this.#weights.current,
      life,
      this.#keys.address,
      sets.control,
      this.#spec.isMax ? 1 : 0,
      wantsBefore ? this.#results : 0,
      wantsAfter ? this.#results + STEP * KEY : 0,
    );
    if (wantsBefore) this.#keys.values(rows, this.#results, this.at('before'));
    if (wantsAfter) this.#keys.values(rows, this.#results + STEP * KEY, this.at('after'));
  }

  merge({ rows, from, to, source, target }: MergeStep): void {
    mergeSets(this.kernels, rows, from, to, this.offset, this.isText, source, target, false);
    this.#keepExtremes(rows, to, target);
  }

  read(rows: number, slots: number, part: Part, storage: AggregateTable): void {
    this.kernels.setReadExtremes(rows, slots, this.offset, this.#sets(storage).control, this.#results);
    this.#keys.values(rows, this.#results, this.at(part));
  }

  override adopt(
    rows: number,
    from: number,
    to: number,
    source: AggregateTable,
    target: AggregateTable,
  ): void {
    mergeSets(this.kernels, rows, from, to, this.offset, this.isText, source, target, true);
    this.#keepExtremes(rows, to, target);
  }

  override clear(rows: number, slots: number, storage: AggregateTable): void {
    this.kernels.setRelease(rows, slots, this.offset, this.#sets(storage).control);
  }

  override release(): void {
    super.release();
    this.#keys.release();
    this.#pool.release(this.#results, MAX_BATCH_ROWS * KEY);
  }

  #keepExtremes(rows: number, slots: number, storage: AggregateTable): void {
    const isMax = this.#spec.isMax ? 1 : 0;
    this.kernels.setKeepExtremes(rows, slots, this.offset, this.#sets(storage).control, isMax);
  }

  #sets(storage: AggregateTable) {
    return this.isText ? storage.textSets! : storage.sets!; // planned with this set
  }
}

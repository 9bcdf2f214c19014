import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { ENTRY_COUNT } from '../../state/keyed-table.ts';
import { Accumulator, type AccumulateStep, type MergeStep, type Part } from './accumulator.ts';
import type { DistinctWeights } from './distinct-weights.ts';
import type { RowWeights } from './row-weights.ts';

/** How many values count: COUNT, and what says whether SUM, AVG, MIN and MAX are NULL. */
export class CountAccumulator extends Accumulator {
  readonly bytes: number = 8;
  readonly #weights: RowWeights;
  readonly #distinct: DistinctWeights | undefined;

  constructor(wasm: Wasm, pool: MemorySegmentPool, weights: RowWeights, distinct?: DistinctWeights) {
    super(wasm, pool, 8);
    this.#weights = weights;
    this.#distinct = distinct;
  }

  /** The counts before are always written: sums and extremes begin anew where they are 0. */
  accumulate({ rows, slots, life, wantsAfter }: AccumulateStep): void {
    const after = wantsAfter ? this.at('after') : 0;
    this.kernels.aggCount(rows, slots, this.offset, this.#weights.current, life, this.values, after);
  }

  merge({ rows, from, to, sign, target }: MergeStep): void {
    if (this.#distinct) {
      this.kernels.setRecount(rows, to, this.#distinct.offset, this.#distinct.nodes(target), this.offset);
    } else this.kernels.aggMergeI64(rows, from, to, this.offset, sign);
  }

  read(rows: number, slots: number, part: Part): void {
    this.kernels.unpackKey64(rows, slots, this.offset, 0, this.at(part), 0);
  }
}

/** The count of the entry itself: of rows, whatever they hold. It is what a key lives by, so its owner counts (`aggRows`). */
export class RowCount extends Accumulator {
  readonly bytes = 0;

  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    super(wasm, pool, 8);
  }

  accumulate(): void {
    // Done by aggRows, into the same array.
  }

  merge({ rows, from, to, sign }: MergeStep): void {
    this.kernels.aggMergeI64(rows, from, to, ENTRY_COUNT, sign);
  }

  read(rows: number, slots: number, part: Part): void {
    this.kernels.unpackKey64(rows, slots, ENTRY_COUNT, 0, this.at(part), 0);
  }
}

import type { Column } from '../../data/column.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { Accumulator, type AccumulateStep, type MergeStep, type Part } from './accumulator.ts';
import type { AggregateTable } from './aggregate-table.ts';
import { CellsResult } from './cells-result.ts';
import { DoubleColumn } from './double-column.ts';
import { DistinctReplay } from './distinct-replay.ts';
import type { DistinctWeights } from './distinct-weights.ts';
import type { ResultCells } from './result-cells.ts';
import type { RowWeights } from './row-weights.ts';

/** The sum of squared distances from the mean, which variances and deviations are computed from (`aggregate-variance.ts`). */
export class WelfordAccumulator extends Accumulator {
  readonly bytes = 24;
  readonly #argument: number;
  readonly #weights: RowWeights;
  readonly #replay: DistinctReplay | undefined;
  readonly #doubles: DoubleColumn;
  /** What is shown; released with the result. */
  readonly #cells: ResultCells;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    argument: number,
    type: LogicalType,
    cells: ResultCells,
    weights: RowWeights,
    distinct?: DistinctWeights,
  ) {
    super(wasm, pool, 8);
    this.#argument = argument;
    this.#weights = weights;
    this.#replay = distinct && new DistinctReplay(wasm, pool, type, distinct);
    this.#doubles = new DoubleColumn(wasm, pool, type);
    this.#cells = cells;
  }

  accumulate({ rows, columns, slots, life, wantsBefore, wantsAfter }: AccumulateStep): void {
    const { values, stride } = this.#doubles.convert(rows, columns[this.#argument] as Column);
    const cells = this.#cells;
    this.kernels.aggWelford(
      rows,
      slots,
      this.offset,
      this.#weights.current,
      life,
      values,
      stride,
      wantsBefore ? cells.valuesOf('before') : 0,
      cells.validityOf('before'),
      wantsAfter ? cells.valuesOf('after') : 0,
      cells.validityOf('after'),
    );
  }

  merge({ rows, from, to, target }: MergeStep): void {
    const { kernels, offset } = this;
    if (!this.#replay) return kernels.aggMergeWelford(rows, from, to, offset);
    kernels.aggReset(rows, to, offset, this.bytes);
    this.#replay.run(rows, to, target, (count, slots, column) => {
      const { values, stride } = this.#doubles.convert(count, column);
      kernels.aggWelford(count, slots, offset, 0, 0, values, stride, 0, 0, 0, 0);
    });
  }

  read(rows: number, slots: number, part: Part, _storage: AggregateTable): void {
    const cells = this.#cells;
    this.kernels.aggReadWelford(rows, slots, this.offset, cells.valuesOf(part), cells.validityOf(part));
  }

  override release(): void {
    super.release();
    this.#doubles.release();
    this.#replay?.release();
  }
}

/** The accumulator's cells as they are. */
export class WelfordResult extends CellsResult {
  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    super(wasm, pool, { root: 'DOUBLE', nullable: true });
  }

  /** Where the accumulator writes. */
  get target(): ResultCells {
    return this.cells;
  }

  override evaluate(): void {
    // The accumulator has written them.
  }
}

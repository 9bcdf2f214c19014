import type { Column } from '../../data/column.ts';
import { ColumnSelector } from '../../data/batch-selector.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../../data/record-batch.ts';
import { OutOfMemoryError } from '../../memory/memory-segment-pool.ts';
import { MAX_WATERMARK } from '../../time/watermark.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { SortSpec } from '../operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from '../stream-operator.ts';
import { JoinedBatches } from './joined-batches.ts';
import { OrderableColumns } from './orderable-columns.ts';
import { quickOrder } from './quick-order.ts';
import { rowRanks } from './row-ranks.ts';
import { topRows } from './top-heap.ts';
import { RowBuffer } from './row-buffer.ts';
import { RowSorter } from './row-sorter.ts';

/** With a limit, rows that are out of reach are dropped once so many have come. */
const FIRST_CUT = 16 * MAX_BATCH_ROWS;
/** In more rows than these, equal ones stay as they came. */
const MOST_TIES = FIRST_CUT;

/**
 * ORDER BY in batch mode: keeps all rows of a bounded input and emits them in order once it has ended, those from `offset` on and `fetch`
 * of them at most. The last watermark comes behind them.
 */
export class Sort extends OneInputStreamOperator {
  readonly #spec: SortSpec;
  readonly #buffer: RowBuffer;
  readonly #sorter: RowSorter;
  readonly #selectors: readonly ColumnSelector[];
  readonly #reach: number;
  readonly #cutAt: number;
  #isCut = false;

  constructor(context: OperatorContext, spec: SortSpec) {
    super(context);
    const { wasm, pool } = context;
    this.#spec = spec;
    this.#buffer = new RowBuffer(wasm, pool, spec.rowType);
    this.#sorter = new RowSorter(wasm, pool, spec.keys);
    this.#selectors = spec.rowType.fields.map(({ type }) => new ColumnSelector(wasm, pool, type));
    this.#reach = spec.fetch === undefined ? Infinity : spec.offset + spec.fetch;
    this.#cutAt = Math.max(FIRST_CUT, 4 * this.#reach);
  }

  override processBatch(batch: RecordBatch): void {
    if (this.#passes(batch)) return this.output.emit(batch);
    this.#inMemory(() => {
      this.#buffer.append(batch);
      if (this.#buffer.rowCount >= this.#cutAt) this.#cut();
    });
  }

  override processWatermark(): void {}
  override processWatermarkStatus(): void {}

  override finish(): void {
    const { offset } = this.#spec;
    this.#inMemory(() => this.#sorted(offset, this.#reach, (batch) => this.output.emit(batch)));
    this.#buffer.clear();
    this.output.emitWatermark(MAX_WATERMARK);
  }

  override close(): void {
    this.#buffer.release();
    for (const selector of this.#selectors) selector.release();
  }

  /** Whether rows are no longer sorted, because they are many and nobody asked for it. */
  #passes(batch: RecordBatch): boolean {
    if (!this.#spec.isOptional) return false;
    if (!this.#isCut && this.#buffer.rowCount + batch.rowCount > MOST_TIES) {
      this.#isCut = true;
      for (const each of this.#buffer.batches) this.output.emit(each);
      this.#buffer.clear();
    }
    return this.#isCut;
  }

  /** Keeps the rows that can still be in the result. */
  #cut(): void {
    const { wasm, pool } = this.context;
    this.#isCut = true;
    const kept = new RowBuffer(wasm, pool, this.#spec.rowType);
    try {
      this.#sorted(0, this.#reach, (batch) => kept.append(batch));
      this.#buffer.clear();
      for (const batch of kept.batches) this.#buffer.append(batch);
    } finally {
      kept.release();
    }
  }

  /** Rows `from` to `to` of the order, a batch at a time. */
  #sorted(from: number, to: number, use: (batch: RecordBatch) => void): void {
    const { wasm, pool } = this.context;
    const { rowCount, batches } = this.#buffer;
    if (from >= Math.min(to, rowCount)) return;
    const all = new JoinedBatches(wasm, pool, batches);
    try {
      const permutation = pool.allocate(4 * rowCount);
      try {
        this.#order(all, rowCount, permutation);
        for (let at = from; at < Math.min(to, rowCount); at += MAX_BATCH_ROWS) {
          const count = Math.min(MAX_BATCH_ROWS, Math.min(to, rowCount) - at);
          const columns = this.#selectors.map((selector, i) =>
            selector.select(all.columns[i]!, permutation + 4 * at, count),
          ); // a column each
          use(new RecordBatch(count, columns));
        }
      } finally {
        pool.release(permutation, 4 * rowCount);
      }
    } finally {
      all.release();
    }
  }

  #order(all: JoinedBatches, rowCount: number, permutation: number): void {
    const { wasm, pool } = this.context;
    const orderable = new OrderableColumns(wasm, pool);
    try {
      const columns = [...all.columns];
      for (const { column } of this.#spec.keys) columns[column] = orderable.of(columns[column]!, rowCount); // a key is a column
      this.#sorter.sort(rowCount, columns, permutation);
      if (rowCount <= MOST_TIES && this.#spec.keys.length > 0 && !this.#isCut)
        this.#settleTies(columns, rowCount, permutation);
    } finally {
      orderable.release();
    }
  }

  /** Of rows that are equal by the order, Flink's choice stands first. */
  #settleTies(columns: readonly Column[], rowCount: number, permutation: number): void {
    const { wasm, pool } = this.context;
    const sorted = new Uint32Array(wasm.memory.buffer, permutation, rowCount).slice();
    const keys = this.#spec.keys.map(({ column }) => columns[column]!); // checked by the sorter
    const ranks = rowRanks(wasm, pool, keys, sorted);
    if (!ranks) return;
    const rows = this.#reach < Infinity ? topRows(ranks, this.#reach) : quickOrder(ranks);
    new Uint32Array(wasm.memory.buffer, permutation, rowCount).set(rows);
  }

  #inMemory(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof OutOfMemoryError)) throw error;
      throw new RuntimeFailure(
        `Sorting ${this.#buffer.rowCount} rows takes more memory than the task has, and spilling them to disk is not supported. ${error.message}`,
      );
    }
  }
}

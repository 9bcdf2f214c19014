import { BatchSelector, ColumnSelector } from '../../data/batch-selector.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import { MemoryViews } from '../../memory/memory-views.ts';
import type { TemporalSortSpec } from '../operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from '../stream-operator.ts';
import { BufferedRows } from './buffered-rows.ts';
import { JoinedBatches } from './joined-batches.ts';
import { RowSorter } from './row-sorter.ts';

const STATE = 'temporal-sort';

/**
 * ORDER BY an event time first, in a stream: rows wait until the watermark has passed them and leave in order. One that comes behind a row
 * that has left is dropped. One subtask; the rows that wait are its state.
 */
export class TemporalSort extends OneInputStreamOperator {
  readonly #spec: TemporalSortSpec;
  readonly #state: BufferedRows;
  readonly #sorter: RowSorter;
  readonly #selectors: readonly ColumnSelector[];
  readonly #punctual: BatchSelector;
  readonly #views: MemoryViews;
  readonly #selection: number;
  /** The latest time of a row that has left. */
  #reached = -Infinity;

  constructor(context: OperatorContext, spec: TemporalSortSpec) {
    super(context);
    const { wasm, pool } = context;
    this.#spec = spec;
    this.#state = new BufferedRows(STATE, wasm, pool, spec.rowType);
    this.#sorter = new RowSorter(wasm, pool, spec.keys);
    this.#selectors = spec.rowType.fields.map(({ type }) => new ColumnSelector(wasm, pool, type));
    this.#punctual = new BatchSelector(wasm, pool, spec.rowType);
    this.#views = new MemoryViews(wasm);
    this.#selection = SlotAllocator.of(pool).allocate(4 * MAX_BATCH_ROWS);
  }

  override open(): void {
    for (const restored of this.context.restoredPagedState(STATE)) {
      const reached = this.#state.restore(restored, (batch) => this.#state.rows.append(batch));
      if (typeof reached === 'number') this.#reached = Math.max(this.#reached, reached);
    }
    this.context.registerPagedState(this.#state);
    this.#note();
  }

  override processBatch(batch: RecordBatch): void {
    const rows = batch.rowCount;
    const { values, stride } = batch.column(this.#timeColumn);
    const { kernels } = this.context.wasm;
    const kept = kernels.sortPunctual(rows, values, stride, this.#reached, this.#selection);
    if (kept === rows) this.#state.rows.append(batch);
    else if (kept > 0) this.#state.rows.append(this.#punctual.select(batch, this.#selection, kept));
  }

  override processWatermark(timestamp: number): void {
    if (this.#state.rows.rowCount > 0) this.#release(timestamp);
    this.output.emitWatermark(timestamp);
  }

  override close(): void {
    this.#state.release();
    for (const selector of this.#selectors) selector.release();
    this.#punctual.release();
    SlotAllocator.of(this.context.pool).release(this.#selection, 4 * MAX_BATCH_ROWS);
  }

  get #timeColumn(): number {
    return this.#spec.keys[0]?.column ?? 0;
  }

  /** Emits the rows up to a time, and keeps the others. */
  #release(timestamp: number): void {
    const { wasm, pool } = this.context;
    const { rows: buffer } = this.#state;
    const rows = buffer.rowCount;
    const all = new JoinedBatches(wasm, pool, buffer.batches);
    const permutation = pool.allocate(4 * rows);
    try {
      this.#sorter.sort(rows, all.columns, permutation);
      const due = this.#countDue(all, permutation, rows, timestamp);
      if (due === 0) return;
      const pick = (from: number, to: number, use: (batch: RecordBatch) => void): void => {
        for (let at = from; at < to; at += MAX_BATCH_ROWS) {
          const count = Math.min(MAX_BATCH_ROWS, to - at);
          const columns = this.#selectors.map((selector, i) =>
            selector.select(all.columns[i]!, permutation + 4 * at, count),
          ); // a column each
          use(new RecordBatch(count, columns));
        }
      };
      const waiting = new BufferedRows(STATE, wasm, pool, this.#spec.rowType);
      try {
        pick(due, rows, (batch) => waiting.rows.append(batch));
        pick(0, due, (batch) => this.output.emit(batch));
        buffer.clear();
        for (const batch of waiting.rows.batches) buffer.append(batch);
      } finally {
        waiting.release();
      }
    } finally {
      pool.release(permutation, 4 * rows);
      all.release();
    }
    this.#note();
  }

  /** How many of the sorted rows are not behind the watermark: the time is their first key. */
  #countDue(all: JoinedBatches, permutation: number, rows: number, timestamp: number): number {
    const { values, stride } = all.columns[this.#timeColumn]!; // a rowtime is never NULL
    const { u32, data } = this.#views;
    const timeOf = (place: number): number =>
      Number(data.getBigInt64(values + (u32[(permutation >>> 2) + place] ?? 0) * stride, true));
    let low = 0;
    for (let high = rows; low < high;) {
      const middle = (low + high) >>> 1;
      if (timeOf(middle) <= timestamp) low = middle + 1;
      else high = middle;
    }
    if (low > 0) this.#reached = timeOf(low - 1);
    return low;
  }

  #note(): void {
    this.#state.extra = Number.isFinite(this.#reached) ? this.#reached : null;
  }
}

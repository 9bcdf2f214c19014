import type { Column } from './column.ts';

/** Rows in a batch at most: an 8-byte column then fills one 32 KiB segment. */
export const MAX_BATCH_ROWS = 4096;

/**
 * Up to 4096 rows in columns. Every row of every column counts: a filter makes a new batch.
 *
 * **A batch is lent.** It and everything it points to belong to whoever emits it and stay as they are until
 * `emit` returns; then the buffers may be overwritten. Who wants to keep rows copies them (state, network buffers).
 * That is what lets an operator use the same few pages for ever, hot in the cache, without reference counts.
 * A receiver may pass columns on (in its own `emit`) but never writes to them.
 */
export class RecordBatch {
  readonly rowCount: number;
  readonly columns: readonly Column[];
  /** Address of a RowKind byte a row, or 0 while all rows are `+I`. */
  readonly kinds: number;

  constructor(rowCount: number, columns: readonly Column[], kinds = 0) {
    this.rowCount = rowCount;
    this.columns = columns;
    this.kinds = kinds;
  }

  column(index: number): Column {
    const column = this.columns[index];
    if (!column) throw new RangeError(`no column ${index} in a batch of ${this.columns.length} columns`);
    return column;
  }

  /** Rows `from` (inclusive) to `to` (exclusive): no byte moves. */
  slice(from: number, to: number): RecordBatch {
    if (from === 0 && to === this.rowCount) return this;
    const kinds = this.kinds === 0 ? 0 : this.kinds + from;
    return new RecordBatch(
      to - from,
      this.columns.map((column) => column.slice(from)),
      kinds,
    );
  }
}

import { decodeRows } from '../data/row-decoder.ts';
import type { ChangelogRow, Value } from '../data/value.ts';
import type { CollectMessage } from '../operators/stream-operator.ts';
import { RowKind } from '../types/row-kind.ts';
import type { RowType } from '../types/logical-type.ts';

/** A row that stands in the result at the moment, and how often; between its neighbours by first arrival. */
interface Standing {
  readonly values: readonly Value[];
  /** Below zero while a row was taken out that has not come yet. */
  count: number;
  older: Standing | undefined;
  newer: Standing | undefined;
}

/**
 * The answer to a query as its client holds it: the changelog, and the table that the changelog makes.
 *
 * Rows are numbered from the start of the job. After a restart the sink begins again at the position of the checkpoint; what was
 * received beyond it is taken back first, so every row counts once however often the job fails. Of the
 * changelog the last `maxChanges` rows are kept, of the table the last `maxRows` different ones: as many as in Flink's SQL client
 * (`sql-client.execution.max-table-result.rows`), since a table without end outgrows any memory.
 */
export class QueryResult {
  readonly rowType: RowType;
  readonly #maxChanges: number;
  readonly #maxRows: number;
  readonly #changes: ChangelogRow[] = [];
  /** By the text of the values, in order of first arrival. */
  readonly #standing = new Map<string, Standing>();
  readonly #listeners = new Set<() => void>();
  #newest: Standing | undefined;
  #rowCount = 0;
  #firstKept = 0;
  #isComplete = false;

  constructor(rowType: RowType, maxChanges = 1_000_000, maxRows = 1_000_000) {
    this.rowType = rowType;
    this.#maxChanges = maxChanges;
    this.#maxRows = maxRows;
  }

  /** Rows received and not taken back, including those no longer kept. */
  get position(): number {
    return this.#firstKept + this.#changes.length;
  }

  /** The changelog's last rows, oldest first. */
  get changes(): readonly ChangelogRow[] {
    return this.#changes;
  }

  /** Position of `changes[0]`. */
  get firstKept(): number {
    return this.#firstKept;
  }

  /** The sink has sent its last row. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** The rows that stand and are kept, each as often as it does. */
  *rows(): IterableIterator<readonly Value[]> {
    for (const { values, count } of this.#standing.values()) for (let i = 0; i < count; i++) yield values;
  }

  /** The last of `rows()`, newest first, without a walk over all. */
  lastRows(limit: number): (readonly Value[])[] {
    const last: (readonly Value[])[] = [];
    for (let at = this.#newest; at && last.length < limit; at = at.older) {
      for (let i = 0; i < at.count && last.length < limit; i++) last.push(at.values);
    }
    return last;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Calls back after every message; returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  accept(message: CollectMessage): void {
    if (message.position > this.position) this.#skipTo(message.position);
    this.#takeBackTo(message.position);
    for (const row of decodeRows(message.bytes, this.rowType)) {
      this.#changes.push(row);
      this.#apply(row, 1);
    }
    this.#isComplete = message.isLast;
    const surplus = this.#changes.length - this.#maxChanges;
    if (surplus > 0) {
      this.#changes.splice(0, surplus);
      this.#firstKept += surplus;
    }
    for (const listener of this.#listeners) listener();
  }

  /** The sink no longer has the rows before (its history is bounded): go on from there. */
  #skipTo(position: number): void {
    this.#changes.length = 0;
    this.#firstKept = position;
  }

  #takeBackTo(position: number): void {
    while (this.position > position && this.#changes.length > 0) this.#apply(this.#changes.pop()!, -1);
    if (this.position > position) this.#firstKept = position;
  }

  #apply({ kind, values }: ChangelogRow, direction: 1 | -1): void {
    const key = keyOf(values);
    const isAdded = kind === RowKind.INSERT || kind === RowKind.UPDATE_AFTER;
    const change = isAdded ? direction : -direction;
    const standing = this.#standing.get(key) ?? this.#stand(key, values);
    this.#rowCount -= Math.max(0, standing.count);
    standing.count += change;
    this.#rowCount += Math.max(0, standing.count);
    if (standing.count === 0) this.#remove(key, standing);
    else if (this.#standing.size > this.#maxRows) {
      for (const [oldestKey, oldest] of this.#standing) return this.#remove(oldestKey, oldest);
    }
  }

  #stand(key: string, values: readonly Value[]): Standing {
    const standing: Standing = { values, count: 0, older: this.#newest, newer: undefined };
    if (this.#newest) this.#newest.newer = standing;
    this.#newest = standing;
    this.#standing.set(key, standing);
    return standing;
  }

  #remove(key: string, { count, older, newer }: Standing): void {
    this.#standing.delete(key);
    this.#rowCount -= Math.max(0, count);
    if (older) older.newer = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
  }
}

function keyOf(values: readonly Value[]): string {
  return JSON.stringify(values, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
      return `#${Object.is(value, -0) ? '-0' : value}`;
    return value instanceof Uint8Array ? [...value] : value;
  });
}

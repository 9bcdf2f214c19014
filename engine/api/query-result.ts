import { decodeRows } from '../data/row-decoder.ts';
import type { ChangelogRow, Value } from '../data/value.ts';
import type { CollectMessage } from '../operators/stream-operator.ts';
import { RowKind } from '../types/row-kind.ts';
import type { RowType } from '../types/logical-type.ts';

/** A row that stands in the result at the moment, and how often. */
interface Standing {
  readonly values: readonly Value[];
  count: number;
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

  get rowCount(): number {
    let sum = 0;
    for (const { count } of this.#standing.values()) sum += Math.max(0, count);
    return sum;
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
    const standing = this.#standing.get(key);
    if (!standing) {
      this.#standing.set(key, { values, count: change });
      if (this.#standing.size > this.#maxRows) this.#standing.delete(this.#standing.keys().next().value!); // there is one
    } else if (standing.count + change === 0) this.#standing.delete(key);
    else standing.count += change;
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

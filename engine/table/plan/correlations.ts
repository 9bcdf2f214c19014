import type { Scope } from '../validate/scope.ts';

/** Deals out the numbers of correlations (`$cor0`), ever higher ones in a session, as Flink does. */
export class CorrelationNumbers {
  #next = 0;

  next(): number {
    return this.#next++;
  }

  /** Where the numbers stand: a statement that is planned anew goes back there. */
  get mark(): number {
    return this.#next;
  }

  returnTo(mark: number): void {
    this.#next = mark;
  }
}

/** The row of a query as the sub-queries of one of its clauses read it: by a number, -1 until one does. */
export interface CorrelatedRow {
  readonly scope: Scope;
  number: number;
}

/**
 * Which number the row of a query goes by in the sub-queries that read it, while one statement is planned.
 *
 * As in Calcite, every mention of an outer column draws a number, and all sub-queries of a clause go by the first one that was drawn; the
 * others are never seen. So a plan's numbers depend on how often outer columns were read before.
 */
export class Correlations {
  readonly #numbers: CorrelationNumbers;
  readonly #open: CorrelatedRow[] = [];

  constructor(numbers: CorrelationNumbers) {
    this.#numbers = numbers;
  }

  /** The number of a row that is read at `mentions` places at once. */
  readAt(mentions: number): number {
    const first = this.#numbers.next();
    for (let i = 1; i < mentions; i++) this.#numbers.next();
    return first;
  }

  /** Runs `convert` with the columns of `row` readable from inside. */
  within<T>(row: CorrelatedRow, convert: () => T): T {
    this.#open.push(row);
    try {
      return convert();
    } finally {
      this.#open.pop();
    }
  }

  /** The number by which a column of `scope` is read now; undefined where its row is not there to be read (Flink fails later, and counts). */
  read(scope: Scope): number | undefined {
    const number = this.#numbers.next();
    const row = this.#open.findLast((each) => each.scope === scope);
    if (!row) return undefined;
    if (row.number < 0) row.number = number;
    return row.number;
  }
}

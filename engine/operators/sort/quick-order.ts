/**
 * All rows of an order as Flink's sorter leaves them in memory. Rows that are equal by the order end up where its quicksort happens to move them: it
 * splits in three, the pivot being the median of three, and sorts few rows by insertion.
 */

/** From so many rows on, an interval is split. */
const SPLIT_AT = 13;

/**
 * @param ranks the place of each row in the order, the same for equal rows
 * @returns row numbers in the order of the result
 */
export function quickOrder(ranks: Uint32Array): Uint32Array {
  const rows = new Uint32Array(ranks.length).map((_, row) => row);
  new QuickOrder(rows, ranks).sort(0, rows.length);
  return rows;
}

class QuickOrder {
  readonly #rows: Uint32Array;
  readonly #ranks: Uint32Array;

  constructor(rows: Uint32Array, ranks: Uint32Array) {
    this.#rows = rows;
    this.#ranks = ranks;
  }

  sort(from: number, to: number): void {
    let start = from;
    let end = to;
    while (end - start >= SPLIT_AT) {
      const [below, above] = this.#split(start, end);
      if (below - start < end - above) {
        this.sort(start, below);
        start = above;
      } else {
        this.sort(above, end);
        end = below;
      }
    }
    for (let at = start; at < end; at++)
      for (let place = at; place > start && this.#compare(place - 1, place) > 0; place--)
        this.#swap(place, place - 1);
  }

  /** Brings what is equal to the pivot between what comes before and behind it; gives the ends of that. */
  #split(start: number, end: number): [below: number, above: number] {
    const middle = (start + end) >>> 1;
    this.#order(middle, start);
    this.#order(middle, end - 1);
    this.#order(start, end - 1);
    let left = start;
    let right = end;
    // What is equal gathers at both ends first.
    let equalLeft = start;
    let equalRight = end;
    for (;;) {
      while (++left < right) {
        const order = this.#compare(left, start);
        if (order > 0) break;
        if (order === 0 && ++equalLeft !== left) this.#swap(equalLeft, left);
      }
      while (--right > left) {
        const order = this.#compare(start, right);
        if (order > 0) break;
        if (order === 0 && --equalRight !== right) this.#swap(equalRight, right);
      }
      if (left >= right) break;
      this.#swap(left, right);
    }
    let above = left;
    while (equalLeft >= start) this.#swap(equalLeft--, --left);
    while (equalRight < end) this.#swap(equalRight++, above++);
    return [left, above];
  }

  #order(first: number, second: number): void {
    if (this.#compare(first, second) > 0) this.#swap(first, second);
  }

  #compare(a: number, b: number): number {
    return this.#ranks[this.#rows[a]!]! - this.#ranks[this.#rows[b]!]!; // places and rows within
  }

  #swap(a: number, b: number): void {
    const row = this.#rows[a]!;
    this.#rows[a] = this.#rows[b]!;
    this.#rows[b] = row;
  }
}

import type { Clock } from '../time/clock.ts';

/** Wake-ups are at least this far apart, so that a high rate comes in batches of a useful size. */
const TICK_MS = 20;
/** What a source may catch up on after it was held up (backpressure, a machine that slept). Older debts are dropped. */
const MAX_DEBT_MS = 30_000;

/**
 * Says which rows of an endless source are due: row `n` so many seconds after the start that the rate gives.
 *
 * Row numbers are those of all subtasks together, so `rowsPerSecond` holds for the table, and the subtasks stay side by side.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #rowsPerSecond: number;
  readonly #anchorRow: number;
  #anchorMs: number;
  #cancel: (() => void) | undefined;
  #lastMs = -Infinity;

  /** @param firstRow due at once */
  constructor(clock: Clock, rowsPerSecond: number, firstRow: number) {
    this.#clock = clock;
    this.#rowsPerSecond = rowsPerSecond;
    this.#anchorRow = firstRow;
    this.#anchorMs = clock.now();
  }

  /** Rows below this number are due. `next` is the lowest row that was not emitted yet. */
  dueBelow(next: number): number {
    const now = this.#clock.now();
    const debt = now - this.#dueMs(next);
    if (debt > MAX_DEBT_MS && next > this.#anchorRow) this.#anchorMs += debt;
    this.#lastMs = now;
    return this.#anchorRow + Math.floor(((now - this.#anchorMs) * this.#rowsPerSecond) / 1000) + 1;
  }

  /** Resolves when row `next` is due. */
  whenDue(next: number): Promise<void> {
    this.cancel();
    const at = Math.max(Math.ceil(this.#dueMs(next)), this.#lastMs + TICK_MS);
    return new Promise((resolve) => {
      this.#cancel = this.#clock.schedule(at, resolve);
    });
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #dueMs(row: number): number {
    return this.#anchorMs + ((row - this.#anchorRow) * 1000) / this.#rowsPerSecond;
  }
}

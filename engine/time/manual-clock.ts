import type { Clock } from './clock.ts';

/** Stands still until it is told to go on: for tests, labs and runs that have to be repeatable. */
export class ManualClock implements Clock {
  #nowMs: number;
  /** By time, then in the order in which they were scheduled. */
  #timers: { readonly timestamp: number; readonly callback: () => void }[] = [];

  constructor(nowMs = 0) {
    this.#nowMs = nowMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** A callback for a time that has passed comes with the next `advanceTo`, never from within `schedule`. */
  schedule(timestamp: number, callback: () => void): () => void {
    const timer = { timestamp, callback };
    const after = this.#timers.findIndex((other) => other.timestamp > timestamp);
    this.#timers.splice(after < 0 ? this.#timers.length : after, 0, timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Runs what is due up to `timestamp`, in order of time, each with the clock at its own time, then stands there. */
  advanceTo(timestamp: number): void {
    for (;;) {
      const timer = this.#timers[0];
      if (!timer || timer.timestamp > timestamp) break;
      this.#timers.shift();
      this.#nowMs = Math.max(this.#nowMs, timer.timestamp);
      timer.callback();
    }
    this.#nowMs = Math.max(this.#nowMs, timestamp);
  }

  advanceBy(durationMs: number): void {
    this.advanceTo(this.#nowMs + durationMs);
  }
}

import type { Clock } from './clock.ts';
import { scheduleAt } from './real-clock.ts';

/** Starts at a time of its own and goes `factor` times as fast as the machine's: a day in a minute is 1440. */
export class ScaledClock implements Clock {
  readonly #startMs: number;
  readonly #factor: number;
  readonly #realStartMs = performance.now();

  constructor(startMs: number, factor: number) {
    if (!(factor > 0)) throw new RangeError(`a clock's factor is positive, not ${factor}`);
    this.#startMs = startMs;
    this.#factor = factor;
  }

  now(): number {
    return Math.floor(this.#startMs + (performance.now() - this.#realStartMs) * this.#factor);
  }

  schedule(timestamp: number, callback: () => void): () => void {
    return scheduleAt(() => (timestamp - this.now()) / this.#factor, callback);
  }
}

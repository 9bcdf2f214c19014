import type { Counter } from '../operators/stream-operator.ts';
import type { IoMetrics } from './job-views.ts';

/** What a task waits for while it does not run. */
export type WaitReason = 'idle' | 'backPressured';

/** Counts at a moment. */
export interface TaskCounts {
  readonly recordsIn: number;
  readonly recordsOut: number;
  readonly bytesOut: number;
}

interface Sample extends TaskCounts {
  readonly at: number;
  readonly idleMs: number;
  readonly backPressuredMs: number;
}

/** Rates are means over the last this many milliseconds; Flink's are over longer, but a page wants to see what happens now. */
const WINDOW_MS = 5000;
const SAMPLE_MS = 500;

/**
 * Where a task's time goes: idle without input, backpressured without room for output, busy for the rest (a task that waits for the
 * thread counts as busy, as in Flink). And records and bytes, in all and per second.
 */
export class TaskMetrics {
  readonly #now: () => number;
  readonly #counters = new Map<string, Counter>();
  readonly #samples: Sample[];
  #idleMs = 0;
  #backPressuredMs = 0;
  #waitsFor: WaitReason | undefined;
  #waitsSince = 0;

  /** @param now milliseconds, from any origin */
  constructor(now: () => number) {
    this.#now = now;
    this.#samples = [this.#sample({ recordsIn: 0, recordsOut: 0, bytesOut: 0 })];
  }

  /** The task does nothing until `run`. A second reason takes the place of the first. */
  wait(reason: WaitReason): void {
    if (this.#waitsFor === reason) return;
    this.run();
    this.#waitsFor = reason;
    this.#waitsSince = this.#now();
  }

  run(): void {
    if (this.#waitsFor === undefined) return;
    const waitedMs = this.#now() - this.#waitsSince;
    if (this.#waitsFor === 'idle') this.#idleMs += waitedMs;
    else this.#backPressuredMs += waitedMs;
    this.#waitsFor = undefined;
  }

  /** Of the whole task: operators that name a counter alike share it. */
  counter(name: string): Counter {
    let counter = this.#counters.get(name);
    if (!counter) this.#counters.set(name, (counter = { count: 0 }));
    return counter;
  }

  report(counts: TaskCounts): IoMetrics {
    const sample = this.#sample(counts);
    const base = this.#samples[0]!; // there is one from the start
    const seconds = (sample.at - base.at) / 1000;
    const perSecond = (amount: number): number => (seconds > 0 ? amount / seconds : 0);
    const idle = Math.min(1000, Math.round(perSecond(sample.idleMs - base.idleMs)));
    const waits = Math.round(perSecond(sample.backPressuredMs - base.backPressuredMs));
    const backPressured = Math.min(1000 - idle, waits);
    this.#keep(sample);
    return {
      numRecordsIn: counts.recordsIn,
      numRecordsOut: counts.recordsOut,
      numRecordsInPerSecond: perSecond(counts.recordsIn - base.recordsIn),
      numRecordsOutPerSecond: perSecond(counts.recordsOut - base.recordsOut),
      numBytesOut: counts.bytesOut,
      busyTimeMsPerSecond: 1000 - idle - backPressured,
      idleTimeMsPerSecond: idle,
      backPressuredTimeMsPerSecond: backPressured,
      numLateRecordsDropped: this.#counters.get('numLateRecordsDropped')?.count ?? 0,
    };
  }

  #sample(counts: TaskCounts): Sample {
    const at = this.#now();
    const waitedMs = this.#waitsFor === undefined ? 0 : at - this.#waitsSince;
    return {
      ...counts,
      at,
      idleMs: this.#idleMs + (this.#waitsFor === 'idle' ? waitedMs : 0),
      backPressuredMs: this.#backPressuredMs + (this.#waitsFor === 'backPressured' ? waitedMs : 0),
    };
  }

  /** The oldest sample is the one that the next report measures from. */
  #keep(sample: Sample): void {
    const newest = this.#samples.at(-1)!;
    if (sample.at - newest.at >= SAMPLE_MS) this.#samples.push(sample);
    while (this.#samples.length > 1 && sample.at - this.#samples[1]!.at >= WINDOW_MS) this.#samples.shift();
  }
}

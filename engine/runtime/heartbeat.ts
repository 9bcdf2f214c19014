import type { Clock } from '../time/clock.ts';
import type { TaskManagerReport } from './gateways.ts';

/** Whom a monitor asks, and whom it tells. */
export interface HeartbeatTarget {
  ping(): Promise<TaskManagerReport>;
  answered(report: TaskManagerReport): void;
  timedOut(): void;
}

/**
 * Asks one TaskManager for its report again and again, one question at a time.
 *
 * A page in the background, or a machine that slept, stops the clock of all workers alike. So it is not the time that passed that
 * tells a dead TaskManager but the number of ticks at which this one was awake and the answer still missing.
 */
export class HeartbeatMonitor {
  readonly #target: HeartbeatTarget;
  readonly #clock: Clock;
  readonly #tickMs: () => number;
  readonly #timeoutMs: number;
  #cancelTimer: (() => void) | undefined;
  #isWaiting = false;
  #waitedMs = 0;

  /** @param tickMs asked before every tick, since whoever watches a job wants fresher reports */
  constructor(target: HeartbeatTarget, clock: Clock, tickMs: () => number, timeoutMs: number) {
    this.#target = target;
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.#timeoutMs = timeoutMs;
    this.#schedule();
  }

  /** The length of a tick has changed: the one that runs begins anew. */
  tickChanged(): void {
    if (!this.#cancelTimer) return;
    this.#cancelTimer();
    this.#schedule();
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Asks at once, if no answer is being waited for. */
  ask(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.#waitedMs = 0;
    this.#target.ping().then(
      (report) => {
        this.#isWaiting = false;
        this.#target.answered(report);
      },
      () => {}, // an error is no answer: the TaskManager has the time until the timeout to be well again
    );
  }

  #schedule(): void {
    const tickMs = this.#tickMs();
    this.#cancelTimer = this.#clock.schedule(this.#clock.now() + tickMs, () => this.#tick(tickMs));
  }

  #tick(tickMs: number): void {
    if (this.#isWaiting) this.#waitedMs += tickMs;
    if (this.#waitedMs >= this.#timeoutMs) return this.#target.timedOut();
    this.ask();
    this.#schedule();
  }
}

import type { RecordWriter } from '../network/record-writer.ts';
import type { StreamEvent } from '../network/stream-element.ts';
import type { Clock } from '../time/clock.ts';

/** All edges that leave a task: room, events to all, and the timer that sends what would wait for a full buffer. */
export class TaskOutputs {
  readonly #writers: readonly RecordWriter[];
  readonly #clock: Clock;
  readonly #timeoutMs: number | undefined;
  #cancelTimer: (() => void) | undefined;
  #isReleased = false;

  /**
   * @param clock real time, whatever the job's own clock shows
   * @param timeoutMs undefined: only full buffers are sent
   */
  constructor(writers: readonly RecordWriter[], clock: Clock, timeoutMs: number | undefined) {
    this.#writers = writers;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    for (const { partition } of writers) partition.onUnflushed = () => this.#armTimer();
  }

  /** Called when there is room on all edges again. */
  set onAvailable(callback: () => void) {
    for (const { partition } of this.#writers) {
      partition.onAvailable = () => {
        if (this.isAvailable) callback();
      };
    }
  }

  get isAvailable(): boolean {
    for (const { partition } of this.#writers) if (!partition.isAvailable) return false;
    return true;
  }

  get recordsOut(): number {
    return this.#writers.reduce((sum, { recordsOut }) => sum + recordsOut, 0);
  }

  get bytesOut(): number {
    return this.#writers.reduce((sum, { partition }) => sum + partition.bytesOut, 0);
  }

  /** To every channel of every edge, at once: what was written before goes with it. */
  broadcast(event: StreamEvent): void {
    for (const writer of this.#writers) {
      writer.broadcastEvent(event);
      writer.flush();
    }
  }

  /** The task has nothing to do for now, so that more for the same buffer is not in sight. */
  flushIdle(): void {
    if (this.#timeoutMs === undefined) return;
    for (const { partition } of this.#writers) partition.flushLocal();
  }

  /** A batch has been processed; with a timeout of 0 nothing waits for more. */
  afterBatch(): void {
    if (this.#timeoutMs === 0) this.#flush();
  }

  /** The task writes no more; what was written can still be read. */
  finish(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#cancelTimer?.();
    for (const writer of this.#writers) writer.release();
  }

  /** Drops everything. */
  release(): void {
    this.finish();
    for (const { partition } of this.#writers) partition.release();
  }

  #armTimer(): void {
    if (this.#timeoutMs === undefined || this.#timeoutMs === 0 || this.#cancelTimer || this.#isReleased)
      return;
    this.#cancelTimer = this.#clock.schedule(this.#clock.now() + this.#timeoutMs, () => {
      this.#cancelTimer = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    for (const writer of this.#writers) writer.flush();
  }
}

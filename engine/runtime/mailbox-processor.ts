import type { Clock } from '../time/clock.ts';
import type { Runnable, TurnScheduler } from './turn-scheduler.ts';

/**
 * A task's thread of control: mails (checkpoints, timers, notifications) before the default action, which takes one batch or event. Nothing of
 * the task ever runs but from here, so its operators need no locks.
 */
export class MailboxProcessor implements Runnable {
  readonly #scheduler: TurnScheduler;
  readonly #defaultAction: () => boolean;
  readonly #onError: (error: unknown) => void;
  readonly #onSlice: () => void;
  readonly #mails: (() => void)[] = [];
  #isClosed = false;

  /**
   * @param defaultAction true if it should be called again at once; after false the next `wake` or mail calls it
   * @param onError gets what an action or a mail throws
   * @param onSlice called whenever the task gets the thread
   */
  constructor(
    scheduler: TurnScheduler,
    defaultAction: () => boolean,
    onError: (error: unknown) => void,
    onSlice: () => void,
  ) {
    this.#scheduler = scheduler;
    this.#defaultAction = defaultAction;
    this.#onError = onError;
    this.#onSlice = onSlice;
  }

  /** Runs `mail` in the task's turn. Dropped once the mailbox is closed. */
  put(mail: () => void): void {
    if (this.#isClosed) return;
    this.#mails.push(mail);
    this.wake();
  }

  /** What the default action waits for may have come. */
  wake(): void {
    if (!this.#isClosed) this.#scheduler.wake(this);
  }

  runSlice(deadline: number): boolean {
    if (this.#isClosed) return false;
    this.#onSlice();
    const { clock } = this.#scheduler;
    try {
      for (;;) {
        for (let mail = this.#mails.shift(); mail; mail = this.#mails.shift()) mail();
        if (this.#isClosed || !this.#defaultAction()) return this.#mails.length > 0;
        if (clock.now() >= deadline) return true;
      }
    } catch (error) {
      this.#onError(error);
      return this.#mails.length > 0;
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#mails.length = 0;
    this.#scheduler.remove(this);
  }
}

/** A clock whose callbacks come as mails: processing time as operators see it. */
export class MailboxClock implements Clock {
  readonly #clock: Clock;
  readonly #mailbox: MailboxProcessor;
  readonly #pending = new Set<() => void>();
  #isClosed = false;

  constructor(clock: Clock, mailbox: MailboxProcessor) {
    this.#clock = clock;
    this.#mailbox = mailbox;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Once the clock is closed nothing calls back any more. */
  schedule(timestamp: number, callback: () => void): () => void {
    if (this.#isClosed) return () => {};
    let isCancelled = false;
    const cancelTimer = this.#clock.schedule(timestamp, () => {
      this.#pending.delete(cancel);
      this.#mailbox.put(() => {
        if (!isCancelled && !this.#isClosed) callback();
      });
    });
    const cancel = (): void => {
      isCancelled = true;
      this.#pending.delete(cancel);
      cancelTimer();
    };
    this.#pending.add(cancel);
    return cancel;
  }

  /** Cancels whatever was scheduled, also what has come due and waits in the mailbox. */
  close(): void {
    this.#isClosed = true;
    for (const cancel of this.#pending) cancel();
  }
}

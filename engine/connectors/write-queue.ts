import type { Clock } from '../time/clock.ts';

const RETRY_MS = 1000;

interface Entry<T> {
  readonly item: T;
  readonly bytes: number;
}

interface Waiter {
  /** Writes that have to be done. */
  readonly count: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes things one after the other, in order, and keeps what could not be written: a full disk fails the checkpoint that waits for it, and
 * the next one tries again. Nothing overtakes a write that failed.
 */
export class WriteQueue<T> {
  readonly #clock: Clock;
  readonly #write: (item: T) => Promise<void>;
  readonly #maxBytes: number;
  readonly #entries: Entry<T>[] = [];
  #waiters: Waiter[] = [];
  #added = 0;
  #written = 0;
  #bytes = 0;
  #isWriting = false;
  #isClosed = false;
  #cancelRetry: (() => void) | undefined;
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;

  /** @param maxBytes beyond it `full` asks to wait */
  constructor(clock: Clock, maxBytes: number, write: (item: T) => Promise<void>) {
    this.#clock = clock;
    this.#maxBytes = maxBytes;
    this.#write = write;
  }

  add(item: T, bytes: number): void {
    this.#entries.push({ item, bytes });
    this.#added++;
    this.#bytes += bytes;
    this.#start();
  }

  /** Resolves once everything added so far is written; rejects with the error of the first write that fails. */
  drained(): Promise<void> {
    const count = this.#added;
    if (this.#written >= count) return Promise.resolve();
    const promise = new Promise<void>((resolve, reject) => this.#waiters.push({ count, resolve, reject }));
    this.#start();
    return promise;
  }

  /** Set while too much waits to be written; resolves when there is room again. */
  full(): Promise<void> | undefined {
    if (this.#bytes <= this.#maxBytes) return undefined;
    if (!this.#room) {
      let resolve = (): void => {};
      const promise = new Promise<void>((done) => (resolve = done));
      this.#room = { promise, resolve };
    }
    return this.#room.promise;
  }

  /** Begins no more writes. */
  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#room?.resolve();
  }

  #start(): void {
    if (this.#isWriting || this.#isClosed) return;
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#isWriting = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    for (let [head] = this.#entries; head && !this.#isClosed; [head] = this.#entries) {
      try {
        await this.#write(head.item);
      } catch (error) {
        this.#isWriting = false;
        this.#failed(error);
        return;
      }
      this.#entries.shift();
      this.#written++;
      this.#bytes -= head.bytes;
      this.#done();
    }
    this.#isWriting = false;
  }

  #done(): void {
    const waiters = this.#waiters;
    this.#waiters = waiters.filter(({ count }) => count > this.#written);
    for (const { count, resolve } of waiters) if (count <= this.#written) resolve();
    if (this.#bytes > this.#maxBytes) return;
    this.#room?.resolve();
    this.#room = undefined;
  }

  #failed(error: unknown): void {
    for (const { reject } of this.#waiters.splice(0)) reject(error);
    if (!this.#isClosed)
      this.#cancelRetry = this.#clock.schedule(this.#clock.now() + RETRY_MS, () => this.#start());
  }
}

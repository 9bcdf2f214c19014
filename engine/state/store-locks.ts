import type { PageStore } from './page-store.ts';

/**
 * Locks that holders of one store share, in any tab, worker or process. A lock dies with whoever holds it.
 */
export interface StoreLocks {
  /** Waits for the lock. */
  acquire(lock: string): Promise<ReleaseLock>;
  /** Takes the lock if it is free at once, and undefined if it is not. What a lease on a job is. */
  tryAcquire(lock: string): Promise<ReleaseLock | undefined>;
}

/** Lets a lock go; resolves once others can have it. */
export type ReleaseLock = () => Promise<void>;

/** A store together with the locks of those who share it. */
export interface LockingPageStore extends PageStore {
  readonly locks: StoreLocks;
}

/** The page may not use the browser's database: it is a sandboxed frame, or its visitor blocks storage. */
export class NoStoreError extends Error {
  constructor(cause: unknown) {
    super('This page may not store anything: its jobs are gone when it is closed.', { cause });
    this.name = 'NoStoreError';
  }
}

/** Runs `body` while holding a lock. */
export async function withLock<T>(locks: StoreLocks, lock: string, body: () => Promise<T>): Promise<T> {
  const release = await locks.acquire(lock);
  try {
    return await body();
  } finally {
    await release();
  }
}

/** Locks of one thread: a queue for each name. */
export class LocalLocks implements StoreLocks {
  readonly #queues = new Map<string, (() => void)[]>();

  acquire(lock: string): Promise<ReleaseLock> {
    const queue = this.#queues.get(lock);
    if (!queue) return Promise.resolve(this.#take(lock));
    return new Promise((resolve) => queue.push(() => resolve(this.#releaser(lock))));
  }

  async tryAcquire(lock: string): Promise<ReleaseLock | undefined> {
    return this.#queues.has(lock) ? undefined : this.#take(lock);
  }

  #take(lock: string): ReleaseLock {
    this.#queues.set(lock, []);
    return this.#releaser(lock);
  }

  #releaser(lock: string): ReleaseLock {
    let isHeld = true;
    return async () => {
      if (!isHeld) return;
      isHeld = false;
      const next = this.#queues.get(lock)?.shift();
      if (next) next();
      else this.#queues.delete(lock);
    };
  }
}

/** Web Locks: one holder an origin, let go by the browser when its tab or worker is gone. */
export class WebLocks implements StoreLocks {
  readonly #manager: LockManager;
  readonly #prefix: string;

  constructor(manager: LockManager, prefix: string) {
    this.#manager = manager;
    this.#prefix = prefix;
  }

  async acquire(lock: string): Promise<ReleaseLock> {
    const release = await this.#request(lock, {});
    if (!release) throw new Error(`The lock ${lock} was neither given nor waited for.`);
    return release;
  }

  tryAcquire(lock: string): Promise<ReleaseLock | undefined> {
    return this.#request(lock, { ifAvailable: true });
  }

  /** A Web Lock is held until the promise of its callback settles, so that promise is what the caller gets to resolve. */
  #request(lock: string, options: LockOptions): Promise<ReleaseLock | undefined> {
    return new Promise((resolve, reject) => {
      let letGo = (): void => {};
      const released = this.#manager.request(this.#prefix + lock, options, (granted) => {
        if (!granted) return resolve(undefined);
        const held = new Promise<void>((release) => (letGo = release));
        resolve(async () => {
          letGo();
          await released;
        });
        return held;
      });
      released.catch(reject);
    });
  }
}

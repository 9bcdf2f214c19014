import type { IDBPDatabase } from 'idb';
import type { PageStoreSchema } from './page-store-indexed-db.ts';
import type { ReleaseLock, StoreLocks } from './store-locks.ts';

const LIFETIME_MS = 10_000;
const RENEWAL_MS = 2_000;
const RETRY_MS = 30;

/**
 * Locks as records with an end, for pages where the browser has no Web Locks (plain http:, not localhost).
 *
 * A holder renews its record every two seconds; whoever finds one ten seconds old takes it over.
 */
export class ExpiringLocks implements StoreLocks {
  readonly #db: IDBPDatabase<PageStoreSchema>;

  constructor(db: IDBPDatabase<PageStoreSchema>) {
    this.#db = db;
  }

  async acquire(lock: string): Promise<ReleaseLock> {
    for (;;) {
      const release = await this.tryAcquire(lock);
      if (release) return release;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async tryAcquire(lock: string): Promise<ReleaseLock | undefined> {
    const owner = `${Date.now()}-${Math.random()}`;
    if (!(await this.#claim(lock, owner))) return undefined;
    const renewal = setInterval(() => void this.#claim(lock, owner), RENEWAL_MS);
    return async () => {
      clearInterval(renewal);
      await this.#release(lock, owner);
    };
  }

  async #claim(lock: string, owner: string): Promise<boolean> {
    const transaction = this.#db.transaction('locks', 'readwrite');
    const record = await transaction.store.get(lock);
    const isOurs = !record || record.owner === owner || record.until < Date.now();
    if (isOurs) await transaction.store.put({ owner, until: Date.now() + LIFETIME_MS }, lock);
    await transaction.done;
    return isOurs;
  }

  async #release(lock: string, owner: string): Promise<void> {
    const transaction = this.#db.transaction('locks', 'readwrite');
    if ((await transaction.store.get(lock))?.owner === owner) await transaction.store.delete(lock);
    await transaction.done;
  }
}

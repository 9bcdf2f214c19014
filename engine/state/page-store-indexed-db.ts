import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { crc32 } from './crc32.ts';
import { ExpiringLocks } from './expiring-locks.ts';
import { DamagedValueError, StoreFullError } from './page-store.ts';
import { NoStoreError, WebLocks, withLock, type LockingPageStore, type StoreLocks } from './store-locks.ts';

/** A value as it lies in the database. Large ones are Blobs: the browser keeps those in files and copies them once. */
interface StoredValue {
  readonly crc: number;
  readonly data: Uint8Array<ArrayBuffer> | Blob;
}

export interface PageStoreSchema extends DBSchema {
  values: { key: string; value: StoredValue };
  /** For browsers without Web Locks, see `ExpiringLocks`. */
  locks: { key: string; value: { readonly owner: string; readonly until: number } };
}

/** Chromium writes values above this size to files of their own anyway. */
const BLOB_BYTES = 64 * 1024;

/**
 * The store of a browser: one database an origin and name, open in any number of tabs and workers at once.
 *
 * A Blob of about 4 MiB is what IndexedDB takes fastest (measured 130 to 200 MB/s; 32 KiB values: 15), so callers
 * gather their pages into few large values. A promise resolves when its transaction is complete.
 */
export class IndexedDbPageStore implements LockingPageStore {
  readonly locks: StoreLocks;
  readonly #db: IDBPDatabase<PageStoreSchema>;

  /** Throws a `NoStoreError` where the page may not use IndexedDB. */
  static async open(name: string): Promise<IndexedDbPageStore> {
    try {
      return new IndexedDbPageStore(name, await openDatabase(name));
    } catch (error) {
      throw new NoStoreError(error);
    }
  }

  private constructor(name: string, db: IDBPDatabase<PageStoreSchema>) {
    this.#db = db;
    // Absent on plain http: sites that are not localhost.
    const manager = (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
    this.locks = manager ? new WebLocks(manager, `${name}/`) : new ExpiringLocks(db);
  }

  put(name: string, bytes: Uint8Array<ArrayBuffer>, durability: 'relaxed' | 'strict'): Promise<void> {
    return this.putAll([{ name, bytes }], durability);
  }

  async putAll(
    entries: readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[],
    durability: 'relaxed' | 'strict',
  ): Promise<void> {
    const transaction = this.#db.transaction('values', 'readwrite', { durability });
    const puts = entries.map(({ name, bytes }) => transaction.store.put(storedValue(bytes), name));
    // `done` tells why a put failed better than the put itself, so that is awaited first and the others only observed.
    for (const put of puts) put.catch(() => {});
    try {
      await transaction.done;
    } catch (error) {
      if (isQuotaError(error)) throw new StoreFullError(entries[0]?.name ?? 'nothing', error);
      throw error;
    }
  }

  async get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const value = await this.#db.get('values', name);
    if (!value) return undefined;
    const bytes = await readData(name, value.data);
    if (crc32(bytes) !== value.crc) throw new DamagedValueError(name);
    return bytes;
  }

  async remove(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const transaction = this.#db.transaction('values', 'readwrite', { durability: 'relaxed' });
    for (const name of names) transaction.store.delete(name).catch(() => {});
    await transaction.done;
  }

  async list(prefix: string): Promise<string[]> {
    return this.#db.getAllKeys('values', IDBKeyRange.bound(prefix, `${prefix}\uffff`));
  }

  exclusively<T>(lock: string, body: () => Promise<T>): Promise<T> {
    return withLock(this.locks, lock, body);
  }

  close(): void {
    this.#db.close();
  }
}

function openDatabase(name: string): Promise<IDBPDatabase<PageStoreSchema>> {
  return openDB<PageStoreSchema>(name, 1, {
    upgrade(db) {
      db.createObjectStore('values');
      db.createObjectStore('locks');
    },
    // A newer version of the page wants to upgrade: let it.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

function storedValue(bytes: Uint8Array<ArrayBuffer>): StoredValue {
  const crc = crc32(bytes);
  if (bytes.length >= BLOB_BYTES) return { crc, data: new Blob([bytes]) };
  // A view would be stored with the whole buffer behind it.
  const isWhole = bytes.byteLength === bytes.buffer.byteLength;
  return { crc, data: isWhole ? bytes : bytes.slice() };
}

async function readData(
  name: string,
  data: Uint8Array<ArrayBuffer> | Blob,
): Promise<Uint8Array<ArrayBuffer>> {
  if (data instanceof Uint8Array) return data;
  try {
    return new Uint8Array(await data.arrayBuffer());
  } catch {
    throw new DamagedValueError(name); // the file behind the Blob is gone or cannot be read
  }
}

function isQuotaError(error: unknown): boolean {
  return error instanceof Error && error.name === 'QuotaExceededError';
}

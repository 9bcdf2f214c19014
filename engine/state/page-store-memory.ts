import { crc32 } from './crc32.ts';
import { DamagedValueError, StoreFullError } from './page-store.ts';
import { LocalLocks, withLock, type LockingPageStore } from './store-locks.ts';

interface Value {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly crc: number;
}

/**
 * A store that lives as long as this object: for unit tests, and where a page grants no database.
 *
 * Values are copied in and out, as a disk would.
 */
export class MemoryPageStore implements LockingPageStore {
  readonly locks = new LocalLocks();
  readonly #values = new Map<string, Value>();
  readonly #capacityBytes: number;
  #usedBytes = 0;

  constructor(capacityBytes = Infinity) {
    this.#capacityBytes = capacityBytes;
  }

  put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.putAll([{ name, bytes }]);
  }

  async putAll(
    entries: readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[],
  ): Promise<void> {
    let growth = 0;
    for (const { name, bytes } of entries) growth += bytes.length - this.#sizeOf(name);
    if (this.#usedBytes + growth > this.#capacityBytes)
      throw new StoreFullError(entries[0]?.name ?? 'nothing');
    for (const { name, bytes } of entries) {
      this.#usedBytes += bytes.length - this.#sizeOf(name);
      this.#values.set(name, { bytes: bytes.slice(), crc: crc32(bytes) });
    }
  }

  async get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const value = this.#values.get(name);
    if (!value) return undefined;
    if (crc32(value.bytes) !== value.crc) throw new DamagedValueError(name);
    return value.bytes.slice();
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.#usedBytes -= this.#sizeOf(name);
      this.#values.delete(name);
    }
  }

  async list(prefix: string): Promise<string[]> {
    return [...this.#values.keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  exclusively<T>(lock: string, body: () => Promise<T>): Promise<T> {
    return withLock(this.locks, lock, body);
  }

  close(): void {}

  /** Flips a bit of a stored value, as a bad disk would. */
  damage(name: string): void {
    const bytes = this.#values.get(name)?.bytes;
    if (!bytes?.length) throw new Error(`There is nothing to damage at ${name}.`);
    bytes[bytes.length >> 1]! ^= 1;
  }

  #sizeOf(name: string): number {
    return this.#values.get(name)?.bytes.length ?? 0;
  }
}

/**
 * The one interface to disk: IndexedDB in browsers, files in Node, a map in unit tests.
 *
 * Names are paths (`jobs/<id>/chk-7/segment-3`). Every value is written with a CRC-32 of its bytes and checked when it is read.
 * A `relaxed` write may still be on its way when the promise resolves, so that the machine (not the browser) may lose it;
 * a `strict` one may not, and is what commits.
 */
export interface PageStore {
  /** Throws `StoreFullError` where the quota is used up. */
  put(name: string, bytes: Uint8Array<ArrayBuffer>, durability: 'relaxed' | 'strict'): Promise<void>;
  /** Several values in one transaction: all are there afterwards or none. */
  putAll(
    entries: readonly { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> }[],
    durability: 'relaxed' | 'strict',
  ): Promise<void>;
  /** Undefined if there is no such name; throws `DamagedValueError` if the checksum is wrong. */
  get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  remove(names: readonly string[]): Promise<void>;
  /** Names that begin with a prefix, in order. */
  list(prefix: string): Promise<string[]>;
  /**
   * Runs `body` alone among all holders of this store with the same `lock` name, in any tab or process
   * (Web Locks; lock files in Node). What topics use to append.
   */
  exclusively<T>(lock: string, body: () => Promise<T>): Promise<T>;
  close(): void;
}

/** The disk, or what the browser grants of it, is full. Fails a checkpoint, not the job. */
export class StoreFullError extends Error {
  constructor(name: string, cause?: unknown) {
    super(`No space left to store ${name}. Free disk space, or delete old jobs and topics of this site.`, {
      cause,
    });
    this.name = 'StoreFullError';
  }
}

/** A stored value is not what was written. */
export class DamagedValueError extends Error {
  readonly valueName: string;
  constructor(valueName: string) {
    super(`The stored value ${valueName} is damaged: its checksum does not match.`);
    this.name = 'DamagedValueError';
    this.valueName = valueName;
  }
}

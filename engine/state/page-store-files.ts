import type { Dirent } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { crc32 } from './crc32.ts';
import { FileLocks, isWriterAlive } from './file-locks.ts';
import { fileNameOf, nameOfFile } from './file-name.ts';
import { DamagedValueError, StoreFullError } from './page-store.ts';
import { withLock, type LockingPageStore } from './store-locks.ts';

/** "MRV1", CRC-32 of the bytes, their count: three little-endian u32 before the bytes. */
const HEADER_BYTES = 12;
const MAGIC = 0x3156524d;
const SUFFIX = '.v'; // keeps the value `a` and the folder of `a/b` apart

interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The store of Node: a folder with a file for each value.
 *
 *   values/jobs/4711/manifest.v     | "MRV1" | crc | length | bytes |
 *   aside/<pid>-<thread>-<n>        a value being written; renamed when it is whole
 *   aside/<pid>-<thread>-<n>.moves  several values that belong together: which aside file gets which name
 *   locks/                          see FileLocks
 *
 * A rename is what makes a value appear, so a reader sees the old one or the new one. Several values appear in the order given;
 * a process that dies between two of them leaves its `.moves`, and the next to open the store finishes the work.
 */
export class FilePageStore implements LockingPageStore {
  readonly locks: FileLocks;
  readonly #folder: string;
  // Several stores may be open in one thread, so the count is the thread's.
  static #asideCount = 0;

  static async open(folder: string): Promise<FilePageStore> {
    await mkdir(path.join(folder, 'values'), { recursive: true });
    await mkdir(path.join(folder, 'aside'), { recursive: true });
    const store = new FilePageStore(folder);
    await store.#finishMoves(isOfDeadProcess);
    return store;
  }

  /** Cleans up after a worker thread of this process that was terminated: its locks, and what it was writing. */
  static async reclaimThread(folder: string, thread: number): Promise<void> {
    const store = await FilePageStore.open(folder);
    const prefix = `${process.pid}-${thread}-`;
    await store.#finishMoves(async (file) => path.basename(file).startsWith(prefix));
    await store.locks.releaseThread(thread);
  }

  private constructor(folder: string) {
    this.#folder = folder;
    this.locks = new FileLocks(path.join(folder, 'locks'));
  }

  async put(name: string, bytes: Uint8Array<ArrayBuffer>, durability: 'relaxed' | 'strict'): Promise<void> {
    const aside = this.#asideFile();
    await this.#write(aside, { name, bytes }, durability);
    await this.#move(aside, name, durability);
  }

  async putAll(entries: readonly Entry[], durability: 'relaxed' | 'strict'): Promise<void> {
    const [only] = entries;
    if (!only) return;
    if (entries.length === 1) return this.put(only.name, only.bytes, durability);
    const asides = entries.map(() => this.#asideFile());
    const moves = `${asides[0]}.moves`;
    try {
      for (const [i, entry] of entries.entries()) await this.#write(asides[i]!, entry, durability); // one aside an entry
      const list = entries.map(({ name }, i) => [path.basename(asides[i]!), name]);
      await this.#write(
        `${moves}.new`,
        { name: moves, bytes: new TextEncoder().encode(JSON.stringify(list)) },
        durability,
      );
    } catch (error) {
      for (const aside of asides) await rm(aside, { force: true });
      throw error;
    }
    await rename(`${moves}.new`, moves);
    await sync(path.dirname(moves), durability);
    for (const [i, { name }] of entries.entries()) await this.#move(asides[i]!, name, durability);
    await rm(moves, { force: true });
  }

  async get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return readValue(this.#fileOf(name), name);
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const file = this.#fileOf(name);
      await rm(file, { force: true });
      // Folders that became empty go too; one that did not says so.
      let folder = path.dirname(file);
      while (folder !== path.join(this.#folder, 'values')) {
        try {
          await rmdir(folder);
        } catch {
          break;
        }
        folder = path.dirname(folder);
      }
    }
  }

  async list(prefix: string): Promise<string[]> {
    const values = path.join(this.#folder, 'values');
    const inFolder = path.join(values, fileNameOf(prefix.slice(0, prefix.lastIndexOf('/') + 1)));
    const files: string[] = [];
    await collectFiles(inFolder, files);
    return files
      .filter((file) => file.endsWith(SUFFIX))
      .map((file) => nameOfFile(path.relative(values, file.slice(0, -SUFFIX.length))))
      .filter((name) => name.startsWith(prefix))
      .sort();
  }

  exclusively<T>(lock: string, body: () => Promise<T>): Promise<T> {
    return withLock(this.locks, lock, body);
  }

  close(): void {}

  #fileOf(name: string): string {
    return path.join(this.#folder, 'values', `${fileNameOf(name)}${SUFFIX}`);
  }

  #asideFile(): string {
    const count = FilePageStore.#asideCount++;
    return path.join(this.#folder, 'aside', `${process.pid}-${threadId}-${count}`);
  }

  async #write(file: string, { name, bytes }: Entry, durability: 'relaxed' | 'strict'): Promise<void> {
    const header = new DataView(new ArrayBuffer(HEADER_BYTES));
    header.setUint32(0, MAGIC, true);
    header.setUint32(4, crc32(bytes), true);
    header.setUint32(8, bytes.length, true);
    try {
      const handle = await open(file, 'w');
      try {
        await handle.writev([header, bytes]);
        if (durability === 'strict') await handle.datasync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      await rm(file, { force: true });
      throw isFullError(error) ? new StoreFullError(name, error) : error;
    }
  }

  async #move(aside: string, name: string, durability: 'relaxed' | 'strict'): Promise<void> {
    const file = this.#fileOf(name);
    for (let attempt = 0; ; attempt++) {
      await mkdir(path.dirname(file), { recursive: true });
      try {
        await rename(aside, file);
        break;
      } catch (error) {
        // `remove` of a neighbour may take the empty folder away between the two calls.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === 9) throw error;
      }
    }
    await sync(path.dirname(file), durability);
  }

  /** Finishes what others left half moved, and deletes what they left half written. */
  async #finishMoves(isLeft: (file: string) => Promise<boolean>): Promise<void> {
    const folder = path.join(this.#folder, 'aside');
    const left: string[] = [];
    for (const file of await readdir(folder)) if (await isLeft(path.join(folder, file))) left.push(file);
    for (const file of left.filter((name) => name.endsWith('.moves'))) {
      const list = await readValue(path.join(folder, file), file);
      if (!list) continue; // somebody else does the same
      const moves = JSON.parse(new TextDecoder().decode(list)) as [string, string][];
      for (const [aside, name] of moves) {
        if (await isThere(path.join(folder, aside)))
          await this.#move(path.join(folder, aside), name, 'strict');
      }
    }
    for (const file of left) await rm(path.join(folder, file), { force: true });
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

async function isOfDeadProcess(file: string): Promise<boolean> {
  try {
    return !isWriterAlive(Number.parseInt(path.basename(file), 10), (await stat(file)).mtimeMs);
  } catch {
    return false; // gone meanwhile
  }
}

/** The value in a file, in a buffer of its own; undefined if there is no such file. */
async function readValue(file: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const header = new DataView(new ArrayBuffer(HEADER_BYTES));
    const bytes = new Uint8Array(Math.max(0, (await handle.stat()).size - HEADER_BYTES));
    await handle.readv([header, bytes]);
    const isWhole = header.getUint32(0, true) === MAGIC && header.getUint32(8, true) === bytes.length;
    if (!isWhole || header.getUint32(4, true) !== crc32(bytes)) throw new DamagedValueError(name);
    return bytes;
  } finally {
    await handle.close();
  }
}

/** A renamed file is sure to keep its name once its folder is written. Windows cannot open folders, and need not. */
async function sync(folder: string, durability: 'relaxed' | 'strict'): Promise<void> {
  if (durability === 'relaxed' || process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** All files below a folder. A folder that goes away meanwhile (`remove` of its last value) has none; the others keep theirs. */
async function collectFiles(folder: string, files: string[]): Promise<void> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) await collectFiles(file, files);
    else files.push(file);
  }
}

function isFullError(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '');
}

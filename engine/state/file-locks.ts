import { readFileSync } from 'node:fs';
import { link, mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { threadId } from 'node:worker_threads';
import { fileNameOf } from './file-name.ts';
import { LocalLocks, type ReleaseLock, type StoreLocks } from './store-locks.ts';

const RETRY_MS = 5;
/** A lock file without an owner in it is being written; after this long its writer has died. */
const WRITING_MS = 2_000;
/** How exactly the start of a process is known. */
const START_MS = 2_000;
/** Linux's USER_HZ. */
const TICKS_A_SECOND = 100;

/**
 * Locks as files that name their holder, `pid:thread`, for processes and worker threads that share a folder.
 *
 * The lock of a dead process is taken over by the next who wants it. That a thread is dead only its own process knows: whoever
 * terminates a thread calls `FilePageStore.reclaimThread`.
 */
export class FileLocks implements StoreLocks {
  readonly #folder: string;
  // Within a thread waiting is a queue, so that only one of its holders at a time looks at the file.
  readonly #local = new LocalLocks();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async acquire(lock: string): Promise<ReleaseLock> {
    const releaseLocal = await this.#local.acquire(lock);
    try {
      for (;;) {
        const release = await this.#create(lock);
        if (release) return combine(release, releaseLocal);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    } catch (error) {
      await releaseLocal();
      throw error;
    }
  }

  async tryAcquire(lock: string): Promise<ReleaseLock | undefined> {
    const releaseLocal = await this.#local.tryAcquire(lock);
    if (!releaseLocal) return undefined;
    try {
      const release = await this.#create(lock);
      if (release) return combine(release, releaseLocal);
    } catch (error) {
      await releaseLocal();
      throw error;
    }
    await releaseLocal();
    return undefined;
  }

  /** Frees what a terminated worker thread of this process held. */
  async releaseThread(thread: number): Promise<void> {
    const owner = `${process.pid}:${thread}`;
    const entries = await readdir(this.#folder, { recursive: true }).catch((): string[] => []);
    for (const entry of entries.filter((name) => name.endsWith('.lock'))) {
      const file = path.join(this.#folder, entry);
      if ((await readFile(file, 'utf8').catch(() => '')) === owner) await rm(file, { force: true });
    }
  }

  /** Makes the lock file, or finds that a living holder has it. */
  async #create(lock: string): Promise<ReleaseLock | undefined> {
    const file = path.join(this.#folder, `${fileNameOf(lock)}.lock`);
    await mkdir(path.dirname(file), { recursive: true });
    for (let attempt = 0; attempt < 2; attempt++) {
      try {
        const handle = await open(file, 'wx');
        await handle.writeFile(`${process.pid}:${threadId}`);
        await handle.close();
        return () => rm(file, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      if (!(await isAbandoned(file))) return undefined;
      await moveAway(file);
    }
    return undefined;
  }
}

/** Of several who find a lock abandoned one moves it away; whoever finds that he moved a later one puts it back. */
async function moveAway(file: string): Promise<void> {
  const aside = `${file}.${process.pid}-${threadId}`;
  try {
    await rename(file, aside);
    if (!(await isAbandoned(aside))) await link(aside, file);
  } catch {
    // Somebody else was faster.
  }
  await rm(aside, { force: true });
}

async function isAbandoned(file: string): Promise<boolean> {
  try {
    const owner = await readFile(file, 'utf8');
    const { mtimeMs } = await stat(file);
    return owner === ''
      ? Date.now() - mtimeMs > WRITING_MS
      : !isWriterAlive(Number.parseInt(owner, 10), mtimeMs);
  } catch {
    return false; // let go meanwhile
  }
}

/** Whether the process that wrote a file may still run. Numbers are given again: who started after that is another. */
export function isWriterAlive(pid: number, writtenMs: number): boolean {
  if (pid === process.pid) return writtenMs > Date.now() - process.uptime() * 1000 - START_MS;
  try {
    process.kill(pid, 0); // asks only
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return isRunningSince(pid, writtenMs);
}

/** What Linux knows of a process: a zombie (nobody fetched its status, as in a container without init) is dead, too. */
function isRunningSince(pid: number, timeMs: number): boolean {
  let stat: string;
  let bootSeconds: number;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    bootSeconds = Number(/^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'latin1'))?.[1]);
  } catch {
    return true; // another system: that the number is in use has to do
  }
  // pid (name) state ppid ... starttime, which is the 22nd; the name may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startMs = (bootSeconds + Number(fields[19]) / TICKS_A_SECOND) * 1000;
  return fields[0] !== 'Z' && fields[0] !== 'X' && !(startMs > timeMs + START_MS);
}

function combine(release: ReleaseLock, releaseLocal: ReleaseLock): ReleaseLock {
  let isHeld = true;
  return async () => {
    if (!isHeld) return;
    isHeld = false;
    try {
      await release();
    } finally {
      await releaseLocal();
    }
  };
}

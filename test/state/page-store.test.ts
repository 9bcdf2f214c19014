import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { deleteDB, openDB } from 'idb';
import { crc32 as zipCrc32 } from 'node:zlib';
import { describe, test } from 'vitest';
import { crc32 } from '../../engine/state/crc32.ts';
import { fileNameOf } from '../../engine/state/file-name.ts';
import { FilePageStore } from '../../engine/state/page-store-files.ts';
import { IndexedDbPageStore } from '../../engine/state/page-store-indexed-db.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import { StoreFullError } from '../../engine/state/page-store.ts';
import { bytesOf, describePageStore } from './page-store-contract.ts';

describe('MemoryPageStore', () => {
  describePageStore(async () => {
    const store = new MemoryPageStore();
    return {
      open: async () => store,
      damage: async (name) => store.damage(name),
      dispose: async () => {},
    };
  });

  test('is full at its capacity, and keeps what it has', async () => {
    const store = new MemoryPageStore(1000);
    await store.put('a', bytesOf(900));
    await assert.rejects(store.put('b', bytesOf(200)), StoreFullError);
    assert.deepEqual(await store.list(''), ['a']);
    await store.put('a', bytesOf(1000));
    await store.remove(['a']);
    await store.put('b', bytesOf(1000));
  });
});

describe('FilePageStore', () => {
  const create = async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'millrace-store-'));
    return {
      folder,
      open: () => FilePageStore.open(folder),
      damage: async (name: string) => {
        const file = path.join(folder, 'values', `${fileNameOf(name)}.v`);
        const bytes = await readFile(file);
        bytes[bytes.length - 1]! ^= 1; // never empty: it has a header
        await writeFile(file, bytes);
      },
      dispose: () => rm(folder, { recursive: true }),
    };
  };
  describePageStore(create);

  const deadPid = 2 ** 22 + 1; // beyond what Linux gives

  test('finishes the moves of a process that died, and forgets what it had not committed', async () => {
    const { folder, dispose } = await create();
    const written = await FilePageStore.open(folder);
    const aside = path.join(folder, 'aside');
    for (const name of ['list', 'one', 'two']) {
      const value =
        name === 'list'
          ? new TextEncoder().encode(
              JSON.stringify([
                [`${deadPid}-0-1`, 'x/one'],
                [`${deadPid}-0-2`, 'x/two'],
              ]),
            )
          : bytesOf(name.charCodeAt(0));
      await written.put(name, value, 'strict');
    }
    const take = async (name: string, as: string): Promise<void> => {
      await writeFile(path.join(aside, as), await readFile(path.join(folder, 'values', `${name}.v`)));
      await written.remove([name]);
    };
    await take('list', `${deadPid}-0-1.moves`);
    await take('two', `${deadPid}-0-2`);
    await take('one', `${deadPid}-0-9`);
    await written.put('x/one', bytesOf(1), 'strict'); // the first move was done before it died
    const store = await FilePageStore.open(folder);
    assert.deepEqual(await store.list(''), ['x/one', 'x/two']);
    assert.deepEqual(await store.get('x/two'), bytesOf('t'.charCodeAt(0)));
    await dispose();
  });

  test('takes over the lock of a process that was killed, also while nobody has fetched its status', async () => {
    const { folder, dispose } = await create();
    // The shell starts a process, kills it and does not wait: a zombie as long as the shell sleeps.
    const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; kill -9 $!; exec sleep 60']);
    const [line] = (await once(shell.stdout, 'data')) as [Buffer];
    const store = await FilePageStore.open(folder);
    await store.exclusively('warm', async () => {});
    await writeFile(path.join(folder, 'locks', 'a.lock'), `${line.toString().trim()}:0`);
    await (
      await store.locks.acquire('a')
    )();
    await writeFile(path.join(folder, 'locks', 'b.lock'), `${shell.pid}:0`);
    assert.equal(await store.locks.tryAcquire('b'), undefined);
    shell.kill('SIGKILL');
    await once(shell, 'exit');
    await (
      await store.locks.acquire('b')
    )();
    await dispose();
  });

  test('lists what stays while other folders are removed', async () => {
    const { folder, dispose } = await create();
    const store = await FilePageStore.open(folder);
    await store.put('jobs/kept/a', bytesOf(1), 'relaxed');
    let isRunning = true;
    const churn = async (): Promise<void> => {
      for (let i = 0; isRunning; i++) {
        const names = Array.from({ length: 8 }, (_, j) => `jobs/${i}-${j}/a`);
        await Promise.all(names.map((name) => store.put(name, bytesOf(1), 'relaxed')));
        await Promise.all(names.map((name) => store.remove([name])));
      }
    };
    const churning = churn();
    for (let i = 0; i < 300; i++) assert.ok((await store.list('jobs/')).includes('jobs/kept/a'));
    isRunning = false;
    await churning;
    await dispose();
  });

  test('takes over the lock of a dead process, and of a thread that was reclaimed', async () => {
    const { folder, dispose } = await create();
    const store = await FilePageStore.open(folder);
    await store.exclusively('warm', async () => {});
    await writeFile(path.join(folder, 'locks', 'a.lock'), `${deadPid}:0`);
    await (
      await store.locks.acquire('a')
    )();
    await writeFile(path.join(folder, 'locks', 'b.lock'), `${process.pid}:4711`);
    assert.equal(await store.locks.tryAcquire('b'), undefined);
    await FilePageStore.reclaimThread(folder, 4711);
    const release = await store.locks.tryAcquire('b');
    assert.ok(release);
    await release();
    await dispose();
  });
});

describe('IndexedDbPageStore', () => {
  let count = 0;
  // Node has no Web Locks: this runs the locks that expire.
  describePageStore(async () => {
    const name = `store-${count++}`;
    return {
      open: () => IndexedDbPageStore.open(name),
      damage: (value) => damageInDatabase(name, value),
      dispose: () => deleteDB(name),
    };
  });
});

async function damageInDatabase(database: string, name: string): Promise<void> {
  const db = await openDB(database);
  const value = (await db.get('values', name)) as { crc: number; data: Uint8Array | Blob };
  await db.put('values', { ...value, crc: value.crc ^ 1 }, name);
  db.close();
}

test('crc32 is zip’s, in one piece or several', () => {
  for (let size = 0; size < 100; size++) {
    const bytes = bytesOf(size);
    assert.equal(crc32(bytes), zipCrc32(bytes));
    assert.equal(crc32(bytes.subarray(size >> 1), crc32(bytes.subarray(0, size >> 1))), zipCrc32(bytes));
  }
});

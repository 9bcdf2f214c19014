import { afterEach, expect, test } from 'vitest';
import { DamagedValueError } from '../../engine/state/page-store.ts';
import type { LockingPageStore } from '../../engine/state/store-locks.ts';

export interface StoreUnderTest {
  /** Opens the same store again, as another tab would. */
  open(): Promise<LockingPageStore>;
  /** Changes a bit of a stored value behind the store's back. */
  damage(name: string): Promise<void>;
  /** Deletes everything. */
  dispose(): Promise<void>;
}

/** What every PageStore must do, run against each of them. */
export function describePageStore(create: () => Promise<StoreUnderTest>): void {
  let subject: StoreUnderTest | undefined;
  const opened: LockingPageStore[] = [];
  const start = async (): Promise<{ subject: StoreUnderTest; store: LockingPageStore }> => {
    subject = await create();
    return { subject, store: await open(subject) };
  };
  const open = async (from: StoreUnderTest): Promise<LockingPageStore> => {
    const store = await from.open();
    opened.push(store);
    return store;
  };
  afterEach(async () => {
    for (const store of opened.splice(0)) store.close();
    await subject?.dispose();
    subject = undefined;
  });

  test('gives back what was put, whatever its size', async () => {
    const { store } = await start();
    for (const size of [0, 1, 7, 4096, 65_536, 1_000_003]) {
      await store.put(`values/${size}`, bytesOf(size), 'relaxed');
    }
    for (const size of [0, 1, 7, 4096, 65_536, 1_000_003]) {
      expect(isSame(await store.get(`values/${size}`), bytesOf(size))).toBe(true);
    }
  });

  test('stores a view without the buffer behind it, and does not keep the caller’s bytes', async () => {
    const { store } = await start();
    const buffer = bytesOf(100);
    await store.put('view', buffer.subarray(10, 20), 'strict');
    buffer.fill(0);
    expect(await store.get('view')).toEqual(bytesOf(100).slice(10, 20));
    expect((await store.get('view'))?.buffer.byteLength).toBe(10);
  });

  test('knows no value that was never put', async () => {
    const { store } = await start();
    expect(await store.get('nothing')).toBe(undefined);
    expect(await store.list('no')).toEqual([]);
  });

  test('a later value replaces the former', async () => {
    const { store } = await start();
    await store.put('a', bytesOf(100_000), 'strict');
    await store.put('a', bytesOf(3), 'strict');
    expect(await store.get('a')).toEqual(bytesOf(3));
  });

  test('lists by prefix, in order, names of every sort', async () => {
    const { store } = await start();
    const names = [
      'jobs/1/b',
      'jobs/1/a',
      'jobs/1',
      'jobs/10/a',
      'Jobs/1',
      'topics/a b%/ü+.v/Ä',
      'topics/a_b',
      'x.v',
    ];
    await store.putAll(
      names.map((name) => ({ name, bytes: bytesOf(name.length) })),
      'relaxed',
    );
    expect(await store.list('')).toEqual([...names].sort());
    expect(await store.list('jobs/1/')).toEqual(['jobs/1/a', 'jobs/1/b']);
    expect(await store.list('jobs/1')).toEqual(['jobs/1', 'jobs/1/a', 'jobs/1/b', 'jobs/10/a']);
    expect(await store.list('topics/a')).toEqual(['topics/a b%/ü+.v/Ä', 'topics/a_b']);
    for (const name of names) expect((await store.get(name))?.length).toBe(name.length);
  });

  test('removes, and forgives names that are not there', async () => {
    const { store } = await start();
    await store.putAll(
      ['a/b/1', 'a/b/2', 'a/c'].map((name) => ({ name, bytes: bytesOf(1) })),
      'relaxed',
    );
    await store.remove(['a/b/1', 'a/b/2', 'a/none']);
    expect(await store.list('a')).toEqual(['a/c']);
    await store.put('a/b/3', bytesOf(1), 'relaxed');
    expect(await store.list('a/b')).toEqual(['a/b/3']);
  });

  test('what was put is there when the store is opened again', async () => {
    const { subject, store } = await start();
    await store.put('kept', bytesOf(70_000), 'strict');
    store.close();
    expect(await (await open(subject)).get('kept')).toEqual(bytesOf(70_000));
  });

  test('names a damaged value', async () => {
    const { subject, store } = await start();
    await store.putAll(
      [
        { name: 'small', bytes: bytesOf(500) },
        { name: 'large', bytes: bytesOf(300_000) },
      ],
      'strict',
    );
    for (const name of ['small', 'large']) {
      await subject.damage(name);
      const error: unknown = await store.get(name).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DamagedValueError);
      expect((error as DamagedValueError).valueName).toBe(name);
    }
  });

  test('runs one holder of a lock at a time, in whatever store it was opened', async () => {
    const { subject, store } = await start();
    const other = await open(subject);
    await store.put('count', new Uint8Array([0]), 'relaxed');
    const add = (by: LockingPageStore): Promise<void> =>
      by.exclusively('counter', async () => {
        const count = (await by.get('count'))![0]!; // put above
        await new Promise((resolve) => setTimeout(resolve, 1));
        await by.put('count', new Uint8Array([count + 1]), 'relaxed');
      });
    await Promise.all(Array.from({ length: 10 }, (_, i) => add(i % 2 ? store : other)));
    expect(await store.get('count')).toEqual(new Uint8Array([10]));
  });

  test('frees a lock when its holder fails', async () => {
    const { store } = await start();
    await expect(store.exclusively('l', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await store.exclusively('l', async () => 1)).toBe(1);
  });

  test('a lease is refused to the second until the first lets go', async () => {
    const { subject, store } = await start();
    const other = await open(subject);
    const release = await store.locks.tryAcquire('jobs/1');
    expect(release).toBeTypeOf('function');
    expect(await other.locks.tryAcquire('jobs/1')).toBe(undefined);
    expect(await store.locks.tryAcquire('jobs/1')).toBe(undefined);
    await (
      await other.locks.tryAcquire('jobs/2')
    )?.();
    await release?.();
    const second = await other.locks.tryAcquire('jobs/1');
    expect(second).toBeTypeOf('function');
    expect(await store.locks.tryAcquire('jobs/1')).toBe(undefined);
    await second?.();
    await (
      await store.locks.acquire('jobs/1')
    )();
  });
}

/** What `toEqual` says, without the second that it takes for a million bytes. */
function isSame(actual: Uint8Array | undefined, expected: Uint8Array): boolean {
  return actual?.length === expected.length && actual.every((byte, i) => byte === expected[i]);
}

/** Bytes that differ by place and by size. */
export function bytesOf(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >>> 8) + size) & 255;
  return bytes;
}

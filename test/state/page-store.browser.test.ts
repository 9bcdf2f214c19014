import { deleteDB, openDB } from 'idb';
import { describe, expect, test } from 'vitest';
import { IndexedDbPageStore } from '../../engine/state/page-store-indexed-db.ts';
import { bytesOf, describePageStore } from './page-store-contract.ts';

let count = 0;

describe('IndexedDbPageStore in a browser', () => {
  describePageStore(async () => {
    const name = `store-test-${count++}`;
    return {
      open: () => IndexedDbPageStore.open(name),
      damage: async (value) => {
        const db = await openDB(name);
        const stored = (await db.get('values', value)) as { crc: number };
        await db.put('values', { ...stored, crc: stored.crc ^ 1 }, value);
        db.close();
      },
      dispose: () => deleteDB(name),
    };
  });

  test('several large values in one transaction come back whole', async () => {
    const name = `store-test-${count++}`;
    const store = await IndexedDbPageStore.open(name);
    const bytes = bytesOf(4 << 20);
    const entries = ['a', 'b', 'c'].map((value) => ({ name: value, bytes }));
    await store.putAll(entries, 'strict');
    for (const { name: value } of entries) expect((await store.get(value))?.length).toBe(4 << 20);
    store.close();
    await deleteDB(name);
  });
});

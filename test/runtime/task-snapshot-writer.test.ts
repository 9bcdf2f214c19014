import { assert, test } from 'vitest';
import { TaskSnapshotWriter, type OperatorStateCopy } from '../../engine/runtime/task-snapshot-writer.ts';
import { readTaskState } from '../../engine/runtime/task-state-reader.ts';
import type { TaskSnapshot } from '../../engine/runtime/gateways.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import { StoreFullError, type PageStore } from '../../engine/state/page-store.ts';

const PAGE = 32 * 1024;
const owner = { jobId: 'job', vertexId: 'v', subtask: 0, attempt: 0 };
const times = { syncMs: 0, alignmentMs: 0 };
const page = (value: number, size = PAGE) => new Uint8Array(size).fill(value);

function copyOf(
  pageCount: number,
  pages: readonly (readonly [index: number, value: number])[],
): OperatorStateCopy[] {
  return [
    {
      operatorId: 'op',
      operatorState: { offset: 1 },
      completion: undefined,
      paged: [
        {
          name: 'table',
          meta: { pageCount },
          pageSize: PAGE,
          pageCount,
          pages: pages.map(([index, value]) => ({ index, bytes: page(value) })),
        },
      ],
    },
  ];
}

/** The values that the pages of the state have when it is read back; 0 where it uses none. */
async function readBack(store: PageStore, { operators }: TaskSnapshot): Promise<number[]> {
  const { paged, operatorState } = operators['op']!;
  const restore = {
    checkpointId: 1,
    operators: {
      op: { operatorState: [operatorState], paged: paged.map((state) => ({ subtask: 3, state })) },
    },
  };
  const [state] = (await readTaskState(store, restore)).get('op')!.get('table')!;
  assert.equal(state!.subtask, 3);
  const values: number[] = [];
  for (let at = 0; at < state!.bytes.length; at += PAGE) {
    const [value] = state!.bytes.subarray(at, at + PAGE);
    assert.isTrue(state!.bytes.subarray(at, at + PAGE).every((byte) => byte === value));
    values.push(value!);
  }
  return values;
}

function writerOf(store: PageStore) {
  let turns = 0;
  const writer = new TaskSnapshotWriter(store, owner, async () => void turns++);
  return { writer, turns: () => turns };
}

test('incremental snapshots write what changed and refer to the rest', async () => {
  const store = new MemoryPageStore();
  const { writer } = writerOf(store);
  assert.isTrue(writer.needsFull);
  const first = await writer.write(
    1,
    copyOf(3, [
      [0, 10],
      [1, 11],
      [2, 12],
    ]),
    true,
    times,
  );
  assert.isFalse(writer.needsFull);
  const second = await writer.write(
    2,
    copyOf(4, [
      [1, 21],
      [3, 23],
    ]),
    false,
    times,
  );
  const third = await writer.write(3, copyOf(2, []), false, times);
  assert.equal(first.writtenBytes, 3 * PAGE);
  assert.equal(second.writtenBytes, 2 * PAGE);
  assert.equal(third.writtenBytes, 0);
  assert.deepEqual(await readBack(store, first), [10, 11, 12]);
  assert.deepEqual(await readBack(store, second), [10, 21, 12, 23]);
  assert.deepEqual(await readBack(store, third), [10, 21]);
  assert.deepEqual(await store.list(''), ['jobs/job/chk-1/v-0-0-0', 'jobs/job/chk-2/v-0-0-0']);
});

test('pages go into segments of about 4 MiB, one a turn', async () => {
  const store = new MemoryPageStore();
  const { writer, turns } = writerOf(store);
  const pages = Array.from({ length: 300 }, (_, index) => [index, index % 251] as const);
  const snapshot = await writer.write(1, copyOf(300, pages), true, times);
  const segments = await store.list('jobs/job/chk-1/');
  assert.lengthOf(segments, 3);
  assert.equal(turns(), 3);
  assert.deepEqual(
    await readBack(store, snapshot),
    pages.map(([, value]) => value),
  );
});

test('pages that a state does not use leave a gap', async () => {
  const store = new MemoryPageStore();
  const { writer } = writerOf(store);
  const snapshot = await writer.write(
    1,
    copyOf(5, [
      [1, 11],
      [3, 13],
    ]),
    true,
    times,
  );
  assert.deepEqual(await readBack(store, snapshot), [0, 11, 0, 13]);
});

test('after a failed write the next snapshot must be full; one that built on it fails too', async () => {
  const store = new MemoryPageStore();
  const { writer } = writerOf(store);
  await writer.write(1, copyOf(1, [[0, 1]]), true, times);
  const put = store.put.bind(store);
  store.put = () => Promise.reject(new StoreFullError('x'));
  const failing = writer.write(2, copyOf(1, [[0, 2]]), false, times);
  const building = writer.write(3, copyOf(2, [[1, 3]]), false, times);
  const errors = await Promise.all(
    [failing, building].map((write) =>
      write.then(
        () => '',
        (error: Error) => error.name,
      ),
    ),
  );
  assert.deepEqual(errors, ['StoreFullError', 'Error']);
  store.put = put;
  assert.isTrue(writer.needsFull);
  const full = await writer.write(
    4,
    copyOf(2, [
      [0, 4],
      [1, 5],
    ]),
    true,
    times,
  );
  assert.deepEqual(await readBack(store, full), [4, 5]);
  assert.isFalse(writer.needsFull);
});

test('a snapshot waits for what its operators have to keep, and fails with it', async () => {
  const { writer } = writerOf(new MemoryPageStore());
  const [copy] = copyOf(0, []);
  const error = await writer
    .write(1, [{ ...copy!, completion: Promise.reject(new Error('pre-commit failed')) }], true, times)
    .then(
      () => undefined,
      (reason: Error) => reason,
    );
  assert.equal(error?.message, 'pre-commit failed');
  assert.isTrue(writer.needsFull);
});

test('a full snapshot is asked for once the segments mostly hold what is past', async () => {
  const store = new MemoryPageStore();
  const { writer } = writerOf(store);
  const pages = (value: number, from: number) =>
    Array.from({ length: 127 }, (_, i) => [from + i, value] as const);
  await writer.write(1, copyOf(128, [...pages(1, 1), [0, 1]]), true, times);
  let checkpoint = 1;
  // Page 0 of each segment stays, the rest is overwritten by the next.
  while (!writer.needsFull && checkpoint < 50) {
    checkpoint++;
    const count = 128 + checkpoint;
    await writer.write(
      checkpoint,
      copyOf(count, [...pages(checkpoint % 250, 1), [count - 1, 7]]),
      false,
      times,
    );
  }
  assert.isTrue(writer.needsFull);
  assert.isAbove(checkpoint, 3);
});

test('a segment that is missing or damaged is named', async () => {
  const store = new MemoryPageStore();
  const { writer } = writerOf(store);
  const snapshot = await writer.write(7, copyOf(1, [[0, 1]]), true, times);
  await store.remove(['jobs/job/chk-7/v-0-0-0']);
  const error = await readBack(store, snapshot).then(
    () => undefined,
    (reason: Error) => reason,
  );
  assert.match(error!.message, /jobs\/job\/chk-7\/v-0-0-0 is missing/);
});

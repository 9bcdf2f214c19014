import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileSystemSink } from '../../engine/connectors/filesystem/filesystem-sink.ts';
import { partitionStep, partitionValues } from '../../engine/connectors/filesystem/partition-path.ts';
import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import type { Value } from '../../engine/data/value.ts';
import type { TableSinkSpec } from '../../engine/operators/operator-spec.ts';
import type { FileAccess } from '../../engine/operators/stream-operator.ts';
import { StoredFiles } from '../../engine/runtime/files/stored-files.ts';
import { UrlFiles } from '../../engine/runtime/files/url-files.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import { StoreFullError } from '../../engine/state/page-store.ts';
import type { Json } from '../../engine/state/paged-state.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { INSERT_ONLY } from '../../engine/types/row-kind.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import type { SubtaskSnapshot } from '../harness/test-operator-context.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { Killed } from './faulty-page-store.ts';
import { MemoryFiles } from './memory-files.ts';
import { rowTypeOf, stored, taskContext } from './task-context.ts';

const environment = await testEnvironment();
const { wasm, pool } = environment;
const nullable = true;
const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable };
const INT: LogicalType = { root: 'INTEGER', nullable };
const TYPE = rowTypeOf({ id: INT, s: STRING });
const CHECKPOINTED = { 'execution.checkpointing.interval': '1 s' };

function spec(
  rowType: RowType = TYPE,
  options: Record<string, string> = {},
  partitionKeys: number[] = [],
): TableSinkSpec {
  return {
    kind: 'TableSink',
    table: 'cat.db.t',
    connector: 'filesystem',
    options: { path: '/out/', format: 'csv', ...options },
    rowType,
    primaryKey: [],
    partitionKeys,
    staticPartition: {},
    overwrite: false,
    changelogMode: INSERT_ONLY,
  };
}

async function open(
  files: FileAccess,
  sinkSpec = spec(),
  setup: { configuration?: Record<string, string>; restore?: SubtaskSnapshot[] } = {},
) {
  return OneInputStreamOperatorTestHarness.open(environment, {
    inputType: sinkSpec.rowType,
    outputType: sinkSpec.rowType,
    configuration: CHECKPOINTED,
    host: { files },
    ...setup,
    operator: (context) => new FileSystemSink(context, sinkSpec),
  });
}

/** Contents by folder: names of parts are drawn. */
function contents(files: MemoryFiles): string[] {
  return Object.entries(files.texts()).map(
    ([path, text]) => `${path.replace(/\/part-[^/]*$/, '/')}: ${text}`,
  );
}

describe('FileSystemSink', () => {
  test('shows a part file once its checkpoint is complete, under a name that begins with part', async () => {
    const files = new MemoryFiles();
    const sink = await open(files);
    sink.process('+I[1, a b]', '+I[2, null]');
    await sink.snapshot();
    expect(files.texts()).toEqual({});
    expect(Object.keys(files.texts(true))).toEqual([
      expect.stringMatching(/^\/out\/\.part-[0-9a-f]{12}-0-0\.inprogress$/),
    ]);
    sink.process('+I[3, c]');
    await sink.notifyCheckpointComplete();
    expect(Object.values(files.texts(true))).toEqual(['1,"a b"\n2,\n']);
    await sink.endInput();
    await sink.snapshot();
    await sink.notifyCheckpointComplete();
    expect(contents(files)).toEqual(['/out/: 1,"a b"\n2,\n', '/out/: 3,c\n']);
    sink.close();
    expect(pool.usedBytes).toBe(0);
  });

  test('writes nothing for a checkpoint without rows', async () => {
    const files = new MemoryFiles();
    const sink = await open(files);
    await sink.snapshot();
    await sink.notifyCheckpointComplete();
    await sink.endInput();
    expect(files.texts(true)).toEqual({});
    sink.close();
  });

  test('without checkpoints publishes at the end', async () => {
    const files = new MemoryFiles();
    const sink = await open(files, spec(TYPE, { format: 'json' }), { configuration: {} });
    sink.process('+I[1, a]');
    await sink.endInput();
    expect(contents(files)).toEqual(['/out/: {"id":1,"s":"a"}\n']);
    sink.close();
  });

  test('spreads rows over folders by their partition, which is not in the lines', async () => {
    const files = new MemoryFiles();
    const sink = await open(files, spec(rowTypeOf({ s: STRING, id: INT, n: INT }), {}, [0, 2]), {
      configuration: {},
    });
    sink.process('+I[x, 1, 7]', '+I[null, 2, 7]', '+I[x, 3, 7]', '+I[y z, 4, null]');
    await sink.endInput();
    expect(contents(files)).toEqual([
      '/out/s=__DEFAULT_PARTITION__/n=7/: 2\n',
      '/out/s=x/n=7/: 1\n3\n',
      '/out/s=y z/n=__DEFAULT_PARTITION__/: 4\n',
    ]);
    sink.close();
  });

  test('begins a new part at the rolling size', async () => {
    const files = new MemoryFiles();
    const sink = await open(files, spec(TYPE, { 'sink.rolling-policy.file-size': '20b' }), {
      configuration: {},
    });
    sink.process(...Array.from({ length: 10 }, (_, n) => `+I[${n}, abc]`));
    await sink.endInput();
    expect(Object.values(files.texts()).map((text) => text.split('\n').length - 1)).toEqual([4, 4, 2]);
    sink.close();
  });

  test('a full disk fails the checkpoint, and the next one takes everything along', async () => {
    const files = new MemoryFiles();
    let isFull = true;
    const write = files.write.bind(files);
    files.write = async (path, bytes) => {
      if (isFull) throw new StoreFullError(path);
      return write(path, bytes);
    };
    const sink = await open(files);
    sink.process('+I[1, a]');
    await expect(sink.snapshot()).rejects.toThrow('No space left');
    sink.process('+I[2, b]');
    isFull = false;
    await sink.snapshot();
    await sink.notifyCheckpointComplete(2);
    expect(contents(files)).toEqual(['/out/: 1,a\n', '/out/: 2,b\n']);
    sink.close();
  });

  test('removes what no checkpoint names when it is closed', async () => {
    const files = new MemoryFiles();
    const sink = await open(files, spec(TYPE, { 'sink.rolling-policy.file-size': '1b' }));
    sink.process('+I[1, a]');
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(Object.keys(files.texts(true)).length).toBe(1);
    sink.close();
    await Promise.resolve();
    expect(files.texts(true)).toEqual({});
  });

  test('a restore does not mind that a file of the page has been renamed', async () => {
    const store = new MemoryPageStore();
    const files = new StoredFiles(store, new UrlFiles('http://127.0.0.1:9/'));
    const first = await open(files);
    first.process('+I[1, a]');
    const checkpoint = [await first.snapshot()];
    await first.notifyCheckpointComplete();
    first.close();
    const second = await open(files, spec(), { restore: checkpoint });
    second.close();
    expect((await files.list('/out')).length).toBe(1);
  });

  test('names the column that cannot be written', async () => {
    const type = rowTypeOf({ m: { root: 'MAP', key: STRING, value: INT, nullable } });
    const sink = await open(new MemoryFiles(), spec(type, { format: 'json' }));
    const map: Value = [[null, 1]];
    expect(() => sink.process([map])).toThrow(
      "Writing cat.db.t, column 'm': JSON format doesn't support to serialize map data with null keys",
    );
    sink.close();
  });

  test('does not overwrite', async () => {
    await expect(open(new MemoryFiles(), { ...spec(), overwrite: true })).rejects.toThrow(
      'INSERT OVERWRITE of cat.db.t is not supported',
    );
  });
});

describe('partition folders', () => {
  const field = (type: LogicalType) => ({ name: 'p', type });
  const cases: [type: LogicalType, value: Value, step: string][] = [
    [STRING, 'a b/c=d', 'p=a b%2Fc%3Dd'],
    [STRING, '%41', 'p=%2541'],
    [STRING, '', 'p=NONE'],
    [INT, null, 'p=NONE'],
    [INT, -5, 'p=-5'],
    [{ root: 'BOOLEAN', nullable }, true, 'p=true'],
    [{ root: 'DATE', nullable }, 19723, 'p=2024-01-01'],
    [{ root: 'DECIMAL', precision: 5, scale: 2, nullable }, '1.50', 'p=1.50'],
    [{ root: 'TIMESTAMP', precision: 3, nullable }, { epochMs: 0, nanoOfMs: 0 }, 'p=1970-01-01T00%3A00'],
  ];
  for (const [type, value, step] of cases) {
    test(`${type.root} ${JSON.stringify(value)} is ${step}, and back`, () => {
      expect(partitionStep(field(type), value, 'NONE')).toBe(step);
      expect(partitionValues(`/x/${step}/file`, [field(type)], 'NONE')).toEqual([
        value === '' ? null : value,
      ]);
    });
  }
  test('are needed for all columns', () =>
    expect(partitionValues('/x/q=1/file', [field(INT)], 'NONE')).toBe(undefined));
});

/** Dies at its n-th call, right before or after what the call does. */
function faulty(inner: MemoryFiles, killAt: number, isDone: boolean): FileAccess {
  let calls = 0;
  const call = async <T>(action: () => Promise<T>): Promise<T> => {
    if (calls >= killAt) throw new Killed('dead');
    if (++calls < killAt) return action();
    if (isDone) await action();
    throw new Killed('killed');
  };
  return {
    list: (path) => call(() => inner.list(path)),
    read: (path, offset) => inner.read(path, offset),
    write: (path, bytes) => call(() => inner.write(path, bytes)),
    rename: (from, to) => call(() => inner.rename(from, to)),
    remove: (path) => call(() => inner.remove(path)),
  };
}

test('every row is in the folder once, wherever the job is killed and at whatever parallelism it comes back', async () => {
  const lives = fc.record({
    parallelism: fc.integer({ min: 1, max: 3 }),
    killAt: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant(Infinity)),
    isDone: fc.boolean(),
    isTold: fc.boolean(),
    killAfter: fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(Infinity)),
    rows: fc.integer({ min: 1, max: 8 }),
  });
  type Life = typeof lives extends fc.Arbitrary<infer L> ? L : never;
  const last: Life = {
    parallelism: 2,
    killAt: Infinity,
    isDone: false,
    isTold: true,
    killAfter: Infinity,
    rows: 5,
  };
  const rowCount = 60;
  interface World {
    readonly files: MemoryFiles;
    checkpoint: { readonly states: readonly Json[]; readonly position: number } | undefined;
    nextId: number;
  }
  const live = async (world: World, life: Life): Promise<boolean> => {
    const files = faulty(world.files, life.killAt, life.isDone);
    const builder = new BatchBuilder(wasm, pool, TYPE);
    const sinks = Array.from({ length: life.parallelism }, (_, subtask) => {
      const restored = world.checkpoint && { restored: world.checkpoint.states };
      const setup = {
        wasm,
        pool,
        subtask,
        parallelism: life.parallelism,
        configuration: CHECKPOINTED,
        host: { files },
      };
      return new FileSystemSink(taskContext({ ...setup, ...restored }), spec(TYPE, {}, [1]));
    });
    let count = 0;
    try {
      await Promise.all(sinks.map((sink) => sink.open()));
      let position = world.checkpoint?.position ?? 0;
      for (let isLast = false; !isLast;) {
        const end = Math.min(rowCount, position + life.rows);
        for (const [subtask, sink] of sinks.entries()) {
          for (let n = position; n < end; n++)
            if (n % sinks.length === subtask) builder.append([n, `p${n % 3}`]);
          if (builder.rowCount > 0) sink.processBatch(builder.build());
        }
        position = end;
        isLast = position === rowCount;
        if (isLast) await Promise.all(sinks.map((sink) => sink.finish()));
        const id = world.nextId++;
        const snapshots = sinks.map((sink) => sink.snapshotState(id));
        const states = snapshots.map(stored);
        await Promise.all(snapshots.map(async ({ completion }) => completion));
        world.checkpoint = { states, position };
        if (++count > life.killAfter) throw new Killed('between two calls');
        if (life.isTold || isLast) await Promise.all(sinks.map((sink) => sink.notifyCheckpointComplete(id)));
      }
      return true;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      return false;
    } finally {
      for (const sink of sinks) sink.close();
      builder.release();
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.array(lives, { maxLength: 5 }), async (starts) => {
      const world: World = { files: new MemoryFiles(), checkpoint: undefined, nextId: 1 };
      for (const life of [...starts, last]) if (await live(world, life)) break;
      const rows = Object.entries(world.files.texts()).flatMap(([path, text]) => {
        const partition = Number(/s=p(\d)/.exec(path)?.[1]);
        return text
          .trimEnd()
          .split('\n')
          .map((line) => [Number(line), partition] as const);
      });
      rows.sort(([a], [b]) => a - b);
      expect(rows).toEqual(Array.from({ length: rowCount }, (_, n) => [n, n % 3]));
    }),
    { numRuns: 200 },
  );
});

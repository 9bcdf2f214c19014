import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PageTopicStore } from '../../engine/connectors/topic/page-topic-store.ts';
import { TOPIC_DESCRIPTOR } from '../../engine/connectors/topic/topic-descriptor.ts';
import { decodeManifest } from '../../engine/connectors/topic/topic-manifest.ts';
import { manifestName } from '../../engine/connectors/topic/topic-names.ts';
import { TopicSink } from '../../engine/connectors/topic/topic-sink.ts';
import { TopicSource } from '../../engine/connectors/topic/topic-source.ts';
import type { TableSinkSpec, TableSourceSpec } from '../../engine/operators/operator-spec.ts';
import { FilePageStore } from '../../engine/state/page-store-files.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import type { Json } from '../../engine/state/paged-state.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import { INSERT_ONLY } from '../../engine/types/row-kind.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { printText } from '../../engine/data/value-text.ts';
import { collectInto, drainAsync, rowTypeOf, taskContext, type TaskSetup } from './task-context.ts';
import { topicRows } from './topic-content.ts';

const environment = await testEnvironment();
const { wasm, pool } = environment;
const nullable = true;
const rowType = rowTypeOf({
  k: { root: 'VARCHAR', length: 2147483647, nullable },
  n: { root: 'INTEGER', nullable },
});
const CHECKPOINTED = { 'execution.checkpointing.interval': '1 s' };

function sinkSpec(
  options: Record<string, string> = {},
  primaryKey: number[] = [],
  type: RowType = rowType,
): TableSinkSpec {
  return {
    kind: 'TableSink',
    table: 't',
    connector: 'topic',
    options: { topic: 't', ...options },
    rowType: type,
    primaryKey,
    partitionKeys: [],
    staticPartition: {},
    overwrite: false,
    changelogMode: INSERT_ONLY,
  };
}

async function openSink(
  topics: PageTopicStore,
  spec: TableSinkSpec,
  setup: {
    configuration?: Record<string, string>;
    clock?: ManualClock;
    subtask?: number;
    parallelism?: number;
  } = {},
) {
  return OneInputStreamOperatorTestHarness.open(environment, {
    inputType: spec.rowType,
    outputType: spec.rowType,
    configuration: CHECKPOINTED,
    host: { topics },
    ...setup,
    operator: (context) => new TopicSink(context, spec),
  });
}

function sourceSpec(
  options: Record<string, string> = {},
  type: RowType = rowType,
  more: Partial<TableSourceSpec> = {},
): TableSourceSpec {
  return {
    kind: 'TableSource',
    table: 't',
    connector: 'topic',
    options: { topic: 't', 'scan.bounded.mode': 'latest-offset', ...options },
    rowType: type,
    metadata: [],
    required: type.fields.map(() => true),
    ...more,
  };
}

async function openSource(topics: PageTopicStore, spec: TableSourceSpec, setup: Partial<TaskSetup> = {}) {
  const context = taskContext({ wasm, pool, host: { topics }, ...setup });
  const started = collectInto(new TopicSource(context, spec), wasm);
  await started.operator.open();
  return { ...started, context };
}

async function linesOf(topics: PageTopicStore, spec: TableSourceSpec): Promise<string[]> {
  const { operator, output } = await openSource(topics, spec);
  await drainAsync(operator);
  operator.close();
  return output.rows.map((row) =>
    printText(
      row,
      spec.rowType.fields.map(({ type }) => type),
    ),
  );
}

describe('a topic', () => {
  test('shows rows once their checkpoint is complete, with their kinds', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const sink = await openSink(topics, sinkSpec());
    sink.process('+I[a, 1]', '-U[a, 1]', '+U[a, 2]', '-D[b, null]');
    await sink.snapshot();
    expect(await linesOf(topics, sourceSpec())).toEqual([]);
    await sink.notifyCheckpointComplete();
    const lines = ['+I[a, 1]', '-U[a, 1]', '+U[a, 2]', '-D[b, null]'];
    expect(await linesOf(topics, sourceSpec())).toEqual(lines);
    await sink.notifyCheckpointComplete();
    expect(await linesOf(topics, sourceSpec())).toEqual(lines);
    sink.close();
  });

  test('commits with a later checkpoint what one that was given up had prepared', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const sink = await openSink(topics, sinkSpec());
    sink.process('+I[a, 1]');
    await sink.snapshot();
    sink.operator.notifyCheckpointAborted(1);
    sink.process('+I[b, 2]');
    await sink.snapshot();
    await sink.notifyCheckpointComplete();
    expect(await linesOf(topics, sourceSpec())).toEqual(['+I[a, 1]', '+I[b, 2]']);
    sink.close();
  });

  test('at the end waits for the last checkpoint', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const sink = await openSink(topics, sinkSpec());
    sink.process('+I[a, 1]');
    await sink.endInput();
    expect(await linesOf(topics, sourceSpec())).toEqual([]);
    await sink.snapshot();
    await sink.notifyCheckpointComplete();
    expect(await linesOf(topics, sourceSpec())).toEqual(['+I[a, 1]']);
    sink.close();
  });

  test('without checkpoints is published every second and at the end', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const clock = new ManualClock();
    const sink = await openSink(topics, sinkSpec(), { configuration: {}, clock });
    sink.process('+I[a, 1]');
    clock.advanceBy(999);
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await linesOf(topics, sourceSpec())).toEqual([]);
    clock.advanceBy(1);
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await linesOf(topics, sourceSpec())).toEqual(['+I[a, 1]']);
    sink.process('+I[b, 2]');
    await sink.endInput();
    expect(await linesOf(topics, sourceSpec())).toEqual(['+I[a, 1]', '+I[b, 2]']);
    sink.close();
  });

  test('keeps all rows of a key in one partition, and spreads keys', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const spec = sinkSpec({ partitions: '4' }, [0]);
    const sinks = [
      await openSink(topics, spec, { subtask: 0, parallelism: 2 }),
      await openSink(topics, spec, { subtask: 1, parallelism: 2 }),
    ];
    for (const [i, sink] of sinks.entries()) {
      sink.process(...Array.from({ length: 200 }, (_, n) => `+I[key ${n % 40}, ${n + i}]`));
      await sink.snapshot();
      await sink.notifyCheckpointComplete();
      sink.close();
    }
    const partitions = await Promise.all([0, 1, 2, 3].map((p) => topicRows(topics, 't', p, rowType)));
    const keys = partitions.map((rows) => new Set(rows.map(({ values }) => values[0])));
    expect(keys.reduce((sum, set) => sum + set.size, 0)).toBe(40);
    expect(Math.min(...keys.map((set) => set.size))).toBeGreaterThan(3);
    expect(partitions.flat().length).toBe(400);
  });

  test('spreads batches in turn without a key', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const sink = await openSink(topics, sinkSpec({ partitions: '2' }), { configuration: {} });
    for (const line of ['+I[a, 1]', '+I[b, 2]', '+I[c, 3]']) sink.process(line);
    await sink.endInput();
    expect((await topicRows(topics, 't', 0, rowType)).map(({ values }) => values[0])).toEqual(['a', 'c']);
    expect((await topicRows(topics, 't', 1, rowType)).map(({ values }) => values[0])).toEqual(['b']);
    sink.close();
  });

  test('stays small in number of values however often it is written', async () => {
    const store = new MemoryPageStore();
    const topics = new PageTopicStore(store);
    const sink = await openSink(topics, sinkSpec());
    for (let n = 0; n < 300; n++) {
      sink.process(`+I[x, ${n}]`);
      await sink.snapshot();
      await sink.notifyCheckpointComplete();
    }
    expect((await topicRows(topics, 't', 0, rowType)).map(({ values }) => values[1])).toEqual(
      Array.from({ length: 300 }, (_, n) => n),
    );
    expect((await store.list('')).length).toBeLessThan(70);
    const manifest = decodeManifest('t', (await store.get(manifestName('t')))!);
    expect(manifest.partitions[0]!.length).toBeLessThan(35);
    sink.close();
  });

  test('a full disk fails the checkpoint and not the job; the next one takes everything along', async () => {
    const store = new MemoryPageStore(5000);
    const topics = new PageTopicStore(store);
    const sink = await openSink(topics, sinkSpec());
    const used = (await store.get(manifestName('t')))!.length;
    await store.put('other', new Uint8Array(5000 - used - 10));
    sink.process('+I[a, 1]');
    await expect(sink.snapshot()).rejects.toThrow('No space left to store topics/t/tx/');
    sink.process('+I[b, 2]');
    await store.remove(['other']);
    await sink.snapshot();
    await sink.notifyCheckpointComplete(2);
    expect(await linesOf(topics, sourceSpec())).toEqual(['+I[a, 1]', '+I[b, 2]']);
    sink.close();
  });

  test('tells readers in other tabs of new records', async () => {
    const store = new MemoryPageStore();
    const topics = new PageTopicStore(store);
    const elsewhere = new PageTopicStore(store);
    const sink = await openSink(topics, sinkSpec());
    const { operator, output } = await openSource(
      elsewhere,
      sourceSpec({ 'scan.bounded.mode': 'unbounded' }),
    );
    const poll = async (): Promise<void> => {
      while (operator.poll() === 'nothing') await operator.whenAvailable();
    };
    sink.process('+I[a, 1]');
    await sink.snapshot();
    const polled = poll();
    await sink.notifyCheckpointComplete();
    await polled;
    expect(output.rows.map(({ values }) => values)).toEqual([['a', 1]]);
    for (const closed of [topics, elsewhere, sink, operator]) closed.close();
  });

  test('is looked at once a second, should an announcement get lost', async () => {
    const store = new MemoryPageStore();
    const clock = new ManualClock();
    const topics = new PageTopicStore(store);
    const silent = new PageTopicStore(store);
    silent.onCommit = () => () => {};
    const sink = await openSink(topics, sinkSpec());
    const { operator, output } = await openSource(silent, sourceSpec({ 'scan.bounded.mode': 'unbounded' }), {
      clock,
    });
    sink.process('+I[a, 1]');
    await sink.snapshot();
    for (let i = 0; i < 5; i++) expect([operator.poll(), await Promise.resolve()][0]).toBe('nothing');
    await sink.notifyCheckpointComplete();
    clock.advanceBy(1000);
    while (operator.poll() === 'nothing') await operator.whenAvailable();
    expect(output.rows.length).toBe(1);
    for (const closed of [topics, silent, sink, operator]) closed.close();
  });

  test('may be read from its end on', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const sink = await openSink(topics, sinkSpec());
    sink.process('+I[a, 1]');
    await sink.snapshot();
    await sink.notifyCheckpointComplete();
    const options = { 'scan.startup.mode': 'latest-offset', 'scan.bounded.mode': 'unbounded' };
    const { operator, output } = await openSource(topics, sourceSpec(options));
    sink.process('+I[b, 2]');
    await sink.snapshot();
    await sink.notifyCheckpointComplete();
    while (operator.poll() === 'nothing') await operator.whenAvailable();
    expect(output.rows.map(({ values }) => values[0])).toEqual(['b']);
    sink.close();
    operator.close();
  });

  test('gives partition and offset as metadata, and only the columns that are read', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const sink = await openSink(topics, sinkSpec({ partitions: '2' }), { configuration: {} });
    for (const lines of [['+I[a, 1]', '+I[b, 2]'], ['+I[c, 3]'], ['+I[d, 4]']]) sink.process(...lines);
    await sink.endInput();
    sink.close();
    const type: RowType = {
      ...rowType,
      fields: [
        ...rowType.fields,
        { name: 'p', type: { root: 'INTEGER', nullable: false } },
        { name: 'o', type: { root: 'BIGINT', nullable: false } },
      ],
    };
    const more = { metadata: ['partition', 'offset'], required: [true, false, true, true] };
    expect(await linesOf(topics, sourceSpec({}, type, more))).toEqual([
      '+I[a, null, 0, 0]',
      '+I[b, null, 0, 1]',
      '+I[c, null, 1, 0]',
      '+I[d, null, 0, 2]',
    ]);
  });

  test('stops at a limit, and goes on in the middle of a batch', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const sink = await openSink(topics, sinkSpec(), { configuration: {} });
    sink.process(...Array.from({ length: 10 }, (_, n) => `+I[x, ${n}]`));
    await sink.endInput();
    sink.close();
    const first = await openSource(topics, sourceSpec({}, rowType, { limit: 3 }));
    await drainAsync(first.operator);
    const states = [JSON.parse(JSON.stringify(first.operator.snapshotState().state)) as Json];
    const second = await openSource(topics, sourceSpec(), { restored: states });
    await drainAsync(second.operator);
    const rows = [...first.output.rows, ...second.output.rows];
    expect(rows.map(({ values }) => values[1])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    first.operator.close();
    second.operator.close();
  });

  test('is refused to tables of other columns or partitions, and to readers of a topic that was removed', async () => {
    const topics = new PageTopicStore(new MemoryPageStore());
    const sink = await openSink(topics, sinkSpec({ partitions: '2' }), { configuration: {} });
    sink.process('+I[a, 1]');
    await sink.endInput();
    sink.close();
    const other = rowTypeOf({
      k: { root: 'VARCHAR', length: 2147483647, nullable },
      n: { root: 'BIGINT', nullable },
    });
    await expect(openSource(topics, sourceSpec({}, other))).rejects.toThrow(
      "Topic 't' holds rows of other columns than the table declares.\n" +
        'Topic: ROW<`k` STRING, `n` INT> NOT NULL\nTable: ROW<`k` STRING, `n` BIGINT> NOT NULL',
    );
    await expect(openSource(topics, sourceSpec({ partitions: '3' }))).rejects.toThrow(
      "Topic 't' has 2 partitions, and 'partitions' = '3' was asked for.",
    );
    await topics.removeTopic('t');
    await expect(openSource(topics, sourceSpec(), { restored: [{ offsets: [[0, 1, 9]] }] })).rejects.toThrow(
      "Partition 0 of topic 't' has 0 rows, and the job had read 1: the topic was removed meanwhile.",
    );
  });

  test('without a store for topics is not supported', async () => {
    const context = taskContext({ wasm, pool });
    await expect(new TopicSource(context, sourceSpec()).open()).rejects.toThrow(
      'Topics are not supported here',
    );
  });
});

describe('the description of a topic', () => {
  const table = (options: Record<string, string>, primaryKey: string[] = []) => ({
    table: 't',
    options: { topic: 't', ...options },
    physicalType: rowType,
    primaryKey,
    partitionKeys: [],
  });
  const kinds = (options: Record<string, string>, primaryKey?: string[]): string => {
    const mode = TOPIC_DESCRIPTOR.source?.(table(options, primaryKey)).changelogMode;
    return Object.entries(mode ?? {})
      .flatMap(([kind, has]) => (has ? [kind] : []))
      .join(' ');
  };

  test('says which changes it holds', () => {
    expect(kinds({})).toBe('insert');
    expect(kinds({}, ['k'])).toBe('insert updateAfter delete');
    expect(kinds({ 'changelog-mode': 'append' }, ['k'])).toBe('insert');
    expect(kinds({ 'changelog-mode': 'retract' })).toBe('insert updateBefore updateAfter delete');
    expect(() => kinds({ 'changelog-mode': 'upsert' })).toThrow('needs a PRIMARY KEY');
  });

  test('says whether it ends', () => {
    expect(TOPIC_DESCRIPTOR.source?.(table({})).bounded).toBe(false);
    expect(TOPIC_DESCRIPTOR.source?.(table({ 'scan.bounded.mode': 'latest-offset' })).bounded).toBe(true);
  });

  test('checks its options', () => {
    expect(() => TOPIC_DESCRIPTOR.source?.(table({ topic: '' }))).toThrow(
      "Invalid value '' for option 'topic'",
    );
    expect(() => TOPIC_DESCRIPTOR.source?.(table({ partitions: '0' }))).toThrow('a number from 1 to 1024');
    expect(() => TOPIC_DESCRIPTOR.source?.(table({ 'scan.startup.mode': 'now' }))).toThrow(
      "Invalid value 'now' for option 'scan.startup.mode': one of earliest-offset, latest-offset is expected.",
    );
  });
});

test('two processes may write to a topic in files at the same time', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-topic-'));
  try {
    const write = async (writer: number): Promise<void> => {
      const topics = new PageTopicStore(await FilePageStore.open(folder));
      const sink = await openSink(topics, sinkSpec(), { subtask: writer, parallelism: 2 });
      for (let n = 0; n < 20; n++) {
        sink.process(`+I[w${writer}, ${n}]`);
        await sink.snapshot();
        await sink.notifyCheckpointComplete();
      }
      sink.close();
      topics.close();
    };
    await Promise.all([write(0), write(1)]);
    const topics = new PageTopicStore(await FilePageStore.open(folder));
    const rows = (await topicRows(topics, 't', 0, rowType)).map(
      ({ values }) => `${String(values[0] as string)} ${String(values[1] as number)}`,
    );
    for (const writer of ['w0', 'w1']) {
      expect(rows.filter((row) => row.startsWith(writer))).toEqual(
        Array.from({ length: 20 }, (_, n) => `${writer} ${n}`),
      );
    }
    topics.close();
  } finally {
    await rm(folder, { recursive: true });
  }
});

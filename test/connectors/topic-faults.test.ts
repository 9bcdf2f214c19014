import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PageTopicStore } from '../../engine/connectors/topic/page-topic-store.ts';
import { TopicSink } from '../../engine/connectors/topic/topic-sink.ts';
import { TopicSource } from '../../engine/connectors/topic/topic-source.ts';
import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import type { TableSinkSpec, TableSourceSpec } from '../../engine/operators/operator-spec.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import type { Json } from '../../engine/state/paged-state.ts';
import { INSERT_ONLY } from '../../engine/types/row-kind.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { FaultyPageStore, Killed } from './faulty-page-store.ts';
import { collectInto, rowTypeOf, stored, taskContext } from './task-context.ts';
import { topicRows } from './topic-content.ts';

const { wasm, pool } = await testEnvironment();
const rowType = rowTypeOf({ n: { root: 'INTEGER', nullable: false } });
const CHECKPOINTED = { 'execution.checkpointing.interval': '1 s' };

interface Checkpoint {
  readonly states: readonly Json[];
  /** Rows emitted before it. */
  readonly position: number;
}

/** One start of the job that writes, until it is done or killed. */
interface Life {
  readonly parallelism: number;
  /** Dies at this call of the store, after what the call does if `isDone`. */
  readonly killAt: number;
  readonly isDone: boolean;
  /** Dies between two calls: after so many checkpoints were committed, before anybody is told. */
  readonly killAfterCheckpoints: number;
  /** Each checkpoint's notification: lost or told. */
  readonly isToldOf: readonly boolean[];
  /** Checkpoints that are taken and then given up. */
  readonly isGivenUp: readonly boolean[];
  readonly rowsPerCheckpoint: number;
  /** Whether the operators are closed, as after a failure, or vanish, as when the browser is killed. */
  readonly isClosed: boolean;
}

interface World {
  readonly disk: MemoryPageStore;
  readonly rowCount: number;
  readonly partitions: number;
  readonly hasKey: boolean;
  checkpoint: Checkpoint | undefined;
  nextCheckpointId: number;
  attempt: number;
}

function sinkSpec({ partitions, hasKey }: World): TableSinkSpec {
  return {
    kind: 'TableSink',
    table: 't',
    connector: 'topic',
    options: { topic: 'a topic/x', partitions: String(partitions) },
    rowType,
    primaryKey: hasKey ? [0] : [],
    partitionKeys: [],
    staticPartition: {},
    overwrite: false,
    changelogMode: INSERT_ONLY,
  };
}

/** True once the job has come to its end. */
async function live(world: World, life: Life): Promise<boolean> {
  const disk = new FaultyPageStore(world.disk, life.killAt, life.isDone);
  const topics = new PageTopicStore(disk);
  const builder = new BatchBuilder(wasm, pool, rowType);
  const attempt = world.attempt++;
  const contexts = Array.from({ length: life.parallelism }, (_, subtask) =>
    taskContext({
      wasm,
      pool,
      subtask,
      parallelism: life.parallelism,
      attempt,
      configuration: CHECKPOINTED,
      host: { topics },
      ...(world.checkpoint && { restored: world.checkpoint.states }),
    }),
  );
  const sinks = contexts.map((context) => new TopicSink(context, sinkSpec(world)));
  let committed = 0;
  const checkpoint = async (position: number, isLast: boolean): Promise<void> => {
    const id = world.nextCheckpointId++;
    const snapshots = sinks.map((sink) => sink.snapshotState(id));
    const states = snapshots.map(stored);
    await Promise.all(snapshots.map(async ({ completion }) => completion));
    if (!isLast && life.isGivenUp[committed % life.isGivenUp.length]) {
      for (const sink of sinks) sink.notifyCheckpointAborted(id);
      return;
    }
    world.checkpoint = { states, position };
    if (++committed > life.killAfterCheckpoints) throw new Killed('between two calls');
    if (!isLast && !life.isToldOf[committed % life.isToldOf.length]) return;
    await Promise.all(sinks.map((sink) => sink.notifyCheckpointComplete(id)));
  };
  try {
    await Promise.all(sinks.map((sink) => sink.open()));
    let position = world.checkpoint?.position ?? 0;
    while (position < world.rowCount) {
      const end = Math.min(world.rowCount, position + life.rowsPerCheckpoint);
      for (const [subtask, sink] of sinks.entries()) {
        for (let n = position; n < end; n++) if (n % sinks.length === subtask) builder.append([n]);
        if (builder.rowCount > 0) sink.processBatch(builder.build());
      }
      position = end;
      if (position < world.rowCount) await checkpoint(position, false);
    }
    await Promise.all(sinks.map((sink) => sink.finish()));
    await checkpoint(position, true);
    for (const sink of sinks) sink.close();
    return true;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    if (life.isClosed) for (const sink of sinks) sink.close();
    return false;
  } finally {
    builder.release();
    topics.close();
  }
}

async function content({ disk, partitions }: World): Promise<number[][]> {
  const store = new PageTopicStore(disk);
  const rows: number[][] = [];
  for (let partition = 0; partition < partitions; partition++) {
    rows.push(
      (await topicRows(store, 'a topic/x', partition, rowType)).map(({ values }) => values[0] as number),
    );
  }
  store.close();
  return rows;
}

const calls = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.integer({ min: 1, max: 400 }),
  fc.constant(Infinity),
);
const lives: fc.Arbitrary<Life> = fc.record({
  parallelism: fc.integer({ min: 1, max: 3 }),
  killAt: calls,
  isDone: fc.boolean(),
  killAfterCheckpoints: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(Infinity)),
  isToldOf: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
  isGivenUp: fc.array(fc.constantFrom(true, false, false, false), { minLength: 1, maxLength: 4 }),
  rowsPerCheckpoint: fc.integer({ min: 1, max: 9 }),
  isClosed: fc.boolean(),
});
const LAST: Life = {
  parallelism: 2,
  killAt: Infinity,
  isDone: false,
  killAfterCheckpoints: Infinity,
  isToldOf: [true],
  isGivenUp: [false],
  rowsPerCheckpoint: 3,
  isClosed: true,
};

function newWorld(rowCount: number, partitions: number, hasKey: boolean): World {
  return {
    disk: new MemoryPageStore(),
    rowCount,
    partitions,
    hasKey,
    checkpoint: undefined,
    nextCheckpointId: 1,
    attempt: 0,
  };
}

describe('a topic holds every row once', () => {
  test('however often the job is killed, wherever, and comes back at whatever parallelism', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(lives, { maxLength: 5 }),
        fc.integer({ min: 0, max: 150 }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        async (starts, rowCount, partitions, hasKey) => {
          const world = newWorld(rowCount, partitions, hasKey);
          for (const life of [...starts, LAST]) if (await live(world, life)) break;
          const rows = await content(world);
          expect(rows.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: rowCount }, (_, n) => n));
          if (starts.every(({ parallelism }) => parallelism === 1)) {
            // Rows of one writer keep their order; the last life has two.
            const alone = newWorld(rowCount, partitions, hasKey);
            await live(alone, { ...LAST, parallelism: 1 });
            const before = (await content(alone)).map((partition) => new Set(partition));
            if (hasKey) expect(rows.map((partition) => new Set(partition))).toEqual(before);
          }
        },
      ),
      { numRuns: 250 },
    );
  }, 60_000);

  test('in the order in which one writer wrote them, at any kill', async () => {
    for (let killAt = 1; killAt < 500; killAt += killAt < 60 ? 1 : 7) {
      const world = newWorld(120, 1, false);
      for (const isDone of [false, true]) {
        await live(world, {
          ...LAST,
          parallelism: 1,
          rowsPerCheckpoint: 2,
          killAt,
          isDone,
          isClosed: isDone,
        });
      }
      await live(world, { ...LAST, parallelism: 1 });
      expect(await content(world)).toEqual([Array.from({ length: 120 }, (_, n) => n)]);
    }
  }, 60_000);

  test('and leaves nothing else on the disk', async () => {
    const world = newWorld(200, 2, false);
    for (let killAt = 5; killAt < 40; killAt++) {
      await live(world, { ...LAST, killAt, isDone: true, isClosed: killAt % 2 === 0 });
    }
    await live(world, { ...LAST, rowsPerCheckpoint: 2 });
    const topics = new PageTopicStore(world.disk);
    expect(await topics.listTransactions('a topic/x', '')).toEqual([]);
    expect(await topics.listTopics()).toEqual(['a topic/x']);
    await topics.removeTopic('a topic/x');
    expect(await world.disk.list('')).toEqual([]);
    topics.close();
  });
});

describe('a reader of a topic', () => {
  const spec = ({ partitions }: World, bounded: boolean): TableSourceSpec => ({
    kind: 'TableSource',
    table: 't',
    connector: 'topic',
    options: {
      topic: 'a topic/x',
      partitions: String(partitions),
      'scan.bounded.mode': bounded ? 'latest-offset' : 'unbounded',
    },
    rowType,
    metadata: [],
    required: [true],
  });

  /** A life of the reading job: so many polls in each subtask, a checkpoint, some more polls that are lost. */
  interface ReaderLife {
    readonly parallelism: number;
    readonly polls: number;
    readonly lostPolls: number;
  }

  async function read(
    world: World,
    { parallelism, polls, lostPolls }: ReaderLife,
    states: readonly Json[] | undefined,
  ) {
    const topics = new PageTopicStore(world.disk);
    const rows: number[] = [];
    const next: Json[] = [];
    for (let subtask = 0; subtask < parallelism; subtask++) {
      const setup = {
        wasm,
        pool,
        subtask,
        parallelism,
        host: { topics },
        ...(states && { restored: states }),
      };
      const context = taskContext(setup);
      const { operator, output } = collectInto(new TopicSource(context, spec(world, false)), wasm);
      await operator.open();
      const poll = async (): Promise<void> => {
        if (operator.poll() === 'nothing') for (let i = 0; i < 20; i++) await Promise.resolve();
      };
      for (let i = 0; i < polls; i++) await poll();
      rows.push(...output.rows.map(({ values }) => values[0] as number));
      next.push(stored(operator.snapshotState()));
      for (let i = 0; i < lostPolls; i++) await poll();
      operator.close();
      expect(context.failures).toEqual([]);
    }
    topics.close();
    return { rows, states: next };
  }

  test('sees every row once while the writer dies and comes back', async () => {
    const readerLives = fc.record({
      parallelism: fc.integer({ min: 1, max: 3 }),
      polls: fc.integer({ min: 0, max: 12 }),
      lostPolls: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(lives, readerLives), { maxLength: 5 }),
        fc.integer({ min: 0, max: 150 }),
        fc.integer({ min: 1, max: 3 }),
        async (starts, rowCount, partitions) => {
          const world = newWorld(rowCount, partitions, false);
          const seen: number[] = [];
          let states: readonly Json[] | undefined;
          for (const [life, reader] of [
            ...starts,
            [LAST, { parallelism: 2, polls: 600, lostPolls: 0 }] as const,
          ]) {
            await live(world, life);
            if (life === LAST) await live(world, LAST);
            const done = await read(world, reader, states);
            seen.push(...done.rows);
            states = done.states;
          }
          expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: rowCount }, (_, n) => n));
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});

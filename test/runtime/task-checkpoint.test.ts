import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import type { JobGraph } from '../../engine/graph/job-graph.ts';
import type { TurnClock } from '../../engine/runtime/turn-scheduler.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import { StoreFullError } from '../../engine/state/page-store.ts';
import { TestCluster, type TestCheckpoint, type TestClusterSetup } from '../harness/test-cluster.ts';
import { testEdge, testGraph, testVertex } from '../harness/test-graph.ts';
import { numbersSource, testOperator, TestWorld } from '../harness/test-operators.ts';

const ROWS = 120;
const KEYS = 5;
const SPLITS = 3;
const checkpointed = { 'execution.checkpointing.interval': '1 h' };

/** source -> count by key -> two-phase sink; its sources are read by `sources` subtasks, and so on. */
function job(
  sources: number,
  counters: number,
  sinks: number,
  configuration = checkpointed as Record<string, string>,
): JobGraph {
  return testGraph(
    [
      testVertex('source', sources, numbersSource({ count: ROWS, splits: SPLITS, keys: KEYS, batch: 7 })),
      testVertex('count', counters, testOperator('count'), testOperator('pass')),
      testVertex('sink', sinks, testOperator('two-phase')),
    ],
    [testEdge('source', 'count', 'hash'), testEdge('count', 'sink', 'rebalance', { sourceOperator: 1 })],
    configuration,
  );
}

/** Each key counts from 1 on, and every count is there once. */
function expected(): string[] {
  const counts = new Map<number, number>();
  return Array.from({ length: SPLITS * ROWS }, (_, n) => {
    const count = (counts.get(n % KEYS) ?? 0) + 1;
    counts.set(n % KEYS, count);
    return `+I[${n % KEYS}, ${count}]`;
  }).sort();
}

/** Time that only passes when somebody looks, tasks in an order that a seed decides: the same steps in every run. */
function seededTurns(seed: number): TurnClock {
  let now = 0;
  let state = seed >>> 0;
  return {
    now: () => (now += 0.5),
    yieldTurn: (callback) => void setImmediate(callback),
    pick: (count) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 8) % count;
    },
  };
}

const start = (world: TestWorld, setup: Partial<TestClusterSetup> = {}) =>
  TestCluster.start({ createOperator: world.createOperator, ...setup });

/** Finishes a job whose tasks wait for a last checkpoint, as a coordinator would once all have said so. */
async function finish(cluster: TestCluster, graph: JobGraph): Promise<void> {
  const subtasks = graph.vertices.reduce((sum, { parallelism }) => sum + parallelism, 0);
  await cluster.until(() => cluster.endsOfData.length === subtasks);
  await cluster.checkpoint();
  await cluster.finished();
}

const ticks = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

const parallelism = fc.tuple(
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 3 }),
  fc.integer({ min: 1, max: 2 }),
);

test(
  'S-72: killed anywhere and restored at any parallelism, the committed rows are those of an undisturbed run',
  { timeout: 60_000 },
  () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          seed: fc.nat(),
          taskManagers: fc.integer({ min: 1, max: 2 }),
          medium: fc.constantFrom('port' as const, 'ring' as const),
          // One attempt each: at which parallelism, how many rows of each split before each checkpoint, completed or only acknowledged.
          attempts: fc.array(
            fc.record({
              at: parallelism,
              limits: fc.array(fc.record({ rows: fc.integer({ min: 1, max: ROWS }), full: fc.boolean() }), {
                maxLength: 3,
              }),
              notifiesLast: fc.boolean(),
              pauses: fc.integer({ min: 0, max: 6 }),
            }),
            { minLength: 1, maxLength: 3 },
          ),
          last: parallelism,
        }),
        async ({ seed, taskManagers, medium, attempts, last }) => {
          const world = new TestWorld();
          const cluster = await start(world, { taskManagers, medium, turnClock: seededTurns(seed) });
          let latest: TestCheckpoint | undefined;
          for (const { at, limits, notifiesLast, pauses } of attempts) {
            world.limit = 0;
            await cluster.run(job(...at), latest);
            for (const [index, { rows, full }] of limits.entries()) {
              world.limit = Math.max(world.limit, rows);
              await ticks(pauses);
              latest = await cluster.trigger({ full });
              // The manifest is written; that the tasks hear of it is not certain.
              if (notifiesLast || index < limits.length - 1) await cluster.complete(latest);
            }
            world.limit = ROWS;
            await ticks(pauses);
            await cluster.cancel();
          }
          world.limit = Infinity;
          const graph = job(...last);
          await cluster.run(graph, latest);
          await finish(cluster, graph);
          assert.deepEqual([...world.committed].sort(), expected());
          await cluster.shutdown();
        },
      ),
      { numRuns: 40 },
    ),
);

test('a run with the same seed takes the same steps', async () => {
  const runs: string[][] = [];
  for (const seed of [7, 7, 8]) {
    const world = new TestWorld();
    const cluster = await start(world, { turnClock: seededTurns(seed) });
    await cluster.run(job(3, 2, 1));
    await finish(cluster, job(3, 2, 1));
    runs.push([...world.committed]);
    await cluster.shutdown();
  }
  assert.deepEqual(runs[1], runs[0]);
  assert.notDeepEqual(runs[2], runs[0]);
});

describe('the end of a bounded job', () => {
  test('with checkpoints on, tasks wait for one after their end, and commit before they are FINISHED', async () => {
    const world = new TestWorld();
    const cluster = await start(world);
    await cluster.run(job(1, 1, 1));
    await cluster.until(() => cluster.endsOfData.length === 3);
    await ticks(20);
    assert.deepEqual([...cluster.states.values()], ['RUNNING', 'RUNNING', 'RUNNING']);
    assert.isEmpty(world.committed);
    const { id } = await cluster.trigger();
    await ticks(20);
    assert.deepEqual([...cluster.states.values()], ['RUNNING', 'RUNNING', 'RUNNING']);
    await cluster.abort(id); // it failed elsewhere: they wait for another
    await ticks(20);
    assert.isEmpty(world.committed);
    await cluster.checkpoint();
    await cluster.finished();
    assert.deepEqual([...world.committed].sort(), expected());
    await cluster.shutdown();
  });

  test('with checkpoints off they end at once', async () => {
    const world = new TestWorld();
    const cluster = await start(world);
    await cluster.run(job(2, 2, 1, {}));
    await cluster.finished();
    assert.isEmpty(cluster.endsOfData);
    await cluster.shutdown();
  });

  test('a subtask that ended early takes part in later checkpoints until one is complete, then only its last snapshot does', async () => {
    const world = new TestWorld();
    const graph = testGraph(
      [
        testVertex('short', 1, numbersSource({ count: 2 })),
        testVertex('long', 1, numbersSource({ count: 50 })),
        testVertex('sink', 1, testOperator('two-phase')),
      ],
      [testEdge('short', 'sink', 'forward'), testEdge('long', 'sink', 'forward')],
      checkpointed,
    );
    world.limit = 10;
    const cluster = await start(world);
    await cluster.run(graph);
    await cluster.until(() => cluster.endsOfData.includes('short/0'));
    await cluster.checkpoint();
    await cluster.until(() => cluster.states.get('short/0') === 'FINISHED');
    assert.equal(cluster.states.get('sink/0'), 'RUNNING');
    world.limit = 30;
    const second = await cluster.checkpoint();
    await cluster.cancel();
    world.limit = Infinity;
    await cluster.run(graph, second);
    await finish(cluster, graph);
    const numbers = Array.from({ length: 50 }, (_, n) => `+I[${n}, ${n}]`);
    assert.deepEqual([...world.committed].sort(), [...numbers, '+I[0, 0]', '+I[1, 1]'].sort());
    await cluster.shutdown();
  });
});

describe('stop with savepoint', () => {
  test('nothing is read after the barrier; tasks end when it is complete; the job goes on from it', async () => {
    const world = new TestWorld();
    world.limit = 40;
    const cluster = await start(world, { taskManagers: 2 });
    await cluster.run(job(2, 2, 1));
    await ticks(5);
    const stop = await cluster.trigger({ stop: true });
    world.limit = Infinity;
    await ticks(20);
    assert.isTrue([...cluster.states.values()].every((state) => state === 'RUNNING'));
    await cluster.complete(stop);
    await cluster.finished();
    assert.isBelow(world.committed.length, SPLITS * ROWS);
    assert.notInclude(world.log.join(), 'finish', 'operators are not finished');
    const graph = job(1, 3, 2);
    await cluster.run(graph, stop);
    await finish(cluster, graph);
    assert.deepEqual([...world.committed].sort(), expected());
    await cluster.shutdown();
  });

  test('if it fails the job goes on', async () => {
    const world = new TestWorld();
    world.limit = 40;
    const cluster = await start(world);
    const graph = job(2, 2, 1);
    await cluster.run(graph);
    const stop = await cluster.trigger({ stop: true });
    await cluster.abort(stop.id);
    world.limit = Infinity;
    await finish(cluster, graph);
    assert.deepEqual([...world.committed].sort(), expected());
    await cluster.shutdown();
  });

  for (const configuration of [checkpointed, {}] as const) {
    const name = 'execution.checkpointing.interval' in configuration ? 'on' : 'off';
    test(`drain, checkpoints ${name}: sources end, time goes to its end, operators finish, and all is saved`, async () => {
      const world = new TestWorld();
      world.limit = 40;
      const cluster = await start(world, { taskManagers: 2 });
      await cluster.run(job(2, 2, 1, configuration));
      await ticks(20);
      const saved = await cluster.trigger({ stop: true, drain: true });
      assert.isEmpty(world.committed);
      await cluster.complete(saved);
      await cluster.finished();
      assert.isAbove(world.committed.length, 0);
      assert.isBelow(world.committed.length, SPLITS * ROWS);
      assert.lengthOf(
        world.log.filter((line) => line.endsWith('finish')),
        2,
      );
      await cluster.shutdown();
    });
  }
});

describe('a checkpoint that fails', () => {
  /** Fails every write while it is told to. */
  class FillableStore extends MemoryPageStore {
    isFull = false;
    override async put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
      if (this.isFull) throw new StoreFullError(name);
      return super.put(name, bytes);
    }
  }

  test('a full disk fails the checkpoint and not the job; the next one is whole', async () => {
    const world = new TestWorld();
    world.limit = 20;
    const store = new FillableStore();
    const cluster = await start(world, { store });
    const graph = job(1, 2, 1);
    await cluster.run(graph);
    await ticks(5);
    await cluster.checkpoint();
    store.isFull = true;
    world.limit = 60;
    await ticks(10);
    const error = await cluster.trigger().then(
      () => undefined,
      (reason: Error) => reason,
    );
    assert.equal(error?.name, 'StoreFullError');
    await cluster.abort(2);
    store.isFull = false;
    world.limit = 80;
    const third = await cluster.checkpoint();
    await cluster.cancel();
    world.limit = Infinity;
    await cluster.run(graph, third);
    await finish(cluster, graph);
    assert.deepEqual([...world.committed].sort(), expected());
    await cluster.shutdown();
  });

  test('an operator that cannot snapshot fails its task', async () => {
    const world = new TestWorld();
    world.limit = 10;
    const cluster = await start(world);
    await cluster.run(
      testGraph([
        testVertex('v', 1, numbersSource({ count: 50 }), testOperator('pass', { 'fail-in': 'snapshot' })),
      ]),
    );
    cluster.trigger().catch(() => {});
    const error = await cluster.until(() => false).catch((reason: Error) => reason);
    assert.equal(error?.message, 'cannot snapshot');
    await cluster.cancel();
    await cluster.shutdown();
  });
});

test('an incremental checkpoint writes less than a full one', async () => {
  const world = new TestWorld();
  world.limit = 50;
  const cluster = await start(world);
  await cluster.run(job(1, 1, 1));
  await ticks(10);
  const written = ({ snapshots }: TestCheckpoint) => snapshots.get('count/0')!.writtenBytes;
  const first = written(await cluster.checkpoint());
  const idle = written(await cluster.checkpoint());
  world.limit = 51;
  await ticks(10);
  const one = written(await cluster.checkpoint());
  const full = written(await cluster.checkpoint({ full: true }));
  assert.isAbove(first, 0);
  assert.equal(idle, 0);
  assert.isAbove(one, 0);
  assert.isBelow(one, first);
  assert.equal(full, first);
  await cluster.cancel();
  await cluster.shutdown();
});

import { assert, describe, test } from 'vitest';
import type { JobGraph } from '../../engine/graph/job-graph.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import { RuntimeFailure } from '../../engine/types/errors.ts';
import { TestCluster, type TestClusterSetup } from '../harness/test-cluster.ts';
import { testEdge, testGraph, testVertex } from '../harness/test-graph.ts';
import { numbersSource, TAGGING_UNION, testOperator, TestWorld } from '../harness/test-operators.ts';

/** Runs a job to its end and gives what its operators logged. */
async function run(
  graph: JobGraph,
  setup: Partial<TestClusterSetup> = {},
  world = new TestWorld(),
): Promise<string[]> {
  const cluster = await TestCluster.start({ createOperator: world.createOperator, ...setup });
  try {
    await cluster.run(graph);
    await cluster.finished();
    return world.log;
  } finally {
    await cluster.shutdown();
  }
}

const record = testOperator('record');
const count = testOperator('count');
const pass = testOperator('pass');

test('a chain in one task: rows, then the end of time, then finish and close', async () => {
  const graph = testGraph([testVertex('v', 1, numbersSource({ count: 3, batch: 2 }), pass, record)]);
  assert.deepEqual(await run(graph), [
    'v/0: +I[0, 0]',
    'v/0: +I[1, 1]',
    'v/0: watermark 2',
    'v/0: +I[2, 2]',
    'v/0: watermark 3',
    'v/0: watermark end',
    'v/0: finish', // the source
    'v/0: finish',
    'v/0: close',
  ]);
});

test('an operator with several outputs gives each the same, within the chain and over edges', async () => {
  const graph = testGraph(
    [
      testVertex('a', 1, numbersSource({ count: 2 }), [record, 0], [pass, 0], [record, 2]),
      testVertex('b', 1, record),
    ],
    [testEdge('a', 'b', 'forward', { sourceOperator: 2 })],
  );
  const rows = (await run(graph)).filter((line) => line.includes('+I'));
  assert.deepEqual(rows.slice(0, 4), ['a/0: +I[0, 0]', 'a/0: +I[1, 1]', 'a/0: +I[0, 0]', 'a/0: +I[1, 1]']);
  assert.deepEqual(rows.slice(4), ['b/0: +I[0, 0]', 'b/0: +I[1, 1]']);
});

test('several edges into one gate are one input (UNION ALL), with one watermark', async () => {
  const graph = testGraph(
    [
      testVertex('a', 1, numbersSource({ count: 2 })),
      testVertex('b', 1, numbersSource({ count: 3 })),
      testVertex('c', 1, record),
    ],
    [testEdge('a', 'c', 'forward'), testEdge('b', 'c', 'forward')],
  );
  const log = await run(graph);
  const sink = log.filter((line) => line.startsWith('c/0'));
  assert.deepEqual(sink.filter((line) => line.includes('+I')).sort(), [
    'c/0: +I[0, 0]',
    'c/0: +I[0, 0]',
    'c/0: +I[1, 1]',
    'c/0: +I[1, 1]',
    'c/0: +I[2, 2]',
  ]);
  assert.deepEqual(sink.slice(-3), ['c/0: watermark end', 'c/0: finish', 'c/0: close']);
});

test('two inputs: each row on its side, watermarks combined (S-8)', async () => {
  const graph = testGraph(
    [
      testVertex('a', 1, numbersSource({ count: 2 })),
      testVertex('b', 1, numbersSource({ count: 1 })),
      testVertex('c', 1, [TAGGING_UNION, 'gate 0', 'gate 1'], record),
    ],
    [testEdge('a', 'c', 'forward', { gate: 0 }), testEdge('b', 'c', 'forward', { gate: 1 })],
  );
  const sink = (await run(graph)).filter((line) => line.startsWith('c/0'));
  assert.deepEqual(sink.filter((line) => line.includes('+I')).sort(), [
    'c/0: +I[-1, 0]',
    'c/0: +I[0, 0]',
    'c/0: +I[1, 1]',
  ]);
  assert.deepEqual(sink.slice(-3), ['c/0: watermark end', 'c/0: finish', 'c/0: close']);
});

/** Counts by key over all subtasks of a job source -> hash -> count -> hash -> sink. */
function keyedJob(sources: number, counters: number, sinks: number, rows = 500): JobGraph {
  return testGraph(
    [
      testVertex('source', sources, numbersSource({ count: rows, splits: 4, keys: 7, batch: 13 }), pass),
      testVertex('count', counters, count),
      testVertex('sink', sinks, record),
    ],
    [testEdge('source', 'count', 'hash', { sourceOperator: 1 }), testEdge('count', 'sink', 'rebalance')],
  );
}

function expectedCounts(rows = 500): string[] {
  const counts = new Map<number, number>();
  const lines: string[] = [];
  for (let n = 0; n < 4 * rows; n++) {
    const next = (counts.get(n % 7) ?? 0) + 1;
    counts.set(n % 7, next);
    lines.push(`+I[${n % 7}, ${next}]`);
  }
  return lines.sort();
}

const rowsIn = (log: readonly string[]) =>
  log.flatMap((line) => (line.includes('+I') ? [line.slice(line.indexOf('+I'))] : []));

for (const [taskManagers, medium] of [
  [1, 'port'],
  [2, 'port'],
  [3, 'port'],
  [2, 'ring'],
  [3, 'ring'],
] as const) {
  test(`keyed counts over ${taskManagers} TaskManagers (${medium}), at several parallelisms`, async () => {
    for (const [sources, counters, sinks] of [
      [1, 1, 1],
      [2, 3, 2],
      [4, 2, 1],
    ] as const) {
      const log = await run(keyedJob(sources, counters, sinks), { taskManagers, medium });
      assert.deepEqual(rowsIn(log).sort(), expectedCounts());
      const ends = log.filter((line) => line.endsWith('watermark end'));
      assert.lengthOf(ends, sinks);
    }
  });
}

/** Waits for something that happens inside tasks, about which nobody is told. */
async function eventually(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('it did not happen within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test('a source subtask without data ends at once and does not hold up the watermark of the others', async () => {
  const graph = testGraph(
    [testVertex('source', 3, numbersSource({ count: 2, splits: 1 })), testVertex('sink', 1, record)],
    [testEdge('source', 'sink', 'rebalance')],
  );
  const world = new TestWorld();
  world.limit = 1;
  const cluster = await TestCluster.start({ createOperator: world.createOperator });
  await cluster.run(graph);
  await eventually(() => world.log.includes('sink/0: watermark 1'));
  world.limit = 2;
  await cluster.finished();
  assert.include(world.log, 'sink/0: watermark end');
  await cluster.shutdown();
});

describe('failure', () => {
  const failing = (options: Record<string, string>) =>
    testGraph(
      [
        testVertex('source', 2, numbersSource({ count: 100, splits: 2 })),
        testVertex('middle', 2, testOperator('pass', options), record),
      ],
      [testEdge('source', 'middle', 'rebalance')],
    );

  async function failureOf(
    options: Record<string, string>,
  ): Promise<{ error: Error; used: number[]; log: string[] }> {
    const world = new TestWorld();
    const cluster = await TestCluster.start({ createOperator: world.createOperator, taskManagers: 2 });
    const before = await cluster.usedBytes();
    let error: Error | undefined;
    try {
      await cluster.run(failing(options));
      await cluster.finished();
    } catch (reason) {
      error = reason as Error;
    }
    await cluster.cancel();
    const used = (await cluster.usedBytes()).map((bytes, i) => bytes - before[i]!);
    await cluster.shutdown();
    assert(error, 'the job should have failed');
    return { error, used, log: world.log };
  }

  test('an operator that throws fails its task, which says who, where and why, and gives its memory back', async () => {
    const { error, used, log } = await failureOf({ 'fail-at': '150' });
    assert.instanceOf(error, RuntimeFailure);
    assert.equal(error.message, '150 is no good');
    assert.equal(error.task, 'middle');
    assert.isNumber(error.subtask);
    assert.equal((error.cause as Error).name, 'TypeError');
    assert.deepEqual(used, [0, 0]);
    assert.lengthOf(
      log.filter((line) => line.endsWith(': close')),
      2,
    );
  });

  test('an error from outside a call fails the task too', async () => {
    const { error, used } = await failureOf({ 'fail-at': '20', 'fail-in': 'background' });
    assert.equal(error.message, 'failed in the background');
    assert.deepEqual(used, [0, 0]);
  });

  test('a task whose operator cannot be opened is not deployed', async () => {
    const { error, used } = await failureOf({ 'fail-in': 'open' });
    assert.equal(error.message, 'cannot open');
    assert.equal((error as RuntimeFailure).task, 'middle');
    assert.deepEqual(used, [0, 0]);
  });
});

test('after a trap of a kernel the task has failed, and the worker is ended', async () => {
  const world = new TestWorld();
  const ended: Error[] = [];
  const cluster = await TestCluster.start({
    createOperator: world.createOperator,
    terminate: (error) => ended.push(error),
  });
  await cluster.run(
    testGraph([
      testVertex(
        'v',
        1,
        numbersSource({ count: 10 }),
        testOperator('pass', { 'fail-at': '5', 'fail-in': 'kernel' }),
      ),
    ]),
  );
  const failure = await cluster.finished().catch((reason: Error) => reason);
  assert.match(failure!.message, /memory access out of bounds/);
  assert.deepEqual(
    ended.map(({ message }) => message),
    [failure!.message],
  );
  await cluster.cancel();
  await cluster.shutdown();
});

test('a canceled job gives everything back, and the next one runs', async () => {
  const world = new TestWorld();
  const cluster = await TestCluster.start({
    createOperator: world.createOperator,
    taskManagers: 2,
    medium: 'ring',
  });
  const before = await cluster.usedBytes();
  await cluster.run(keyedJob(2, 2, 2, 1_000_000));
  await eventually(() => rowsIn(world.log).length > 1000);
  await cluster.cancel();
  assert.isTrue([...cluster.states.values()].every((state) => state === 'CANCELED'));
  assert.deepEqual(await cluster.usedBytes(), before);
  world.log.length = 0;
  await cluster.run(keyedJob(2, 2, 2));
  await cluster.finished();
  assert.deepEqual(rowsIn(world.log).sort(), expectedCounts());
  await cluster.shutdown();
});

test("timers run in the mailbox at the time of the job's clock", async () => {
  const clock = new ManualClock(0);
  const world = new TestWorld();
  world.limit = 1;
  const cluster = await TestCluster.start({ createOperator: world.createOperator, clock });
  await cluster.run(
    testGraph([
      testVertex('v', 1, numbersSource({ count: 2 }), testOperator('pass', { timer: '500' }), record),
    ]),
  );
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
  await settled();
  clock.advanceTo(499);
  await settled();
  assert.notInclude(world.log, 'timer at 500');
  clock.advanceTo(500);
  assert.notInclude(world.log, 'timer at 500', 'not from within the clock');
  await settled();
  assert.include(world.log, 'timer at 500');
  world.limit = 2;
  await cluster.finished();
  await cluster.shutdown();
});

describe('time', () => {
  test('a task without input is idle, one whose sink takes nothing backpressured; the shares add up to 1000', async () => {
    const world = new TestWorld();
    world.limit = 0;
    const cluster = await TestCluster.start({ createOperator: world.createOperator });
    const graph = testGraph(
      [
        testVertex('source', 1, numbersSource({ count: 10_000_000, batch: 500 })),
        testVertex('sink', 1, record),
      ],
      [testEdge('source', 'sink', 'forward')],
    );
    await cluster.run(graph);
    const shares = async (vertexId: string) => {
      const report = (await cluster.reports()).find((task) => task.vertexId === vertexId)!;
      const {
        busyTimeMsPerSecond: busy,
        idleTimeMsPerSecond: idle,
        backPressuredTimeMsPerSecond: waits,
      } = report;
      assert.equal(busy + idle + waits, 1000);
      return { busy, idle, waits, report };
    };
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.isAbove((await shares('source')).idle, 500);
    assert.isAbove((await shares('sink')).idle, 500);
    let open = (): void => {};
    world.sinkGate = new Promise((resolve) => (open = resolve));
    world.limit = Infinity;
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.isAbove((await shares('source')).waits, 400);
    assert.isAbove((await shares('sink')).waits, 400);
    world.sinkGate = undefined;
    open();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const { report } = await shares('sink');
    assert.isAbove(report.numRecordsIn, 0);
    const source = (await shares('source')).report;
    assert.isAtLeast(source.numRecordsOut, report.numRecordsIn);
    assert.equal(source.numRecordsIn, source.numRecordsOut);
    assert.isAbove(source.numBytesOut, 0);
    assert.isAbove(report.currentInputWatermark!, 0);
    assert.isNull(source.currentInputWatermark);
    assert.isAtLeast(source.currentOutputWatermark!, report.currentInputWatermark!);
    await cluster.cancel();
    await cluster.shutdown();
  });

  test('tasks share the thread with everything else', async () => {
    const world = new TestWorld();
    const cluster = await TestCluster.start({ createOperator: world.createOperator });
    await cluster.run(
      testGraph([testVertex('v', 1, numbersSource({ count: 100_000_000, batch: 100 }), pass)]),
    );
    const longest = { ms: 0 };
    for (let last = performance.now(), i = 0; i < 20; i++) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      longest.ms = Math.max(longest.ms, performance.now() - last);
      last = performance.now();
    }
    assert.isBelow(longest.ms, 200, 'a turn takes about 8 ms; the machine may be busy');
    await cluster.cancel();
    await cluster.shutdown();
  });
});

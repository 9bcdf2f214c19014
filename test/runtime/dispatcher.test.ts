import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import type { JobGraph } from '../../engine/graph/job-graph.ts';
import type { CollectMessage } from '../../engine/operators/stream-operator.ts';
import { Dispatcher } from '../../engine/runtime/dispatcher.ts';
import type { TaskSnapshot } from '../../engine/runtime/gateways.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import { EMPTY_SNAPSHOT, FakeCluster, settle } from './fake-task-executor.ts';
import { edge, jobGraph, vertex } from './job-graphs.ts';

const CHECKPOINTING = { 'execution.checkpointing.interval': '1 s' };
const wasm = await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));

/** A Dispatcher over fake TaskManagers, at a time that stands still. */
class Scene {
  readonly clock: ManualClock;
  readonly store: MemoryPageStore;
  readonly cluster = new FakeCluster();
  dispatcher!: Dispatcher; // set by `open`

  private constructor(store: MemoryPageStore, now: number) {
    this.store = store;
    this.clock = new ManualClock(now);
  }

  static async open(
    configuration: Record<string, string> = {},
    store = new MemoryPageStore(),
    now = 0,
  ): Promise<Scene> {
    const scene = new Scene(store, now);
    scene.dispatcher = await Dispatcher.open(
      {
        store,
        clock: scene.clock,
        random: () => 0.5,
        configuration,
        executorOptions: { wasm, storeName: 'test' },
        maxTaskManagers: 3,
        createRing: () => null,
      },
      scene.cluster,
    );
    scenes.push(scene);
    return scene;
  }

  async submit(graph: JobGraph): Promise<void> {
    await this.dispatcher.submitJob(graph);
    await settle();
  }

  async advanceTo(time: number): Promise<void> {
    this.clock.advanceTo(time);
    await settle();
  }

  async state(jobId = 'job'): Promise<string> {
    const { state, vertices } = await this.dispatcher.jobDetails(jobId);
    return `${state}: ${vertices.map(({ id, status }) => `${id} ${status}`).join(', ')}`;
  }

  async messages(): Promise<string[]> {
    return (await this.dispatcher.jobDetails('job')).exceptions.map(({ message }) => message);
  }
}

const scenes: Scene[] = [];
afterEach(async () => {
  for (const { dispatcher } of scenes.splice(0)) await dispatcher.shutdown();
});

const twoVertices = (configuration: Record<string, string> = {}): JobGraph =>
  jobGraph([vertex('a', 2), vertex('b', 1)], [edge('a', 'b')], configuration);

/** A snapshot with a page in a segment that is really there. */
function stored(store: MemoryPageStore, id: number): TaskSnapshot {
  const segment = `jobs/job/chk-${id}/s`;
  void store.put(segment, new Uint8Array(8));
  const state = { name: 't', meta: null, pageSize: 8, pages: [[segment, 0, 8] as const] };
  return { ...EMPTY_SNAPSHOT, operators: { 'b-op': { operatorState: { id }, paged: [state] } } };
}

describe('starting', () => {
  test('slots are found, TaskManagers started and connected, tasks deployed, then all run', async () => {
    const scene = await Scene.open();
    await settle();
    assert.equal(scene.cluster.said(), 'start tm1');
    await scene.submit(twoVertices());
    assert.equal(
      scene.cluster.said(),
      'start tm2, tm1 connects tm2, tm2 connects tm1, tm1 deploys a0, tm2 deploys a1, tm1 deploys b0',
    );
    assert.equal(await scene.state(), 'RUNNING: a RUNNING, b RUNNING');
    assert.deepEqual(
      (await scene.dispatcher.taskManagers()).map(({ id, freeSlots }) => `${id} ${freeSlots}`),
      ['taskmanager-1 0', 'taskmanager-2 0'],
    );
  });

  test('a job that needs more slots than there are is refused with both numbers, and leaves nothing', async () => {
    const scene = await Scene.open();
    const graph = jobGraph([vertex('a', 4)]);
    await assert.rejects(
      scene.dispatcher.submitJob(graph),
      /needs 4 slots, but the cluster has only 3 \(3 TaskManagers/,
    );
    await scene.submit(jobGraph([vertex('a', 2)]));
    await assert.rejects(
      scene.dispatcher.submitJob({ ...jobGraph([vertex('a', 2)]), jobId: 'other' }),
      /needs 2 slots, but 1 of the cluster's 3 .* are free/,
    );
    assert.deepEqual(
      (await scene.dispatcher.listJobs()).map(({ jid }) => jid),
      ['job'],
    );
  });

  test('a job whose options are wrong is refused', async () => {
    const scene = await Scene.open();
    await assert.rejects(
      scene.dispatcher.submitJob(
        twoVertices({ 'execution.checkpointing.interval': 'often', 'restart-strategy.type': 'x' }),
      ),
      /'x' for option 'restart-strategy.type'/,
    );
    await scene.submit(twoVertices());
    await assert.rejects(scene.dispatcher.submitJob(twoVertices()), /There is a job job already/);
  });

  test('the job ends when its tasks do, and its slots are free again', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    await scene.cluster.taskManager(1).finishAll();
    assert.equal(await scene.state(), 'RUNNING: a RUNNING, b FINISHED');
    await scene.cluster.taskManager(2).finishAll();
    assert.deepEqual(await scene.dispatcher.awaitTermination('job'), { status: 'FINISHED' });
    assert.equal(await scene.state(), 'FINISHED: a FINISHED, b FINISHED');
    assert.deepEqual(
      (await scene.dispatcher.taskManagers()).map(({ freeSlots }) => freeSlots),
      [1, 1],
    );
  });
});

describe('failures', () => {
  test('without a restart strategy the job fails and says why', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    scene.cluster.said();
    await scene.cluster.taskManager(2).fail('a', 1);
    await settle();
    assert.equal(scene.cluster.said(), 'tm1 cancels, tm2 cancels');
    assert.equal(await scene.state(), 'FAILED: a FAILED, b CANCELED');
    const { status, error } = await scene.dispatcher.awaitTermination('job');
    assert.equal(
      `${status} ${error?.message} ${error?.task} ${error?.subtask}`,
      'FAILED a (2/2) failed: boom a 1',
    );
    assert.equal(error?.cause?.message, 'boom');
  });

  test('all tasks start again after the backoff, from the last checkpoint', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices(CHECKPOINTING));
    await scene.advanceTo(1000);
    assert.match(
      scene.cluster.said(),
      /tm1 checkpoint 1, tm2 checkpoint 1, .*tm1 completed 1, tm2 completed 1/,
    );
    await scene.cluster.taskManager(1).fail('b', 0);
    await settle();
    assert.equal(await scene.state(), 'RESTARTING: a CANCELED, b FAILED');
    await scene.advanceTo(1999);
    assert.equal(scene.cluster.said(), 'tm1 cancels, tm2 cancels');
    await scene.advanceTo(2000);
    assert.equal(scene.cluster.said(), 'tm1 deploys a0 from 1, tm2 deploys a1 from 1, tm1 deploys b0 from 1');
    const { state, restarts, exceptions } = await scene.dispatcher.jobDetails('job');
    assert.equal(
      `${state} ${restarts} ${exceptions[0]?.taskName}: ${exceptions[0]?.message}`,
      'RUNNING 1 b (1/1): Error: boom',
    );
    await scene.advanceTo(3000);
    assert.match(scene.cluster.said(), /checkpoint 2/);
  });

  test('a TaskManager that is killed is replaced, and what ran elsewhere starts again, too', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices(CHECKPOINTING));
    await scene.advanceTo(1000);
    scene.cluster.said();
    await scene.dispatcher.killTaskManager('taskmanager-2');
    await settle();
    assert.equal(scene.cluster.said(), 'terminate tm2, start tm3, tm1 cancels');
    await scene.advanceTo(2000);
    assert.equal(
      scene.cluster.said(),
      'tm1 disconnects tm2, tm1 connects tm3, tm3 connects tm1, tm1 deploys a0 from 1, tm3 deploys a1 from 1, tm1 deploys b0 from 1',
    );
    assert.match((await scene.messages())[0] ?? '', /TaskManager taskmanager-2 is gone: it was killed/);
  });

  test('a TaskManager that stops answering is taken for dead after the timeout, and not before', async () => {
    const configuration = { 'heartbeat.interval': '1 s', 'heartbeat.timeout': '5 s' };
    const scene = await Scene.open(configuration);
    await scene.submit(twoVertices());
    scene.cluster.silent.add('taskmanager-2');
    for (let second = 1; second <= 5; second++) await scene.advanceTo(second * 1000);
    assert.match(await scene.state(), /^RUNNING/);
    for (let second = 6; second <= 7; second++) await scene.advanceTo(second * 1000);
    assert.match(await scene.state(), /^FAILED/);
    assert.match((await scene.messages())[0] ?? '', /no answer for 5000 ms/);
    assert.match(scene.cluster.said(), /terminate tm2/);
  });

  test('after a sleep of the whole machine nobody is dead', async () => {
    const scene = await Scene.open({ 'heartbeat.interval': '1 s', 'heartbeat.timeout': '5 s' });
    await scene.submit(twoVertices());
    scene.clock.advanceTo(900);
    let clockJumps = 0;
    scene.clock.now = () => 3_600_000 + clockJumps++; // wakes up an hour later
    await scene.advanceTo(1000);
    await settle();
    assert.match(await scene.state(), /^RUNNING/);
  });

  test('a mistake in the job is not tried again', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices(CHECKPOINTING));
    await scene.cluster
      .taskManager(1)
      .fail('b', 0, { name: 'ValidationException', message: 'not supported' });
    await settle();
    assert.match(await scene.state(), /^FAILED/);
  });

  test('a failure while tasks are being deployed cancels also those that come later', async () => {
    const scene = await Scene.open();
    let release = (): void => {};
    scene.cluster.onDeploy = async ({ vertex: { id }, subtask }) => {
      if (id === 'a' && subtask === 0) throw new Error('no such file');
      await new Promise<void>((resolve) => (release = resolve));
    };
    await scene.submit(jobGraph([vertex('a', 2)]));
    assert.match(await scene.state(), /^FAILING/);
    release();
    await settle();
    assert.match(await scene.state(), /^FAILED/);
    assert.match(scene.cluster.said(), /tm1 cancels, tm2 cancels, .*tm2 deploys a1, tm2 cancels$/);
    assert.deepEqual(scene.cluster.taskManager(2).tasks, []);
  });

  test('a TaskManager that cannot cancel its tasks is ended', async () => {
    const scene = await Scene.open({ 'task.cancellation.timeout': '30 s' });
    await scene.submit(twoVertices());
    scene.cluster.onCancel = (id) => (id.endsWith('2') ? new Promise(() => {}) : Promise.resolve());
    void scene.dispatcher.cancelJob('job');
    await settle();
    assert.match(await scene.state(), /^CANCELLING/);
    await scene.advanceTo(30_000);
    assert.match(await scene.state(), /^CANCELED/);
    assert.match(scene.cluster.said(), /terminate tm2/);
  });
});

describe('checkpoints', () => {
  test('a damaged one is named and passed over at the restart', async () => {
    const scene = await Scene.open();
    let id = 0;
    scene.cluster.snapshotOf = (vertexId) => (vertexId === 'b' ? stored(scene.store, ++id) : EMPTY_SNAPSHOT);
    await scene.submit(twoVertices(CHECKPOINTING));
    await scene.advanceTo(1000);
    await scene.advanceTo(2000);
    scene.store.damage('jobs/job/chk-2/s');
    scene.cluster.said();
    await scene.cluster.taskManager(1).fail('b', 0);
    await settle();
    await scene.advanceTo(3000);
    assert.match(scene.cluster.said(), /tm1 deploys b0 from 1/);
    assert.match(
      (await scene.messages())[0] ?? '',
      /^Checkpoint 2 cannot be used.*jobs\/job\/chk-2\/s is damaged/,
    );
    assert.deepEqual((await scene.dispatcher.checkpoints('job')).restored, {
      id: 1,
      restore_timestamp: 3000,
    });
  });

  test('when all are damaged the job fails rather than begin anew', async () => {
    const scene = await Scene.open();
    scene.cluster.snapshotOf = (vertexId) => (vertexId === 'b' ? stored(scene.store, 1) : EMPTY_SNAPSHOT);
    await scene.submit(twoVertices(CHECKPOINTING));
    await scene.advanceTo(1000);
    scene.store.damage('jobs/job/chk-1/s');
    await scene.cluster.taskManager(1).fail('b', 0);
    await settle();
    await scene.advanceTo(2000);
    assert.match(await scene.state(), /^FAILED/);
    const { error } = await scene.dispatcher.awaitTermination('job');
    assert.match(error?.message ?? '', /none of its checkpoints can be read/);
  });

  test('a full disk is seen in the statistics, and the job goes on', async () => {
    const scene = await Scene.open({}, new MemoryPageStore(2500));
    scene.cluster.snapshotOf = () => ({
      ...EMPTY_SNAPSHOT,
      operators: { o: { operatorState: 'x'.repeat(1000), paged: [] } },
    });
    await scene.submit(twoVertices(CHECKPOINTING));
    await scene.advanceTo(1000);
    assert.match(await scene.state(), /^RUNNING/);
    const { counts, history } = await scene.dispatcher.checkpoints('job');
    assert.equal(counts.failed, 1);
    assert.match(history[0]?.failure_message ?? '', /No space left/);
  });

  test('by hand, and kept as the options say', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    assert.deepEqual(await scene.dispatcher.triggerCheckpoint('job'), { checkpointId: 1 });
    assert.ok((await scene.store.list('jobs/')).length > 0);
    await scene.dispatcher.cancelJob('job');
    assert.deepEqual(await scene.store.list('jobs/'), []);
  });
});

describe('stopping and resuming', () => {
  test('a job stopped with a savepoint goes on from it, at another parallelism', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    scene.cluster.said();
    assert.deepEqual(await scene.dispatcher.stopWithSavepoint('job', false), { checkpointId: 1 });
    assert.match(scene.cluster.said(), /tm1 checkpoint 1 stop, tm2 checkpoint 1 stop/);
    assert.deepEqual(await scene.dispatcher.awaitTermination('job'), { status: 'SUSPENDED' });
    await scene.dispatcher.resumeJob('job', 3);
    await settle();
    assert.match(
      scene.cluster.said(),
      /tm1 deploys a0 from 1, tm2 deploys a1 from 1, tm3 deploys a2 from 1, tm1 deploys b0 from 1/,
    );
    assert.match(await scene.state(), /^RUNNING/);
  });

  test('a drained job has finished, and cannot be resumed', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    await scene.dispatcher.stopWithSavepoint('job', true);
    assert.match(scene.cluster.said(), /checkpoint 1 stop drain/);
    assert.match(await scene.state(), /^FINISHED/);
    await assert.rejects(scene.dispatcher.resumeJob('job'), /nothing is left to resume/);
  });

  test('tasks that do not stop by themselves are canceled in the end', async () => {
    const scene = await Scene.open();
    scene.cluster.stopsAfterSavepoint = false;
    await scene.submit(twoVertices());
    const stopped = scene.dispatcher.stopWithSavepoint('job', false);
    await settle();
    await scene.advanceTo(10_000);
    await stopped;
    assert.match(await scene.state(), /^SUSPENDED/);
  });

  test('a job that fails while it is being stopped tells whoever stops it', async () => {
    const scene = await Scene.open();
    scene.cluster.acknowledges = false;
    await scene.submit(twoVertices());
    const stopped = scene.dispatcher.stopWithSavepoint('job', false);
    await settle();
    await scene.cluster.taskManager(1).fail('b', 0);
    await assert.rejects(stopped, /boom/);
    await settle();
    assert.match(await scene.state(), /^FAILED/);
  });

  test('what is canceled while it waits to restart does not restart', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices(CHECKPOINTING));
    await scene.cluster.taskManager(1).fail('b', 0);
    await settle();
    await scene.dispatcher.cancelJob('job');
    assert.match(await scene.state(), /^CANCELED/);
    scene.cluster.said();
    await scene.advanceTo(100_000);
    assert.equal(scene.cluster.said().includes('deploys'), false);
    await assert.rejects(scene.dispatcher.resumeJob('job'), /no checkpoint to go on from/);
  });
});

describe('after the page was closed', () => {
  test('a running job goes on from its last checkpoint; ids of checkpoints go on, too', async () => {
    const first = await Scene.open();
    await first.submit(twoVertices(CHECKPOINTING));
    await first.advanceTo(1000);
    await first.dispatcher.shutdown();
    const second = await Scene.open({}, first.store, 5000);
    assert.deepEqual(await second.dispatcher.recoverJobs(), ['job']);
    await settle();
    assert.match(second.cluster.said(), /tm1 deploys a0 from 1/);
    const details = await second.dispatcher.jobDetails('job');
    assert.equal(`${details.state} since ${details['start-time']}`, 'RUNNING since 0');
    await second.advanceTo(6000);
    assert.match(second.cluster.said(), /checkpoint 2/);
    assert.deepEqual(await second.dispatcher.recoverJobs(), []);
  });

  test('a job that had no checkpoint yet begins anew; ended ones are shown and stay ended', async () => {
    const first = await Scene.open();
    await first.submit(twoVertices());
    await first.submit({ ...jobGraph([vertex('c', 1)]), jobId: 'other' });
    await first.dispatcher.cancelJob('other');
    await first.dispatcher.shutdown();
    const second = await Scene.open({}, first.store);
    assert.match(await second.state('other'), /^CANCELED/);
    assert.deepEqual(await second.dispatcher.awaitTermination('other'), { status: 'CANCELED' });
    assert.deepEqual(await second.dispatcher.recoverJobs(), ['job']);
    await settle();
    assert.match(second.cluster.said(), /tm1 deploys a0,/);
  });

  test('a job that another tab runs is shown as such and left alone', async () => {
    const first = await Scene.open();
    await first.submit(twoVertices());
    const second = await Scene.open({}, first.store);
    assert.deepEqual(await second.dispatcher.recoverJobs(), []);
    const [details] = await second.dispatcher.listJobs();
    assert.equal(`${details?.state} ${details?.isOwnedElsewhere}`, 'RUNNING true');
    await assert.rejects(second.dispatcher.cancelJob('job'), /run by another tab/);
    await first.dispatcher.shutdown();
    assert.deepEqual(await second.dispatcher.recoverJobs(), ['job']);
  });

  test('a job that ended is forgotten on request, with all it stored', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    await assert.rejects(scene.dispatcher.disposeJob('job'), /has not ended/);
    await scene.dispatcher.stopWithSavepoint('job', false);
    await scene.dispatcher.disposeJob('job');
    assert.deepEqual(await scene.store.list(''), []);
    await assert.rejects(scene.dispatcher.jobDetails('job'), /There is no job job/);
  });
});

describe('what the client sees', () => {
  test('collected rows wait for the client, and for its acknowledgements', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    const { jobMaster } = scene.cluster.taskManager(1);
    const taken: number[] = [];
    const send = (position: number): void => {
      const message: CollectMessage = {
        operatorId: 'b-op',
        subtask: 0,
        position,
        rowCount: 1,
        bytes: new Uint8Array([position]),
        isLast: false,
      };
      void jobMaster.collect('job', message).then(() => taken.push(position));
    };
    for (let position = 0; position < 12; position++) send(position);
    await settle();
    assert.deepEqual(taken, []);
    const { port1, port2 } = new MessageChannel();
    const received: number[] = [];
    port2.onmessage = ({ data }: MessageEvent<CollectMessage>) => received.push(data.position);
    await scene.dispatcher.attachCollect('job', port1);
    await until(() => received.length === 8);
    assert.deepEqual(taken, [0, 1, 2, 3, 4, 5, 6, 7]);
    port2.postMessage({ ack: 3 });
    await until(() => received.length === 11);
    port2.postMessage({ ack: 11 });
    await until(() => received.length === 12);
    const again = new MessageChannel();
    const seen: number[] = [];
    again.port2.onmessage = ({ data }: MessageEvent<CollectMessage>) => seen.push(data.position);
    await scene.dispatcher.attachCollect('job', again.port1);
    await until(() => seen.length === 12);
    assert.deepEqual(seen, received);
    again.port2.close();
    port2.close();
  });

  test('printed lines are kept until somebody listens', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    const { jobMaster } = scene.cluster.taskManager(1);
    await jobMaster.print('job', '+I[1]', false);
    const lines: string[] = [];
    await scene.dispatcher.attachPrint('job', (line, isError) =>
      lines.push(`${isError ? 'err' : 'out'} ${line}`),
    );
    await jobMaster.print('job', '+I[2]\n+I[3]', true);
    assert.deepEqual(lines, ['out +I[1]', 'err +I[2]\n+I[3]']);
  });

  test('a subscriber is told at once, at every change of status, and at its interval', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    const seen: string[] = [];
    const stop = await scene.dispatcher.subscribe(
      'job',
      ({ state, now }) => seen.push(`${now} ${state}`),
      500,
    );
    await settle();
    await scene.advanceTo(500);
    await scene.dispatcher.cancelJob('job');
    await settle();
    assert.deepEqual([...new Set(seen)], ['0 RUNNING', '500 RUNNING', '500 CANCELLING', '500 CANCELED']);
    stop();
    seen.length = 0;
    await scene.advanceTo(5000);
    assert.deepEqual(seen, []);
  });

  test('Flink’s REST paths answer, and others say that they do not', async () => {
    const scene = await Scene.open();
    await scene.submit(twoVertices());
    const rest = async (path: string): Promise<string> => JSON.stringify(await scene.dispatcher.rest(path));
    assert.match(
      await rest('/overview'),
      /"taskmanagers":2,"slots-total":2,"slots-available":0,"jobs-running":1/,
    );
    assert.equal(await rest('/jobs'), '{"jobs":[{"id":"job","status":"RUNNING"}]}');
    assert.match(await rest('/v1/jobs/overview'), /"jid":"job".*"tasks":{"total":3,.*"running":3/);
    assert.match(await rest('/jobs/job'), /"text":"SELECT 1"/);
    assert.match(await rest('/jobs/job/plan'), /"inputs":\[{"id":"a","ship_strategy":"HASH"}\]/);
    assert.match(await rest('/jobs/job/vertices/a'), /"parallelism":2/);
    assert.match(await rest('/jobs/job/vertices/a/backpressure'), /"backpressure-level":"ok"/);
    assert.equal(await rest('/jobs/job/vertices/a/watermarks'), '[]');
    assert.match(await rest('/jobs/job/checkpoints'), /"latest":{"completed":null/);
    assert.match(await rest('/jobs/job/exceptions'), /"entries":\[\]/);
    assert.match(await rest('/taskmanagers/taskmanager-1'), /"slotsNumber":1/);
    await assert.rejects(rest('/jars'), /The path \/jars is not supported/);
    await assert.rejects(rest('/jobs/none'), /There is no job none/);
  });

  test('TaskManagers that have long been idle are ended, except one', async () => {
    const scene = await Scene.open({ 'heartbeat.interval': '1 s' });
    await scene.submit(twoVertices());
    await scene.dispatcher.cancelJob('job');
    for (let second = 1; second <= 40; second++) await scene.advanceTo(second * 1000);
    assert.equal((await scene.dispatcher.taskManagers()).length, 1);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !isTrue(); i++) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.ok(isTrue());
}

import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { CheckpointCoordinator } from '../../engine/runtime/checkpoint-coordinator.ts';
import { CheckpointStatisticsTracker } from '../../engine/runtime/checkpoint-statistics-tracker.ts';
import { CompletedCheckpointStore } from '../../engine/runtime/completed-checkpoint-store.ts';
import { ExecutionGraph } from '../../engine/runtime/execution-graph.ts';
import type { TaskSnapshot } from '../../engine/runtime/gateways.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import { toErrorData } from '../../engine/types/errors.ts';
import { edge, jobGraph, vertex } from './job-graphs.ts';

const SAVEPOINT = { isSavepoint: true, stop: false, drain: false };

/** A job of two subtasks of `a` and one of `b` whose tasks are the test itself; `log` is what the coordinator asked for. */
class Scene {
  readonly clock = new ManualClock();
  readonly log: string[] = [];
  readonly pages: MemoryPageStore;
  readonly store: CompletedCheckpointStore;
  readonly graph = new ExecutionGraph(jobGraph([vertex('a', 2), vertex('b', 1)], [edge('a', 'b')]));
  readonly coordinator: CheckpointCoordinator;
  readonly tracker = new CheckpointStatisticsTracker();

  constructor(configuration: Record<string, string> = {}, pages = new MemoryPageStore()) {
    this.pages = pages;
    this.store = new CompletedCheckpointStore('job', pages, 1);
    this.coordinator = new CheckpointCoordinator(
      {
        graph: this.graph,
        trigger: async (id, _timestamp, { drain, stop, full }) => {
          this.log.push(`trigger ${id}${drain ? ' drain' : ''}${stop ? ' stop' : ''}${full ? ' full' : ''}`);
        },
        notifyComplete: (id) => this.log.push(`complete ${id}`),
        notifyAborted: (id) => this.log.push(`aborted ${id}`),
        fail: (error) => this.log.push(`fail: ${error.message}`),
      },
      Object.fromEntries(
        Object.entries(configuration).map(([key, value]) => [`execution.checkpointing.${key}`, value]),
      ),
      this.clock,
      this.store,
      this.tracker,
      1,
    );
    this.graph.startAttempt();
  }

  run(): this {
    this.graph.advanceAll('RUNNING');
    this.coordinator.start();
    return this;
  }

  /** Acknowledges for the subtasks given as `a0`, and waits until what follows from it has happened. */
  async acknowledge(id: number, subtasks = 'a0 a1 b0', snapshot: Partial<TaskSnapshot> = {}): Promise<void> {
    for (const [vertexId = '', subtask] of subtasks.split(' ')) {
      this.coordinator.acknowledge(id, vertexId, Number(subtask), { ...emptySnapshot, ...snapshot });
    }
    await settle();
  }

  finish(subtasks: string): void {
    for (const [vertexId = '', subtask] of subtasks.split(' ')) {
      this.graph.advance(this.graph.execution(vertexId, Number(subtask))!, 'FINISHED');
      this.coordinator.taskFinished(vertexId, Number(subtask));
    }
  }

  async advanceTo(time: number): Promise<void> {
    this.clock.advanceTo(time);
    await settle();
  }

  /** What was logged since the last call. */
  said(): string {
    return this.log.splice(0).join(', ');
  }
}

const emptySnapshot: TaskSnapshot = { operators: {}, writtenBytes: 0, syncMs: 0, alignmentMs: 0 };

/** A snapshot whose only page lies in the checkpoint's own segment. */
function inSegment(segment: string): Partial<TaskSnapshot> {
  const state = { name: 't', meta: null, pageSize: 4, pages: [[segment, 0, 4] as const] };
  return { operators: { op: { operatorState: null, paged: [state] } }, writtenBytes: 4 };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

describe('when', () => {
  test('nothing is triggered without an interval, before all tasks run, or after the stop', async () => {
    const without = new Scene().run();
    await without.advanceTo(1e9);
    assert.equal(without.said(), '');
    const early = new Scene({ interval: '1 s' });
    early.coordinator.start();
    await early.advanceTo(5000);
    assert.equal(early.said(), '');
    const stopped = new Scene({ interval: '1 s' }).run();
    await stopped.coordinator.stop(new Error('over'));
    await stopped.advanceTo(5000);
    assert.equal(stopped.said(), '');
  });

  test('every interval, and one at a time: a slow one delays the next', async () => {
    const scene = new Scene({ interval: '1 s' }).run();
    await scene.advanceTo(999);
    assert.equal(scene.said(), '');
    await scene.advanceTo(1000);
    assert.equal(scene.said(), 'trigger 1');
    await scene.acknowledge(1);
    assert.equal(scene.said(), 'complete 1');
    await scene.advanceTo(2000);
    assert.equal(scene.said(), 'trigger 2');
    await scene.advanceTo(3500);
    assert.equal(scene.said(), '');
    await scene.acknowledge(2);
    assert.equal(scene.said(), 'complete 2, trigger 3');
  });

  test('min-pause counts from the completion', async () => {
    const scene = new Scene({ interval: '1 s', 'min-pause': '800 ms' }).run();
    await scene.advanceTo(1000);
    await scene.advanceTo(1900);
    await scene.acknowledge(1);
    scene.said();
    await scene.advanceTo(2699);
    assert.equal(scene.said(), '');
    await scene.advanceTo(2700);
    assert.equal(scene.said(), 'trigger 2');
  });

  test('several at once where that is allowed; the one that completes later wins over what was before', async () => {
    const scene = new Scene({ interval: '1 s', 'max-concurrent-checkpoints': '2' }).run();
    await scene.advanceTo(3000);
    assert.equal(scene.said(), 'trigger 1, trigger 2');
    await scene.acknowledge(1, 'a0');
    await scene.acknowledge(2);
    assert.equal(scene.said(), 'aborted 1, trigger 3, complete 2');
    assert.equal(scene.coordinator.statistics().counts.failed, 1);
  });

  test('a savepoint waits for the checkpoint that is under way', async () => {
    const scene = new Scene({ interval: '1 s' }).run();
    await scene.advanceTo(1000);
    const savepoint = scene.coordinator.trigger(SAVEPOINT);
    assert.equal(scene.said(), 'trigger 1');
    await scene.acknowledge(1);
    assert.equal(scene.said(), 'complete 1, trigger 2');
    await scene.acknowledge(2);
    assert.equal(await savepoint, 2);
    assert.equal(scene.store.latest?.isSavepoint, true);
  });
});

describe('failures', () => {
  test('a timeout fails the checkpoint, and by default the job', async () => {
    const scene = new Scene({ interval: '1 s', timeout: '5 s' }).run();
    await scene.advanceTo(1000);
    await scene.acknowledge(1, 'a0');
    await scene.advanceTo(6000);
    assert.equal(
      scene.said(),
      'trigger 1, aborted 1, fail: Exceeded checkpoint tolerable failure threshold., trigger 2',
    );
    const [, failed] = scene.coordinator.statistics().history;
    assert.match(failed?.failure_message ?? '', /expired before completing/);
    assert.equal(failed?.num_acknowledged_subtasks, 1);
    await scene.acknowledge(1, 'a1 b0');
    assert.equal(scene.store.latest, undefined);
  });

  test('tolerable failures are counted one after the other, and forgotten after a success', async () => {
    const scene = new Scene({ interval: '1 s', 'tolerable-failed-checkpoints': '1' }).run();
    const decline = async (id: number): Promise<void> => {
      await scene.advanceTo(scene.clock.now() + 1000);
      scene.coordinator.decline(id, 'b', 0, toErrorData(new Error('no')));
    };
    await decline(1);
    await scene.advanceTo(2000);
    await scene.acknowledge(2);
    await decline(3);
    assert.equal(scene.said(), 'trigger 1, aborted 1, trigger 2, complete 2, trigger 3, aborted 3');
    await decline(4);
    assert.match(scene.said(), /fail: Exceeded/);
  });

  test('a full disk fails checkpoints and never the job, whoever finds it full', async () => {
    const scene = new Scene({ interval: '1 s' }, new MemoryPageStore(10)).run();
    await scene.advanceTo(1000);
    await scene.acknowledge(1);
    await scene.advanceTo(2000);
    const full = Object.assign(new Error('no space'), { name: 'StoreFullError' });
    scene.coordinator.decline(2, 'a', 1, toErrorData(new Error('writing', { cause: full })));
    assert.equal(scene.said(), 'trigger 1, aborted 1, trigger 2, aborted 2');
    const messages = scene.coordinator.statistics().history.map(({ failure_message }) => failure_message);
    assert.match(messages[1] ?? '', /No space left to store jobs\/job\/chk-1\/manifest/);
    assert.match(messages[0] ?? '', /a \(2\) declined checkpoint 2: writing/);
  });

  test('a savepoint that was to stop the job fails it, since its tasks stand still', async () => {
    const scene = new Scene().run();
    const savepoint = scene.coordinator.trigger({ isSavepoint: true, stop: true, drain: true });
    scene.coordinator.decline(1, 'a', 0, toErrorData(new Error('no')));
    await assert.rejects(savepoint, /declined checkpoint 1: no/);
    assert.equal(scene.said(), 'trigger 1 drain stop, aborted 1, fail: The savepoint to stop with failed.');
  });

  test('the stop of the attempt fails what is pending, and waits for a manifest that is being written', async () => {
    const scene = new Scene().run();
    const lost = scene.coordinator.trigger(SAVEPOINT);
    await scene.coordinator.stop(new Error('a task failed'));
    await assert.rejects(lost, /a task failed/);
    const other = new Scene().run();
    const written = other.coordinator.trigger(SAVEPOINT);
    void other.acknowledge(1);
    await other.coordinator.stop(new Error('a task failed'));
    assert.equal(await written, 1);
    assert.equal(other.store.latest?.checkpointId, 1);
  });
});

describe('the end of the input', () => {
  test('once all have ended, the last checkpoint is taken at once', async () => {
    const scene = new Scene({ interval: '1 h' }).run();
    scene.coordinator.endOfData('a', 0);
    scene.coordinator.endOfData('a', 1);
    assert.equal(scene.said(), '');
    scene.coordinator.endOfData('b', 0);
    assert.equal(scene.said(), 'trigger 1');
    await scene.acknowledge(1);
    assert.equal(scene.said(), 'complete 1');
    scene.finish('a0 a1 b0');
    await scene.advanceTo(1e9);
    assert.equal(scene.said(), '');
  });

  test('one that was under way is not the last', async () => {
    const scene = new Scene({ interval: '1 s' }).run();
    await scene.advanceTo(1000);
    for (const [vertexId, subtask] of [
      ['a', 0],
      ['a', 1],
      ['b', 0],
    ] as const)
      scene.coordinator.endOfData(vertexId, subtask);
    assert.equal(scene.said(), 'trigger 1');
    await scene.acknowledge(1);
    assert.equal(scene.said(), 'complete 1, trigger 2');
  });

  test('when the last one fails it is tried again, and not without a pause', async () => {
    const scene = new Scene({ interval: '1 h' }, new MemoryPageStore(10)).run();
    for (const [vertexId, subtask] of [
      ['a', 0],
      ['a', 1],
      ['b', 0],
    ] as const)
      scene.coordinator.endOfData(vertexId, subtask);
    await scene.acknowledge(1);
    assert.equal(scene.said(), 'trigger 1, aborted 1');
    await scene.advanceTo(999);
    assert.equal(scene.said(), '');
    await scene.advanceTo(1000);
    assert.equal(scene.said(), 'trigger 2');
  });

  test('a finished subtask gives its last snapshot to later checkpoints', async () => {
    const scene = new Scene({ interval: '1 s' }).run();
    scene.coordinator.endOfData('a', 0);
    await scene.advanceTo(1000);
    await scene.acknowledge(1, 'a0', inSegment('jobs/job/chk-1/s'));
    await scene.acknowledge(1, 'a1 b0');
    scene.finish('a0');
    await scene.advanceTo(2000);
    await scene.acknowledge(2, 'a1 b0');
    assert.equal(scene.said(), 'trigger 1, complete 1, trigger 2, complete 2');
    const [first] = scene.store.latest?.vertices[0]?.subtasks ?? [];
    assert.deepEqual(first?.['op']?.paged[0]?.pages, [['jobs/job/chk-1/s', 0, 4]]);
  });

  test('a subtask that finishes while a checkpoint waits for it does not hold it up', async () => {
    const scene = new Scene({ interval: '1 s' }).run();
    scene.coordinator.endOfData('a', 0);
    await scene.advanceTo(1000);
    await scene.acknowledge(1);
    await scene.advanceTo(2000);
    await scene.acknowledge(2, 'a1 b0');
    assert.equal(scene.said(), 'trigger 1, complete 1, trigger 2');
    scene.finish('a0');
    await settle();
    assert.equal(scene.said(), 'complete 2');
  });

  test('a checkpoint by hand is refused when a task has finished without one', async () => {
    const scene = new Scene().run();
    scene.finish('a0');
    await assert.rejects(scene.coordinator.trigger(SAVEPOINT), /not supported now: a \(1\) has finished/);
    const stop = scene.coordinator.trigger({ isSavepoint: true, stop: true, drain: false });
    await assert.rejects(stop, /not supported now/);
    assert.equal(scene.said(), 'aborted 1, aborted 2'); // and the job goes on
  });
});

describe('what is stored', () => {
  test('two checkpoints are kept, and of older ones only the segments they refer to', async () => {
    const scene = new Scene({ interval: '1 s' }).run();
    const names = { 1: 's1', 2: 's2', 3: 's1', 4: 's4' };
    for (const [id, segment] of Object.entries(names)) {
      await scene.advanceTo(Number(id) * 1000);
      await scene.pages.put(`jobs/job/chk-${id}/s${id}`, new Uint8Array(4));
      await scene.acknowledge(
        Number(id),
        'a0 a1 b0',
        inSegment(`jobs/job/chk-${segment.slice(1)}/${segment}`),
      );
      await scene.store.settled();
    }
    assert.deepEqual(await scene.pages.list(''), [
      'jobs/job/chk-1/s1',
      'jobs/job/chk-3/manifest',
      'jobs/job/chk-4/manifest',
      'jobs/job/chk-4/s4',
    ]);
  });

  test('segments that hold little that is still wanted are written anew', async () => {
    const scene = new Scene({ interval: '1 s' }).run();
    await scene.advanceTo(1000);
    const far = { name: 't', meta: null, pageSize: 4, pages: [['jobs/job/chk-1/s', 40 << 20, 4] as const] };
    await scene.acknowledge(1, 'a0 a1 b0', { operators: { op: { operatorState: null, paged: [far] } } });
    await scene.advanceTo(2000);
    assert.equal(scene.said(), 'trigger 1, complete 1, trigger 2 full');
  });

  test('the newest checkpoint that is intact is found again, and damaged ones are named', async () => {
    const scene = new Scene({ interval: '1 s' }).run();
    for (const id of [1, 2]) {
      await scene.advanceTo(id * 1000);
      await scene.pages.put(`jobs/job/chk-${id}/s`, new Uint8Array(4));
      await scene.acknowledge(id, 'a0 a1 b0', inSegment(`jobs/job/chk-${id}/s`));
    }
    await scene.pages.put('jobs/job/chk-9/s', new Uint8Array(4)); // of a checkpoint that never completed
    const recover = async (): Promise<string> => {
      const damaged: string[] = [];
      const store = new CompletedCheckpointStore('job', scene.pages, 1);
      const note = (id: number, error: unknown): void =>
        void damaged.push(`${id}: ${(error as Error).message}`);
      const highest = await store.recover(note);
      const intact = await store.latestIntact(note);
      return [`highest ${highest}`, `from ${intact?.checkpointId}`, ...damaged].join('; ');
    };
    assert.equal(await recover(), 'highest 9; from 2');
    scene.pages.damage('jobs/job/chk-2/s');
    assert.match(await recover(), /^highest 9; from 1; 2: .*jobs\/job\/chk-2\/s is damaged/);
    scene.pages.damage('jobs/job/chk-2/manifest');
    assert.match(await recover(), /^highest 9; from 1; 2: .*chk-2\/manifest is damaged/);
    await scene.pages.remove(['jobs/job/chk-1/s']);
    assert.match(await recover(), /^highest 9; from undefined; 2: .*; 1: .*chk-1\/s is damaged/);
  });
});

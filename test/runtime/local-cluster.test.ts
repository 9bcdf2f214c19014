import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { inProcessHost } from '../../engine/runtime/host-in-process.ts';
import type { EngineWorker, Host } from '../../engine/runtime/host.ts';
import type { JobDetails } from '../../engine/runtime/job-views.ts';
import { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import { NoStoreError } from '../../engine/state/store-locks.ts';
import { TableException } from '../../engine/types/errors.ts';
import { FakeCluster, FakeTaskExecutor } from './fake-task-executor.ts';
import { edge, jobGraph, vertex } from './job-graphs.ts';

const WASM = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

const clusters: LocalCluster[] = [];
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.shutdown();
});

async function start(host: Host, configuration: Record<string, string> = {}): Promise<LocalCluster> {
  const cluster = await LocalCluster.start(host, configuration);
  clusters.push(cluster);
  return cluster;
}

/** Real ports and RPC, with TaskManagers that only answer. */
function fakeHost(fakes = new FakeCluster(), store = new MemoryPageStore()): Host {
  return inProcessHost(WASM, {
    openStore: async () => store,
    createTaskExecutor: () => {
      const executor = new FakeTaskExecutor(`taskmanager-${fakes.taskManagers.size + 1}`, fakes);
      fakes.taskManagers.set(executor.id, executor);
      return Object.assign(executor, { close: () => {} });
    },
  });
}

const graph = jobGraph([vertex('a', 2), vertex('b', 1)], [edge('a', 'b')], {
  'execution.checkpointing.interval': '1 h',
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.delay': '1 ms',
});

describe('a cluster behind ports', () => {
  test('runs a job, takes a checkpoint, survives the death of a TaskManager', async () => {
    const { dispatcher } = await start(fakeHost());
    await dispatcher.submitJob(graph);
    const seen: string[] = [];
    let isRunning = (): void => {};
    const running = new Promise<void>((resolve) => (isRunning = resolve));
    const stop = await dispatcher.subscribe(
      'job',
      ({ state, vertices }: JobDetails) => {
        seen.push(state);
        if (vertices.every(({ status }) => status === 'RUNNING')) isRunning();
      },
      100,
    );
    await running;
    assert.deepEqual(await dispatcher.triggerCheckpoint('job'), { checkpointId: 1 });
    await dispatcher.killTaskManager('taskmanager-1');
    await until(async () => (await dispatcher.jobDetails('job')).restarts === 1);
    await until(async () => (await dispatcher.checkpoints('job')).restored?.id === 1);
    assert.ok(seen.includes('RESTARTING'));
    stop();
    await dispatcher.cancelJob('job');
    assert.deepEqual(await dispatcher.awaitTermination('job'), { status: 'CANCELED' });
  });

  test('errors arrive with class and text', async () => {
    const { dispatcher } = await start(fakeHost(), { 'local.number-taskmanager': '1' });
    await assert.rejects(
      dispatcher.submitJob(graph),
      (error) => error instanceof TableException && /needs 2 slots/.test(error.message),
    );
  });

  test('what ran when the cluster was shut down is recovered by the next', async () => {
    const store = new MemoryPageStore();
    const first = await start(fakeHost(undefined, store));
    await first.dispatcher.submitJob(graph);
    await first.shutdown();
    const { dispatcher } = await start(fakeHost(undefined, store));
    assert.deepEqual(await dispatcher.recoverJobs(), ['job']);
  });
});

describe('a page that may not store anything', () => {
  test('keeps jobs in memory, and its TaskManagers share that', async () => {
    const fakes = new FakeCluster();
    let seen: unknown;
    const host = inProcessHost(WASM, {
      openStore: async () => {
        throw new NoStoreError(new Error('sandboxed'));
      },
      createTaskExecutor: ({ openStore }) => {
        const executor = new FakeTaskExecutor('taskmanager-1', fakes);
        const start = executor.start.bind(executor);
        executor.start = async (...parameters) => {
          const store = await openStore('any');
          await store.put('from a TaskManager', new Uint8Array([1, 2]), 'strict');
          seen = await store.exclusively('lock', () => store.get('from a TaskManager'));
          await start(...parameters);
        };
        return Object.assign(executor, { close: () => {} });
      },
    });
    const cluster = await start(host);
    assert.equal(await cluster.storage(), 'memory');
    await cluster.dispatcher.submitJob(jobGraph([vertex('a', 1)]));
    await until(async () => seen !== undefined);
    assert.deepEqual(seen, new Uint8Array([1, 2]));
  });
});

describe('workers that do not start', () => {
  const refuse = (): EngineWorker => ({
    ready: Promise.reject(new Error('forbidden')),
    failure: Promise.resolve('forbidden'),
    assume: () => {},
    terminate: async () => {},
  });

  test('are reported', async () => {
    await assert.rejects(LocalCluster.start({ wasm: WASM, concurrency: 2, spawn: refuse }), /forbidden/);
  });

  test('make the cluster take the fallback', async () => {
    const host: Host = { wasm: WASM, concurrency: 2, spawn: refuse, fallback: async () => fakeHost() };
    const { dispatcher } = await start(host);
    assert.deepEqual(await dispatcher.listJobs(), []);
  });

  test('a JobManager that dies ends every call', async () => {
    const inner = fakeHost();
    let die = (_why: string): void => {};
    const host: Host = {
      ...inner,
      spawn: (name) => ({
        ...inner.spawn(name),
        ...(name.endsWith('jobmanager') && { failure: new Promise<string>((resolve) => (die = resolve)) }),
      }),
    };
    const cluster = await start(host);
    await cluster.dispatcher.submitJob(graph);
    const termination = cluster.dispatcher.awaitTermination('job');
    die('out of memory');
    await assert.rejects(termination, /JobManager died: out of memory/);
    await assert.rejects(cluster.dispatcher.listJobs(), /JobManager died/);
  });
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail('it did not come to that');
}

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, test } from 'vitest';
import wasm from '#wasm?bytes';
import { QueryResult } from '../../engine/api/query-result.ts';
import { PageTopicStore } from '../../engine/connectors/topic/page-topic-store.ts';
import { NodeFiles } from '../../engine/runtime/files/node-files.ts';
import type { CollectPortMessage, DispatcherGateway } from '../../engine/runtime/gateways.ts';
import { inProcessHost } from '../../engine/runtime/host-in-process.ts';
import { nodeHost } from '../../engine/runtime/host-node.ts';
import type { Host } from '../../engine/runtime/host.ts';
import { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { createTaskManager } from '../../engine/runtime/task-manager.ts';
import { FilePageStore } from '../../engine/state/page-store-files.ts';
import { topicRows } from '../connectors/topic-content.ts';
import { bundleWorker } from '../harness/worker-bundle.ts';
import { bidsJob, BID_TYPE } from './nexmark-jobs.ts';

const EVENTS = 10_000;
const OPTIONS = {
  'execution.checkpointing.interval': '100 ms',
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': '100',
  'restart-strategy.fixed-delay.delay': '10 ms',
};

let folder = '';
let workerEntry: URL;
const clusters: LocalCluster[] = [];
beforeAll(async () => {
  workerEntry = pathToFileURL(await bundleWorker('engine/runtime/worker-node.ts'));
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-recovery-'));
}, 60_000);
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.shutdown();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const track = (cluster: LocalCluster): LocalCluster => {
  clusters.push(cluster);
  return cluster;
};
let undisturbed: string[] | undefined;
const inProcess = inProcessHost(wasm, {
  openStore: (name) => FilePageStore.open(name),
  createTaskExecutor: (surroundings) => createTaskManager(surroundings, () => new NodeFiles()),
});
const hosts: Record<string, (store: string) => Host> = {
  'in process': () => inProcess,
  'in worker threads': (store) => ({ ...nodeHost(workerEntry, store), wasm }),
};

for (const [where, hostOf] of Object.entries(hosts)) {
  describe(where, () => {
    const start = async (
      store: string,
      configuration: Record<string, string> = {},
    ): Promise<DispatcherGateway> => {
      const cluster = await LocalCluster.start(hostOf(store), { ...configuration, 'millrace.store': store });
      return track(cluster).dispatcher;
    };

    test(
      'a job into a topic, with TaskManagers killed on the way, writes every row once',
      { timeout: 60_000 },
      async () => {
        const store = path.join(folder, `${where} topic`);
        const dispatcher = await start(store);
        await dispatcher.submitJob(bidsJob({ topic: 'bids' }, EVENTS, 10_000, OPTIONS));
        for (let kill = 1; kill <= 2; kill++) {
          await until(async () => (await dispatcher.checkpoints('job')).counts.completed >= 2 * kill);
          const [taskManager] = await dispatcher.taskManagers();
          if (taskManager) await dispatcher.killTaskManager(taskManager.id);
          await until(async () => (await dispatcher.jobDetails('job')).restarts >= kill);
        }
        const { status, error } = await dispatcher.awaitTermination('job');
        assert.equal(`${status} ${error?.message ?? ''}`, 'FINISHED ');
        await checkTopic(store);
      },
    );

    test(
      'a job that is stopped and resumed at another parallelism goes on where it was',
      { timeout: 60_000 },
      async () => {
        const store = path.join(folder, `${where} resumed`);
        const dispatcher = await start(store);
        await dispatcher.submitJob(bidsJob({ topic: 'bids' }, EVENTS, 5_000, OPTIONS));
        await until(async () => (await dispatcher.checkpoints('job')).counts.completed >= 2);
        await dispatcher.stopWithSavepoint('job', false);
        await dispatcher.resumeJob('job', 3);
        await until(async () => (await dispatcher.checkpoints('job')).counts.completed >= 2);
        await dispatcher.stopWithSavepoint('job', false);
        await dispatcher.resumeJob('job', 1);
        assert.equal((await dispatcher.awaitTermination('job')).status, 'FINISHED');
        await checkTopic(store);
      },
    );

    test(
      'a job that was interrupted is found and goes on, and its result is whole',
      { timeout: 60_000 },
      async () => {
        const store = path.join(folder, `${where} interrupted`);
        const first = await start(store);
        await first.submitJob(bidsJob('collect', EVENTS, 10_000, OPTIONS));
        const early = await attach(first);
        await until(async () => (await first.checkpoints('job')).counts.completed >= 3);
        assert.ok(early.position > 0);
        await clusters.pop()?.shutdown();
        const second = await start(store);
        assert.deepEqual(await second.recoverJobs(), ['job']);
        const late = await attach(second);
        await until(async () => late.position > early.position);
        const [taskManager] = await second.taskManagers();
        if (taskManager) await second.killTaskManager(taskManager.id);
        assert.equal((await second.awaitTermination('job')).status, 'FINISHED');
        await until(async () => late.isComplete);
        assert.equal(late.position, EVENTS);
        assert.equal((await second.checkpoints('job')).counts.restored, 2);
      },
    );
  });
}

/** Every event is in the topic once, as after a run that nothing disturbed. */
async function checkTopic(store: string): Promise<void> {
  undisturbed ??= await (async () => {
    const own = path.join(folder, 'undisturbed');
    const { dispatcher } = await LocalCluster.start(inProcess, { 'millrace.store': own }).then(track);
    await dispatcher.submitJob(bidsJob({ topic: 'bids' }, EVENTS, 1_000_000, OPTIONS));
    assert.equal((await dispatcher.awaitTermination('job')).status, 'FINISHED');
    return sortedRows(own);
  })();
  assert.equal(undisturbed.length, EVENTS);
  assert.equal(new Set(undisturbed).size > EVENTS * 0.9, true);
  assert.deepEqual(await sortedRows(store), undisturbed);
}

async function sortedRows(store: string): Promise<string[]> {
  const topics = new PageTopicStore(await FilePageStore.open(store));
  const rows: string[] = [];
  for (const partition of [0, 1]) {
    for (const { values } of await topicRows(topics, 'bids', partition, BID_TYPE)) rows.push(inspect(values));
  }
  return rows.sort();
}

async function attach(dispatcher: DispatcherGateway): Promise<QueryResult> {
  const { port1, port2 } = new MessageChannel();
  const rowType = await dispatcher.attachCollect('job', port2);
  assert.ok(rowType);
  const result = new QueryResult(rowType);
  let taken = 0;
  port1.onmessage = ({ data }: MessageEvent<CollectPortMessage>) => {
    result.accept(data);
    port1.postMessage({ ack: ++taken });
    if (data.isLast) port1.close();
  };
  return result;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (await isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail('it did not come to that');
}

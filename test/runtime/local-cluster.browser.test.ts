import { deleteDB } from 'idb';
import { afterEach, describe, expect, test } from 'vitest';
import { QueryResult } from '../../engine/api/query-result.ts';
import { PageTopicStore } from '../../engine/connectors/topic/page-topic-store.ts';
import type { CollectPortMessage, DispatcherGateway } from '../../engine/runtime/gateways.ts';
import { host } from '../../engine/runtime/host-browser.ts';
import { inProcessBrowserHost } from '../../engine/runtime/host-in-process-browser.ts';
import type { Host } from '../../engine/runtime/host.ts';
import { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { IndexedDbPageStore } from '../../engine/state/page-store-indexed-db.ts';
import { bidsJob } from './nexmark-jobs.ts';

const EVENTS = 10_000;
const OPTIONS = {
  'execution.checkpointing.interval': '100 ms',
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': '100',
  'restart-strategy.fixed-delay.delay': '10 ms',
};

let count = 0;
const stores: string[] = [];
const clusters: LocalCluster[] = [];
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.shutdown();
  for (const store of stores.splice(0)) await deleteDB(store);
});

function newStore(): string {
  const name = `cluster-test-${count++}`;
  stores.push(name);
  return name;
}

async function start(
  store: string,
  configuration: Record<string, string> = {},
  on: Host = host,
): Promise<DispatcherGateway> {
  const cluster = await LocalCluster.start(on, { ...configuration, 'millrace.store': store });
  clusters.push(cluster);
  return cluster.dispatcher;
}

describe('workers of a browser', () => {
  for (const shared of ['true', 'false']) {
    test(`a job survives killed workers (shared memory: ${shared})`, { timeout: 60_000 }, async () => {
      const store = newStore();
      const dispatcher = await start(store, { 'millrace.shared-memory': shared });
      await dispatcher.submitJob(bidsJob({ topic: 'bids' }, EVENTS, 3_000, OPTIONS));
      await until(async () => (await dispatcher.checkpoints('job')).counts.completed >= 2);
      const [taskManager] = await dispatcher.taskManagers();
      await dispatcher.killTaskManager(taskManager?.id ?? '');
      const { status, error } = await dispatcher.awaitTermination('job');
      expect(`${status} ${error?.message ?? ''}`).toBe('FINISHED ');
      expect((await dispatcher.jobDetails('job')).restarts).toBe(1);
      const topics = new PageTopicStore(await IndexedDbPageStore.open(store));
      const ends = await Promise.all([0, 1].map((partition) => topics.endOffset('bids', partition)));
      expect(ends[0]! + ends[1]!).toBe(EVENTS); // two partitions were asked for
    });
  }

  test('a job that was interrupted is found again and its result is whole', { timeout: 60_000 }, async () => {
    const store = newStore();
    const first = await start(store);
    await first.submitJob(bidsJob('collect', EVENTS, 10_000, OPTIONS));
    const early = await attach(first);
    await until(async () => (await first.checkpoints('job')).counts.completed >= 2);
    await clusters.pop()?.shutdown();
    const second = await start(store);
    expect(await second.recoverJobs()).toEqual(['job']);
    const late = await attach(second);
    expect((await second.awaitTermination('job')).status).toBe('FINISHED');
    await until(async () => late.isComplete);
    expect(late.position).toBe(EVENTS);
    expect(early.position).toBeGreaterThan(0);
  });

  test('a job that another page runs is left to it', async () => {
    const store = newStore();
    const first = await start(store);
    await first.submitJob(bidsJob('collect', 0, 1000, OPTIONS));
    const second = await start(store);
    expect(await second.recoverJobs()).toEqual([]);
    const [details] = await second.listJobs();
    expect(details?.isOwnedElsewhere).toBe(true);
    await expect(second.cancelJob('job')).rejects.toThrow('run by another tab');
    await first.cancelJob('job');
    expect((await second.listJobs())[0]?.state).toBe('CANCELED');
  });

  test('the first row comes soon, even from a development server', async () => {
    const began = performance.now();
    const dispatcher = await start(newStore());
    await dispatcher.submitJob(bidsJob('collect', 1000, 1_000_000, {}));
    const result = await attach(dispatcher);
    await until(async () => result.position > 0);
    // Generous: the development server compiles every module of the worker on its first request.
    expect(performance.now() - began).toBeLessThan(10_000);
    await dispatcher.awaitTermination('job');
  });
});

describe('a page that allows no workers', () => {
  const forbidden: Host = {
    ...host,
    wasm: host.wasm,
    concurrency: 2,
    spawn: () => ({
      ready: Promise.reject(new Error('refused by the Content-Security-Policy')),
      failure: Promise.resolve('refused'),
      assume: () => {},
      terminate: async () => {},
    }),
    fallback: async () => inProcessBrowserHost(host.wasm),
  };

  test('runs the job on its own thread', { timeout: 60_000 }, async () => {
    const dispatcher = await start(newStore(), {}, forbidden);
    await dispatcher.submitJob(bidsJob('collect', EVENTS, 100_000, OPTIONS));
    const result = await attach(dispatcher);
    expect((await dispatcher.awaitTermination('job')).status).toBe('FINISHED');
    await until(async () => result.isComplete);
    expect(result.position).toBe(EVENTS);
  });
});

async function attach(dispatcher: DispatcherGateway): Promise<QueryResult> {
  const { port1, port2 } = new MessageChannel();
  const rowType = await dispatcher.attachCollect('job', port2);
  if (!rowType) throw new Error('the job answers no query');
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
  throw new Error('it did not come to that');
}

import { describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import type { CollectMessage } from '../../engine/operators/stream-operator.ts';
import { CollectRouter } from '../../engine/runtime/collect-router.ts';
import type { LocalCluster } from '../../engine/runtime/local-cluster.ts';

const EMPTY = { operatorId: 'sink', subtask: 0, rowCount: 0, bytes: new Uint8Array(64) }; // of no rows
const message = (position: number, isLast = false): CollectMessage => ({ ...EMPTY, position, isLast });

/** The result as a client sees it that attaches to this router. */
async function attached(
  router: CollectRouter,
): Promise<{ received: () => number; isComplete: () => boolean }> {
  const dispatcher = {
    attachCollect: async (_jobId: string, port: MessagePort) => {
      router.attach(port);
      return { root: 'ROW', nullable: false, fields: [] };
    },
  };
  const cluster = async (): Promise<LocalCluster> => ({ dispatcher }) as unknown as LocalCluster;
  const result = await new TableEnvironment({ cluster }).attachResult('job');
  if (!result) throw new Error('the job has no result');
  let received = 0;
  result.subscribe(() => received++);
  return { received: () => received, isComplete: () => result.isComplete };
}

describe('a collect router and its client', () => {
  test('a sink that has sent its last message and is restarted can send all again', async () => {
    const router = new CollectRouter();
    const client = await attached(router);
    await router.collect(message(0, true));
    await expect.poll(client.isComplete).toBe(true);
    // More than are ever under way at once: each needs the client's answer.
    for (let i = 0; i < 30; i++) await router.collect(message(0, i === 29));
    await expect.poll(client.received).toBe(31);
    expect(client.isComplete()).toBe(true);
    router.close();
  });

  test('what a sink has left behind is delivered after the end of its job', async () => {
    const router = new CollectRouter();
    const client = await attached(router);
    // A sink ends when its last messages are here, and more are here than may be under way.
    const taken = Promise.all(Array.from({ length: 40 }, (_, i) => router.collect(message(0, i === 39))));
    router.finish();
    await taken;
    await expect.poll(client.received).toBe(40);
    expect(client.isComplete()).toBe(true);
  });

  test('a client that comes after the end gets what is kept, and is told that nothing follows', async () => {
    const router = new CollectRouter();
    const { port1, port2 } = new MessageChannel();
    router.attach(port2);
    await router.collect(message(0, true));
    router.finish();
    port1.close();
    const late = new MessageChannel();
    const deliveries: unknown[] = [];
    const isOver = new Promise<void>((resolve) => {
      late.port1.onmessage = ({ data }: MessageEvent<unknown>) => {
        deliveries.push(data);
        if (deliveries.length === 2) resolve();
      };
    });
    router.attach(late.port2);
    await isOver;
    expect(deliveries).toEqual([message(0, true), { isOver: true }]);
    late.port1.close();
  });
});

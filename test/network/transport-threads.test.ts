import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { MessageChannel, Worker } from 'node:worker_threads';
import { assert, beforeAll, test } from 'vitest';
import { allocateRing } from '../../engine/network/shared-ring.ts';
import { bundleWorker } from '../harness/worker-bundle.ts';
import type { TransportWorkerData } from './transport-worker.ts';

const wasm = new WebAssembly.Module(readFileSync('wasm/build/millrace.wasm'));
let script: string;
beforeAll(async () => {
  script = await bundleWorker('test/network/transport-worker.ts');
});

/** Two threads; resolves with what the receiver counted. */
async function exchange(
  ring: SharedArrayBuffer | null,
  batches: number,
  rowsPerBatch: number,
): Promise<{ rows: number; usedBytes: number }> {
  const { port1, port2 } = new MessageChannel();
  const workers = [port1, port2].map((port, index) => {
    const workerData = {
      wasm,
      port: port as unknown as globalThis.MessagePort, // Node's port and the browser's have the methods used
      ring,
      direction: index as 0 | 1,
      batches,
      rowsPerBatch,
    } satisfies TransportWorkerData;
    return new Worker(script, { workerData, transferList: [port] });
  });
  try {
    const failure = Promise.race(
      workers.map(async (worker) => {
        const [error] = (await once(worker, 'error')) as [Error];
        throw error;
      }),
    );
    const answer = once(workers[1]!, 'message') as Promise<[{ rows: number; usedBytes: number }]>;
    return (await Promise.race([answer, failure]))[0];
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

const media: [name: string, ring: () => SharedArrayBuffer | null][] = [
  ['transferred buffers', () => null],
  ['a shared ring', () => allocateRing()],
  ['a shared ring smaller than its buffers', () => allocateRing(64 * 1024)],
];
for (const [name, ring] of media) {
  test(`between two threads over ${name}: all rows, in order`, { timeout: 20_000 }, async () => {
    const { rows, usedBytes } = await exchange(ring(), 500, 4096);
    assert.equal(rows, 500 * 4096);
    assert.isBelow(usedBytes, 16 * 1024 * 1024);
  });
}

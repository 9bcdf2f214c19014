import { availableParallelism } from 'node:os';
import { Worker, type MessagePort as NodePort } from 'node:worker_threads';
import wasm from '#wasm?bytes';
import { FilePageStore } from '../state/page-store-files.ts';
import { readyWithin, type EngineWorker, type Host, type WorkerRole } from './host.ts';

/**
 * Worker threads of Node.
 *
 * @param entry the built `worker-node.js`; it lies beside the program
 * @param folder where the store is, so that what a terminated thread held there can be freed
 */
export function nodeHost(entry: URL, folder: string): Host {
  return {
    wasm,
    concurrency: availableParallelism(),
    spawn: (name) => threadWorker(entry, folder, name),
  };
}

function threadWorker(entry: URL, folder: string, name: string): EngineWorker {
  const worker = new Worker(entry, { name });
  const thread = worker.threadId;
  let isTerminated = false;
  const failure = new Promise<string>((resolve) => {
    worker.once('error', (error) => resolve(error instanceof Error ? error.message : String(error)));
    worker.once('exit', (status) => {
      if (!isTerminated) resolve(`it ended with status ${status}.`);
    });
  });
  const said = new Promise<void>((resolve) => worker.once('message', () => resolve()));
  return {
    ready: readyWithin(said, failure, name),
    failure,
    // Node has types of its own for the same ports.
    assume: (role: WorkerRole) => worker.postMessage(role, [role.port as unknown as NodePort]),
    terminate: async () => {
      isTerminated = true;
      await worker.terminate();
      await FilePageStore.reclaimThread(folder, thread);
    },
  };
}

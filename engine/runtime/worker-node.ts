// What a worker thread of Node runs. Its first message says what it is to be.
import { parentPort } from 'node:worker_threads';
import { FilePageStore } from '../state/page-store-files.ts';
import { NodeFiles } from './files/node-files.ts';
import type { WorkerRole } from './host.ts';
import { createTaskManager } from './task-manager.ts';
import { startRole } from './worker-role.ts';

parentPort?.once('message', (role: WorkerRole) => {
  startRole(role, {
    openStore: (name) => FilePageStore.open(name),
    createTaskExecutor: (surroundings) =>
      createTaskManager(surroundings, () => new NodeFiles(), throwUncaught),
  });
});
parentPort?.postMessage('ready');

/** An error that nobody catches ends the thread, and whoever started it hears why. */
function throwUncaught(error: Error): void {
  setTimeout(() => {
    throw error;
  });
}

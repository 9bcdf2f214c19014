import { IndexedDbPageStore } from '../state/page-store-indexed-db.ts';
import { StoredFiles } from './files/stored-files.ts';
import { UrlFiles } from './files/url-files.ts';
import type { WorkerRole } from './host.ts';
import { createTaskManager } from './task-manager.ts';
import { startRole } from './worker-role.ts';

/** What a Web Worker of the engine does: its first message says what it is to be. To be called once, before that comes. */
export function runWebWorker(): void {
  addEventListener(
    'message',
    ({ data }: MessageEvent<WorkerRole>) => {
      startRole(data, {
        openStore: (name) => IndexedDbPageStore.open(name),
        createTaskExecutor: (surroundings) =>
          createTaskManager(
            surroundings,
            (store, base) => new StoredFiles(store, new UrlFiles(base)),
            throwUncaught,
          ),
      });
    },
    { once: true },
  );
  // A promise that nobody looks after is a mistake of ours; as an error it reaches whoever started this worker.
  addEventListener('unhandledrejection', ({ reason }) => throwUncaught(reason));
  postMessage('ready');
}

function throwUncaught(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}

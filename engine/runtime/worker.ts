// What a Web Worker of the engine runs. Its first message says what it is to be.
import { IndexedDbPageStore } from '../state/page-store-indexed-db.ts';
import { StoredFiles } from './files/stored-files.ts';
import { UrlFiles } from './files/url-files.ts';
import type { WorkerRole } from './host.ts';
import { createTaskManager } from './task-manager.ts';
import { startRole } from './worker-role.ts';

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

function throwUncaught(error: unknown): void {
  setTimeout(() => {
    throw error;
  });
}
postMessage('ready');

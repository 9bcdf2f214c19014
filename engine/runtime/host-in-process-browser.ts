// For pages that allow no workers: everything on the page's own thread. Slower, and a busy page holds it up.
import { IndexedDbPageStore } from '../state/page-store-indexed-db.ts';
import { StoredFiles } from './files/stored-files.ts';
import { UrlFiles } from './files/url-files.ts';
import { inProcessHost } from './host-in-process.ts';
import type { Host } from './host.ts';
import { createTaskManager } from './task-manager.ts';

export function inProcessBrowserHost(wasm: Host['wasm']): Host {
  const host = inProcessHost(wasm, {
    openStore: (name) => IndexedDbPageStore.open(name),
    createTaskExecutor: (surroundings) =>
      createTaskManager(surroundings, (store, base) => new StoredFiles(store, new UrlFiles(base))),
  });
  return { ...host, baseUrl: location.href };
}

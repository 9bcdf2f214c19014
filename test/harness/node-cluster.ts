import wasm from '#wasm?bytes';
import { inProcessHost } from '../../engine/runtime/host-in-process.ts';
import { NodeFiles } from '../../engine/runtime/files/node-files.ts';
import { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { createTaskManager } from '../../engine/runtime/task-manager.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import type { LockingPageStore } from '../../engine/state/store-locks.ts';

let compiled: Promise<WebAssembly.Module> | undefined;

/** A cluster on this thread with Node's files and a store in memory, which a later cluster may be given again. */
export async function startNodeCluster(
  configuration: Readonly<Record<string, string>> = {},
  store: LockingPageStore = new MemoryPageStore(),
): Promise<LocalCluster> {
  compiled ??= WebAssembly.compile(wasm);
  const host = inProcessHost(await compiled, {
    openStore: async () => store,
    createTaskExecutor: (surroundings) => createTaskManager(surroundings, () => new NodeFiles()),
  });
  return LocalCluster.start(host, configuration);
}

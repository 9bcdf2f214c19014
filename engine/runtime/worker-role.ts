import type { PageStore } from '../state/page-store.ts';
import type { LockingPageStore } from '../state/store-locks.ts';
import type { TaskExecutorGateway } from './gateways.ts';
import type { WorkerRole } from './host.ts';
import { JobManager } from './job-manager.ts';
import { expose, remote } from './rpc.ts';

/** What a worker gets from the platform it runs on. */
export interface WorkerPlatform {
  openStore(name: string): Promise<LockingPageStore>;
  createTaskExecutor(surroundings: TaskManagerSurroundings): ClosableTaskExecutor;
}

/** What a TaskManager finds around it in its worker. */
export interface TaskManagerSurroundings {
  readonly openStore: (name: string) => Promise<PageStore>;
  /** Files that a visitor dropped, by name; more come as they are dropped. */
  readonly droppedFiles: ReadonlyMap<string, Blob>;
}

/** `close` ends what runs in it at once, where the thread itself goes on. */
export interface ClosableTaskExecutor extends TaskExecutorGateway {
  close(): void;
}

/** Becomes what the first message says. Gives the function that ends it, for those who share their thread. */
export function startRole({ role, port }: WorkerRole, platform: WorkerPlatform): () => void {
  const openStore = (name: string): Promise<LockingPageStore> => platform.openStore(name);
  if (role === 'JobManager') {
    const jobManager = new JobManager(openStore);
    expose(jobManager, port);
    return () => {
      port.close();
      void jobManager.shutdown();
    };
  }
  let shared: PageStore | undefined;
  const droppedFiles = new Map<string, Blob>();
  const executor = platform.createTaskExecutor({
    openStore: async (name) => shared ?? openStore(name),
    droppedFiles,
  });
  const useStore = async (storePort: MessagePort): Promise<void> => {
    shared = remote<PageStore>(storePort);
  };
  const useFile = async (name: string, content: Blob): Promise<void> => {
    droppedFiles.set(name, content);
  };
  expose(Object.assign(executor, { useStore, useFile }), port);
  return () => {
    port.close();
    executor.close();
  };
}

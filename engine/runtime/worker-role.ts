import type { PageStore } from '../state/page-store.ts';
import type { LockingPageStore } from '../state/store-locks.ts';
import type { TaskExecutorGateway } from './gateways.ts';
import type { WorkerRole } from './host.ts';
import { JobManager } from './job-manager.ts';
import { expose, remote } from './rpc.ts';

/** What a worker gets from the platform it runs on. */
export interface WorkerPlatform {
  openStore(name: string): Promise<LockingPageStore>;
  createTaskExecutor(openStore: (name: string) => Promise<PageStore>): ClosableTaskExecutor;
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
  const executor = platform.createTaskExecutor(async (name) => shared ?? openStore(name));
  const useStore = async (storePort: MessagePort): Promise<void> => {
    shared = remote<PageStore>(storePort);
  };
  expose(Object.assign(executor, { useStore }), port);
  return () => {
    port.close();
    executor.close();
  };
}

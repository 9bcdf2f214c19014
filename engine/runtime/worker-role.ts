import type { LockingPageStore } from '../state/store-locks.ts';
import type { TaskExecutorGateway } from './gateways.ts';
import type { WorkerRole } from './host.ts';
import { JobManager } from './job-manager.ts';
import { expose } from './rpc.ts';

/** What a worker gets from the platform it runs on. */
export interface WorkerPlatform {
  openStore(name: string): Promise<LockingPageStore>;
  /** `close` ends what runs in it at once, where the thread itself goes on. */
  createTaskExecutor(): TaskExecutorGateway & { close(): void };
}

/** Becomes what the first message says. Gives the function that ends it, for those who share their thread. */
export function startRole({ role, port }: WorkerRole, platform: WorkerPlatform): () => void {
  const target =
    role === 'JobManager'
      ? new JobManager((name) => platform.openStore(name))
      : platform.createTaskExecutor();
  expose(target, port);
  return () => {
    port.close();
    if (target instanceof JobManager) void target.shutdown();
    else target.close();
  };
}

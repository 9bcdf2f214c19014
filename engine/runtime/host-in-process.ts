import type { EngineWorker, Host, WorkerRole } from './host.ts';
import { startRole, type WorkerPlatform } from './worker-role.ts';

/** No workers: the engine on this thread, behind the same ports. For unit tests, and where a page forbids workers. */
export function inProcessHost(wasm: Host['wasm'], platform: WorkerPlatform): Host {
  return {
    wasm,
    concurrency: 1,
    spawn: (): EngineWorker => {
      let stop = (): void => {};
      return {
        ready: Promise.resolve(),
        failure: new Promise(() => {}),
        assume: (role: WorkerRole) => {
          stop = startRole(role, platform);
        },
        terminate: async () => stop(),
      };
    },
  };
}

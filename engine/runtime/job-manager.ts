import * as Comlink from 'comlink';
import { allocateRing } from '../network/shared-ring.ts';
import type { LockingPageStore } from '../state/store-locks.ts';
import { RealClock } from '../time/real-clock.ts';
import { Dispatcher } from './dispatcher.ts';
import type { DispatcherGateway, TaskExecutorGateway, WorkerProvider } from './gateways.ts';
import type { Configuration } from './job-options.ts';
import type { ResourceManagerDriver } from './resource-manager.ts';
import { remote } from './rpc.ts';

/** What a JobManager is told at its start. */
export interface JobManagerOptions {
  readonly configuration: Configuration;
  readonly wasm: WebAssembly.Module;
  /** Name of the database (browser) or folder (Node). */
  readonly storeName: string;
  readonly maxTaskManagers: number;
  /** Whether TaskManagers may exchange data through shared memory. */
  readonly sharesMemory: boolean;
}

/** What the page (or Node's main thread) may ask of a JobManager. */
export interface JobManagerGateway {
  /** To be called first: gives the door to everything else. */
  start(options: JobManagerOptions, provider: WorkerProvider): Promise<DispatcherGateway>;
  /** The worker of a TaskManager died, as only whoever started it can see. */
  taskManagerLost(id: string, why: string): Promise<void>;
  /** Ends all TaskManagers; jobs that run are left as they are, to be recovered. */
  shutdown(): Promise<void>;
}

/** The JobManager: a Dispatcher in a worker of its own, whose TaskManagers somebody else has to start for it. */
export class JobManager implements JobManagerGateway {
  readonly #openStore: (name: string) => Promise<LockingPageStore>;
  #dispatcher: Dispatcher | undefined;

  constructor(openStore: (name: string) => Promise<LockingPageStore>) {
    this.#openStore = openStore;
  }

  async start(options: JobManagerOptions, provider: WorkerProvider): Promise<DispatcherGateway> {
    const { configuration, wasm, storeName, maxTaskManagers, sharesMemory } = options;
    this.#dispatcher = await Dispatcher.open(
      {
        configuration,
        executorOptions: { wasm, storeName },
        maxTaskManagers,
        createRing: () => (sharesMemory ? allocateRing() : null),
        store: await this.#openStore(storeName),
        clock: new RealClock(),
        random: Math.random,
      },
      new WorkerDriver(provider),
    );
    return Comlink.proxy(this.#dispatcher);
  }

  async taskManagerLost(id: string, why: string): Promise<void> {
    this.#dispatcher?.taskManagerLost(id, why);
  }

  async shutdown(): Promise<void> {
    await this.#dispatcher?.shutdown();
  }
}

/** TaskManagers in workers that a provider starts. */
class WorkerDriver implements ResourceManagerDriver {
  readonly #provider: WorkerProvider;
  readonly #ports = new Map<string, MessagePort>();

  constructor(provider: WorkerProvider) {
    this.#provider = provider;
  }

  async start(id: string): Promise<TaskExecutorGateway> {
    const port = await this.#provider.startTaskManager(id);
    this.#ports.set(id, port);
    return remote<TaskExecutorGateway>(port);
  }

  async terminate(id: string): Promise<void> {
    this.#ports.get(id)?.close();
    this.#ports.delete(id);
    await this.#provider.terminateTaskManager(id);
  }
}

import * as Comlink from 'comlink';
import { allocateRing } from '../network/shared-ring.ts';
import { MemoryPageStore } from '../state/page-store-memory.ts';
import type { PageStore } from '../state/page-store.ts';
import { NoStoreError, type LockingPageStore } from '../state/store-locks.ts';
import { RealClock } from '../time/real-clock.ts';
import { Dispatcher } from './dispatcher.ts';
import { storeDroppedFile } from './files/dropped-files.ts';
import type { DispatcherGateway, TaskExecutorGateway, WorkerProvider } from './gateways.ts';
import type { Configuration } from './job-options.ts';
import type { ResourceManagerDriver } from './resource-manager.ts';
import { expose, remote } from './rpc.ts';

/** What a JobManager is told at its start. */
export interface JobManagerOptions {
  readonly configuration: Configuration;
  readonly wasm: WebAssembly.Module | BufferSource;
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
  /** A file that a visitor dropped on the page: tables read it from `file-drop:NAME`. Replaces one of the same name. */
  registerFile(name: string, content: Blob): Promise<void>;
  /** `memory` where the page may not use a database: jobs are gone when it is closed. */
  storage(): Promise<'persistent' | 'memory'>;
  /** Ends all TaskManagers; jobs that run are left as they are, to be recovered. */
  shutdown(): Promise<void>;
}

/** A TaskManager's worker: what runs tasks, and where it finds its store. */
export interface TaskManagerGateway extends TaskExecutorGateway {
  /** Takes the store behind this port instead of opening one. Before `start`. */
  useStore(port: MessagePort): Promise<void>;
  /** A file that a visitor dropped on the page. */
  useFile(name: string, content: Blob): Promise<void>;
}

/** The JobManager: a Dispatcher in a worker of its own, whose TaskManagers somebody else has to start for it. */
export class JobManager implements JobManagerGateway {
  readonly #openStore: (name: string) => Promise<LockingPageStore>;
  #dispatcher: Dispatcher | undefined;
  #driver: WorkerDriver | undefined;
  #store: LockingPageStore | undefined;
  #storage: 'persistent' | 'memory' = 'persistent';

  /** @param openStore rejects with a `NoStoreError` where there is none to be had; a store in memory takes its place */
  constructor(openStore: (name: string) => Promise<LockingPageStore>) {
    this.#openStore = openStore;
  }

  async start(options: JobManagerOptions, provider: WorkerProvider): Promise<DispatcherGateway> {
    const { configuration, wasm, storeName, maxTaskManagers, sharesMemory } = options;
    const store = await this.#openStore(storeName).catch((error: unknown) => {
      if (!(error instanceof NoStoreError)) throw error;
      this.#storage = 'memory';
      return new MemoryPageStore();
    });
    this.#store = store;
    this.#driver = new WorkerDriver(provider, this.#storage === 'memory' ? store : undefined);
    this.#dispatcher = await Dispatcher.open(
      {
        configuration,
        executorOptions: { wasm, storeName },
        maxTaskManagers,
        createRing: () => (sharesMemory ? allocateRing() : null),
        store,
        clock: new RealClock(),
        random: Math.random,
      },
      this.#driver,
    );
    return Comlink.proxy(this.#dispatcher);
  }

  async taskManagerLost(id: string, why: string): Promise<void> {
    this.#dispatcher?.taskManagerLost(id, why);
  }

  async registerFile(name: string, content: Blob): Promise<void> {
    if (!this.#store || !this.#driver) throw new Error('The JobManager has not been started.');
    await this.#driver.useFile(name, content);
    await storeDroppedFile(this.#store, name, content).catch(() => {}); // no room for a copy: it is there for this session
  }

  async storage(): Promise<'persistent' | 'memory'> {
    return this.#storage;
  }

  async shutdown(): Promise<void> {
    await this.#dispatcher?.shutdown();
  }
}

/** TaskManagers in workers that a provider starts. */
class WorkerDriver implements ResourceManagerDriver {
  readonly #provider: WorkerProvider;
  readonly #sharedStore: PageStore | undefined;
  readonly #taskManagers = new Map<
    string,
    { readonly port: MessagePort; readonly gateway: TaskManagerGateway }
  >();
  readonly #files = new Map<string, Blob>();

  /** @param sharedStore the JobManager's own, if TaskManagers cannot open the same */
  constructor(provider: WorkerProvider, sharedStore: PageStore | undefined) {
    this.#provider = provider;
    this.#sharedStore = sharedStore;
  }

  async start(id: string): Promise<TaskExecutorGateway> {
    const port = await this.#provider.startTaskManager(id);
    const gateway = remote<TaskManagerGateway>(port);
    this.#taskManagers.set(id, { port, gateway });
    if (this.#sharedStore) {
      const { port1, port2 } = new MessageChannel();
      expose(this.#sharedStore, port1);
      await gateway.useStore(port2);
    }
    for (const [name, content] of this.#files) await gateway.useFile(name, content);
    return gateway;
  }

  async terminate(id: string): Promise<void> {
    this.#taskManagers.get(id)?.port.close();
    this.#taskManagers.delete(id);
    await this.#provider.terminateTaskManager(id);
  }

  /** For all TaskManagers, also those to come. One that is dying does not answer, so nobody waits. */
  async useFile(name: string, content: Blob): Promise<void> {
    this.#files.set(name, content);
    for (const { gateway } of this.#taskManagers.values())
      void gateway.useFile(name, content).catch(() => {});
  }
}

import * as Comlink from 'comlink';
import { compileWasm } from '../memory/kernels.ts';
import type { DispatcherGateway, WorkerProvider } from './gateways.ts';
import { NEEDED_POLICY, type EngineWorker, type Host } from './host.ts';
import type { JobManagerGateway } from './job-manager.ts';
import { integerOption, type Configuration } from './job-options.ts';
import { PendingCalls, remote } from './rpc.ts';

const DEFAULT_STORE = 'millrace';
const MAX_TASK_MANAGERS = 8;
/** So that a few jobs fit also where the machine has one or two processors. */
const MIN_TASK_MANAGERS = 4;

/**
 * A cluster on this machine: a JobManager and its TaskManagers, each in a worker that this thread starts. Workers cannot start workers
 * everywhere (a blob: worker may not), so the JobManager asks here for TaskManagers.
 *
 * Options: `local.number-taskmanager` (at most; default: processors, 4 to 8), `taskmanager.numberOfTaskSlots` (1),
 * `millrace.store` (name of the database or folder), `millrace.shared-memory` (`false`: exchange by messages only).
 */
export class LocalCluster {
  readonly dispatcher: DispatcherGateway;
  /** Resolves with the reason when the JobManager died. Every call to the dispatcher rejects then. */
  readonly failure: Promise<string>;
  /** What all its workers compute with. */
  readonly kernels: WebAssembly.Module | BufferSource;
  readonly #jobManager: JobManagerGateway;
  readonly #workers: Workers;
  #shutdown: Promise<void> | undefined;

  /** Takes the host's fallback if no worker starts there. */
  static async start(host: Host, configuration: Configuration = {}): Promise<LocalCluster> {
    const workers = new Workers(host);
    try {
      return await LocalCluster.#start(host, configuration, workers);
    } catch (error) {
      await workers.terminateAll();
      if (!host.fallback || !workers.hasFailedToStart) throw error;
      return LocalCluster.start(await host.fallback(), configuration);
    }
  }

  static async #start(host: Host, configuration: Configuration, workers: Workers): Promise<LocalCluster> {
    const compiled = wasmToSend(host.wasm);
    const jobManagerWorker = workers.spawn('JobManager', 'millrace-jobmanager');
    workers.spawnAhead();
    const [wasm] = await Promise.all([compiled, jobManagerWorker.ready]);
    const failure = jobManagerWorker.failure;
    const calls = new PendingCalls();
    void failure.then((why) => calls.fail(new Error(`The JobManager died: ${why}`)));
    const guard = <R>(call: Promise<R>): Promise<R> => calls.guard(call);
    const jobManager = remote<JobManagerGateway>(jobManagerWorker.port, guard);
    workers.onLost = (id, why) => void jobManager.taskManagerLost(id, why).catch(() => {});
    const processors = Math.min(Math.max(host.concurrency, MIN_TASK_MANAGERS), MAX_TASK_MANAGERS);
    const dispatcher = await jobManager.start(
      {
        configuration: {
          ...(host.baseUrl !== undefined && { 'millrace.base-url': host.baseUrl }),
          ...configuration,
        },
        wasm,
        storeName: configuration['millrace.store'] ?? DEFAULT_STORE,
        maxTaskManagers: integerOption(configuration, 'local.number-taskmanager', processors, 1),
        sharesMemory: configuration['millrace.shared-memory'] !== 'false' && canShareMemory(),
      },
      workers.provider(),
    );
    return new LocalCluster(remote<DispatcherGateway>(dispatcher, guard), failure, wasm, jobManager, workers);
  }

  private constructor(
    dispatcher: DispatcherGateway,
    failure: Promise<string>,
    kernels: WebAssembly.Module | BufferSource,
    jobManager: JobManagerGateway,
    workers: Workers,
  ) {
    this.dispatcher = dispatcher;
    this.failure = failure;
    this.kernels = kernels;
    this.#jobManager = jobManager;
    this.#workers = workers;
  }

  /** A file that a visitor dropped on the page: tables read it from `file-drop:NAME`. Replaces one of the same name. */
  registerFile(name: string, content: Blob): Promise<void> {
    return this.#jobManager.registerFile(name, content);
  }

  /** `memory` where the page may not use a database: its jobs are gone when it is closed. */
  storage(): Promise<'persistent' | 'memory'> {
    return this.#jobManager.storage();
  }

  /** Ends all workers. Jobs that run stay in the catalogue as running, and `recoverJobs` of a later cluster finds them. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#shutDown();
    return this.#shutdown;
  }

  async #shutDown(): Promise<void> {
    try {
      await this.#jobManager.shutdown();
    } catch {
      // It died before.
    }
    await this.#workers.terminateAll();
  }
}

interface RunningWorker extends EngineWorker {
  readonly port: MessagePort;
}

/** The workers that this thread started. */
class Workers {
  readonly #host: Host;
  readonly #all = new Set<RunningWorker>();
  readonly #taskManagers = new Map<string, RunningWorker>();
  /** A TaskManager that was started before anybody asked. */
  #ahead: RunningWorker | undefined;
  /** Some worker did not come to run its code. */
  hasFailedToStart = false;
  onLost: (id: string, why: string) => void = () => {};

  constructor(host: Host) {
    this.#host = host;
  }

  spawn(role: 'JobManager' | 'TaskManager', name: string): RunningWorker {
    const { port1, port2 } = new MessageChannel();
    const worker = { ...this.#host.spawn(name), port: port1 };
    this.#all.add(worker);
    worker.assume({ role, port: port2 });
    worker.ready.catch(() => {
      this.hasFailedToStart = true;
    });
    return worker;
  }

  spawnAhead(): void {
    this.#ahead = this.spawn('TaskManager', 'millrace-taskmanager');
  }

  provider(): WorkerProvider {
    return Comlink.proxy({
      startTaskManager: async (id: string): Promise<MessagePort> => {
        const worker = this.#ahead ?? this.spawn('TaskManager', `millrace-${id}`);
        this.#ahead = undefined;
        await worker.ready;
        this.#taskManagers.set(id, worker);
        void worker.failure.then((why) => {
          if (!this.#taskManagers.delete(id)) return;
          this.onLost(id, why);
          return this.#end(worker);
        });
        return Comlink.transfer(worker.port, [worker.port]);
      },
      terminateTaskManager: async (id: string): Promise<void> => {
        const worker = this.#taskManagers.get(id);
        this.#taskManagers.delete(id);
        if (worker) await this.#end(worker);
      },
    });
  }

  async terminateAll(): Promise<void> {
    this.#taskManagers.clear();
    await Promise.all([...this.#all].map((worker) => this.#end(worker)));
  }

  async #end(worker: RunningWorker): Promise<void> {
    this.#all.delete(worker);
    worker.port.close();
    await worker.terminate();
  }
}

/** Pages need cross-origin isolation for it; where that is claimed the class may still be missing (WebKitGTK). */
function canShareMemory(): boolean {
  const isIsolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated ?? true;
  return isIsolated && typeof SharedArrayBuffer !== 'undefined';
}

/**
 * Compiled once for all workers, but for a page without an origin (a file, a sandboxed frame): there a module does not pass a port, and
 * is not even missed. Its workers get the bytes.
 */
async function wasmToSend(wasm: Host['wasm']): Promise<WebAssembly.Module | BufferSource> {
  if ((globalThis as { origin?: string }).origin === 'null') {
    if (typeof wasm !== 'string' && !(wasm instanceof URL)) return wasm;
    return (await fetch(wasm)).arrayBuffer();
  }
  try {
    return await compileWasm(wasm);
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError) || !/content.security/i.test(error.message)) throw error;
    throw new Error(`This page forbids WebAssembly. ${NEEDED_POLICY}`, { cause: error });
  }
}

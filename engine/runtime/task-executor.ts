import { loadWasm, type Wasm } from '../memory/kernels.ts';
import { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { PeerConnection } from '../network/peer-connection.ts';
import { DEFAULT_NETWORK_OPTIONS, type NetworkOptions } from '../network/network-options.ts';
import { PortTransport } from '../network/port-transport.ts';
import { RingTransport } from '../network/ring-transport.ts';
import { SubpartitionRegistry } from '../network/subpartition-registry.ts';
import type { CheckpointOptions } from '../network/stream-element.ts';
import type { OperatorFactory } from '../operators/registry.ts';
import type { OperatorHost } from '../operators/stream-operator.ts';
import { keyGroupRangeOf } from '../state/key-group-range.ts';
import type { PageStore } from '../state/page-store.ts';
import type { Clock } from '../time/clock.ts';
import { RealClock } from '../time/real-clock.ts';
import { RuntimeFailure, toErrorData } from '../types/errors.ts';
import { parseMemorySize } from '../types/memory-size.ts';
import { sampleFiles, type FileSample } from './files/file-sample.ts';
import type {
  JobMasterGateway,
  TaskDeploymentDescriptor,
  TaskExecutorGateway,
  TaskExecutorOptions,
  TaskManagerReport,
} from './gateways.ts';
import { durationOption, integerOption, type Configuration } from './job-options.ts';
import { MailboxClock } from './mailbox-processor.ts';
import { OperatorChain } from './operator-chain.ts';
import { PrintBuffer } from './print-buffer.ts';
import { StreamInput } from './stream-input.ts';
import { StreamTask, type TaskListener } from './stream-task.ts';
import { TaskMetrics } from './task-metrics.ts';
import { TaskOperatorContext, type TaskEnvironment } from './task-operator-context.ts';
import { TaskOutputs } from './task-outputs.ts';
import { TaskSnapshotWriter } from './task-snapshot-writer.ts';
import { readTaskState } from './task-state-reader.ts';
import { unwireTask, wireTask, type TaskNetwork, type TaskWiring } from './task-wiring.ts';
import { realTurnClock, TurnScheduler, type TurnClock } from './turn-scheduler.ts';

/** What a TaskManager needs of the worker, process or test that it lives in. */
export interface TaskExecutorEnvironment {
  openStore(storeName: string): Promise<PageStore>;
  /** What connectors reach of the world; print and collect go to the JobManager. */
  openHost(store: PageStore, options: TaskExecutorOptions): Pick<OperatorHost, 'files' | 'topics'>;
  readonly createOperator: OperatorFactory;
  /** Processing time; the machine's unless a run has to be repeatable. */
  readonly clock?: Clock;
  readonly turnClock?: TurnClock;
  /**
   * Ends the worker: a kernel trapped, and nobody knows what is in memory now. The task has failed, and the JobManager has been told.
   */
  terminate?(error: Error): void;
  /** `(url) => import(url)`, where users' functions are allowed. */
  importModule?(url: string): Promise<Readonly<Record<string, unknown>>>;
}

interface Started {
  readonly options: TaskExecutorOptions;
  readonly jobMaster: JobMasterGateway;
  readonly wasm: Wasm;
  readonly pool: MemorySegmentPool;
  readonly store: PageStore;
  readonly host: Pick<OperatorHost, 'files' | 'topics'>;
  readonly network: NetworkOptions;
}

interface DeployedTask {
  readonly task: StreamTask;
  readonly wiring: TaskWiring;
  readonly prints: PrintBuffer;
}

/** Reports of ended tasks that are kept for the JobManager's next question. */
const KEPT_REPORTS = 256;

/**
 * A TaskManager: the tasks of one worker, their memory, and their connections to other workers. The JobManager tells it what to do
 * (`TaskExecutorGateway`), it tells the JobManager what became of it.
 */
export class TaskExecutor implements TaskExecutorGateway, TaskListener {
  readonly #environment: TaskExecutorEnvironment;
  readonly #scheduler: TurnScheduler;
  readonly #clock: Clock;
  readonly #registry = new SubpartitionRegistry();
  readonly #connections = new Map<string, PeerConnection>();
  readonly #tasks = new Map<StreamTask, DeployedTask>();
  /** Ended tasks whose results have not all been read. */
  readonly #draining = new Map<StreamTask, TaskWiring>();
  #reports: TaskManagerReport['tasks'][number][] = [];
  #started: Started | undefined;

  constructor(environment: TaskExecutorEnvironment) {
    this.#environment = environment;
    this.#scheduler = new TurnScheduler(environment.turnClock ?? realTurnClock());
    this.#clock = environment.clock ?? new RealClock();
    this.#scheduler.addHook({
      poll: () => {},
      flush: () => {
        for (const { prints } of this.#tasks.values()) prints.flush();
      },
      prepareToSleep: () => true,
    });
  }

  // ---- TaskExecutorGateway -------------------------------------------------------------------------------------------

  async start(options: TaskExecutorOptions, jobMaster: JobMasterGateway): Promise<void> {
    const wasm = await loadWasm(options.wasm);
    const store = await this.#environment.openStore(options.storeName);
    this.#started = {
      options,
      jobMaster,
      wasm,
      pool: new MemorySegmentPool(wasm, memoryLimit(options.configuration)),
      store,
      host: this.#environment.openHost(store, options),
      network: networkOptions(options.configuration),
    };
  }

  async connectPeer(taskManagerId: string, port: MessagePort, ring: SharedArrayBuffer | null): Promise<void> {
    const { options, wasm } = this.#live;
    const old = this.#connections.get(taskManagerId);
    if (old) this.#disconnect(old);
    const direction = options.taskManagerId < taskManagerId ? 0 : 1;
    const transport = ring ? new RingTransport(port, ring, direction, wasm) : new PortTransport(port, wasm);
    transport.onWake = () => this.#scheduler.requestTurn();
    this.#connections.set(taskManagerId, new PeerConnection(transport, this.#registry));
    this.#scheduler.addHook(transport);
  }

  async disconnectPeer(taskManagerId: string): Promise<void> {
    const connection = this.#connections.get(taskManagerId);
    if (connection) this.#disconnect(connection);
    this.#connections.delete(taskManagerId);
  }

  async deployTask(descriptor: TaskDeploymentDescriptor): Promise<void> {
    const { jobId, vertex, subtask, attempt, configuration } = descriptor;
    const identity = { jobId, vertexId: vertex.id, taskName: vertex.name, subtask, attempt };
    const now = (): number => this.#scheduler.clock.now();
    const isCheckpointed = durationOption(configuration, 'execution.checkpointing.interval', 0) > 0;
    const task = new StreamTask(identity, this.#scheduler, new TaskMetrics(now), this, isCheckpointed);
    await this.#wire(task, descriptor);
  }

  async startTasks(jobId: string): Promise<void> {
    for (const { task } of this.#tasksOf(jobId)) task.start();
  }

  async triggerCheckpoint(
    jobId: string,
    checkpointId: number,
    timestamp: number,
    options: CheckpointOptions,
  ): Promise<void> {
    for (const { task } of this.#tasksOf(jobId)) task.triggerCheckpoint({ checkpointId, timestamp, options });
  }

  async notifyCheckpointComplete(jobId: string, checkpointId: number): Promise<void> {
    for (const { task } of this.#tasksOf(jobId)) task.notifyCheckpointComplete(checkpointId);
  }

  async notifyCheckpointAborted(jobId: string, checkpointId: number): Promise<void> {
    for (const { task } of this.#tasksOf(jobId)) task.notifyCheckpointAborted(checkpointId);
  }

  async cancelTasks(jobId: string): Promise<void> {
    await Promise.all(this.#tasksOf(jobId).map(({ task }) => task.cancel()));
    for (const [task, wiring] of this.#draining) {
      if (task.identity.jobId === jobId) this.#release(task, wiring);
    }
  }

  async heartbeat(): Promise<TaskManagerReport> {
    const { options, pool } = this.#live;
    this.#sweep();
    const running = [...this.#tasks.keys()].filter(({ state }) => state === 'RUNNING');
    return {
      id: options.taskManagerId,
      memoryUsedBytes: pool.usedBytes,
      tasks: [...this.#reports, ...running.map((task) => task.report())],
    };
  }

  /** Cancels whatever runs and closes connections and store: for hosts that live on in the same thread. */
  async sampleFiles(path: string): Promise<FileSample> {
    const { files } = this.#live.host;
    if (!files) throw new Error('There are no files here.');
    return sampleFiles(files, path);
  }

  async shutdown(): Promise<void> {
    await Promise.all([...this.#tasks.keys()].map((task) => task.cancel()));
    for (const [task, wiring] of this.#draining) this.#release(task, wiring);
    for (const connection of this.#connections.values()) this.#disconnect(connection);
    this.#connections.clear();
    this.#started?.store.close();
    this.#started = undefined;
  }

  // ---- TaskListener --------------------------------------------------------------------------------------------------

  stateChanged(task: StreamTask, state: StreamTask['state'], error?: RuntimeFailure): void {
    const deployed = this.#tasks.get(task);
    if (state === 'FINISHED' || state === 'FAILED' || state === 'CANCELED') {
      deployed?.prints.flush();
      this.#ended(task, state === 'FINISHED');
    }
    const { jobId, vertexId, subtask, attempt } = task.identity;
    this.#tell((jobMaster) =>
      jobMaster.updateTaskState(jobId, vertexId, subtask, attempt, state, error && toErrorData(error)),
    );
    if (error?.cause instanceof WebAssembly.RuntimeError) this.#environment.terminate?.(error);
  }

  acknowledgeCheckpoint(
    { identity: { jobId, vertexId, subtask, attempt } }: StreamTask,
    checkpointId: number,
    snapshot: Parameters<TaskListener['acknowledgeCheckpoint']>[2],
  ): void {
    this.#tell((jobMaster) =>
      jobMaster.acknowledgeCheckpoint(jobId, checkpointId, vertexId, subtask, attempt, snapshot),
    );
  }

  declineCheckpoint(
    { identity: { jobId, vertexId, subtask } }: StreamTask,
    checkpointId: number,
    error: unknown,
  ): void {
    this.#tell((jobMaster) =>
      jobMaster.declineCheckpoint(jobId, checkpointId, vertexId, subtask, toErrorData(error)),
    );
  }

  endOfData({ identity: { jobId, vertexId, subtask, attempt } }: StreamTask): void {
    this.#tell((jobMaster) => jobMaster.notifyEndOfData(jobId, vertexId, subtask, attempt));
  }

  // ---- building a task -----------------------------------------------------------------------------------------------

  async #wire(task: StreamTask, descriptor: TaskDeploymentDescriptor): Promise<void> {
    const started = this.#live;
    const { wasm, pool, jobMaster } = started;
    const { jobId, vertex, subtask } = descriptor;
    this.#reports = this.#reports.filter(
      (report) => report.jobId !== jobId || report.vertexId !== vertex.id || report.subtask !== subtask,
    );
    const prints = new PrintBuffer((lines, isError) =>
      this.#tell(() => jobMaster.print(jobId, lines, isError)),
    );
    const wiring = wireTask(descriptor, this.#networkOf(started));
    this.#tasks.set(task, { task, wiring, prints });
    const writers = wiring.edges.map(({ writer }) => writer);
    const outputs = new TaskOutputs(writers, new RealClock(), bufferTimeout(descriptor.configuration));
    let isWired = false;
    try {
      const mode = checkpointingMode(descriptor.configuration);
      const clock = new MailboxClock(this.#clock, task.mailbox);
      const host: OperatorHost = {
        ...started.host,
        print: (line, isError) => prints.print(line, isError),
        collect: (message) => jobMaster.collect(jobId, message),
      };
      const contexts = await this.#contexts(task, descriptor, { wasm, pool, clock, host });
      if (task.state !== 'CREATED') throw new Error(`The task was canceled while it was deployed.`);
      const chain = new OperatorChain(
        descriptor.vertex,
        contexts,
        this.#environment.createOperator,
        wiring.edges,
      );
      const snapshots = new TaskSnapshotWriter(
        started.store,
        task.identity,
        () => new Promise((resolve) => this.#scheduler.clock.yieldTurn(resolve)),
      );
      const input = this.#inputOf(task, wiring, chain, mode);
      isWired = true;
      await task.initialize({ chain, input, outputs, snapshots, clock });
    } catch (error) {
      if (!isWired) {
        for (const gate of wiring.gates) gate.release();
        outputs.release();
      }
      task.fail(error);
      throw error;
    }
  }

  async #contexts(
    task: StreamTask,
    { vertex, configuration, restore, functions }: TaskDeploymentDescriptor,
    parts: Pick<TaskEnvironment, 'wasm' | 'pool' | 'clock' | 'host'>,
  ): Promise<TaskOperatorContext[]> {
    const { jobId, subtask, attempt } = task.identity;
    const { parallelism, maxParallelism } = vertex;
    const paged = restore ? await readTaskState(this.#live.store, restore) : undefined;
    const environment: TaskEnvironment = {
      ...parts,
      keyGroups: keyGroupRangeOf(maxParallelism, parallelism, subtask),
      configuration: { ...this.#live.options.configuration, ...configuration },
      userFunctions: await this.#importFunctions(functions ?? []),
      metrics: task.metrics,
      isRestored: restore !== null,
      fail: (error) => task.mailbox.put(() => task.fail(error)),
    };
    return vertex.operators.map(({ id, name }) => {
      const operatorState = restore?.operators[id]?.operatorState ?? [];
      const info = {
        jobId,
        vertexId: vertex.id,
        operatorId: id,
        taskName: name,
        subtask,
        parallelism,
        maxParallelism,
        attempt,
      };
      return new TaskOperatorContext(environment, info, {
        operatorState,
        paged: paged?.get(id) ?? new Map(),
      });
    });
  }

  #inputOf(
    task: StreamTask,
    { gates }: TaskWiring,
    chain: OperatorChain,
    mode: 'EXACTLY_ONCE' | 'AT_LEAST_ONCE',
  ): StreamInput | undefined {
    if (gates.length === 0) return undefined;
    return new StreamInput(
      gates,
      gates.map((_, gate) => chain.gateInput(gate)),
      {
        triggerCheckpoint: (barrier, alignmentMs) => task.performCheckpoint(barrier, alignmentMs),
        declineCheckpoint: (id, reason) => task.declineCheckpoint(id, reason),
      },
      mode,
      () => this.#scheduler.clock.now(),
    );
  }

  async #importFunctions(
    functions: NonNullable<TaskDeploymentDescriptor['functions']>,
  ): Promise<ReadonlyMap<string, unknown>> {
    const imported = new Map<string, unknown>();
    for (const { key, module, exportName } of functions) {
      if (!this.#environment.importModule)
        throw new RuntimeFailure('Functions of users are not supported here.');
      const exports = await this.#environment.importModule(module);
      if (!(exportName in exports)) {
        throw new RuntimeFailure(`The module of function ${key} has no export '${exportName}'.`);
      }
      imported.set(key, exports[exportName]);
    }
    return imported;
  }

  #networkOf({ options, wasm, pool, network }: Started): TaskNetwork {
    return {
      taskManagerId: options.taskManagerId,
      wasm,
      pool,
      registry: this.#registry,
      options: network,
      connection: (peer) => {
        const connection = this.#connections.get(peer);
        if (!connection) throw new Error(`TaskManager ${options.taskManagerId} is not connected to ${peer}.`);
        return connection;
      },
    };
  }

  // ---- books ---------------------------------------------------------------------------------------------------------

  get #live(): Started {
    if (!this.#started) throw new Error('The TaskManager has not been started.');
    return this.#started;
  }

  #tasksOf(jobId: string): DeployedTask[] {
    return [...this.#tasks.values()].filter(({ task }) => task.identity.jobId === jobId);
  }

  /** A finished task's results wait for their readers; a failed or canceled one has dropped them. */
  #ended(task: StreamTask, isFinished: boolean): void {
    const deployed = this.#tasks.get(task);
    if (!deployed) return;
    this.#tasks.delete(task);
    this.#draining.set(task, deployed.wiring);
    if (isFinished) this.#reports = [...this.#reports, task.report()].slice(-KEPT_REPORTS);
    else this.#release(task, deployed.wiring);
    this.#sweep();
  }

  #sweep(): void {
    for (const [task, wiring] of this.#draining) {
      if (wiring.edges.every(({ writer }) => writer.partition.isConsumed)) this.#release(task, wiring);
    }
  }

  #release(task: StreamTask, wiring: TaskWiring): void {
    for (const { writer } of wiring.edges) writer.partition.release();
    unwireTask(wiring, this.#registry);
    this.#draining.delete(task);
  }

  #disconnect(connection: PeerConnection): void {
    this.#scheduler.removeHook(connection.transport);
    connection.close();
  }

  /** The JobManager may be gone; then so is whoever would have to know. */
  #tell(say: (jobMaster: JobMasterGateway) => Promise<void>): void {
    if (this.#started) say(this.#started.jobMaster).catch(() => {});
  }
}

function memoryLimit(configuration: Configuration): number | undefined {
  const key = ['taskmanager.memory.managed.size', 'taskmanager.memory.process.size'].find(
    (name) => name in configuration,
  );
  const text = key === undefined ? undefined : configuration[key];
  if (text === undefined) return undefined;
  const bytes = parseMemorySize(text);
  if (bytes === undefined)
    throw new RuntimeFailure(`Invalid value '${text}' for option '${key}': a memory size is expected.`);
  return bytes;
}

function networkOptions(configuration: Configuration): NetworkOptions {
  const { buffersPerChannel, floatingBuffersPerGate, maxBuffersPerChannel } = DEFAULT_NETWORK_OPTIONS;
  const prefix = 'taskmanager.network.memory';
  return {
    buffersPerChannel: integerOption(configuration, `${prefix}.buffers-per-channel`, buffersPerChannel, 1),
    floatingBuffersPerGate: integerOption(
      configuration,
      `${prefix}.floating-buffers-per-gate`,
      floatingBuffersPerGate,
    ),
    maxBuffersPerChannel: integerOption(
      configuration,
      `${prefix}.max-buffers-per-channel`,
      maxBuffersPerChannel,
      1,
    ),
  };
}

/** Undefined: only full buffers are sent. */
function bufferTimeout(configuration: Configuration): number | undefined {
  if (configuration['execution.buffer-timeout.enabled'] === 'false') return undefined;
  return durationOption(configuration, 'execution.buffer-timeout.interval', 100);
}

function checkpointingMode(configuration: Configuration): 'EXACTLY_ONCE' | 'AT_LEAST_ONCE' {
  if (configuration['execution.checkpointing.unaligned.enabled'] === 'true') {
    throw new RuntimeFailure(
      "Unaligned checkpoints ('execution.checkpointing.unaligned.enabled') are not supported.",
    );
  }
  const mode =
    configuration['execution.checkpointing.mode']?.toUpperCase().replaceAll('-', '_') ?? 'EXACTLY_ONCE';
  if (mode === 'EXACTLY_ONCE' || mode === 'AT_LEAST_ONCE') return mode;
  throw new RuntimeFailure(`Invalid value '${mode}' for option 'execution.checkpointing.mode'.`);
}

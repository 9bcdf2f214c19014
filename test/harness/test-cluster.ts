import { readFileSync } from 'node:fs';
import type { JobGraph } from '../../engine/graph/job-graph.ts';
import { allocateRing } from '../../engine/network/shared-ring.ts';
import type { OperatorFactory } from '../../engine/operators/registry.ts';
import type { CollectMessage, OperatorHost } from '../../engine/operators/stream-operator.ts';
import { deploymentDescriptors } from '../../engine/runtime/deployment.ts';
import { ExecutionGraph } from '../../engine/runtime/execution-graph.ts';
import type { JobMasterGateway, TaskRestore, TaskSnapshot } from '../../engine/runtime/gateways.ts';
import type { ExecutionState } from '../../engine/runtime/job-views.ts';
import { TaskExecutor } from '../../engine/runtime/task-executor.ts';
import type { TurnClock } from '../../engine/runtime/turn-scheduler.ts';
import { keyGroupRangeOf } from '../../engine/state/key-group-range.ts';
import { MemoryPageStore } from '../../engine/state/page-store-memory.ts';
import type { PageStore } from '../../engine/state/page-store.ts';
import type { Clock } from '../../engine/time/clock.ts';
import { fromErrorData, type ErrorData } from '../../engine/types/errors.ts';
import type { Medium } from './exchange.ts';

const wasm = new WebAssembly.Module(readFileSync('wasm/build/millrace.debug.wasm'));

export interface TestClusterSetup {
  readonly taskManagers?: number;
  readonly medium?: Exclude<Medium, 'local'>;
  readonly createOperator: OperatorFactory;
  readonly clock?: Clock;
  readonly turnClock?: TurnClock;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly host?: Pick<OperatorHost, 'files' | 'topics'>;
  readonly store?: PageStore;
  readonly terminate?: (error: Error) => void;
}

/** A complete checkpoint: the snapshots of all subtasks, by vertex and subtask. */
export interface TestCheckpoint {
  readonly id: number;
  readonly graph: JobGraph;
  readonly snapshots: ReadonlyMap<string, TaskSnapshot>;
}

interface Pending {
  readonly id: number;
  readonly waitsFor: Set<string>;
  readonly snapshots: Map<string, TaskSnapshot>;
  readonly resolve: (checkpoint: TestCheckpoint) => void;
  readonly reject: (error: Error) => void;
}

/**
 * TaskExecutors on one thread, each with its memory, and a JobManager that does no more than it is told: for tests of what goes on inside
 * TaskManagers. Subtask i runs on TaskManager i modulo their number.
 */
export class TestCluster implements JobMasterGateway {
  readonly store: PageStore;
  readonly prints: string[] = [];
  readonly collected: CollectMessage[] = [];
  readonly declined: { checkpointId: number; error: Error }[] = [];
  /** By `vertex/subtask`. */
  readonly states = new Map<string, ExecutionState>();
  readonly endsOfData: string[] = [];
  failure: Error | undefined;
  readonly #executors: TaskExecutor[];
  readonly #lastSnapshots = new Map<string, TaskSnapshot>();
  readonly #waiters: (() => void)[] = [];
  #execution: ExecutionGraph | undefined;
  #pending: Pending | undefined;
  #attempt = -1;
  #nextCheckpoint = 1;

  private constructor(setup: TestClusterSetup) {
    this.store = setup.store ?? new MemoryPageStore();
    this.#executors = Array.from(
      { length: setup.taskManagers ?? 1 },
      () =>
        new TaskExecutor({
          openStore: async () => this.store,
          openHost: () => setup.host ?? {},
          createOperator: setup.createOperator,
          ...(setup.clock && { clock: setup.clock }),
          ...(setup.turnClock && { turnClock: setup.turnClock }),
          ...(setup.terminate && { terminate: setup.terminate }),
        }),
    );
  }

  static async start(setup: TestClusterSetup): Promise<TestCluster> {
    const cluster = new TestCluster(setup);
    const executors = cluster.#executors;
    const configuration = setup.configuration ?? {};
    await Promise.all(
      executors.map((executor, i) =>
        executor.start({ taskManagerId: `tm-${i}`, wasm, configuration, storeName: 'store' }, cluster),
      ),
    );
    for (let i = 0; i < executors.length; i++) {
      for (let j = i + 1; j < executors.length; j++) {
        const { port1, port2 } = new MessageChannel();
        const ring = setup.medium === 'ring' ? allocateRing() : null;
        await executors[i]!.connectPeer(`tm-${j}`, port1, ring);
        await executors[j]!.connectPeer(`tm-${i}`, port2, ring);
      }
    }
    return cluster;
  }

  /** Deploys and starts a job, from a checkpoint if one is given. */
  async run(graph: JobGraph, restore?: TestCheckpoint): Promise<void> {
    this.#attempt++;
    this.failure = undefined;
    this.states.clear();
    this.endsOfData.length = 0;
    this.#lastSnapshots.clear();
    const execution = new ExecutionGraph(graph);
    for (let attempt = 0; attempt <= this.#attempt; attempt++) execution.startAttempt();
    for (const each of execution.executions) each.taskManager = `tm-${each.subtask % this.#executors.length}`;
    this.#execution = execution;
    const descriptors = deploymentDescriptors(execution, restore ? restores(restore, graph) : null);
    await Promise.all(
      descriptors.map((descriptor) =>
        this.#executors[descriptor.subtask % this.#executors.length]!.deployTask(descriptor),
      ),
    );
    await this.#all((executor) => executor.startTasks(graph.jobId));
  }

  /** Triggers a checkpoint; resolves once every subtask has acknowledged it (it is complete only with `complete`). */
  trigger(options: { stop?: boolean; drain?: boolean; full?: boolean } = {}): Promise<TestCheckpoint> {
    const { jobGraph, executions } = this.#execution!;
    const id = this.#nextCheckpoint++;
    const checkpoint = new Promise<TestCheckpoint>((resolve, reject) => {
      const waitsFor = new Set(executions.map(({ vertex, subtask }) => `${vertex.id}/${subtask}`));
      this.#pending = { id, waitsFor, snapshots: new Map(), resolve, reject };
    });
    for (const [key, state] of this.states) if (state === 'FINISHED') this.#takeLast(key);
    const all = { stop: false, drain: false, full: false, ...options };
    void this.#all((executor) => executor.triggerCheckpoint(jobGraph.jobId, id, 1, all));
    return checkpoint;
  }

  async complete({ id }: TestCheckpoint): Promise<void> {
    await this.#all((executor) => executor.notifyCheckpointComplete(this.#jobId, id));
  }

  async abort(checkpointId: number): Promise<void> {
    await this.#all((executor) => executor.notifyCheckpointAborted(this.#jobId, checkpointId));
  }

  /** Takes a checkpoint and completes it. */
  async checkpoint(
    options: { stop?: boolean; drain?: boolean; full?: boolean } = {},
  ): Promise<TestCheckpoint> {
    const checkpoint = await this.trigger(options);
    await this.complete(checkpoint);
    return checkpoint;
  }

  async cancel(): Promise<void> {
    this.#pending?.reject(new Error('canceled'));
    this.#pending = undefined;
    await this.#all((executor) => executor.cancelTasks(this.#jobId));
  }

  /** Resolves once `condition` holds; throws the failure of a task if one comes first. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Every subtask is FINISHED. */
  async finished(): Promise<void> {
    const count = this.#execution!.executions.length;
    await this.until(
      () => [...this.states.values()].filter((state) => state === 'FINISHED').length === count,
    );
  }

  async reports() {
    return (await Promise.all(this.#executors.map((executor) => executor.heartbeat()))).flatMap(
      ({ tasks }) => tasks,
    );
  }

  async usedBytes(): Promise<number[]> {
    return (await Promise.all(this.#executors.map((executor) => executor.heartbeat()))).map(
      ({ memoryUsedBytes }) => memoryUsedBytes,
    );
  }

  async shutdown(): Promise<void> {
    await this.#all((executor) => executor.shutdown());
  }

  // ---- JobMasterGateway ----------------------------------------------------------------------------------------------

  async updateTaskState(
    _jobId: string,
    vertexId: string,
    subtask: number,
    attempt: number,
    state: ExecutionState,
    error?: ErrorData,
  ): Promise<void> {
    if (attempt !== this.#attempt) return;
    const key = `${vertexId}/${subtask}`;
    this.states.set(key, state);
    if (state === 'FAILED') this.failure ??= error ? fromErrorData(error) : new Error('no reason was given');
    if (state === 'FINISHED') this.#takeLast(key);
    this.#wakeWaiters();
  }

  async acknowledgeCheckpoint(
    _jobId: string,
    checkpointId: number,
    vertexId: string,
    subtask: number,
    attempt: number,
    snapshot: TaskSnapshot,
  ): Promise<void> {
    if (attempt !== this.#attempt) return;
    // As it crosses to another worker and to disk.
    const plain = JSON.parse(JSON.stringify(snapshot)) as TaskSnapshot;
    this.#acknowledge(checkpointId, `${vertexId}/${subtask}`, plain);
  }

  async declineCheckpoint(
    _jobId: string,
    checkpointId: number,
    _vertexId: string,
    _subtask: number,
    error: ErrorData,
  ): Promise<void> {
    this.declined.push({ checkpointId, error: fromErrorData(error) });
    if (this.#pending?.id === checkpointId) {
      this.#pending.reject(fromErrorData(error));
      this.#pending = undefined;
    }
    this.#wakeWaiters();
  }

  async notifyEndOfData(_jobId: string, vertexId: string, subtask: number): Promise<void> {
    this.endsOfData.push(`${vertexId}/${subtask}`);
    this.#wakeWaiters();
  }

  async collect(_jobId: string, message: CollectMessage): Promise<void> {
    this.collected.push(message);
  }

  async print(_jobId: string, lines: string): Promise<void> {
    this.prints.push(...lines.split('\n'));
  }

  get #jobId(): string {
    return this.#execution!.jobGraph.jobId;
  }

  #takeLast(key: string): void {
    const snapshot = this.#lastSnapshots.get(key);
    if (this.#pending?.waitsFor.has(key) && snapshot) this.#acknowledge(this.#pending.id, key, snapshot);
  }

  #acknowledge(checkpointId: number, key: string, snapshot: TaskSnapshot): void {
    this.#lastSnapshots.set(key, snapshot);
    const pending = this.#pending;
    if (pending?.id !== checkpointId || !pending.waitsFor.delete(key)) return;
    pending.snapshots.set(key, snapshot);
    if (pending.waitsFor.size > 0) return;
    this.#pending = undefined;
    pending.resolve({ id: checkpointId, graph: this.#execution!.jobGraph, snapshots: pending.snapshots });
  }

  #wakeWaiters(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }

  async #all(ask: (executor: TaskExecutor) => Promise<void>): Promise<void> {
    await Promise.all(this.#executors.map(ask));
  }
}

/** Which subtask of a graph finds its state where: by key groups, and all operator state to all. */
function restores(
  { id, graph: old, snapshots }: TestCheckpoint,
  graph: JobGraph,
): Map<string, TaskRestore[]> {
  return new Map(
    graph.vertices.map(({ id: vertexId, parallelism, maxParallelism, operators }) => {
      const before = old.vertices.find((vertex) => vertex.id === vertexId)!;
      const subtasks = Array.from({ length: parallelism }, (_, subtask): TaskRestore => {
        const own = keyGroupRangeOf(maxParallelism, parallelism, subtask);
        const entries = operators.map((operator) => {
          const states = Array.from(
            { length: before.parallelism },
            (_, oldSubtask) => snapshots.get(`${vertexId}/${oldSubtask}`)!.operators[operator.id]!,
          );
          const paged = states.flatMap((state, oldSubtask) => {
            const theirs = keyGroupRangeOf(maxParallelism, before.parallelism, oldSubtask);
            const meets = theirs.start <= own.end && own.start <= theirs.end;
            return meets ? state.paged.map((handle) => ({ subtask: oldSubtask, state: handle })) : [];
          });
          return [
            operator.id,
            { operatorState: states.map(({ operatorState }) => operatorState), paged },
          ] as const;
        });
        return { checkpointId: id, operators: Object.fromEntries(entries) };
      });
      return [vertexId, subtasks];
    }),
  );
}

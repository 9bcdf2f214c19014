import type { JobGraph } from '../graph/job-graph.ts';
import type { PageStore } from '../state/page-store.ts';
import type { Clock } from '../time/clock.ts';
import { fromErrorData, TableException, toErrorData, type ErrorData } from '../types/errors.ts';
import { CheckpointCoordinator, type CheckpointedJob } from './checkpoint-coordinator.ts';
import type { CheckpointManifest } from './checkpoint-manifest.ts';
import { CheckpointStatisticsTracker } from './checkpoint-statistics-tracker.ts';
import { CompletedCheckpointStore } from './completed-checkpoint-store.ts';
import { deploymentDescriptors, peerPairs } from './deployment.ts';
import { ExecutionGraph, type Execution } from './execution-graph.ts';
import { describe, failureOf, FailureHistory, isRecoverable } from './failure-history.ts';
import type { TaskExecutorGateway, TaskManagerReport, TaskSnapshot } from './gateways.ts';
import { jobPlan, vertexDetails, type TaskReport } from './job-details.ts';
import { durationOption, integerOption } from './job-options.ts';
import type { CheckpointStatistics, ExecutionState, JobDetails, JobStatus } from './job-views.ts';
import { withBlamedFunctions } from './blamed-functions.ts';
import { TaskManagerLostError, type ResourceManager } from './resource-manager.ts';
import { createRestartStrategy, type RestartStrategy } from './restart-strategy.ts';
import { slotRequests } from './slot-sharing.ts';
import { assignState } from './state-assignment.ts';

/** What a JobMaster works with. */
export interface JobMasterServices {
  readonly resources: ResourceManager;
  readonly store: PageStore;
  readonly clock: Clock;
  /** From 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
}

/** How a job ended. */
export type TerminalStatus = 'FINISHED' | 'CANCELED' | 'FAILED' | 'SUSPENDED';

/** Called when the job is RUNNING, RESTARTING, ended, and so on. */
export type StatusListener = (status: JobStatus) => void;

/** How long the tasks of a stopped job may take to end by themselves. */
const STOP_MS = 10_000;

/**
 * One job from its start to its end: takes slots, deploys its subtasks, has checkpoints taken, and after a failure of any of them cancels all and
 * starts again from the last checkpoint, as long as the restart strategy says so.
 *
 *   CREATED -> RUNNING -> FINISHED
 *                |  ^ `-> SUSPENDED (stopped with a savepoint)
 *                |  RESTARTING: tasks are canceled, then the backoff passes
 *                |-> FAILING -> FAILED
 *                `-> CANCELLING -> CANCELED
 *
 * An attempt's asynchronous steps look after each wait whether the attempt is still the current one.
 */
export class JobMaster {
  readonly #graph: ExecutionGraph;
  readonly #services: JobMasterServices;
  readonly #onStatus: StatusListener;
  readonly #strategy: RestartStrategy;
  readonly #checkpoints: CompletedCheckpointStore;
  readonly #tracker = new CheckpointStatisticsTracker();
  readonly #reports = new Map<string, TaskReport>();
  readonly #failures: FailureHistory;
  readonly #startTime: number;
  #status: JobStatus = 'CREATED';
  #endTime = -1;
  #restarts = 0;
  #error: ErrorData | undefined;
  #coordinator: CheckpointCoordinator | undefined;
  #nextCheckpointId = 1;
  #hasDamaged = false;
  #isSuspended = false;
  /** What each TaskManager was told to deploy and has not all deployed. */
  #deploying: readonly (readonly [taskManager: string, deployed: Promise<void>])[] = [];
  /** Set while subtasks are being deployed; never rejects. */
  #deployment: Promise<void> | undefined;
  /** Set while the attempt is taken down. */
  #teardown: Promise<void> | undefined;
  #cancelBackoff: (() => void) | undefined;
  #backoffEnd = 0;
  /** Set while a stop is under way. */
  #stop: { readonly drain: boolean; isSaved: boolean; readonly fail: (error: Error) => void } | undefined;
  #settle!: (status: TerminalStatus) => void; // set by the promise's executor, which runs at once
  /** How the job ends; its error is then in `error`. */
  readonly termination: Promise<TerminalStatus>;

  /** Throws a TableException if an option has no valid value. */
  constructor(graph: JobGraph, services: JobMasterServices, onStatus: StatusListener, startTime?: number) {
    const { configuration, jobId } = graph;
    this.#graph = new ExecutionGraph(graph);
    this.#services = services;
    this.#onStatus = onStatus;
    this.#startTime = startTime ?? services.clock.now();
    this.#failures = new FailureHistory(services.clock);
    this.#strategy = createRestartStrategy(configuration, services.clock, services.random);
    const oldKey = integerOption(configuration, 'state.checkpoints.num-retained', 1, 1);
    const retained = integerOption(configuration, 'execution.checkpointing.num-retained', oldKey, 1);
    this.#checkpoints = new CompletedCheckpointStore(jobId, services.store, retained);
    this.termination = new Promise((resolve) => (this.#settle = resolve));
  }

  get jobGraph(): JobGraph {
    return this.#graph.jobGraph;
  }

  get status(): JobStatus {
    return this.#status;
  }

  get endTime(): number {
    return this.#endTime;
  }

  get restarts(): number {
    return this.#restarts;
  }

  get error(): ErrorData | undefined {
    return this.#error;
  }

  /** Finds what an earlier run left; to be called once before `start`. Gives the newest checkpoint, if there is any. */
  async recover(): Promise<CheckpointManifest | undefined> {
    const highest = await this.#checkpoints.recover((id, error) => this.#noteDamage(id, error));
    this.#nextCheckpointId = highest + 1;
    return this.#checkpoints.latest;
  }

  /** Starts the job, from its last completed checkpoint if it has one. */
  start(): void {
    if (this.#status === 'CREATED') this.#startAttempt();
  }

  /** Ends the job without a checkpoint; resolves when it has ended. */
  async cancel(): Promise<void> {
    if (this.#status === 'CREATED') this.#finish('CANCELED');
    else this.#leave('CANCELLING', new Error('The job was canceled.'));
    await this.termination;
  }

  /** Takes a savepoint and ends: SUSPENDED, or FINISHED if the input was ended first (`drain`). */
  async stopWithSavepoint(drain: boolean): Promise<number> {
    if (this.#status !== 'RUNNING' || !this.#coordinator) throw this.#notRunning();
    if (this.#stop) throw new Error(`The job ${this.jobGraph.jobId} is being stopped already.`);
    const savepoint = this.#coordinator.trigger({ isSavepoint: true, stop: true, drain });
    const failed = new Promise<never>((_resolve, reject) => {
      this.#stop = { drain, isSaved: false, fail: reject };
    });
    try {
      const id = await Promise.race([savepoint, failed]);
      this.#giveTimeToStop();
      await Promise.race([this.termination, failed]);
      return id;
    } finally {
      if (this.#status === 'RUNNING') this.#stop = undefined;
    }
  }

  async triggerCheckpoint(): Promise<number> {
    if (this.#status !== 'RUNNING' || !this.#coordinator) throw this.#notRunning();
    return this.#coordinator.trigger({ isSavepoint: false, stop: false, drain: false });
  }

  /** The cluster is shut down: nothing more is done, and the job is left as one that runs. */
  async suspend(): Promise<void> {
    this.#isSuspended = true;
    this.#cancelBackoff?.();
    await this.#coordinator?.stop(new Error('The cluster is shut down.'));
  }

  /** Deletes the job's checkpoints. Only for a job that has ended. */
  disposeCheckpoints(): Promise<void> {
    return this.#checkpoints.dispose();
  }

  details(): JobDetails {
    const now = this.#services.clock.now();
    const { jobGraph } = this.#graph;
    const end = this.#endTime < 0 ? now : this.#endTime;
    return {
      jid: jobGraph.jobId,
      name: jobGraph.name,
      state: this.#status,
      'start-time': this.#startTime,
      'end-time': this.#endTime,
      duration: end - this.#startTime,
      now,
      maxParallelism: Math.max(...jobGraph.vertices.map(({ maxParallelism }) => maxParallelism)),
      restarts: this.#restarts,
      text: jobGraph.text,
      vertices: vertexDetails(this.#graph, ({ vertex, subtask }) =>
        this.#reports.get(`${vertex.id}/${subtask}`),
      ),
      plan: jobPlan(jobGraph),
      exceptions: this.#failures.exceptions(),
    };
  }

  statistics(): CheckpointStatistics {
    return this.#coordinator?.statistics() ?? this.#tracker.statistics([]);
  }

  // ---- what TaskManagers say ---------------------------------------------------------------------------------------

  updateTaskState(
    vertexId: string,
    subtask: number,
    attempt: number,
    state: ExecutionState,
    error?: ErrorData,
  ): void {
    const execution = this.#graph.execution(vertexId, subtask);
    if (!execution || attempt !== this.#graph.attempt) return; // of an attempt before
    if (!this.#graph.advance(execution, state)) return;
    if (state === 'FAILED') {
      this.#fail(error ? fromErrorData(error) : new Error('The task failed without saying why.'), execution);
    } else if (state === 'FINISHED') {
      this.#coordinator?.taskFinished(vertexId, subtask);
      if (this.#graph.every('FINISHED')) this.#allFinished();
    }
  }

  acknowledgeCheckpoint(
    id: number,
    vertexId: string,
    subtask: number,
    attempt: number,
    snapshot: TaskSnapshot,
  ): void {
    if (attempt === this.#graph.attempt) this.#coordinator?.acknowledge(id, vertexId, subtask, snapshot);
  }

  declineCheckpoint(id: number, vertexId: string, subtask: number, error: ErrorData): void {
    this.#coordinator?.decline(id, vertexId, subtask, error);
  }

  notifyEndOfData(vertexId: string, subtask: number, attempt: number): void {
    if (attempt === this.#graph.attempt) this.#coordinator?.endOfData(vertexId, subtask);
  }

  /** Whether the report tells anything new of this job. */
  report({ tasks }: TaskManagerReport): boolean {
    let hasNews = false;
    for (const task of tasks) {
      if (task.jobId !== this.jobGraph.jobId) continue;
      const key = `${task.vertexId}/${task.subtask}`;
      const before = this.#reports.get(key);
      hasNews ||= before?.numRecordsIn !== task.numRecordsIn || before.numRecordsOut !== task.numRecordsOut;
      this.#reports.set(key, task);
    }
    return hasNews;
  }

  taskManagerLost(id: string, error: TaskManagerLostError): void {
    const lost = this.#graph.executions.filter((it) => it.taskManager === id && it.state !== 'FINISHED');
    for (const execution of lost) this.#graph.advance(execution, 'FAILED');
    if (lost[0]) this.#fail(withBlamedFunctions(error, lost), lost[0]);
  }

  // ---- one attempt -------------------------------------------------------------------------------------------------

  #startAttempt(): void {
    this.#graph.startAttempt();
    this.#setStatus('RUNNING');
    const { attempt } = this.#graph;
    const isCurrent = (): boolean =>
      this.#graph.attempt === attempt && this.#status === 'RUNNING' && !this.#isSuspended;
    const deployment = this.#deploy(isCurrent)
      .catch((error: unknown) => {
        if (isCurrent()) this.#fail(asError(error));
      })
      .finally(() => {
        if (this.#deployment === deployment) this.#deployment = undefined;
      });
    this.#deployment = deployment;
  }

  async #deploy(isCurrent: () => boolean): Promise<void> {
    const { resources } = this.#services;
    const { jobGraph, executions } = this.#graph;
    this.#graph.advanceAll('SCHEDULED');
    const checkpoint = await this.#checkpointToRestore();
    if (!isCurrent()) return;
    const requests = slotRequests(jobGraph);
    const taskManagers = await resources.allocate(jobGraph.jobId, requests.length);
    if (!isCurrent()) return resources.release(jobGraph.jobId);
    for (const execution of executions) {
      const { slotSharingGroup } = execution.vertex;
      const slot = requests.findIndex(
        ({ group, index }) => group === slotSharingGroup && index === execution.subtask,
      );
      execution.taskManager = taskManagers[slot] ?? '';
    }
    this.#graph.advanceAll('DEPLOYING');
    this.#createCoordinator(checkpoint);
    const descriptors = deploymentDescriptors(
      this.#graph,
      checkpoint ? assignState(checkpoint, jobGraph) : null,
    );
    await resources.connect(peerPairs(descriptors, this.#graph));
    if (!isCurrent()) return;
    const deployments = descriptors.map((descriptor, i): [string, Promise<void>] => {
      const execution = executions[i]!; // one descriptor each
      const { taskManager } = execution;
      const deployed = resources.call(taskManager, (gateway) => gateway.deployTask(descriptor));
      deployed.catch((error: unknown) => {
        if (isCurrent() && this.#graph.advance(execution, 'FAILED')) this.#fail(asError(error), execution);
      });
      return [taskManager, deployed];
    });
    this.#deploying = deployments;
    await Promise.all(deployments.map(([, deployed]) => deployed));
    this.#deploying = [];
    if (!isCurrent()) return;
    this.#graph.advanceAll('INITIALIZING');
    await this.#callAll((gateway) => gateway.startTasks(jobGraph.jobId));
    if (!isCurrent()) return;
    this.#graph.advanceAll('RUNNING');
    this.#coordinator?.start();
    resources.refresh();
  }

  /** The newest intact checkpoint; undefined if none was ever completed. */
  async #checkpointToRestore(): Promise<CheckpointManifest | undefined> {
    const hadAny = this.#checkpoints.latest !== undefined || this.#hasDamaged;
    const checkpoint = await this.#checkpoints.latestIntact((id, error) => this.#noteDamage(id, error));
    if (!checkpoint && hadAny) {
      throw new TableException(
        'The job cannot go on: none of its checkpoints can be read. See its exceptions.',
      );
    }
    return checkpoint;
  }

  #createCoordinator(restored: CheckpointManifest | undefined): void {
    const { jobGraph } = this.#graph;
    const { clock } = this.#services;
    if (restored) this.#tracker.restored(restored.checkpointId, clock.now());
    const job: CheckpointedJob = {
      graph: this.#graph,
      trigger: (id, timestamp, options) =>
        this.#callAll((gateway) => gateway.triggerCheckpoint(jobGraph.jobId, id, timestamp, options)),
      notifyComplete: (id, { stop }) => {
        if (stop && this.#stop) this.#stop.isSaved = true; // before a task can say that it has stopped
        void this.#callAll((gateway) => gateway.notifyCheckpointComplete(jobGraph.jobId, id)).catch(() => {});
      },
      notifyAborted: (id) =>
        void this.#callAll((gateway) => gateway.notifyCheckpointAborted(jobGraph.jobId, id)).catch(() => {}),
      fail: (error) => this.#fail(error),
    };
    this.#coordinator = new CheckpointCoordinator(
      job,
      jobGraph.configuration,
      clock,
      this.#checkpoints,
      this.#tracker,
      this.#nextCheckpointId,
    );
  }

  async #callAll(ask: (gateway: TaskExecutorGateway) => Promise<void>): Promise<void> {
    await Promise.all(this.#graph.taskManagers().map((id) => this.#services.resources.call(id, ask)));
  }

  // ---- its end -----------------------------------------------------------------------------------------------------

  #allFinished(): void {
    if (this.#status !== 'RUNNING') return; // a task finished while the others were being canceled
    void this.#coordinator?.stop(new Error('The job has ended.'));
    this.#finish(this.#stop?.isSaved ? this.#stoppedStatus() : 'FINISHED');
  }

  #fail(error: Error, execution?: Execution): void {
    // What follows from a failure that is being dealt with, or from the end of the cluster, is none.
    if (this.#status !== 'RUNNING' || this.#isSuspended) return;
    const failure = execution ? failureOf(execution, error) : error;
    this.#failures.note(describe(error), execution);
    if (this.#stop?.isSaved && !this.#stop.drain) return this.#leave('CANCELLING', error); // all is saved
    this.#stop?.fail(failure);
    this.#stop = undefined;
    this.#strategy.notifyFailure();
    if (isRecoverable(error) && this.#strategy.canRestart()) {
      this.#backoffEnd = this.#services.clock.now() + this.#strategy.backoffMs();
      this.#leave('RESTARTING', failure);
    } else {
      this.#error = toErrorData(failure);
      this.#leave('FAILING', failure);
    }
  }

  /** Takes the attempt down, then does what the status says; a cancel may still change a RESTARTING job's mind. */
  #leave(status: 'RESTARTING' | 'FAILING' | 'CANCELLING', reason: Error): void {
    if (this.#status === 'RUNNING') {
      this.#setStatus(status);
      this.#teardown = this.#takeDown(reason).finally(() => {
        this.#teardown = undefined;
        this.#goOn();
      });
    } else if (this.#status === 'RESTARTING' && status === 'CANCELLING') {
      this.#setStatus(status);
      if (!this.#teardown) this.#goOn();
    }
  }

  async #takeDown(reason: Error): Promise<void> {
    const { resources } = this.#services;
    const { jobId, configuration } = this.jobGraph;
    await this.#coordinator?.stop(reason);
    this.#nextCheckpointId = this.#coordinator?.nextId ?? this.#nextCheckpointId;
    this.#coordinator = undefined;
    const timeoutMs = durationOption(configuration, 'task.cancellation.timeout', 180_000);
    await Promise.all(this.#graph.taskManagers().map((id) => this.#cancelTasks(id, timeoutMs)));
    await this.#deployment;
    this.#deploying = [];
    this.#graph.advanceAll('CANCELED');
    resources.release(jobId);
  }

  /** Cancels the job's tasks on a TaskManager. One that does not manage within the time is ended. */
  async #cancelTasks(id: string, timeoutMs: number): Promise<void> {
    const { resources, clock } = this.#services;
    for (const execution of this.#graph.executions) {
      if (execution.taskManager === id) this.#graph.advance(execution, 'CANCELING');
    }
    const cancelTimer = clock.schedule(clock.now() + timeoutMs, () => {
      void resources.kill(id, `it did not cancel its tasks within ${timeoutMs} ms.`).catch(() => {});
    });
    const cancel = (): Promise<void> =>
      resources.call(id, (gateway) => gateway.cancelTasks(this.jobGraph.jobId));
    const deploying = this.#deploying.filter(([to]) => to === id).map(([, deployed]) => deployed);
    try {
      await cancel();
      if (deploying.length > 0) {
        await Promise.allSettled(deploying);
        await cancel(); // what was being deployed may have come after the first
      }
    } catch {
      // It is gone, and its tasks with it.
    } finally {
      cancelTimer();
    }
  }

  /** What comes after the tasks are gone. */
  #goOn(): void {
    this.#cancelBackoff?.();
    this.#cancelBackoff = undefined;
    if (this.#isSuspended) return;
    if (this.#status === 'FAILING') this.#finish('FAILED');
    else if (this.#status === 'CANCELLING')
      this.#finish(this.#stop?.isSaved ? this.#stoppedStatus() : 'CANCELED');
    else if (this.#status === 'RESTARTING') {
      this.#cancelBackoff = this.#services.clock.schedule(this.#backoffEnd, () => {
        this.#cancelBackoff = undefined;
        this.#restarts++;
        this.#startAttempt();
      });
    }
  }

  /** A drained job has nothing left to go on with. */
  #stoppedStatus(): TerminalStatus {
    return this.#stop?.drain ? 'FINISHED' : 'SUSPENDED';
  }

  #giveTimeToStop(): void {
    const { clock } = this.#services;
    const cancelTimer = clock.schedule(clock.now() + STOP_MS, () => {
      this.#leave('CANCELLING', new Error('The tasks did not stop by themselves.'));
    });
    void this.termination.then(cancelTimer);
  }

  #finish(status: TerminalStatus): void {
    this.#services.resources.refresh();
    this.#services.resources.release(this.jobGraph.jobId);
    this.#endTime = this.#services.clock.now();
    this.#setStatus(status);
    this.#settle(status);
  }

  #setStatus(status: JobStatus): void {
    this.#status = status;
    this.#onStatus(status);
  }

  #noteDamage(checkpointId: number, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#hasDamaged = true;
    this.#failures.note(
      `Checkpoint ${checkpointId} cannot be used, and the one before it is taken: ${reason}`,
    );
  }

  #notRunning(): Error {
    return new Error(`The job ${this.jobGraph.jobId} is ${this.#status}, not RUNNING.`);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

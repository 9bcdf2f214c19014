import { StoreFullError } from '../state/page-store.ts';
import type { Clock } from '../time/clock.ts';
import { fromErrorData, type ErrorData } from '../types/errors.ts';
import { segmentsOf, stateSize, type CheckpointManifest } from './checkpoint-manifest.ts';
import type { CheckpointStatisticsTracker } from './checkpoint-statistics-tracker.ts';
import type { CompletedCheckpointStore } from './completed-checkpoint-store.ts';
import type { ExecutionGraph, Execution } from './execution-graph.ts';
import type { TaskSnapshot } from './gateways.ts';
import { durationOption, integerOption, type Configuration } from './job-options.ts';
import type { CheckpointStatistics } from './job-views.ts';
import { PendingCheckpoint, type CheckpointOptions } from './pending-checkpoint.ts';

/** What the coordinator asks of the job it belongs to. */
export interface CheckpointedJob {
  readonly graph: ExecutionGraph;
  /** Tells all TaskManagers; the answer says only that they were told. */
  trigger(
    id: number,
    timestamp: number,
    options: { drain: boolean; stop: boolean; full: boolean },
  ): Promise<void>;
  /** The checkpoint is committed. */
  notifyComplete(id: number, options: CheckpointOptions): void;
  notifyAborted(id: number): void;
  /** Too many checkpoints failed, or one that had stopped the tasks. */
  fail(error: Error): void;
}

/** What a failed checkpoint means for the job: it is counted, or not, or no task ever heard of it. */
type Consequence = 'counted' | 'unpunished' | 'refused';

const PERIODIC: CheckpointOptions = { isSavepoint: false, stop: false, drain: false };
/** Pause before the last checkpoint is tried again, when it failed and no interval says when. */
const FINAL_RETRY_MS = 1000;
/** Segments with little left in them are worth rewriting beyond this many bytes and this multiple of the state. */
const WASTE_BYTES = 32 * 1024 * 1024;
const WASTE_FACTOR = 3;

/**
 * Takes a job's checkpoints during one attempt (Chandy and Lamport's, by barriers): triggers the sources, gathers the
 * acknowledgements of all subtasks, commits by writing the manifest, then notifies.
 *
 * A subtask that is FINISHED gives its last snapshot to every later checkpoint. Nothing of a checkpoint counts before its manifest is
 * written, and nothing of it is lost afterwards.
 */
export class CheckpointCoordinator {
  readonly #job: CheckpointedJob;
  readonly #clock: Clock;
  readonly #store: CompletedCheckpointStore;
  readonly #tracker: CheckpointStatisticsTracker;
  readonly #isBatch: boolean;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  readonly #minPauseMs: number;
  readonly #maxConcurrent: number;
  readonly #tolerable: number;
  readonly #pending = new Map<number, PendingCheckpoint>();
  /** Asked for and not yet triggered. */
  readonly #requests: { options: CheckpointOptions; resolve: (checkpoint: Promise<number>) => void }[] = [];
  readonly #lastSnapshots = new Map<string, TaskSnapshot>();
  readonly #ended = new Set<string>();
  readonly #segmentSizes = new Map<string, number>();
  /** Manifests that are being written. */
  readonly #commits = new Set<Promise<void>>();
  #nextId: number;
  #state: 'created' | 'running' | 'stopped' = 'created';
  #cancelTimer: (() => void) | undefined;
  #dueAt = Infinity;
  #lastCompletionMs = -Infinity;
  #consecutiveFailures = 0;
  #wantsFull = false;
  /** The last checkpoint of the job has been tried; should it have failed, it is tried again when the next one is due. */
  #isFinalTried = false;

  /** @param nextId one more than any checkpoint of the job ever had */
  constructor(
    job: CheckpointedJob,
    configuration: Configuration,
    clock: Clock,
    store: CompletedCheckpointStore,
    tracker: CheckpointStatisticsTracker,
    nextId: number,
  ) {
    const prefix = 'execution.checkpointing';
    this.#job = job;
    this.#clock = clock;
    this.#store = store;
    this.#tracker = tracker;
    this.#nextId = nextId;
    this.#isBatch = configuration['execution.runtime-mode']?.toUpperCase() === 'BATCH';
    this.#intervalMs = durationOption(configuration, `${prefix}.interval`, Infinity) || Infinity;
    this.#timeoutMs = durationOption(configuration, `${prefix}.timeout`, 600_000);
    this.#minPauseMs = durationOption(configuration, `${prefix}.min-pause`, 0);
    // As in Flink, a pause leaves room for one at a time.
    const concurrent = integerOption(configuration, `${prefix}.max-concurrent-checkpoints`, 1, 1);
    this.#maxConcurrent = this.#minPauseMs > 0 ? 1 : concurrent;
    this.#tolerable = integerOption(configuration, `${prefix}.tolerable-failed-checkpoints`, 0);
    if (store.latest) this.#measureSegments(store.latest);
  }

  get nextId(): number {
    return this.#nextId;
  }

  /** All tasks run: checkpoints may begin. */
  start(): void {
    if (this.#state !== 'created') return;
    this.#state = 'running';
    this.#dueAt = this.#clock.now() + this.#intervalMs;
    this.#pump();
  }

  /** The attempt is over. What is pending fails with `reason`; manifests under way are waited for, since they may still commit. */
  async stop(reason: Error): Promise<void> {
    this.#state = 'stopped';
    this.#cancelTimer?.();
    for (const { resolve } of this.#requests.splice(0)) resolve(Promise.reject(reason));
    for (const checkpoint of [...this.#pending.values()]) {
      if (!checkpoint.isAcknowledged) this.#abort(checkpoint, reason, 'unpunished');
    }
    await Promise.all(this.#commits);
  }

  /** Asks for a checkpoint now; resolves with its id once it is complete. */
  trigger(options: CheckpointOptions): Promise<number> {
    if (this.#state === 'stopped') return Promise.reject(new Error('The job is not running.'));
    if (this.#isBatch) {
      return Promise.reject(new Error('Checkpoints and savepoints of a batch job are not supported.'));
    }
    return new Promise((resolve) => {
      this.#requests.push({ options, resolve });
      this.#pump();
    });
  }

  acknowledge(id: number, vertexId: string, subtask: number, snapshot: TaskSnapshot): void {
    const key = keyOf(vertexId, subtask);
    const checkpoint = this.#pending.get(id);
    if (!checkpoint?.acknowledge(key, snapshot)) return; // too late
    this.#lastSnapshots.set(key, snapshot);
    for (const { paged } of Object.values(snapshot.operators)) {
      for (const [segment, offset, length] of paged.flatMap(({ pages }) => pages))
        this.#measure(segment, offset + length);
    }
    if (checkpoint.isAcknowledged) this.#commit(checkpoint);
  }

  decline(id: number, vertexId: string, subtask: number, error: ErrorData): void {
    const checkpoint = this.#pending.get(id);
    if (!checkpoint?.isWaitingFor(keyOf(vertexId, subtask))) return;
    const cause = fromErrorData(error);
    const name = this.#job.graph.execution(vertexId, subtask)?.vertex.name ?? vertexId;
    const reason = new Error(`${name} (${subtask + 1}) declined checkpoint ${id}: ${cause.message}`, {
      cause,
    });
    this.#abort(checkpoint, reason, isStoreFull(error) ? 'unpunished' : 'counted');
  }

  /** A subtask has no more records to give and waits for a checkpoint; when none has, the last checkpoint is taken. */
  endOfData(vertexId: string, subtask: number): void {
    this.#ended.add(keyOf(vertexId, subtask));
    this.#pump();
  }

  taskFinished(vertexId: string, subtask: number): void {
    const key = keyOf(vertexId, subtask);
    for (const checkpoint of [...this.#pending.values()]) {
      if (!checkpoint.isWaitingFor(key)) continue;
      const snapshot = this.#lastSnapshots.get(key);
      if (snapshot)
        this.acknowledge(checkpoint.id, vertexId, subtask, {
          ...snapshot,
          writtenBytes: 0,
          syncMs: 0,
          alignmentMs: 0,
        });
      else this.#abort(checkpoint, this.#finishedWithout(vertexId, subtask), 'unpunished');
    }
    this.#pump();
  }

  statistics(): CheckpointStatistics {
    const now = this.#clock.now();
    return this.#tracker.statistics(
      [...this.#pending.values()].map((pending) => pending.details('IN_PROGRESS', now, null, 0)),
    );
  }

  // ---- when --------------------------------------------------------------------------------------------------------

  /** Triggers what is asked for and allowed, then sets the timer for the next. Called whenever one of the two may have changed. */
  #pump(): void {
    if (this.#state !== 'running' || !this.#job.graph.every('RUNNING', 'FINISHED')) return;
    while (this.#pending.size < this.#maxConcurrent) {
      const request = this.#requests.shift();
      if (request) request.resolve(this.#begin(request.options));
      else if (this.#isFinalDue() || this.#clock.now() >= this.#nextDue())
        void this.#begin(PERIODIC).catch(() => {});
      else break;
    }
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const due = this.#nextDue();
    if (due !== Infinity && this.#pending.size < this.#maxConcurrent) {
      this.#cancelTimer = this.#clock.schedule(due, () => this.#pump());
    }
  }

  #nextDue(): number {
    if (this.#job.graph.every('FINISHED')) return Infinity;
    return Math.max(this.#dueAt, this.#lastCompletionMs + this.#minPauseMs);
  }

  #isFinalDue(): boolean {
    return (
      this.#areAllEnded() &&
      !this.#isFinalTried &&
      ![...this.#pending.values()].some(({ isFinal }) => isFinal)
    );
  }

  /** Nobody is left to wait for: every subtask has ended its data, and one of them still waits. */
  #areAllEnded(): boolean {
    const { executions } = this.#job.graph;
    return (
      executions.every(
        (execution) => execution.state === 'FINISHED' || this.#ended.has(keyOfExecution(execution)),
      ) && executions.some(({ state }) => state !== 'FINISHED')
    );
  }

  // ---- one checkpoint ----------------------------------------------------------------------------------------------

  #begin(options: CheckpointOptions): Promise<number> {
    const now = this.#clock.now();
    if (!options.isSavepoint) this.#dueAt = now + this.#intervalMs;
    const id = this.#nextId++;
    const { executions } = this.#job.graph;
    const active = executions.filter(({ state }) => state !== 'FINISHED');
    const lost = executions.find(
      (execution) => execution.state === 'FINISHED' && !this.#lastSnapshots.has(keyOfExecution(execution)),
    );
    const checkpoint = new PendingCheckpoint(
      id,
      options,
      now,
      this.#areAllEnded(),
      active.map(keyOfExecution),
    );
    this.#pending.set(id, checkpoint);
    if (lost || active.length === 0) {
      const reason = lost
        ? this.#finishedWithout(lost.vertex.id, lost.subtask)
        : new Error('All tasks of the job have finished.');
      this.#abort(checkpoint, reason, 'refused');
      return checkpoint.result.then(() => id);
    }
    const cancelTimeout = this.#clock.schedule(now + this.#timeoutMs, () => {
      if (checkpoint.isAcknowledged) return; // its manifest is being written
      const reason = new Error(`Checkpoint ${id} expired before completing (after ${this.#timeoutMs} ms).`);
      this.#abort(checkpoint, reason, 'counted');
    });
    checkpoint.result.then(cancelTimeout, cancelTimeout);
    const { drain, stop } = options;
    const full = this.#wantsFull;
    this.#wantsFull = false;
    this.#job
      .trigger(id, now, { drain, stop, full })
      .catch((error: unknown) => this.#abort(checkpoint, asError(error), 'unpunished'));
    return checkpoint.result.then(() => id);
  }

  #commit(checkpoint: PendingCheckpoint): void {
    const manifest = this.#manifestOf(checkpoint);
    const commit = this.#store
      .add(manifest)
      .then(
        () => this.#complete(checkpoint, manifest),
        (error: unknown) => this.#abort(checkpoint, asError(error), 'unpunished'),
      )
      .finally(() => this.#commits.delete(commit));
    this.#commits.add(commit);
  }

  #complete(checkpoint: PendingCheckpoint, manifest: CheckpointManifest): void {
    this.#pending.delete(checkpoint.id);
    const now = this.#clock.now();
    this.#lastCompletionMs = now;
    this.#consecutiveFailures = 0;
    this.#isFinalTried ||= checkpoint.isFinal;
    const size = stateSize(manifest);
    this.#tracker.ended(checkpoint.details('COMPLETED', now, null, size));
    this.#findWaste(manifest, size);
    for (const older of [...this.#pending.values()]) {
      if (older.id >= checkpoint.id || older.isAcknowledged) continue;
      this.#abort(older, new Error(`Checkpoint ${older.id} was subsumed by ${checkpoint.id}.`), 'unpunished');
    }
    checkpoint.complete();
    if (this.#state !== 'stopped') this.#job.notifyComplete(checkpoint.id, checkpoint.options);
    this.#pump();
  }

  #abort(checkpoint: PendingCheckpoint, reason: Error, consequence: Consequence): void {
    if (!this.#pending.delete(checkpoint.id)) return;
    this.#tracker.ended(checkpoint.details('FAILED', this.#clock.now(), reason.message, 0));
    checkpoint.fail(reason);
    if (this.#state !== 'stopped') {
      this.#job.notifyAborted(checkpoint.id);
      if (consequence !== 'refused') this.#punish(checkpoint, reason, consequence);
    }
    this.#pump();
  }

  #punish({ options, isFinal }: PendingCheckpoint, reason: Error, consequence: Consequence): void {
    if (options.stop)
      return this.#job.fail(new Error('The savepoint to stop with failed.', { cause: reason }));
    if (consequence === 'counted' && !options.isSavepoint) this.#consecutiveFailures++;
    if (this.#consecutiveFailures > this.#tolerable) {
      return this.#job.fail(new Error('Exceeded checkpoint tolerable failure threshold.', { cause: reason }));
    }
    this.#isFinalTried ||= isFinal;
    if (isFinal) this.#dueAt = Math.min(this.#dueAt, this.#clock.now() + FINAL_RETRY_MS);
  }

  #manifestOf(checkpoint: PendingCheckpoint): CheckpointManifest {
    const { jobGraph } = this.#job.graph;
    return {
      jobId: jobGraph.jobId,
      checkpointId: checkpoint.id,
      isSavepoint: checkpoint.options.isSavepoint,
      triggerTimestamp: checkpoint.triggerTimestamp,
      completionTimestamp: this.#clock.now(),
      graph: jobGraph,
      vertices: jobGraph.vertices.map(({ id, parallelism, maxParallelism }) => ({
        vertexId: id,
        parallelism,
        maxParallelism,
        subtasks: Array.from({ length: parallelism }, (_, subtask) => {
          const key = keyOf(id, subtask);
          return (checkpoint.snapshotOf(key) ?? this.#lastSnapshots.get(key))?.operators ?? {};
        }),
      })),
    };
  }

  #finishedWithout(vertexId: string, subtask: number): Error {
    const name = this.#job.graph.execution(vertexId, subtask)?.vertex.name ?? vertexId;
    return new Error(
      `A checkpoint is not supported now: ${name} (${subtask + 1}) has finished without one. ` +
        `Set 'execution.checkpointing.interval' to have tasks wait for a last checkpoint.`,
    );
  }

  // ---- segments that are mostly waste ------------------------------------------------------------------------------

  #measureSegments(manifest: CheckpointManifest): void {
    for (const { paged } of manifest.vertices
      .flatMap(({ subtasks }) => subtasks)
      .flatMap((all) => Object.values(all))) {
      for (const [segment, offset, length] of paged.flatMap(({ pages }) => pages))
        this.#measure(segment, offset + length);
    }
  }

  #measure(segment: string, size: number): void {
    if (size > (this.#segmentSizes.get(segment) ?? 0)) this.#segmentSizes.set(segment, size);
  }

  /** Asks for all pages next time when the segments hold much more than is referred to. */
  #findWaste(manifest: CheckpointManifest, liveBytes: number): void {
    const segments = segmentsOf(manifest);
    let storedBytes = 0;
    for (const [segment, size] of this.#segmentSizes) {
      if (segments.has(segment)) storedBytes += size;
      else this.#segmentSizes.delete(segment);
    }
    this.#wantsFull = storedBytes > WASTE_FACTOR * liveBytes + WASTE_BYTES;
  }
}

function keyOf(vertexId: string, subtask: number): string {
  return `${vertexId}/${subtask}`;
}

function keyOfExecution({ vertex, subtask }: Execution): string {
  return keyOf(vertex.id, subtask);
}

/** The disk is full: that fails checkpoints and never the job. */
function isStoreFull(error: ErrorData | undefined): boolean {
  return error !== undefined && (error.name === StoreFullError.name || isStoreFull(error.cause));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

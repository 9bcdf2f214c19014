import { ElementKind, type CheckpointBarrier } from '../network/stream-element.ts';
import { MAX_WATERMARK } from '../time/watermark.ts';
import { RuntimeFailure } from '../types/errors.ts';
import type { TaskManagerReport, TaskSnapshot } from './gateways.ts';
import type { ExecutionState } from './job-views.ts';
import { MailboxProcessor, type MailboxClock } from './mailbox-processor.ts';
import type { OperatorChain } from './operator-chain.ts';
import { reportedWatermark, type StreamInput } from './stream-input.ts';
import type { TaskMetrics } from './task-metrics.ts';
import type { TaskOutputs } from './task-outputs.ts';
import type { TaskSnapshotWriter } from './task-snapshot-writer.ts';
import type { TurnScheduler } from './turn-scheduler.ts';

/** Which subtask of which job. */
export interface TaskIdentity {
  readonly jobId: string;
  readonly vertexId: string;
  readonly taskName: string;
  readonly subtask: number;
  readonly attempt: number;
}

/** Who is told what becomes of a task. */
export interface TaskListener {
  stateChanged(task: StreamTask, state: ExecutionState, error?: RuntimeFailure): void;
  acknowledgeCheckpoint(task: StreamTask, checkpointId: number, snapshot: TaskSnapshot): void;
  declineCheckpoint(task: StreamTask, checkpointId: number, error: unknown): void;
  endOfData(task: StreamTask): void;
}

/** What a task is made of once it is wired. */
export interface TaskParts {
  readonly chain: OperatorChain;
  /** Undefined for a source. */
  readonly input: StreamInput | undefined;
  readonly outputs: TaskOutputs;
  readonly snapshots: TaskSnapshotWriter;
  readonly clock: MailboxClock;
}

/**
 * One subtask: takes a batch or an event from its input (or asks its source for one), lets it run through the chain of operators, and does
 * in between what its mailbox holds.
 *
 *   INITIALIZING -> RUNNING -> (end of data: finish, last checkpoint) -> FINISHED
 *                          `-> FAILED, CANCELED
 *
 * The end, where checkpoints are on (FLIP-147): once the last record is through, the operators finish and END_OF_DATA goes on; then the
 * task waits until a checkpoint that it took part in after that is complete, so that two-phase sinks have committed everything, and only
 * then sends END_OF_PARTITION. Barriers pass through it meanwhile.
 */
export class StreamTask {
  readonly identity: TaskIdentity;
  readonly mailbox: MailboxProcessor;
  readonly metrics: TaskMetrics;
  readonly #listener: TaskListener;
  readonly #waitsForCheckpoint: boolean;
  readonly #now: () => number;
  #parts: TaskParts | undefined;
  #state: ExecutionState = 'CREATED';
  #opening: Promise<void> | undefined;
  /** Something asynchronous has to end before the next element: nothing is read meanwhile. */
  #isPaused = true;
  /** Promises of source and operators that are being waited for. */
  #isAwaitingSource = false;
  #isAwaitingBlocked = false;
  /** 'reading' until the last record, 'finishing' while operators finish, 'finished' from then on. */
  #phase: 'reading' | 'finishing' | 'finished' = 'reading';
  /** The stop-with-savepoint that ends this task, once its barrier is through. */
  #stoppingWith: number | undefined;
  /** Checkpoints that came while operators were finishing. */
  readonly #deferred: (() => void)[] = [];
  /** The first checkpoint after the end of data, and whether it (or a later one) is complete. */
  #finalCheckpoint: number | undefined;
  #isFinalComplete = false;
  #mustSave = false;
  #notifications: Promise<unknown> = Promise.resolve();

  /** @param waitsForCheckpoint whether checkpoints are on for the job */
  constructor(
    identity: TaskIdentity,
    scheduler: TurnScheduler,
    metrics: TaskMetrics,
    listener: TaskListener,
    waitsForCheckpoint: boolean,
  ) {
    this.identity = identity;
    this.metrics = metrics;
    this.#listener = listener;
    this.#waitsForCheckpoint = waitsForCheckpoint;
    this.#now = () => scheduler.clock.now();
    this.mailbox = new MailboxProcessor(
      scheduler,
      () => this.#step(),
      (error) => this.fail(error),
      () => metrics.run(),
    );
  }

  get state(): ExecutionState {
    return this.#state;
  }

  /** Opens the operators. Throws a RuntimeFailure, and is FAILED, if one cannot be opened. */
  async initialize(parts: TaskParts): Promise<void> {
    this.#parts = parts;
    this.#setState('INITIALIZING');
    parts.outputs.onAvailable = () => this.mailbox.wake();
    if (parts.input) {
      parts.input.onAvailable = () => this.mailbox.wake();
      parts.input.onError = (error) => this.mailbox.put(() => this.fail(error));
    }
    try {
      this.#opening = parts.chain.open();
      await this.#opening;
    } catch (error) {
      this.fail(error);
      throw this.#failureOf(error);
    } finally {
      this.#opening = undefined;
    }
    if (this.#state !== 'INITIALIZING') throw new Error(`${this.#describe()} is ${this.#state}.`);
    this.metrics.wait('idle');
  }

  start(): void {
    if (this.#state !== 'INITIALIZING') return;
    this.#setState('RUNNING');
    this.#isPaused = false;
    this.mailbox.wake();
  }

  /** For sources, a barrier starts here; elsewhere it matters only once all senders have ended. */
  triggerCheckpoint(barrier: CheckpointBarrier): void {
    if (this.#state !== 'RUNNING')
      return this.#decline(barrier.checkpointId, `${this.#describe()} is not running.`);
    this.mailbox.put(() => {
      const { input } = this.#live;
      if (input) input.barriers.announce(barrier);
      else this.#triggerAtSource(barrier);
    });
  }

  notifyCheckpointComplete(checkpointId: number): void {
    if (!this.#parts) return; // of an attempt before: this one is still being deployed
    this.mailbox.put(() => {
      const notified = this.#live.chain.notifyCheckpointComplete(checkpointId);
      notified.catch((error: unknown) => this.mailbox.put(() => this.fail(error)));
      this.#notifications = Promise.allSettled([this.#notifications, notified]);
      if (this.#stoppingWith !== undefined && checkpointId >= this.#stoppingWith)
        return this.#closeWhenNotified();
      if (this.#finalCheckpoint !== undefined && checkpointId >= this.#finalCheckpoint)
        this.#isFinalComplete = true;
      this.#closeIfDone();
    });
  }

  notifyCheckpointAborted(checkpointId: number): void {
    if (!this.#parts) return;
    this.mailbox.put(() => {
      const { chain, input } = this.#live;
      chain.notifyCheckpointAborted(checkpointId);
      input?.barriers.abort(checkpointId);
      if (this.#finalCheckpoint === checkpointId) this.#finalCheckpoint = undefined;
      if (this.#stoppingWith !== checkpointId) return;
      this.#stoppingWith = undefined; // the job goes on
      this.#isPaused = false;
    });
  }

  /** Ends the task with an error. Not to be called from within an operator: `OperatorContext.fail` sends a mail. */
  fail(error: unknown): void {
    if (this.#hasEnded) return;
    const failure = this.#failureOf(error);
    this.#tearDown();
    this.#setState('FAILED', failure);
  }

  /** Ends the task without finishing it; resolves once everything is given back. */
  async cancel(): Promise<void> {
    if (this.#hasEnded) return;
    this.#setState('CANCELING');
    this.mailbox.close();
    await this.#opening?.catch(() => {});
    if (this.#hasEnded) return;
    this.#tearDown();
    this.#setState('CANCELED');
  }

  report(): TaskManagerReport['tasks'][number] {
    const { jobId, vertexId, subtask } = this.identity;
    const { chain, input, outputs } = this.#live;
    const counts = {
      recordsIn: input ? input.recordsIn : chain.sourceRows,
      recordsOut: outputs.recordsOut,
      bytesOut: outputs.bytesOut,
    };
    return {
      ...this.metrics.report(counts),
      jobId,
      vertexId,
      subtask,
      currentInputWatermark: reportedWatermark(input?.watermark),
      currentOutputWatermark: reportedWatermark(chain.outputWatermark),
    };
  }

  get #live(): TaskParts {
    if (!this.#parts) throw new Error(`${this.#describe()} has not been wired`);
    return this.#parts;
  }

  get #hasEnded(): boolean {
    return this.#state === 'FINISHED' || this.#state === 'FAILED' || this.#state === 'CANCELED';
  }

  // ---- the default action --------------------------------------------------------------------------------------------

  /** One batch or event. False if there is none, or no room for its results. */
  #step(): boolean {
    const { chain, outputs } = this.#live;
    if (this.#isPaused) return this.#wait('idle');
    if (!outputs.isAvailable) return this.#wait('backPressured');
    if (this.#isBlocked(chain)) return this.#wait('backPressured');
    return chain.source && this.#phase === 'reading' ? this.#pollSource() : this.#processInput();
  }

  #pollSource(): boolean {
    const { chain, outputs } = this.#live;
    const source = chain.source!; // the caller looked
    if (this.#isAwaitingSource) return this.#wait('idle');
    switch (source.poll()) {
      case 'more':
        outputs.afterBatch();
        return true;
      case 'end':
        this.#endData();
        return false;
      case 'nothing':
        outputs.flushIdle();
        this.#isAwaitingSource = true;
        source.whenAvailable().then(
          () => {
            this.#isAwaitingSource = false;
            this.mailbox.wake();
          },
          (error: unknown) => this.mailbox.put(() => this.fail(error)),
        );
        return this.#wait('idle');
    }
  }

  #processInput(): boolean {
    const { input, outputs } = this.#live;
    const hasProcessed = input?.processNext() ?? false;
    if (hasProcessed) outputs.afterBatch();
    else outputs.flushIdle();
    if (this.#phase === 'reading' && input?.hasEndOfData) this.#endData();
    else if (input?.hasEnded) this.#closeIfDone();
    return hasProcessed ? !this.#hasEnded : this.#wait('idle');
  }

  /** An operator asks for time: nothing is read until it has had it. */
  #isBlocked(chain: OperatorChain): boolean {
    if (this.#isAwaitingBlocked) return true;
    const blocked = chain.blocked();
    if (!blocked) return false;
    this.#isAwaitingBlocked = true;
    blocked.then(
      () => {
        this.#isAwaitingBlocked = false;
        this.mailbox.wake();
      },
      (error: unknown) => this.mailbox.put(() => this.fail(error)),
    );
    return true;
  }

  #wait(reason: 'idle' | 'backPressured'): false {
    this.metrics.wait(reason);
    return false;
  }

  // ---- checkpoints ---------------------------------------------------------------------------------------------------

  #triggerAtSource(barrier: CheckpointBarrier): void {
    if (this.#phase === 'finishing') {
      this.#deferred.push(() => this.#triggerAtSource(barrier));
      return;
    }
    if (barrier.options.drain && this.#phase === 'reading') {
      this.#mustSave = true;
      this.#deferred.push(() => this.#triggerAtSource(barrier));
      this.#endData();
      return;
    }
    this.performCheckpoint(barrier, 0);
  }

  /** Called at a source by its trigger, elsewhere by the barrier handler once all channels are aligned. */
  performCheckpoint(barrier: CheckpointBarrier, alignmentMs: number): void {
    if (this.#phase === 'finishing') {
      this.#deferred.push(() => this.performCheckpoint(barrier, alignmentMs));
      return;
    }
    const { checkpointId, options } = barrier;
    const { chain, outputs, snapshots } = this.#live;
    const began = this.#now();
    chain.prepareSnapshotPreBarrier();
    outputs.broadcast({ kind: ElementKind.BARRIER, barrier });
    const isFull = options.full || snapshots.needsFull;
    const copies = chain.snapshot(checkpointId, isFull);
    if (this.#phase === 'finished') this.#finalCheckpoint ??= checkpointId;
    else if (options.stop) {
      this.#stoppingWith = checkpointId;
      this.#isPaused = true;
    }
    const times = { syncMs: this.#now() - began, alignmentMs };
    snapshots.write(checkpointId, copies, isFull, times).then(
      (snapshot) => {
        if (!this.#hasEnded) this.#listener.acknowledgeCheckpoint(this, checkpointId, snapshot);
      },
      (error: unknown) => {
        if (!this.#hasEnded) this.#listener.declineCheckpoint(this, checkpointId, error);
      },
    );
  }

  /** A checkpoint that cannot be taken; the job goes on. */
  declineCheckpoint(checkpointId: number, reason: string): void {
    this.#decline(checkpointId, reason);
  }

  #decline(checkpointId: number, reason: string): void {
    this.#listener.declineCheckpoint(this, checkpointId, new Error(reason));
  }

  // ---- the end -------------------------------------------------------------------------------------------------------

  /** The last record is through: time goes to its end, operators finish, and those behind are told. */
  #endData(): void {
    const { chain } = this.#live;
    this.#phase = 'finishing';
    this.#isPaused = true;
    chain.source?.output.emitWatermark(MAX_WATERMARK);
    chain.finish().then(
      () => this.mailbox.put(() => this.#dataEnded()),
      (error: unknown) => this.mailbox.put(() => this.fail(error)),
    );
  }

  #dataEnded(): void {
    const { outputs, clock } = this.#live;
    this.#phase = 'finished';
    this.#isPaused = false;
    clock.close(); // no timer may emit behind the last record
    outputs.broadcast({ kind: ElementKind.END_OF_DATA });
    if (this.#waitsForCheckpoint) this.#listener.endOfData(this);
    for (const deferred of this.#deferred.splice(0)) deferred();
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    const { input } = this.#live;
    if (this.#phase !== 'finished' || (input && !input.hasEnded)) return;
    if ((this.#waitsForCheckpoint || this.#mustSave) && !this.#isFinalComplete) return;
    this.#closeWhenNotified();
  }

  /** Ends the task once its operators are through with the last notification, a sink's commit for one. */
  #closeWhenNotified(): void {
    this.#isPaused = true;
    void this.#notifications.then(() => this.mailbox.put(() => this.#finish()));
  }

  #finish(): void {
    if (this.#hasEnded) return;
    const { chain, input, outputs, clock } = this.#live;
    outputs.broadcast({ kind: ElementKind.END_OF_PARTITION });
    outputs.finish();
    clock.close();
    chain.close();
    input?.release();
    this.mailbox.close();
    this.#setState('FINISHED');
  }

  /** Gives everything back, whatever state it is in. */
  #tearDown(): void {
    this.mailbox.close();
    if (!this.#parts) return;
    const { chain, input, outputs, clock } = this.#parts;
    clock.close();
    try {
      chain.close();
    } catch {
      // The task has failed already, for a reason that is worth more.
    }
    input?.release();
    outputs.release();
  }

  #setState(state: ExecutionState, error?: RuntimeFailure): void {
    this.#state = state;
    this.#listener.stateChanged(this, state, error);
  }

  #failureOf(error: unknown): RuntimeFailure {
    const { taskName, subtask } = this.identity;
    if (error instanceof RuntimeFailure && error.task !== undefined) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new RuntimeFailure(message, { task: taskName, subtask }, { cause: error });
  }

  #describe(): string {
    return `Subtask ${this.identity.subtask} of ${this.identity.taskName}`;
  }
}

import type { TaskSnapshot } from './gateways.ts';
import type { CheckpointDetails } from './job-views.ts';

/** How a checkpoint is meant: `full` writes every page, `stop` halts the tasks behind the barrier, `drain` ends their input first. */
export interface CheckpointOptions {
  readonly isSavepoint: boolean;
  readonly stop: boolean;
  readonly drain: boolean;
}

/** A checkpoint that was triggered and waits for its subtasks, which are named `vertex/subtask`. */
export class PendingCheckpoint {
  readonly id: number;
  readonly options: CheckpointOptions;
  readonly triggerTimestamp: number;
  /** Whether all input had ended when it was triggered, so that the job ends with it. */
  readonly isFinal: boolean;
  /** Resolves with its completion, rejects with the reason of its failure. */
  readonly result: Promise<void>;
  readonly #waiting: Set<string>;
  readonly #snapshots = new Map<string, TaskSnapshot>();
  #settle!: { resolve: () => void; reject: (reason: Error) => void }; // set by the promise's executor, which runs at once

  constructor(
    id: number,
    options: CheckpointOptions,
    triggerTimestamp: number,
    isFinal: boolean,
    subtasks: Iterable<string>,
  ) {
    this.id = id;
    this.options = options;
    this.triggerTimestamp = triggerTimestamp;
    this.isFinal = isFinal;
    this.#waiting = new Set(subtasks);
    this.result = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.result.catch(() => {}); // a periodic checkpoint has nobody who waits for it
  }

  /** False if the subtask is not expected (any more). */
  acknowledge(subtask: string, snapshot: TaskSnapshot): boolean {
    if (!this.#waiting.delete(subtask)) return false;
    this.#snapshots.set(subtask, snapshot);
    return true;
  }

  isWaitingFor(subtask: string): boolean {
    return this.#waiting.has(subtask);
  }

  get isAcknowledged(): boolean {
    return this.#waiting.size === 0;
  }

  snapshotOf(subtask: string): TaskSnapshot | undefined {
    return this.#snapshots.get(subtask);
  }

  complete(): void {
    this.#settle.resolve();
  }

  fail(reason: Error): void {
    this.#settle.reject(reason);
  }

  /** As the REST API shows it. */
  details(
    status: CheckpointDetails['status'],
    endTimestamp: number,
    failure: string | null,
    stateSize: number,
  ): CheckpointDetails {
    const snapshots = [...this.#snapshots.values()];
    return {
      id: this.id,
      status,
      is_savepoint: this.options.isSavepoint,
      trigger_timestamp: this.triggerTimestamp,
      end_to_end_duration: endTimestamp - this.triggerTimestamp,
      checkpointed_size: snapshots.reduce((sum, { writtenBytes }) => sum + writtenBytes, 0),
      state_size: stateSize,
      num_subtasks: snapshots.length + this.#waiting.size,
      num_acknowledged_subtasks: snapshots.length,
      sync_duration: snapshots.reduce((most, { syncMs }) => Math.max(most, syncMs), 0),
      alignment_duration: snapshots.reduce((most, { alignmentMs }) => Math.max(most, alignmentMs), 0),
      failure_message: failure,
    };
  }
}

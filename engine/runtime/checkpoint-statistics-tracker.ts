import type { CheckpointDetails, CheckpointStatistics } from './job-views.ts';

const HISTORY = 10;

/** Counts and history of a job's checkpoints since it was submitted (or found again), over all its restarts. */
export class CheckpointStatisticsTracker {
  #completed = 0;
  #failed = 0;
  #restoredCount = 0;
  #restored: CheckpointStatistics['restored'] = null;
  /** Newest first. */
  readonly #ended: CheckpointDetails[] = [];

  ended(details: CheckpointDetails): void {
    if (details.status === 'COMPLETED') this.#completed++;
    else this.#failed++;
    this.#ended.unshift(details);
    this.#ended.length = Math.min(this.#ended.length, HISTORY);
  }

  restored(checkpointId: number, timestamp: number): void {
    this.#restoredCount++;
    this.#restored = { id: checkpointId, restore_timestamp: timestamp };
  }

  /** @param pending what is under way, oldest first */
  statistics(pending: readonly CheckpointDetails[]): CheckpointStatistics {
    return {
      counts: {
        completed: this.#completed,
        failed: this.#failed,
        in_progress: pending.length,
        restored: this.#restoredCount,
        total: this.#completed + this.#failed + pending.length,
      },
      history: [...pending, ...this.#ended].sort((a, b) => b.id - a.id).slice(0, HISTORY),
      restored: this.#restored,
    };
  }
}

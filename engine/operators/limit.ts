import type { RecordBatch } from '../data/record-batch.ts';
import type { LimitSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext, type OperatorSnapshot } from './stream-operator.ts';

/** LIMIT and OFFSET without an order: the first rows that come, after those that are skipped. One subtask; its state is how many came. */
export class Limit extends OneInputStreamOperator {
  readonly #offset: number;
  readonly #end: number;
  #seen = 0;

  constructor(context: OperatorContext, { offset, fetch }: LimitSpec) {
    super(context);
    this.#offset = offset;
    this.#end = offset + fetch;
  }

  override open(): void {
    for (const state of this.context.restoredOperatorState) {
      if (typeof state === 'number') this.#seen = Math.max(this.#seen, state);
    }
  }

  override processBatch(batch: RecordBatch): void {
    const first = this.#seen;
    this.#seen = Math.min(this.#end, first + batch.rowCount);
    const from = Math.max(0, this.#offset - first);
    const to = Math.min(batch.rowCount, this.#end - first);
    if (from < to) this.output.emit(batch.slice(from, to));
  }

  override snapshotState(): OperatorSnapshot {
    return { state: this.#seen };
  }
}

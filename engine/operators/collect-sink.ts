import { BatchEncoder } from '../data/batch-codec.ts';
import { RecordBatch } from '../data/record-batch.ts';
import { CollectLog, type CollectedRows } from './collect-log.ts';
import type { CollectSinkSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext, type OperatorSnapshot } from './stream-operator.ts';

/** Messages that may be under way to the client; beyond it the task stops reading. */
const MAX_UNANSWERED = 8;

/**
 * Streams the result of a query to the client that asked, by position: after a restart it begins again with what its state holds, and the
 * receiver takes back what it had got beyond.
 *
 * What was sent is kept, up to a bound, as state of the operator, so that a client that comes later (the page was reloaded) sees the rows
 * of before.
 */
export class CollectSink extends OneInputStreamOperator {
  readonly #encoder: BatchEncoder;
  readonly #log: CollectLog;
  readonly #waiting: (CollectedRows & { readonly isLast: boolean })[] = [];
  #position = 0;
  #unanswered = 0;
  #ready: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  #isClosed = false;

  constructor(context: OperatorContext, spec: CollectSinkSpec) {
    super(context);
    this.#encoder = new BatchEncoder(context.wasm, context.pool, spec.rowType);
    this.#log = new CollectLog(spec.maxBufferedBytes);
    context.registerPagedState(this.#log);
  }

  override open(): void {
    const [restored] = this.context.restoredPagedState(this.#log.name);
    if (restored) this.#log.restore(restored);
    for (const state of this.context.restoredOperatorState)
      if (typeof state === 'number') this.#position = state;
    const kept = [...this.#log.records()];
    for (const record of kept) this.#send({ ...record, isLast: false });
    // The receiver has to hear where the result stands, also if no row is there to say it.
    const isRestart = this.context.isRestored || this.context.task.attempt > 0;
    if (isRestart && kept.length === 0) this.#sendEmpty(false);
  }

  processBatch(batch: RecordBatch): void {
    const record = { position: this.#position, rowCount: batch.rowCount, bytes: this.#encoder.encode(batch) };
    this.#position += batch.rowCount;
    this.#log.append(record);
    this.#send({ ...record, isLast: false });
  }

  override processWatermark(): void {}
  override processWatermarkStatus(): void {}

  override snapshotState(): OperatorSnapshot {
    return { state: this.#position };
  }

  override blocked(): Promise<void> | undefined {
    if (this.#waiting.length === 0) return undefined;
    if (!this.#ready) {
      let resolve = (): void => {};
      const promise = new Promise<void>((done) => (resolve = done));
      this.#ready = { promise, resolve };
    }
    return this.#ready.promise;
  }

  override async finish(): Promise<void> {
    this.#sendEmpty(true);
    while (this.#waiting.length > 0 && !this.#isClosed) await this.blocked();
  }

  override close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    this.#ready?.resolve();
    this.#encoder.release();
  }

  #sendEmpty(isLast: boolean): void {
    const bytes = this.#encoder.encode(new RecordBatch(0, []));
    this.#send({ position: this.#position, rowCount: 0, bytes, isLast });
  }

  #send(message: CollectedRows & { readonly isLast: boolean }): void {
    this.#waiting.push(message);
    this.#pump();
  }

  #pump(): void {
    while (this.#unanswered < MAX_UNANSWERED) {
      const message = this.#waiting.shift();
      if (!message) break;
      const { operatorId, subtask } = this.context.task;
      const answer = this.context.host.collect?.({ operatorId, subtask, ...message });
      if (!answer) continue;
      this.#unanswered++;
      answer.then(
        () => this.#answered(),
        (error: unknown) => this.#isClosed || this.context.fail(error),
      );
    }
    if (this.#waiting.length > 0 || !this.#ready) return;
    this.#ready.resolve();
    this.#ready = undefined;
  }

  #answered(): void {
    this.#unanswered--;
    if (!this.#isClosed) this.#pump();
  }
}

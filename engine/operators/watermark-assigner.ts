import type { RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import { ExpressionEvaluator } from '../expressions/expression-evaluator.ts';
import { MAX_WATERMARK } from '../time/watermark.ts';
import { RuntimeFailure } from '../types/errors.ts';
import type { WatermarkAssignerSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';

const STATE_BYTES = 24;

/**
 * Makes watermarks from the WATERMARK expression of a table (S-2 to S-5).
 *
 * Rows go on first, then the watermark that they ask for: a batch is cut behind every row that raises it by more than the
 * interval, and what is below is emitted by a timer of that interval. Watermarks from upstream end here, except the last one.
 * Nothing of this is state: a restored job begins without a watermark, as Flink does.
 */
export class WatermarkAssigner extends OneInputStreamOperator {
  readonly #spec: WatermarkAssignerSpec;
  readonly #evaluator: ExpressionEvaluator;
  readonly #state: number;
  #cancelTimer = (): void => {};
  #cancelIdleTimer = (): void => {};
  #lastRowAt = 0;
  #isIdle = false;

  constructor(context: OperatorContext, spec: WatermarkAssignerSpec) {
    super(context);
    this.#spec = spec;
    const { wasm, pool, configuration, clock, userFunctions } = context;
    const expressions = [spec.expression];
    this.#evaluator = new ExpressionEvaluator(wasm, pool, {
      inputType: spec.inputType,
      expressions,
      configuration,
      clock,
      ...(userFunctions && { userFunctions }),
    });
    this.#state = SlotAllocator.of(pool).allocate(STATE_BYTES);
    const state = new BigInt64Array(wasm.memory.buffer, this.#state, 3);
    state.set([0n, 0n, BigInt(spec.intervalMs)]); // no watermark at or before the epoch is ever emitted
  }

  override open(): void {
    if (this.#spec.intervalMs > 0) this.#schedule();
    if (this.#spec.idleTimeoutMs > 0) this.#scheduleIdleCheck();
  }

  override processBatch(batch: RecordBatch): void {
    if (this.#isIdle) this.#setIdle(false);
    this.#lastRowAt = this.#spec.idleTimeoutMs > 0 ? this.context.clock.now() : 0;
    this.#checkRowtime(batch);
    const [{ values, stride, validity }] = this.#evaluator.evaluate(batch) as [
      RecordBatch['columns'][number],
    ];
    const { nextWatermark } = this.context.wasm.kernels;
    for (let from = 0; from < batch.rowCount;) {
      const to = nextWatermark(this.#state, values, stride, validity, from, batch.rowCount) >>> 0;
      this.output.emit(batch.slice(from, to || batch.rowCount));
      if (to === 0) break;
      this.output.emitWatermark(this.#read(1));
      from = to;
    }
  }

  /** Only the end of the input counts: what upstream thinks of time does not. */
  override processWatermark(timestamp: number): void {
    if (timestamp === MAX_WATERMARK) this.output.emitWatermark(MAX_WATERMARK);
  }

  override close(): void {
    this.#cancelTimer();
    this.#cancelIdleTimer();
    this.#evaluator.release();
    SlotAllocator.of(this.context.pool).release(this.#state, STATE_BYTES);
  }

  #checkRowtime(batch: RecordBatch): void {
    const { validity } = batch.column(this.#spec.rowtime);
    if (validity === 0 || this.context.wasm.kernels.firstNull(validity, batch.rowCount) === 0) return;
    throw new RuntimeFailure(
      'RowTime field should not be null, please convert it to a non-null long value. ' +
        `Column '${this.#spec.inputType.fields[this.#spec.rowtime]?.name}' is NULL.`,
    );
  }

  #schedule(): void {
    const { clock } = this.context;
    this.#cancelTimer = clock.schedule(clock.now() + this.#spec.intervalMs, () => {
      const current = this.#read(0);
      if (current > this.#read(1)) {
        new BigInt64Array(this.context.wasm.memory.buffer, this.#state, 3)[1] = BigInt(current);
        this.output.emitWatermark(current);
      }
      this.#schedule();
    });
  }

  #scheduleIdleCheck(): void {
    const { clock } = this.context;
    this.#lastRowAt = clock.now();
    const check = (): void => {
      const idleAt = this.#lastRowAt + this.#spec.idleTimeoutMs;
      if (!this.#isIdle && clock.now() >= idleAt) this.#setIdle(true);
      const next = this.#isIdle ? clock.now() + this.#spec.idleTimeoutMs : idleAt;
      this.#cancelIdleTimer = clock.schedule(next, check);
    };
    this.#cancelIdleTimer = clock.schedule(this.#lastRowAt + this.#spec.idleTimeoutMs, check);
  }

  #setIdle(isIdle: boolean): void {
    this.#isIdle = isIdle;
    this.output.emitWatermarkStatus(isIdle);
  }

  /** Milliseconds fit a double; once a watermark, not once a row. */
  #read(word: 0 | 1): number {
    return Number(new BigInt64Array(this.context.wasm.memory.buffer, this.#state, 3)[word]);
  }
}

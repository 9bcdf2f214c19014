import type { OperatorContext, TwoInputStreamOperator } from '../../engine/operators/stream-operator.ts';
import { CombinedWatermark } from '../../engine/time/combined-watermark.ts';
import { MAX_WATERMARK } from '../../engine/time/watermark.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { LentBatches } from './lent-batches.ts';
import { RecordingOutput } from './recording-output.ts';
import type { RowLike } from './rows.ts';
import type { TestEnvironment } from './test-environment.ts';
import { TestOperatorContext, type SubtaskSnapshot, type TestSubtask } from './test-operator-context.ts';

export interface TwoInputSetup extends TestSubtask {
  readonly inputTypes: readonly [RowType, RowType];
  readonly outputType: RowType;
  readonly operator: (context: OperatorContext) => TwoInputStreamOperator;
}

/** As `OneInputStreamOperatorTestHarness`, for operators with two inputs, whose watermarks it combines as a task does (S-8). */
export class TwoInputStreamOperatorTestHarness {
  readonly context: TestOperatorContext;
  readonly operator: TwoInputStreamOperator;
  readonly #output: RecordingOutput;
  readonly #inputs: readonly [LentBatches, LentBatches];
  readonly #watermarks: CombinedWatermark;
  #checkpointId = 0;

  private constructor(environment: TestEnvironment, setup: TwoInputSetup) {
    this.context = new TestOperatorContext(environment, setup);
    const operator = setup.operator(this.context);
    this.operator = operator;
    this.#output = new RecordingOutput(environment, setup.outputType);
    operator.output = this.#output;
    const [left, right] = setup.inputTypes;
    this.#inputs = [new LentBatches(environment, left), new LentBatches(environment, right)];
    this.#watermarks = new CombinedWatermark(2, {
      emitWatermark: (timestamp) => operator.processWatermark(timestamp),
      emitWatermarkStatus: (isIdle) => operator.processWatermarkStatus(isIdle),
    });
  }

  static async open(
    environment: TestEnvironment,
    setup: TwoInputSetup,
  ): Promise<TwoInputStreamOperatorTestHarness> {
    const harness = new TwoInputStreamOperatorTestHarness(environment, setup);
    await harness.operator.open();
    return harness;
  }

  /** One batch of one input. */
  process(input: 0 | 1, ...rows: readonly RowLike[]): void {
    this.#inputs[input].lend(rows, (batch) => this.operator.processBatch(input, batch));
    this.context.throwFailure();
  }

  watermark(input: 0 | 1, timestamp: number): void {
    this.#watermarks.inputWatermark(timestamp, input);
    this.context.throwFailure();
  }

  watermarkStatus(input: 0 | 1, isIdle: boolean): void {
    this.#watermarks.inputWatermarkStatus(isIdle, input);
  }

  /** The end of both inputs. */
  async endInput(): Promise<void> {
    this.watermark(0, MAX_WATERMARK);
    this.watermark(1, MAX_WATERMARK);
    await this.operator.finish();
    this.context.throwFailure();
  }

  advanceTo(timestamp: number): void {
    this.context.clock.advanceTo(timestamp);
    this.context.throwFailure();
  }

  /** Everything emitted since the last call: rows, `watermark 5`, `watermark end`, `idle`, `active`. */
  take(): string[] {
    return this.#output.take();
  }

  takeRows(): string[] {
    return this.#output.takeRows();
  }

  /** A checkpoint: incremental after the first unless `full`, as a task would take it. */
  async snapshot(full = this.#checkpointId === 0): Promise<SubtaskSnapshot> {
    return this.context.snapshot(this.operator, ++this.#checkpointId, full);
  }

  async notifyCheckpointComplete(checkpointId = this.#checkpointId): Promise<void> {
    await this.operator.notifyCheckpointComplete(checkpointId);
  }

  close(): void {
    this.operator.close();
    for (const input of this.#inputs) input.release();
    this.#output.release();
  }
}

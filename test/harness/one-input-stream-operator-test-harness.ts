import type { OneInputStreamOperator, OperatorContext } from '../../engine/operators/stream-operator.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { MAX_WATERMARK } from '../../engine/time/watermark.ts';
import { LentBatches } from './lent-batches.ts';
import { RecordingOutput } from './recording-output.ts';
import type { RowLike } from './rows.ts';
import type { TestEnvironment } from './test-environment.ts';
import { TestOperatorContext, type SubtaskSnapshot, type TestSubtask } from './test-operator-context.ts';

export interface OneInputSetup extends TestSubtask {
  readonly inputType: RowType;
  readonly outputType: RowType;
  readonly operator: (context: OperatorContext) => OneInputStreamOperator;
}

/**
 * Drives an operator with one input without a StreamTask: rows in as lines or values, lines out, a clock that stands until it is moved.
 *
 *   const harness = await OneInputStreamOperatorTestHarness.open(environment, { inputType, outputType, operator });
 *   harness.process('+I[1, a]', '+I[2, b]');   // one batch
 *   harness.watermark(1000);
 *   assert.deepEqual(harness.take(), ['+I[1, a]', 'watermark 1000']);
 *
 * To restore, open others with `restore: [snapshot, ...]` (all subtasks' snapshots) at any parallelism.
 */
export class OneInputStreamOperatorTestHarness {
  readonly context: TestOperatorContext;
  readonly operator: OneInputStreamOperator;
  readonly #output: RecordingOutput;
  readonly #input: LentBatches;
  #checkpointId = 0;

  private constructor(environment: TestEnvironment, setup: OneInputSetup) {
    this.context = new TestOperatorContext(environment, setup);
    this.operator = setup.operator(this.context);
    this.#output = new RecordingOutput(environment, setup.outputType);
    this.operator.output = this.#output;
    this.#input = new LentBatches(environment, setup.inputType);
  }

  static async open(
    environment: TestEnvironment,
    setup: OneInputSetup,
  ): Promise<OneInputStreamOperatorTestHarness> {
    const harness = new OneInputStreamOperatorTestHarness(environment, setup);
    await harness.operator.open();
    return harness;
  }

  /** One batch. */
  process(...rows: readonly RowLike[]): void {
    this.#input.lend(rows, (batch) => this.operator.processBatch(batch));
    this.context.throwFailure();
  }

  watermark(timestamp: number): void {
    this.operator.processWatermark(timestamp);
    this.context.throwFailure();
  }

  watermarkStatus(isIdle: boolean): void {
    this.operator.processWatermarkStatus(isIdle);
  }

  /** The end of the input, as a task brings it: the last watermark, then `finish`. */
  async endInput(): Promise<void> {
    this.watermark(MAX_WATERMARK);
    await this.operator.finish();
    this.context.throwFailure();
  }

  /** Moves processing time; timers that fall due run. */
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
    this.#input.release();
    this.#output.release();
  }
}

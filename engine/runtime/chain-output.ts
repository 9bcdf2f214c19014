import type { RecordBatch } from '../data/record-batch.ts';
import type { RecordWriter } from '../network/record-writer.ts';
import { ElementKind } from '../network/stream-element.ts';
import type { OneInputStreamOperator, Output, TwoInputStreamOperator } from '../operators/stream-operator.ts';
import { CombinedWatermark } from '../time/combined-watermark.ts';
import { MAX_WATERMARK, MIN_WATERMARK } from '../time/watermark.ts';

/**
 * Where the batches of a gate or an operator go within a task. Watermarks are dropped while the stream is idle, as in Flink; but the
 * last one, for the end of the input, makes it active first.
 */
export abstract class ChainOutput implements Output {
  /** The last watermark that passed. */
  watermark = MIN_WATERMARK;
  #isIdle = false;

  abstract emit(batch: RecordBatch): void;

  emitWatermark(timestamp: number): void {
    if (this.#isIdle) {
      if (timestamp !== MAX_WATERMARK) return;
      this.emitWatermarkStatus(false);
    }
    this.watermark = timestamp;
    this.forwardWatermark(timestamp);
  }

  emitWatermarkStatus(isIdle: boolean): void {
    if (this.#isIdle === isIdle) return;
    this.#isIdle = isIdle;
    this.forwardStatus(isIdle);
  }

  protected abstract forwardWatermark(timestamp: number): void;
  protected abstract forwardStatus(isIdle: boolean): void;
}

/** To an operator with one input. */
export class OneInputChainOutput extends ChainOutput {
  readonly #operator: OneInputStreamOperator;

  constructor(operator: OneInputStreamOperator) {
    super();
    this.#operator = operator;
  }

  emit(batch: RecordBatch): void {
    this.#operator.processBatch(batch);
  }

  protected forwardWatermark(timestamp: number): void {
    this.#operator.processWatermark(timestamp);
  }

  protected forwardStatus(isIdle: boolean): void {
    this.#operator.processWatermarkStatus(isIdle);
  }
}

/** To one input of an operator with two, whose watermarks are combined (S-8). */
export class TwoInputChainOutput extends ChainOutput {
  readonly #operator: TwoInputStreamOperator;
  readonly #input: 0 | 1;
  readonly #combined: CombinedWatermark;

  /** Both ends, made together since they share the combined watermark. */
  static both(operator: TwoInputStreamOperator): readonly [TwoInputChainOutput, TwoInputChainOutput] {
    const combined = new CombinedWatermark(2, {
      emitWatermark: (timestamp) => operator.processWatermark(timestamp),
      emitWatermarkStatus: (isIdle) => operator.processWatermarkStatus(isIdle),
    });
    return [new TwoInputChainOutput(operator, 0, combined), new TwoInputChainOutput(operator, 1, combined)];
  }

  private constructor(operator: TwoInputStreamOperator, input: 0 | 1, combined: CombinedWatermark) {
    super();
    this.#operator = operator;
    this.#input = input;
    this.#combined = combined;
  }

  emit(batch: RecordBatch): void {
    this.#operator.processBatch(this.#input, batch);
  }

  protected forwardWatermark(timestamp: number): void {
    this.#combined.inputWatermark(timestamp, this.#input);
  }

  protected forwardStatus(isIdle: boolean): void {
    this.#combined.inputWatermarkStatus(isIdle, this.#input);
  }
}

/** To an edge. */
export class NetworkChainOutput extends ChainOutput {
  readonly #writer: RecordWriter;

  constructor(writer: RecordWriter) {
    super();
    this.#writer = writer;
  }

  emit(batch: RecordBatch): void {
    this.#writer.emit(batch);
  }

  protected forwardWatermark(timestamp: number): void {
    this.#writer.broadcastEvent({ kind: ElementKind.WATERMARK, timestamp });
  }

  protected forwardStatus(isIdle: boolean): void {
    this.#writer.broadcastEvent({ kind: ElementKind.WATERMARK_STATUS, isIdle });
  }
}

/** To several, one after the other: a batch is only lent, and nobody writes to it. Without any it is the end of a chain. */
export class FanOutChainOutput extends ChainOutput {
  readonly #outputs: readonly ChainOutput[];

  constructor(outputs: readonly ChainOutput[]) {
    super();
    this.#outputs = outputs;
  }

  emit(batch: RecordBatch): void {
    for (const output of this.#outputs) output.emit(batch);
  }

  protected forwardWatermark(timestamp: number): void {
    for (const output of this.#outputs) output.emitWatermark(timestamp);
  }

  protected forwardStatus(isIdle: boolean): void {
    for (const output of this.#outputs) output.emitWatermarkStatus(isIdle);
  }
}

/** Counts rows on their way: those that a source brings. */
export class CountingChainOutput extends ChainOutput {
  rows = 0;
  readonly #output: ChainOutput;

  constructor(output: ChainOutput) {
    super();
    this.#output = output;
  }

  emit(batch: RecordBatch): void {
    this.rows += batch.rowCount;
    this.#output.emit(batch);
  }

  protected forwardWatermark(timestamp: number): void {
    this.#output.emitWatermark(timestamp);
  }

  protected forwardStatus(isIdle: boolean): void {
    this.#output.emitWatermarkStatus(isIdle);
  }
}

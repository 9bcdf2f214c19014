import { BatchEncoder } from '../../engine/data/batch-codec.ts';
import type { RecordBatch } from '../../engine/data/record-batch.ts';
import { MAX_BATCH_ROWS } from '../../engine/data/record-batch.ts';
import type { Output } from '../../engine/operators/stream-operator.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { MAX_WATERMARK } from '../../engine/time/watermark.ts';
import { linesOf } from './rows.ts';
import type { TestEnvironment } from './test-environment.ts';

/** An Output that keeps what it is given as lines: `+I[1, a]`, `watermark 5`, `watermark end`, `idle`, `active`. */
export class RecordingOutput implements Output {
  readonly #encoder: BatchEncoder;
  readonly #rowType: RowType;
  #lines: string[] = [];

  constructor({ wasm, pool }: TestEnvironment, rowType: RowType) {
    this.#encoder = new BatchEncoder(wasm, pool, rowType);
    this.#rowType = rowType;
  }

  emit(batch: RecordBatch): void {
    if (batch.rowCount > MAX_BATCH_ROWS) {
      throw new Error(`a batch of ${batch.rowCount} rows was emitted`);
    }
    if (batch.columns.length !== this.#rowType.fields.length) {
      throw new Error(`${batch.columns.length} columns were emitted, not ${this.#rowType.fields.length}`);
    }
    this.#lines.push(...linesOf(this.#encoder.encode(batch), this.#rowType));
  }

  emitWatermark(timestamp: number): void {
    this.#lines.push(`watermark ${timestamp === MAX_WATERMARK ? 'end' : timestamp}`);
  }

  emitWatermarkStatus(isIdle: boolean): void {
    this.#lines.push(isIdle ? 'idle' : 'active');
  }

  /** Everything since the last call, in order. */
  take(): string[] {
    return this.#lines.splice(0);
  }

  /** The rows alone; the rest is forgotten. */
  takeRows(): string[] {
    return this.take().filter((line) => /^[+-][IUD]\[/.test(line));
  }

  release(): void {
    this.#encoder.release();
  }
}

import type { RecordBatch } from '../data/record-batch.ts';
import { Calculation } from '../expressions/calculation.ts';
import { MIN_WATERMARK } from '../time/watermark.ts';
import type { CalcSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';

/**
 * Filter and projection: rows whose condition is not TRUE are dropped, of the others the projection is computed. RowKinds go along.
 *
 * There is no state. A column that only passes through is not copied while no row is dropped.
 */
export class Calc extends OneInputStreamOperator {
  readonly #spec: CalcSpec;
  #calculation: Calculation | undefined;
  #watermark = MIN_WATERMARK;

  constructor(context: OperatorContext, spec: CalcSpec) {
    super(context);
    this.#spec = spec;
  }

  override open(): void {
    const { wasm, pool, configuration, clock, userFunctions } = this.context;
    const { condition, projection, inputType } = this.#spec;
    this.#calculation = new Calculation(wasm, pool, {
      condition,
      projection,
      inputType,
      configuration,
      clock,
      ...(userFunctions && { userFunctions }),
      currentWatermark: () => this.#watermark,
    });
  }

  override processBatch(batch: RecordBatch): void {
    const result = this.#calculation?.evaluate(batch);
    if (result) this.output.emit(result);
  }

  override processWatermark(timestamp: number): void {
    this.#watermark = timestamp;
    super.processWatermark(timestamp);
  }

  override close(): void {
    this.#calculation?.release();
  }
}

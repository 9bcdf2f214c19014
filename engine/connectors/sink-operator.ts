import { OneInputStreamOperator } from '../operators/stream-operator.ts';

/** The end of a chain: what arrives leaves the job, watermarks stop here. */
export abstract class SinkOperator extends OneInputStreamOperator {
  override processWatermark(_timestamp: number): void {}
  override processWatermarkStatus(_isIdle: boolean): void {}
}

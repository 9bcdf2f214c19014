import { SinkOperator } from '../sink-operator.ts';

/** Swallows its input. */
export class BlackHoleSink extends SinkOperator {
  processBatch(): void {}
}

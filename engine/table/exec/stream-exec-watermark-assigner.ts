import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalWatermarkAssigner } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, parallelismOf } from './exec-node.ts';
import { lowerExpression } from './lower-expression.ts';

/** Tells event time from a column (S-2 to S-5). */
export class StreamExecWatermarkAssigner extends StreamExecNode<PhysicalWatermarkAssigner> {
  protected override translate(context: ExecContext): Transformation {
    const { rowtime, watermark } = this.node;
    const { watermarkIntervalMs: intervalMs, idleTimeoutMs } = context.options;
    const input = this.input(context);
    return new OneInputTransformation(
      input,
      this.describe(
        {
          kind: 'WatermarkAssigner',
          rowtime,
          expression: lowerExpression(watermark),
          inputType: this.inputType,
          intervalMs,
          idleTimeoutMs,
        },
        { parallelism: parallelismOf(input) },
      ),
    );
  }
}

import { OneInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalCorrelate } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, parallelismOf } from './exec-node.ts';
import { lowerExpression } from './lower-expression.ts';

/** Every row with the rows of a table function: a user's, or UNNEST. */
export class StreamExecCorrelate extends StreamExecNode<PhysicalCorrelate> {
  protected override translate(context: ExecContext): Transformation {
    const { joinType, call, condition, projection } = this.node;
    const input = this.input(context);
    return new OneInputTransformation(
      input,
      this.describe(
        {
          kind: 'Correlate',
          joinType,
          call: { ...call, operands: call.operands.map(lowerExpression) },
          ...(condition && { condition: lowerExpression(condition) }),
          ...(projection && { projection: projection.map(lowerExpression) }),
          inputType: this.inputType,
          outputType: this.outputType,
        },
        { parallelism: parallelismOf(input) },
      ),
    );
  }
}

import { TwoInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalBatchJoin } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, confinedTo } from './exec-node.ts';
import { lowerExpression } from './lower-expression.ts';
import { checkJoinedRows } from './state-types.ts';

/** A join of bounded inputs. */
export class BatchExecHashJoin extends StreamExecNode<PhysicalBatchJoin> {
  protected override translate(context: ExecContext): Transformation {
    const { joinType, leftKeys, rightKeys, filterNulls, residual } = this.node;
    const [left, right] = this.node.inputs;
    checkJoinedRows(left.rowType, right.rowType);
    return new TwoInputTransformation(
      this.input(context, 0),
      this.input(context, 1),
      this.describe(
        {
          kind: 'HashJoin',
          joinType,
          leftKeys,
          rightKeys,
          filterNulls,
          ...(residual && { condition: lowerExpression(residual) }),
          leftType: left.rowType,
          rightType: right.rowType,
          outputType: this.outputType,
        },
        { parallelism: confinedTo(leftKeys) },
      ),
    );
  }
}

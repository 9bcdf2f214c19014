import { TwoInputTransformation } from '../../graph/transformation.ts';
import type { Transformation } from '../../graph/transformation.ts';
import type { PhysicalJoin } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';
import { StreamExecNode, confinedTo } from './exec-node.ts';
import { lowerExpression } from './lower-expression.ts';
import { checkJoinedRows } from './state-types.ts';

/** A regular join: both sides are kept (S-38, S-39). */
export class StreamExecJoin extends StreamExecNode<PhysicalJoin> {
  protected override translate(context: ExecContext): Transformation {
    const { joinType, leftKeys, rightKeys, filterNulls, residual, leftUniqueKey, rightUniqueKey } = this.node;
    const { stateTtlMs } = context.options;
    const [left, right] = this.node.inputs;
    checkJoinedRows(left.rowType, right.rowType);
    return new TwoInputTransformation(
      this.input(context, 0),
      this.input(context, 1),
      this.describe(
        {
          kind: 'Join',
          joinType,
          leftKeys,
          rightKeys,
          filterNulls,
          ...(residual && { condition: lowerExpression(residual) }),
          leftType: left.rowType,
          rightType: right.rowType,
          outputType: this.outputType,
          leftUniqueKey,
          rightUniqueKey,
          leftStateTtlMs: stateTtlMs,
          rightStateTtlMs: stateTtlMs,
        },
        { parallelism: confinedTo(leftKeys) },
      ),
    );
  }
}

import type { JoinSpec } from '../../operators/operator-spec.ts';
import type { PhysicalBatchJoin, PhysicalJoin } from '../plan/physical-node.ts';
import { lowerExpression } from './lower-expression.ts';
import { checkJoinedRows } from './state-types.ts';

/** Which rows a join brings together, whatever it keeps of them. Throws TableException for types that no join can keep. */
export function joinedRows({
  joinType,
  leftKeys,
  rightKeys,
  filterNulls,
  residual,
  inputs: [left, right],
}: PhysicalJoin | PhysicalBatchJoin): Pick<
  JoinSpec,
  'joinType' | 'leftKeys' | 'rightKeys' | 'filterNulls' | 'condition' | 'leftType' | 'rightType'
> {
  checkJoinedRows(left.rowType, right.rowType);
  return {
    joinType,
    leftKeys,
    rightKeys,
    filterNulls,
    ...(residual && { condition: lowerExpression(residual) }),
    leftType: left.rowType,
    rightType: right.rowType,
  };
}

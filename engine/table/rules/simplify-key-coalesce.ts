import type { RexNode } from '../../expressions/rex-node.ts';
import { typesEqual } from '../../types/type-equality.ts';
import { mapPlan } from '../plan/builders.ts';
import type { LogicalJoin, LogicalNode } from '../plan/rel-node.ts';
import { isCall, mapRex, rexCast } from '../plan/rex.ts';
import { joinKeys } from './join-keys.ts';

/**
 * COALESCE of both columns of an equality of the join below needs one of them, as in the column of `USING (k)`: the first of them in an inner join, and in an
 * outer one that of the side whose rows are all kept.
 */
export function simplifyKeyCoalesce(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalProject' && node.kind !== 'LogicalFilter') return node;
    const [input] = node.inputs;
    if (node.kind === 'LogicalFilter') {
      const simplify = simplifierFor(input);
      return simplify ? { ...node, condition: simplify(node.condition) } : node;
    }
    const simplify = simplifierFor(input.kind === 'LogicalFilter' ? input.inputs[0] : input);
    return simplify ? { ...node, projects: node.projects.map(simplify) } : node;
  });
}

function simplifierFor(node: LogicalNode): ((rex: RexNode) => RexNode) | undefined {
  if (node.kind !== 'LogicalJoin') return undefined;
  const { joinType } = node;
  if (joinType !== 'INNER' && joinType !== 'LEFT' && joinType !== 'RIGHT') return undefined;
  return (rex) => mapRex(rex, (each) => simplified(each, node));
}

function simplified(node: RexNode, { joinType, condition, inputs }: LogicalJoin): RexNode {
  if (!isCall(node, 'COALESCE')) return node;
  const leftWidth = inputs[0].rowType.fields.length;
  const { leftKeys, rightKeys } = joinKeys(condition, leftWidth);
  const operands = [...node.operands];
  const placeOf = (column: number): number =>
    operands.findIndex((operand) => operand.kind === 'input' && operand.index === column);
  leftKeys.forEach((leftKey, i) => {
    const left = placeOf(leftKey);
    const right = placeOf(leftWidth + rightKeys[i]!); // as many as left keys
    if (left < 0 || right < 0) return;
    const last = Math.max(left, right);
    // The column that may be padded says nothing of its own, unless another stands between it and the other.
    const removed = joinType === 'INNER' ? last : joinType === 'LEFT' ? right : left;
    if (removed === last || Math.abs(left - right) === 1) operands.splice(removed, 1);
  });
  if (operands.length === node.operands.length) return node;
  const [first] = operands;
  if (operands.length > 1 || !first) return { ...node, operands };
  return typesEqual(first.type, node.type) ? first : rexCast(first, node.type);
}

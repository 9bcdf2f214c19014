import type { RexNode } from '../../expressions/rex-node.ts';
import { isCall } from '../plan/rex.ts';
import { isSubquery, rexSubquery } from '../plan/rex-subquery.ts';
import { BOOLEAN_NOT_NULL } from '../plan/rex.ts';

/** `(SELECT COUNT(*) ...) > 0` is EXISTS (Flink's FlinkRewriteSubQueryRule). */
export function countAsExistence(condition: RexNode): RexNode {
  const isGreater = isCall(condition, '>');
  if (!isGreater && !isCall(condition, '<')) return condition;
  const [left, right] = condition.operands as [RexNode, RexNode];
  const [query, zero] = isGreater ? [left, right] : [right, left];
  if (!isSubquery(query) || query.operator !== '$SCALAR_QUERY') return condition;
  if (zero.kind !== 'literal' || Number(zero.value) !== 0 || zero.value === null) return condition;
  const { subquery, correlation } = query;
  if (subquery.kind !== 'LogicalAggregate' || subquery.group.length > 0 || subquery.calls.length !== 1)
    return condition;
  const [call] = subquery.calls;
  if (call?.function !== 'COUNT' || call.arguments.length > 0 || call.filter >= 0) return condition;
  return rexSubquery('$EXISTS', [], BOOLEAN_NOT_NULL, { subquery: subquery.inputs[0], correlation });
}

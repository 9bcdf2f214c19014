import type { RexNode } from '../../expressions/rex-node.ts';
import { isSubquery, rexSubquery } from '../plan/rex-subquery.ts';
import { BOOLEAN_NOT_NULL } from '../plan/rex.ts';

/** `(SELECT COUNT(*) ...) > 0` and `>= 1` are EXISTS (Flink's FlinkRewriteSubQueryRule). */
export function countAsExistence(condition: RexNode): RexNode {
  if (condition.kind !== 'call') return condition;
  const { operator } = condition;
  const isSwapped = operator === '<' || operator === '<=';
  const least =
    operator === '>' || operator === '<' ? 0 : operator === '>=' || operator === '<=' ? 1 : undefined;
  const [left, right] = condition.operands;
  const [query, bound] = isSwapped ? [right, left] : [left, right];
  if (least === undefined || !query || !isSubquery(query) || query.operator !== '$SCALAR_QUERY')
    return condition;
  if (bound?.kind !== 'literal' || bound.value === null || Number(bound.value) !== least) return condition;
  const { subquery, correlation } = query;
  if (subquery.kind !== 'LogicalAggregate' || subquery.group.length > 0 || subquery.calls.length !== 1)
    return condition;
  const [call] = subquery.calls;
  if (call?.function !== 'COUNT' || call.arguments.length > 0 || call.filter >= 0) return condition;
  return rexSubquery('$EXISTS', [], BOOLEAN_NOT_NULL, { subquery: subquery.inputs[0], correlation });
}

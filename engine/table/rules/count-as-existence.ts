import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import { isNumeric } from '../../types/type-families.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { isSubquery, rexSubquery } from '../plan/rex-subquery.ts';
import type { RexSubquery } from '../plan/rex-subquery.ts';
import { BOOLEAN_NOT_NULL, mapRex, withoutImplicitCasts } from '../plan/rex.ts';

/**
 * `(SELECT COUNT(*) ...) > 0` and `>= 1`, wherever they stand in a condition of WHERE, are EXISTS (Flink's FlinkRewriteSubQueryRule). Any
 * number between 0 and 1 does.
 */
export function countAsExistence(condition: RexNode): RexNode {
  return mapRex(condition, (each) => (each.kind === 'call' ? (existence(each) ?? each) : each));
}

function existence({ operator, operands }: RexCall): RexSubquery | undefined {
  const isSwapped = operator === '<' || operator === '<=';
  if (!isSwapped && operator !== '>' && operator !== '>=') return undefined;
  const isStrict = operator === '>' || operator === '<';
  const [left, right] = operands.map(withoutImplicitCasts);
  const [query, bound] = isSwapped ? [right, left] : [left, right];
  if (!query || !isSubquery(query) || query.operator !== '$SCALAR_QUERY') return undefined;
  if (bound?.kind !== 'literal' || bound.value === null || !isNumeric(bound.type)) return undefined;
  const least = Number(bound.value);
  if (isStrict ? least < 0 || least >= 1 : least <= 0 || least > 1) return undefined;
  const { subquery, correlation } = query;
  const counted = countedRows(subquery);
  return counted && rexSubquery('$EXISTS', [], BOOLEAN_NOT_NULL, { subquery: counted, correlation });
}

/** What COUNT(*) without keys counts. */
function countedRows(plan: LogicalNode): LogicalNode | undefined {
  if (plan.kind !== 'LogicalAggregate' || plan.group.length > 0 || plan.calls.length !== 1) return undefined;
  const [call] = plan.calls;
  const isOfAll = call?.function === 'COUNT' && call.arguments.length === 0 && call.filter < 0;
  return isOfAll && !call.distinct ? plan.inputs[0] : undefined;
}

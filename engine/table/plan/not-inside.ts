import type { RexNode } from '../../expressions/rex-node.ts';
import { rexCall, walkRex } from './rex.ts';
import { isSubquery } from './rex-subquery.ts';
import type { RexSubquery } from './rex-subquery.ts';

/**
 * `NOT (a IN (...) OR b)` as `NOT a IN (...) AND NOT b`, so that the sub-query may become a join.
 *
 * Calcite's converter does it where there is an IN, which plans show; Flink's optimizer where there is any sub-query but a scalar one.
 */
export function withNotInside(
  condition: RexNode,
  isAsked: (query: RexSubquery) => boolean = (query) => query.operator === '$IN_QUERY',
): RexNode {
  const inside = (each: RexNode): RexNode => withNotInside(each, isAsked);
  if (condition.kind !== 'call' || !contains(condition, isAsked)) return condition;
  const { operator, operands } = condition;
  if (operator === 'AND' || operator === 'OR') return { ...condition, operands: operands.map(inside) };
  const [inner] = operands;
  if (operator !== 'NOT' || inner?.kind !== 'call') return condition;
  if (inner.operator === 'NOT') return inside(inner.operands[0] as RexNode);
  if (inner.operator !== 'AND' && inner.operator !== 'OR') return condition;
  const parts = inner.operands.map((each) => inside(rexCall('NOT', [each], each.type)));
  return { ...inner, operator: inner.operator === 'AND' ? 'OR' : 'AND', operands: parts };
}

function contains(node: RexNode, isAsked: (query: RexSubquery) => boolean): boolean {
  let isFound = false;
  walkRex(node, (each) => {
    isFound ||= isSubquery(each) && isAsked(each);
  });
  return isFound;
}

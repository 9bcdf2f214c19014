import type { RexNode } from '../../expressions/rex-node.ts';
import { joinRowType, logicalFilter, logicalProject } from '../plan/builders.ts';
import { joinWithPushedKeys } from '../plan/join-converter.ts';
import type { LogicalLateral, LogicalNode } from '../plan/rel-node.ts';
import { conjoin, fieldNames, inputOf, isCall, mapRex, moveInputs } from '../plan/rex.ts';
import { readsOuter, rexCorrelation } from '../plan/rex-subquery.ts';
import { aggregateBelow, decorrelate, decorrelateAggregate, joinedCondition } from './decorrelate.ts';
import { groupOfNothing, projectedColumns } from './group-of-nothing.ts';

/**
 * `left JOIN LATERAL (query)`, without sub-queries in the query, as a join of the two without correlation. The columns of the result are
 * those of `left`, then those of the query.
 *
 * Throws a TableException for a query that cannot be taken apart.
 */
export function lateralJoin({ inputs: [left, plan], correlation, joinType }: LogicalLateral): LogicalNode {
  const width = left.rowType.fields.length;
  const names = fieldNames(joinRowType(left.rowType, plan.rowType, joinType));
  const columns = left.rowType.fields.map((_, i) => inputOf(left.rowType, i));
  const joined = (right: LogicalNode, predicates: readonly RexNode[]): LogicalNode =>
    joinWithPushedKeys(
      left,
      right,
      joinType,
      conjoin(predicates.map((each) => joinedCondition(each, correlation, width))),
    );
  const aggregate = aggregateBelow(plan);
  if (!aggregate) {
    const { node, predicates } = decorrelate(plan, correlation, { dropsNulls: true, outer: left });
    const join = joined(
      node,
      predicates.map((each) => outerFirst(each, correlation)),
    );
    const own = plan.rowType.fields.map((_, i) => inputOf(join.rowType, width + i));
    return logicalProject(join, [...columns, ...own], names);
  }
  // As in Flink, a row on the left for which nothing is aggregated goes with the join type, though COUNT would be 0.
  const { node, predicates } = decorrelateAggregate(aggregate, correlation, left);
  const join = joined(node, predicates);
  const values = projectedColumns(plan, groupOfNothing(aggregate, node, width)).map((each) =>
    joinedCondition(each, correlation, 0),
  );
  return logicalProject(join, [...columns, ...values], names);
}

/** `inner = outer` as `outer = inner`. */
function outerFirst(predicate: RexNode, correlation: number): RexNode {
  if (!isCall(predicate, '=')) return predicate;
  const [first, second] = predicate.operands as [RexNode, RexNode];
  const isSwapped = readsOuter(second, correlation) && !readsOuter(first, correlation);
  return isSwapped ? { ...predicate, operands: [second, first] } : predicate;
}

/** ON of a LATERAL join as a filter of the query: columns of the left become those of the correlation. */
export function lateralFilter(
  query: LogicalNode,
  condition: RexNode,
  correlation: number,
  leftNames: readonly string[],
): LogicalNode {
  const width = leftNames.length;
  const inner = mapRex(condition, (each) => {
    if (each.kind !== 'input') return each;
    if (each.index >= width) return moveInputs(each, (index) => index - width);
    return rexCorrelation(
      { correlation, column: each.index, name: leftNames[each.index] as string },
      each.type,
    );
  });
  return logicalFilter(query, inner);
}

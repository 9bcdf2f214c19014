import type { RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import { aggregateBelow, decorrelate, isCorrelated, joinedCondition } from '../rules/decorrelate.ts';
import { groupOfNothing, projectedColumns, removeSubqueries } from '../rules/remove-subqueries.ts';
import { joinRowType, logicalFilter, logicalProject } from './builders.ts';
import { joinWithPushedKeys } from './join-converter.ts';
import type { LogicalNode } from './rel-node.ts';
import { conjoin, fieldNames, inputOf, isTrue } from './rex.ts';

/**
 * `left JOIN LATERAL (query)`, the query's plan reading rows of `left` as correlation `correlation`, as a join of the two without
 * correlation. The columns of the result are those of `left`, then those of the query. `condition` is that of ON, over both.
 *
 * Throws a TableException for a query that cannot be taken apart.
 */
export function lateralJoin(
  left: LogicalNode,
  query: LogicalNode,
  correlation: number,
  joinType: 'INNER' | 'LEFT',
  condition: RexNode,
): LogicalNode {
  const plan = removeSubqueries(query);
  if (!isCorrelated(plan, correlation)) return joinWithPushedKeys(left, plan, joinType, condition);
  const width = left.rowType.fields.length;
  const names = fieldNames(joinRowType(left.rowType, query.rowType, joinType));
  const columns = left.rowType.fields.map((_, i) => inputOf(left.rowType, i));
  const aggregate = aggregateBelow(plan);
  if (!aggregate) {
    const { node, predicates } = decorrelate(plan, correlation);
    const all = conjoin([...predicates.map((each) => joinedCondition(each, correlation, width)), condition]);
    const join = joinWithPushedKeys(left, node, joinType, all);
    const own = query.rowType.fields.map((_, i) => inputOf(join.rowType, width + i));
    return logicalProject(join, [...columns, ...own], names);
  }
  // As in Flink, a row on the left for which nothing is aggregated goes with the join type, though COUNT would be 0.
  const { node, predicates } = decorrelate(aggregate, correlation);
  const join = joinWithPushedKeys(
    left,
    node,
    joinType,
    conjoin(predicates.map((each) => joinedCondition(each, correlation, width))),
  );
  const values = projectedColumns(plan, groupOfNothing(aggregate, node, width));
  const joined = logicalProject(join, [...columns, ...values], names);
  if (isTrue(condition)) return joined;
  if (joinType === 'LEFT')
    throw new TableException('LEFT JOIN LATERAL of an aggregation with a condition is not supported.');
  return logicalFilter(joined, condition);
}

import type { RexNode } from '../../expressions/rex-node.ts';
import { logicalProject } from '../plan/builders.ts';
import { joinWithPushedKeys } from '../plan/join-converter.ts';
import type { LogicalJoin, LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, inputOf, mapRex, moveInputs, usedInputs, walkRex } from '../plan/rex.ts';
import { isSubquery } from '../plan/rex-subquery.ts';
import type { RexSubquery } from '../plan/rex-subquery.ts';
import { outerColumns } from './decorrelate.ts';
import { SubqueryValues } from './subquery-values.ts';
import type { SubqueryValuesOptions } from './subquery-values.ts';

/**
 * Sub-queries in the condition of a join: the value of each is a column of the side that it speaks of, and of the right side where it
 * speaks of none (Calcite's SubQueryRemoveRule.matchJoin). Which ones may stand there is checked before (`subquery-converter.ts`).
 */
export function joinSubqueries(
  node: LogicalJoin,
  { withoutSubqueries }: Pick<SubqueryValuesOptions, 'withoutSubqueries'>,
): LogicalNode {
  const { inputs, condition, joinType } = node;
  const leftWidth = inputs[0].rowType.fields.length;
  const options = {
    expressions: [condition],
    logic: 'KEEP',
    isCorrelated: false,
    withoutSubqueries,
  } as const;
  const [left, right] = [new SubqueryValues(inputs[0], options), new SubqueryValues(inputs[1], options)];
  const values = new Map<LogicalNode, RexNode>();
  walkRex(condition, (each) => {
    if (!isSubquery(each)) return;
    const isOfLeft = sideOf(each, leftWidth) === 'left';
    const operands = each.operands.map((operand) =>
      moveInputs(operand, (index) => (isOfLeft ? index : index - leftWidth)),
    );
    values.set(each.subquery, (isOfLeft ? left : right).replace({ ...each, operands }));
  });
  const width = left.node.rowType.fields.length;
  const place = (index: number): number => (index < leftWidth ? index : index - leftWidth + width);
  const asked = mapRex(condition, (each) => {
    if (each.kind === 'input') return { ...each, index: place(each.index) };
    if (!isSubquery(each)) return each;
    const value = values.get(each.subquery) as RexNode;
    const isOfLeft = sideOf(each, leftWidth) === 'left';
    return isOfLeft ? value : moveInputs(value, (index) => index + width);
  });
  const join = joinWithPushedKeys(left.node, right.node, joinType, asked, node);
  const columns = node.rowType.fields.map((_, i) => inputOf(join.rowType, place(i)));
  return logicalProject(join, columns, fieldNames(node.rowType));
}

/** Which side of a join a sub-query reads, beside its own tables; undefined: both. */
export function sideOf(query: RexSubquery, leftWidth: number): 'left' | 'right' | 'none' | undefined {
  const read = [...outerColumns(query.subquery, query.correlation), ...usedInputs(query.operands)];
  if (read.length === 0) return 'none';
  if (read.every((column) => column < leftWidth)) return 'left';
  return read.every((column) => column >= leftWidth) ? 'right' : undefined;
}

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { logicalAggregate, logicalFilter, logicalJoin, logicalProject, mapPlan } from '../plan/builders.ts';
import { castColumnName, joinWithPushedKeys } from '../plan/join-converter.ts';
import { withNotInside } from '../plan/not-inside.ts';
import type { LogicalFilter, LogicalNode, LogicalProject } from '../plan/rel-node.ts';
import {
  BOOLEAN_NOT_NULL,
  FALSE,
  TRUE,
  combine,
  conjoin,
  conjunctions,
  fieldNames,
  fieldOf,
  inputOf,
  isCall,
  rexCall,
  rexInput,
  usedInputs,
  walkRex,
} from '../plan/rex.ts';
import { containsSubquery, isAnyCorrelation, isSubquery } from '../plan/rex-subquery.ts';
import type { RexSubquery } from '../plan/rex-subquery.ts';
import { comparedOperands } from '../validate/comparison.ts';
import { countAsExistence } from './count-as-existence.ts';
import { CorrelationRefused, decorrelate, isCorrelated, joinedCondition } from './decorrelate.ts';
import type { Decorrelated } from './decorrelate.ts';
import { joinSubqueries } from './join-subqueries.ts';
import { lateralJoin } from './lateral-join.ts';
import { existingRows, hasRows, readsOthers } from './subquery-rows.ts';
import { SubqueryValues } from './subquery-values.ts';

/**
 * Sub-queries become joins (Flink's FlinkSubQueryRemoveRule, Calcite's SubQueryRemoveRule and its decorrelation).
 *
 * A condition of WHERE that is IN, EXISTS or the contrary of one is a SEMI or ANTI join. Anything else is a value: what the sub-query
 * gives is joined to the row as a column, at most one row of it.
 */
export function removeSubqueries(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    switch (node.kind) {
      case 'LogicalFilter':
        return containsSubquery(node.condition) ? filter(node) : node;
      case 'LogicalProject':
        return node.projects.some(containsSubquery) ? project(node) : node;
      case 'LogicalLateral':
        return lateralJoin(node);
      case 'LogicalJoin':
        return containsSubquery(node.condition) ? joinSubqueries(node) : node;
      default:
        return node;
    }
  });
}

function filter(node: LogicalFilter): LogicalNode {
  const width = node.rowType.fields.length;
  const all = conjunctions(withNotInside(node.condition, isNotScalar)).map((each) =>
    countAsExistence(withoutIsTrue(each)),
  );
  const plain = all.filter((each) => !containsSubquery(each));
  const input = logicalFilter(node.inputs[0], conjoin(plain));
  const asked = all.filter((each) => !plain.includes(each));
  const { joined, values } = semiJoins(input, asked, plain) ?? { joined: input, values: asked };
  if (values.length === 0) return joined;
  const expansion = new SubqueryValues(joined, isAnyCorrelated(all));
  const condition = conjoin(values.map((each) => expansion.condition(each)));
  const filtered = logicalFilter(expansion.node, condition);
  if (filtered.rowType.fields.length === width) return filtered;
  const columns = node.rowType.fields.map((_, i) => inputOf(filtered.rowType, i));
  return logicalProject(filtered, columns, fieldNames(node.rowType));
}

/** What does not hold is dropped, be it FALSE or UNKNOWN. */
function withoutIsTrue(condition: RexNode): RexNode {
  return isCall(condition, 'IS TRUE') ? (condition.operands[0] as RexNode) : condition;
}

function project(node: LogicalProject): LogicalNode {
  const expansion = new SubqueryValues(node.inputs[0], isAnyCorrelated(node.projects));
  const projects = node.projects.map((each) => expansion.replace(each));
  return logicalProject(expansion.node, projects, fieldNames(node.rowType));
}

/**
 * IN and EXISTS as joins, and which conditions are left to be values. As in Flink, it is all of them or none: an IN or EXISTS that is a part
 * of another condition, and a mention of a row further out, makes values of all; so does one that cannot be taken apart.
 */
function semiJoins(
  input: LogicalNode,
  asked: readonly RexNode[],
  plain: readonly RexNode[],
): { readonly joined: LogicalNode; readonly values: readonly RexNode[] } | undefined {
  if ([...asked, ...plain].some(readsAnyOuter)) return undefined;
  let joined = input;
  const values: RexNode[] = [];
  let isStopped = false;
  for (const condition of asked) {
    const isNegated = isCall(condition, 'NOT');
    const query = isNegated ? (condition.operands[0] as RexNode) : condition;
    const isExistence = isSubquery(query) && (query.operator === '$IN_QUERY' || query.operator === '$EXISTS');
    if (!isExistence || isStopped) {
      if (!isExistence && containsOtherThanScalar(condition)) {
        if (!isSubquery(query)) return undefined;
        isStopped = true;
      }
      values.push(condition);
      continue;
    }
    const next = existence(joined, query, isNegated);
    if (!next) return undefined;
    joined = next;
  }
  return { joined, values };
}

function isAnyCorrelated(nodes: readonly RexNode[]): boolean {
  let isFound = false;
  for (const node of nodes) {
    walkRex(node, (each) => {
      isFound ||= isSubquery(each) && isCorrelated(each.subquery, each.correlation);
    });
  }
  return isFound;
}

function readsAnyOuter(node: RexNode): boolean {
  let isReading = false;
  walkRex(node, (each) => {
    isReading ||= isAnyCorrelation(each);
  });
  return isReading;
}

function containsOtherThanScalar(node: RexNode): boolean {
  let isFound = false;
  walkRex(node, (each) => {
    isFound ||= isSubquery(each) && isNotScalar(each);
  });
  return isFound;
}

function isNotScalar({ operator }: RexSubquery): boolean {
  return operator !== '$SCALAR_QUERY';
}

/** Rows of `left` for which the sub-query has a row (that IN finds), or has none; undefined for one that cannot be taken apart. */
function existence(left: LogicalNode, query: RexSubquery, isNegated: boolean): LogicalNode | undefined {
  const width = left.rowType.fields.length;
  const { correlation, operands, operator } = query;
  const isIn = operator === '$IN_QUERY';
  if (!isIn && hasRows(query.subquery)) return isNegated ? logicalFilter(left, FALSE) : left;
  if (readsOthers(query.subquery, correlation)) return undefined;
  const isReading = isCorrelated(query.subquery, correlation);
  if (!isIn && !isReading)
    return whetherAny(left, removeSubqueries(existingRows(query.subquery, false)), isNegated);
  const pulled = pulledConditions(isIn ? query.subquery : existingRows(query.subquery, true), correlation);
  if (!pulled) return undefined;
  const node = removeSubqueries(pulled.node);
  if (isIn && operands.some(isComputed)) {
    const { source, columns } = withOperands(left, operands);
    const joined = existence(source, { ...query, operands: columns }, isNegated) as LogicalNode; // as it can be taken apart
    const own = left.rowType.fields.map((_, i) => inputOf(joined.rowType, i));
    return logicalProject(joined, own, fieldNames(left.rowType));
  }
  const found = isIn ? operands.map((operand, i) => matches(operand, node, i, width, isNegated)) : [];
  const conditions = [
    ...found,
    ...pulled.predicates.map((each) => joinedCondition(each, correlation, width)),
  ];
  const [only] = conditions;
  if (isNegated && only && conditions.length === 1 && isOfLeft(only, width)) {
    const { source, columns } = withOperands(left, [only]);
    const joined = logicalJoin(source, node, 'ANTI', columns[0] as RexNode);
    const own = left.rowType.fields.map((_, i) => inputOf(joined.rowType, i));
    return logicalProject(joined, own, fieldNames(left.rowType));
  }
  return joinWithPushedKeys(left, node, isNegated ? 'ANTI' : 'SEMI', conjoin(conditions));
}

function pulledConditions(plan: LogicalNode, correlation: number): Decorrelated | undefined {
  try {
    return decorrelate(plan, correlation);
  } catch (error) {
    if (error instanceof CorrelationRefused) return undefined;
    throw error;
  }
}

/** All rows of `left` if the plan has any row, else none; or the other way round. */
function whetherAny(left: LogicalNode, plan: LogicalNode, isNegated: boolean): LogicalNode {
  const marked = logicalProject(plan, [TRUE], ['i']);
  const type: LogicalType = { root: 'BOOLEAN', nullable: true };
  const smallest = logicalAggregate(
    marked,
    [],
    [
      {
        name: 'm',
        function: 'MIN',
        arguments: [0],
        argumentTypes: [TRUE.type],
        distinct: false,
        filter: -1,
        type,
      },
    ],
  );
  const hasAny = rexCall('IS NOT NULL', [rexInput(0, type)], BOOLEAN_NOT_NULL);
  if (!isNegated) return joinWithPushedKeys(left, logicalFilter(smallest, hasAny), 'SEMI', TRUE);
  const found = logicalProject(smallest, [hasAny], ['$f0']);
  const isFound = rexInput(left.rowType.fields.length, BOOLEAN_NOT_NULL);
  return joinWithPushedKeys(left, found, 'ANTI', isFound);
}

/** The value is the column's; for NOT IN, whatever may be it counts: a NULL on either side, too. */
function matches(
  operand: RexNode,
  right: LogicalNode,
  column: number,
  width: number,
  isNegated: boolean,
): RexNode {
  const { type } = fieldOf(right.rowType, column);
  const other = rexInput(width + column, type);
  const nullable = operand.type.nullable || type.nullable;
  const isNullAware = isNegated && nullable;
  const equal = rexCall('=', comparedOperands('=', operand, other, isNullAware), {
    root: 'BOOLEAN',
    nullable,
  });
  if (!isNullAware) return equal;
  const isNull = [operand, other]
    .filter((each) => each.type.nullable)
    .map((each) => rexCall('IS NULL', [each], BOOLEAN_NOT_NULL));
  return combine('OR', [...isNull, equal]);
}

/** A condition of the left side alone, which a join has computed there. */
function isOfLeft(condition: RexNode, width: number): boolean {
  if (condition.kind !== 'call' || ['=', 'AND', 'OR', 'NOT'].includes(condition.operator)) return false;
  const read = [...usedInputs([condition])];
  return read.length > 0 && read.every((column) => column < width);
}

function isComputed(node: RexNode): boolean {
  return node.kind !== 'input' && node.kind !== 'literal';
}

/** What IN asks for, as columns: those that are computed stand behind the others. */
function withOperands(
  left: LogicalNode,
  operands: readonly RexNode[],
): { readonly source: LogicalNode; readonly columns: readonly RexNode[] } {
  const { rowType } = left;
  const width = rowType.fields.length;
  const computed = operands.filter(isComputed);
  const projected = logicalProject(
    left,
    [...rowType.fields.map((_, i) => inputOf(rowType, i)), ...computed],
    [...fieldNames(rowType), ...computed.map((each, i) => castColumnName(rowType, each) ?? `$f${width + i}`)],
  );
  const source = projected.projects.some(containsSubquery) ? project(projected) : projected;
  const columns = operands.map((each) =>
    isComputed(each) ? inputOf(source.rowType, width + computed.indexOf(each)) : each,
  );
  return { source, columns };
}

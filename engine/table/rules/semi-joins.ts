import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import {
  logicalAggregate,
  logicalFilter,
  logicalJoin,
  logicalProject,
  withInputs,
} from '../plan/builders.ts';
import { castColumnName, joinWithPushedKeys } from '../plan/join-converter.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import {
  BOOLEAN_NOT_NULL,
  FALSE,
  TRUE,
  conjoin,
  fieldNames,
  fieldOf,
  inputOf,
  isCall,
  moveInputs,
  rexCall,
  rexInput,
  usedInputs,
  walkRex,
} from '../plan/rex.ts';
import { containsSubquery, isAnyCorrelation, isSubquery } from '../plan/rex-subquery.ts';
import type { RexSubquery } from '../plan/rex-subquery.ts';
import { comparedOperands } from '../validate/comparison.ts';
import { CorrelationRefused, decorrelate, isCorrelated, joinedCondition } from './decorrelate.ts';
import type { Decorrelated } from './decorrelate.ts';
import { existingRows, hasRows, readsOthers } from './subquery-rows.ts';
import type { SubqueryValuesOptions } from './subquery-values.ts';

/** Conditions of WHERE that are IN, EXISTS or the contrary of one, as SEMI and ANTI joins (Flink's FlinkSubQueryRemoveRule). */
export class SemiJoins {
  readonly #withoutSubqueries: SubqueryValuesOptions['withoutSubqueries'];

  constructor({ withoutSubqueries }: Pick<SubqueryValuesOptions, 'withoutSubqueries'>) {
    this.#withoutSubqueries = withoutSubqueries;
  }

  /**
   * IN and EXISTS as joins, and which conditions are left to be values. As in Flink, it is all of them or none: an IN or EXISTS that is a part
   * of another condition, and a mention of a row further out, makes values of all; so does one that cannot be taken apart.
   * `isProjected`: a projection stands above the filter.
   */
  rewrite(
    input: LogicalNode,
    asked: readonly RexNode[],
    plain: readonly RexNode[],
    isProjected: boolean,
  ): { readonly joined: LogicalNode; readonly values: readonly RexNode[] } | undefined {
    if ([...asked, ...plain].some(readsAnyOuter)) return undefined;
    let joined = input;
    const values: RexNode[] = [];
    let isStopped = false;
    const isBelowProject = isProjected && asked.every(isExistence);
    for (const [i, condition] of asked.entries()) {
      const isNegated = isCall(condition, 'NOT');
      const query = isNegated ? (condition.operands[0] as RexNode) : condition;
      const isAsked = isExistence(condition);
      if (!isAsked || !isSubquery(query) || isStopped) {
        if (!isAsked && containsOtherThanScalar(condition)) {
          if (!isSubquery(query)) return undefined;
          isStopped = true;
        }
        values.push(condition);
        continue;
      }
      const next = this.#existence(joined, query, isNegated);
      if (!next) return undefined;
      joined = isBelowProject && i === asked.length - 1 ? next : keepingRight(next);
    }
    return { joined, values };
  }

  /** Rows of `left` for which the sub-query has a row (that IN finds), or has none; undefined for one that cannot be taken apart. */
  #existence(left: LogicalNode, query: RexSubquery, isNegated: boolean): LogicalNode | undefined {
    const width = left.rowType.fields.length;
    const { correlation, operands, operator } = query;
    const isIn = operator === '$IN_QUERY';
    if (!isIn && hasRows(query.subquery)) return isNegated ? logicalFilter(left, FALSE) : left;
    if (readsOthers(query.subquery, correlation)) return undefined;
    const isReading = isCorrelated(query.subquery, correlation);
    if (!isIn && !isReading)
      return whetherAny(left, this.#withoutSubqueries(existingRows(query.subquery, false)), isNegated);
    const taken = pulledConditions(isIn ? query.subquery : existingRows(query.subquery, true), correlation);
    if (!taken) return undefined;
    const pulled = isIn ? taken : comparedColumns(taken);
    const node = this.#withoutSubqueries(pulled.node);
    if (isIn && operands.some(isComputed)) {
      const { source, columns } = this.#withOperands(left, operands);
      const joined = this.#existence(source, { ...query, operands: columns }, isNegated) as LogicalNode; // as it can be taken apart
      const own = left.rowType.fields.map((_, i) => inputOf(joined.rowType, i));
      return logicalProject(joined, own, fieldNames(left.rowType));
    }
    const found = isIn ? operands.map((operand, i) => matches(operand, node, i, width, isNegated)) : [];
    const conditions = [
      ...found,
      ...pulled.predicates.map((each) => joinedCondition(each, correlation, width)),
    ];
    const [only] = conditions;
    if (isNegated && only && conditions.length === 1) {
      const side = sideOfTest(only, width);
      if (side) return this.#antiJoinOf(only, side, left, node);
    }
    return joinWithPushedKeys(left, node, isNegated ? 'ANTI' : 'SEMI', conjoin(conditions));
  }

  /** A condition of one side alone is a column of that side, for no filter may take its rows away. */
  #antiJoinOf(
    condition: RexNode,
    side: 'left' | 'right',
    left: LogicalNode,
    right: LogicalNode,
  ): LogicalNode {
    const width = left.rowType.fields.length;
    if (side === 'left') {
      const { source, columns } = this.#withOperands(left, [condition]);
      const joined = logicalJoin(source, right, 'ANTI', columns[0] as RexNode);
      const own = left.rowType.fields.map((_, i) => inputOf(joined.rowType, i));
      return logicalProject(joined, own, fieldNames(left.rowType));
    }
    const { source, columns } = this.#withOperands(right, [moveInputs(condition, (i) => i - width)]);
    return logicalJoin(
      left,
      source,
      'ANTI',
      moveInputs(columns[0] as RexNode, (i) => i + width),
    );
  }

  /** What IN asks for, as columns: those that are computed stand behind the others. */
  #withOperands(
    left: LogicalNode,
    operands: readonly RexNode[],
  ): { readonly source: LogicalNode; readonly columns: readonly RexNode[] } {
    const { rowType } = left;
    const width = rowType.fields.length;
    const computed = operands.filter(isComputed);
    const projected = logicalProject(
      left,
      [...rowType.fields.map((_, i) => inputOf(rowType, i)), ...computed],
      [
        ...fieldNames(rowType),
        ...computed.map((each, i) => castColumnName(rowType, each) ?? `$f${width + i}`),
      ],
    );
    const source = operands.some(containsSubquery) ? this.#withoutSubqueries(projected) : projected;
    const columns = operands.map((each) =>
      isComputed(each) ? inputOf(source.rowType, width + computed.indexOf(each)) : each,
    );
    return { source, columns };
  }
}

/** IN, EXISTS, or the contrary of one. */
function isExistence(condition: RexNode): boolean {
  const query = isCall(condition, 'NOT') ? (condition.operands[0] as RexNode) : condition;
  return isSubquery(query) && (query.operator === '$IN_QUERY' || query.operator === '$EXISTS');
}

/** A semi-join, maybe below a projection that leaves its keys out. */
function keepingRight(node: LogicalNode): LogicalNode {
  if (node.kind === 'LogicalProject') return withInputs(node, [keepingRight(node.inputs[0])]);
  return node.kind === 'LogicalJoin' ? { ...node, keepsRight: true } : node;
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

function pulledConditions(plan: LogicalNode, correlation: number): Decorrelated | undefined {
  try {
    return decorrelate(plan, correlation);
  } catch (error) {
    if (error instanceof CorrelationRefused) return undefined;
    throw error;
  }
}

/** Of EXISTS nothing stays but the columns that are compared, if there are any. */
function comparedColumns({ node, predicates }: Decorrelated): Decorrelated {
  const columns = [...usedInputs(predicates)].sort((a, b) => a - b);
  if (columns.length === 0 || columns.length === node.rowType.fields.length) return { node, predicates };
  const projects = columns.map((column) => inputOf(node.rowType, column));
  const names = fieldNames(node.rowType);
  return {
    node: logicalProject(
      node,
      projects,
      columns.map((column) => names[column] as string),
    ),
    predicates: predicates.map((each) => moveInputs(each, (column) => columns.indexOf(column))),
  };
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
  if (!isNegated) {
    const any = logicalProject(logicalFilter(smallest, hasAny), [TRUE], ['$f0']);
    return joinWithPushedKeys(left, any, 'SEMI', TRUE);
  }
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
  return rexCall('OR', [...isNull, equal], BOOLEAN_NOT_NULL);
}

/** The side of a join that a condition speaks of which the join has computed there: an equality is not. */
function sideOfTest(condition: RexNode, width: number): 'left' | 'right' | undefined {
  if (condition.kind !== 'call' || ['=', 'AND', 'NOT'].includes(condition.operator)) return undefined;
  const read = [...usedInputs([condition])];
  if (read.length === 0) return undefined;
  if (read.every((column) => column >= width)) return 'right';
  return condition.operator !== 'OR' && read.every((column) => column < width) ? 'left' : undefined;
}

function isComputed(node: RexNode): boolean {
  return node.kind !== 'input' && node.kind !== 'literal';
}

import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import { TableException } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { logicalAggregate, logicalFilter, logicalProject, mapPlan } from '../plan/builders.ts';
import { joinWithPushedKeys } from '../plan/join-converter.ts';
import type {
  LogicalAggregate,
  LogicalFilter,
  LogicalNode,
  LogicalProject,
  NamedAggregateCall,
} from '../plan/rel-node.ts';
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
  mapRex,
  nullLiteral,
  rexCall,
  rexInput,
  substitute,
} from '../plan/rex.ts';
import { containsSubquery, isSubquery, readsOuter } from '../plan/rex-subquery.ts';
import type { RexSubquery } from '../plan/rex-subquery.ts';
import {
  aggregateBelow,
  decorrelate,
  decorrelateAggregate,
  equalityOf,
  isCorrelated,
  joinedCondition,
} from './decorrelate.ts';
import { lateralJoin } from './lateral-join.ts';
import { containsUniqueKey, uniqueKeys } from './unique-keys.ts';

const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };

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
        if (containsSubquery(node.condition))
          throw new TableException('A sub-query in the condition of a join is not supported.');
        return node;
      default:
        return node;
    }
  });
}

function filter(node: LogicalFilter): LogicalNode {
  const width = node.rowType.fields.length;
  const all = conjunctions(node.condition);
  const plain = all.filter((each) => !containsSubquery(each));
  let input = logicalFilter(node.inputs[0], conjoin(plain));
  const values: RexNode[] = [];
  for (const conjunct of all) {
    if (plain.includes(conjunct)) continue;
    const isNegated = isCall(conjunct, 'NOT');
    const inner = isNegated ? (conjunct.operands[0] as RexNode) : conjunct;
    const isExistence = isSubquery(inner) && (inner.operator === '$IN_QUERY' || inner.operator === '$EXISTS');
    if (isExistence && !inner.operands.some(containsSubquery)) input = existence(input, inner, isNegated);
    else values.push(conjunct);
  }
  if (values.length === 0) return input;
  const expansion = new ValueExpansion(input);
  const condition = conjoin(values.map((each) => expansion.replace(each)));
  const filtered = logicalFilter(expansion.node, condition);
  if (filtered.rowType.fields.length === width) return filtered;
  const columns = node.rowType.fields.map((_, i) => inputOf(filtered.rowType, i));
  return logicalProject(filtered, columns, fieldNames(node.rowType));
}

function project(node: LogicalProject): LogicalNode {
  const expansion = new ValueExpansion(node.inputs[0]);
  const projects = node.projects.map((each) => expansion.replace(each));
  return logicalProject(expansion.node, projects, fieldNames(node.rowType));
}

/** Rows of `left` for which the sub-query has a row (that IN finds), or has none. */
function existence(left: LogicalNode, query: RexSubquery, isNegated: boolean): LogicalNode {
  const width = left.rowType.fields.length;
  const { correlation, operands, operator } = query;
  const isIn = operator === '$IN_QUERY';
  // What EXISTS selects does not matter.
  const subquery = isIn ? query.subquery : withoutProjection(removeSubqueries(query.subquery));
  const plan = removeSubqueries(subquery);
  if (!isIn && !isCorrelated(plan, correlation)) return whetherAny(left, plan, isNegated);
  const { node, predicates } = decorrelate(plan, correlation);
  const found = isIn ? operands.map((operand, i) => matches(operand, node, i, width, isNegated)) : [];
  const conditions = [...found, ...predicates.map((each) => joinedCondition(each, correlation, width))];
  return semiJoin(left, node, isNegated ? 'ANTI' : 'SEMI', conjoin(conditions));
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
  if (!isNegated) return semiJoin(left, logicalFilter(smallest, hasAny), 'SEMI', TRUE);
  const found = logicalProject(smallest, [hasAny], ['$f0']);
  return semiJoin(left, found, 'ANTI', rexInput(left.rowType.fields.length, BOOLEAN_NOT_NULL));
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
  const equal = rexCall('=', [operand, other], { root: 'BOOLEAN', nullable });
  if (!isNegated || !nullable) return equal;
  const isNull = [operand, other]
    .filter((each) => each.type.nullable)
    .map((each) => rexCall('IS NULL', [each], BOOLEAN_NOT_NULL));
  return combine('OR', [...isNull, equal]);
}

/** With key expressions as columns below; the rows of the left side alone. */
function semiJoin(
  left: LogicalNode,
  right: LogicalNode,
  joinType: 'SEMI' | 'ANTI',
  condition: RexNode,
): LogicalNode {
  return joinWithPushedKeys(left, right, joinType, condition);
}

function withoutProjection(node: LogicalNode): LogicalNode {
  return node.kind === 'LogicalProject' ? withoutProjection(node.inputs[0]) : node;
}

/** A row with one column more for each sub-query whose value is asked for. */
class ValueExpansion {
  node: LogicalNode;

  constructor(input: LogicalNode) {
    this.node = input;
  }

  replace(node: RexNode): RexNode {
    return mapRex(node, (each) => (isSubquery(each) ? this.#value(each) : each));
  }

  #value(query: RexSubquery): RexNode {
    switch (query.operator) {
      case '$SCALAR_QUERY':
        return this.#scalar(query);
      case '$EXISTS':
        return this.#exists(query);
      case '$IN_QUERY':
        return this.#in(query);
      case '$SOME_QUERY':
        return this.#some(query);
    }
  }

  #scalar({ subquery, correlation, type }: RexSubquery): RexNode {
    const plan = removeSubqueries(subquery);
    if (!isCorrelated(plan, correlation)) {
      const first = this.#join(atMostOne(plan), 'LEFT', TRUE);
      return rexInput(first, type);
    }
    const aggregate = aggregateBelow(plan);
    if (!aggregate) return this.#rowOfKey(plan, correlation, type);
    const { node, predicates } = decorrelateAggregate(aggregate, correlation);
    const first = this.#join(node, 'LEFT', this.#conditionOf(predicates, correlation));
    return projectedColumns(plan, groupOfNothing(aggregate, node, first))[0] as RexNode;
  }

  /** A sub-query of one column that is correlated by equalities: one row for each of its keys. */
  #rowOfKey(plan: LogicalNode, correlation: number, type: LogicalType): RexNode {
    const unique = this.#uniqueRow(plan, correlation);
    if (unique) return unique;
    const { node, predicates } = decorrelate(plan, correlation, true);
    const sides = predicates.map((each) => equalityOf(each, correlation));
    const keys = sides.map(({ inner }) => inner);
    const names = fieldNames(node.rowType);
    const source = logicalProject(
      node,
      [inputOf(node.rowType, 0), ...keys],
      [names[0] as string, ...keys.map((_, i) => `$f${i + 1}`)],
    );
    const group = keys.map((_, i) => i + 1);
    const grouped = logicalAggregate(source, group, [singleValue(source)]);
    const first = this.#width;
    const conditions = sides.map(({ outer, operator }, i) =>
      rexCall(
        operator,
        [joinedCondition(outer, correlation, 0), rexInput(first + i, fieldOf(grouped.rowType, i).type)],
        (predicates[i] as RexNode).type,
      ),
    );
    this.#join(grouped, 'LEFT', conjoin(conditions));
    return rexInput(first + keys.length, type);
  }

  /** Where the keys find one row at most, it is joined as it is. */
  #uniqueRow(plan: LogicalNode, correlation: number): RexNode | undefined {
    if (plan.kind !== 'LogicalProject' || plan.projects.some((each) => readsOuter(each, correlation)))
      return undefined;
    const { node, predicates } = decorrelate(plan.inputs[0], correlation);
    const keys = predicates.flatMap((each) => {
      const { inner } = equalityOf(each, correlation);
      return inner.kind === 'input' ? [inner.index] : [];
    });
    if (!containsUniqueKey(node, keys)) return undefined;
    const first = this.#join(node, 'LEFT', this.#conditionOf(predicates, correlation));
    const { fields } = this.node.rowType;
    const columns = node.rowType.fields.map((_, i) => rexInput(first + i, fields[first + i]!.type)); // of the join
    return substitute(plan.projects[0] as RexNode, columns);
  }

  #exists({ subquery, correlation }: RexSubquery): RexNode {
    const plan = withoutProjection(removeSubqueries(subquery));
    if (!isCorrelated(plan, correlation)) {
      const marked = logicalAggregate(logicalProject(plan, [TRUE], ['i']), [0], []);
      const first = this.#join(marked, 'LEFT', TRUE);
      return rexCall('IS NOT NULL', [rexInput(first, { root: 'BOOLEAN', nullable: true })], BOOLEAN_NOT_NULL);
    }
    return rexCall('IS NOT NULL', [this.#marked(plan, [], correlation)], BOOLEAN_NOT_NULL);
  }

  #in({ subquery, operands, correlation, type }: RexSubquery): RexNode {
    const plan = removeSubqueries(subquery);
    if (isCorrelated(plan, correlation)) {
      if (type.nullable) throw new TableException('A correlated sub-query of this form is not supported.');
      return rexCall('IS NOT NULL', [this.#marked(plan, operands, correlation)], BOOLEAN_NOT_NULL);
    }
    if (!type.nullable) {
      return rexCall('IS NOT NULL', [this.#marked(plan, operands, correlation)], BOOLEAN_NOT_NULL);
    }
    const columns = plan.rowType.fields.map((_, i) => i);
    if (columns.length > 1) throw new TableException('IN of several columns as a value is not supported.');
    const first = this.#join(withCounts(plan), 'INNER', TRUE);
    const [all, set] = [rexInput(first, BIGINT), rexInput(first + 1, BIGINT)];
    const mark = this.#marked(plan, operands, correlation);
    const unknown = nullLiteral(type);
    const isNull = operands
      .filter((each) => each.type.nullable)
      .flatMap((each): RexNode[] => [rexCall('IS NULL', [each], BOOLEAN_NOT_NULL), unknown]);
    return rexCall(
      'CASE',
      [
        rexCall('=', [all, zero()], BOOLEAN_NOT_NULL),
        nullable(FALSE, type),
        ...isNull,
        rexCall('IS NOT NULL', [mark], BOOLEAN_NOT_NULL),
        nullable(TRUE, type),
        rexCall('<', [set, all], BOOLEAN_NOT_NULL),
        unknown,
        nullable(FALSE, type),
      ],
      type,
    );
  }

  /**
   * The least row decides about `> SOME`, the greatest about `< SOME`; `<> SOME` needs to know whether there is more than one value. NULLs
   * among the rows leave it open.
   */
  #some({ subquery, operands, correlation, comparison = '', type }: RexSubquery): RexNode {
    const plan = removeSubqueries(subquery);
    if (isCorrelated(plan, correlation))
      throw new TableException('A correlated sub-query of this form is not supported.');
    const isUnequal = comparison === '<>';
    const extreme = extremeOf(plan, comparison.startsWith('>') ? 'MIN' : 'MAX');
    const counts = [count('c', []), count('d', [0], plan)];
    const rows = isUnequal
      ? logicalAggregate(logicalAggregate(plan, [0], []), [], [...counts, extreme])
      : logicalAggregate(plan, [], [extreme, ...counts]);
    const first = this.#join(rows, 'INNER', TRUE);
    const [operand] = operands as [RexNode];
    const [at, c, d] = isUnequal ? [first + 2, first, first + 1] : [first, first + 1, first + 2];
    const [all, set] = [rexInput(c, BIGINT), rexInput(d, BIGINT)];
    const compared = rexCall(comparison, [operand, rexInput(at, extreme.type)], type);
    const isNothing = [rexCall('=', [all, zero()], BOOLEAN_NOT_NULL), nullable(FALSE, type)];
    const hasNull = rexCall(isUnequal ? '<>' : '>', [all, set], BOOLEAN_NOT_NULL);
    const unknown = nullLiteral(type);
    if (!isUnequal) {
      const isTrue = [rexCall('IS TRUE', [compared], BOOLEAN_NOT_NULL), nullable(TRUE, type)];
      return rexCall('CASE', [...isNothing, ...isTrue, hasNull, unknown, compared], type);
    }
    const one: RexNode = { kind: 'literal', value: '1', type: BIGINT };
    const isNull = operand.type.nullable ? [rexCall('IS NULL', [operand], BOOLEAN_NOT_NULL), unknown] : [];
    return rexCall(
      'CASE',
      [
        ...isNothing,
        ...isNull,
        conjoin([hasNull, rexCall('<=', [set, one], BOOLEAN_NOT_NULL)]),
        combine('OR', [compared, unknown]),
        rexCall('=', [set, one], BOOLEAN_NOT_NULL),
        compared,
        nullable(TRUE, type),
      ],
      type,
    );
  }

  /** A column that is TRUE where the sub-query has a row with these values, else NULL. */
  #marked(plan: LogicalNode, operands: readonly RexNode[], correlation: number): RexNode {
    const { node, predicates } = decorrelate(plan, correlation, true);
    const sides = predicates.map((each) => equalityOf(each, correlation));
    const columns = [
      ...operands.map((_, i) => inputOf(node.rowType, i) as RexNode),
      ...sides.map(({ inner }) => inner),
    ];
    const nameOf = (column: RexNode, i: number): string =>
      column.kind === 'input' ? fieldOf(node.rowType, column.index).name : `$f${i}`;
    const source = logicalProject(node, columns, columns.map(nameOf));
    const distinct = logicalAggregate(
      source,
      columns.map((_, i) => i),
      [],
    );
    const fields = distinct.rowType.fields.map((_, i) => inputOf(distinct.rowType, i));
    const mark = sides.length > 0 ? `$f${fields.length}` : 'i';
    const marked = logicalProject(distinct, [...fields, TRUE], [...fieldNames(distinct.rowType), mark]);
    const first = this.#width;
    const others = [
      ...operands.map((operand) => ({ outer: operand, operator: '=' })),
      ...sides.map(({ outer, operator }) => ({ outer: joinedCondition(outer, correlation, 0), operator })),
    ];
    const conditions = others.map(({ outer, operator }, i) => {
      const { type } = fieldOf(distinct.rowType, i);
      const isNullable = operator === '=' && (outer.type.nullable || type.nullable);
      return rexCall(operator, [outer, rexInput(first + i, type)], { root: 'BOOLEAN', nullable: isNullable });
    });
    this.#join(marked, 'LEFT', conjoin(conditions));
    return rexInput(first + columns.length, { root: 'BOOLEAN', nullable: true });
  }

  get #width(): number {
    return this.node.rowType.fields.length;
  }

  #conditionOf(predicates: readonly RexNode[], correlation: number): RexNode {
    return conjoin(predicates.map((each) => joinedCondition(each, correlation, this.#width)));
  }

  /** Position of the first column of `right`. */
  #join(right: LogicalNode, joinType: 'INNER' | 'LEFT', condition: RexNode): number {
    const first = this.#width;
    this.node = joinWithPushedKeys(this.node, right, joinType, condition);
    return first;
  }
}

/** How many rows there are, and how many of them without NULL: counted once where that is the same. */
function withCounts(plan: LogicalNode): LogicalNode {
  const [all, set] = [count('c', []), count('ck', [0], plan)];
  if (set.arguments.length > 0) return logicalAggregate(plan, [], [all, set]);
  const counted = logicalAggregate(plan, [], [all]);
  return logicalProject(counted, [rexInput(0, BIGINT), rexInput(0, BIGINT)], ['c', 'ck']);
}

function extremeOf(plan: LogicalNode, function_: 'MIN' | 'MAX'): NamedAggregateCall {
  const { type } = fieldOf(plan.rowType, 0);
  return {
    name: 'm',
    function: function_,
    arguments: [0],
    argumentTypes: [type],
    distinct: false,
    filter: -1,
    type: withNullability(type, true),
  };
}

/** The plan with one row at most: as it is, or by an aggregation that fails for more. */
function atMostOne(plan: LogicalNode): LogicalNode {
  if (uniqueKeys(plan).some((key) => key.length === 0)) return plan;
  if (plan.kind === 'LogicalSort' && plan.fetch === 1) return plan;
  return logicalAggregate(plan, [], [singleValue(plan)]);
}

function singleValue(plan: LogicalNode): NamedAggregateCall {
  const { type } = fieldOf(plan.rowType, 0);
  return {
    name: '$f0',
    function: 'SINGLE_VALUE',
    arguments: [0],
    argumentTypes: [type],
    distinct: false,
    filter: -1,
    type: withNullability(type, true),
  };
}

function count(name: string, columns: readonly number[], plan?: LogicalNode): NamedAggregateCall {
  const types = columns.map((column) => fieldOf((plan as LogicalNode).rowType, column).type);
  const isOfRows = types.every((type) => !type.nullable);
  return {
    name,
    function: 'COUNT',
    arguments: isOfRows ? [] : columns,
    argumentTypes: isOfRows ? [] : types,
    distinct: false,
    filter: -1,
    type: BIGINT,
  };
}

/**
 * The results of an aggregation without keys, from column `first` on of a join with its groups, which are `grouped`: of no rows COUNT is 0,
 * where the join has found no group.
 */
export function groupOfNothing(
  aggregate: LogicalAggregate,
  { rowType, group }: LogicalAggregate,
  first: number,
): readonly RexNode[] {
  return aggregate.calls.map((call, i) => {
    const place = group.length + i;
    const column = rexInput(first + place, withNullability(fieldOf(rowType, place).type, true));
    return call.function === 'COUNT' ? orZero(column) : column;
  });
}

/** What the projections above an aggregation make of its columns. */
export function projectedColumns(plan: LogicalNode, columns: readonly RexNode[]): readonly RexNode[] {
  if (plan.kind !== 'LogicalProject') return columns;
  const below = projectedColumns(plan.inputs[0], columns);
  return plan.projects.map((each) => substitute(each, below));
}

function orZero(column: RexNode): RexCall {
  return rexCall('CASE', [rexCall('IS NULL', [column], BOOLEAN_NOT_NULL), zero(), column], column.type);
}

function nullable(node: RexNode, type: LogicalType): RexNode {
  return node.kind === 'literal' ? { ...node, type } : rexCall('CAST', [node], type);
}

function zero(): RexNode {
  return { kind: 'literal', value: '0', type: BIGINT };
}

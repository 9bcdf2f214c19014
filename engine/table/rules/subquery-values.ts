import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { withNullability } from '../../types/type-families.ts';
import { logicalAggregate, logicalFilter, logicalProject } from '../plan/builders.ts';
import { joinWithPushedKeys } from '../plan/join-converter.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import {
  BOOLEAN,
  BOOLEAN_NOT_NULL,
  FALSE,
  TRUE,
  combine,
  conjoin,
  fieldNames,
  fieldOf,
  inputOf,
  mapRex,
  moveInputs,
  nullLiteral,
  rexCall,
  rexCast,
  rexInput,
  usedInputs,
} from '../plan/rex.ts';
import { containsSubquery, isCorrelation, isSubquery } from '../plan/rex-subquery.ts';
import type { RexSubquery } from '../plan/rex-subquery.ts';
import { comparedOperands } from '../validate/comparison.ts';
import type { CorrelatedEquality } from './decorrelate.ts';
import {
  aggregateBelow,
  decorrelate,
  decorrelateAggregate,
  equality,
  equalityOf,
  isCorrelated,
  joinedCondition,
  outerColumnOf,
} from './decorrelate.ts';
import { groupOfNothing, projectedColumns } from './group-of-nothing.ts';
import { removeSubqueries } from './remove-subqueries.ts';
import {
  BIGINT,
  atMostOne,
  count,
  countedOnce,
  extremeOf,
  singleValue,
  withCounts,
} from './subquery-aggregates.ts';
import { existingRows, hasRows } from './subquery-rows.ts';
import { containsUniqueKey } from './unique-keys.ts';

/** A column of distinct rows and what it is compared with. */
interface Key {
  readonly outer: RexNode;
  readonly operator: string;
  readonly column: number;
}

/** A row with one column more for each sub-query whose value is asked for. */
export class SubqueryValues {
  node: LogicalNode;
  readonly #isCorrelated: boolean;
  /** A sub-query that stands in several places (`CASE (SELECT ...) WHEN ... WHEN ...`) is computed once. */
  readonly #known = new Map<LogicalNode, RexNode>();

  /** `isCorrelated`: some of the sub-queries is. */
  constructor(input: LogicalNode, isCorrelated: boolean) {
    this.node = input;
    this.#isCorrelated = isCorrelated;
  }

  replace(node: RexNode): RexNode {
    return mapRex(node, (each) => (isSubquery(each) ? this.#value(each) : each));
  }

  /** A condition of WHERE: IN and EXISTS leave only rows that they hold for. */
  condition(node: RexNode): RexNode {
    if (!isSubquery(node) || node.operands.some(containsSubquery)) return this.replace(node);
    const { operator, operands, correlation } = node;
    if (operator !== '$IN_QUERY' && operator !== '$EXISTS') return this.replace(node);
    const subquery = removeSubqueries(node.subquery);
    if (operator === '$EXISTS' && !isCorrelated(subquery, correlation)) return this.replace(node);
    const plan = operator === '$EXISTS' ? existingRows(subquery, true) : subquery;
    this.#found(plan, operands, correlation);
    return TRUE;
  }

  #value(query: RexSubquery): RexNode {
    const known = query.operands.length === 0 ? this.#known.get(query.subquery) : undefined;
    if (known) return known;
    const value = this.#valueOf(query);
    this.#known.set(query.subquery, value);
    return value;
  }

  #valueOf(query: RexSubquery): RexNode {
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
    if (!aggregate) return this.#uniqueRow(plan, correlation) ?? this.#rowOfKey(plan, correlation, type);
    const { node, predicates } = decorrelateAggregate(aggregate, correlation, this.node);
    const first = this.#join(node, 'LEFT', this.#conditionOf(predicates, correlation));
    const [column] = projectedColumns(plan, groupOfNothing(aggregate, node, first));
    const value = joinedCondition(column as RexNode, correlation, 0);
    return value.type.nullable ? value : rexCast(value, type);
  }

  /** A correlated sub-query of one column: one row for each of the values that it is correlated by. */
  #rowOfKey(plan: LogicalNode, correlation: number, type: LogicalType): RexNode {
    const single = logicalAggregate(plan, [], [singleValue(plan, 0)]);
    const { node, predicates } = decorrelateAggregate(single, correlation, this.node);
    const keys = node.group.length;
    const named = logicalAggregate(
      node.inputs[0],
      node.group,
      node.calls.map((call) => ({ ...call, name: `$f${keys}` })),
    );
    const first = this.#join(named, 'LEFT', this.#conditionOf(predicates, correlation));
    return rexInput(first + keys, type);
  }

  /**
   * A projection of one row, without aggregation: of rows among which the keys find one at most, or, where only the projection reads the
   * row around, of the one row that there may be (Calcite's RemoveCorrelationForScalarProjectRule).
   */
  #uniqueRow(plan: LogicalNode, correlation: number): RexNode | undefined {
    if (plan.kind !== 'LogicalProject') return undefined;
    const [below] = plan.inputs;
    if (!isCorrelated(below, correlation)) {
      const marked = logicalProject(
        below,
        [...below.rowType.fields.map((_, i) => inputOf(below.rowType, i)), TRUE],
        [...fieldNames(below.rowType), 'nullIndicator'],
      );
      const [expression] = plan.projects as [RexNode];
      const read = [...usedInputs([expression])].sort((a, b) => a - b);
      const calls = [...read, marked.rowType.fields.length - 1].map((column, i) => ({
        ...singleValue(marked, column),
        name: `$f${i}`,
      }));
      const first = this.#join(logicalAggregate(marked, [], calls), 'LEFT', TRUE);
      const value = moveInputs(expression, (column) => read.indexOf(column));
      return this.#ofRow(value, correlation, first, first + read.length);
    }
    if (below.kind !== 'LogicalFilter' || isCorrelated(below.inputs[0], correlation)) return undefined;
    const { node, predicates } = decorrelate(below, correlation);
    const keys = predicates.flatMap((each) => {
      const sides = equality(each, correlation);
      return sides?.inner.kind === 'input' ? [sides.inner.index] : [];
    });
    if (!containsUniqueKey(node, keys)) return undefined;
    const first = this.#join(node, 'LEFT', this.#conditionOf(predicates, correlation));
    return this.#ofRow(plan.projects[0] as RexNode, correlation, first, first + (keys[0] as number));
  }

  /** An expression over the columns from `first` on, which is NULL where the column `indicator` is. */
  #ofRow(expression: RexNode, correlation: number, first: number, indicator: number): RexNode {
    const { fields } = this.node.rowType;
    const columnAt = (index: number): RexNode => rexInput(index, fields[index]!.type); // of the join
    const isNull = rexCall('IS NULL', [columnAt(indicator)], BOOLEAN_NOT_NULL);
    return mapRex(expression, (each) => {
      if (each.kind === 'input') return columnAt(first + each.index);
      if (each.kind === 'field' || isNullLiteral(each)) return each;
      const value = isCorrelation(each, correlation) ? columnAt(each.column) : each;
      const type = withNullability(value.type, true);
      return rexCall('CASE', [isNull, nullLiteral(type), nullable(value, type)], type);
    });
  }

  #exists({ subquery, correlation }: RexSubquery): RexNode {
    if (hasRows(subquery)) return TRUE;
    const whole = removeSubqueries(subquery);
    const isReading = isCorrelated(existingRows(whole, false), correlation);
    const plan = existingRows(whole, isReading);
    if (!isReading) {
      const marked = logicalAggregate(logicalProject(plan, [TRUE], ['i']), [0], []);
      const first = this.#join(marked, 'LEFT', TRUE);
      return rexCall('IS NOT NULL', [rexInput(first, { root: 'BOOLEAN', nullable: true })], BOOLEAN_NOT_NULL);
    }
    return rexCall('IS NOT NULL', [this.#marked(plan, [], correlation)], BOOLEAN_NOT_NULL);
  }

  #in({ subquery, operands, correlation, type }: RexSubquery): RexNode {
    const plan = removeSubqueries(subquery);
    if (!type.nullable) {
      return rexCall('IS NOT NULL', [this.#marked(plan, operands, correlation)], BOOLEAN_NOT_NULL);
    }
    const [all, set] = this.#counts(plan, correlation);
    const isReading = isCorrelated(plan, correlation);
    const logical = isReading ? BOOLEAN : BOOLEAN_NOT_NULL;
    const mark = this.#marked(plan, operands, correlation);
    const unknown = nullLiteral(type);
    const isNull = operands
      .filter((each) => each.type.nullable)
      .flatMap((each): RexNode[] => [rexCall('IS NULL', [each], BOOLEAN_NOT_NULL), unknown]);
    return rexCall(
      'CASE',
      [
        rexCall('=', [all, integer(0)], logical),
        FALSE,
        ...isNull,
        rexCall('IS NOT NULL', [mark], BOOLEAN_NOT_NULL),
        TRUE,
        rexCall('<', [set, all], logical),
        unknown,
        FALSE,
      ],
      type,
    );
  }

  /** How many rows a sub-query has, and how many of them without NULL. */
  #counts(plan: LogicalNode, correlation: number): readonly [RexNode, RexNode] {
    const counted = withCounts(plan);
    const aggregate = aggregateBelow(counted);
    if (!aggregate || !isCorrelated(plan, correlation)) {
      const first = this.#join(counted, 'INNER', TRUE);
      return [rexInput(first, BIGINT), rexInput(first + 1, BIGINT)];
    }
    const { node, predicates } = decorrelateAggregate(aggregate, correlation, this.node);
    const first = this.#join(node, 'LEFT', this.#conditionOf(predicates, correlation)) + node.group.length;
    const type = withNullability(BIGINT, true);
    const counts = aggregate.calls.map((_, i) => rexInput(first + i, type));
    return projectedColumns(counted, counts).map((each) => ({ ...each, type })) as unknown as [
      RexNode,
      RexNode,
    ];
  }

  /**
   * The least row decides about `> SOME`, the greatest about `< SOME`; `<> SOME` needs to know whether there is more than one value. NULLs
   * among the rows leave it open.
   */
  #some(query: RexSubquery): RexNode {
    const { type } = query;
    if (type.nullable) return this.#someOrNull(query, type);
    return rexCast(this.#someOrNull(query, withNullability(type, true)), type);
  }

  #someOrNull({ subquery, operands, correlation, comparison = '' }: RexSubquery, type: LogicalType): RexNode {
    const plan = removeSubqueries(subquery);
    if (isCorrelated(plan, correlation))
      return this.#someOfGroup(plan, operands, correlation, comparison, type);
    const isUnequal = comparison === '<>';
    const extreme = extremeOf(plan, comparison.startsWith('>') ? 'MIN' : 'MAX');
    const counts = [count('c', []), count('d', [0], plan)];
    const rows = countedOnce(
      isUnequal ? logicalAggregate(plan, [0], []) : plan,
      isUnequal ? [...counts, extreme] : [extreme, ...counts],
    );
    const first = this.#join(rows, 'INNER', TRUE);
    const [operand] = operands as [RexNode];
    const [at, c, d] = isUnequal ? [first + 2, first, first + 1] : [first, first + 1, first + 2];
    const [all, set] = [rexInput(c, BIGINT), rexInput(d, BIGINT)];
    const compared = rexCall(comparison, [operand, rexInput(at, extreme.type)], type);
    const isNothing = [rexCall('=', [all, integer(0)], BOOLEAN_NOT_NULL), FALSE];
    const hasNull = rexCall(isUnequal ? '<>' : '>', [all, set], BOOLEAN_NOT_NULL);
    const unknown = nullLiteral(type);
    if (!isUnequal) {
      const isTrue = [rexCall('IS TRUE', [compared], BOOLEAN_NOT_NULL), TRUE];
      return rexCall('CASE', [...isNothing, ...isTrue, hasNull, unknown, compared], type);
    }
    const one = integer(1);
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
        TRUE,
      ],
      type,
    );
  }

  /** Likewise among the rows that the row around has. */
  #someOfGroup(
    plan: LogicalNode,
    operands: readonly RexNode[],
    correlation: number,
    comparison: string,
    type: LogicalType,
  ): RexNode {
    const calls = [
      extremeOf(plan, comparison.startsWith('>') ? 'MIN' : 'MAX'),
      count('c', []),
      count('d', [0], plan),
    ];
    const { node, predicates } = decorrelateAggregate(
      logicalAggregate(plan, [], calls),
      correlation,
      this.node,
    );
    const keys = node.group.length;
    const names = fieldNames(node.rowType);
    const rows = logicalProject(
      node,
      [
        ...calls.map((_, i) => inputOf(node.rowType, keys + i)),
        TRUE,
        ...node.group.map((_, i) => inputOf(node.rowType, i)),
      ],
      [...names.slice(keys), 'trueLiteral', ...names.slice(0, keys)],
    );
    const place = (column: number): number => (column < keys ? calls.length + 1 + column : column - keys);
    const moved = predicates.map((each) => moveInputs(each, place));
    const first = this.#join(rows, 'LEFT', this.#conditionOf(moved, correlation));
    const columnAt = (i: number): RexNode =>
      rexInput(first + i, withNullability(fieldOf(rows.rowType, i).type, true));
    const [extreme, all, set, literal] = [columnAt(0), columnAt(1), columnAt(2), columnAt(3)];
    const compared = rexCall(comparison, [operands[0] as RexNode, extreme], type);
    const isNothing = combine('OR', [
      rexCall('IS NULL', [literal], BOOLEAN_NOT_NULL),
      rexCall('=', [all, integer(0)], BOOLEAN),
    ]);
    return rexCall(
      'CASE',
      [
        isNothing,
        FALSE,
        rexCall('IS TRUE', [compared], BOOLEAN_NOT_NULL),
        TRUE,
        rexCall('>', [all, set], BOOLEAN),
        nullLiteral(type),
        compared,
      ],
      type,
    );
  }

  /** A column that is TRUE where the sub-query has a row with these values, else NULL. */
  #marked(plan: LogicalNode, operands: readonly RexNode[], correlation: number): RexNode {
    const { node, sides } = this.#distinct(plan, operands, correlation);
    const isReading = sides.length > 0;
    const set = operands.flatMap((_, i) => {
      const column = inputOf(node.rowType, i);
      return isReading && column.type.nullable ? [rexCall('IS NOT NULL', [column], BOOLEAN_NOT_NULL)] : [];
    });
    const distinct = logicalFilter(node, conjoin(set));
    const fields = distinct.rowType.fields.map((_, i) => inputOf(distinct.rowType, i));
    const name = this.#isCorrelated ? `$f${fields.length}` : 'i';
    const marked = logicalProject(distinct, [...fields, TRUE], [...fieldNames(distinct.rowType), name]);
    const keys = this.#keys(operands, sides, correlation);
    const inOrder = isReading ? [...keys].sort((a, b) => placeOf(a.outer) - placeOf(b.outer)) : keys;
    const first = this.#join(marked, 'LEFT', this.#equal(inOrder, marked));
    return rexInput(first + fields.length, { root: 'BOOLEAN', nullable: true });
  }

  /** Drops the rows for which the sub-query has none with these values. */
  #found(plan: LogicalNode, operands: readonly RexNode[], correlation: number): void {
    if (operands.length > 0 && plan.kind === 'LogicalAggregate' && plan.group.length === 0) {
      const { node, predicates } = decorrelateAggregate(plan, correlation, this.node);
      const keys = operands.map((outer, i) => ({ outer, operator: '=', column: node.group.length + i }));
      const condition = [this.#conditionOf(predicates, correlation), this.#equal(keys, node)];
      this.#join(node, 'INNER', conjoin(condition));
      return;
    }
    const { node, sides } = this.#distinct(plan, operands, correlation);
    const keys = this.#keys(operands, sides, correlation);
    const inOrder = [...keys.slice(operands.length), ...keys.slice(0, operands.length)];
    this.#join(node, 'INNER', this.#equal(inOrder, node));
  }

  /** The rows of a sub-query once: first what IN asks for, then what it is correlated by. */
  #distinct(
    plan: LogicalNode,
    operands: readonly RexNode[],
    correlation: number,
  ): { readonly node: LogicalNode; readonly sides: readonly CorrelatedEquality[] } {
    const { node, predicates } = decorrelate(plan, correlation, { dropsNulls: true, outer: this.node });
    const sides = predicates
      .map((each) => equalityOf(each, correlation))
      .sort((a, b) => outerColumnOf(a.outer, correlation) - outerColumnOf(b.outer, correlation));
    const columns = [
      ...operands.map((_, i) => inputOf(node.rowType, i) as RexNode),
      ...sides.map(({ inner }) => inner),
    ];
    const nameOf = (column: RexNode, i: number): string =>
      column.kind === 'input' ? fieldOf(node.rowType, column.index).name : `$f${i}`;
    const source = logicalProject(node, columns, columns.map(nameOf));
    return { node: logicalAggregate(source, [...columns.keys()], []), sides };
  }

  /** What the columns of distinct rows are compared with. */
  #keys(
    operands: readonly RexNode[],
    sides: readonly CorrelatedEquality[],
    correlation: number,
  ): readonly Key[] {
    return [
      ...operands.map((operand) => ({ outer: operand, operator: '=' })),
      ...sides.map(({ outer, operator }) => ({ outer: joinedCondition(outer, correlation, 0), operator })),
    ].map((key, column) => ({ ...key, column }));
  }

  #equal(keys: readonly Key[], right: LogicalNode): RexNode {
    return conjoin(
      keys.map(({ outer, operator, column }) => {
        const { type } = fieldOf(right.rowType, column);
        const nullable = operator === '=' && (outer.type.nullable || type.nullable);
        const sides = comparedOperands('=', outer, rexInput(this.#width + column, type));
        return rexCall(operator, sides, { root: 'BOOLEAN', nullable });
      }),
    );
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

function nullable(node: RexNode, type: LogicalType): RexNode {
  return node.kind === 'literal' ? { ...node, type } : rexCall('CAST', [node], type);
}

/** What counts are compared with, as an INTEGER. */
function integer(value: number): RexNode {
  return { kind: 'literal', value, type: { root: 'INTEGER', nullable: false } };
}

function isNullLiteral(node: RexNode): boolean {
  return node.kind === 'literal' && node.value === null;
}

/** Where a column stands; whatever is computed comes last. */
function placeOf(node: RexNode): number {
  return node.kind === 'input' ? node.index : Infinity;
}

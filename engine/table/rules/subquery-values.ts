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
  sameRex,
  usedInputs,
  isLiteral,
  walkRex,
} from '../plan/rex.ts';
import { containsSubquery, isCorrelation, isSubquery } from '../plan/rex-subquery.ts';
import type { RexSubquery } from '../plan/rex-subquery.ts';
import { comparedOperands } from '../validate/comparison.ts';
import type { Comparison } from '../validate/comparison.ts';
import { equality } from './correlated-equality.ts';
import type { CorrelatedEquality } from './correlated-equality.ts';
import {
  aggregateBelow,
  decorrelate,
  decorrelateAggregate,
  equalityOf,
  isCorrelated,
  joinedCondition,
  outerColumnOf,
} from './decorrelate.ts';
import { groupOfNothing, projectedColumns } from './group-of-nothing.ts';
import { nullPolicy } from './simplify/strength.ts';
import { integer, isZero, someOf, someUnequal } from './some-of-rows.ts';
import { subqueryLogic } from './subquery-logic.ts';
import type { SubqueryLogic } from './subquery-logic.ts';
import {
  BIGINT,
  atMostOne,
  callsOnce,
  count,
  countDistinct,
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

export interface SubqueryValuesOptions {
  /** All expressions in which the sub-queries stand, and what UNKNOWN is in them. */
  readonly expressions: readonly RexNode[];
  readonly logic: SubqueryLogic;
  /** Some of the sub-queries reads the row around it. */
  readonly isCorrelated: boolean;
  /** What stands in the place of a sub-query's plan, so that it has no sub-queries itself. */
  readonly withoutSubqueries: (plan: LogicalNode) => LogicalNode;
}

/** A row with one column more for each sub-query whose value is asked for. */
export class SubqueryValues {
  node: LogicalNode;
  readonly #options: SubqueryValuesOptions;
  /** A sub-query that stands in several places (`CASE (SELECT ...) WHEN ... WHEN ...`) is computed once. */
  readonly #known: { readonly query: RexSubquery; readonly value: RexNode }[] = [];

  constructor(input: LogicalNode, options: SubqueryValuesOptions) {
    this.node = input;
    this.#options = options;
  }

  /** An expression of the row as it is now, with a column in the place of each sub-query. */
  replace(node: RexNode): RexNode {
    if (isSubquery(node)) return this.#value(node);
    if (node.kind === 'field') return { ...node, node: this.replace(node.node) };
    if (node.kind !== 'call' || !containsSubquery(node)) return node;
    return { ...node, operands: node.operands.map((each) => this.replace(each)) };
  }

  /** A condition of WHERE: IN and EXISTS leave only rows that they hold for. */
  condition(node: RexNode): RexNode {
    if (!isSubquery(node) || node.operands.some(containsSubquery)) return this.replace(node);
    const { operator, operands, correlation } = node;
    if (operator !== '$IN_QUERY' && operator !== '$EXISTS') return this.replace(node);
    const subquery = this.#options.withoutSubqueries(node.subquery);
    if (operator === '$EXISTS' && !isCorrelated(subquery, correlation)) return this.replace(node);
    const plan = operator === '$EXISTS' ? existingRows(subquery, true) : subquery;
    this.#found(plan, operands, correlation);
    return TRUE;
  }

  #value(query: RexSubquery): RexNode {
    const known = this.#known.find((each) => sameRex(each.query, query));
    if (known) return known.value;
    const operands = query.operands.map((each) => this.replace(each));
    const { expressions, logic } = this.#options;
    const value = this.#valueOf({ ...query, operands }, subqueryLogic(query, expressions, logic));
    this.#known.push({ query, value });
    return value;
  }

  #valueOf(query: RexSubquery, logic: SubqueryLogic): RexNode {
    switch (query.operator) {
      case '$SCALAR_QUERY':
        return this.#scalar(query);
      case '$EXISTS':
        return this.#exists(query);
      case '$IN_QUERY':
        return this.#in(query, logic);
      case '$SOME_QUERY':
        return this.#some(query);
    }
  }

  #scalar({ subquery, correlation, type }: RexSubquery): RexNode {
    const plan = this.#options.withoutSubqueries(subquery);
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
    const typed = mapRex(value, ofNullable);
    return typed.type.nullable ? typed : rexCast(typed, type);
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
    // Names and flags of JSON_OBJECT have to be constants.
    const constants = new Set<RexNode>();
    walkRex(expression, (each) => {
      if (each.kind !== 'call' || !each.operator.startsWith('JSON_')) return;
      for (const operand of each.operands) if (isLiteral(operand)) constants.add(operand);
    });
    return mapRex(expression, (each) => {
      if (each.kind === 'input') return columnAt(first + each.index);
      if (each.kind === 'field' || isNullLiteral(each) || constants.has(each)) return each;
      const value = isCorrelation(each, correlation) ? columnAt(each.column) : each;
      const type = withNullability(value.type, true);
      return rexCall('CASE', [isNull, nullLiteral(type), nullable(value, type)], type);
    });
  }

  #exists({ subquery, correlation }: RexSubquery): RexNode {
    if (hasRows(subquery)) return TRUE;
    const whole = this.#options.withoutSubqueries(subquery);
    const isReading = isCorrelated(existingRows(whole, false), correlation);
    const plan = existingRows(whole, isReading);
    if (!isReading) {
      const marked = logicalAggregate(logicalProject(plan, [TRUE], ['i']), [0], []);
      const first = this.#join(marked, 'LEFT', TRUE);
      return rexCall('IS NOT NULL', [rexInput(first, { root: 'BOOLEAN', nullable: true })], BOOLEAN_NOT_NULL);
    }
    return rexCall('IS NOT NULL', [this.#marked(plan, [], correlation)], BOOLEAN_NOT_NULL);
  }

  #in({ subquery, operands, correlation, type }: RexSubquery, logic: SubqueryLogic): RexNode {
    const plan = this.#options.withoutSubqueries(subquery);
    const unknown = nullLiteral(type);
    const isNull = operands
      .filter((each) => each.type.nullable)
      .map((each) => rexCall('IS NULL', [each], BOOLEAN_NOT_NULL));
    const asksNull = isNull.length > 0 ? [combine('OR', isNull), unknown] : [];
    const found = (): RexNode =>
      rexCall('IS NOT NULL', [this.#marked(plan, operands, correlation)], BOOLEAN_NOT_NULL);
    if (logic === 'AS_FALSE') {
      const mark = found();
      return isNull.length > 0 ? rexCall('CASE', [...asksNull, mark, TRUE, FALSE], type) : mark;
    }
    const [all, set] = this.#counts(plan, correlation);
    const logical = isCorrelated(plan, correlation) ? BOOLEAN : BOOLEAN_NOT_NULL;
    const isNothing = [rexCall('=', [all, integer(0)], logical), FALSE];
    const hasNull = [rexCall('<', [set, all], logical), logic === 'AS_TRUE' ? TRUE : unknown];
    return rexCall('CASE', [...isNothing, ...asksNull, found(), TRUE, ...hasNull, FALSE], type);
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
    const type = withNullability(BIGINT, true);
    const keys = node.group.length;
    if (counted.kind !== 'LogicalProject') {
      const first = this.#join(node, 'LEFT', this.#conditionOf(predicates, correlation)) + keys;
      return [rexInput(first, type), rexInput(first + 1, type)];
    }
    const columns = [keys, keys, ...node.group.keys()].map((column) => inputOf(node.rowType, column));
    const names = [...fieldNames(counted.rowType), ...fieldNames(node.rowType).slice(0, keys)];
    const moved = predicates.map((each) => moveInputs(each, (key) => key + 2));
    const rows = logicalProject(node, columns, names);
    const first = this.#join(rows, 'LEFT', this.#conditionOf(moved, correlation));
    return [rexInput(first, type), rexInput(first + 1, type)];
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

  #someOrNull(
    { subquery, operands, correlation, comparison = '=' }: RexSubquery,
    type: LogicalType,
  ): RexNode {
    const plan = this.#options.withoutSubqueries(subquery);
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
    const columnAt = (i: number): RexNode => rexInput(first + i, fieldOf(rows.rowType, i).type);
    const operand = operands[0] as RexNode;
    if (!isUnequal) {
      const [least, all, set] = [columnAt(0), columnAt(1), columnAt(2)];
      return someOf(operand, comparison, type, { extreme: least, all, set, isNothing: isZero(all) });
    }
    const [all, set, most] = [columnAt(0), columnAt(1), columnAt(2)];
    return someUnequal(operand, type, { extreme: most, all, set, values: set, isNothing: isZero(all) });
  }

  /** Likewise among the rows that the row around has. */
  #someOfGroup(
    plan: LogicalNode,
    operands: readonly RexNode[],
    correlation: number,
    comparison: Comparison,
    type: LogicalType,
  ): RexNode {
    const isUnequal = comparison === '<>';
    const extreme = extremeOf(plan, comparison.startsWith('>') ? 'MIN' : 'MAX');
    const counts = [count('c', []), count('d', [0], plan)];
    const calls = isUnequal ? [...counts, countDistinct('dd', 0, plan), extreme] : [extreme, ...counts];
    const { once, places } = callsOnce(calls);
    const { node, predicates } = decorrelateAggregate(
      logicalAggregate(plan, [], once),
      correlation,
      this.node,
    );
    const keys = node.group.length;
    const rows = logicalProject(
      node,
      [
        ...places.map((place) => inputOf(node.rowType, keys + place)),
        TRUE,
        ...node.group.map((_, i) => inputOf(node.rowType, i)),
      ],
      [...calls.map(({ name }) => name), 'trueLiteral', ...fieldNames(node.rowType).slice(0, keys)],
    );
    const moved = predicates.map((each) => moveInputs(each, (key) => calls.length + 1 + key));
    const first = this.#join(rows, 'LEFT', this.#conditionOf(moved, correlation));
    const columnAt = (i: number): RexNode =>
      rexInput(first + i, withNullability(fieldOf(rows.rowType, i).type, true));
    const operand = operands[0] as RexNode;
    const isMissing = rexCall('IS NULL', [columnAt(calls.length)], BOOLEAN_NOT_NULL);
    const isNothing = (all: RexNode): RexNode => combine('OR', [isMissing, isZero(all)]);
    if (!isUnequal) {
      const [least, all, set] = [columnAt(0), columnAt(1), columnAt(2)];
      return someOf(operand, comparison, type, { extreme: least, all, set, isNothing: isNothing(all) });
    }
    const [all, set, values, most] = [columnAt(0), columnAt(1), columnAt(2), columnAt(3)];
    return someUnequal(operand, type, { extreme: most, all, set, values, isNothing: isNothing(all) });
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
    const name = this.#options.isCorrelated ? `$f${fields.length}` : 'i';
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
    const nameOf = (column: RexNode, i: number): string => {
      if (column.kind !== 'input') return `$f${i}`;
      const { name } = fieldOf(node.rowType, column.index);
      return name === 'i' && operands.length === 0 ? 'i1' : name; // beside the mark, which is called so at first
    };
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

/** A call whose operands may be NULL now, as those of an outer join. */
function ofNullable(node: RexNode): RexNode {
  const isNullable =
    nullPolicy(node) === 'any' && node.kind === 'call' && node.operands.some(({ type }) => type.nullable);
  return isNullable && !node.type.nullable ? { ...node, type: withNullability(node.type, true) } : node;
}

function isNullLiteral(node: RexNode): boolean {
  return node.kind === 'literal' && node.value === null;
}

/** Where a column stands; whatever is computed comes last. */
function placeOf(node: RexNode): number {
  return node.kind === 'input' ? node.index : Infinity;
}

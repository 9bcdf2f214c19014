import type { RexNode } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { isNumeric } from '../../../types/type-families.ts';
import type { PhysicalLocalAggregate, PhysicalNode } from '../../plan/physical-node.ts';
import type { NamedAggregateCall } from '../../plan/rel-node.ts';
import { conjoin, conjunctions, usedInputs, withoutImplicitCasts } from '../../plan/rex.ts';
import { expandSearch, isPoints, sargOf } from '../simplify/sarg.ts';
import { comparable, literalComparisonOf } from './column-intervals.ts';
import type { ColumnIntervals } from './column-intervals.ts';
import { firstPhase } from './first-phase.ts';
import { guess } from './guess.ts';
import { containsValue, intersectIntervals } from './value-interval.ts';
import type { ValueInterval } from './value-interval.ts';

/** What of the plan's statistics a condition is judged by. */
export interface Statistics {
  readonly intervals: ColumnIntervals;
  rowCount(node: PhysicalNode): number;
  distinctRows(node: PhysicalNode, columns: readonly number[]): number | undefined;
  /** Of the left rows, the part that a semi-join or anti-join keeps. */
  semiShare(node: Extract<PhysicalNode, { joinType: unknown; leftKeys: unknown }>): number;
}

const EQUAL = 0.15;
const COMPARED = 0.5;
const IS_NULL = 0.1;
const LIKE = 0.05;
const UNKNOWN = 0.25;
/** Nothing said of a result of an aggregation is taken for certain. */
const UNLIKELY = 0.01;

/** Thrown where Flink's estimator gives up: the condition as a whole is guessed then. */
const GIVES_UP = new RangeError('no estimate');

/** The part of a node's rows that a condition is thought to let through (FlinkRelMdSelectivity). */
export function selectivityOf(statistics: Statistics, node: PhysicalNode, condition: RexNode): number {
  switch (node.kind) {
    case 'Exchange':
    case 'Sort':
    case 'Limit':
    case 'Expand':
      return selectivityOf(statistics, node.inputs[0], condition);
    case 'Union': {
      const counts = node.inputs.map((input) => statistics.rowCount(input));
      const rows = counts.reduce((sum, each) => sum + each, 0);
      const selected = node.inputs.reduce(
        (sum, input, i) => sum + selectivityOf(statistics, input, condition) * counts[i]!, // as many as inputs
        0,
      );
      return rows < 1 ? selected : selected / rows;
    }
    case 'HashAggregate':
    case 'SortAggregate':
      if (node.isMerge) return selectivityOf(statistics, firstPhase(node.inputs[0]), condition);
      return ofAggregate(statistics, node, statistics.rowCount(node), condition);
    case 'LocalHashAggregate':
    case 'LocalSortAggregate':
      return ofAggregate(statistics, node, statistics.rowCount(node), condition);
    case 'GroupAggregate':
      return ofAggregate(statistics, { ...node, auxGroup: [] }, statistics.rowCount(node), condition);
    case 'Join':
    case 'HashJoin':
    case 'SortMergeJoin':
    case 'NestedLoopJoin':
      if (node.joinType !== 'SEMI' && node.joinType !== 'ANTI') break;
      return statistics.semiShare(node) * selectivityOf(statistics, node.inputs[0], condition);
    default:
  }
  return orGuess(condition, () => new Estimator(statistics, node).of(condition));
}

function orGuess(condition: RexNode, estimate: () => number): number {
  try {
    return estimate();
  } catch (error) {
    if (error !== GIVES_UP) throw error;
    return guess(condition);
  }
}

type Aggregate = Pick<PhysicalLocalAggregate, 'group' | 'auxGroup' | 'calls' | 'inputs'>;

/** Conditions on keys are judged below the aggregation, those on its results by how many rows a group has. */
function ofAggregate(
  statistics: Statistics,
  aggregate: Aggregate,
  groups: number,
  condition: RexNode,
): number {
  const [input] = aggregate.inputs;
  const keys = [...aggregate.group, ...aggregate.auxGroup];
  const isBelow = (each: RexNode): boolean => [...usedInputs([each])].every((column) => column < keys.length);
  const parts = conjunctions(condition);
  const below = conjoin(parts.filter(isBelow).map((each) => movedToKeys(each, keys)));
  const rest = parts.filter((each) => !isBelow(each));
  const ofKeys = below.kind === 'literal' ? 1 : selectivityOf(statistics, input, below);
  if (rest.length === 0) return ofKeys;
  const rowsPerGroup = statistics.rowCount(input) / groups;
  const results = new ResultEstimator(statistics, aggregate, rowsPerGroup);
  return ofKeys * results.of(conjoin(rest));
}

function movedToKeys(node: RexNode, keys: readonly number[]): RexNode {
  if (node.kind === 'input') return { ...node, index: keys[node.index] ?? node.index };
  if (node.kind === 'field') return { ...node, node: movedToKeys(node.node, keys) };
  if (node.kind !== 'call') return node;
  return { ...node, operands: node.operands.map((operand) => movedToKeys(operand, keys)) };
}

/** Conditions on columns of one node (SelectivityEstimator). */
class Estimator {
  readonly #statistics: Statistics;
  readonly #node: PhysicalNode;

  constructor(statistics: Statistics, node: PhysicalNode) {
    this.#statistics = statistics;
    this.#node = node;
  }

  of(condition: RexNode): number {
    const node = withoutImplicitCasts(condition);
    if (node.kind === 'literal') return node.value === true ? 1 : node.value === false ? 0 : UNKNOWN;
    if (node.kind === 'input') return this.#equal(node.index, 1); // a BOOLEAN column: it is TRUE
    if (node.kind !== 'call') throw GIVES_UP;
    switch (node.operator) {
      case 'AND':
        return this.#and(node.operands);
      case 'OR':
        return this.#or(node.operands);
      case 'NOT':
        return 1 - this.#operand(node.operands[0]!); // NOT has one
      case 'SEARCH':
        return this.#search(node);
      case '=':
      case '<>': {
        const equal = this.#comparison({ ...node, operator: '=' });
        return node.operator === '=' ? equal : 1 - equal;
      }
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#comparison(node);
      case 'IS NOT DISTINCT FROM':
        return EQUAL;
      case 'IS DISTINCT FROM':
        return 1 - EQUAL;
      case 'IS NULL':
      case 'IS NOT NULL':
        if (node.operands[0]?.kind !== 'input') throw GIVES_UP;
        return node.operator === 'IS NULL' ? IS_NULL : 1 - IS_NULL;
      case 'LIKE':
        return LIKE;
      default:
        return UNKNOWN;
    }
  }

  #operand(node: RexNode): number {
    const bare = withoutImplicitCasts(node);
    return bare.kind === 'field' ? 1 : this.of(bare);
  }

  /** Ranges of one column are judged together; columns that are conditions by themselves do not count. */
  #and(operands: readonly RexNode[]): number {
    const ranges = new Map<number, RexNode[]>();
    const others: RexNode[] = [];
    for (const operand of operands) {
      const compared = literalComparisonOf(operand);
      if (compared && isRange(compared.operator)) {
        ranges.set(compared.column, [...(ranges.get(compared.column) ?? []), operand]);
      } else if (operand.kind === 'call') others.push(operand);
    }
    const parts = [...ranges].map(([column, all]) => {
      const [only] = all;
      return all.length > 1 || !only ? this.#within(column, all) : this.of(only);
    });
    return [...parts, ...others.map((each) => this.#operand(each))].reduce(
      (product, each) => product * each,
      1,
    );
  }

  #within(column: number, comparisons: readonly RexNode[]): number {
    const otherwise = COMPARED ** comparisons.length;
    const interval = this.#interval(column);
    if (interval === undefined) return otherwise;
    if (interval === 'empty') return 0;
    const { lower, upper } = interval;
    if (typeof lower?.value !== 'number' || typeof upper?.value !== 'number') return otherwise;
    const rest = comparisons.reduce<ValueInterval>(
      (all, each) => intersectIntervals(all, rangeOf(each)),
      interval,
    );
    if (rest === 'empty') return 0;
    return (Number(rest.upper?.value) - Number(rest.lower?.value)) / (upper.value - lower.value);
  }

  /** Comparisons of one column are judged together, equalities of it as a list. */
  #or(operands: readonly RexNode[]): number {
    const compared = new Map<number, RexNode[]>();
    const parts: number[] = [];
    const others: RexNode[] = [];
    for (const operand of operands) {
      const comparison = literalComparisonOf(operand);
      if (comparison && (isRange(comparison.operator) || comparison.operator === '='))
        compared.set(comparison.column, [...(compared.get(comparison.column) ?? []), operand]);
      else if (operand.kind === 'call') others.push(operand);
    }
    for (const [column, all] of compared) {
      const points = all.filter((each) => literalComparisonOf(each)?.operator === '=');
      if (points.length < 2) {
        parts.push(this.#anyOf(all));
        continue;
      }
      const ranges = all.filter((each) => !points.includes(each));
      parts.push(this.#in(column, points.map(literalOf)));
      if (ranges.length > 0) parts.push(this.#anyOf(ranges));
    }
    parts.push(...others.map((each) => this.#operand(each)));
    if (parts.length === 1) return parts[0]!; // there is one
    const sum = parts.reduce((total, each) => total + each, 0);
    return Math.min(1, sum - parts.reduce((product, each) => product * each, 1));
  }

  #anyOf(alternatives: readonly RexNode[]): number {
    return Math.min(
      1,
      alternatives.reduce((sum, each) => sum + this.of(each), 0),
    );
  }

  #search(node: Extract<RexNode, { kind: 'call' }>): number {
    const [ref, sarg] = node.operands;
    const search = sarg && sargOf(sarg);
    if (!search || !isPoints(search)) return this.of(expandSearch(node));
    if (ref?.kind !== 'input') throw GIVES_UP;
    const values = search.ranges.flatMap(({ low }) =>
      low ? [comparable(low.literal.type, low.literal.value)] : [],
    );
    return this.#in(ref.index, values);
  }

  #in(column: number, values: readonly (number | string | undefined)[]): number {
    const otherwise = Math.min(1, EQUAL * values.length);
    const type = this.#node.rowType.fields[column]?.type;
    if (!type || !isSupported(type)) return otherwise;
    const interval = this.#interval(column);
    const distinct = this.#statistics.distinctRows(this.#node, [column]);
    if (interval === undefined) return distinct === undefined ? otherwise : values.length / distinct;
    if (interval === 'empty') return 0;
    const within = values.filter((value) => value === undefined || containsValue(interval, value));
    if (within.length === 0) return 0;
    if (distinct === undefined) return otherwise;
    return Math.min(1, Math.min(distinct, within.length) / distinct);
  }

  #comparison(node: Extract<RexNode, { kind: 'call' }>): number {
    const otherwise = node.operator === '=' ? EQUAL : COMPARED;
    const compared = literalComparisonOf(node);
    if (!compared || !node.operands.every(({ type }) => isSupported(type))) return otherwise;
    const { column, literal } = compared;
    const value = comparable(literal.type, literal.value);
    if (node.operator === '=') return value === undefined ? IS_NULL : this.#equal(column, value);
    if (typeof value !== 'number') return COMPARED;
    return this.#ranged(compared.operator, column, value);
  }

  #equal(column: number, value: number | string): number {
    const interval = this.#interval(column);
    if (interval === undefined) return EQUAL;
    if (interval === 'empty' || !containsValue(interval, value)) return 0;
    const distinct = this.#statistics.distinctRows(this.#node, [column]);
    return distinct === undefined ? EQUAL : 1 / distinct;
  }

  #ranged(operator: string, column: number, value: number): number {
    const interval = this.#interval(column);
    if (interval === undefined) return COMPARED;
    const overlap = overlapOf(operator, interval, value);
    if (typeof overlap === 'number') return overlap;
    if (!overlap) return COMPARED;
    const { min, max, includesMin, includesMax } = overlap;
    const share = (part: (distinct: number) => number): number => {
      const distinct = this.#statistics.distinctRows(this.#node, [column]);
      return distinct === undefined ? COMPARED : part(distinct);
    };
    const isAt = (end: number): boolean => Math.abs(value - end) < 1e-6;
    const below = (value - min) / (max - min);
    const above = (max - value) / (max - min);
    switch (operator) {
      case '<':
        return !isAt(max) ? below : includesMax ? share((distinct) => 1 - 1 / distinct) : 1;
      case '<=':
        return !isAt(min) ? below : includesMin ? share((distinct) => 1 / distinct) : 0;
      case '>':
        return !isAt(min) ? above : includesMin ? share((distinct) => 1 - 1 / distinct) : 1;
      default:
        return !isAt(max) ? above : includesMax ? share((distinct) => 1 / distinct) : 0;
    }
  }

  #interval(column: number): ValueInterval | undefined {
    return this.#statistics.intervals.of(this.#node, column);
  }
}

/** Conditions on the results of an aggregation (AggCallSelectivityEstimator). */
class ResultEstimator {
  readonly #statistics: Statistics;
  readonly #aggregate: Aggregate;
  readonly #rowsPerGroup: number;

  constructor(statistics: Statistics, aggregate: Aggregate, rowsPerGroup: number) {
    this.#statistics = statistics;
    this.#aggregate = aggregate;
    this.#rowsPerGroup = rowsPerGroup;
  }

  of(condition: RexNode): number {
    const node = withoutImplicitCasts(condition);
    if (node.kind !== 'call') return 1;
    const { operands } = node;
    switch (node.operator) {
      case 'AND':
        return operands.reduce((product, each) => product * this.of(each), 1);
      case 'OR': {
        const parts = operands.map((each) => this.of(each));
        const sum = parts.reduce((total, each) => total + each, 0);
        return Math.min(1, sum - parts.reduce((product, each) => product * each, 1));
      }
      case 'NOT':
        return 1 - this.of(operands[0]!); // NOT has one
      case '=':
        return this.#comparison(node, EQUAL);
      case '<>':
        return 1 - this.#comparison({ ...node, operator: '=' }, EQUAL);
      case '<':
      case '<=':
      case '>':
      case '>=':
        return this.#comparison(node, COMPARED);
      default:
        return UNKNOWN;
    }
  }

  #comparison(node: Extract<RexNode, { kind: 'call' }>, otherwise: number): number {
    const compared = literalComparisonOf(node);
    if (!compared || !node.operands.every(({ type }) => isSupported(type))) return otherwise;
    const value = comparable(compared.literal.type, compared.literal.value);
    const { group, auxGroup, calls } = this.#aggregate;
    const call = calls[compared.column - group.length - auxGroup.length];
    const interval = call && isNumber(call.type) ? this.#interval(call) : undefined;
    if (interval === undefined || typeof value !== 'number') return otherwise;
    if (interval === 'empty') return UNLIKELY;
    if (node.operator === '=') {
      const { lower, upper } = interval;
      if (!lower || !upper) return otherwise;
      if (!containsValue(interval, value)) return UNLIKELY;
      return Math.max(UNLIKELY, 1 / (Number(upper.value) - Number(lower.value)));
    }
    const overlap = overlapOf(compared.operator, interval, value);
    if (typeof overlap === 'number') return overlap === 0 ? UNLIKELY : 1 - UNLIKELY;
    if (!overlap) return otherwise;
    const { min, max } = overlap;
    return compared.operator.startsWith('<') ? (value - min) / (max - min) : (max - value) / (max - min);
  }

  #interval(call: NamedAggregateCall): ValueInterval | undefined {
    const rows = this.#rowsPerGroup;
    const [argument] = call.arguments;
    if (argument === undefined) return undefined;
    if (call.function === 'COUNT') {
      const [lower, upper] = [Math.max(rows / 2, 1), rows * 2];
      if (call.arguments.length > 1 || lower > upper) return undefined;
      return { lower: { value: lower, isIncluded: true }, upper: { value: upper, isIncluded: true } };
    }
    if (!RANGED_FUNCTIONS.has(call.function)) return undefined;
    const interval = this.#statistics.intervals.of(this.#aggregate.inputs[0], argument);
    if (interval === undefined || interval === 'empty' || call.function !== 'SUM') return interval;
    const { lower, upper } = interval;
    return {
      ...(lower && { lower: { ...lower, value: Number(lower.value) * rows } }),
      ...(upper && { upper: { ...upper, value: Number(upper.value) * rows } }),
    };
  }
}

const RANGED_FUNCTIONS = new Set(['SUM', 'MAX', 'MIN', 'AVG']);

interface Overlap {
  readonly min: number;
  readonly max: number;
  readonly includesMin: boolean;
  readonly includesMax: boolean;
}

/** How `column <op> value` meets an interval: not at all (0), everywhere (1), or somewhere between; undefined where an end is open. */
function overlapOf(operator: string, interval: ValueInterval, value: number): Overlap | number | undefined {
  if (interval === 'empty') return 0;
  const min = typeof interval.lower?.value === 'number' ? interval.lower.value : undefined;
  const max = typeof interval.upper?.value === 'number' ? interval.upper.value : undefined;
  const includesMin = interval.lower?.isIncluded ?? true;
  const includesMax = interval.upper?.isIncluded ?? true;
  const [isNone, isAll] = meets();
  if (isNone) return 0;
  if (isAll) return 1;
  return min === undefined || max === undefined ? undefined : { min, max, includesMin, includesMax };

  function meets(): [boolean, boolean] {
    const minAbove = min !== undefined && min > value;
    const minAt = min !== undefined && min >= value;
    const maxBelow = max !== undefined && max < value;
    const maxAt = max !== undefined && max <= value;
    switch (operator) {
      case '<':
        return [minAt, includesMax ? maxBelow : maxAt];
      case '<=':
        return [includesMin ? minAbove : minAt, maxAt];
      case '>':
        return [maxAt, includesMin ? minAbove : minAt];
      default:
        return [includesMax ? maxBelow : maxAt, minAt];
    }
  }
}

function isRange(operator: string): boolean {
  return operator === '<' || operator === '<=' || operator === '>' || operator === '>=';
}

function rangeOf(comparison: RexNode): ValueInterval {
  const compared = literalComparisonOf(comparison);
  const value = compared && comparable(compared.literal.type, compared.literal.value);
  if (!compared || typeof value !== 'number') return {};
  const bound = { value, isIncluded: compared.operator.endsWith('=') };
  return compared.operator.startsWith('<') ? { upper: bound } : { lower: bound };
}

function literalOf(comparison: RexNode): number | string | undefined {
  const literal = literalComparisonOf(comparison)?.literal;
  return literal && comparable(literal.type, literal.value);
}

function isNumber(type: LogicalType): boolean {
  const { root } = type;
  return isNumeric(type) || root === 'BOOLEAN' || root === 'DATE' || root === 'TIME' || root === 'TIMESTAMP';
}

function isSupported(type: LogicalType): boolean {
  return isNumber(type) || type.root === 'CHAR' || type.root === 'VARCHAR';
}

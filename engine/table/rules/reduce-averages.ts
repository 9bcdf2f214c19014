import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { isInteger, withNullability } from '../../types/type-families.ts';
import { logicalAggregate, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
import { isPlaceName } from './name-results.ts';
import { BOOLEAN_NOT_NULL, fieldNames, inputOf, nullLiteral, rexCall, rexCast } from '../plan/rex.ts';

const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };
const DOUBLE: LogicalType = { root: 'DOUBLE', nullable: true };
const WELFORD = '$WELFORD_M2$1';

/** Of a population or a sample, and whether the root is drawn. */
const SPREADS: Readonly<Record<string, { readonly isSample: boolean; readonly isRoot: boolean }>> = {
  VAR_POP: { isSample: false, isRoot: false },
  VAR_SAMP: { isSample: true, isRoot: false },
  VARIANCE: { isSample: true, isRoot: false },
  STDDEV_POP: { isSample: false, isRoot: true },
  STDDEV_SAMP: { isSample: true, isRoot: true },
  STDDEV: { isSample: true, isRoot: true },
};

/** Of a column that rows are grouped by, each of these is the column. */
const OF_KEY: ReadonlySet<string> = new Set(['AVG', 'MAX', 'MIN', 'FIRST_VALUE', 'LAST_VALUE']);

/**
 * Variances and deviations are computed from the sum of squared distances and a count, averages from a sum and a count, and sums from one
 * that starts from 0 and a count, above an aggregation that has each of these once.
 *
 * Like Flink, this happens to all calls of an aggregation or to none: a variance has to be reduced, other aggregations are where it leaves
 * fewer calls. A sum that an average is computed from is reduced in a second step, again where it leaves fewer calls. An average of integers
 * then comes from the sum as it wraps (S-55), which is why this is no optimization that could be left out.
 */
export function reduceAverages(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalAggregate' ? reduced(node) : node));
}

function reduced(node: LogicalAggregate): LogicalNode {
  const { calls, group, inputs, rowType } = node;
  if (!calls.some(isReducible)) return node;
  const once = new Reduction(calls, node);
  const twice = once.calls.some(isReducible) ? new Reduction(once.calls, node) : undefined;
  const isSmaller = twice !== undefined && twice.calls.length < once.calls.length;
  const smallest = isSmaller ? twice : once;
  const isNeeded = calls.some((call) => call.function in SPREADS) || isOfNothing(node);
  if (!isNeeded && smallest.calls.length >= calls.length) return node;
  const isTwice = isSmaller && !isOfNothing(node);
  const last = isTwice ? twice : once;
  const aggregate = logicalAggregate(inputs[0], group, last.calls);
  const column = (index: number): RexNode => inputOf(aggregate.rowType, index);
  const lastResult = (index: number): RexNode => column(group.length + index);
  const at = isTwice ? (index: number): RexNode => twice.result(index, lastResult, column) : lastResult;
  const keys = group.map((_, i) => column(i));
  const results = calls.map((_, i) => once.result(i, at, column));
  return logicalProject(aggregate, [...keys, ...results], fieldNames(rowType));
}

function isReducible({ function: name }: NamedAggregateCall): boolean {
  return name === 'AVG' || name === 'SUM' || name in SPREADS;
}

/** Of no rows the results are known as soon as the calls are simple ones: these are not reduced any further. */
function isOfNothing({ group, inputs: [input] }: LogicalAggregate): boolean {
  return group.length === 0 && input.kind === 'LogicalValues' && input.rows.length === 0;
}

/** Each call of an aggregation reduced once. */
class Reduction {
  readonly #node: LogicalAggregate;
  readonly #calls: NamedAggregateCall[] = [];
  readonly #results: readonly Result[];

  constructor(calls: readonly NamedAggregateCall[], node: LogicalAggregate) {
    this.#node = node;
    this.#results = calls.map((call) => this.#reduce(call));
  }

  /** What the results are computed from. */
  get calls(): readonly NamedAggregateCall[] {
    return this.#calls;
  }

  /** The result of a call, where `at` is that of one of `calls`, and `key` a column that rows are grouped by. */
  result(index: number, at: (index: number) => RexNode, key: (index: number) => RexNode): RexNode {
    return (this.#results[index] as Result)(at, key); // one for each call
  }

  #reduce(call: NamedAggregateCall): Result {
    const key = this.#keyOf(call);
    if (key >= 0) return (_at, keyAt) => castTo(keyAt(key), call.type);
    const spread = SPREADS[call.function];
    if (spread) return this.#spread(call, spread);
    if (call.function === 'SUM') return this.#sum(call);
    if (call.function === 'AVG') return this.#average(call);
    const index =
      call.function === 'COUNT' && !call.distinct ? this.#count(call, call.name) : this.#add(call);
    return (at) => at(index);
  }

  /** The place of the key that a call is the value of, or -1. */
  #keyOf({ function: name, filter, arguments: [argument, ...others] }: NamedAggregateCall): number {
    if (!OF_KEY.has(name) || filter >= 0 || others.length > 0 || argument === undefined) return -1;
    return this.#node.group.lastIndexOf(argument);
  }

  #spread(call: NamedAggregateCall, { isSample, isRoot }: (typeof SPREADS)[string]): Result {
    const distances = this.#add({ ...call, name: UNNAMED, function: WELFORD, type: DOUBLE });
    const count = this.#count(call);
    return (at) => {
      const n = at(count);
      const one = integer(1);
      const divisor = isSample
        ? rexCall(
            'CASE',
            [rexCall('=', [n, one], BOOLEAN_NOT_NULL), nullLiteral(BIGINT), rexCall('-', [n, one], BIGINT)],
            withNullability(BIGINT, true),
          )
        : n;
      const variance = rexCall('/', [at(distances), implicit(divisor, DOUBLE)], DOUBLE);
      const result = isRoot ? rexCall('POWER', [variance, implicit(HALF, DOUBLE)], DOUBLE) : variance;
      return castTo(result, call.type);
    };
  }

  #sum(call: NamedAggregateCall): Result {
    const sum = this.#add({ ...call, function: 'SUM0', type: withNullability(call.type, false) });
    // Where there is always a value, the sum is the one from 0.
    if (!call.type.nullable) return (at) => at(sum);
    const count = this.#count(call);
    return (at) => nullIfNone(at(sum), at(count), call.type);
  }

  #average(call: NamedAggregateCall): Result {
    const [argument = call.type] = call.argumentTypes;
    const type = argument.root === 'DECIMAL' ? { ...argument, precision: 38 } : argument;
    const sumType = withNullability(type, call.type.nullable);
    const sum = this.#add({ ...call, name: UNNAMED, function: 'SUM', type: sumType });
    const count = this.#count(call);
    return (at) => {
      const total = at(sum);
      if (isInteger(type)) {
        return castTo(rexCall('/', [widened(total), at(count)], withNullability(BIGINT, true)), call.type);
      }
      if (call.type.root === 'DECIMAL') return quotient(total, at(count), call.type);
      const divisor = implicit(at(count), DOUBLE);
      return castTo(rexCall('/', [implicit(total, DOUBLE), divisor], DOUBLE), call.type);
    };
  }

  /** The number of values that a call reads: of rows, where none of them is NULL. */
  #count(call: NamedAggregateCall, name = UNNAMED): number {
    const isRowCount = !call.distinct && call.argumentTypes.every((type) => !type.nullable);
    const { literals: _literals, ...rest } = call;
    return this.#add({
      ...rest,
      name,
      function: 'COUNT',
      arguments: isRowCount ? [] : call.arguments,
      argumentTypes: isRowCount ? [] : call.argumentTypes,
      type: BIGINT,
    });
  }

  /** The place of a call; equal ones are there once, by the name of the first. */
  #add(call: NamedAggregateCall): number {
    const known = this.#calls.findIndex((each) => isSameCall(each, call));
    if (known >= 0) return known;
    const name = isPlaceName(call.name) ? `$f${this.#node.group.length + this.#calls.length}` : call.name;
    return this.#calls.push({ ...call, name }) - 1;
  }
}

function isSameCall(call: NamedAggregateCall, other: NamedAggregateCall): boolean {
  return (
    call.function === other.function &&
    call.written === other.written &&
    call.arguments.join() === other.arguments.join() &&
    call.filter === other.filter &&
    call.distinct === other.distinct &&
    call.ignoreNulls === other.ignoreNulls
  );
}

/** The place does not count yet. */
const UNNAMED = '$f0';

/** An expression over the reduced aggregation, of its calls and keys. */
type Result = (at: (index: number) => RexNode, key: (index: number) => RexNode) => RexNode;

const HALF: RexNode = {
  kind: 'literal',
  value: '0.5',
  type: { root: 'DECIMAL', precision: 2, scale: 1, nullable: false },
};

function integer(value: number): RexNode {
  return { kind: 'literal', value, type: { root: 'INTEGER', nullable: false } };
}

function nullIfNone(sum: RexNode, count: RexNode, type: LogicalType): RexNode {
  const isNone = rexCall('=', [count, integer(0)], BOOLEAN_NOT_NULL);
  return rexCall('CASE', [isNone, nullLiteral(type), sum], withNullability(type, true));
}

function castTo(node: RexNode, type: LogicalType): RexNode {
  return typesEqualSansNullability(node.type, type) ? node : rexCast(node, type);
}

/** A conversion that Flink makes while computing. */
function implicit(operand: RexNode, target: LogicalType): RexNode {
  if (operand.type.root === target.root) return operand;
  const type = withNullability(target, operand.type.nullable);
  return { kind: 'call', operator: 'CAST', operands: [operand], type, implicit: true };
}

// The count is a BIGINT, and so both are.
function widened(sum: RexNode): RexNode {
  return implicit(sum, BIGINT);
}

function quotient(sum: RexNode, count: RexNode, type: LogicalType): RexNode {
  const divisor = implicit(count, { root: 'DECIMAL', precision: 19, scale: 0, nullable: false });
  const dividend = castTo(sum, withNullability(type, sum.type.nullable));
  return rexCall('/', [dividend, divisor], withNullability(type, true));
}

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import { isInteger, withNullability } from '../../types/type-families.ts';
import { logicalAggregate, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
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

/**
 * Variances and deviations are computed from the sum of squared distances and a count, averages from a sum and a count, above an aggregation
 * that has each of these once.
 *
 * Like Flink, this happens to all averages and sums of an aggregation that has a variance, and where AVG, SUM and COUNT of one column stand
 * together. An average of integers then comes from the sum as it wraps (S-55), which is why this is no optimization that could be left out.
 */
export function reduceAverages(plan: LogicalNode, isBatch = false): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalAggregate' ? reduced(node, isBatch) : node));
}

function reduced(node: LogicalAggregate, isBatch: boolean): LogicalNode {
  const hasSpread = node.calls.some((call) => call.function in SPREADS);
  // Sums beside a variance start from 0 in streams alone.
  const canBeZero = (call: NamedAggregateCall): boolean => !(isBatch && hasSpread) && isOfPlainNumbers(call);
  const isReduced = (call: NamedAggregateCall): boolean => {
    if (call.function in SPREADS) return true;
    if (call.function !== 'AVG' && call.function !== 'SUM') return false;
    if (hasSpread) return call.function === 'AVG' || canBeZero(call);
    return node.calls.some((average) => isSameInput(average, call) && isFamily(average, node.calls));
  };
  if (!node.calls.some(isReduced)) return node;
  return new Reduction(node, canBeZero).build(isReduced);
}

/** AVG whose sum and count are asked for anyway. */
function isFamily(average: NamedAggregateCall, calls: readonly NamedAggregateCall[]): boolean {
  if (average.function !== 'AVG' || !isOfPlainNumbers(average)) return false;
  const hasSum = calls.some((call) => call.function === 'SUM' && isSameInput(call, average));
  return hasSum && calls.some((call) => isCountFor(call, average));
}

/** Whether a call counts the values that another one reads, COUNT(*) those of a column that is never NULL. */
function isCountFor(count: NamedAggregateCall, call: NamedAggregateCall): boolean {
  if (count.function !== 'COUNT') return false;
  if (isSameInput(count, call)) return true;
  const isWhole = !call.distinct && call.argumentTypes.every((type) => !type.nullable);
  return isWhole && count.arguments.length === 0 && count.filter === call.filter;
}

/** Whether a sum is computed from 0: those of DECIMALs, which may overflow, are not. */
function isOfPlainNumbers({ argumentTypes: [type] }: NamedAggregateCall): boolean {
  return type !== undefined && (isInteger(type) || type.root === 'DOUBLE' || type.root === 'FLOAT');
}

function isSameInput(call: NamedAggregateCall, other: NamedAggregateCall): boolean {
  return (
    call.arguments.join() === other.arguments.join() &&
    call.filter === other.filter &&
    call.distinct === other.distinct
  );
}

class Reduction {
  readonly #node: LogicalAggregate;
  readonly #calls: NamedAggregateCall[] = [];
  readonly #canBeZero: (call: NamedAggregateCall) => boolean;

  constructor(node: LogicalAggregate, canBeZero: (call: NamedAggregateCall) => boolean) {
    this.#node = node;
    this.#canBeZero = canBeZero;
  }

  build(isReduced: (call: NamedAggregateCall) => boolean): LogicalNode {
    const { calls, group, inputs, rowType } = this.#node;
    const width = group.length;
    // Results first, so that the aggregation has all that they read.
    const results = calls.map((call) => (isReduced(call) ? this.#reduce(call) : this.#column(call)));
    const aggregate = logicalAggregate(inputs[0], group, this.#calls);
    const keys = group.map((_, i) => inputOf(aggregate.rowType, i));
    const projects = results.map((result) => result((index) => inputOf(aggregate.rowType, width + index)));
    return logicalProject(aggregate, [...keys, ...projects], fieldNames(rowType));
  }

  /** A call that stays, or the same one that was added for another. */
  #column(call: NamedAggregateCall): Result {
    const index = this.#add(call, call.name);
    return (at) => at(index);
  }

  #reduce(call: NamedAggregateCall): Result {
    const spread = SPREADS[call.function];
    if (spread) return this.#spread(call, spread);
    return call.function === 'SUM' ? this.#sum(call) : this.#average(call);
  }

  #spread(call: NamedAggregateCall, { isSample, isRoot }: (typeof SPREADS)[string]): Result {
    const distances = this.#add({ ...call, function: WELFORD, type: DOUBLE });
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
    const type = withNullability(call.type, false);
    // Where there is always a value, the sum is the one from 0.
    if (!call.type.nullable) {
      const index = this.#add({ ...call, function: 'SUM0', type }, call.name);
      return (at) => at(index);
    }
    const sum = this.#add({ ...call, function: 'SUM0', type }, call.name);
    const count = this.#count(call);
    return (at) => nullIfNone(at(sum), at(count), call.type);
  }

  #average(call: NamedAggregateCall): Result {
    const [argument = call.type] = call.argumentTypes;
    const type = argument.root === 'DECIMAL' ? { ...argument, precision: 38 } : argument;
    const isFromZero = this.#canBeZero(call);
    const sum = isFromZero
      ? this.#add({ ...call, function: 'SUM0', type: withNullability(type, false) })
      : this.#add({ ...call, function: 'SUM', type: withNullability(type, call.type.nullable) });
    const count = this.#count(call);
    return (at) => {
      const total = isFromZero && call.type.nullable ? nullIfNone(at(sum), at(count), type) : at(sum);
      if (isInteger(type)) {
        return castTo(rexCall('/', [widened(total), at(count)], withNullability(BIGINT, true)), call.type);
      }
      if (call.type.root === 'DECIMAL') return quotient(total, at(count), call.type);
      const divisor = implicit(at(count), DOUBLE);
      return castTo(rexCall('/', [implicit(total, DOUBLE), divisor], DOUBLE), call.type);
    };
  }

  #count(call: NamedAggregateCall): number {
    const isRowCount = !call.distinct && call.argumentTypes.every((type) => !type.nullable);
    const { literals: _literals, ...rest } = call;
    return this.#add({
      ...rest,
      function: 'COUNT',
      arguments: isRowCount ? [] : call.arguments,
      argumentTypes: isRowCount ? [] : call.argumentTypes,
      type: BIGINT,
    });
  }

  /** The place of a call among those of the aggregation below; equal ones are there once. */
  #add(call: NamedAggregateCall, name?: string): number {
    const known = this.#calls.findIndex(
      (each) =>
        each.function === call.function && isSameInput(each, call) && each.ignoreNulls === call.ignoreNulls,
    );
    const isColumn =
      name !== undefined && !isPlaceName(name) && !(call.function === 'COUNT' && this.#hasFamily(call));
    if (known >= 0) return known;
    const place = this.#node.group.length + this.#calls.length;
    return this.#calls.push({ ...call, name: isColumn ? name : `$f${place}` }) - 1;
  }

  /** A count that the query asks for is named by its place where averages share it. */
  #hasFamily(count: NamedAggregateCall): boolean {
    return this.#node.calls.some(
      (call) => (call.function === 'AVG' || call.function in SPREADS) && isCountFor(count, call),
    );
  }
}

/** The name of a call that has none: `$f5`, by its place. */
function isPlaceName(name: string): boolean {
  return /^\$f\d+$/.test(name);
}

/** An expression over the reduced aggregation; `at` is its column by call. */
type Result = (at: (index: number) => RexNode) => RexNode;

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

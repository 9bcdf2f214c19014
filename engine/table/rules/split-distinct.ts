import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { isInteger, withNullability } from '../../types/type-families.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';
import type { RexNode } from '../../expressions/rex-node.ts';
import { logicalAggregate, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalNode, NamedAggregateCall } from '../plan/rel-node.ts';
import {
  BOOLEAN_NOT_NULL,
  fieldNames,
  fieldOf,
  inputOf,
  nullLiteral,
  rexCall,
  rexCast,
} from '../plan/rex.ts';
import { expandOf, groupingOf } from './expand-grouping-sets.ts';

const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };
const INTEGER: LogicalType = { root: 'INTEGER', nullable: false };

/**
 * `table.optimizer.distinct-agg.split.enabled`: an aggregation with DISTINCT in two levels, the first by its keys and a bucket of what is
 * distinct, so that no group is computed in one place. Where there are several buckets, rows are there once for each.
 *
 * The plan shows both levels, as Flink's does; one operator does the work (`lower-two-phases.ts`), which has its groups in one place anyway.
 */
export function splitDistinct(plan: LogicalNode, buckets: number): LogicalNode {
  return mapPlan(plan, (node) =>
    node.kind === 'LogicalAggregate' && canSplit(node) ? split(node, buckets) : node,
  );
}

/** The function of the second level over results of the first; an average is a sum and a count. */
const FINAL: Readonly<Record<string, string>> = {
  COUNT: 'SUM0',
  SUM: 'SUM',
  SUM0: 'SUM0',
  MIN: 'MIN',
  MAX: 'MAX',
  FIRST_VALUE: 'FIRST_VALUE',
  LAST_VALUE: 'LAST_VALUE',
  LISTAGG: 'LISTAGG',
  SINGLE_VALUE: 'SINGLE_VALUE',
};

const BUCKETED = new Set(['MIN', 'MAX', 'FIRST_VALUE', 'LAST_VALUE']);

function canSplit({ calls, groupSets }: LogicalAggregate): boolean {
  if (groupSets || !calls.some((call) => call.distinct)) return false;
  const isKnown = ({ function: name }: NamedAggregateCall): boolean => name === 'AVG' || name in FINAL;
  return calls.every((call) => isKnown(call) && call.arguments.length <= 1);
}

function split(node: LogicalAggregate, buckets: number): LogicalNode {
  const { group, calls, inputs, rowType } = node;
  const [input] = inputs;
  const width = input.rowType.fields.length;
  const bucketed = calls.filter((call) => call.distinct || BUCKETED.has(call.function));
  const hashed = [...new Set(bucketed.flatMap((call) => call.arguments))]
    .filter((column) => !group.includes(column))
    .sort((x, y) => x - y);
  const keysOf = (call: NamedAggregateCall): readonly number[] => {
    const bucket = bucketed.includes(call) ? hashed.indexOf(call.arguments[0] as number) : -1;
    return bucket < 0 ? group : [...group, width + bucket];
  };
  const full = [...group, ...hashed.map((_, i) => width + i)];
  const parts = calls.flatMap((call) => partialCalls(call).map((part) => ({ part, keys: keysOf(call) })));
  const below = withBuckets(input, hashed, buckets);
  const isExpanded = new Set(bucketed.map((call) => keysOf(call).join())).size > 1;
  const { source, moved } = isExpanded
    ? expanded(below, full, parts)
    : { source: below, moved: parts.map(({ part }) => part) };
  const partial: LogicalAggregate = {
    ...logicalAggregate(source, full, named(moved, source, full)),
    partialFinalType: 'PARTIAL',
  };
  const finals = moved.map((part, i): NamedAggregateCall => ({
    ...part,
    function: FINAL[part.function] as string,
    arguments: [full.length + i],
    argumentTypes: [part.type],
    distinct: false,
    filter: -1,
  }));
  const keys = group.map((_, i) => i);
  const final: LogicalAggregate = {
    ...logicalAggregate(partial, keys, named(finals, partial, keys)),
    partialFinalType: 'FINAL',
    whole: { group, calls: parts.map(({ part }) => part), width, isExpanded },
  };
  return calls.some((call) => call.function === 'AVG')
    ? withAverages(node, final)
    : { ...final, rowType: retyped(final, rowType.fields) };
}

/** The names of the second level with the types of the query. */
function retyped({ rowType }: LogicalAggregate, fields: readonly RowField[]): LogicalAggregate['rowType'] {
  return {
    ...rowType,
    fields: rowType.fields.map((field, i) => ({ ...field, type: fields[i]?.type ?? field.type })),
  };
}

function partialCalls(call: NamedAggregateCall): NamedAggregateCall[] {
  if (call.function !== 'AVG') return [call];
  const [argument = call.type] = call.argumentTypes;
  const sum = withNullability(argument.root === 'DECIMAL' ? { ...argument, precision: 38 } : argument, false);
  return [
    { ...call, function: 'SUM0', type: sum },
    { ...call, function: 'COUNT', type: BIGINT },
  ];
}

function withBuckets(input: LogicalNode, hashed: readonly number[], buckets: number): LogicalNode {
  if (hashed.length === 0) return input;
  const { rowType } = input;
  const own = rowType.fields.map((_, i) => inputOf(rowType, i));
  const hashes = hashed.map((column): RexNode => {
    const value = inputOf(rowType, column);
    const type = withNullability(INTEGER, value.type.nullable);
    const bucket: RexNode = { kind: 'literal', value: buckets, type: INTEGER };
    return rexCall('MOD', [rexCall('HASH_CODE', [value], type), bucket], type);
  });
  return logicalProject(
    input,
    [...own, ...hashes],
    [...fieldNames(rowType), ...hashed.map((_, i) => `$f${own.length + i}`)],
  );
}

interface PartialCall {
  readonly part: NamedAggregateCall;
  readonly keys: readonly number[];
}

/** Every row once for each list of keys, and calls that count those of their own list alone. */
function expanded(
  below: LogicalNode,
  full: readonly number[],
  parts: readonly PartialCall[],
): { readonly source: LogicalNode; readonly moved: readonly NamedAggregateCall[] } {
  const lists = [...new Map(parts.map(({ keys }) => [keys.join(), keys])).values()].sort(
    (a, b) => b.length - a.length || (a.at(-1) ?? 0) - (b.at(-1) ?? 0),
  );
  const expand = expandOf(logicalAggregate(below, full, []), lists);
  const { rowType } = expand.node;
  const id = inputOf(rowType, expand.id);
  const columns = rowType.fields.flatMap((_, i) => (i === expand.id ? [] : [i]));
  const filters: { readonly node: RexNode; readonly name: string; readonly key: string }[] = [];
  const moved = parts.map(({ part, keys }): NamedAggregateCall => {
    const key = `${keys.join()}:${part.filter}`;
    let place = filters.findIndex((each) => each.key === key);
    if (place < 0) {
      const number = groupingOf(full, keys);
      const isOwn = rexCall(
        '=',
        [id, { kind: 'literal', value: Number(number), type: INTEGER }],
        BOOLEAN_NOT_NULL,
      );
      const node =
        part.filter < 0 ? isOwn : rexCall('AND', [isOwn, inputOf(rowType, part.filter)], BOOLEAN_NOT_NULL);
      place = filters.push({ node, name: `$g_${number}`, key }) - 1;
    }
    return { ...part, filter: columns.length + place };
  });
  const source = logicalProject(
    expand.node,
    [...columns.map((column) => inputOf(rowType, column)), ...filters.map(({ node }) => node)],
    [...columns.map((column) => fieldOf(rowType, column).name), ...filters.map(({ name }) => name)],
  );
  return { source, moved };
}

/** Results by their place, `$f2`, or `$f2_0` where a key has that name. */
function named(
  calls: readonly NamedAggregateCall[],
  input: LogicalNode,
  group: readonly number[],
): NamedAggregateCall[] {
  const taken = new Set(group.map((column) => fieldOf(input.rowType, column).name));
  return calls.map((call, i) => {
    const place = `$f${group.length + i}`;
    let name = place;
    for (let n = 0; taken.has(name); n++) name = `${place}_${n}`;
    taken.add(name);
    return { ...call, name };
  });
}

/** Sums over counts, and NULL where nothing was counted. */
function withAverages({ calls, group, rowType }: LogicalAggregate, final: LogicalAggregate): LogicalNode {
  const keys = group.map((_, i) => inputOf(final.rowType, i));
  const names = keys.map((_, i) => fieldOf(rowType, i).name);
  let next = group.length;
  const results = calls.map((call): RexNode => {
    const column = inputOf(final.rowType, next++);
    if (call.function !== 'AVG') {
      names.push(fieldOf(final.rowType, next - 1).name);
      return column;
    }
    let place = names.length;
    while (names.includes(`$f${place}`)) place++;
    names.push(`$f${place}`);
    return average(column, inputOf(final.rowType, next++), call.type);
  });
  return logicalProject(final, [...keys, ...results], names);
}

function average(sum: RexNode, count: RexNode, type: LogicalType): RexNode {
  const quotient = ratio(sum, count, type);
  const zero: RexNode = { kind: 'literal', value: '0', type: BIGINT };
  const isNone = rexCall('=', [count, zero], BOOLEAN_NOT_NULL);
  const result = rexCall('IF', [isNone, nullLiteral(type), quotient], quotient.type);
  return typesEqualSansNullability(result.type, type) ? result : rexCast(result, type);
}

function ratio(sum: RexNode, count: RexNode, type: LogicalType): RexNode {
  if (sum.type.root === 'DECIMAL') {
    const divisor: LogicalType = { root: 'DECIMAL', precision: 19, scale: 0, nullable: false };
    return rexCall('/', [hidden(sum, type), hidden(count, divisor)], withNullability(type, true));
  }
  const common = isInteger(sum.type) ? BIGINT : sum.type;
  return rexCall('/', [hidden(sum, common), hidden(count, common)], withNullability(common, true));
}

/** A conversion that is made while computing. */
function hidden(operand: RexNode, target: LogicalType): RexNode {
  const type = withNullability(target, operand.type.nullable);
  if (typesEqualSansNullability(operand.type, type)) return operand;
  return { kind: 'call', operator: 'CAST', operands: [operand], type, implicit: true };
}

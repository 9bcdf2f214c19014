import type { Value } from '../../engine/data/value.ts';
import type { AggregateCall } from '../../engine/operators/aggregate-call.ts';
import { textOf } from './group-aggregate.ts';

/** A row that came (1) or was taken back (-1). */
export interface Change {
  readonly sign: 1 | -1;
  readonly row: readonly Value[];
}

/** Aggregates that depend on the order of the rows, computed anew from all that happened to a group since it began. */
export function historyResult(call: AggregateCall, history: readonly Change[]): Value {
  switch (call.function) {
    case 'FIRST_VALUE':
      return listOf(call, history)[0] ?? null;
    case 'LAST_VALUE':
      return listOf(call, history).at(-1) ?? null;
    case 'LISTAGG': {
      const list = listOf(call, history) as string[];
      const separator = call.literals?.[1];
      return list.length === 0 ? null : list.join(typeof separator === 'string' ? separator : ',');
    }
    case 'ARRAY_AGG': {
      const list = listOf(call, history);
      return list.length === 0 ? null : list;
    }
    case 'JSON_ARRAYAGG_NULL_ON_NULL':
    case 'JSON_ARRAYAGG_ABSENT_ON_NULL':
      return `[${listOf(call, history).map(String).join()}]`;
    case 'COLLECT':
      return bagOf(call, history).map(([value, count]): Value => [value, call.distinct ? 1 : count]);
    case 'PERCENTILE':
      return percentile(call, bagOf(call, history));
    case '$WELFORD_M2$1':
      return welford(call, history);
    default:
      throw new Error(`no reference for ${call.function}`);
  }
}

const KEEPS_NULLS = new Set(['JSON_ARRAYAGG_NULL_ON_NULL']);

/** Values in order of arrival; what is taken back is the first equal one. */
function listOf(call: AggregateCall, history: readonly Change[]): Value[] {
  const list: Value[] = [];
  for (const { sign, value } of weighted(call, history)) {
    if (sign > 0) list.push(value);
    else {
      const place = list.findIndex((each) => textOf([each]) === textOf([value]));
      if (place >= 0) list.splice(place, 1);
    }
  }
  return list;
}

/** The rows that count, of DISTINCT the first and the last of a value. */
function weighted(call: AggregateCall, history: readonly Change[]): { sign: 1 | -1; value: Value }[] {
  const [argument = -1] = call.arguments;
  const keepsNulls = KEEPS_NULLS.has(call.function) || (call.function === 'ARRAY_AGG' && !call.ignoreNulls);
  const counts = new Map<string, number>();
  return history.flatMap(({ sign, row }) => {
    const value = row[argument] ?? null;
    if ((call.filter >= 0 && row[call.filter] !== true) || (value === null && !keepsNulls)) return [];
    if (!call.distinct) return [{ sign, value }];
    const before = counts.get(textOf([value])) ?? 0;
    counts.set(textOf([value]), before + sign);
    return before > 0 === before + sign > 0 ? [] : [{ sign, value }];
  });
}

/** Values with their counts, in order. A third argument says how often a row counts. */
function bagOf(call: AggregateCall, history: readonly Change[]): [value: Value, count: number][] {
  const bag = new Map<string, [Value, number]>();
  const [argument = -1, , frequency] = call.arguments;
  for (const { sign, row } of history) {
    const value = row[argument] ?? null;
    const times = frequency === undefined ? 1 : Number(row[frequency] ?? 0);
    if (value === null || (call.filter >= 0 && row[call.filter] !== true) || times <= 0) continue;
    const key = textOf([value]);
    const count = (bag.get(key)?.[1] ?? 0) + sign * times;
    if (count === 0) bag.delete(key);
    else bag.set(key, [value, count]);
  }
  return [...bag.values()].sort(([a], [b]) => (isLess(a, b) ? -1 : 1));
}

function isLess(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string')
    return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  return Number(a) < Number(b);
}

function percentile(call: AggregateCall, bag: readonly (readonly [Value, number])[]): Value {
  const values = bag.flatMap(([value, count]) =>
    Array.from({ length: call.distinct ? 1 : count }, () => Number(value)),
  );
  const shares = call.literals?.[1];
  if (values.length === 0) return null;
  values.sort((a, b) => a - b);
  const at = (share: number): number => {
    const position = share * (values.length - 1) + 1;
    const [lower, higher] = [Math.floor(position), Math.ceil(position)];
    const [low, high] = [values[lower - 1]!, values[higher - 1]!];
    return low === high ? low : (higher - position) * low + (position - lower) * high;
  };
  return Array.isArray(shares) ? (shares as number[]).map(at) : at(shares as number);
}

/** Step by step, for the result of each step is rounded. */
function welford(call: AggregateCall, history: readonly Change[]): Value {
  let [n, mean, m2] = [0, 0, 0];
  for (const { sign, value } of weighted(call, history)) {
    const number = Number(value);
    const delta = number - mean;
    n += sign;
    if (n === 0) [mean, m2] = [0, 0];
    else {
      mean += (sign * delta) / n;
      m2 += sign * delta * (number - mean);
    }
  }
  return n <= 0 || m2 < 0 ? null : m2;
}

/** Whether `historyResult` knows the function. */
export function hasHistory({ function: name }: AggregateCall): boolean {
  return !['COUNT', 'SUM', 'SUM0', 'AVG', 'MIN', 'MAX'].includes(name);
}

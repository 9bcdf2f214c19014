import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { AggregateCall } from '../../engine/operators/aggregate-call.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import { hasHistory, historyResult, type Change } from './history-aggregates.ts';

type Row = readonly Value[];

export interface GroupAggregateReferenceSpec {
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateCall[];
  readonly generateUpdateBefore: boolean;
  /** Results that did not change are emitted, too (state TTL). */
  readonly emitsUnchanged?: boolean;
}

/** GROUP BY as plainly as can be: every group keeps its rows, and all results are computed anew from them. */
export class GroupAggregateReference {
  readonly #spec: GroupAggregateReferenceSpec;
  readonly #groups = new Map<string, Row[]>();
  /** What happened to groups since they began. */
  readonly #histories = new Map<string, Change[]>();

  constructor(spec: GroupAggregateReferenceSpec) {
    this.#spec = spec;
  }

  process({ kind, values }: ChangelogRow): ChangelogRow[] {
    const { keys, aggregates, generateUpdateBefore, emitsUnchanged } = this.#spec;
    const key = keys.map((index) => values[index] ?? null);
    const name = textOf(key);
    const rows = this.#groups.get(name) ?? [];
    const existed = rows.length > 0;
    const history = existed ? (this.#histories.get(name) ?? []) : [];
    const before = resultOf(aggregates, rows, history);
    if (kind === 0 || kind === 2) rows.push(values);
    else if (!existed) return [];
    else
      rows.splice(
        rows.findIndex((row) => textOf(row) === textOf(values)),
        1,
      );
    this.#groups.set(name, rows);
    history.push({ sign: kind === 0 || kind === 2 ? 1 : -1, row: values });
    this.#histories.set(name, history);
    const after = resultOf(aggregates, rows, history);
    if (!existed) return [{ kind: 0, values: [...key, ...after] }];
    if (rows.length === 0) return [{ kind: 3, values: [...key, ...before] }];
    if (!emitsUnchanged && textOf(before) === textOf(after) && !hasNullElement(after)) return [];
    const update: ChangelogRow[] = [{ kind: 2, values: [...key, ...after] }];
    if (generateUpdateBefore) update.unshift({ kind: 1, values: [...key, ...before] });
    return update;
  }
}

/** @param history all changes that led to the rows */
export function resultOf(
  aggregates: readonly AggregateCall[],
  rows: readonly Row[],
  history: readonly Change[] = rows.map((row) => ({ sign: 1, row })),
): Value[] {
  return aggregates.map((call) => (hasHistory(call) ? historyResult(call, history) : aggregate(call, rows)));
}

/** Arrays with a NULL in them are never equal where Flink compares results. */
function hasNullElement(results: readonly Value[]): boolean {
  return results.some((result) => Array.isArray(result) && (result as readonly Value[]).includes(null));
}

function aggregate(call: AggregateCall, rows: readonly Row[]): Value {
  const [argument] = call.arguments;
  const [type] = call.argumentTypes;
  const passed = call.filter < 0 ? rows : rows.filter((row) => row[call.filter] === true);
  if (argument === undefined || !type) return BigInt(passed.length);
  const all = passed.map((row) => row[argument] ?? null).filter((value) => value !== null);
  const values = call.distinct ? [...new Map(all.map((value) => [textOf([value]), value])).values()] : all;
  const count = BigInt(values.length);
  if (call.function === 'COUNT') return count;
  if (values.length === 0) return call.function === 'SUM0' ? fromNumber(0n, call.type) : null;
  switch (call.function) {
    case 'MIN':
      return values.reduce((a, b) => (isLess(b, a) ? b : a));
    case 'MAX':
      return values.reduce((a, b) => (isLess(a, b) ? b : a));
  }
  if (type.root === 'FLOAT' || type.root === 'DOUBLE') {
    const sum = values.reduce<number>((total, value) => total + (value as number), 0);
    const result = call.function === 'AVG' ? sum / Number(count) : sum;
    return type.root === 'FLOAT' ? Math.fround(result) : result;
  }
  const sum = values.reduce<bigint>((total, value) => total + unscaled(value), 0n);
  if (call.function !== 'AVG') return fromNumber(sum, call.type);
  if (call.type.root !== 'DECIMAL' || type.root !== 'DECIMAL')
    return fromNumber(BigInt.asIntN(64, sum) / count, call.type);
  return fromNumber(divideHalfUp(sum * 10n ** BigInt(call.type.scale - type.scale), count), call.type);
}

function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const quotient = (2n * magnitude + divisor) / (2n * divisor);
  return dividend < 0n ? -quotient : quotient;
}

/** Digits of a number, without its point. */
function unscaled(value: Value): bigint {
  return typeof value === 'string' ? BigInt(value.replace('.', '')) : BigInt(value as number | bigint);
}

function fromNumber(value: bigint, type: LogicalType): Value {
  switch (type.root) {
    case 'TINYINT':
      return Number(BigInt.asIntN(8, value));
    case 'SMALLINT':
      return Number(BigInt.asIntN(16, value));
    case 'INTEGER':
      return Number(BigInt.asIntN(32, value));
    case 'BIGINT':
      return BigInt.asIntN(64, value);
    case 'DECIMAL': {
      const digits = (value < 0n ? -value : value).toString().padStart(type.scale + 1, '0');
      if (digits.length > type.precision && value !== 0n) return null;
      const point = digits.length - type.scale;
      const text = type.scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
      return value < 0n ? `-${text}` : text;
    }
    default:
      return Number(value);
  }
}

function isLess(a: Value, b: Value): boolean {
  if (typeof a === 'string' && typeof b === 'string') {
    // A DECIMAL's text has a point, or digits only; other texts compare by bytes.
    const isNumber = /^-?\d+(\.\d+)?$/;
    if (isNumber.test(a) && isNumber.test(b)) return unscaled(a) < unscaled(b);
    return Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
  }
  if (a !== null && b !== null && typeof a === 'object' && 'epochMs' in a) {
    const other = b as typeof a;
    return a.epochMs !== other.epochMs ? a.epochMs < other.epochMs : a.nanoOfMs < other.nanoOfMs;
  }
  return (a as number | bigint) < (b as number | bigint);
}

export function textOf(values: readonly Value[]): string {
  return JSON.stringify(values, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : value,
  );
}

import { inHashOrder } from '../data/java-hash.ts';
import { doubleText } from '../data/java-number-text.ts';
import { localTimestamp } from '../data/temporal-text.ts';
import { castText, valueText } from '../data/value-text.ts';
import type { TimestampValue, Value } from '../data/value.ts';
import type { DecimalType, LogicalType } from '../types/logical-type.ts';
import { typesEqualInLayout } from '../types/type-equality.ts';
import { isBinary, isCharacter, isInteger, isInterval, withNullability } from '../types/type-families.ts';
import { typeText } from '../types/type-text.ts';
import { decimalOfText } from './numeric-cast.ts';
import { readerOf } from './text-cast.ts';
import { parseTimestampText } from './time-text.ts';
import { instantOf } from './time-zone.ts';

/** A cast of one decoded value that is not NULL; throws a TypeError where a text cannot be read as the target. */
export type CastValue = (value: Value) => Value;

/**
 * Casts inside of collections (S-59), value by value, with the same results as the kernels have for whole columns. The pair has been checked:
 * it is one that CAST supports.
 *
 * @param zone the session's, for instants
 */
export function valueCaster(source: LogicalType, target: LogicalType, zone: string): CastValue {
  if (typesEqualInLayout(withNullability(source, true), withNullability(target, true)))
    return (value) => value;
  if (isCharacter(target)) return toLength(target.root, target.length, textOf(source, zone));
  if (isCharacter(source)) return fromText(target, zone);
  switch (target.root) {
    case 'ARRAY':
      if (source.root === 'ARRAY')
        return itemCaster(orNull(valueCaster(source.element, target.element, zone)));
      break;
    case 'MULTISET':
      if (source.root === 'MULTISET') {
        return entryCaster(orNull(valueCaster(source.element, target.element, zone)), (count) => count);
      }
      break;
    case 'MAP':
      if (source.root === 'MAP') {
        const cast = entryCaster(
          orNull(valueCaster(source.key, target.key, zone)),
          orNull(valueCaster(source.value, target.value, zone)),
        );
        // Flink casts into a hash table: of keys that have become equal the last one counts.
        const keyOf = ([key = null]: readonly Value[]): Value => key;
        return (value) => {
          const entries = cast(value) as readonly (readonly Value[])[];
          const byKey = new Map(entries.map((entry) => [valueText(keyOf(entry), target.key), entry]));
          return inHashOrder([...byKey.values()], keyOf, target.key);
        };
      }
      break;
    case 'ROW':
      if (source.root === 'ROW') {
        const fields = target.fields.map((field, i) =>
          orNull(valueCaster(source.fields[i]?.type ?? NULL, field.type, zone)),
        );
        return (value) => fields.map((cast, i) => cast((value as readonly Value[])[i] ?? null));
      }
      break;
    case 'BINARY':
    case 'VARBINARY':
      return (value) => cutBytes(value as Uint8Array, target.length, target.root === 'BINARY');
    case 'BOOLEAN':
      return (value) => Number(value) !== 0;
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return (value) => fromTime(timeOf(value, source, target, zone), target);
    default:
      return numberCaster(source, target);
  }
  throw new Error(`A cast of ${source.root} to ${target.root} is not supported.`);
}

const NULL: LogicalType = { root: 'NULL', nullable: true };

function orNull(cast: CastValue): CastValue {
  return (value) => (value === null ? null : cast(value));
}

function itemCaster(cast: CastValue): CastValue {
  return (value) => (value as readonly Value[]).map(cast);
}

function entryCaster(castKey: CastValue, castValue: CastValue): CastValue {
  return (value) =>
    (value as readonly (readonly [Value, Value])[]).map(([key, item]): Value => [
      castKey(key),
      castValue(item),
    ]);
}

function textOf(source: LogicalType, zone: string): (value: Value) => string {
  if (isCharacter(source)) return (value) => value as string;
  return (value) => castText(value, source, zone) ?? '';
}

/** CHAR is filled up or cut, VARCHAR cut, in code points. */
function toLength(root: 'CHAR' | 'VARCHAR', length: number, text: (value: Value) => string): CastValue {
  return (value) => {
    const full = text(value);
    if (root === 'VARCHAR' && full.length <= length) return full;
    const points = [...full];
    if (points.length > length) return points.slice(0, length).join('');
    return root === 'CHAR' ? full + ' '.repeat(length - points.length) : full;
  };
}

function cutBytes(bytes: Uint8Array, length: number, isFixed: boolean): Uint8Array {
  if (bytes.length >= length || !isFixed) return bytes.slice(0, length);
  const padded = new Uint8Array(length);
  padded.set(bytes);
  return padded;
}

const encoder = new TextEncoder();

function fromText(target: LogicalType, zone: string): CastValue {
  if (isBinary(target)) {
    const { length, root } = target;
    return (value) => cutBytes(encoder.encode(value as string), length, root === 'BINARY');
  }
  const read = textReader(target, zone);
  return (value) => {
    const result = read(value as string);
    if (result === undefined) {
      throw new TypeError(`Cannot cast '${value as string}' to ${typeText(withNullability(target, true))}`);
    }
    return result;
  };
}

function textReader(target: LogicalType, zone: string): (text: string) => Value | undefined {
  if (isInteger(target)) {
    const bits = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64 }[target.root];
    return (text) => {
      const match = /^ *([+-]?)(?=[\d.])(\d*)(?:\.\d*)? *$/.exec(text);
      const digits = BigInt(match?.[2] ?? 0);
      const whole = match?.[1] === '-' ? -digits : digits;
      if (!match || BigInt.asIntN(bits, whole) !== whole) return undefined;
      return bits === 64 ? whole : Number(whole);
    };
  }
  switch (target.root) {
    case 'DECIMAL':
      return (text) => decimalOfText(text.replace(/^[\0-\x20]+|[\0-\x20]+$/g, ''), target) ?? undefined;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return (text) => {
        const local = parseTimestampText(text);
        return local && fromTime(target.root === 'TIMESTAMP' ? local : toInstant(local, zone), target);
      };
    default:
      return readerOf(target);
  }
}

function numberCaster(source: LogicalType, target: LogicalType): CastValue {
  if (target.root === 'DECIMAL') return decimalCaster(source, target);
  if (isInterval(target)) return source.root === target.root ? (value) => value : wholeCaster(source, target);
  if (target.root === 'DOUBLE') return (value) => Number(value);
  if (target.root === 'FLOAT') return (value) => Math.fround(Number(value));
  return wholeCaster(source, target);
}

function decimalCaster(source: LogicalType, target: DecimalType): CastValue {
  const text: (value: Value) => string =
    source.root === 'DOUBLE' || source.root === 'FLOAT'
      ? (value) => doubleText(value as number)
      : (value) => `${typeof value === 'boolean' ? Number(value) : (value as number | bigint | string)}`;
  return (value) => decimalOfText(text(value), target);
}

/** Whole numbers wrap; numbers with a point saturate at INT or BIGINT and then wrap. */
function wholeCaster(source: LogicalType, target: LogicalType): CastValue {
  const isLong = target.root === 'BIGINT' || target.root === 'INTERVAL_DAY_TIME';
  const bits = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, INTERVAL_YEAR_MONTH: 32 } as Record<string, number>;
  const width = bits[target.root] ?? 64;
  const whole = (value: Value): bigint => {
    if (typeof value === 'bigint') return value;
    if (typeof value === 'string') return BigInt(value.split('.', 1)[0] ?? 0);
    const number = Math.trunc(Number(value));
    if (source.root !== 'DOUBLE' && source.root !== 'FLOAT') return BigInt(number);
    if (Number.isNaN(number)) return 0n;
    const limit = 2 ** (width === 64 ? 63 : 31);
    const saturated = Math.max(-limit, Math.min(limit, number));
    return saturated === limit ? BigInt(limit) - 1n : BigInt(saturated);
  };
  return (value) => {
    const wrapped = BigInt.asIntN(width, whole(value));
    return isLong ? wrapped : Number(wrapped);
  };
}

const DAY_MS = 86_400_000;

/** A time as the wall clock of the target, or as the instant if the target is one. */
function timeOf(value: Value, source: LogicalType, target: LogicalType, zone: string): TimestampValue {
  const isInstant = target.root === 'TIMESTAMP_LTZ';
  if (source.root === 'TIMESTAMP_LTZ') {
    return isInstant ? (value as TimestampValue) : localTimestamp(value as TimestampValue, zone);
  }
  const local =
    source.root === 'TIMESTAMP'
      ? (value as TimestampValue)
      : { epochMs: Number(value) * (source.root === 'DATE' ? DAY_MS : 1), nanoOfMs: 0 };
  return isInstant ? toInstant(local, zone) : local;
}

function toInstant({ epochMs, nanoOfMs }: TimestampValue, zone: string): TimestampValue {
  return { epochMs: instantOf(epochMs, zone), nanoOfMs };
}

/** Digits behind the target's precision are cut off. */
function fromTime({ epochMs, nanoOfMs }: TimestampValue, target: LogicalType): Value {
  const precision = 'precision' in target ? target.precision : 0;
  const cut = (ms: number): number => Math.floor(ms / 10 ** (3 - precision)) * 10 ** (3 - precision);
  switch (target.root) {
    case 'DATE':
      return Math.floor(epochMs / DAY_MS);
    case 'TIME': {
      const ms = epochMs - Math.floor(epochMs / DAY_MS) * DAY_MS;
      return precision >= 3 ? ms : cut(ms);
    }
    default:
      if (precision <= 3) return { epochMs: cut(epochMs), nanoOfMs: 0 };
      return { epochMs, nanoOfMs: nanoOfMs - (nanoOfMs % 10 ** (9 - precision)) };
  }
}

import { doubleText } from '../../data/java-number-text.ts';
import { isoTimestampText } from '../../data/temporal-text.ts';
import { isTimestamp, type Value } from '../../data/value.ts';
import { TableException } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { typeText } from '../../types/type-text.ts';
import { decimalText } from './json-number.ts';
import { jsonObjectText, quoteJson } from './json-text.ts';

/** Makes the JSON text of a value that is not NULL. */
export type JsonConverter = (value: NonNullable<Value>) => string;

/**
 * How values of a type become JSON in JSON_STRING, JSON_OBJECT, JSON_ARRAY and their aggregates: rows and maps are
 * objects with their names in order, instants ISO texts, bytes base 64, multisets objects of counts, a VARIANT what it is. Made once a call.
 *
 * Throws a TableException for types that `jsonRefusal` names.
 */
export function jsonConverter(type: LogicalType): JsonConverter {
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'VARIANT':
      return (value) => `${value as boolean | number | bigint | string}`;
    case 'DECIMAL':
      return (value) => decimalText(value as string);
    case 'FLOAT':
      return (value) => approximate(value as number);
    case 'DOUBLE':
      return (value) =>
        Number.isFinite(value) ? approximate(value as number) : `"${doubleText(value as number)}"`;
    case 'CHAR':
    case 'VARCHAR':
      return (value) => quoteJson(value as string);
    case 'BINARY':
    case 'VARBINARY':
      return (value) => `"${base64(value as Uint8Array)}"`;
    case 'TIMESTAMP':
      // As many digits as there are, where an instant has three, six or nine.
      return (value) => `"${isoText(value).replace(/(\.\d*?)0+$/, '$1')}"`;
    case 'TIMESTAMP_LTZ':
      return (value) => `"${isoText(value)}Z"`;
    case 'ARRAY': {
      const item = nullable(type.element);
      return (value) => `[${(value as readonly Value[]).map(item).join(',')}]`;
    }
    case 'MAP': {
      const member = nullable(type.value);
      return (value) =>
        jsonObjectText(
          (value as readonly [string, Value][]).map(([key, of], i) => [keyAt(key, i), member(of)]),
        );
    }
    case 'MULTISET':
      return (value) =>
        jsonObjectText(
          (value as readonly [string, Value][]).map(([key, count], i) => [keyAt(key, i), `${Number(count)}`]),
        );
    case 'ROW': {
      const fields = type.fields.map((field) => [field.name, nullable(field.type)] as const);
      return (value) => {
        const cells = value as readonly Value[];
        return jsonObjectText(fields.map(([name, convert], i) => [name, convert(cells[i] ?? null)] as const));
      };
    }
    default:
      throw new TableException(jsonRefusal(type) ?? `${type.root} has no JSON`);
  }
}

/** A NULL is no name. */
function keyAt(key: string | null, index: number): string {
  if (key === null)
    throw new TypeError(`Key at index ${index} was null. This is not supported during conversion to JSON.`);
  return key;
}

/** Why a type has no JSON; undefined if it has. */
export function jsonRefusal(type: LogicalType): string | undefined {
  switch (type.root) {
    case 'ARRAY':
      return jsonRefusal(type.element);
    case 'MAP':
      return keyRefusal(type.key) ?? jsonRefusal(type.value);
    case 'MULTISET':
      return keyRefusal(type.element);
    case 'ROW':
      return type.fields.map((field) => jsonRefusal(field.type)).find((refusal) => refusal !== undefined);
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
    case 'BITMAP':
    case 'NULL':
    case 'SYMBOL':
      return `Type '${typeText(type)}' is not scalar or cannot be converted into JSON.`;
    default:
      return undefined;
  }
}

/** Keys of maps and elements of multisets are names. */
function keyRefusal(type: LogicalType): string | undefined {
  if (type.root === 'CHAR' || type.root === 'VARCHAR') return undefined;
  return `Type '${typeText(type)}' is not supported for JSON conversion. The key type must be a character string.`;
}

function nullable(type: LogicalType): (value: Value) => string {
  const convert = jsonConverter(type);
  return (value) => (value === null ? 'null' : convert(value));
}

/** The BigDecimal of a double's digits; a FLOAT is the double that it is exactly, and fails if it is no number. */
function approximate(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('Infinite or NaN: JSON has no such number');
  return decimalText(doubleText(value));
}

function isoText(value: NonNullable<Value>): string {
  return isTimestamp(value) ? isoTimestampText(value, true) : '';
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

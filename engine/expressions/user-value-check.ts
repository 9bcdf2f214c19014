import type { Value } from '../data/value.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { valueCheck } from './value-writer.ts';

/**
 * Whether what a user's function gives is a value of its type, through and through: cells of rows, elements of arrays, digits of
 * decimals, lengths of texts. NULL is the caller's to look at.
 */
export function userValueCheck(type: LogicalType): (value: Value) => boolean {
  switch (type.root) {
    case 'TIME':
      return (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < DAY_MS;
    case 'DECIMAL': {
      const { precision, scale } = type;
      return (value) => typeof value === 'string' && isDecimal(value, precision, scale);
    }
    case 'CHAR': {
      const { length } = type;
      return (value) => typeof value === 'string' && isTextOf(value, length, length);
    }
    case 'VARCHAR': {
      const { length } = type;
      return (value) => typeof value === 'string' && isTextOf(value, 0, length);
    }
    case 'BINARY': {
      const { length } = type;
      return (value) => value instanceof Uint8Array && value.length === length;
    }
    case 'VARBINARY': {
      const { length } = type;
      return (value) => value instanceof Uint8Array && value.length <= length;
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return isMoment;
    case 'ROW': {
      const cells = type.fields.map((field) => nullableCheck(field.type));
      return (value) =>
        Array.isArray(value) &&
        value.length === cells.length &&
        cells.every((isCell, i) => isCell(value[i] as Value | undefined));
    }
    case 'ARRAY': {
      const isElement = nullableCheck(type.element);
      return (value) => Array.isArray(value) && Array.from(value as readonly Value[]).every(isElement);
    }
    case 'MAP':
      return pairsCheck(nullableCheck(type.key), nullableCheck(type.value));
    case 'MULTISET':
      return pairsCheck(
        nullableCheck(type.element),
        (count) => Number.isInteger(count) && (count as number) > 0,
      );
    default:
      return valueCheck(type);
  }
}

const DAY_MS = 86_400_000;

type Check = (value: Value | undefined) => boolean;

function nullableCheck(type: LogicalType): Check {
  const isValue = userValueCheck(type);
  return (value) => (value === null || value === undefined ? type.nullable : isValue(value));
}

function pairsCheck(isFirst: Check, isSecond: Check): (value: Value) => boolean {
  return (value) =>
    Array.isArray(value) &&
    Array.from(value as readonly Value[]).every(
      (pair) =>
        Array.isArray(pair) &&
        pair.length === 2 &&
        isFirst(pair[0] as Value | undefined) &&
        isSecond(pair[1] as Value | undefined),
    );
}

/** Zeros at either end are no digits. */
function isDecimal(text: string, precision: number, scale: number): boolean {
  const match = /^[+-]?(\d*)(?:\.(\d*))?$/.exec(text);
  const [, whole = '', fraction = ''] = match ?? [];
  if (!match || whole + fraction === '') return false;
  return whole.replace(/^0+/, '').length <= precision - scale && fraction.replace(/0+$/, '').length <= scale;
}

function isTextOf(text: string, least: number, most: number): boolean {
  // Characters are at most as many as UTF-16 units.
  if (text.length <= most && least === 0) return true;
  const { length } = [...text];
  return length >= least && length <= most;
}

/** Milliseconds alone will do. */
function isMoment(value: Value): boolean {
  if (typeof value !== 'object' || value === null || !('epochMs' in value))
    return Number.isSafeInteger(value);
  const { epochMs, nanoOfMs = 0 } = value as { readonly epochMs: unknown; readonly nanoOfMs?: unknown };
  return (
    Number.isSafeInteger(epochMs) &&
    Number.isInteger(nanoOfMs) &&
    (nanoOfMs as number) >= 0 &&
    (nanoOfMs as number) < 1_000_000
  );
}

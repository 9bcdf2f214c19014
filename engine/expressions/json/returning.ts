import type { LogicalType } from '../../types/logical-type.ts';
import { wholePart } from './json-number.ts';
import { ConversionError, type Convert } from './json-query.ts';
import { JsonNumber, scalarText } from './json-value.ts';

/** How JSON_VALUE makes a value of the type that it returns; undefined for types that Flink does not return. */
export function returning(type: LogicalType): Convert | undefined {
  switch (type.root) {
    case 'VARCHAR':
      return scalarText;
    case 'BOOLEAN':
      return (value) => {
        if (typeof value === 'boolean') return value;
        const result = typeof value === 'string' ? BOOLEANS.get(value.trim().toLowerCase()) : undefined;
        if (result === undefined) throw mismatch(value, 'BOOLEAN');
        return result;
      };
    case 'INTEGER':
      return (value) => {
        const whole = wholePart(numberText(value, 'INTEGER'));
        if (whole === undefined || BigInt.asIntN(32, whole) !== whole) throw mismatch(value, 'INTEGER');
        return Number(whole);
      };
    case 'DOUBLE':
      return (value) => {
        const number = Number(numberText(value, 'DOUBLE'));
        if (!Number.isFinite(number)) throw mismatch(value, 'DOUBLE');
        return number + 0; // -0.0 is 0.0: BigDecimal has one zero
      };
    default:
      return undefined;
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 't', 'yes', '1'].map((text) => [text, true] as const),
  ...['false', 'f', 'no', '0'].map((text) => [text, false] as const),
]);

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;

/** Texts may spell numbers. */
function numberText(value: boolean | string | JsonNumber, type: string): string {
  if (value instanceof JsonNumber) return value.text;
  if (typeof value !== 'string' || !NUMBER.test(value)) throw mismatch(value, type);
  return value.replace(/^\+/, '');
}

function mismatch(value: boolean | string | JsonNumber, type: string): ConversionError {
  return new ConversionError(`Value ${scalarText(value)} cannot be represented as ${type}`);
}

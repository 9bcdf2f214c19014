import type { RexLiteral } from '../../expressions/rex-node.ts';
import { typeDigest } from './type-digest.ts';

/**
 * Literals as plans print them. In digests a literal carries its type wherever the value alone does not tell it: `10`
 * is an INTEGER, so a BIGINT is `10:BIGINT`; `_UTF-16LE'ab'` is a CHAR(2), so a VARCHAR says so.
 */

/** `implied`: the place says the type already (the other side of a comparison, an operand of AND). */
export function literalDigest(literal: RexLiteral, implied = false): string {
  const { value, type } = literal;
  if (type.root === 'SYMBOL') return `FLAG(${String(value)})`;
  const hasType = value === null || (!implied && !tellsItsType(literal));
  return `${value === null ? 'null' : valueDigest(literal)}${hasType ? `:${typeDigest(type, true)}` : ''}`;
}

/** As the execution plan prints it: SQL-like, without types. */
export function literalExplanation(literal: RexLiteral): string {
  const { value, type } = literal;
  if (value === null) return `null:${typeDigest(type, false)}`;
  if (type.root === 'CHAR' || type.root === 'VARCHAR') return `'${String(value)}'`;
  if (type.root === 'INTERVAL_DAY_TIME' || type.root === 'INTERVAL_YEAR_MONTH') return literalDigest(literal);
  return valueDigest(literal);
}

/** The value alone. */
export function valueDigest({ value, type }: RexLiteral): string {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return `_UTF-16LE'${String(value).replaceAll("'", "''")}'`;
    case 'BINARY':
    case 'VARBINARY':
      return `X'${String(value)}'`;
    case 'FLOAT':
    case 'DOUBLE':
      return scientific(Number(value));
    case 'DATE':
      return isoDate(Number(value));
    case 'TIME':
      return isoTime(Number(value), '');
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestamp(String(value));
    default:
      return String(value);
  }
}

function tellsItsType({ value, type }: RexLiteral): boolean {
  switch (type.root) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'DATE':
      return true;
    case 'CHAR':
      return typeof value === 'string' && value.length === type.length;
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision === 0;
    case 'BINARY':
      return true;
    default:
      return false;
  }
}

// `1.5E3`, `2.5E0`: one digit before the point, the exponent always.
function scientific(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  return `${digits}E${Number(exponent)}`;
}

function isoDate(days: number): string {
  return new Date(days * 86_400_000).toISOString().slice(0, 10);
}

function isoTime(msOfDay: number, nanos: string): string {
  const clock = new Date(msOfDay).toISOString().slice(11, 23);
  const fraction = `${clock.slice(9)}${nanos}`.replace(/0+$/, '');
  return fraction === '' ? clock.slice(0, 8) : `${clock.slice(0, 8)}.${fraction}`;
}

// `ms[.nnnnnn]` since the epoch.
function timestamp(text: string): string {
  const [whole = '0', nanos = ''] = text.split('.');
  const ms = Number(whole);
  const days = Math.floor(ms / 86_400_000);
  return `${isoDate(days)} ${isoTime(ms - days * 86_400_000, nanos)}`;
}

import type { RexLiteral } from '../../expressions/rex-node.ts';
import { isApproximateNumeric } from '../../types/type-families.ts';
import { decimalText, scientificText } from './decimal-notation.ts';
import { typeDigest } from './type-digest.ts';

/**
 * Literals as plans print them. In digests a literal carries its type wherever the value alone does not tell it: `10`
 * is an INTEGER, so a BIGINT is `10:BIGINT`; `_UTF-16LE'ab'` is a CHAR(2), so a VARCHAR says so.
 */

/** `implied`: the place says the type already (the other side of a comparison, an operand of AND). */
export function literalDigest(literal: RexLiteral, implied = false): string {
  const { value, type } = literal;
  if (type.root === 'SYMBOL') return `FLAG(${String(value)})`;
  const hasType = !implied && (value === null || !tellsItsType(literal));
  const text = value === null ? 'null' : valueDigest(literal);
  return `${text}${hasType ? `:${typeDigest(type, true)}` : ''}`;
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
export function valueDigest({ value, type, isComputed, digits }: RexLiteral): string {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return `_UTF-16LE'${String(value).replaceAll("'", "''")}'`;
    case 'BINARY':
    case 'VARBINARY':
      return `X'${String(value)}'`;
    case 'FLOAT':
    case 'DOUBLE':
      if (digits !== undefined) return /e/i.test(digits) ? scientificText(digits) : decimalText(digits);
      if (type.root === 'FLOAT') return scientific(Number(Number(value).toPrecision(7)));
      return typeof value === 'number' && isComputed ? exactScientific(value) : scientific(Number(value));
    case 'DATE':
      return isoDate(Number(value));
    case 'TIME':
      return isoTime(Number(value), '');
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestamp(String(value));
    case 'DECIMAL':
      return decimalDigest(digits ?? String(value));
    default:
      return digits !== undefined && /e/i.test(digits) ? scientificText(digits) : (digits ?? String(value));
  }
}

// As Java writes numbers: what is smaller than a millionth has an exponent.
function decimalDigest(digits: string): string {
  return /e/i.test(digits) || /^-?0?\.0{6}/.test(digits) ? scientificText(digits) : digits;
}

/** The value alone, as a bound of a search: a DOUBLE always in scientific notation. */
export function boundDigest(literal: RexLiteral): string {
  const { digits } = literal;
  if (!isApproximateNumeric(literal.type) || digits === undefined) return valueDigest(literal);
  return scientificText(digits);
}

/** Whether a literal's text leaves no doubt about its type. */
export function tellsItsType({ value, type }: RexLiteral): boolean {
  switch (type.root) {
    case 'BOOLEAN':
    case 'INTEGER':
    case 'DATE':
      return true;
    case 'CHAR':
      return typeof value === 'string' && value.length === type.length;
    case 'TIME':
    case 'TIMESTAMP':
      return type.precision === 0;
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

/** Of a computed double Flink's plans print the digits of its exact value, cut behind the twentieth. */
function exactScientific(value: number): string {
  const [whole = '', fraction = ''] = exactDecimal(Math.abs(value)).split('.');
  if (value === 0) return '0E0';
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const exponent = digits.length - fraction.length - 1;
  const shown = digits.slice(0, 20);
  const rest = (fraction === '' ? shown.replace(/0+$/, '') : shown).slice(1);
  return `${value < 0 ? '-' : ''}${shown[0] ?? '0'}${rest === '' ? '' : `.${rest}`}E${exponent}`;
}

/** All digits of a double that is not negative. */
function exactDecimal(value: number): string {
  if (Number.isInteger(value)) return String(BigInt(value));
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0] as bigint;
  const exponent = Number(bits >> 52n);
  const mantissa = (bits & 0xf_ffff_ffff_ffffn) | (exponent === 0 ? 0n : 1n << 52n);
  const scale = 1075 - Math.max(exponent, 1); // the value is mantissa / 2^scale
  const digits = String(mantissa * 5n ** BigInt(scale)).padStart(scale + 1, '0'); // times 10^scale
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/0+$/, '');
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

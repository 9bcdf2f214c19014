import { exactNumber, rescaled } from '../../../expressions/exact-number.ts';
import type { RexLiteral } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { isApproximateNumeric, isBinary, isExactNumeric, isNumeric } from '../../../types/type-families.ts';

/** Comparing and re-typing constants while planning: exactly, or not at all. */

/** The order of two literals of one family, neither NULL. */
export function compareLiterals(left: RexLiteral, right: RexLiteral): number {
  if (typeof left.value === 'number' && typeof right.value === 'number')
    return Math.sign(left.value - right.value);
  if (isExactNumeric(left.type) && isExactNumeric(right.type)) return compareExact(left, right);
  if (isNumeric(left.type)) return Math.sign(Number(left.value) - Number(right.value));
  if (
    left.type.root === 'TIMESTAMP' ||
    left.type.root === 'TIMESTAMP_LTZ' ||
    left.type.root === 'INTERVAL_DAY_TIME'
  ) {
    return compareExact(left, right);
  }
  if (typeof left.value === 'string') return compareText(left.value, String(right.value));
  return Math.sign(Number(left.value) - Number(right.value));
}

/** Whether literals of the two types can be ordered against each other without a cast. */
export function areComparable(left: LogicalType, right: LogicalType): boolean {
  if (isNumeric(left) && isNumeric(right)) return true;
  const isText = (type: LogicalType): boolean => type.root === 'CHAR' || type.root === 'VARCHAR';
  if (isText(left) && isText(right)) return true;
  if (isBinary(left) && isBinary(right)) return true;
  return left.root === right.root;
}

function compareExact(left: RexLiteral, right: RexLiteral): number {
  const a = exactNumber(left);
  const b = exactNumber(right);
  const scale = Math.max(a.scale, b.scale);
  const difference = rescaled(a, scale) - rescaled(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

// By code points, as bytes of UTF-8 compare.
function compareText(left: string, right: string): number {
  const a = [...left];
  const b = [...right];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = (a[i]?.codePointAt(0) ?? 0) - (b[i]?.codePointAt(0) ?? 0);
    if (order !== 0) return Math.sign(order);
  }
  return Math.sign(a.length - b.length);
}

/**
 * The type that a constant has when it is written down by itself: `3` is an INTEGER, even where it was widened silently to meet a BIGINT.
 * Plans print constants so, unless the query or an equality gave them the wider type for all to see.
 */
export function naturalType({ value, type, isComputed, digits, written }: RexLiteral): LogicalType {
  if (written) return written;
  const text = digits ?? String(value);
  if (value === null || isComputed) return type;
  if (type.root === 'CHAR' || type.root === 'VARCHAR') {
    return { root: 'CHAR', length: text.length, nullable: false };
  }
  if (isBinary(type)) return { root: 'BINARY', length: text.length / 2, nullable: false };
  if (type.root === 'TIMESTAMP') return { ...type, precision: fractionDigits(text) };
  if (!isNumeric(type) || (isApproximateNumeric(type) && (digits === undefined || /e/i.test(digits))))
    return type;
  if (/^-?\d+$/.test(text)) {
    const whole = BigInt(text);
    if (BigInt.asIntN(32, whole) === whole) return { root: 'INTEGER', nullable: false };
    return BigInt.asIntN(64, whole) === whole ? { root: 'BIGINT', nullable: false } : type;
  }
  const [, whole = '', fraction = ''] = /^-?(\d*)\.(\d+)$/.exec(text) ?? [];
  if (fraction === '') return type;
  const precision = Math.max(whole.replace(/^0+/, '').length, 1) + fraction.length;
  return { root: 'DECIMAL', precision, scale: fraction.length, nullable: false };
}

// Of `ms.nanos` since the epoch, how many digits of the second are not zero.
function fractionDigits(text: string): number {
  const [ms = '0', nanos = ''] = text.split('.');
  const digits = `${String(((Number(ms) % 1000) + 1000) % 1000).padStart(3, '0')}${nanos}`;
  return digits.replace(/0+$/, '').length;
}

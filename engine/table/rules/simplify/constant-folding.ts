import { exactNumber, fixedPoint, rescaled } from '../../../expressions/exact-number.ts';
import type { ExactNumber } from '../../../expressions/exact-number.ts';
import type { RexCall, RexLiteral } from '../../../expressions/rex-node.ts';
import type { LogicalType, TypeRoot } from '../../../types/logical-type.ts';
import { typesEqualSansNullability } from '../../../types/type-equality.ts';
import {
  isApproximateNumeric,
  isCharacter,
  isExactNumeric,
  isInteger,
} from '../../../types/type-families.ts';
import { areComparable, compareLiterals } from './literal-order.ts';
import { isComparison } from './sarg.ts';

/**
 * The value of a call whose operands are all literals, where computing it now cannot change what the query answers:
 * exact arithmetic that wraps as it would at run time, comparisons, and casts that lose nothing. What would fail (a division
 * by zero, a text that is no number), depends on a time zone or is inexact stays a call.
 */
export function foldConstant(call: RexCall): RexLiteral | undefined {
  if (!call.operands.every((operand) => operand.kind === 'literal')) return undefined;
  const operands = call.operands;
  const [first, second] = operands;
  if (!first) return undefined;
  if (call.operator === 'CAST') return foldCast(first, call.type);
  if (operands.some((operand) => operand.value === null)) return undefined;
  if (operands.length === 2 && second) {
    if (isComparison(call.operator)) return foldComparison(call, first, second);
    return foldArithmetic(call, first, second);
  }
  return call.operator === '-' && operands.length === 1 ? negate(first, call.type) : undefined;
}

export function booleanLiteral(value: boolean, type: LogicalType): RexLiteral {
  return { kind: 'literal', value, type: { ...type, nullable: false } };
}

function foldComparison(call: RexCall, left: RexLiteral, right: RexLiteral): RexLiteral | undefined {
  if (!areComparable(left.type, right.type)) return undefined;
  const order = compareLiterals(left, right);
  const value = {
    '=': order === 0,
    '<>': order !== 0,
    '<': order < 0,
    '<=': order <= 0,
    '>': order > 0,
    '>=': order >= 0,
  }[call.operator as '='];
  return booleanLiteral(value, call.type);
}

function foldArithmetic(call: RexCall, left: RexLiteral, right: RexLiteral): RexLiteral | undefined {
  if (call.type.root === 'INTERVAL_DAY_TIME') return foldInterval(call, left, right);
  if (!isInteger(call.type) || !isInteger(left.type) || !isInteger(right.type)) return undefined;
  const a = BigInt(String(left.value));
  const b = BigInt(String(right.value));
  switch (call.operator) {
    case '+':
      return integer(a + b, call.type);
    case '-':
      return integer(a - b, call.type);
    case '*':
      return integer(a * b, call.type);
    case '/':
      return b === 0n ? undefined : integer(a / b, call.type);
    case 'MOD':
    case '%':
      return b === 0n ? undefined : integer(a % b, call.type);
    default:
      return undefined;
  }
}

// Milliseconds times a count: TIMESTAMPADD(HOUR, 2, t) adds `3600000 * 2`.
function foldInterval(call: RexCall, left: RexLiteral, right: RexLiteral): RexLiteral | undefined {
  const isCount = (literal: RexLiteral): boolean => isInteger(literal.type);
  if (call.operator !== '*' || isCount(left) === isCount(right)) return undefined;
  const product = BigInt(String(left.value)) * BigInt(String(right.value));
  return literal(String(product), call.type);
}

function negate(operand: RexLiteral, type: LogicalType): RexLiteral | undefined {
  if (isInteger(type)) return integer(-BigInt(String(operand.value)), type);
  if (type.root !== 'DECIMAL') return undefined;
  const text = String(operand.value);
  return literal(text.startsWith('-') ? text.slice(1) : `-${text}`, type);
}

const BITS: Partial<Record<TypeRoot, number>> = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, BIGINT: 64 };

/** Wraps as Java does; BIGINT literals are decimal text. */
function integer(value: bigint, type: LogicalType): RexLiteral {
  const wrapped = BigInt.asIntN(BITS[type.root] ?? 64, value);
  return literal(type.root === 'BIGINT' ? String(wrapped) : Number(wrapped), type);
}

function literal(value: RexLiteral['value'], type: LogicalType): RexLiteral {
  return { kind: 'literal', value, type: { ...type, nullable: value === null } };
}

/** The same constant in another type, where the value stays. */
export function foldCast(operand: RexLiteral, type: LogicalType): RexLiteral | undefined {
  // A cast that only takes NOT NULL away is how a constant stands in for a nullable column.
  if (typesEqualSansNullability(operand.type, type)) return undefined;
  if (operand.value === null) return literal(null, type);
  if (isExactNumeric(operand.type)) return castExact(operand, type);
  if (isApproximateNumeric(operand.type)) return castApproximate(operand, type);
  if (isCharacter(operand.type) && isCharacter(type)) return castText(operand, type);
  return undefined;
}

function castExact(operand: RexLiteral, type: LogicalType): RexLiteral | undefined {
  const number = exactNumber(operand);
  const digits = operand.digits ?? String(operand.value);
  if (isInteger(type)) {
    const value = rescaled(number, 0);
    return BigInt.asIntN(BITS[type.root] ?? 64, value) === value ? integer(value, type) : undefined;
  }
  if (type.root === 'DECIMAL') {
    const unscaled = roundedTo(number, type.scale);
    const isWithin = digitsOf(unscaled) <= type.precision;
    if (!isWithin) return undefined;
    if (number.scale <= type.scale) return literal(String(operand.value), type);
    return { ...literal(fixedPoint(unscaled, type.scale), type), digits };
  }
  // The nearest number, as at run time.
  if (type.root === 'DOUBLE') return { ...literal(Number(operand.value), type), digits };
  if (type.root === 'FLOAT') return { ...literal(Math.fround(Number(operand.value)), type), digits };
  return undefined;
}

/** A DOUBLE as it was written, whose digits plans keep. */
function castApproximate({ value, digits }: RexLiteral, type: LogicalType): RexLiteral | undefined {
  if (digits === undefined) return undefined;
  if (type.root === 'DOUBLE') return { ...literal(Number(value), type), digits };
  if (type.root === 'FLOAT') return { ...literal(Math.fround(Number(value)), type), digits };
  const number = exactDigits(digits);
  if (!number) return undefined;
  if (isInteger(type)) {
    if (number.scale !== 0 || BigInt.asIntN(BITS[type.root] ?? 64, number.unscaled) !== number.unscaled)
      return undefined;
    return { ...integer(number.unscaled, type), digits };
  }
  if (type.root !== 'DECIMAL') return undefined;
  const unscaled = roundedTo(number, type.scale);
  return digitsOf(unscaled) <= type.precision
    ? { ...literal(fixedPoint(unscaled, type.scale), type), digits }
    : undefined;
}

/** `1.50e3` is 150 times ten. */
function exactDigits(text: string): ExactNumber | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d*)\.?(\d*)(?:[eE]([-+]?\d{1,2}))?$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  const unscaled = BigInt(`${sign}${whole}${fraction}` || '0');
  return { unscaled, scale: fraction.length - Number(exponent) };
}

function digitsOf(unscaled: bigint): number {
  return String(unscaled < 0n ? -unscaled : unscaled).length;
}

/** Half away from zero. */
function roundedTo(number: ExactNumber, scale: number): bigint {
  const tenfold = rescaled(number, scale + 1);
  return (tenfold + (tenfold < 0n ? -5n : 5n)) / 10n;
}

function castText(operand: RexLiteral, type: LogicalType): RexLiteral | undefined {
  const { length } = String(operand.value);
  const isWide =
    type.root === 'VARCHAR' ? length <= type.length : type.root === 'CHAR' && length === type.length;
  return isWide ? literal(operand.value, type) : undefined;
}

/** A decimal with as many digits behind the point as its type has, as one that was computed. */
export function withScale(literal: RexLiteral): RexLiteral {
  const { type, value } = literal;
  if (type.root !== 'DECIMAL' || type.scale === 0 || value === null) return literal;
  const [whole = '', fraction = ''] = String(value).split('.');
  return { ...literal, value: `${whole}.${fraction.padEnd(type.scale, '0')}` };
}

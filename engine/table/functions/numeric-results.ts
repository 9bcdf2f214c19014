/** Result types and operand casts of arithmetic. Integers wrap and keep the wider type; with a DECIMAL, S-56 holds. */

import { commonType, leastRestrictive, secondDigits, widerUnits } from '../../types/common-type.ts';
import {
  avgResult,
  decimalOf,
  decimalResult,
  roundResult,
  sumResult,
} from '../../types/decimal-arithmetic.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import {
  isDatetime,
  isExactNumeric,
  isInteger,
  isInterval,
  isNumeric,
  withNullability,
} from '../../types/type-families.ts';
import type { CallSite, ResultType } from './function-definition.ts';
import { anyNullable, DOUBLE, typeAt } from './result-types.ts';

export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';

/** Type of `left operator right`, for numbers, intervals and times. The forms have been checked. */
export const arithmetic =
  (operator: ArithmeticOperator): ResultType =>
  (call) => {
    const [left, right] = [typeAt(call, 0), typeAt(call, 1)];
    const nullable = anyNullable(call);
    if (isDatetime(left)) return withNullability(movedBy(right, left), nullable);
    if (isDatetime(right)) return withNullability(movedBy(left, right), nullable);
    if (isInterval(left)) {
      if (isInterval(right)) return { ...left, units: widerUnits(left.units, right), nullable };
      return withNullability(left, nullable);
    }
    if (isInterval(right)) return withNullability(right, nullable);
    return numericResult(operator, left, right, nullable);
  };

/** The type of a time that an interval moves: as many digits of the second as the interval says that it has, if those are more. */
function movedBy(interval: LogicalType, time: LogicalType): LogicalType {
  if (!isInterval(interval) || !('precision' in time)) return time;
  const digits = secondDigits(interval.units);
  return digits > time.precision ? { ...time, precision: digits } : time;
}

function numericResult(
  operator: ArithmeticOperator,
  left: LogicalType,
  right: LogicalType,
  nullable: boolean,
): LogicalType {
  // The remainder of whole numbers is smaller than the divisor, whose type it has.
  if (operator === '%' && decimalOf(left)?.scale === 0 && decimalOf(right)?.scale === 0)
    return withNullability(right, nullable);
  if (left.root === 'DECIMAL' || right.root === 'DECIMAL') {
    const [a, b] = [decimalOf(left), decimalOf(right)];
    if (a && b) return decimalResult(operator, a, b);
  }
  return leastRestrictive([left, right]) ?? withNullability(left, nullable);
}

/** What both operands are computed in: decimals each in its own precision, other numbers in the common type. */
export const arithmeticCasts = (call: CallSite): (LogicalType | undefined)[] => {
  const types = call.operands.map((_, i) => typeAt(call, i));
  if (!types.every(isNumeric)) return types.map((type) => intervalFactor(type, types));
  if (types.every(isExactNumeric) && types.some((type) => type.root === 'DECIMAL'))
    return types.map(decimalOf);
  const common = leastRestrictive(types);
  return types.map(() => common);
};

// `INTERVAL '1' DAY * n`: the factor, a whole number, counts as the integer that holds the interval.
function intervalFactor(type: LogicalType, types: readonly LogicalType[]): LogicalType | undefined {
  if (!isInteger(type)) return undefined;
  const isMonths = types.some(({ root }) => root === 'INTERVAL_YEAR_MONTH');
  return { root: isMonths ? 'INTEGER' : 'BIGINT', nullable: type.nullable };
}

/** Same number type; a FLOOR or CEIL of a DECIMAL has no fraction. */
export const wholeNumber: ResultType = (call) => {
  const type = typeAt(call, 0);
  return type.root === 'DECIMAL' ? { ...type, scale: 0 } : type;
};

/** ROUND and TRUNCATE: a DECIMAL narrows where the digits are written out. */
export const rounded: ResultType = (call) => {
  const type = typeAt(call, 0);
  const nullable = anyNullable(call);
  if (type.root !== 'DECIMAL') return withNullability(type, nullable);
  const digits = call.operands.length === 1 ? 0 : literalNumber(call, 1);
  return withNullability(roundResult(type, digits), nullable);
};

/** The value of a whole-number literal; undefined for anything else. */
export function literalNumber(call: CallSite, index: number): number | undefined {
  const operand = call.operands[index];
  return operand?.kind === 'literal' && typeof operand.value === 'number' ? operand.value : undefined;
}

export const toDouble = (call: CallSite): LogicalType[] =>
  call.operands.map((operand) => withNullability(DOUBLE, operand.type.nullable));

/** SUM of integers stays in their type and wraps; of DECIMAL(p, s) it is DECIMAL(38, s) (S-55). */
export function sumType(type: LogicalType): LogicalType {
  return type.root === 'DECIMAL' ? sumResult(type) : type;
}

export function avgType(type: LogicalType): LogicalType {
  return type.root === 'DECIMAL' ? avgResult(type) : type;
}

/** Flink's common type of all operands; the forms or a check have made sure that there is one. */
export function common(call: CallSite): LogicalType | undefined {
  return commonType(call.operands.map((operand) => operand.type));
}

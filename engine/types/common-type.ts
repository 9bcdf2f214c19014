/**
 * The one type that values of several types can be brought to.
 *
 * Flink has two such rules and uses each in its places: Calcite's, in which the order of the types matters
 * (`leastRestrictive`: CASE, `=`, arithmetic, set operations, VALUES, ARRAY), and its own (`commonType`:
 * COALESCE, IFNULL, GREATEST and the ordered comparisons of numbers). They differ for FLOAT with DOUBLE and for
 * timestamps of two kinds.
 */

import { supportsImplicitCast } from './cast-rules.ts';
import { decimalOf, MAX_PRECISION } from './decimal-arithmetic.ts';
import type { DecimalType, LogicalType, RowField } from './logical-type.ts';
import { sameUnits, typesEqualSansNullability } from './type-equality.ts';
import {
  isApproximateNumeric,
  isBinary,
  isCharacter,
  isDatetime,
  isExactNumeric,
  isInteger,
  isInterval,
  isTimestamp,
  withNullability,
  withoutAttribute,
} from './type-families.ts';

/** By Calcite's rule; undefined if the types do not meet. NULL only makes the result nullable. Attributes of time are lost. */
export function leastRestrictive(types: readonly LogicalType[]): LogicalType | undefined {
  return fold(types, mergeAsCalcite);
}

/** By Flink's own rule; undefined if the types do not meet. Where they have nothing in common, one may still take all others: DATE a TIMESTAMP. */
export function commonType(types: readonly LogicalType[]): LogicalType | undefined {
  const merged = fold(types, mergeAsFlink);
  if (merged) return merged;
  const target = types.find((type) => types.every((other) => supportsImplicitCast(other, type)));
  return (
    target &&
    withNullability(
      withoutAttribute(target),
      types.some((type) => type.nullable),
    )
  );
}

/** Smallest DECIMAL that holds all values of both. */
export function commonDecimal(left: DecimalType, right: DecimalType): DecimalType {
  const integerDigits = Math.max(left.precision - left.scale, right.precision - right.scale);
  const scale = Math.min(Math.max(left.scale, right.scale), MAX_PRECISION - integerDigits);
  const nullable = left.nullable || right.nullable;
  return { root: 'DECIMAL', precision: integerDigits + scale, scale, nullable };
}

type Merge = (left: LogicalType, right: LogicalType) => LogicalType | undefined;

function fold(types: readonly LogicalType[], merge: Merge): LogicalType | undefined {
  const nullable = types.some((type) => type.nullable);
  let result: LogicalType | undefined;
  for (const type of types) {
    if (type.root === 'NULL') continue;
    const next = withoutAttribute(type);
    result =
      result === undefined || (typesEqualSansNullability(result, next) && sameUnits(result, next))
        ? (result ?? next)
        : merge(result, next);
    if (result === undefined) return undefined;
  }
  return withNullability(result ?? { root: 'NULL', nullable: true }, nullable);
}

const DOUBLE: LogicalType = { root: 'DOUBLE', nullable: true };
const WIDTH = { TINYINT: 1, SMALLINT: 2, INTEGER: 4, BIGINT: 8 } as Record<string, number>;

function mergeAsCalcite(left: LogicalType, right: LogicalType): LogicalType | undefined {
  // FLOAT and DOUBLE have the same precision there, so the first one stays.
  if (isApproximateNumeric(left) && isApproximateNumeric(right)) return left;
  if (isTimestamp(left) && isTimestamp(right) && left.root !== right.root) {
    if (left.precision === right.precision) return left;
    return { ...right, precision: Math.max(left.precision, right.precision) };
  }
  return mergeKnown(left, right, mergeAsCalcite);
}

function mergeAsFlink(left: LogicalType, right: LogicalType): LogicalType | undefined {
  if (isApproximateNumeric(left) && isApproximateNumeric(right)) return DOUBLE;
  // Behind a DECIMAL it stays as it is; before one, it becomes DOUBLE.
  if (isExactNumeric(left) && isApproximateNumeric(right)) return right;
  if (isTimestamp(left) && isTimestamp(right) && left.root !== right.root) {
    const zoned = left.root === 'TIMESTAMP_LTZ' ? left : right;
    return { ...zoned, precision: Math.max(left.precision, right.precision) };
  }
  return mergeKnown(left, right, mergeAsFlink);
}

function mergeKnown(left: LogicalType, right: LogicalType, merge: Merge): LogicalType | undefined {
  if (isExactNumeric(left) || isApproximateNumeric(left)) return mergeNumbers(left, right);
  if (isCharacter(left) && isCharacter(right)) {
    // Literals of several lengths are not padded: they become VARCHAR.
    return { root: 'VARCHAR', length: Math.max(left.length, right.length), nullable: true };
  }
  if (isBinary(left) && isBinary(right)) {
    return { root: 'VARBINARY', length: Math.max(left.length, right.length), nullable: true };
  }
  if (isDatetime(left) && left.root !== 'DATE' && isDatetime(right) && left.root === right.root) {
    return { ...left, precision: Math.max(left.precision, right.precision) };
  }
  if (isInterval(left) && left.root === right.root) return { ...left, units: widerUnits(left.units, right) };
  if (left.root === 'ARRAY' || left.root === 'MULTISET') {
    const element = left.root === right.root ? mergeNested(left.element, right.element, merge) : undefined;
    return element && { ...left, element };
  }
  if (left.root === 'MAP' && right.root === 'MAP') {
    const key = mergeNested(left.key, right.key, merge);
    const value = mergeNested(left.value, right.value, merge);
    return key && value && { ...left, key, value };
  }
  if (left.root === 'ROW' && right.root === 'ROW') return mergeRows(left.fields, right.fields, merge);
  return undefined;
}

function mergeNumbers(left: LogicalType, right: LogicalType): LogicalType | undefined {
  if (isInteger(left) && isInteger(right)) {
    return (WIDTH[left.root] ?? 0) >= (WIDTH[right.root] ?? 0) ? left : right;
  }
  if (isExactNumeric(left) && isExactNumeric(right)) {
    const [a, b] = [decimalOf(left), decimalOf(right)];
    return a && b && commonDecimal(a, b);
  }
  const [exact, approximate] = isExactNumeric(left) ? [left, right] : [right, left];
  if (!isExactNumeric(exact) || !isApproximateNumeric(approximate)) return undefined;
  return exact.root === 'DECIMAL' ? DOUBLE : approximate;
}

function mergeNested(left: LogicalType, right: LogicalType, merge: Merge): LogicalType | undefined {
  return fold([left, right], merge);
}

function mergeRows(
  left: readonly RowField[],
  right: readonly RowField[],
  merge: Merge,
): LogicalType | undefined {
  if (left.length !== right.length) return undefined;
  const fields: RowField[] = [];
  for (const [i, field] of left.entries()) {
    const other = right[i];
    const type = other && mergeNested(field.type, other.type, merge);
    if (!type) return undefined;
    fields.push({ name: field.name, type });
  }
  return { root: 'ROW', fields, nullable: true };
}

const UNIT_ORDER = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'];

/** `DAY` and `HOUR` give `DAY TO HOUR`, as plans print the sum of two intervals. */
export function widerUnits(left: string, right: LogicalType): string {
  if (!isInterval(right) || left === right.units) return left;
  const used = [...left.matchAll(/[A-Z]+/g), ...right.units.matchAll(/[A-Z]+/g)].map(([word]) => word);
  const units = UNIT_ORDER.filter((unit) => used.includes(unit));
  const [first, last] = [units.at(0), units.at(-1)];
  if (first === undefined || last === undefined || first === last) return left;
  const digits = Math.max(secondDigits(left), secondDigits(right.units));
  return `${first} TO ${last}${digits > 0 ? `(${digits})` : ''}`;
}

/** The digits of the second that `DAY TO SECOND(3)` and `SECOND(2, 3)` name; 0 where none are named. */
export function secondDigits(units: string): number {
  return Number(/(?: TO SECOND\(|SECOND\(\d+, )(\d+)\)$/.exec(units)?.[1] ?? 0);
}

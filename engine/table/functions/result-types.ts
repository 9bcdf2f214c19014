/** The usual ways in which the type of a result follows from the operands. */

import { MAX_LENGTH } from '../../types/logical-type.ts';
import type { LengthType, LogicalType } from '../../types/logical-type.ts';
import { isBinary, isCharacter, withNullability, withoutAttribute } from '../../types/type-families.ts';
import type { CallSite, ResultType } from './function-definition.ts';

export const BOOLEAN: LogicalType = { root: 'BOOLEAN', nullable: false };
export const INTEGER: LogicalType = { root: 'INTEGER', nullable: false };
export const BIGINT: LogicalType = { root: 'BIGINT', nullable: false };
export const DOUBLE: LogicalType = { root: 'DOUBLE', nullable: false };
export const DATE: LogicalType = { root: 'DATE', nullable: false };
export const STRING: LogicalType = { root: 'VARCHAR', length: MAX_LENGTH, nullable: false };
export const BYTES: LogicalType = { root: 'VARBINARY', length: MAX_LENGTH, nullable: false };
export const timestamp = (precision: number): LogicalType => ({
  root: 'TIMESTAMP',
  precision,
  nullable: false,
});
export const timestampLtz = (precision: number): LogicalType => ({
  root: 'TIMESTAMP_LTZ',
  precision,
  nullable: false,
});
export const char = (length: number): LogicalType => ({ root: 'CHAR', length, nullable: false });
export const varchar = (length: number): LogicalType => ({ root: 'VARCHAR', length, nullable: false });
export const arrayOf = (element: LogicalType): LogicalType => ({ root: 'ARRAY', element, nullable: false });

export function anyNullable(call: CallSite): boolean {
  return call.operands.some((operand) => operand.type.nullable);
}

/** Type of operand `index`, without a time attribute. */
export function typeAt(call: CallSite, index: number): LogicalType {
  return withoutAttribute(call.operands[index]?.type ?? { root: 'NULL', nullable: true });
}

/** Always this type, NULL or not as it says. */
export const always =
  (type: LogicalType): ResultType =>
  () =>
    type;

/** This type, never NULL whatever the operands. */
export const notNull = (type: LogicalType): ResultType => always(withNullability(type, false));

/** This type, and NULL may come of operands that are not NULL. */
export const forceNullable = (type: LogicalType): ResultType => always(withNullability(type, true));

/** NULL if an operand is. */
export const nullIfAny =
  (type: LogicalType): ResultType =>
  (call) =>
    withNullability(type, anyNullable(call));

/** Type of operand `index`, NULL if any operand is. */
export const sameAs =
  (index: number): ResultType =>
  (call) =>
    withNullability(typeAt(call, index), anyNullable(call));

/** CHAR(n) becomes VARCHAR(n): the result may be shorter. */
export function varying(type: LogicalType): LogicalType {
  if (isCharacter(type)) return { ...(type as LengthType), root: 'VARCHAR' };
  if (isBinary(type)) return { ...(type as LengthType), root: 'VARBINARY' };
  return type;
}

export const varyingOf =
  (index: number): ResultType =>
  (call) =>
    withNullability(varying(typeAt(call, index)), anyNullable(call));

export const varyingOfNullable =
  (index: number): ResultType =>
  (call) =>
    withNullability(varying(typeAt(call, index)), true);

/** Of aggregates: NULL if the argument is, or if a group may be without a row (no GROUP BY, or FILTER). */
export function nullIfEmpty(type: LogicalType, call: CallSite): LogicalType {
  return withNullability(type, type.nullable || !call.isKeyed || call.hasFilter);
}

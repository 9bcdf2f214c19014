/** Which family a type belongs to: what operators and functions ask of their operands. */

import type {
  DecimalType,
  IntervalType,
  LengthType,
  LogicalType,
  SimpleType,
  TimeType,
  TypeRoot,
} from './logical-type.ts';

// Narrowed roots, so that a failed test does not rule out the others that share an interface.
export type IntegerType = SimpleType & { readonly root: 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT' };
export type ApproximateType = SimpleType & { readonly root: 'FLOAT' | 'DOUBLE' };
export type CharacterType = LengthType & { readonly root: 'CHAR' | 'VARCHAR' };
export type BinaryType = LengthType & { readonly root: 'BINARY' | 'VARBINARY' };
export type TimestampType = TimeType & { readonly root: 'TIMESTAMP' | 'TIMESTAMP_LTZ' };
export type DatetimeType = TimeType | (SimpleType & { readonly root: 'DATE' });

const INTEGERS: ReadonlySet<TypeRoot> = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT']);

export function isInteger(type: LogicalType): type is IntegerType {
  return INTEGERS.has(type.root);
}

export function isExactNumeric(type: LogicalType): type is IntegerType | DecimalType {
  return type.root === 'DECIMAL' || isInteger(type);
}

export function isApproximateNumeric(type: LogicalType): type is ApproximateType {
  return type.root === 'FLOAT' || type.root === 'DOUBLE';
}

export function isNumeric(type: LogicalType): type is IntegerType | ApproximateType | DecimalType {
  return isExactNumeric(type) || isApproximateNumeric(type);
}

export function isCharacter(type: LogicalType): type is CharacterType {
  return type.root === 'CHAR' || type.root === 'VARCHAR';
}

export function isBinary(type: LogicalType): type is BinaryType {
  return type.root === 'BINARY' || type.root === 'VARBINARY';
}

export function isTimestamp(type: LogicalType): type is TimestampType {
  return type.root === 'TIMESTAMP' || type.root === 'TIMESTAMP_LTZ';
}

/** DATE, TIME, TIMESTAMP, TIMESTAMP_LTZ. */
export function isDatetime(type: LogicalType): type is DatetimeType {
  return type.root === 'DATE' || type.root === 'TIME' || isTimestamp(type);
}

export function isInterval(type: LogicalType): type is IntervalType {
  return type.root === 'INTERVAL_YEAR_MONTH' || type.root === 'INTERVAL_DAY_TIME';
}

export function isTimeAttribute(type: LogicalType): boolean {
  return 'attribute' in type && type.attribute !== undefined;
}

/** The type with the given nullability; the same object if nothing changes. */
export function withNullability<T extends LogicalType>(type: T, nullable: boolean): T {
  return type.nullable === nullable ? type : { ...type, nullable };
}

/** A time attribute as the plain timestamp it holds; other types as they are. */
export function withoutAttribute<T extends LogicalType>(type: T): T {
  if (!isTimeAttribute(type)) return type;
  const { root, precision, nullable } = type as T & TimeType;
  return { root, precision, nullable } as unknown as T;
}

/** The first of these roots in a type or in what it is made of; undefined if there is none. */
export function rootWithin(type: LogicalType, roots: readonly LogicalType['root'][]): string | undefined {
  if (roots.includes(type.root)) return type.root;
  const within = (each: LogicalType): string | undefined => rootWithin(each, roots);
  switch (type.root) {
    case 'ARRAY':
    case 'MULTISET':
      return within(type.element);
    case 'MAP':
      return within(type.key) ?? within(type.value);
    case 'ROW':
      for (const field of type.fields) {
        const root = within(field.type);
        if (root !== undefined) return root;
      }
      return undefined;
    default:
      return undefined;
  }
}

/** Data types as written, e.g. in CAST and CREATE TABLE. Nullability is a field of every type. */

import type { StringLiteral } from './expressions.ts';
import type { Identifier, Node, ObjectPath } from './node.ts';

export type DataType =
  | SimpleDataType
  | IntervalDataType
  | CollectionDataType
  | MapDataType
  | RowDataType
  | StructuredDataType
  | RawDataType
  | NamedDataType;

export interface DataTypeNode extends Node {
  /** `false` for NOT NULL, `true` for an explicit NULL, absent when nothing was written (nullable by default). */
  readonly nullable?: boolean | undefined;
}

/**
 * Names of types that take at most a precision and a scale. Aliases are resolved here: INTEGER is INT, DEC and
 * NUMERIC are DECIMAL, CHARACTER is CHAR, CHAR VARYING is VARCHAR, BINARY VARYING is VARBINARY, DOUBLE PRECISION
 * is DOUBLE, TIME WITHOUT TIME ZONE is TIME, TIMESTAMP WITH LOCAL TIME ZONE is TIMESTAMP_LTZ.
 * STRING and BYTES stay as they are.
 */
export type SimpleTypeName =
  | 'CHAR'
  | 'VARCHAR'
  | 'STRING'
  | 'BINARY'
  | 'VARBINARY'
  | 'BYTES'
  | 'BOOLEAN'
  | 'DECIMAL'
  | 'TINYINT'
  | 'SMALLINT'
  | 'INT'
  | 'BIGINT'
  | 'FLOAT'
  | 'REAL'
  | 'DOUBLE'
  | 'DATE'
  | 'TIME'
  | 'TIMESTAMP'
  | 'TIMESTAMP_LTZ'
  | 'TIMESTAMP WITH LOCAL TIME ZONE' // the same type
  | 'TIME WITH LOCAL TIME ZONE' // parsed, and refused by the validator
  | 'VARIANT'
  | 'BITMAP';

export interface SimpleDataType extends DataTypeNode {
  readonly kind: 'SimpleDataType';
  readonly name: SimpleTypeName;
  /** Length of CHAR, VARCHAR, BINARY, VARBINARY; digits of DECIMAL; fraction digits of TIME and TIMESTAMP. */
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  /** CHARACTER SET of CHAR and VARCHAR, which changes nothing. */
  readonly charset?: Identifier | undefined;
}

export type IntervalUnit = 'YEAR' | 'MONTH' | 'DAY' | 'HOUR' | 'MINUTE' | 'SECOND' | 'WEEK' | 'QUARTER';

/** `DAY(3) TO SECOND(3)`: part of an interval type and of an interval literal. Plural units are written singular here. */
export interface IntervalQualifier extends Node {
  readonly kind: 'IntervalQualifier';
  readonly from: IntervalUnit;
  readonly to?: IntervalUnit | undefined;
  /** Digits of the leading field: `DAY(3)`. */
  readonly precision?: number | undefined;
  /** Digits of the fraction of a second: `SECOND(3)` after TO, or the second number of `SECOND(2, 3)`. */
  readonly fraction?: number | undefined;
}

export interface IntervalDataType extends DataTypeNode {
  readonly kind: 'IntervalDataType';
  readonly qualifier: IntervalQualifier;
}

/** `ARRAY<T>` and `T ARRAY`, `MULTISET<T>` and `T MULTISET`. */
export interface CollectionDataType extends DataTypeNode {
  readonly kind: 'CollectionDataType';
  readonly collection: 'ARRAY' | 'MULTISET';
  readonly element: DataType;
  /** Printed as `T ARRAY`, `T MULTISET`; never set by the parser, which takes both. */
  readonly isPostfix?: boolean;
}

export interface MapDataType extends DataTypeNode {
  readonly kind: 'MapDataType';
  readonly key: DataType;
  readonly value: DataType;
}

export interface RowField extends Node {
  readonly kind: 'RowField';
  readonly name: Identifier;
  readonly type: DataType;
  readonly comment?: StringLiteral | undefined;
}

/** `ROW<a INT, b STRING 'comment'>` and `ROW(a INT)`. */
export interface RowDataType extends DataTypeNode {
  readonly kind: 'RowDataType';
  readonly fields: readonly RowField[];
  /** Printed as `ROW(...)`; never set by the parser, which takes both. */
  readonly isParenthesised?: boolean;
}

/** `STRUCTURED<'class', a INT, ...>`. */
export interface StructuredDataType extends DataTypeNode {
  readonly kind: 'StructuredDataType';
  readonly className: StringLiteral;
  readonly fields: readonly RowField[];
}

/** `RAW('class', 'snapshot')`. */
export interface RawDataType extends DataTypeNode {
  readonly kind: 'RawDataType';
  readonly className: StringLiteral;
  readonly serializer: StringLiteral;
}

/** A type by a name that is not built in: a user-defined type, or a misspelt one. */
export interface NamedDataType extends DataTypeNode {
  readonly kind: 'NamedDataType';
  readonly name: ObjectPath;
}

/**
 * Flink's logical types as plain data: they are posted to workers, kept in checkpoints and compared in tests.
 *
 * A type never changes; `withNullability` makes another one. The text of a type is Flink's
 * `asSummaryString()`, which EXPLAIN, DESCRIBE and error messages show.
 */
export type LogicalType =
  SimpleType | DecimalType | LengthType | TimeType | IntervalType | CollectionType | MapType | RowType;

export interface SimpleType {
  readonly root:
    | 'BOOLEAN'
    | 'TINYINT'
    | 'SMALLINT'
    | 'INTEGER'
    | 'BIGINT'
    | 'FLOAT'
    | 'DOUBLE'
    | 'DATE'
    | 'NULL'
    | 'VARIANT'
    | 'BITMAP'
    | 'SYMBOL';
  readonly nullable: boolean;
}
export interface DecimalType {
  readonly root: 'DECIMAL';
  readonly precision: number;
  readonly scale: number;
  readonly nullable: boolean;
}
/** Lengths count code points (CHAR, VARCHAR) or bytes (BINARY, VARBINARY). STRING is VARCHAR(2147483647). */
export interface LengthType {
  readonly root: 'CHAR' | 'VARCHAR' | 'BINARY' | 'VARBINARY';
  readonly length: number;
  readonly nullable: boolean;
}
export interface TimeType {
  readonly root: 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ';
  readonly precision: number;
  /** Set while the column is a time attribute. */
  readonly attribute?: 'ROWTIME' | 'PROCTIME';
  readonly nullable: boolean;
}
export interface IntervalType {
  /** Months in an i32, or milliseconds in an i64. `units` is the text, e.g. `DAY(1) TO SECOND(3)`. */
  readonly root: 'INTERVAL_YEAR_MONTH' | 'INTERVAL_DAY_TIME';
  readonly units: string;
  readonly nullable: boolean;
}
export interface CollectionType {
  readonly root: 'ARRAY' | 'MULTISET';
  readonly element: LogicalType;
  readonly nullable: boolean;
}
export interface MapType {
  readonly root: 'MAP';
  readonly key: LogicalType;
  readonly value: LogicalType;
  readonly nullable: boolean;
}
export interface RowType {
  readonly root: 'ROW';
  readonly fields: readonly RowField[];
  /** Of a STRUCTURED type: the name of its class. */
  readonly className?: string;
  readonly nullable: boolean;
}
export interface RowField {
  readonly name: string;
  readonly type: LogicalType;
  readonly description?: string;
}

export type TypeRoot = LogicalType['root'];
export const MAX_LENGTH = 2147483647;

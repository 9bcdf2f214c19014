import type { CollectionType, LengthType, LogicalType, MapType, RowType } from '../../types/logical-type.ts';

/** How the values of one column, or of one part of a composite column, are made. */
export type ColumnPlan =
  IntegerPlan | FloatPlan | TimePlan | BytesPlan | SequencePlan | ArrayPlan | MapPlan | RowPlan;

interface Plan {
  /** `r.x` for field x of column r: what names its options, and tells its random values from others. */
  readonly path: string;
  /** Share of NULLs, from 0 to 1. */
  readonly nullRate: number;
}

/** Numbers from `min` to `max`, both included. Of a DECIMAL these are unscaled; a BOOLEAN is 0 or 1. */
export interface IntegerPlan extends Plan {
  readonly kind: 'integer';
  readonly type: LogicalType;
  readonly min: bigint;
  readonly max: bigint;
}

export interface FloatPlan extends Plan {
  readonly kind: 'float';
  readonly type: LogicalType;
  readonly min: number;
  readonly max: number;
}

/** Now: a DATE or TIME in the session's zone, or a timestamp that lies up to `maxPastMs` before now. */
export interface TimePlan extends Plan {
  readonly kind: 'time';
  readonly type: LogicalType;
  readonly maxPastMs: number;
}

/** Hexadecimal digits, or any bytes. With `isVariable` at least one of them and fewer than `length`. */
export interface BytesPlan extends Plan {
  readonly kind: 'bytes';
  readonly type: LengthType;
  readonly length: number;
  readonly isVariable: boolean;
}

/** Row n has `start + n`. */
export interface SequencePlan extends Plan {
  readonly kind: 'sequence';
  readonly type: LogicalType;
  readonly start: bigint;
  readonly count: number;
}

export interface ArrayPlan extends Plan {
  readonly kind: 'array';
  readonly type: CollectionType;
  readonly length: number;
  readonly element: ColumnPlan;
}

/** Of a MULTISET the values are the counts. */
export interface MapPlan extends Plan {
  readonly kind: 'map';
  readonly type: MapType | CollectionType;
  readonly length: number;
  readonly key: ColumnPlan;
  readonly value: ColumnPlan;
}

export interface RowPlan extends Plan {
  readonly kind: 'row';
  readonly type: RowType;
  readonly fields: readonly ColumnPlan[];
}

import type { LogicalType, RowType } from '../types/logical-type.ts';

/**
 * One column of a RecordBatch: addresses into linear memory and a type; it owns nothing.
 *
 *   values    row r at values + r * stride, `width` bytes wide; stride 0 makes a constant of one cell
 *   validity  0 (every row is set) or one byte a row: 1 set, 0 NULL; with stride 0 one byte for all rows
 *
 * What a cell holds, by type (`physicalWidth`):
 *
 *   1   BOOLEAN (0, 1), TINYINT                   2  SMALLINT
 *   4   INTEGER, DATE (days), TIME (ms of the day), FLOAT, INTERVAL_YEAR_MONTH (months)
 *   8   BIGINT, DOUBLE, TIMESTAMP and TIMESTAMP_LTZ up to precision 3 (i64 ms since the epoch), INTERVAL_DAY_TIME (ms),
 *       DECIMAL up to precision 18 (i64, scaled)
 *   8   CHAR, VARCHAR, BINARY, VARBINARY, VARIANT, BITMAP: a view, u32 address and u32 length of bytes anywhere in the same memory;
 *       16 bytes after the end may be read (SIMD), never written
 *   16  DECIMAL above 18 (i128, scaled, little-endian), TIMESTAMP and TIMESTAMP_LTZ above 3 (i64 ms, then i32 nanoseconds within
 *       the millisecond, then i32 zero)
 *   8   ARRAY, MULTISET, MAP: u32 first, u32 count into `children` (one child, or keys and values)
 *   0   ROW: its fields are `children`; `validity` says whether the row itself is NULL (a NULL row's children are NULL too)
 *
 * The cell of a NULL is unspecified; kernels may compute on it and must not fail because of it. A column that
 * nobody reads is absent: `values` is 0 and width is as usual.
 *
 * Why bytes and not bits for validity: batches are sliced at any row, gathered and scattered, all of which are plain byte
 * moves then, and a boolean column and a validity look alike to every kernel. Why views and not offsets for strings:
 * filters, SPLIT_INDEX, SUBSTRING, dictionaries and generators then move 8 bytes a row and no text.
 */
export class Column {
  readonly type: LogicalType;
  readonly width: number;
  readonly values: number;
  readonly validity: number;
  readonly stride: number;
  readonly children: readonly Column[];

  constructor(
    type: LogicalType,
    values: number,
    validity: number,
    stride: number = physicalWidth(type),
    children: readonly Column[] = [],
  ) {
    this.type = type;
    this.width = physicalWidth(type);
    this.values = values;
    this.validity = validity;
    this.stride = stride;
    this.children = children;
  }

  get isConstant(): boolean {
    return this.stride === 0 && this.width !== 0;
  }

  /** The same column from row `from` on: no byte moves. */
  slice(from: number): Column {
    if (from === 0 || this.isConstant) return this;
    const children =
      this.type.root === 'ROW' ? this.children.map((child) => child.slice(from)) : this.children;
    const values = this.values === 0 ? 0 : this.values + from * this.stride;
    return new Column(
      this.type,
      values,
      this.validity === 0 ? 0 : this.validity + from,
      this.stride,
      children,
    );
  }
}

/** Bytes a cell takes; 0 for ROW, whose fields are columns of their own. */
export function physicalWidth(type: LogicalType): number {
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
      return 1;
    case 'SMALLINT':
      return 2;
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'FLOAT':
    case 'INTERVAL_YEAR_MONTH':
      return 4;
    case 'DECIMAL':
      return type.precision <= 18 ? 8 : 16;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 3 ? 8 : 16;
    case 'ROW':
      return 0;
    case 'NULL':
      return 1;
    default:
      return 8;
  }
}

/** Whether cells are views of bytes elsewhere. */
export function isView(type: LogicalType): boolean {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
    case 'VARIANT':
    case 'BITMAP':
      return true;
    default:
      return false;
  }
}

/** Whether cells are views of UTF-8: CHAR, VARCHAR, and VARIANT, which is kept as JSON. */
export function isTextView(type: LogicalType): boolean {
  return type.root === 'VARCHAR' || type.root === 'CHAR' || type.root === 'VARIANT';
}

/** The columns that hold bytes: ROWs are replaced by their fields, depth first. */
export function leafTypes(type: RowType): readonly LogicalType[] {
  let leaves = leavesOf.get(type);
  if (!leaves) {
    leaves = type.fields.flatMap((field) =>
      field.type.root === 'ROW' ? leafTypes(field.type) : [field.type],
    );
    leavesOf.set(type, leaves);
  }
  return leaves;
}

/** Planning asks for the leaves of the same wide rows again and again. */
const leavesOf = new WeakMap<RowType, readonly LogicalType[]>();

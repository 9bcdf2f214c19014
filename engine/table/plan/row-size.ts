import type { LogicalType, RowType } from '../../types/logical-type.ts';

/** Bytes that values are guessed to take, by Flink's numbers: what costs of plans are counted in. */

const COLLECTION_SIZE = 16;

export function rowBytes({ fields }: RowType): number {
  return fields.reduce((total, { type }) => total + bytesOf(type), 0);
}

export function bytesOf(type: LogicalType): number {
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'CHAR':
      return 1;
    case 'SMALLINT':
      return 2;
    case 'INTEGER':
    case 'FLOAT':
    case 'INTERVAL_DAY_TIME':
      return 4;
    case 'BIGINT':
    case 'DOUBLE':
    case 'INTERVAL_YEAR_MONTH':
      return 8;
    case 'BINARY':
    case 'VARBINARY':
      return 16;
    case 'ARRAY':
      return bytesOf(type.element) * COLLECTION_SIZE;
    case 'MULTISET':
      return (bytesOf(type.element) + 4) * COLLECTION_SIZE;
    case 'MAP':
      return (bytesOf(type.key) + bytesOf(type.value)) * COLLECTION_SIZE;
    case 'ROW':
      return rowBytes(type);
    case 'VARCHAR':
    case 'DECIMAL':
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return 12;
    default:
      return 128;
  }
}

/** Whether a value has its place in the fixed part of a binary row. */
export function isFixedLength(type: LogicalType): boolean {
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INTEGER':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
      return true;
    case 'DECIMAL':
      return type.precision <= 18;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 3;
    default:
      return false;
  }
}

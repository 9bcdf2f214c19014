import type { LogicalType } from '../types/logical-type.ts';

/** How cells of a type are computed with: the end of kernels' names. ROW and collections have no kernels. */
export type PhysicalKind = 'I8' | 'I16' | 'I32' | 'I64' | 'F32' | 'F64' | 'I128' | 'Timestamp' | 'Bytes';

export function physicalKind(type: LogicalType): PhysicalKind | undefined {
  switch (type.root) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'NULL':
      return 'I8';
    case 'SMALLINT':
      return 'I16';
    case 'INTEGER':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return 'I32';
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return 'I64';
    case 'FLOAT':
      return 'F32';
    case 'DOUBLE':
      return 'F64';
    case 'DECIMAL':
      return type.precision <= 18 ? 'I64' : 'I128';
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 3 ? 'I64' : 'Timestamp';
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
    case 'BITMAP':
    case 'VARIANT':
      return 'Bytes';
    default:
      return undefined;
  }
}

export const BOOLEAN: LogicalType = { root: 'BOOLEAN', nullable: true };
export const INTEGER: LogicalType = { root: 'INTEGER', nullable: true };
export const BIGINT: LogicalType = { root: 'BIGINT', nullable: true };
export const DOUBLE: LogicalType = { root: 'DOUBLE', nullable: true };
export const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable: true };

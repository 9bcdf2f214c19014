/** What DDL and utility statements answer: a table at once, in Flink's shapes. */

import type { Value } from '../../data/value.ts';
import { MAX_LENGTH } from '../../types/logical-type.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';

export interface OperationResult {
  readonly columns: readonly RowField[];
  readonly rows: readonly (readonly Value[])[];
  /** Set when the statement only did something: the one row says OK. */
  readonly isOk: boolean;
}

export const STRING: LogicalType = { root: 'VARCHAR', length: MAX_LENGTH, nullable: true };
export const BOOLEAN: LogicalType = { root: 'BOOLEAN', nullable: true };

/** Columns of DESCRIBE CATALOG, FUNCTION and the like. */
export const INFO_COLUMNS: readonly RowField[] = [
  { name: 'info name', type: STRING },
  { name: 'info value', type: STRING },
];

/** The answer of a statement that has nothing to say. */
export const OK: OperationResult = {
  columns: [{ name: 'result', type: STRING }],
  rows: [['OK']],
  isOk: true,
};

export function tableOf(columns: readonly RowField[], rows: readonly (readonly Value[])[]): OperationResult {
  return { columns, rows, isOk: false };
}

/** One column of texts. */
export function listOf(name: string, values: readonly string[]): OperationResult {
  return tableOf(
    [{ name, type: STRING }],
    values.map((value) => [value]),
  );
}

import type { RowType } from '../../types/logical-type.ts';
import type { ChangelogMode } from '../../types/row-kind.ts';

/**
 * What the planner keeps of a catalog table: enough to print, to read and to write it, as plain data.
 *
 * The stored columns are the physical ones and then, for a source, the metadata columns that are used; computed columns
 * and the watermark have become nodes of the plan.
 */
export interface PlannedTable {
  readonly catalog: string;
  readonly database: string;
  readonly name: string;
  readonly connector: string;
  readonly options: Readonly<Record<string, string>>;
  /** Options that an OPTIONS hint has given, which are among `options`: plans show them. */
  readonly hintedOptions?: Readonly<Record<string, string>>;
  readonly storedType: RowType;
  /** Keys of the metadata columns, which stand last in `storedType`. */
  readonly metadata: readonly string[];
  /** Names of the columns of the primary key; empty if there is none. */
  readonly primaryKey: readonly string[];
  readonly partitionKeys: readonly string[];
  /** What it produces as a source; inserts alone for a table that is only written. */
  readonly changelogMode: ChangelogMode;
  /** Whether reading it ends. */
  readonly isBounded: boolean;
  /** Number of subtasks that its source (or sink) is confined to, e.g. by `scan.parallelism`. */
  readonly parallelism?: number;
}

/** `default_catalog.default_database.t`, as error messages and job names have it. */
export function qualifiedName(table: PlannedTable): string {
  return `${table.catalog}.${table.database}.${table.name}`;
}

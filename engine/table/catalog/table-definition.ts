/** A table as CREATE TABLE says it, and as it is once its expressions are understood. Plain data, so that a catalog can store it. */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import type { WrittenExpression, WrittenQuery } from './written-expression.ts';

export type ColumnDefinition = PhysicalColumn | ComputedColumn | MetadataColumn;

interface Column {
  readonly name: string;
  readonly comment?: string;
}

export interface PhysicalColumn extends Column {
  readonly kind: 'physical';
  readonly type: LogicalType;
}

/** Worked out when the table is read; never written. */
export interface ComputedColumn extends Column {
  readonly kind: 'computed';
  readonly expression: WrittenExpression;
}

/** Filled by the connector under `key` (the column's name, if absent). A virtual one cannot be written. */
export interface MetadataColumn extends Column {
  readonly kind: 'metadata';
  readonly type: LogicalType;
  readonly key?: string;
  readonly isVirtual: boolean;
}

export interface WatermarkDefinition {
  readonly column: string;
  readonly expression: WrittenExpression;
}

export interface PrimaryKey {
  readonly name: string;
  readonly columns: readonly string[];
}

export interface Distribution {
  readonly method?: 'HASH' | 'RANGE';
  readonly columns: readonly string[];
  readonly buckets?: number;
}

export interface TableDefinition {
  readonly columns: readonly ColumnDefinition[];
  readonly watermark?: WatermarkDefinition;
  readonly primaryKey?: PrimaryKey;
  readonly partitionKeys: readonly string[];
  readonly distribution?: Distribution;
  readonly options: Readonly<Record<string, string>>;
  readonly comment?: string;
}

/** A column with its type; `expression` of a computed one reads `ResolvedSchema.scanType`. */
export interface ResolvedColumn {
  readonly name: string;
  readonly kind: ColumnDefinition['kind'];
  /** With its time attribute. */
  readonly type: LogicalType;
  readonly comment?: string;
  readonly expression?: RexNode;
  /** Of a metadata column. */
  readonly key?: string;
  readonly isVirtual?: boolean;
  /** `` `a` + 1 `` of a computed column, as DESCRIBE shows it. */
  readonly text?: string;
}

/**
 * What a table is to a query:
 *
 *   source:    scanType   = physical columns, then metadata columns, both in the order of the table
 *   project:   `columns`  = all columns in order; computed ones by `expression` over the scan
 *   watermark: `watermark.expression` over that row; its column becomes *ROWTIME* in `rowType`
 */
export interface ResolvedSchema {
  readonly columns: readonly ResolvedColumn[];
  readonly scanType: RowType;
  readonly rowType: RowType;
  readonly watermark?: { readonly column: number; readonly expression: RexNode; readonly text: string };
}

export interface CatalogTable {
  readonly kind: 'table';
  readonly definition: TableDefinition;
  readonly schema: ResolvedSchema;
  /** What ALTER TABLE ... ADD PARTITION has made known, in that order. */
  readonly partitions?: readonly CatalogPartition[];
  /** Set for a materialized table. */
  readonly materialized?: MaterializedDefinition;
}

/** What keeps a materialized table fresh: a job that never ends (continuous mode). */
export interface MaterializedDefinition {
  readonly query: WrittenQuery;
  readonly startMode: string;
  /** `INTERVAL '30' SECOND`, as written. */
  readonly freshness?: string;
  readonly refreshMode: 'CONTINUOUS';
  /** The job that fills it, and whether that was stopped with a savepoint. */
  readonly jobId?: string;
  readonly isSuspended?: boolean;
}

export interface CatalogPartition {
  /** Value by partition column. */
  readonly spec: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
}

/** The query is resolved anew at every use, with the catalog and database that were current when the view was made. */
export interface CatalogView {
  readonly kind: 'view';
  readonly query: WrittenQuery;
  /** Names and types when the view was made; with a column list, names are those of the list. */
  readonly rowType: RowType;
  /** Of its columns, where they are not those of the query: a column list. */
  readonly names?: readonly string[];
  readonly currentCatalog: string;
  readonly currentDatabase: string;
  readonly comment?: string;
}

export type CatalogObject = CatalogTable | CatalogView;

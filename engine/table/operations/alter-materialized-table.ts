/** CREATE OR ALTER MATERIALIZED TABLE of one that is there, and ALTER MATERIALIZED TABLE of its columns, key, watermark and buckets. */

import { ValidationException } from '../../types/errors.ts';
import { typesEqual, typesEqualSansNullability } from '../../types/type-equality.ts';
import { withNullability } from '../../types/type-families.ts';
import { quoteName, typeText } from '../../types/type-text.ts';
import { resolveSchema } from '../catalog/schema-resolver.ts';
import type { CatalogTable, ColumnDefinition, TableDefinition } from '../catalog/table-definition.ts';
import type { AlterMaterializedTable, CreateMaterializedTable } from '../parser/ast.ts';
import { invalid } from '../validate/validation-error.ts';
import { changedDefinition, failed } from './alter-table.ts';
import type { DefinitionChange } from './alter-table.ts';
import type { MaterializedTable } from './materialized-table-operations.ts';
import { OK } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';
import { TableDefinitions } from './table-definitions.ts';

/**
 * The table that CREATE OR ALTER leaves: it keeps its columns, comment and partitions, gets those columns of the query that are new at its
 * end, and has the options and buckets of the statement, and its key if it names one. `made`: the table as if there were none.
 */
export function alteredTable(
  existing: MaterializedTable,
  made: CatalogTable,
  statement: CreateMaterializedTable,
  source: string,
  session: Session,
): CatalogTable {
  const { definition } = existing.table;
  if (statement.refreshMode && statement.refreshMode !== existing.table.materialized.refreshMode)
    throw invalid(source, statement.name, 'Changing of REFRESH MODE is unsupported');
  const kept = definition.columns.filter(isPhysical);
  const selected = made.definition.columns.filter(isPhysical);
  if (selected.length < kept.length) {
    throw invalid(
      source,
      statement.query,
      `Failed to modify query because drop column is unsupported. When modifying a query, you can only append new columns at the end of original schema. The original schema has ${kept.length} columns, but the newly derived schema from the query has ${selected.length} columns.`,
    );
  }
  const declared = new Set(statement.columns.map(({ name }) => name.name));
  for (const [i, column] of kept.entries()) {
    const other = selected[i] ?? column; // there are as many
    const isSame = declared.has(other.name) ? typesEqual : typesEqualSansNullability;
    if (column.name === other.name && isSame(column.type, other.type)) continue;
    throw invalid(
      source,
      statement.query,
      `When modifying the query of a materialized table, currently only support appending columns at the end of original schema, dropping, renaming, and reordering columns are not supported.\nColumn mismatch at position ${i + 1}: Original column is [${columnText(column)}], but new column is [${columnText(other)}].`,
    );
  }
  const added = selected
    .slice(kept.length)
    .map((column) => ({ ...column, type: withNullability(column.type, true) }));
  const { distribution: _, primaryKey, ...rest } = definition;
  const { distribution, options, primaryKey: newKey } = made.definition;
  const key = newKey ?? primaryKey;
  const altered: TableDefinition = {
    ...rest,
    columns: [...definition.columns, ...added],
    options,
    ...(distribution && { distribution }),
    ...(key && { primaryKey: key }),
  };
  if (newKey) refuseNullableKey(newKey, [...definition.columns, ...added]);
  return { ...made, definition: altered, schema: resolveSchema(altered, session.environment) };
}

/** The key takes what the query gives: it makes no column NOT NULL. */
function refuseNullableKey(
  { name, columns: key }: NonNullable<TableDefinition['primaryKey']>,
  columns: readonly ColumnDefinition[],
): void {
  const nullable = columns
    .filter(isPhysical)
    .find((column) => key.includes(column.name) && column.type.nullable);
  if (nullable)
    throw new ValidationException(`Invalid primary key '${name}'. Column '${nullable.name}' is nullable.`);
}

type Physical = Extract<ColumnDefinition, { kind: 'physical' }>;

function isPhysical(column: ColumnDefinition): column is Physical {
  return column.kind === 'physical';
}

function columnText({ name, type }: Physical): string {
  return `${quoteName(name)} ${typeText(type)}`;
}

/** Columns that are computed and of metadata, key, watermark and buckets change without the query, whose job goes on. */
export function alterMaterializedSchema(
  { identifier, table }: MaterializedTable,
  action: Extract<AlterMaterializedTable['action'], DefinitionChange>,
  source: string,
  session: Session,
): OperationResult {
  const definitions = new TableDefinitions(source);
  const definition = changedDefinition(table.definition, action, definitions, source);
  refuseStored(table.definition, action);
  const { primaryKey } = definition;
  if (action.kind === 'SchemaChange' && primaryKey) refuseNullableKey(primaryKey, table.definition.columns);
  const schema = resolveSchema(definition, session.environment, definitions.origin);
  session.catalogs.replace(identifier, { ...table, definition, schema }, false);
  return OK;
}

function refuseStored(
  { columns }: TableDefinition,
  action: Extract<AlterMaterializedTable['action'], DefinitionChange>,
): void {
  const stored = new Set(columns.filter(isPhysical).map(({ name }) => name));
  if (action.kind === 'DropColumns') {
    const used = action.columns
      .map(({ parts }) => parts.at(-1)?.name ?? '')
      .filter((name) => stored.has(name));
    if (used.length > 0)
      throw failed(`Column(s) (${used.map((name) => `'${name}'`).join(', ')}) are used in query.`);
  }
  if (action.kind !== 'SchemaChange') return;
  for (const { column } of action.columns) {
    const { name } = column.name;
    if (action.change === 'MODIFY' && stored.has(name)) {
      throw new ValidationException(
        `Changing column ${quoteName(name)} of the query of a materialized table is not supported: CREATE OR ALTER MATERIALIZED TABLE changes the query.`,
      );
    }
    const isPersisted =
      column.kind === 'PhysicalColumn' || (column.kind === 'MetadataColumn' && !column.virtual);
    if (isPersisted && !stored.has(name)) {
      const what = column.kind === 'PhysicalColumn' ? 'physical' : 'metadata persisted';
      throw failed(
        `Invalid schema change. All persisted (physical and metadata) columns in the schema part need to be present in the query part. However, ${what} column ${quoteName(name)} could not be found in the query.`,
      );
    }
  }
}

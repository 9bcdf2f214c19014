/**
 * CREATE TABLE ... AS, CREATE OR REPLACE TABLE ... AS, REPLACE TABLE ... AS: a table made of a query, and the INSERT that fills it.
 *
 * As in Flink the table comes first and stays when the INSERT is refused.
 */

import { supportsImplicitCast } from '../../types/cast-rules.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { withNullability, withoutAttribute } from '../../types/type-families.ts';
import { typeText } from '../../types/type-text.ts';
import { quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import type { CatalogTable, ColumnDefinition } from '../catalog/table-definition.ts';
import type { CreateTable, Insert, ObjectPath, Query } from '../parser/ast.ts';
import { uniqueNames } from '../plan/rex.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid } from '../validate/validation-error.ts';
import { addObject, exists, identify } from './create-operations.ts';
import { resolvedTable } from './resolved-table.ts';
import type { Session } from './session.ts';
import { constraintsOf, TableDefinitions, withNewKey } from './table-definitions.ts';

/** What a `CREATE TABLE ... AS` without its query and options shares with a materialized table. */
export type TableAs = Pick<
  CreateTable,
  'columns' | 'constraints' | 'watermark' | 'comment' | 'distribution' | 'partitionedBy' | 'properties'
>;

/** Makes the table and says what is to be inserted into it. */
export function createTableAs(
  statement: CreateTable & { readonly query: Query },
  source: string,
  session: Session,
): Insert {
  const { identifier, table, insert } = preparedTableAs(statement, source, session);
  const isThere = exists(identifier, false, session);
  if (statement.mode === 'create') addObject(identifier, table, false, statement.ifNotExists, session);
  else {
    if (statement.mode === 'replace' && !isThere) throw nothingToReplace(identifier, statement, source);
    session.catalogs.add(identifier, table, false);
  }
  return insert;
}

/** Runs `body` as if the table were there, for EXPLAIN. */
export function withTableAs<T>(
  statement: CreateTable & { readonly query: Query },
  source: string,
  session: Session,
  body: (insert: Insert) => T,
): T {
  const { identifier, table, insert } = preparedTableAs(statement, source, session);
  const { catalogs } = session;
  const before = catalogs.findPermanent(identifier);
  catalogs.add(identifier, table, false);
  try {
    return body(insert);
  } finally {
    if (before) catalogs.replace(identifier, before, false);
    else catalogs.remove(identifier, false);
  }
}

function preparedTableAs(
  statement: CreateTable & { readonly query: Query },
  source: string,
  session: Session,
): { readonly identifier: ObjectIdentifier; readonly table: CatalogTable; readonly insert: Insert } {
  const { mode, temporary, ifNotExists, name, query } = statement;
  const head = mode === 'create' ? 'CREATE TABLE AS SELECT' : 'CREATE OR REPLACE TABLE AS SELECT';
  if (temporary) {
    throw invalid(source, name, `${head} syntax does not support to create temporary table yet.`);
  }
  if (ifNotExists && mode !== 'create') {
    throw invalid(source, name, `${head} syntax does not support IF NOT EXISTS statements yet.`);
  }
  const { table, names } = tableOfQuery(statement, query, source, session);
  return { identifier: identify(name, session), table, insert: insertOf(name, table, names, query) };
}

function nothingToReplace(identifier: ObjectIdentifier, { name }: CreateTable, source: string) {
  return invalid(
    source,
    name,
    `The table ${quotedName(identifier)} to be replaced doesn't exist. You can try to use CREATE TABLE AS statement or CREATE OR REPLACE TABLE AS statement.`,
  );
}

/** A table with the columns of a query, and those that are declared beside them; `names`: the query's, in its order. */
export function tableOfQuery(
  statement: TableAs,
  query: Query,
  source: string,
  session: Session,
): { readonly table: CatalogTable; readonly names: readonly string[] } {
  const definitions = new TableDefinitions(source);
  const { fields } = session.queryType(query, source);
  const names = uniqueNames(fields.map((field) => field.name));
  const selected = fields.map(({ type }, i): RowField => ({
    name: names[i] ?? '',
    type: withoutAttribute(type),
  }));
  const isNamesOnly = statement.columns.some((column) => column.kind === 'ColumnName');
  const own = isNamesOnly
    ? { ...definitions.clausesOf(statement), columns: reordered(statement, selected, source) }
    : definitions.columnsOf(statement);
  const columns = isNamesOnly ? own.columns : merged(own.columns, selected, statement, source);
  const key = definitions.primaryKey(constraintsOf(statement.columns, statement.constraints), columns);
  const watermark = statement.watermark && definitions.watermark(statement.watermark, columns);
  const definition = {
    ...own,
    columns: withNewKey(columns, key, isNamesOnly ? [] : own.columns),
    partitionKeys: definitions.partitionKeys(statement, columns),
    ...(key && { primaryKey: key }),
    ...(watermark && { watermark }),
  };
  return { table: resolvedTable(definition, definitions, session), names };
}

/** `(b, a)`: the query's columns in another order. */
function reordered({ columns }: TableAs, selected: readonly RowField[], source: string): ColumnDefinition[] {
  const names = selected.map((field) => field.name);
  const list = columns.map((column): ColumnDefinition => {
    const found = selected.find((field) => field.name === column.name.name);
    if (found) return { kind: 'physical', ...found };
    const message = `Column '${column.name.name}' not found in the source schema.`;
    throw invalid(source, column, message, nearestNames(column.name.name, names));
  });
  const first = columns[0];
  if (first && list.length !== selected.length) {
    throw invalid(
      source,
      first,
      'The number of columns in the column list must match the number of columns in the source schema.',
    );
  }
  return list;
}

/** Declared columns that the query does not have come first; the others say the type of the query's column. */
function merged(
  own: readonly ColumnDefinition[],
  selected: readonly RowField[],
  statement: TableAs,
  source: string,
): ColumnDefinition[] {
  const added = own.filter((column) => !selected.some(({ name }) => name === column.name));
  const columns = selected.map((field, i): ColumnDefinition => {
    const declared = own.find((column) => column.name === field.name);
    if (!declared) return { kind: 'physical', ...field };
    const at = statement.columns.find(({ name }) => name.name === field.name) ?? statement.columns[0];
    const place = at ?? { span: { start: 0, end: 0 } }; // never: what is declared stands in the statement
    if (declared.kind !== 'physical') {
      const message = `A column named '${field.name}' already exists in the source schema. Computed and metadata columns cannot overwrite regular columns.`;
      throw invalid(source, place, message);
    }
    if (!fits(field.type, declared.type)) {
      const position = added.length + i + 1;
      const message = `Incompatible types for sink column '${field.name}' at position ${position}. The source column has type '${typeText(field.type)}', while the target column has type '${typeText(declared.type)}'.`;
      throw invalid(source, place, message);
    }
    return declared;
  });
  for (const column of added) {
    if (column.kind !== 'physical' || column.type.nullable) continue;
    const at = statement.columns.find(({ name }) => name.name === column.name);
    const message = `Column '${column.name}' has no default value and does not allow NULLs.`;
    throw invalid(source, at ?? { span: { start: 0, end: 0 } }, message);
  }
  return [...added, ...columns];
}

function fits(source: LogicalType, target: LogicalType): boolean {
  return supportsImplicitCast(source, withNullability(target, source.nullable));
}

/** `names` tell the columns of the table only where they are not its columns in order. */
export function insertOf(
  table: ObjectPath,
  { schema }: CatalogTable,
  names: readonly string[],
  query: Query,
): Insert {
  const { span } = query;
  const stored = schema.columns.filter((column) => column.kind === 'physical').map((column) => column.name);
  const isSame = stored.length === names.length && stored.every((name, i) => name === names[i]);
  const columns = names.map((name): ObjectPath => ({
    kind: 'ObjectPath',
    span,
    parts: [{ kind: 'Identifier', span, name }],
  }));
  return {
    kind: 'Insert',
    span: { start: table.span.start, end: span.end },
    overwrite: false,
    table,
    hints: [],
    columns: isSame ? [] : columns,
    hidesColumns: true,
    query,
  };
}

/** SHOW CREATE of everything, letter for letter as Flink prints them. */

import { quoteName, quoteText, serializableTypeText } from '../../types/type-text.ts';
import type { CatalogModel } from './catalog-model.ts';
import type { WrittenExpression } from './written-expression.ts';
import { writtenText } from './expression-text.ts';
import type { CatalogDescriptor } from './in-memory-catalog.ts';
import { quotedName } from './object-identifier.ts';
import type { ObjectIdentifier } from './object-identifier.ts';
import type {
  CatalogView,
  ColumnDefinition,
  MaterializedDefinition,
  TableDefinition,
} from './table-definition.ts';

export function showCreateTable(
  identifier: ObjectIdentifier,
  table: TableDefinition,
  isTemporary: boolean,
): string {
  const head = `CREATE ${isTemporary ? 'TEMPORARY ' : ''}TABLE ${quotedName(identifier)}`;
  return `${head}${schemaText(table)}\n${tail(table)}`;
}

export function showCreateMaterialized(
  identifier: ObjectIdentifier,
  table: TableDefinition,
  { query, startMode, freshness, refreshMode }: MaterializedDefinition,
): string {
  const head = `CREATE MATERIALIZED TABLE ${quotedName(identifier)}${schemaText(table)}\n${tail(table)}`;
  const fresh = freshness === undefined ? '' : `FRESHNESS = ${freshness}\n`;
  return `${head}START_MODE = ${startMode}\n${fresh}REFRESH_MODE = ${refreshMode}\nAS ${query.sql}\n`;
}

/** The parentheses with columns, watermark and key. */
function schemaText(table: TableDefinition, textOf: ExpressionText = writtenText): string {
  const { watermark, primaryKey } = table;
  const lines = table.columns.map((column) => columnLine(column, textOf));
  if (watermark) {
    lines.push(`WATERMARK FOR ${quoteName(watermark.column)} AS ${textOf(watermark.expression)}`);
  }
  if (primaryKey) {
    lines.push(
      `CONSTRAINT ${quoteName(primaryKey.name)} PRIMARY KEY (${names(primaryKey.columns)}) NOT ENFORCED`,
    );
  }
  return ` (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)`;
}

type ExpressionText = (expression: WrittenExpression) => string;

/** A table as a catalog keeps it: expressions as they were written, so that what is read back is what was there. */
export function storedTable(identifier: ObjectIdentifier, table: TableDefinition): string {
  const schema = table.columns.length === 0 ? '' : schemaText(table, ({ sql }) => sql);
  return `CREATE TABLE ${quotedName(identifier)}${schema}\n${tail(table)}`;
}

export function createDatabaseText(
  path: string,
  properties: Readonly<Record<string, string>>,
  comment: string | undefined,
): string {
  return `CREATE DATABASE ${path}\n${commentClause(comment)}${withClause(properties)}`;
}

export function showCreateView(
  identifier: ObjectIdentifier,
  view: CatalogView,
  isTemporary: boolean,
): string {
  const columns = view.rowType.fields.map((field) => `  ${quoteName(field.name)}`).join(',\n');
  const head = `CREATE ${isTemporary ? 'TEMPORARY ' : ''}VIEW ${quotedName(identifier)} (\n${columns}\n)\n`;
  return `${head}${commentClause(view.comment)}AS ${view.query.sql}\n`;
}

export function createCatalogText(name: string, { properties, comment }: CatalogDescriptor): string {
  // A catalog keeps an empty comment.
  const described = comment === '' ? "COMMENT ''\n" : commentClause(comment);
  return `CREATE CATALOG ${quoteName(name)}\n${described}${withClause(properties)}`;
}

export function showCreateModel(
  identifier: ObjectIdentifier,
  model: CatalogModel,
  isTemporary: boolean,
): string {
  const columns = (keyword: string, list: readonly ColumnDefinition[]): string =>
    list.length === 0 ? '' : `${keyword} (${list.map((column) => columnLine(column)).join(', ')})\n`;
  const head = `CREATE ${isTemporary ? 'TEMPORARY ' : ''}MODEL ${quotedName(identifier)}\n`;
  const signature = columns('INPUT', model.inputs) + columns('OUTPUT', model.outputs);
  return `${head}${signature}${commentClause(model.comment)}${withClause(model.options)}`;
}

/** What DESCRIBE shows beside a column that is not physical: `` AS `a` + 1 ``, `METADATA FROM 'k' VIRTUAL`. */
export function columnExtras(column: ColumnDefinition, textOf: ExpressionText = writtenText): string | null {
  switch (column.kind) {
    case 'physical':
      return null;
    case 'computed':
      return `AS ${textOf(column.expression)}`;
    case 'metadata': {
      const from = column.key === undefined ? '' : ` FROM ${quoteText(column.key)}`;
      return `METADATA${from}${column.isVirtual ? ' VIRTUAL' : ''}`;
    }
  }
}

function columnLine(column: ColumnDefinition, textOf?: ExpressionText): string {
  const type = column.kind === 'computed' ? '' : ` ${serializableTypeText(column.type)}`;
  const extras = columnExtras(column, textOf);
  const comment = column.comment ? ` COMMENT ${quoteText(column.comment)}` : '';
  return `${quoteName(column.name)}${type}${extras === null ? '' : ` ${extras}`}${comment}`;
}

function tail({ comment, distribution, partitionKeys, options }: TableDefinition): string {
  const parts: string[] = [commentClause(comment)];
  if (distribution) {
    const { method, columns, buckets } = distribution;
    const by = columns.length > 0 ? ` BY ${method ? `${method}(` : '('}${names(columns)})` : '';
    parts.push(`DISTRIBUTED${by}${buckets === undefined ? '' : ` INTO ${buckets} BUCKETS`}\n`);
  }
  if (partitionKeys.length > 0) parts.push(`PARTITIONED BY (${names(partitionKeys)})\n`);
  parts.push(withClause(options));
  return parts.join('');
}

/** Options by key in order; nothing if there are none. */
function withClause(options: Readonly<Record<string, string>>): string {
  const lines = Object.entries(options)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `  ${quoteText(key)} = ${quoteText(value)}`);
  return lines.length === 0 ? '' : `WITH (\n${lines.join(',\n')}\n)\n`;
}

function commentClause(comment: string | undefined): string {
  return comment === undefined || comment === '' ? '' : `COMMENT ${quoteText(comment)}\n`;
}

function names(columns: readonly string[]): string {
  return columns.map(quoteName).join(', ');
}

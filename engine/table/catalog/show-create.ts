/** SHOW CREATE TABLE and SHOW CREATE VIEW, letter for letter as Flink prints them. */

import { quoteName, quoteText, serializableTypeText } from '../../types/type-text.ts';
import { expressionText } from './expression-text.ts';
import { quotedName } from './object-identifier.ts';
import type { ObjectIdentifier } from './object-identifier.ts';
import type { CatalogView, ColumnDefinition, TableDefinition } from './table-definition.ts';

export function showCreateTable(
  identifier: ObjectIdentifier,
  table: TableDefinition,
  isTemporary: boolean,
): string {
  const { watermark, primaryKey } = table;
  const lines = table.columns.map(columnLine);
  if (watermark) {
    lines.push(
      `WATERMARK FOR ${quoteName(watermark.column)} AS ${expressionText(watermark.expression.tree)}`,
    );
  }
  if (primaryKey) {
    lines.push(
      `CONSTRAINT ${quoteName(primaryKey.name)} PRIMARY KEY (${names(primaryKey.columns)}) NOT ENFORCED`,
    );
  }
  const body = lines.length > 0 ? ` (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)` : '';
  return `CREATE ${isTemporary ? 'TEMPORARY ' : ''}TABLE ${quotedName(identifier)}${body}\n${tail(table)}`;
}

export function showCreateView(
  identifier: ObjectIdentifier,
  view: CatalogView,
  isTemporary: boolean,
): string {
  const columns = view.rowType.fields.map((field) => `  ${quoteName(field.name)}`).join(',\n');
  const comment = view.comment === undefined ? '' : `COMMENT ${quoteText(view.comment)}\n`;
  const head = `CREATE ${isTemporary ? 'TEMPORARY ' : ''}VIEW ${quotedName(identifier)} (\n${columns}\n)\n`;
  return `${head}${comment}AS ${view.query.sql}\n`;
}

/** What DESCRIBE shows beside a column that is not physical: `` AS `a` + 1 ``, `METADATA FROM 'k' VIRTUAL`. */
export function columnExtras(column: ColumnDefinition): string | null {
  switch (column.kind) {
    case 'physical':
      return null;
    case 'computed':
      return `AS ${expressionText(column.expression.tree)}`;
    case 'metadata': {
      const from = column.key === undefined ? '' : ` FROM ${quoteText(column.key)}`;
      return `METADATA${from}${column.isVirtual ? ' VIRTUAL' : ''}`;
    }
  }
}

function columnLine(column: ColumnDefinition): string {
  const type = column.kind === 'computed' ? '' : ` ${serializableTypeText(column.type)}`;
  const extras = columnExtras(column);
  const comment = column.comment === undefined ? '' : ` COMMENT ${quoteText(column.comment)}`;
  return `${quoteName(column.name)}${type}${extras === null ? '' : ` ${extras}`}${comment}`;
}

function tail({ comment, distribution, partitionKeys, options }: TableDefinition): string {
  const parts: string[] = [];
  if (comment !== undefined) parts.push(`COMMENT ${quoteText(comment)}\n`);
  if (distribution) {
    const { method, columns, buckets } = distribution;
    const by = columns.length > 0 ? ` BY ${method ? `${method}(` : '('}${names(columns)})` : '';
    parts.push(`DISTRIBUTED${by}${buckets === undefined ? '' : ` INTO ${buckets} BUCKETS`}\n`);
  }
  if (partitionKeys.length > 0) parts.push(`PARTITIONED BY (${names(partitionKeys)})\n`);
  const sorted = Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1));
  if (sorted.length > 0) {
    const lines = sorted.map(([key, value]) => `  ${quoteText(key)} = ${quoteText(value)}`);
    parts.push(`WITH (\n${lines.join(',\n')}\n)\n`);
  }
  return parts.join('');
}

function names(columns: readonly string[]): string {
  return columns.map(quoteName).join(', ');
}

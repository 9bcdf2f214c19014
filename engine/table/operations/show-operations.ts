/** SHOW and DESCRIBE: tables in Flink's very shapes. */

import type { Value } from '../../data/value.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { quoteName, quoteText, typeText } from '../../types/type-text.ts';
import { withNullability } from '../../types/type-families.ts';
import { functionNames } from '../functions/functions.ts';
import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { FoundObject } from '../catalog/catalog-manager.ts';
import { columnExtras, showCreateTable, showCreateView } from '../catalog/show-create.ts';
import type { CatalogTable } from '../catalog/table-definition.ts';
import type { Describe, ObjectPath, Show } from '../parser/ast.ts';
import { nearestNames } from '../validate/nearest-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { databasePath, identify } from './create-operations.ts';
import { filterNames, nameFilter } from './like-pattern.ts';
import { BOOLEAN, listOf, STRING, tableOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';

export function show(statement: Show, source: string, session: Session): OperationResult {
  const { catalogs } = session;
  switch (statement.subject) {
    case 'CATALOGS':
      return listOf('catalog name', filterNames([...catalogs.catalogs.keys()].sort(), statement.like));
    case 'CURRENT CATALOG':
      return listOf('current catalog name', [catalogs.current.catalog]);
    case 'CURRENT DATABASE':
      return listOf('current database name', [catalogs.current.database]);
    case 'DATABASES': {
      const catalog = statement.name?.parts[0]?.name ?? catalogs.current.catalog;
      return listOf(
        'database name',
        filterNames([...catalogs.catalog(catalog).databases.keys()].sort(), statement.like),
      );
    }
    case 'TABLES':
      return listOf(
        'table name',
        filterNames(catalogs.list(...shownDatabase(statement, source, session)), statement.like),
      );
    case 'VIEWS': {
      const names = catalogs.list(...shownDatabase(statement, source, session), 'view');
      return listOf('view name', filterNames(names, statement.like));
    }
    case 'FUNCTIONS': {
      const users = catalogs.functions.list(...shownDatabase(statement, source, session));
      return listOf(
        'function name',
        filterNames([...new Set([...functionNames(), ...users])].sort(), statement.like),
      );
    }
    case 'USER FUNCTIONS': {
      const names = catalogs.functions.list(...shownDatabase(statement, source, session));
      return listOf('function name', filterNames(names, statement.like));
    }
    case 'COLUMNS': {
      const { columns, rows } = describeObject(shownObject(statement.name as ObjectPath, source, session));
      const isShown = nameFilter(statement.like);
      return tableOf(
        columns,
        rows.filter(([name]) => typeof name === 'string' && isShown(name)),
      );
    }
    case 'CREATE TABLE':
      return showCreate(statement, 'table', source, session);
    case 'CREATE VIEW':
      return showCreate(statement, 'view', source, session);
    case 'CREATE CATALOG':
      return showCreateCatalog(statement.name?.parts[0]?.name ?? '', session);
    case 'MODULES':
      return listOf('module name', ['core']);
    case 'FULL MODULES':
      return tableOf(
        [
          { name: 'module name', type: STRING },
          { name: 'used', type: BOOLEAN },
        ],
        [['core', true]],
      );
    case 'JARS':
      return listOf('jars', []);
    default:
      throw notSupported(source, statement, `SHOW ${statement.subject}`);
  }
}

export function describe(statement: Describe, source: string, session: Session): OperationResult {
  const { name } = statement;
  if (statement.object === 'TABLE' && name) {
    return describeObject(shownObject(name, source, session));
  }
  if (statement.object === 'CATALOG' && name) return describeCatalog(name.parts[0]?.name ?? '', session);
  throw notSupported(source, statement, `DESCRIBE ${statement.object}`);
}

function shownDatabase(
  { name }: Show,
  source: string,
  session: Session,
): [catalog: string, database: string] {
  const { catalogs } = session;
  if (!name) return [catalogs.current.catalog, catalogs.current.database];
  const [catalog, database] = databasePath(name, source, session);
  if (!catalogs.catalogs.get(catalog)?.databases.has(database)) {
    const known = [...(catalogs.catalogs.get(catalog)?.databases.keys() ?? [])];
    throw invalid(
      source,
      name,
      `Database '${catalog}'.'${database}' doesn't exist.`,
      nearestNames(database, known),
    );
  }
  return [catalog, database];
}

function shownObject(path: ObjectPath, source: string, session: Session): FoundObject {
  const identifier = identify(path, session);
  const found = session.catalogs.find(identifier);
  if (found) return found;
  const { catalog, database, name } = identifier;
  const isKnown = session.catalogs.catalogs.get(catalog)?.databases.has(database);
  throw invalid(
    source,
    path,
    `Tables or views with the identifier '${plainName(identifier)}' doesn't exist.`,
    isKnown ? nearestNames(name, session.catalogs.list(catalog, database)) : [],
  );
}

// -------------------------------------------------------------------------------------------------- columns

const DESCRIBE_COLUMNS: readonly RowField[] = [
  { name: 'name', type: STRING },
  { name: 'type', type: STRING },
  { name: 'null', type: BOOLEAN },
  { name: 'key', type: STRING },
  { name: 'extras', type: STRING },
  { name: 'watermark', type: STRING },
];

function describeObject({ object }: FoundObject): OperationResult {
  if (object.kind === 'table') return describeTable(object);
  const rows = object.rowType.fields.map(({ name, type }) => [
    name,
    bareType(type),
    type.nullable,
    null,
    null,
    null,
  ]);
  return tableOf(DESCRIBE_COLUMNS, rows);
}

function describeTable({ definition, schema }: CatalogTable): OperationResult {
  const { primaryKey } = definition;
  const key = primaryKey && `PRI(${primaryKey.columns.join(', ')})`;
  // The last column is there only if a comment is.
  const hasComments = definition.columns.some((column) => column.comment !== undefined);
  const rows = schema.columns.map(({ name, type, comment }, i): Value[] => {
    const column = definition.columns[i];
    const row: Value[] = [
      name,
      bareType(type),
      type.nullable,
      key !== undefined && primaryKey?.columns.includes(name) ? key : null,
      column ? columnExtras(column) : null,
      schema.watermark?.column === i ? schema.watermark.text : null,
    ];
    return hasComments ? [...row, comment ?? null] : row;
  });
  return tableOf(
    hasComments ? [...DESCRIBE_COLUMNS, { name: 'comment', type: STRING }] : DESCRIBE_COLUMNS,
    rows,
  );
}

function bareType(type: LogicalType): string {
  return typeText(withNullability(type, true));
}

// --------------------------------------------------------------------------------------------------- create

function showCreate(
  statement: Show,
  kind: 'table' | 'view',
  source: string,
  session: Session,
): OperationResult {
  const path = statement.name as ObjectPath;
  const identifier = identify(path, session);
  const found = session.catalogs.find(identifier);
  const title = kind === 'table' ? 'Table' : 'View';
  if (!found) {
    const { catalog, database, name } = identifier;
    const isKnown = session.catalogs.catalogs.get(catalog)?.databases.has(database);
    throw invalid(
      source,
      path,
      `Could not execute SHOW CREATE ${kind.toUpperCase()}. ${title} with identifier ${quotedName(identifier)} does not exist.`,
      isKnown ? nearestNames(name, session.catalogs.list(catalog, database, kind)) : [],
    );
  }
  const { object, isTemporary } = found;
  if (object.kind !== kind) {
    const other = kind === 'table' ? 'view' : 'table';
    throw invalid(
      source,
      path,
      `SHOW CREATE ${kind.toUpperCase()} is only supported for ${kind}s, but ${quotedName(identifier)} is a ${other}. ` +
        `Please use SHOW CREATE ${other.toUpperCase()} instead.`,
    );
  }
  const text =
    object.kind === 'table'
      ? showCreateTable(identifier, object.definition, isTemporary)
      : showCreateView(identifier, object, isTemporary);
  return listOf('result', [text]);
}

function showCreateCatalog(name: string, session: Session): OperationResult {
  const { properties, comment } = session.catalogs.catalog(name);
  const options = Object.entries(properties)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `  ${quoteText(key)} = ${quoteText(value)}`);
  const remark = comment === undefined ? '' : `COMMENT ${quoteText(comment)}\n`;
  return listOf('result', [
    `CREATE CATALOG ${quoteName(name)}\n${remark}WITH (\n${options.join(',\n')}\n)\n`,
  ]);
}

function describeCatalog(name: string, session: Session): OperationResult {
  const catalog = session.catalogs.catalog(name);
  return tableOf(
    [
      { name: 'info name', type: STRING },
      { name: 'info value', type: STRING },
    ],
    [
      ['name', name],
      ['type', catalog.properties['type'] ?? 'generic_in_memory'],
      ['comment', catalog.comment ?? null],
    ],
  );
}

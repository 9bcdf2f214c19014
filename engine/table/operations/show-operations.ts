/** SHOW: tables in Flink's very shapes. */

import { listedNames } from '../functions/functions.ts';
import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { FoundObject } from '../catalog/catalog-manager.ts';
import { showCreateTable, showCreateView } from '../catalog/show-create.ts';
import type { ObjectPath, Show } from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { showCreateCatalog } from './catalog-operations.ts';
import { identify } from './create-operations.ts';
import { databasePath } from './database-operations.ts';
import { describeObject } from './describe-operations.ts';
import { filterNames, nameFilter } from './like-pattern.ts';
import { showCreateMaterializedTable } from './materialized-table-operations.ts';
import { modelNames, showCreateModelText } from './model-operations.ts';
import { showModules } from './module-operations.ts';
import { listOf, tableOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import { showPartitions } from './partition-operations.ts';
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
    case 'MATERIALIZED TABLES': {
      const [catalog, database] = shownDatabase(statement, source, session);
      const isShown = (name: string): boolean => {
        const object = catalogs.findPermanent({ catalog, database, name });
        return object?.kind === 'table' && object.materialized !== undefined;
      };
      const names = catalogs.list(catalog, database, 'table').filter(isShown);
      return listOf('materialized table', filterNames(names, statement.like));
    }
    case 'MODELS': {
      const names = modelNames(...databaseOf(statement, source, session), session);
      return listOf('model name', filterNames(names, statement.like));
    }
    case 'PARTITIONS':
      return showPartitions(statement, source, session);
    case 'FUNCTIONS': {
      const users = userFunctionNames(statement, source, session);
      const builtIn = session.modules.used.includes('core') ? listedNames() : [];
      return listOf(
        'function name',
        filterNames([...new Set([...builtIn, ...users])].sort(), statement.like),
      );
    }
    case 'USER FUNCTIONS': {
      const names = userFunctionNames(statement, source, session);
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
      return showCreateCatalog(statement.name as ObjectPath, source, session);
    case 'CREATE MODEL':
      return showCreateModelText(statement.name as ObjectPath, source, session);
    case 'CREATE MATERIALIZED TABLE':
      return showCreateMaterializedTable(statement.name as ObjectPath, source, session);
    case 'MODULES':
    case 'FULL MODULES':
      return showModules(statement, session);
    case 'JARS':
      return listOf('jars', []);
    default:
      throw notSupported(source, statement, `SHOW ${statement.subject}`);
  }
}

/** As in Flink, a database that is not there has no functions, and that is no mistake. */
function userFunctionNames(statement: Show, source: string, session: Session): string[] {
  const [catalog, database] = databaseOf(statement, source, session);
  const { catalogs } = session.catalogs;
  return catalogs.get(catalog)?.databases.has(database)
    ? session.catalogs.functions.list(catalog, database)
    : [];
}

function databaseOf({ name }: Show, source: string, session: Session): [catalog: string, database: string] {
  const { catalog, database } = session.catalogs.current;
  return name ? databasePath(name, source, session) : [catalog, database];
}

function shownDatabase(
  { name }: Show,
  source: string,
  session: Session,
): [catalog: string, database: string] {
  const { catalogs } = session;
  if (!name) return [catalogs.current.catalog, catalogs.current.database];
  const [catalog, database] = databasePath(name, source, session);
  if (!catalogs.catalogs.has(catalog)) {
    throw invalid(
      source,
      name,
      `Catalog ${catalog} does not exist`,
      nearestNames(catalog, catalogs.catalogs.keys()),
    );
  }
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

export function shownObject(path: ObjectPath, source: string, session: Session): FoundObject {
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
  if (object.kind === 'table' && object.materialized) {
    throw invalid(
      source,
      path,
      `SHOW CREATE ${kind.toUpperCase()} is only supported for ${kind}s, but ${quotedName(identifier)} is a materialized table. Please use SHOW CREATE MATERIALIZED TABLE instead.`,
    );
  }
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

/** CREATE, ALTER and DROP DATABASE. */

import { isEmpty } from '../catalog/in-memory-catalog.ts';
import type { AlterDatabase, CreateDatabase, Drop, ObjectPath } from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid } from '../validate/validation-error.ts';
import { OK } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';
import { propertiesOf } from './table-definitions.ts';

export function createDatabase(statement: CreateDatabase, source: string, session: Session): OperationResult {
  const [catalogName, name] = databasePath(statement.name, source, session);
  const catalog = session.catalogs.catalog(catalogName);
  if (catalog.databases.has(name)) {
    if (statement.ifNotExists) return OK;
    throw invalid(
      source,
      statement.name,
      `Could not execute CREATE DATABASE ${catalogName}.${name}\nDatabase ${name} already exists in Catalog ${catalogName}.`,
    );
  }
  catalog.createDatabase(name, propertiesOf(statement.properties), statement.comment?.value);
  return OK;
}

export function alterDatabase(
  { name: path, action }: AlterDatabase,
  source: string,
  session: Session,
): OperationResult {
  const [catalogName, name] = databasePath(path, source, session);
  const catalog = session.catalogs.catalog(catalogName);
  const database = catalog.databases.get(name);
  if (!database) {
    const message = `Database ${name} does not exist in Catalog ${catalogName}.`;
    throw invalid(source, path, message, nearestNames(name, catalog.databases.keys()));
  }
  catalog.alterDatabase(name, { ...database.properties, ...propertiesOf(action.properties) });
  return OK;
}

export function dropDatabase(statement: Drop, source: string, session: Session): OperationResult {
  const { catalogs } = session;
  const [catalogName, name] = databasePath(statement.name, source, session);
  const behavior = statement.behavior ?? 'RESTRICT';
  const refuse = (reason: string) =>
    invalid(
      source,
      statement.name,
      `Could not execute DROP DATABASE ${catalogName}.${name} ${behavior}\n${reason}`,
    );
  const database = catalogs.catalog(catalogName).databases.get(name);
  if (!database) {
    if (statement.ifExists) return OK;
    throw refuse(`Database ${name} does not exist in Catalog ${catalogName}.`);
  }
  const { current } = catalogs;
  if (current.catalog === catalogName && current.database === name) {
    throw refuse('Cannot drop a database which is currently in use.');
  }
  if (!isEmpty(database) && behavior === 'RESTRICT')
    throw refuse(`Database ${name} in catalog ${catalogName} is not empty.`);
  catalogs.catalog(catalogName).databases.delete(name);
  return OK;
}

/** Catalog and name of a database path of one or two parts. */
export function databasePath(
  path: ObjectPath,
  source: string,
  session: Session,
): [catalog: string, database: string] {
  const [first, second] = path.parts.map((part) => part.name);
  if (first === undefined || path.parts.length > 2) {
    throw invalid(source, path, 'A database is named [catalog.]database');
  }
  return second === undefined ? [session.catalogs.current.catalog, first] : [first, second];
}

/** DROP of every kind of object. */

import { ValidationException } from '../../types/errors.ts';
import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import type { Drop } from '../parser/ast.ts';
import { nearestNames } from '../validate/nearest-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { databasePath, identify } from './create-operations.ts';
import { OK } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';

export function drop(statement: Drop, source: string, session: Session): OperationResult {
  switch (statement.object) {
    case 'TABLE':
    case 'VIEW':
      return dropObject(statement, source, session);
    case 'FUNCTION': {
      const path = statement.name.parts.map((part) => part.name);
      const { functions } = session.catalogs;
      if (statement.system) functions.dropSystem(path.at(-1) ?? '', statement.ifExists);
      else functions.drop(path, statement.temporary, statement.ifExists);
      return OK;
    }
    case 'DATABASE':
      return dropDatabase(statement, source, session);
    case 'CATALOG':
      return dropCatalog(statement, source, session);
    default:
      throw notSupported(source, statement.name, `DROP ${statement.object}`);
  }
}

function dropObject(statement: Drop, source: string, session: Session): OperationResult {
  const { catalogs } = session;
  const { temporary, ifExists } = statement;
  const identifier = identify(statement.name, session);
  const kind = statement.object === 'VIEW' ? 'view' : 'table';
  const hidden = catalogs.findTemporary(identifier);
  const object = temporary ? hidden : catalogs.findPermanent(identifier);
  if (!temporary && hidden?.kind === kind) {
    const title = kind === 'view' ? 'view' : 'table';
    throw invalid(
      source,
      statement.name,
      `Temporary ${title} with identifier '${quotedName(identifier)}' exists. Drop it first before removing the permanent ${title}.`,
    );
  }
  if (object?.kind === kind) {
    catalogs.remove(identifier, temporary);
    return OK;
  }
  if (ifExists) return OK;
  const what = temporary ? 'Temporary table or view' : kind === 'view' ? 'View' : 'Table';
  const message = `${what} with identifier '${plainName(identifier)}' does not exist.`;
  throw invalid(
    source,
    statement.name,
    message,
    nearestNames(identifier.name, namesLike(identifier, kind, session)),
  );
}

function namesLike(
  { catalog, database }: ObjectIdentifier,
  kind: 'table' | 'view',
  session: Session,
): string[] {
  const isKnown = session.catalogs.catalogs.get(catalog)?.databases.has(database);
  return isKnown ? session.catalogs.list(catalog, database, kind) : [];
}

function dropDatabase(statement: Drop, source: string, session: Session): OperationResult {
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
  const isEmpty = database.objects.size === 0 && database.functions.size === 0;
  if (!isEmpty && behavior === 'RESTRICT')
    throw refuse(`Database ${name} in catalog ${catalogName} is not empty.`);
  catalogs.catalog(catalogName).databases.delete(name);
  return OK;
}

function dropCatalog(statement: Drop, source: string, session: Session): OperationResult {
  const { catalogs } = session;
  const name = statement.name.parts.map((part) => part.name).join('.');
  const refuse = (reason: string): ValidationException =>
    invalid(source, statement.name, `Could not execute DROP CATALOG: (catalogName: [${name}])\n${reason}`);
  if (!catalogs.catalogs.has(name)) {
    if (statement.ifExists) return OK;
    throw refuse(`Catalog ${name} does not exist.`);
  }
  if (catalogs.current.catalog === name) throw refuse('Cannot drop a catalog which is currently in use.');
  catalogs.catalogs.delete(name);
  return OK;
}

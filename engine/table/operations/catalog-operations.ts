/** CREATE, ALTER, DROP, DESCRIBE and SHOW CREATE CATALOG. */

import { ValidationException } from '../../types/errors.ts';
import { quoteText } from '../../types/type-text.ts';
import { InMemoryCatalog } from '../catalog/in-memory-catalog.ts';
import type { CatalogDescriptor } from '../catalog/in-memory-catalog.ts';
import { createCatalogText } from '../catalog/show-create.ts';
import type { AlterCatalog, CreateCatalog, Drop, ObjectPath, Span } from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid } from '../validate/validation-error.ts';
import { INFO_COLUMNS, listOf, OK, tableOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';
import { propertiesOf } from './table-definitions.ts';

/** Types of catalogs; `persistent` is there where the session has a place to keep catalogs. */
export const PERSISTENT = 'persistent';
const IN_MEMORY = 'generic_in_memory';
const OPTIONS: readonly string[] = ['default-database', 'property-version', 'type'];

export function createCatalog(statement: CreateCatalog, source: string, session: Session): OperationResult {
  const { name } = statement.name;
  const properties = propertiesOf(statement.properties);
  const { catalogs } = session.catalogs;
  if (catalogs.has(name)) {
    if (statement.ifNotExists) return OK;
    const shown = Object.entries(properties).map(([key, value]) => `${key}=${value}`);
    const head = `Could not execute CREATE CATALOG: (catalogName: [${name}], properties: [{${shown.join(', ')}}], ignoreIfExists: [false])`;
    throw invalid(source, statement.name, `${head}\nCatalog ${name} already exists.`);
  }
  const database = defaultDatabaseOf(name, properties, statement.name, source, session);
  catalogs.set(name, new InMemoryCatalog(name, database, { properties, comment: statement.comment?.value }));
  return OK;
}

/** Throws ValidationException unless a catalog can be made of the options. */
function defaultDatabaseOf(
  name: string,
  properties: Readonly<Record<string, string>>,
  at: { readonly span: Span },
  source: string,
  session: Session,
): string {
  const { type } = properties;
  const options = Object.entries(properties).map(([key, value]) => `${quoteText(key)}=${quoteText(value)}`);
  const head = `Unable to create catalog '${name}'.\n\nCatalog options are:\n${options.sort().join('\n')}\n\n`;
  const refuse = (reason: string, suggestions?: readonly string[]): ValidationException =>
    invalid(source, at, `${head}${reason}`, suggestions);
  if (type === undefined)
    throw refuse("Catalog options do not contain an option key 'type' for discovering a catalog.");
  const known = session.keepsCatalogs ? [IN_MEMORY, PERSISTENT] : [IN_MEMORY];
  if (!known.includes(type)) {
    const reason =
      type === PERSISTENT
        ? "This session has no place to keep catalogs in, so one of type 'persistent' is not supported."
        : `A catalog of type '${type}' is not supported.`;
    throw refuse(`${reason}\n\nAvailable factory identifiers are:\n\n${known.join('\n')}`, known);
  }
  const unknown = Object.keys(properties).filter((key) => !OPTIONS.includes(key));
  if (unknown.length > 0) {
    const list = `Unsupported options found for '${type}'.\n\nUnsupported options:\n\n${unknown.sort().join('\n')}`;
    const suggestions = nearestNames(unknown[0] ?? '', OPTIONS);
    throw refuse(`${list}\n\nSupported options:\n\n${OPTIONS.slice(0, 2).join('\n')}`, suggestions);
  }
  const database = properties['default-database'] ?? 'default';
  if (database.trim() === '') throw refuse('defaultDatabase cannot be null or empty');
  return database;
}

export function alterCatalog(
  { name, action }: AlterCatalog,
  source: string,
  session: Session,
): OperationResult {
  const catalog = session.catalogs.catalogs.get(name.name);
  const before = catalog?.descriptor;
  if (!catalog || !before) {
    const reason = `Catalog ${name.name} does not exist in the catalog store.`;
    throw invalid(source, name, `Could not execute ALTER CATALOG ${name.name}\n${reason}`);
  }
  const after = altered(before, action, source);
  const database = defaultDatabaseOf(name.name, after.properties, action, source, session);
  catalog.alter(after, database);
  return OK;
}

function altered(
  { properties, comment }: CatalogDescriptor,
  action: AlterCatalog['action'],
  source: string,
): CatalogDescriptor {
  switch (action.kind) {
    case 'CommentOn':
      return { properties, comment: action.comment.value };
    case 'SetProperties':
      return { properties: { ...properties, ...propertiesOf(action.properties) }, comment };
    case 'ResetProperties': {
      if (action.keys.length === 0)
        throw invalid(source, action, 'ALTER CATALOG RESET does not support empty key');
      const keys = action.keys.map((key) => key.value);
      const type = action.keys.find((key) => key.value === 'type');
      if (type) throw invalid(source, type, "ALTER CATALOG RESET does not support changing 'type'");
      const kept = Object.entries(properties).filter(([key]) => !keys.includes(key));
      return { properties: Object.fromEntries(kept), comment };
    }
  }
}

export function dropCatalog(statement: Drop, source: string, session: Session): OperationResult {
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

export function showCreateCatalog(name: ObjectPath, source: string, session: Session): OperationResult {
  return listOf('result', [createCatalogText(catalogName(name), descriptorOf(name, source, session))]);
}

export function describeCatalog(
  name: ObjectPath,
  isExtended: boolean,
  source: string,
  session: Session,
): OperationResult {
  const { properties, comment } = descriptorOf(name, source, session);
  const options = Object.entries(properties)
    .filter(([key]) => key !== 'type')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [`option:${key}`, value]);
  return tableOf(INFO_COLUMNS, [
    ['name', catalogName(name)],
    ['type', properties['type'] ?? ''],
    ['comment', comment ?? null],
    ...(isExtended ? options : []),
  ]);
}

function descriptorOf(name: ObjectPath, source: string, session: Session): CatalogDescriptor {
  const { catalogs } = session.catalogs;
  const descriptor = catalogs.get(catalogName(name))?.descriptor;
  if (descriptor) return descriptor;
  const message = `Cannot obtain metadata information from Catalog ${catalogName(name)}.`;
  throw invalid(source, name, message, nearestNames(catalogName(name), catalogs.keys()));
}

function catalogName({ parts }: ObjectPath): string {
  return parts.map((part) => part.name).join('.');
}

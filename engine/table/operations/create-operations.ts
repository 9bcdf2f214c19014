/** CREATE TABLE, VIEW, FUNCTION, DATABASE and CATALOG. */

import { ValidationException } from '../../types/errors.ts';
import { InMemoryCatalog } from '../catalog/in-memory-catalog.ts';
import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import { resolveSchema } from '../catalog/schema-resolver.ts';
import type {
  CatalogObject,
  CatalogTable,
  CatalogView,
  TableDefinition,
} from '../catalog/table-definition.ts';
import { mergeTableLike } from '../catalog/table-like.ts';
import { written } from '../catalog/written-expression.ts';
import { quoteName, quoteText } from '../../types/type-text.ts';
import type {
  CreateCatalog,
  CreateDatabase,
  CreateFunction,
  CreateTable,
  CreateView,
  Identifier,
  ObjectPath,
  Query,
} from '../parser/ast.ts';
import { positionAt } from '../parser/ast.ts';
import { uniqueNames } from '../plan/rex.ts';
import { selectName } from '../validate/select-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { OK } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';
import { constraintsOf, propertiesOf, TableDefinitions, withKeyNotNull } from './table-definitions.ts';

export function createTable(statement: CreateTable, source: string, session: Session): OperationResult {
  if (statement.query || statement.mode !== 'create') {
    const what = statement.mode === 'create' ? 'CREATE TABLE AS SELECT' : 'CREATE OR REPLACE TABLE';
    throw notSupported(source, statement.name, what);
  }
  const identifier = identify(statement.name, session);
  const table = tableOf(statement, source, session);
  return add(identifier, table, statement.temporary, statement.ifNotExists, session);
}

function tableOf(statement: CreateTable, source: string, session: Session): CatalogTable {
  const definitions = new TableDefinitions(source);
  const own = definitions.columnsOf(statement);
  const base = statement.like && baseTable(statement.like.name, source, session);
  const columns =
    base && statement.like ? mergeTableLike(base, own, statement.like.options).columns : own.columns;
  const key = definitions.primaryKey(constraintsOf(statement.columns, statement.constraints), columns);
  const watermark = statement.watermark && definitions.watermark(statement.watermark, columns);
  const complete: TableDefinition = {
    ...own,
    columns: own.columns,
    partitionKeys: definitions.partitionKeys(statement, columns),
    ...(key && { primaryKey: key }),
    ...(watermark && { watermark }),
  };
  const merged = base && statement.like ? mergeTableLike(base, complete, statement.like.options) : complete;
  const definition = { ...merged, columns: withKeyNotNull(merged.columns, merged.primaryKey) };
  return {
    kind: 'table',
    definition,
    schema: resolveSchema(definition, session.environment, definitions.origin),
  };
}

function baseTable(name: ObjectPath, source: string, session: Session): TableDefinition {
  const identifier = identify(name, session);
  const found = session.catalogs.find(identifier);
  if (!found) {
    const { line, column } = positionAt(source, name.span.start);
    throw invalid(
      source,
      name,
      `Source table '${quotedName(identifier)}' of the LIKE clause not found in the catalog, at line ${line}, column ${column}`,
    );
  }
  if (found.object.kind === 'view') {
    throw invalid(
      source,
      name,
      `Source table '${quotedName(identifier)}' of the LIKE clause can not be a VIEW`,
    );
  }
  return found.object.definition;
}

export function createView(statement: CreateView, source: string, session: Session): OperationResult {
  if (statement.replace) throw notSupported(source, statement.name, 'CREATE OR REPLACE VIEW');
  const identifier = identify(statement.name, session);
  const { temporary, ifNotExists } = statement;
  if (ifNotExists && exists(identifier, temporary, session)) return OK;
  const view = viewOf(statement.query, statement.columns, source, session, statement.comment?.value);
  return add(identifier, view, temporary, ifNotExists, session);
}

/** A view of a query; `columns` rename what it selects. */
export function viewOf(
  query: Query,
  columns: readonly Identifier[],
  source: string,
  session: Session,
  comment?: string,
): CatalogView {
  const rowType = session.queryType(query, source);
  const names = rowType.fields.map((field) => field.name);
  if (columns.length > 0 && columns.length !== names.length) {
    const given = columns.map((column) => column.name).join(', ');
    throw invalid(
      source,
      query,
      `VIEW definition and input fields not match:\n\tDef fields: [${given}].\n\tInput fields: [${names.join(', ')}].`,
    );
  }
  if (columns.length === 0) refuseRepeatedItems(query, source);
  const named = columns.length > 0 ? columns.map((column) => column.name) : uniqueNames(names);
  const fields = rowType.fields.map(({ type }, i) => ({ name: named[i] ?? '', type }));
  const { catalog, database } = session.catalogs.current;
  return {
    kind: 'view',
    query: written(query, source),
    rowType: { root: 'ROW', fields, nullable: false },
    isRenamed: columns.length > 0,
    currentCatalog: catalog,
    currentDatabase: database,
    ...(comment !== undefined && { comment }),
  };
}

// Columns that are written out under one name are a mistake; those of a `*` are renamed.
function refuseRepeatedItems({ body }: Query, source: string): void {
  if (body.kind !== 'Select') return;
  const names = new Set<string>();
  for (const [i, item] of body.items.entries()) {
    if (item.kind === 'Star') continue;
    const name = item.alias?.name ?? selectName(item.expression, i);
    if (names.has(name)) {
      const { line, column } = positionAt(source, item.span.start);
      throw invalid(
        source,
        item,
        `A column with the same name ${quoteName(name)} has been defined at line ${line}, column ${column}.`,
      );
    }
    names.add(name);
  }
}

export function createFunction(statement: CreateFunction, source: string, session: Session): OperationResult {
  const { language = 'JAVA', className, temporary, system, ifNotExists } = statement;
  if (language !== 'JAVASCRIPT') {
    throw notSupported(
      source,
      statement.className,
      `A function in LANGUAGE ${language} (write LANGUAGE JAVASCRIPT)`,
    );
  }
  const using = statement.using[0];
  if (using)
    throw notSupported(source, using, `USING ${using.type} (the module stands in AS 'module#export')`);
  if (!/^[^#]+#[^#]+$/.test(className.value)) {
    throw invalid(
      source,
      className,
      `A JavaScript function is named 'module#export', not ${quoteText(className.value)}`,
    );
  }
  const path = statement.name.parts.map((part) => part.name);
  const definition = { className: className.value, language, isTemporary: temporary };
  if (system) session.catalogs.functions.registerSystem(path.at(-1) ?? '', definition, ifNotExists);
  else session.catalogs.functions.register(path, definition, ifNotExists);
  return OK;
}

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

export function createCatalog(statement: CreateCatalog, source: string, session: Session): OperationResult {
  const { name } = statement.name;
  const properties = propertiesOf(statement.properties);
  if (session.catalogs.catalogs.has(name)) {
    if (statement.ifNotExists) return OK;
    throw invalid(
      source,
      statement.name,
      `Could not execute CREATE CATALOG ${name}\nCatalog ${name} already exists.`,
    );
  }
  const { type } = properties;
  const options = Object.entries(properties).map(([key, value]) => `${quoteText(key)}=${quoteText(value)}`);
  const head = `Unable to create catalog '${name}'.\n\nCatalog options are:\n${options.sort().join('\n')}\n\n`;
  if (type === undefined) {
    throw invalid(
      source,
      statement.name,
      `${head}Catalog options do not contain an option key 'type' for discovering a catalog.`,
    );
  }
  if (type !== 'generic_in_memory') {
    throw invalid(
      source,
      statement.name,
      `${head}A catalog of type '${type}' is not supported.\n\nAvailable factory identifiers are:\n\ngeneric_in_memory`,
    );
  }
  const database = properties['default-database'] ?? 'default';
  session.catalogs.catalogs.set(
    name,
    new InMemoryCatalog(name, database, properties, statement.comment?.value),
  );
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

export function identify(path: ObjectPath, session: Session): ObjectIdentifier {
  return session.catalogs.qualify(path.parts.map((part) => part.name));
}

function exists(identifier: ObjectIdentifier, isTemporary: boolean, session: Session): boolean {
  const { catalogs } = session;
  return (
    (isTemporary ? catalogs.findTemporary(identifier) : catalogs.findPermanent(identifier)) !== undefined
  );
}

function add(
  identifier: ObjectIdentifier,
  object: CatalogObject,
  isTemporary: boolean,
  ignoreIfExists: boolean,
  session: Session,
): OperationResult {
  const { catalog, database, name } = identifier;
  session.catalogs.database(catalog, database);
  if (exists(identifier, isTemporary, session)) {
    if (ignoreIfExists) return OK;
    throw new ValidationException(
      isTemporary
        ? `Temporary table '${plainName(identifier)}' already exists`
        : `Could not execute CreateTable in path ${quotedName(identifier)}\nTable (or view) ${database}.${name} already exists in Catalog ${catalog}.`,
    );
  }
  session.catalogs.add(identifier, object, isTemporary);
  return OK;
}

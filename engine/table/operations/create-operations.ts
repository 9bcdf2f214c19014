/** CREATE TABLE, VIEW and FUNCTION. */

import { MillraceError, ValidationException } from '../../types/errors.ts';
import type { RowField, RowType } from '../../types/logical-type.ts';
import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import type {
  CatalogObject,
  CatalogTable,
  CatalogView,
  TableDefinition,
} from '../catalog/table-definition.ts';
import { mergeTableLike } from '../catalog/table-like.ts';
import { queryText } from '../catalog/query-text.ts';
import { written } from '../catalog/written-expression.ts';
import type { WrittenQuery } from '../catalog/written-expression.ts';
import { quoteName, quoteText } from '../../types/type-text.ts';
import type {
  CreateFunction,
  CreateTable,
  CreateView,
  Identifier,
  ObjectPath,
  Query,
  Span,
} from '../parser/ast.ts';
import { positionAt } from '../parser/ast.ts';
import { parseScript } from '../parser/parser.ts';
import { uniqueNames } from '../plan/rex.ts';
import { selectName } from '../validate/select-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { ImplicitCasts } from './implicit-casts.ts';
import { OK } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import { qualifyQuery } from './qualify-query.ts';
import { resolvedTable } from './resolved-table.ts';
import type { Session } from './session.ts';
import { constraintsOf, TableDefinitions, withNewKey } from './table-definitions.ts';

/** CREATE TABLE without AS. (Flink takes OR REPLACE for nothing where there is no AS.) */
export function createTable(statement: CreateTable, source: string, session: Session): OperationResult {
  const identifier = identify(statement.name, session);
  const table = tableOf(statement, source, session);
  return addObject(identifier, table, statement.temporary, statement.ifNotExists, session);
}

function tableOf(statement: CreateTable, source: string, session: Session): CatalogTable {
  const definitions = new TableDefinitions(source);
  return resolvedTable(definitionOf(statement, definitions, source, session), definitions, session);
}

/** What CREATE TABLE without AS says, LIKE merged in. Expressions are not looked into yet. */
export function definitionOf(
  statement: CreateTable,
  definitions: TableDefinitions,
  source: string,
  session: Session,
): TableDefinition {
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
  return { ...merged, columns: withNewKey(merged.columns, merged.primaryKey, own.columns) };
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
  const identifier = identify(statement.name, session);
  const { temporary, ifNotExists } = statement;
  if (ifNotExists && exists(identifier, temporary, session)) return OK;
  const view = viewOf(statement.query, statement.columns, source, session, statement.comment?.value);
  return addObject(identifier, view, temporary, ifNotExists, session);
}

/** A view of a query; `columns` rename what it selects. */
export function viewOf(
  query: Query,
  columns: readonly Identifier[],
  source: string,
  session: Session,
  comment?: string,
): CatalogView {
  const casts = new ImplicitCasts();
  const rowType = session.queryType(query, source, undefined, { noteCast: casts.note });
  const names = rowType.fields.map((field) => field.name);
  if (columns.length > 0 && columns.length !== names.length) {
    const given = columns.map((column) => column.name).join(', ');
    throw invalid(
      source,
      query,
      `VIEW definition and input fields not match:\n\tDef fields: [${given}].\n\tInput fields: [${names.join(', ')}].`,
    );
  }
  if (columns.length === 0) refuseRepeatedItems(query, names, source);
  const repeated = columns.find((column, i) => columns.some(({ name }, k) => k < i && name === column.name));
  if (repeated) throw repeatedColumn(repeated.name, repeated, source);
  const named = columns.length > 0 ? columns.map((column) => column.name) : uniqueNames(names);
  const fields = rowType.fields.map(({ type }, i) => ({ name: named[i] ?? '', type }));
  const { catalog, database } = session.catalogs.current;
  const { isRenamed, ...expanded } = expandedQuery(query, rowType, casts, source, session);
  return {
    kind: 'view',
    query: expanded,
    rowType: { root: 'ROW', fields, nullable: false },
    ...((isRenamed || columns.length > 0) && { names: named }),
    currentCatalog: catalog,
    currentDatabase: database,
    ...(comment !== undefined && { comment }),
  };
}

/** The query of a materialized table, which was validated before, as the catalog keeps it. */
export function storedQuery(query: Query, source: string, session: Session): WrittenQuery {
  const casts = new ImplicitCasts();
  const rowType = session.queryType(query, source, undefined, { isAgain: true, noteCast: casts.note });
  const { sql, tree } = expandedQuery(query, rowType, casts, source, session);
  return { sql, tree };
}

/**
 * With every name in full and stars written out, where that is known to mean the same; else as it was written. `isRenamed`: its own columns
 * have other names (`(r).f` is EXPR$0, and `f` in full).
 */
function expandedQuery(
  query: Query,
  { fields }: RowType,
  casts: ImplicitCasts,
  source: string,
  session: Session,
): WrittenQuery & { readonly isRenamed: boolean } {
  const asWritten = { ...written(query, source), isRenamed: false };
  const qualified = qualifyQuery(query, session.catalogs, session.catalogs.current, casts);
  const sql = qualified && queryText(qualified);
  if (sql === undefined) return asWritten;
  try {
    const tree = parsedQuery(sql);
    const found = tree && session.queryType(tree, sql, undefined, { isAgain: true }).fields;
    if (!found || typesText(found) !== typesText(fields)) return asWritten;
    return { sql, tree, isRenamed: found.some(({ name }, i) => name !== fields[i]?.name) };
  } catch (error) {
    if (error instanceof MillraceError) return asWritten;
    throw error;
  }
}

function parsedQuery(sql: string): Query | undefined {
  const { statements, errors } = parseScript(sql);
  const [statement] = statements;
  return errors.length === 0 && statement?.kind === 'QueryStatement' ? statement.query : undefined;
}

function typesText(fields: readonly RowField[]): string {
  return JSON.stringify(fields.map(({ type }) => type));
}

// Columns that are written out under one name are a mistake; those of a `*` are renamed.
function refuseRepeatedItems({ body }: Query, columns: readonly string[], source: string): void {
  if (body.kind !== 'Select') return;
  const isStar = body.items.some((item) => item.kind === 'Star');
  const names = new Set<string>();
  for (const [i, item] of body.items.entries()) {
    if (item.kind === 'Star') continue;
    // Behind a star, names that are made of a place are different for sure.
    const name = item.alias?.name ?? (isStar ? selectName(item.expression, -1 - i) : (columns[i] ?? ''));
    if (names.has(name)) throw repeatedColumn(name, item, source);
    names.add(name);
  }
}

function repeatedColumn(name: string, at: { readonly span: Span }, source: string): ValidationException {
  const { line, column } = positionAt(source, at.span.start);
  const message = `A column with the same name ${quoteName(name)} has been defined at line ${line}, column ${column}.`;
  return invalid(source, at, message);
}

export function createFunction(statement: CreateFunction, source: string, session: Session): OperationResult {
  const { language = 'JAVA', className, temporary, system, ifNotExists } = statement;
  checkFunctionClass(statement, source);
  const using = statement.using[0];
  if (using)
    throw notSupported(source, using, `USING ${using.type} (the module stands in AS 'module#export')`);
  const path = statement.name.parts.map((part) => part.name);
  const definition = { className: className.value, language, isTemporary: temporary };
  if (system) session.catalogs.functions.registerSystem(path.at(-1) ?? '', definition, ifNotExists);
  else session.catalogs.functions.register(path, definition, ifNotExists);
  return OK;
}

/** Throws ValidationException unless LANGUAGE and AS name something that can be loaded here. */
export function checkFunctionClass(
  { language = 'JAVA', className }: Pick<CreateFunction, 'language' | 'className'>,
  source: string,
): void {
  if (language !== 'JAVASCRIPT') {
    throw notSupported(source, className, `A function in LANGUAGE ${language} (write LANGUAGE JAVASCRIPT)`);
  }
  if (!/^[^#]+#[^#]+$/.test(className.value)) {
    throw invalid(
      source,
      className,
      `A JavaScript function is named 'module#export', not ${quoteText(className.value)}`,
    );
  }
}

export function identify(path: ObjectPath, session: Session): ObjectIdentifier {
  return session.catalogs.qualify(path.parts.map((part) => part.name));
}

export function exists(identifier: ObjectIdentifier, isTemporary: boolean, session: Session): boolean {
  const { catalogs } = session;
  return (
    (isTemporary ? catalogs.findTemporary(identifier) : catalogs.findPermanent(identifier)) !== undefined
  );
}

/** Adds a table or view whose name has to be free. */
export function addObject(
  identifier: ObjectIdentifier,
  object: CatalogObject,
  isTemporary: boolean,
  ignoreIfExists: boolean,
  session: Session,
): OperationResult {
  const { catalog, database, name } = identifier;
  // A temporary object needs no database to be in.
  if (!isTemporary) session.catalogs.database(catalog, database);
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

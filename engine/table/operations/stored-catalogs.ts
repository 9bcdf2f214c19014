/**
 * Catalogs that outlive a session: CREATE CATALOG is remembered, and what is in catalogs of type `persistent`.
 *
 * Everything is kept as SQL text (see `CatalogStorage`) and read back by the parser. What a table's expressions and a view's columns
 * are is looked up when they are used, for what they refer to may be read later.
 */

import { quoteName, quoteText } from '../../types/type-text.ts';
import { InMemoryCatalog } from '../catalog/in-memory-catalog.ts';
import type { Database } from '../catalog/in-memory-catalog.ts';
import type { CatalogStorage } from '../catalog/catalog-storage.ts';
import { quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import { resolveSchema } from '../catalog/schema-resolver.ts';
import {
  createCatalogText,
  createDatabaseText,
  showCreateModel,
  storedTable,
} from '../catalog/show-create.ts';
import type {
  CatalogObject,
  CatalogTable,
  CatalogView,
  ResolvedSchema,
} from '../catalog/table-definition.ts';
import { written } from '../catalog/written-expression.ts';
import { ValidationException } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { AlterTable, CreateTable, CreateView, Statement } from '../parser/ast.ts';
import { parseScript } from '../parser/parser.ts';
import { uniqueNames } from '../plan/rex.ts';
import { createCatalog, PERSISTENT } from './catalog-operations.ts';
import { createFunction, definitionOf, identify } from './create-operations.ts';
import { createDatabase } from './database-operations.ts';
import { createModel } from './model-operations.ts';
import { changedPartitions } from './partition-operations.ts';
import type { Session } from './session.ts';
import { TableDefinitions } from './table-definitions.ts';

export class StoredCatalogs {
  readonly #storage: CatalogStorage;
  #texts: ReadonlyMap<string, string> | undefined;

  constructor(storage: CatalogStorage) {
    this.#storage = storage;
  }

  /** Reads the texts, once. */
  async load(): Promise<void> {
    this.#texts ??= await this.#storage.readAll();
  }

  /** Puts what was loaded into a session. Throws ValidationException with the path of a text that cannot be read. */
  restore(session: Session): void {
    const texts = [...(this.#texts ?? [])].sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1));
    for (const [path, text] of texts) {
      try {
        restoreText(text, session);
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        throw new ValidationException(
          `The stored definition ${path} cannot be read: ${error.message}`,
          {},
          { cause: error },
        );
      }
    }
  }

  /** Writes what has changed since the last time. */
  async save({ catalogs }: Session): Promise<void> {
    const before = this.#texts ?? new Map<string, string>();
    const after = textsOf([...catalogs.catalogs.values()]);
    const changes = new Map<string, string | undefined>();
    for (const [path, text] of after) if (before.get(path) !== text) changes.set(path, text);
    for (const path of before.keys()) if (!after.has(path)) changes.set(path, undefined);
    if (changes.size === 0) return;
    await this.#storage.write(changes);
    this.#texts = after;
  }
}

/** Catalogs before databases before what is in them. */
function depth(path: string): number {
  return path.split('/').length;
}

// ------------------------------------------------------------------------------------------------- to text

function textsOf(catalogs: readonly InMemoryCatalog[]): Map<string, string> {
  const texts = new Map<string, string>();
  for (const catalog of catalogs) {
    const { name, descriptor } = catalog;
    if (!descriptor) continue;
    const path = encodeURIComponent(name);
    texts.set(`${path}/catalog.sql`, `${createCatalogText(name, descriptor).trimEnd()};\n`);
    if (descriptor.properties['type'] !== PERSISTENT) continue;
    for (const [database, content] of catalog.databases) {
      const folder = `${path}/${encodeURIComponent(database)}`;
      for (const [file, text] of databaseTexts(name, database, content)) texts.set(`${folder}/${file}`, text);
    }
  }
  return texts;
}

function databaseTexts(catalog: string, database: string, content: Database): [file: string, text: string][] {
  const path = `${quoteName(catalog)}.${quoteName(database)}`;
  const { properties, comment, objects, functions, models } = content;
  const of = (name: string): ObjectIdentifier => ({ catalog, database, name });
  const file = (folder: string, name: string): string => `${folder}/${encodeURIComponent(name)}.sql`;
  return [
    ['database.sql', `${createDatabaseText(path, properties, comment).trimEnd()};\n`],
    ...[...objects].map(([name, object]): [string, string] =>
      object.kind === 'view'
        ? [file('views', name), viewText(of(name), object)]
        : [file('tables', name), tableText(of(name), object)],
    ),
    ...[...functions].map(([name, { className, language }]): [string, string] => [
      file('functions', name),
      `CREATE FUNCTION ${quotedName(of(name))} AS ${quoteText(className)} LANGUAGE ${language};\n`,
    ]),
    ...[...models].map(([name, model]): [string, string] => [
      file('models', name),
      `${showCreateModel(of(name), model, false).trimEnd()};\n`,
    ]),
  ];
}

function tableText(identifier: ObjectIdentifier, { definition, partitions = [] }: CatalogTable): string {
  const create = `${storedTable(identifier, definition).trimEnd()};\n`;
  const pairs = (values: Readonly<Record<string, string>>, key: (text: string) => string): string =>
    Object.entries(values)
      .map(([name, value]) => `${key(name)} = ${quoteText(value)}`)
      .join(', ');
  const added = partitions.map(({ spec, options }) => {
    const rest = Object.keys(options).length > 0 ? ` WITH (${pairs(options, quoteText)})` : '';
    return `ALTER TABLE ${quotedName(identifier)} ADD PARTITION (${pairs(spec, quoteName)})${rest};\n`;
  });
  return create + added.join('');
}

function viewText(identifier: ObjectIdentifier, view: CatalogView): string {
  const columns = view.isRenamed
    ? ` (${view.rowType.fields.map(({ name }) => quoteName(name)).join(', ')})`
    : '';
  const comment = view.comment === undefined ? '' : ` COMMENT ${quoteText(view.comment)}`;
  const context = `USE CATALOG ${quoteName(view.currentCatalog)};\nUSE ${quoteName(view.currentDatabase)};\n`;
  return `${context}CREATE VIEW ${quotedName(identifier)}${columns}${comment} AS\n${view.query.sql};\n`;
}

// ----------------------------------------------------------------------------------------------- from text

function restoreText(text: string, session: Session): void {
  const { statements, errors } = parseScript(text);
  if (errors[0]) throw errors[0];
  const current: string[] = [];
  for (const statement of statements) {
    if (statement.kind === 'Use') current.push(statement.name.parts[0]?.name ?? '');
    else restoreStatement(statement, text, current, session);
  }
}

function restoreStatement(
  statement: Statement,
  text: string,
  current: readonly string[],
  session: Session,
): void {
  switch (statement.kind) {
    case 'CreateCatalog':
      createCatalog(statement, text, session);
      return;
    case 'CreateDatabase':
      // A catalog brings its default database along; what is stored of it says more.
      session.catalogs.catalogs
        .get(statement.name.parts[0]?.name ?? '')
        ?.databases.delete(statement.name.parts[1]?.name ?? '');
      createDatabase(statement, text, session);
      return;
    case 'CreateFunction':
      createFunction(statement, text, session);
      return;
    case 'CreateModel':
      createModel(statement, text, session);
      return;
    case 'CreateTable':
      put(statement, restoredTable(statement, text, session), session);
      return;
    case 'AlterTable':
      restorePartitions(statement, text, session);
      return;
    case 'CreateView':
      put(statement, restoredView(statement, text, current, session), session);
      return;
    default:
      throw new ValidationException(`${statement.kind} is not supported in a stored catalog.`);
  }
}

function put({ name }: CreateTable | CreateView, object: CatalogObject, session: Session): void {
  session.catalogs.add(identify(name, session), object, false);
}

function restoredTable(statement: CreateTable, text: string, session: Session): CatalogTable {
  const definition = definitionOf(statement, new TableDefinitions(text), text, session);
  let schema: ResolvedSchema | undefined;
  return {
    kind: 'table',
    definition,
    get schema() {
      return (schema ??= resolveSchema(definition, session.environment));
    },
  };
}

function restorePartitions(statement: AlterTable, text: string, session: Session): void {
  const { name, action } = statement;
  const identifier = identify(name, session);
  const object = session.catalogs.findPermanent(identifier);
  if (object?.kind !== 'table' || action.kind !== 'AddPartitions') {
    throw new ValidationException('In a stored catalog ALTER TABLE only adds partitions.');
  }
  const partitions = changedPartitions(identifier, object, action, text);
  // The schema stays to be looked up.
  const { definition } = object;
  session.catalogs.replace(
    identifier,
    {
      kind: 'table',
      definition,
      partitions,
      get schema() {
        return object.schema;
      },
    },
    false,
  );
}

function restoredView(
  statement: CreateView,
  text: string,
  [catalog = '', database = '']: readonly string[],
  session: Session,
): CatalogView {
  const query = written(statement.query, text);
  const { comment, columns } = statement;
  let rowType: RowType | undefined;
  return {
    kind: 'view',
    query,
    isRenamed: columns.length > 0,
    currentCatalog: catalog,
    currentDatabase: database,
    ...(comment && { comment: comment.value }),
    get rowType() {
      rowType ??= session.queryType(query.tree, query.sql, { catalog, database });
      const names = uniqueNames(rowType.fields.map(({ name }) => name));
      const fields = rowType.fields.map(({ type }, i) => ({
        name: columns[i]?.name ?? names[i] ?? '',
        type,
      }));
      return { ...rowType, fields };
    },
  };
}

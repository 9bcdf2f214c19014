/**
 * Catalogs that outlive a session: CREATE CATALOG is remembered, and what is in catalogs of type `persistent`.
 *
 * Everything is kept as SQL text (see `CatalogStorage`) and read back by the parser. What a table's expressions and a view's columns
 * are is looked up when they are used, for what they refer to may be read later.
 */

import type { CatalogStorage } from '../catalog/catalog-storage.ts';
import { resolveSchema } from '../catalog/schema-resolver.ts';
import type {
  CatalogObject,
  CatalogTable,
  CatalogView,
  ResolvedSchema,
} from '../catalog/table-definition.ts';
import { written } from '../catalog/written-expression.ts';
import { ValidationException } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { AlterTable, CreateCatalog, CreateTable, CreateView, Statement } from '../parser/ast.ts';
import { parseScript } from '../parser/parser.ts';
import { uniqueNames } from '../plan/rex.ts';
import { createCatalog, PERSISTENT } from './catalog-operations.ts';
import { createFunction, definitionOf, identify } from './create-operations.ts';
import { createDatabase } from './database-operations.ts';
import { createModel } from './model-operations.ts';
import { changedPartitions } from './partition-operations.ts';
import type { Session } from './session.ts';
import { notesOf, textsOf } from './stored-texts.ts';
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
      restoreCatalog(statement, text, session);
      return;
    case 'CreateDatabase':
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

function restoreCatalog(statement: CreateCatalog, text: string, session: Session): void {
  createCatalog(statement, text, session);
  const catalog = session.catalogs.catalog(statement.name.name);
  // It brings its default database along; which databases it has is stored.
  if (catalog.descriptor?.properties['type'] === PERSISTENT) catalog.databases.clear();
}

function put({ name }: CreateTable | CreateView, object: CatalogObject, session: Session): void {
  session.catalogs.add(identify(name, session), object, false);
}

function restoredTable(statement: CreateTable, text: string, session: Session): CatalogTable {
  const written = definitionOf(statement, new TableDefinitions(text), text, session);
  const { unresolved = [] } = notesOf(text);
  const columns = written.columns.map((column) =>
    column.kind === 'computed' && unresolved.includes(column.name)
      ? { ...column, expression: { ...column.expression, isUnresolved: true } }
      : column,
  );
  const definition = { ...written, columns };
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
  const { comment, columns } = statement;
  const query = written(statement.query, text);
  const names = columns.map(({ name }) => name);
  let rowType = notesOf(text).columns;
  return {
    kind: 'view',
    query,
    ...(names.length > 0 && { names }),
    currentCatalog: catalog,
    currentDatabase: database,
    ...(comment && { comment: comment.value }),
    get rowType() {
      return (rowType ??= renamed(session.queryType(query.tree, query.sql, { catalog, database }), names));
    },
  };
}

function renamed(rowType: RowType, names: readonly string[]): RowType {
  const own = uniqueNames(rowType.fields.map(({ name }) => name));
  const fields = rowType.fields.map(({ type }, i) => ({ name: names[i] ?? own[i] ?? '', type }));
  return { ...rowType, fields };
}

/**
 * Materialized tables: a table, the query that it holds, and a continuous job that keeps the two together. The catalog keeps
 * the definition; starting and stopping the job is the client's.
 */

import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import { showCreateMaterialized } from '../catalog/show-create.ts';
import type { CatalogTable, MaterializedDefinition } from '../catalog/table-definition.ts';
import { written } from '../catalog/written-expression.ts';
import type {
  AlterMaterializedTable,
  CreateMaterializedTable,
  Drop,
  Insert,
  ObjectPath,
} from '../parser/ast.ts';
import { intervalLiteral } from '../validate/interval-literal.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { PERSISTENT } from './catalog-operations.ts';
import { addObject, identify } from './create-operations.ts';
import { insertOf, tableOfQuery } from './create-table-as.ts';
import { listOf, OK } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';

export interface MaterializedTable {
  readonly identifier: ObjectIdentifier;
  readonly table: CatalogTable & { readonly materialized: MaterializedDefinition };
}

/** `materialized-table.refresh-mode.freshness-threshold`: from here on Flink refreshes by a schedule. */
const FRESHNESS_THRESHOLD_MS = 30 * 60_000;

/** Makes the table, and says which INSERT keeps it fresh. */
export function createMaterializedTable(
  statement: CreateMaterializedTable,
  source: string,
  session: Session,
): MaterializedTable & { readonly insert: Insert } {
  const { name, orAlter, startMode, freshness, refreshMode, query } = statement;
  if (orAlter && findMaterialized(name, session))
    throw notSupported(source, name, 'CREATE OR ALTER MATERIALIZED TABLE of one that is there');
  if (startMode && startMode.mode !== 'FROM_BEGINNING')
    throw notSupported(source, startMode, `START_MODE = ${startMode.mode}`);
  const freshnessMs = freshness && Number(intervalLiteral(freshness, source).value);
  const isScheduled = freshnessMs !== undefined && freshnessMs >= FRESHNESS_THRESHOLD_MS;
  if (refreshMode === 'FULL' || (refreshMode === undefined && isScheduled)) {
    throw notSupported(
      source,
      freshness ?? name,
      'A materialized table that is refreshed in full by a schedule (write REFRESH_MODE = CONTINUOUS)',
    );
  }
  const identifier = identify(name, session);
  const { properties = {} } = session.catalogs.catalog(identifier.catalog).descriptor ?? {};
  if (properties['type'] === PERSISTENT)
    throw notSupported(source, name, 'A materialized table in a persistent catalog');
  const { table, names } = tableOfQuery(statement, query, source, session);
  const materialized: MaterializedDefinition = {
    query: written(query, source),
    startMode: 'FROM_BEGINNING',
    refreshMode: 'CONTINUOUS',
    ...(freshness && { freshness: source.slice(freshness.span.start, freshness.span.end) }),
  };
  const made = { ...table, materialized };
  addObject(identifier, made, false, false, session);
  return { identifier, table: made, insert: insertOf(name, made, names, query) };
}

/** Remembers the job of a materialized table, or that it is suspended. */
export function updateMaterialized(
  { identifier, table }: MaterializedTable,
  change: Partial<Pick<MaterializedDefinition, 'jobId' | 'isSuspended'>>,
  session: Session,
): void {
  const materialized = { ...table.materialized, ...change };
  session.catalogs.replace(identifier, { ...table, materialized }, false);
}

/** The table of an ALTER MATERIALIZED TABLE ... SUSPEND or RESUME; everything else is refused. */
export function materializedToAlter(
  { name, action }: AlterMaterializedTable,
  source: string,
  session: Session,
): MaterializedTable {
  const found = findMaterialized(name, session);
  if (!found) {
    const message = `Materialized table ${quotedName(identify(name, session))} does not exist or is no materialized table.`;
    throw invalid(source, name, message, near(name, session));
  }
  if (action.kind !== 'Suspend' && action.kind !== 'Resume')
    throw notSupported(source, action, `ALTER MATERIALIZED TABLE ... ${wordsOf(action)}`);
  if (action.kind === 'Resume' && action.properties.length > 0)
    throw notSupported(source, action, 'RESUME WITH options');
  const { materialized } = found.table;
  const isSuspended = materialized.isSuspended ?? false;
  if (isSuspended === (action.kind === 'Suspend')) {
    throw invalid(
      source,
      action,
      `Materialized table ${quotedName(found.identifier)} ${isSuspended ? 'is suspended already' : 'is not suspended'}.`,
    );
  }
  return found;
}

/** What is to be dropped: undefined if there is nothing, and IF EXISTS said so. */
export function materializedToDrop(
  { name, ifExists }: Pick<Drop, 'name' | 'ifExists'>,
  source: string,
  session: Session,
): MaterializedTable | undefined {
  const found = findMaterialized(name, session);
  if (found || ifExists) return found;
  const message = `Materialized Table with identifier '${plainName(identify(name, session))}' does not exist.`;
  throw invalid(source, name, message, near(name, session));
}

/** Takes the table out of the catalog; its job is the client's to stop. */
export function dropMaterializedTable(statement: Drop, source: string, session: Session): OperationResult {
  const found = materializedToDrop(statement, source, session);
  if (found) session.catalogs.remove(found.identifier, false);
  return OK;
}

export function showCreateMaterializedTable(
  name: ObjectPath,
  source: string,
  session: Session,
): OperationResult {
  const found = findMaterialized(name, session);
  if (found) {
    const { identifier, table } = found;
    return listOf('result', [showCreateMaterialized(identifier, table.definition, table.materialized)]);
  }
  const identifier = identify(name, session);
  throw invalid(
    source,
    name,
    `Could not execute SHOW CREATE MATERIALIZED TABLE ${plainName(identifier)}. Materialized table with identifier ${quotedName(identifier)} does not exist.`,
    near(name, session),
  );
}

function findMaterialized(name: ObjectPath, session: Session): MaterializedTable | undefined {
  const identifier = identify(name, session);
  const object = session.catalogs.findPermanent(identifier);
  if (object?.kind !== 'table' || !object.materialized) return undefined;
  return { identifier, table: { ...object, materialized: object.materialized } };
}

function near(path: ObjectPath, session: Session): string[] {
  const { catalog, database, name } = identify(path, session);
  const objects = session.catalogs.catalogs.get(catalog)?.databases.get(database)?.objects ?? new Map();
  return nearestNames(name, objects.keys());
}

function wordsOf({ kind }: AlterMaterializedTable['action']): string {
  const words = {
    ChangeQuery: 'AS',
    SchemaChange: 'ADD or MODIFY',
    SetProperties: 'SET',
    ResetProperties: 'RESET',
  };
  return kind in words
    ? words[kind as keyof typeof words]
    : kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}

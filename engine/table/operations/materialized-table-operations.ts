/**
 * Materialized tables: a table, the query that it holds, and a continuous job that keeps the two together. The catalog keeps
 * the definition; starting and stopping the job is the client's.
 */

import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import { showCreateMaterialized } from '../catalog/show-create.ts';
import type { CatalogTable, MaterializedDefinition } from '../catalog/table-definition.ts';
import type {
  AlterMaterializedTable,
  CreateMaterializedTable,
  Drop,
  Insert,
  IntervalLiteral,
  ObjectPath,
} from '../parser/ast.ts';
import { intervalLiteral } from '../validate/interval-literal.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { alteredTable, alterMaterializedSchema } from './alter-materialized-table.ts';
import { PERSISTENT } from './catalog-operations.ts';
import { addObject, identify, storedQuery } from './create-operations.ts';
import { insertOf, tableOfQuery } from './create-table-as.ts';
import { listOf, OK } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import type { Session } from './session.ts';

export interface MaterializedTable {
  readonly identifier: ObjectIdentifier;
  readonly table: CatalogTable & { readonly materialized: MaterializedDefinition };
}

export interface MadeMaterializedTable extends MaterializedTable {
  /** What keeps it fresh; undefined where there is no connector to write to. */
  readonly insert: Insert | undefined;
  /** What CREATE OR ALTER has replaced. */
  readonly previous: MaterializedTable | undefined;
}

/** `materialized-table.refresh-mode.freshness-threshold`: from here on Flink refreshes by a schedule. */
const FRESHNESS_THRESHOLD_MS = 30 * 60_000;

/** `materialized-table.default-freshness.continuous`. */
const DEFAULT_FRESHNESS = "INTERVAL '3' MINUTE";

/** Makes the table, and says which INSERT keeps it fresh. */
export function createMaterializedTable(
  statement: CreateMaterializedTable,
  source: string,
  session: Session,
): MadeMaterializedTable {
  const { name, orAlter, freshness, query } = statement;
  const identifier = identify(name, session);
  const previous = orAlter ? findMaterialized(name, session) : undefined;
  if (orAlter && !previous && session.catalogs.findPermanent(identifier)) {
    throw invalid(
      source,
      name,
      `Table ${plainName(identifier)} is not a materialized table. Only materialized table support create or alter operation.`,
    );
  }
  refuseUnsupported(statement, identifier, previous !== undefined, source, session);
  const { table, names } = tableOfQuery(statement, query, source, session);
  const unused = statement.columns.find(
    (column) => column.kind === 'PhysicalColumn' && !names.includes(column.name.name),
  );
  if (unused) {
    throw invalid(
      source,
      unused,
      `Invalid as physical column '${unused.name.name}' is defined in the DDL, but is not used in a query column.`,
    );
  }
  const text = previous
    ? previous.table.materialized.freshness
    : freshness
      ? source.slice(freshness.span.start, freshness.span.end)
      : DEFAULT_FRESHNESS;
  const materialized: MaterializedDefinition = {
    query: storedQuery(query, source, session),
    startMode: 'FROM_BEGINNING',
    refreshMode: 'CONTINUOUS',
    ...(text !== undefined && { freshness: text }),
  };
  const shaped = previous ? alteredTable(previous, table, statement, source, session) : table;
  const made = { ...shaped, materialized };
  if (previous) session.catalogs.replace(identifier, made, false);
  else addObject(identifier, made, false, false, session);
  const isFilled = made.definition.options['connector'] !== undefined;
  return {
    identifier,
    table: made,
    insert: isFilled ? insertOf(name, made, names, query) : undefined,
    previous,
  };
}

/** Throws ValidationException for what has no scheduler, and no place to be kept in. */
function refuseUnsupported(
  { name, startMode, freshness, refreshMode }: CreateMaterializedTable,
  identifier: ObjectIdentifier,
  isThere: boolean,
  source: string,
  session: Session,
): void {
  if (freshness) checkFreshness(freshness, source);
  if (startMode && startMode.mode !== 'FROM_BEGINNING')
    throw notSupported(source, startMode, `START_MODE = ${startMode.mode}`);
  const freshnessMs = freshness && Number(intervalLiteral(freshness, source).value);
  const isScheduled = freshnessMs !== undefined && freshnessMs >= FRESHNESS_THRESHOLD_MS;
  if (!isThere && (refreshMode === 'FULL' || (refreshMode === undefined && isScheduled))) {
    throw notSupported(
      source,
      freshness ?? name,
      'A materialized table that is refreshed in full by a schedule (write REFRESH_MODE = CONTINUOUS)',
    );
  }
  const { properties = {} } = session.catalogs.catalog(identifier.catalog).descriptor ?? {};
  if (properties['type'] === PERSISTENT)
    throw notSupported(source, name, 'A materialized table in a persistent catalog');
}

/** FRESHNESS is a whole number of one of the units that a schedule may have. */
function checkFreshness(freshness: IntervalLiteral, source: string): void {
  const { text, negative, qualifier } = freshness;
  if (negative || !/^[1-9]\d*$/.test(text)) {
    throw invalid(
      source,
      freshness,
      `The freshness interval currently only supports positive integer type values. But was: ${negative ? '-' : ''}${text}`,
    );
  }
  if (qualifier.from === 'YEAR' || qualifier.from === 'MONTH' || qualifier.from === 'QUARTER') {
    throw invalid(
      source,
      freshness,
      'Materialized table freshness only supports SECOND, MINUTE, HOUR, DAY, WEEK as the time unit.',
    );
  }
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
  const found = materializedNamed({ name }, source, session);
  if (action.kind !== 'Suspend' && action.kind !== 'Resume')
    throw notSupported(source, action, `ALTER MATERIALIZED TABLE ... ${wordsOf(action)}`);
  if (action.kind === 'Resume' && action.properties.length > 0)
    throw notSupported(source, action, 'RESUME WITH options');
  const { materialized } = found.table;
  if (materialized.jobId === undefined) {
    const message = `Materialized table ${quotedName(found.identifier)} has no connector, and no job that could be suspended.`;
    throw invalid(source, action, message);
  }
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

function materializedNamed(
  { name }: Pick<AlterMaterializedTable, 'name'>,
  source: string,
  session: Session,
): MaterializedTable {
  const found = findMaterialized(name, session);
  if (!found) {
    const identifier = identify(name, session);
    const isOther = session.catalogs.findPermanent(identifier) !== undefined;
    const message = `Materialized table ${quotedName(identifier)} doesn't exist.`;
    throw invalid(
      source,
      name,
      isOther ? 'ALTER MATERIALIZED TABLE for a table is not allowed' : message,
      near(name, session),
    );
  }
  return found;
}

/** Changes of columns and the like; undefined: SUSPEND and RESUME, which are the client's. */
export function alterMaterializedTable(
  statement: AlterMaterializedTable,
  source: string,
  session: Session,
): OperationResult | undefined {
  const { action } = statement;
  switch (action.kind) {
    case 'SchemaChange':
    case 'DropColumns':
    case 'DropFeature':
    case 'DropConstraint':
      return alterMaterializedSchema(materializedNamed(statement, source, session), action, source, session);
    default:
      return undefined;
  }
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

/**
 * UPDATE, DELETE, TRUNCATE, ANALYZE and CALL: checked as Flink checks them, and refused. No connector of this build can change
 * rows in place, no catalog has procedures, and no rule reads statistics.
 */

import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import type { CatalogTable } from '../catalog/table-definition.ts';
import type { Analyze, Call, Delete, Identifier, ObjectPath, Truncate, Update } from '../parser/ast.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { identify } from './create-operations.ts';
import type { Session } from './session.ts';

export function update(statement: Update, source: string, session: Session): never {
  const { identifier, table } = tableToChange(statement, source, session);
  for (const { column } of statement.assignments) checkColumn(column, 'Unknown target column', table, source);
  if (session.config.isStreaming)
    throw invalid(source, statement.table, 'UPDATE statement is not supported for streaming mode now.');
  throw rowLevel('update', identifier, table, statement.table, source);
}

export function deleteRows(statement: Delete, source: string, session: Session): never {
  const { identifier, table } = tableToChange(statement, source, session);
  if (session.config.isStreaming)
    throw invalid(source, statement.table, 'DELETE statement is not supported for streaming mode now.');
  throw rowLevel('delete', identifier, table, statement.table, source);
}

function tableToChange(
  { table: path, extension }: Update | Delete,
  source: string,
  session: Session,
): { readonly identifier: ObjectIdentifier; readonly table: CatalogTable } {
  const { identifier, object } = session.catalogs.resolve(path, source);
  if (extension) throw notSupported(source, extension, extension.what);
  if (object.kind === 'table') return { identifier, table: object };
  throw invalid(source, path, `Sink '${plainName(identifier)}' does not exists`);
}

function rowLevel(
  what: 'update' | 'delete',
  identifier: ObjectIdentifier,
  { definition }: CatalogTable,
  at: ObjectPath,
  source: string,
) {
  const connector = definition.options['connector'] ?? '';
  return invalid(
    source,
    at,
    `Can't perform ${what} operation of the table ${plainName(identifier)} because this is not supported by connector '${connector}'.`,
  );
}

export function truncate({ table: path }: Truncate, source: string, session: Session): never {
  const identifier = identify(path, session);
  const found = session.catalogs.find(identifier);
  if (!found) {
    const { catalog, database, name } = identifier;
    const known = session.catalogs.catalogs.get(catalog)?.databases.get(database)?.objects.keys() ?? [];
    const names = [...session.catalogs.catalogs.keys()].sort().join(', ');
    const message = `Cannot find table '${quotedName(identifier)}' in any of the catalogs [${names}], nor as a temporary table.`;
    throw invalid(source, path, message, nearestNames(name, known));
  }
  if (found.object.kind === 'view') throw invalid(source, path, 'TRUNCATE TABLE for a view is not allowed');
  const reason = session.config.isStreaming
    ? 'in streaming mode'
    : `for the table ${plainName(identifier)}: its connector cannot be emptied`;
  throw invalid(source, path, `TRUNCATE TABLE statement is not supported ${reason}.`);
}

export function analyze(statement: Analyze, source: string, session: Session): never {
  const { table: path, partition, columns } = statement;
  const identifier = identify(path, session);
  const object = session.catalogs.findPermanent(identifier);
  if (!object) {
    throw invalid(source, path, `Table ${quotedName(identifier)} doesn't exist or is a temporary table.`);
  }
  if (object.kind === 'view') throw invalid(source, path, 'ANALYZE TABLE for a view is not allowed');
  const keys = object.definition.partitionKeys;
  const given = partition?.entries.map(({ column }) => column.name) ?? [];
  if (keys.length === 0 && partition) {
    throw invalid(
      source,
      partition,
      `Invalid ANALYZE TABLE statement. Table: ${quotedName(identifier)} is not a partition table, while partition values are given.`,
    );
  }
  if (given.length !== keys.length || keys.some((key) => !given.includes(key))) {
    throw invalid(
      source,
      partition ?? path,
      `Invalid ANALYZE TABLE statement. For partition table, all partition keys should be specified explicitly. The given partition keys: [${given.join(',')}] are not match the target partition keys: [${keys.join(',')}].`,
    );
  }
  for (const column of columns && columns !== 'all' ? columns : []) {
    if (object.definition.columns.some(({ name }) => name === column.name)) continue;
    const message = `Column: ${column.name} does not exist in the table: ${quotedName(identifier)}.`;
    const names = object.definition.columns.map(({ name }) => name);
    throw invalid(source, column, message, nearestNames(column.name, names));
  }
  throw session.config.isStreaming
    ? invalid(source, statement, 'ANALYZE TABLE is not supported for streaming mode now')
    : notSupported(source, statement, 'ANALYZE TABLE (plans are made without statistics)');
}

export function call({ procedure }: Call, source: string, session: Session): never {
  const identifier = identify(procedure, session);
  throw invalid(
    source,
    procedure,
    `Procedure ${quotedName(identifier)} does not exist: procedures are not supported by the catalogs of this build.`,
  );
}

function checkColumn(
  { name, span }: Identifier,
  message: string,
  { definition }: CatalogTable,
  source: string,
): void {
  const names = definition.columns.map((column) => column.name);
  if (!names.includes(name))
    throw invalid(source, { span }, `${message} '${name}'`, nearestNames(name, names));
}

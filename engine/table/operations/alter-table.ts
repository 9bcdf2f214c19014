/** ALTER TABLE: columns, key, watermark, options, name. */

import { ValidationException } from '../../types/errors.ts';
import { quoteName } from '../../types/type-text.ts';
import { writtenText } from '../catalog/expression-text.ts';
import { plainName, quotedName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import { resolveSchema } from '../catalog/schema-resolver.ts';
import type { ColumnDefinition, TableDefinition } from '../catalog/table-definition.ts';
import type { WrittenExpression } from '../catalog/written-expression.ts';
import type {
  AddPartitions,
  AlterTable,
  ColumnPosition,
  DropColumns,
  DropFeature,
  DropPartitions,
  Identifier,
  ObjectPath,
  RenameColumn,
  RenameTo,
  ResetProperties,
  SchemaChange,
  SetProperties,
} from '../parser/ast.ts';
import { invalid } from '../validate/validation-error.ts';
import { identify } from './create-operations.ts';
import { OK } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import { columnsRead } from './columns-read.ts';
import { changedPartitions } from './partition-operations.ts';
import type { Session } from './session.ts';
import { constraintsOf, propertiesOf, TableDefinitions, withKeyNotNull } from './table-definitions.ts';

export function alterTable(statement: AlterTable, source: string, session: Session): OperationResult {
  const identifier = identify(statement.name, session);
  // A temporary object hides the permanent one.
  const object = session.catalogs.findTemporary(identifier)
    ? undefined
    : session.catalogs.findPermanent(identifier);
  if (!object) {
    if (statement.ifExists) return OK;
    throw invalid(
      source,
      statement.name,
      `Table ${quotedName(identifier)} doesn't exist or is a temporary table.`,
    );
  }
  if (object.kind === 'view') throw invalid(source, statement.name, 'ALTER TABLE for a view is not allowed');
  if (object.materialized) {
    throw invalid(source, statement.name, 'ALTER TABLE for a materialized table is not allowed');
  }
  const { action } = statement;
  if (action.kind === 'RenameTo') return renameTable(identifier, action, session);
  if (action.kind === 'AddPartitions' || action.kind === 'DropPartitions') {
    const partitions = changedPartitions(identifier, object, action, source);
    session.catalogs.replace(identifier, { ...object, partitions }, false);
    return OK;
  }
  const definitions = new TableDefinitions(source);
  const definition = changedDefinition(object.definition, action, definitions, source);
  const schema = resolveSchema(definition, session.environment, definitions.origin);
  session.catalogs.replace(identifier, { ...object, definition, schema }, false);
  return OK;
}

/** What changes a table's definition, rather than its name or what is known of its partitions. */
export type DefinitionChange = Exclude<AlterTable['action'], RenameTo | AddPartitions | DropPartitions>;

/** RENAME TO of a table or view, which stays in its database, whatever stands before the new name. */
export function renameTable(from: ObjectIdentifier, { name }: RenameTo, session: Session): OperationResult {
  const { catalogs } = session;
  const to = { ...from, name: identify(name, session).name };
  const object = catalogs.findPermanent(from);
  if (!object) return OK;
  if (catalogs.findPermanent(to)) {
    throw new ValidationException(
      `Could not execute ALTER TABLE ${plainName(from)} RENAME TO ${plainName(to)}\n` +
        `Table (or view) ${to.database}.${to.name} already exists in Catalog ${to.catalog}.`,
    );
  }
  catalogs.remove(from, false);
  catalogs.add(to, object, false);
  return OK;
}

/** A table's definition after one change. */
export function changedDefinition(
  table: TableDefinition,
  action: DefinitionChange,
  definitions: TableDefinitions,
  source: string,
): TableDefinition {
  switch (action.kind) {
    case 'SchemaChange':
      return changeSchema(table, action, definitions);
    case 'DropColumns':
      return dropColumns(table, action);
    case 'DropFeature':
      return dropFeature(table, action);
    case 'DropConstraint':
      if (!table.primaryKey) throw failed('The current table does not define any primary key.');
      if (table.primaryKey.name !== action.name.name) {
        const message = `The primary key constraint of the current table is ${quoteName(table.primaryKey.name)}, not ${quoteName(action.name.name)}.`;
        throw failed(message);
      }
      return without(table, 'primaryKey');
    case 'RenameColumn':
      return renameColumn(table, action);
    case 'SetProperties':
      return setOptions(table, action);
    case 'ResetProperties':
      return resetOptions(table, action, source);
  }
}

// ------------------------------------------------------------------------------------------- ADD and MODIFY

function changeSchema(
  table: TableDefinition,
  change: SchemaChange,
  definitions: TableDefinitions,
): TableDefinition {
  const columns = changedColumns(table, change, definitions);
  const added = change.columns.map(({ column }) => column);
  const key = definitions.primaryKey(constraintsOf(added, change.constraints), columns);
  const watermark = change.watermark && definitions.watermark(change.watermark, columns);
  const isAdd = change.change === 'ADD';
  if (key) {
    const none = 'The current table does not define any primary key constraint.';
    requirePresence(isAdd, table.primaryKey, keyPresent(table), none);
  }
  if (watermark) {
    const none = 'The current table does not define any watermark.';
    requirePresence(isAdd, table.watermark, watermarkPresent(table), none);
  }
  if (change.distribution) {
    const there =
      'The current table has already defined the distribution. You might want to modify it or drop it before adding a new one.';
    const none = 'The base table does not define any distribution.';
    requirePresence(isAdd, table.distribution, there, none);
  }
  return {
    ...table,
    columns: withKeyNotNull(columns, key ?? table.primaryKey),
    ...(key && { primaryKey: key }),
    ...(watermark && { watermark }),
    ...(change.distribution && { distribution: definitions.distribution(change.distribution) }),
  };
}

function changedColumns(
  table: TableDefinition,
  { change, columns: changes }: SchemaChange,
  definitions: TableDefinitions,
): ColumnDefinition[] {
  const isAdd = change === 'ADD';
  let columns = [...table.columns];
  for (const [i, { within, column, position }] of changes.entries()) {
    if (within) throw nestedField([...within, column.name]);
    const { name } = column.name;
    if (changes.slice(0, i).some((other) => other.column.name.name === name))
      throw failed(`Encounter duplicate column ${quoteName(name)}.`);
    const at = columns.findIndex((each) => each.name === name);
    if (isAdd && at >= 0) throw failed(`Column ${quoteName(name)} already exists in the table.`);
    if (!isAdd && at < 0) throw failed(`Column ${quoteName(name)} does not exist in the table.`);
    const written = definitions.column(column, true);
    const next = isAdd ? written : { ...commentOf(columns[at]), ...written };
    const others = columns.filter((_, other) => other !== at);
    columns = isAdd || position ? placed(others, next, position, !isAdd) : columns.with(at, next);
  }
  return columns;
}

// MODIFY without COMMENT leaves the comment as it is.
function commentOf(column: ColumnDefinition | undefined): Pick<ColumnDefinition, 'comment'> {
  return column?.comment === undefined ? {} : { comment: column.comment };
}

function placed(
  columns: readonly ColumnDefinition[],
  column: ColumnDefinition,
  position: ColumnPosition | undefined,
  isThere: boolean,
): ColumnDefinition[] {
  if (!position) return [...columns, column];
  if (!position.after) return [column, ...columns];
  if (position.after.parts.length > 1) throw nestedField(position.after.parts);
  const after = nameOf(position.after);
  // Flink takes the column out first, so that one behind itself comes to the front.
  if (after === column.name && isThere) return [column, ...columns];
  const at = columns.findIndex((each) => each.name === after);
  if (at < 0) throw failed(`Referenced column ${quoteName(after)} by 'AFTER' does not exist in the table.`);
  return columns.toSpliced(at + 1, 0, column);
}

function requirePresence(isAdd: boolean, existing: unknown, present: string, absent: string): void {
  if (isAdd && existing !== undefined) throw failed(present);
  if (!isAdd && existing === undefined) throw failed(`${absent} You might want to add a new one.`);
}

function keyPresent({ primaryKey }: TableDefinition): string {
  const columns = (primaryKey?.columns ?? []).map(quoteName).join(', ');
  return `The current table has already defined the primary key constraint [${columns}]. You might want to drop it before adding a new one.`;
}

function watermarkPresent({ watermark }: TableDefinition): string {
  const text = watermark ? `${quoteName(watermark.column)} AS ${writtenText(watermark.expression)}` : '';
  return `The current table has already defined the watermark strategy ${text}. You might want to drop it before adding a new one.`;
}

// ----------------------------------------------------------------------------------------- DROP and RENAME

function dropColumns(table: TableDefinition, { columns }: DropColumns): TableDefinition {
  const nested = columns.find(({ parts }) => parts.length > 1);
  if (nested) throw nestedField(nested.parts);
  const names = columns.map(nameOf);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw failed(`Duplicate column ${quoteName(repeated)}.`);
  const dropped = new Set(names);
  for (const name of dropped) {
    if (!table.columns.some((each) => each.name === name)) {
      throw failed(`The column ${quoteName(name)} does not exist in the base table.`);
    }
    refuseUse(table, name, dropped);
  }
  return { ...table, columns: table.columns.filter((each) => !dropped.has(each.name)) };
}

// What still refers to the column would be left without it.
function refuseUse(table: TableDefinition, name: string, dropped: ReadonlySet<string>): void {
  const quoted = quoteName(name);
  if (table.primaryKey?.columns.includes(name))
    throw failed(`The column ${quoted} is used as the primary key.`);
  if (table.partitionKeys.includes(name)) throw failed(`The column ${quoted} is used as the partition keys.`);
  if (table.distribution?.columns.includes(name))
    throw failed(`The column ${quoted} is used as a distribution key.`);
  const computed = table.columns.find(
    (each) => each.kind === 'computed' && !dropped.has(each.name) && reads(each.expression, name),
  );
  if (computed)
    throw failed(`The column ${quoted} is referenced by computed column ${quoteName(computed.name)}.`);
  const { watermark } = table;
  if (watermark && (watermark.column === name || reads(watermark.expression, name))) {
    throw failed(`The column ${quoted} is referenced by watermark expression.`);
  }
}

function reads({ tree }: WrittenExpression, name: string): boolean {
  return columnsRead(tree).has(name);
}

function renameColumn(table: TableDefinition, { from, to }: RenameColumn): TableDefinition {
  const nested = [from, to].find(({ parts }) => parts.length > 1);
  if (nested) throw nestedField(nested.parts);
  const [before, after] = [nameOf(from), nameOf(to)];
  if (!table.columns.some((each) => each.name === before)) {
    throw failed(`The column ${quoteName(before)} does not exist in the base table.`);
  }
  if (table.columns.some((each) => each.name === after)) {
    throw failed(`The column ${quoteName(after)} already existed in table schema.`);
  }
  const computed = table.columns.find((each) => each.kind === 'computed' && reads(each.expression, before));
  if (computed)
    throw failed(
      `The column ${quoteName(before)} is referenced by computed column ${quoteName(computed.name)}.`,
    );
  if (table.watermark && (table.watermark.column === before || reads(table.watermark.expression, before))) {
    throw failed(`The column ${quoteName(before)} is referenced by watermark expression.`);
  }
  if (table.partitionKeys.includes(before)) {
    throw failed(`The column ${quoteName(before)} is used as the partition keys.`);
  }
  const renamed = (name: string) => (name === before ? after : name);
  const { primaryKey } = table;
  return {
    ...table,
    columns: table.columns.map((each) => ({ ...each, name: renamed(each.name) })),
    partitionKeys: table.partitionKeys.map(renamed),
    ...(primaryKey && { primaryKey: { ...primaryKey, columns: primaryKey.columns.map(renamed) } }),
  };
}

function dropFeature(table: TableDefinition, { feature }: DropFeature): TableDefinition {
  const [field, what] = (
    {
      'PRIMARY KEY': ['primaryKey', 'primary key'],
      WATERMARK: ['watermark', 'watermark strategy'],
      DISTRIBUTION: ['distribution', 'distribution'],
    } as const
  )[feature];
  if (table[field] === undefined) throw failed(`The current table does not define any ${what}.`);
  return without(table, field);
}

function without(
  table: TableDefinition,
  field: 'primaryKey' | 'watermark' | 'distribution',
): TableDefinition {
  return Object.fromEntries(
    Object.entries(table).filter(([key]) => key !== field),
  ) as unknown as TableDefinition;
}

// ------------------------------------------------------------------------------------------------- options

function setOptions(table: TableDefinition, { properties }: SetProperties): TableDefinition {
  return { ...table, options: { ...table.options, ...propertiesOf(properties) } };
}

function resetOptions(table: TableDefinition, { keys }: ResetProperties, source: string): TableDefinition {
  for (const key of keys) {
    if (key.value === 'connector')
      throw invalid(source, key, "ALTER TABLE RESET does not support changing 'connector'");
  }
  if (keys.length === 0) throw failed('ALTER TABLE RESET does not support empty key');
  const reset = new Set(keys.map((key) => key.value));
  const options = Object.fromEntries(Object.entries(table.options).filter(([key]) => !reset.has(key)));
  return { ...table, options };
}

function nestedField(parts: readonly Identifier[]): ValidationException {
  const path = parts.map(({ name }) => quoteName(name)).join('.');
  return failed(`Altering the nested row type ${path} is not supported yet.`);
}

function nameOf(path: ObjectPath): string {
  return path.parts.map((part) => part.name).join('.');
}

/** A change that the table does not allow. */
export function failed(message: string): ValidationException {
  return new ValidationException(`Failed to execute ALTER TABLE statement.\n${message}`);
}

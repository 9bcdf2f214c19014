import type {
  ConnectorCatalogue,
  ConnectorDescriptor,
  FormatDescriptor,
  Options,
  TableContext,
} from '../../connectors/connector-descriptor.ts';
import { ValidationException } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';
import type { ChangelogMode } from '../../types/row-kind.ts';
import { plainName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import type { CatalogTable } from '../catalog/table-definition.ts';
import { nearestNames } from '../validate/nearest-names.ts';
import type { PlannedTable } from './planned-table.ts';
import { rowTypeOf } from './rex.ts';

/** A catalog table with what its connector says of it, as a source or as a sink. */

/** `options` are the table's, hints merged in. Throws ValidationException where the connector cannot be read. */
export function plannedSource(
  identifier: ObjectIdentifier,
  { definition, schema }: CatalogTable,
  options: Options,
  catalogue: ConnectorCatalogue,
): PlannedTable {
  const context = contextOf(identifier, definition, schema.scanType, options);
  const connector = connectorOf(context, catalogue, 'source');
  const format = formatOf(connector, context, catalogue);
  const decoder = format && formatSide(format, context, 'decoder');
  if (!connector.source) throw unsuitable(context, 'source');
  const source = connector.source(context, decoder);
  return {
    ...plannedTable(identifier, definition, connector, options),
    storedType: schema.scanType,
    metadata: schema.columns.flatMap((column) => (column.key === undefined ? [] : [column.key])),
    changelogMode: source.changelogMode,
    isBounded: source.bounded,
    ...(source.parallelism !== undefined && { parallelism: source.parallelism }),
  };
}

/** The stored columns of a sink are the physical ones, then the metadata columns that can be written. */
export function plannedSink(
  identifier: ObjectIdentifier,
  { definition, schema }: CatalogTable,
  options: Options,
  catalogue: ConnectorCatalogue,
): PlannedTable & { readonly overwrites: boolean; readonly partitions: boolean } {
  const stored = [
    ...schema.columns.filter((column) => column.kind === 'physical'),
    ...schema.columns.filter((column) => column.kind === 'metadata' && column.isVirtual !== true),
  ];
  const context = contextOf(identifier, definition, schema.scanType, options);
  const connector = connectorOf(context, catalogue, 'sink');
  if (!connector.sink) throw unsuitable(context, 'sink');
  const format = formatOf(connector, context, catalogue);
  const sink = connector.sink(context, format && formatSide(format, context, 'encoder'));
  return {
    ...plannedTable(identifier, definition, connector, options),
    storedType: rowTypeOf(stored.map(({ name, type }) => ({ name, type }))),
    metadata: stored.flatMap((column) => (column.key === undefined ? [] : [column.key])),
    changelogMode: INSERT_ONLY,
    isBounded: true,
    ...(sink.parallelism !== undefined && { parallelism: sink.parallelism }),
    overwrites: sink.overwrites,
    partitions: sink.partitions,
  };
}

/** What a sink takes when its input produces `requested`. */
export function sinkChangelogMode(
  table: PlannedTable,
  requested: ChangelogMode,
  catalogue: ConnectorCatalogue,
): ChangelogMode {
  const { catalog, database, name, options, storedType, primaryKey, partitionKeys } = table;
  const context: TableContext = {
    table: plainName({ catalog, database, name }),
    options,
    physicalType: rowTypeOf(storedType.fields.slice(0, storedType.fields.length - table.metadata.length)),
    primaryKey,
    partitionKeys,
  };
  const connector = connectorOf(context, catalogue, 'sink');
  const format = formatOf(connector, context, catalogue);
  const encoder = format && formatSide(format, context, 'encoder');
  return connector.sinkChangelogMode?.(context, requested, encoder) ?? requested;
}

function contextOf(
  identifier: ObjectIdentifier,
  definition: CatalogTable['definition'],
  scanType: RowType,
  options: Options,
): TableContext {
  const physical = definition.columns.filter((column) => column.kind === 'physical').length;
  return {
    table: plainName(identifier),
    options,
    physicalType: rowTypeOf(scanType.fields.slice(0, physical)),
    primaryKey: definition.primaryKey?.columns ?? [],
    partitionKeys: definition.partitionKeys,
  };
}

function plannedTable(
  identifier: ObjectIdentifier,
  definition: CatalogTable['definition'],
  { connector }: ConnectorDescriptor,
  options: Options,
): Pick<
  PlannedTable,
  'catalog' | 'database' | 'name' | 'connector' | 'options' | 'primaryKey' | 'partitionKeys'
> {
  return {
    ...identifier,
    connector,
    options,
    primaryKey: definition.primaryKey?.columns ?? [],
    partitionKeys: definition.partitionKeys,
  };
}

function connectorOf(
  { table, options }: TableContext,
  { connectors }: ConnectorCatalogue,
  side: Side,
): ConnectorDescriptor {
  const name = options['connector'];
  const found = connectors.find((connector) => connector.connector === name);
  if (found) return found;
  const names = connectors.map((connector) => connector.connector).sort();
  throw new ValidationException(
    `${unable(table, side)}\n\n${
      name === undefined
        ? `Table options do not contain an option key 'connector' for discovering a connector.`
        : `Cannot discover a connector using option: 'connector'='${name}'. Could not find any factory for identifier '${name}'.`
    } Available factory identifiers are:\n\n${names.join('\n')}`,
    { suggestions: name === undefined ? [] : nearestNames(name, names) },
  );
}

function formatOf(
  { formatOption }: ConnectorDescriptor,
  { table, options }: TableContext,
  { formats }: ConnectorCatalogue,
): FormatDescriptor | undefined {
  const name = formatOption === undefined ? undefined : options[formatOption];
  if (name === undefined) return undefined;
  const found = formats.find((format) => format.format === name);
  if (found) return found;
  const names = formats.map((format) => format.format).sort();
  throw new ValidationException(
    `Table '${table}': could not find any factory for format identifier '${name}'. Available factory identifiers are:\n\n${names.join('\n')}`,
    { suggestions: nearestNames(name, names) },
  );
}

type Side = 'source' | 'sink';

function formatSide<S extends 'decoder' | 'encoder'>(
  format: FormatDescriptor,
  context: TableContext,
  side: S,
): ReturnType<NonNullable<FormatDescriptor[S]>> {
  const describe = format[side];
  if (!describe) {
    throw new ValidationException(
      `Format '${format.format}' of table '${context.table}' is not supported for ${side === 'decoder' ? 'reading' : 'writing'}.`,
    );
  }
  const prefix = `${format.format}.`;
  const own = Object.entries(context.options).filter(([key]) => key.startsWith(prefix));
  const options = Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
  return describe.call(format, context, options) as ReturnType<NonNullable<FormatDescriptor[S]>>;
}

function unable(table: string, side: Side): string {
  return side === 'source'
    ? `Unable to create a source for reading table '${table}'.`
    : `Unable to create a sink for writing table '${table}'.`;
}

function unsuitable({ table, options }: TableContext, side: Side): ValidationException {
  const use =
    side === 'source'
      ? 'a sink. However, it cannot be used as a source'
      : 'a source. However, it cannot be used as a sink';
  return new ValidationException(
    `${unable(table, side)}\n\nConnector '${options['connector']}' can only be used as ${use}.`,
  );
}

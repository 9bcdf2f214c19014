import type {
  ConnectorCatalogue,
  MetadataKey,
  Options,
  TableContext,
} from '../../connectors/connector-descriptor.ts';
import type { LogicalType, RowType } from '../../types/logical-type.ts';
import { ValidationException } from '../../types/errors.ts';
import { supportsExplicitCast } from '../../types/cast-rules.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';
import type { ChangelogMode } from '../../types/row-kind.ts';
import { typeText } from '../../types/type-text.ts';
import { ConnectorOptions } from '../catalog/connector-options.ts';
import { plainName } from '../catalog/object-identifier.ts';
import type { ObjectIdentifier } from '../catalog/object-identifier.ts';
import type { CatalogTable } from '../catalog/table-definition.ts';
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
  const source = new ConnectorOptions(catalogue).source(context);
  checkMetadata(context.table, source.connector, schema.columns, source.metadata);
  return {
    ...plannedTable(identifier, definition, source.connector, options),
    storedType: withMetadataTypes(schema, source.metadata),
    metadata: schema.columns.flatMap((column) => (column.key === undefined ? [] : [column.key])),
    changelogMode: source.changelogMode,
    isBounded: source.bounded,
    ...(source.parallelism !== undefined && { parallelism: source.parallelism }),
  };
}

/** Metadata columns are of keys that the source has, and of types into which theirs can be cast. */
function checkMetadata(
  table: string,
  connector: string,
  columns: CatalogTable['schema']['columns'],
  keys: readonly MetadataKey[],
): void {
  const readable = keys.filter((each) => each.readable);
  for (const { key, name, type } of columns) {
    if (key === undefined) continue;
    if (readable.length === 0) {
      throw new ValidationException(
        `Table '${table}' declares metadata columns, but the source of connector '${connector}' doesn't implement the SupportsReadingMetadata interface. ` +
          'Therefore, metadata cannot be read from the given source.',
      );
    }
    const known = readable.find((each) => each.key === key);
    if (!known) {
      throw new ValidationException(
        `Invalid metadata key '${key}' in column '${name}' of table '${table}'. ` +
          `The source of connector '${connector}' supports the following metadata keys for reading:\n${readable.map((each) => each.key).join('\n')}`,
      );
    }
    if (!supportsExplicitCast(known.type, type)) {
      const column = `'${name}'${key === name ? '' : ` with metadata key '${key}'`}`;
      throw new ValidationException(
        `Invalid data type for metadata column ${column} of table '${table}'. ` +
          `The column cannot be declared as '${typeText(type)}' because the type must be castable from metadata type '${typeText(known.type)}'.`,
      );
    }
  }
}

/** What a scan gives: metadata in the types in which the connector knows it, which the columns need not have. */
function withMetadataTypes(
  { columns, scanType }: CatalogTable['schema'],
  keys: readonly MetadataKey[],
): RowType {
  const typeOf = (name: string): LogicalType | undefined => {
    const key = columns.find((column) => column.name === name)?.key;
    return keys.find((each) => each.key === key)?.type;
  };
  if (columns.every((column) => column.key === undefined)) return scanType;
  return rowTypeOf(scanType.fields.map((field) => ({ ...field, type: typeOf(field.name) ?? field.type })));
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
  const sink = new ConnectorOptions(catalogue).sink(context);
  const table = `Table '${plainName(identifier)}'`;
  if (sink.parallelism !== undefined && sink.parallelism < 1) {
    throw new ValidationException(
      `Invalid configured parallelism ${sink.parallelism} for table '${plainName(identifier)}'.`,
    );
  }
  if (definition.distribution) {
    throw new ValidationException(
      `${table} is distributed into buckets, but the sink of connector '${sink.connector}' doesn't implement the SupportsBucketing interface.`,
    );
  }
  if (stored.some(({ key }) => key !== undefined) && sink.metadata.length === 0) {
    throw new ValidationException(
      `${table} declares persistable metadata columns, but the sink of connector '${sink.connector}' doesn't implement the SupportsWritingMetadata interface. ` +
        'If the column should not be persisted, it can be declared with the VIRTUAL keyword.',
    );
  }
  return {
    ...plannedTable(identifier, definition, sink.connector, options),
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
  return new ConnectorOptions(catalogue).sink(context).changelogMode(requested);
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
  connector: string,
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

/**
 * What a connector and a format say of themselves: their options and what their tables can do.
 *
 * One description serves the check of WITH options, completion in the editor, the generated docs and the planner's
 * questions (does it change rows? does it end?). It is read on the page and holds no runtime code: the operator
 * finds the connector itself by `TableSourceSpec.connector`.
 */

import type { LogicalType, RowType } from '../types/logical-type.ts';
import type { ChangelogMode } from '../types/row-kind.ts';

/** How the text of an option is read. Durations and sizes are Flink's: `10 s`, `1min`, `128 mb`. */
export type OptionType =
  'string' | 'boolean' | 'int' | 'long' | 'double' | 'duration' | 'memory' | 'enum' | 'list' | 'map';

export interface OptionDescriptor {
  /** `#` stands for the name of a column: `fields.#.min` holds for `fields.price.min`, too. A map's key is its prefix. */
  readonly key: string;
  readonly type: OptionType;
  readonly required?: boolean;
  /** As written in WITH; absent: no default. */
  readonly default?: string;
  /** What an `enum` (and each item of a `list`, where given) may be, in the order messages list them. */
  readonly values?: readonly string[];
  /** Older spellings that are read, too. */
  readonly fallbackKeys?: readonly string[];
  readonly description: string;
}

/** Options by full key as the table has them, hints merged in. Defaults are not filled in. */
export type Options = Readonly<Record<string, string>>;

/** What a table says of itself to its connector and format. */
export interface TableContext {
  /** `default_catalog.default_database.t`. */
  readonly table: string;
  readonly options: Options;
  /** Physical columns in order. */
  readonly physicalType: RowType;
  readonly primaryKey: readonly string[];
  readonly partitionKeys: readonly string[];
}

/** A column that a connector can fill (or, writable, take) besides the physical ones. */
export interface MetadataKey {
  readonly key: string;
  readonly type: LogicalType;
  readonly readable: boolean;
  readonly writable: boolean;
}

export interface SourceDescription {
  readonly changelogMode: ChangelogMode;
  readonly bounded: boolean;
  readonly metadata: readonly MetadataKey[];
  /** `scan.parallelism` or what the connector is confined to; absent: the job's. */
  readonly parallelism?: number;
}

export interface SinkDescription {
  readonly metadata: readonly MetadataKey[];
  /** Whether INSERT OVERWRITE and PARTITION (...) work. */
  readonly overwrites: boolean;
  readonly partitions: boolean;
  readonly parallelism?: number;
}

/**
 * One connector. `source` or `sink` is absent when it has none; both get options that were checked against `options`
 * (keys, required ones, types) and throw a ValidationException for what a single option cannot say.
 */
export interface ConnectorDescriptor {
  readonly connector: string;
  /** One sentence for docs and completion. */
  readonly description: string;
  /** Without `connector` and `property-version`, which all have, and without those of formats. */
  readonly options: readonly OptionDescriptor[];
  /** The option that names a format (usually `format`); absent: the connector takes none. */
  readonly formatOption?: string;
  /** Options of the format that nobody knows are passed over, as Flink's file system passes them on. */
  readonly passesFormatOptions?: boolean;
  /** `format` is the description of the format named by `formatOption`, asked for the same table. */
  source?(table: TableContext, format?: SourceFormatDescription): SourceDescription;
  sink?(table: TableContext, format?: SinkFormatDescription): SinkDescription;
  /** The changes a sink takes when its input produces `requested`. Absent: everything it is given. */
  sinkChangelogMode?(
    table: TableContext,
    requested: ChangelogMode,
    format?: SinkFormatDescription,
  ): ChangelogMode;
}

export interface SourceFormatDescription {
  readonly format: string;
  readonly changelogMode: ChangelogMode;
  readonly metadata: readonly MetadataKey[];
}

export interface SinkFormatDescription {
  readonly format: string;
  readonly changelogMode: ChangelogMode;
}

/** One format. Its options are written in WITH with `format.` before them: `json.ignore-parse-errors`. */
export interface FormatDescriptor {
  readonly format: string;
  readonly description: string;
  /** Keys without the prefix. */
  readonly options: readonly OptionDescriptor[];
  /** Absent when it cannot be read (or written). `options` are those of the format, prefix taken off. */
  decoder?(table: TableContext, options: Options): SourceFormatDescription;
  encoder?(table: TableContext, options: Options): SinkFormatDescription;
}

/** All connectors and formats of a build, in the order docs list them. */
export interface ConnectorCatalogue {
  readonly connectors: readonly ConnectorDescriptor[];
  readonly formats: readonly FormatDescriptor[];
}

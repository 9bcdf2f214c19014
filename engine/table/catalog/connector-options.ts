/**
 * The check of a table's WITH options when it is read or written, with Flink's texts: which connector and format are
 * meant, which options are missing, unknown, or have values that cannot be read.
 */

import type {
  ConnectorCatalogue,
  ConnectorDescriptor,
  FormatDescriptor,
  OptionDescriptor,
  Options,
  SinkDescription,
  SourceDescription,
  TableContext,
} from '../../connectors/connector-descriptor.ts';
import { parseDuration } from '../../types/duration.ts';
import { ValidationException } from '../../types/errors.ts';
import { parseMemorySize } from '../../types/memory-size.ts';
import type { ChangelogMode } from '../../types/row-kind.ts';
import { quoteText } from '../../types/type-text.ts';
import { nearestNames } from '../../types/nearest-names.ts';

export interface DescribedSource extends SourceDescription {
  readonly connector: string;
}

export interface DescribedSink extends SinkDescription {
  readonly connector: string;
  /** The changes the sink takes when its input produces `requested`. */
  changelogMode(requested: ChangelogMode): ChangelogMode;
}

type Role = 'source' | 'sink';

/** Option keys that every table may have. */
const COMMON_KEYS = ['connector', 'property-version'];

export class ConnectorOptions {
  readonly #catalogue: ConnectorCatalogue;

  constructor(catalogue: ConnectorCatalogue) {
    this.#catalogue = catalogue;
  }

  /** What a table is as a source. Throws ValidationException. */
  source(table: TableContext): DescribedSource {
    return this.#explained('source', table, () => {
      const connector = this.#connector(table.options);
      if (!connector.source) {
        throw new ValidationException(
          `Connector '${connector.connector}' can only be used as a sink. It cannot be used as a source.`,
        );
      }
      const format = this.#format(connector, table, 'source');
      this.#check(connector, format, table, 'source');
      const decoded = format?.decoder?.(table, formatOptions(format, table.options));
      return {
        connector: connector.connector,
        ...connector.source(table, decoded),
      };
    });
  }

  /** What a table is as a sink. Throws ValidationException. */
  sink(table: TableContext): DescribedSink {
    return this.#explained('sink', table, () => {
      const connector = this.#connector(table.options);
      if (!connector.sink) {
        throw new ValidationException(
          `Connector '${connector.connector}' can only be used as a source. It cannot be used as a sink.`,
        );
      }
      const format = this.#format(connector, table, 'sink');
      this.#check(connector, format, table, 'sink');
      const encoded = format?.encoder?.(table, formatOptions(format, table.options));
      return {
        connector: connector.connector,
        ...connector.sink(table, encoded),
        changelogMode: (requested) => connector.sinkChangelogMode?.(table, requested, encoded) ?? requested,
      };
    });
  }

  // Every failure names the table and lists its options before it says what is wrong.
  #explained<T>(role: Role, table: TableContext, describe: () => T): T {
    try {
      return describe();
    } catch (error) {
      if (!(error instanceof ValidationException)) throw error;
      const task = role === 'source' ? 'a source for reading' : 'a sink for writing';
      const options = Object.entries(table.options)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => `${quoteText(key)}=${quoteText(value)}`);
      const head = `Unable to create ${task} table '${table.table}'.\n\nTable options are:\n\n${options.join('\n')}`;
      throw new ValidationException(
        `${head}\n\n${error.message}`,
        { suggestions: error.suggestions },
        { cause: error },
      );
    }
  }

  #connector(options: Options): ConnectorDescriptor {
    const name = options['connector'];
    if (name === undefined) {
      throw new ValidationException(
        "Table options do not contain an option key 'connector' for discovering a connector.",
      );
    }
    const connector = this.#catalogue.connectors.find((each) => each.connector === name);
    if (connector) return connector;
    const known = this.#catalogue.connectors.map((each) => each.connector).sort();
    throw new ValidationException(
      `Cannot discover a connector using option: 'connector'='${name}'\n\n` +
        `Could not find any connector for identifier '${name}'.\n\n` +
        `Available factory identifiers are:\n\n${known.join('\n')}`,
      suggest(name, known),
    );
  }

  #format(connector: ConnectorDescriptor, table: TableContext, role: Role): FormatDescriptor | undefined {
    const { formatOption } = connector;
    if (formatOption === undefined) return undefined;
    const name = table.options[formatOption];
    const task = role === 'source' ? 'scan' : 'sink';
    if (name === undefined)
      throw new ValidationException(`Could not find required ${task} format '${formatOption}'.`);
    const format = this.#catalogue.formats.find((each) => each.format === name);
    if (format) {
      const isAble = role === 'source' ? format.decoder !== undefined : format.encoder !== undefined;
      if (isAble) return format;
      throw new ValidationException(
        `Format '${name}' is not supported for ${role === 'source' ? 'reading' : 'writing'}.`,
      );
    }
    const known = this.#catalogue.formats.map((each) => each.format).sort();
    throw new ValidationException(
      `Could not find any format for identifier '${name}'.\n\nAvailable formats are:\n\n${known.join('\n')}`,
      suggest(name, known),
    );
  }

  #check(
    connector: ConnectorDescriptor,
    format: FormatDescriptor | undefined,
    table: TableContext,
    role: Role,
  ): void {
    const { options } = table;
    const prefix = format ? `${format.format}.` : '';
    const formatKeys = (format?.options ?? []).map((each) => prefixed(each, prefix));
    const known = [...connector.options, ...formatKeys];
    const missing = known
      .filter((each) => each.required && givenText(each, options) === undefined)
      .map((each) => each.key);
    if (missing.length > 0) {
      throw new ValidationException(
        `One or more required options are missing.\n\nMissing required options are:\n\n${missing.sort().join('\n')}`,
      );
    }
    const columns = table.physicalType.fields.map((field) => field.name);
    const spared = connector.passesFormatOptions ? prefix : '';
    this.#checkKeys(connector, known, columns, options, spared);
    for (const [key, value] of Object.entries(options)) {
      const descriptor = known.find((each) => matches(each, key, columns));
      const problem = descriptor && wrongValue(descriptor, key, value);
      if (problem === undefined) continue;
      if (!format || !formatKeys.includes(descriptor as OptionDescriptor))
        throw new ValidationException(problem);
      const task = role === 'source' ? 'scan' : 'sink';
      throw new ValidationException(
        `Error creating ${task} format '${format.format}' in option space '${prefix}'.\n\n${problem.replace(prefix, '')}`,
      );
    }
  }

  #checkKeys(
    connector: ConnectorDescriptor,
    known: readonly OptionDescriptor[],
    columns: readonly string[],
    options: Options,
    spared: string,
  ): void {
    const common =
      connector.formatOption === undefined ? COMMON_KEYS : [...COMMON_KEYS, connector.formatOption];
    const unknown = Object.keys(options).filter(
      (key) =>
        !common.includes(key) &&
        !known.some((each) => matches(each, key, columns)) &&
        (spared === '' || !key.startsWith(spared)),
    );
    if (unknown.length === 0) return;
    const supported = [
      ...common.filter((key) => key !== 'property-version'),
      ...known.flatMap(({ key }) =>
        key.includes('#') ? columns.map((name) => key.replace('#', name)) : [key],
      ),
    ];
    const list = [...new Set(supported)].sort();
    throw new ValidationException(
      `Unsupported options found for '${connector.connector}'.\n\nUnsupported options:\n\n${unknown.sort().join('\n')}\n\n` +
        `Supported options:\n\n${list.join('\n')}`,
      suggest(unknown[0] ?? '', list),
    );
  }
}

function suggest(name: string, known: readonly string[]) {
  const suggestions = nearestNames(name, known);
  return suggestions.length > 0 ? { suggestions } : {};
}

function prefixed(descriptor: OptionDescriptor, prefix: string): OptionDescriptor {
  const { fallbackKeys = [] } = descriptor;
  return {
    ...descriptor,
    key: prefix + descriptor.key,
    fallbackKeys: fallbackKeys.map((key) => prefix + key),
  };
}

/** The options of a format without its prefix. */
function formatOptions({ format }: FormatDescriptor, options: Options): Options {
  const prefix = `${format}.`;
  const own = Object.entries(options).filter(([key]) => key.startsWith(prefix));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(prefix.length), value]));
}

function givenText({ key, fallbackKeys = [] }: OptionDescriptor, options: Options): string | undefined {
  return [key, ...fallbackKeys].map((each) => options[each]).find((text) => text !== undefined);
}

function matches(
  { key, type, fallbackKeys = [] }: OptionDescriptor,
  given: string,
  columns: readonly string[],
): boolean {
  if (key === given || fallbackKeys.includes(given)) return true;
  if (key.includes('#')) return columns.some((name) => key.replace('#', name) === given);
  return type === 'map' && given.startsWith(`${key}.`);
}

/** Why a value cannot be that of the option; undefined if it can. */
function wrongValue({ type, values }: OptionDescriptor, key: string, value: string): string | undefined {
  const text = value.trim();
  switch (type) {
    case 'boolean':
      return /^(true|false)$/i.test(text) ? undefined : invalidValue(key, value, 'true or false');
    case 'int':
    case 'long':
      return /^[-+]?\d+$/.test(text) ? undefined : invalidValue(key, value, 'a whole number');
    case 'double':
      return text !== '' && !Number.isNaN(Number(text)) ? undefined : invalidValue(key, value, 'a number');
    case 'duration':
      return parseDuration(text) === undefined
        ? invalidValue(key, value, "a duration such as '10 s'")
        : undefined;
    case 'memory':
      return parseMemorySize(text) === undefined
        ? invalidValue(key, value, "a size such as '128 mb'")
        : undefined;
    case 'enum':
      if (!values || values.some((each) => each.toLowerCase() === text.toLowerCase())) return undefined;
      return `Unsupported value '${value}' for ${key}. Supported values are [${values.join(', ')}].`;
    default:
      return undefined;
  }
}

function invalidValue(key: string, value: string, expected: string): string {
  return `Could not parse value '${value}' for key '${key}': ${expected} is expected.`;
}

import { ValidationException } from '../../types/errors.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';
import type { ConnectorDescriptor, MetadataKey, OptionDescriptor, Options } from '../connector-descriptor.ts';
import { OptionReader, invalidOption, notSupportedOption } from '../option-reader.ts';

const OPTIONS: readonly OptionDescriptor[] = [
  {
    key: 'path',
    type: 'string',
    required: true,
    description: 'A file, or a folder that is read with all below it: a path, a URL, or `file-drop:NAME`.',
  },
  {
    key: 'partition.default-name',
    type: 'string',
    default: '__DEFAULT_PARTITION__',
    description: 'Folder of the rows whose partition column is NULL or empty.',
  },
  {
    key: 'source.monitor-interval',
    type: 'duration',
    description: 'How often to look for new files. Default: never, and the table ends with its files.',
  },
  {
    key: 'source.path.regex-pattern',
    type: 'string',
    description: 'Regular expression for the whole path of a file; others are not read.',
  },
  {
    key: 'source.report-statistics',
    type: 'enum',
    values: ['ALL', 'NONE'],
    default: 'ALL',
    description: 'Whether plans of batch mode reckon with the sizes of the files.',
  },
  {
    key: 'sink.rolling-policy.file-size',
    type: 'memory',
    default: '128MB',
    description: 'Size at which a part file is closed; at 32 MB at the latest, and at every checkpoint.',
  },
  {
    key: 'sink.rolling-policy.rollover-interval',
    type: 'duration',
    default: '30 min',
    description: 'Without effect: part files are closed at every checkpoint.',
  },
  {
    key: 'sink.rolling-policy.inactivity-interval',
    type: 'duration',
    default: '30 min',
    description: 'Without effect: part files are closed at every checkpoint.',
  },
  {
    key: 'sink.rolling-policy.check-interval',
    type: 'duration',
    default: '1 min',
    description: 'Without effect: part files are closed at every checkpoint.',
  },
  {
    key: 'sink.shuffle-by-partition.enable',
    type: 'boolean',
    default: 'false',
    description: 'Whether rows of a partition meet in one subtask first. true is not supported.',
  },
  {
    key: 'sink.partition-commit.policy.kind',
    type: 'string',
    description: 'What tells others that a partition is complete. Not supported.',
  },
  {
    key: 'auto-compaction',
    type: 'boolean',
    default: 'false',
    description: 'Whether small files are merged. true is not supported.',
  },
  {
    key: 'sink.parallelism',
    type: 'int',
    description: 'Parallelism of the sink. Default: that of its input.',
  },
];

/** Columns that a source can add, by key. */
export const FILE_METADATA: readonly MetadataKey[] = [
  { key: 'file.path', type: text(), readable: true, writable: false },
  { key: 'file.name', type: text(), readable: true, writable: false },
  { key: 'file.size', type: { root: 'BIGINT', nullable: false }, readable: true, writable: false },
];

/** Files: json or csv, read to their end, written exactly once. */
export const FILESYSTEM_DESCRIPTOR: ConnectorDescriptor = {
  connector: 'filesystem',
  description: 'Files of a folder, of a web site, or dropped on the page.',
  options: OPTIONS,
  formatOption: 'format',
  passesFormatOptions: true,
  source: ({ options }, format) => ({
    changelogMode: format?.changelogMode ?? INSERT_ONLY,
    bounded: fileSystemOptions(options).monitorMs === undefined,
    metadata: [...FILE_METADATA, ...(format?.metadata ?? [])],
  }),
  sink: ({ options }) => {
    const { sinkParallelism } = fileSystemOptions(options);
    return {
      metadata: [],
      overwrites: false,
      partitions: true,
      ...(sinkParallelism !== undefined && { parallelism: sinkParallelism }),
    };
  },
  sinkChangelogMode: (_table, _requested, format) => format?.changelogMode ?? INSERT_ONLY,
};

export interface FileSystemOptions {
  readonly path: string;
  readonly nullName: string;
  /** Absent: files are looked for once. */
  readonly monitorMs: number | undefined;
  /** Matches the paths of files that are read. */
  readonly pattern: RegExp | undefined;
  readonly rollingBytes: number;
  readonly sinkParallelism: number | undefined;
}

export function fileSystemOptions(options: Options): FileSystemOptions {
  const reader = new OptionReader(options, OPTIONS);
  for (const key of ['auto-compaction', 'sink.shuffle-by-partition.enable']) {
    if (reader.boolean(key)) throw notSupportedOption(key, 'true');
  }
  const policy = reader.text('sink.partition-commit.policy.kind');
  if (policy !== undefined) throw notSupportedOption('sink.partition-commit.policy.kind', policy);
  const monitorMs =
    reader.text('source.monitor-interval') === undefined
      ? undefined
      : reader.durationMs('source.monitor-interval');
  const path = reader.requiredText('path');
  if (path === '') throw new ValidationException('Can not create a Path from an empty string');
  if (monitorMs === 0) throw invalidOption('source.monitor-interval', '0', 'a duration above 0');
  return {
    path,
    nullName: reader.requiredText('partition.default-name'),
    monitorMs,
    pattern: patternOf(reader.text('source.path.regex-pattern')),
    rollingBytes: reader.bytes('sink.rolling-policy.file-size'),
    sinkParallelism: reader.optionalInteger('sink.parallelism'),
  };
}

function patternOf(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ValidationException(
      `Invalid value '${pattern}' for option 'source.path.regex-pattern': ${why}`,
    );
  }
}

function text(): MetadataKey['type'] {
  return { root: 'VARCHAR', length: 2147483647, nullable: false };
}

import { notSupportedOption } from '../option-reader.ts';
import type { ConnectorDescriptor, OptionDescriptor, Options } from '../connector-descriptor.ts';
import { INSERT_ONLY } from '../../types/row-kind.ts';

export const FILESYSTEM_OPTIONS: readonly OptionDescriptor[] = [
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
    description: 'How often to look for new files. Not supported.',
  },
  { key: 'source.path.regex-pattern', type: 'string', description: 'Which files to read. Not supported.' },
  {
    key: 'source.report-statistics',
    type: 'enum',
    values: ['ALL', 'NONE'],
    description: 'For the optimizer; without effect.',
  },
  {
    key: 'sink.rolling-policy.file-size',
    type: 'memory',
    description: 'Files are closed at every checkpoint, whatever their size.',
  },
  {
    key: 'sink.rolling-policy.rollover-interval',
    type: 'duration',
    description: 'Files are closed at every checkpoint.',
  },
  {
    key: 'sink.rolling-policy.check-interval',
    type: 'duration',
    description: 'Without effect: files are closed at checkpoints.',
  },
  {
    key: 'auto-compaction',
    type: 'boolean',
    default: 'false',
    description: 'Merging of small files. Not supported.',
  },
  {
    key: 'sink.parallelism',
    type: 'int',
    description: 'Parallelism of the sink. Default: that of its input.',
  },
];

/** Files: json or csv, read to their end, written exactly once. */
export const FILESYSTEM_DESCRIPTOR: ConnectorDescriptor = {
  connector: 'filesystem',
  description: 'Files of a folder, of a web site, or dropped on the page.',
  options: FILESYSTEM_OPTIONS,
  formatOption: 'format',
  source: ({ options, partitionKeys }, format) => {
    refuse(options, ['source.monitor-interval', 'source.path.regex-pattern']);
    if (partitionKeys.length > 0) throw notSupportedOption('PARTITIONED BY', 'reading folders as partitions');
    return { changelogMode: format?.changelogMode ?? INSERT_ONLY, bounded: true, metadata: [] };
  },
  sink: ({ options }) => {
    if (options['auto-compaction']?.toLowerCase() === 'true') refuse(options, ['auto-compaction']);
    const parallelism = options['sink.parallelism'];
    return {
      metadata: [],
      overwrites: false,
      partitions: true,
      ...(parallelism !== undefined && { parallelism: Number(parallelism) }),
    };
  },
  sinkChangelogMode: (_table, _requested, format) => format?.changelogMode ?? INSERT_ONLY,
};

function refuse(options: Options, keys: readonly string[]): void {
  for (const key of keys) if (options[key] !== undefined) throw notSupportedOption(key, options[key]);
}

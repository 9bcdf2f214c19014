import { ValidationException } from '../../types/errors.ts';
import { INSERT_ONLY, type ChangelogMode } from '../../types/row-kind.ts';
import type { ConnectorDescriptor, MetadataKey, OptionDescriptor, Options } from '../connector-descriptor.ts';
import { OptionReader, invalidOption } from '../option-reader.ts';

const OPTIONS: readonly OptionDescriptor[] = [
  { key: 'topic', type: 'string', required: true, description: 'Name of the topic; made on first use.' },
  {
    key: 'partitions',
    type: 'int',
    description: 'Number of partitions. Default: what the topic has, or 1 for a new one.',
  },
  {
    key: 'changelog-mode',
    type: 'enum',
    values: ['append', 'upsert', 'retract'],
    description:
      'Which changes the topic holds: inserts alone, updates and deletes by primary key, or all changes. Default: upsert with a primary key, append without.',
  },
  {
    key: 'scan.startup.mode',
    type: 'enum',
    values: ['earliest-offset', 'latest-offset'],
    default: 'earliest-offset',
    description: 'Where a job that starts afresh begins to read.',
  },
  {
    key: 'scan.bounded.mode',
    type: 'enum',
    values: ['unbounded', 'latest-offset'],
    default: 'unbounded',
    description: 'Whether reading ends at the records that were there when the job started.',
  },
  {
    key: 'sink.parallelism',
    type: 'int',
    description: 'Parallelism of the sink. Default: that of its input.',
  },
];

/** Columns that a source can add, by key. */
export const TOPIC_METADATA: readonly MetadataKey[] = [
  { key: 'partition', type: { root: 'INTEGER', nullable: false }, readable: true, writable: false },
  { key: 'offset', type: { root: 'BIGINT', nullable: false }, readable: true, writable: false },
];

const MODES: Readonly<Record<string, ChangelogMode>> = {
  append: INSERT_ONLY,
  upsert: { insert: true, updateBefore: false, updateAfter: true, delete: true },
  retract: { insert: true, updateBefore: true, updateAfter: true, delete: true },
};

export const TOPIC_DESCRIPTOR: ConnectorDescriptor = {
  connector: 'topic',
  description:
    'A log kept in the browser (in Node: in a folder): partitioned, read by offset, written exactly once.',
  options: OPTIONS,
  source: ({ options, primaryKey }) => ({
    changelogMode: changelogModeOf(options, primaryKey.length > 0),
    bounded: topicOptions(options).isBounded,
    metadata: TOPIC_METADATA,
  }),
  sink: ({ options }) => {
    const { sinkParallelism } = topicOptions(options);
    return {
      metadata: [],
      overwrites: false,
      partitions: false,
      ...(sinkParallelism !== undefined && { parallelism: sinkParallelism }),
    };
  },
  sinkChangelogMode: ({ options, primaryKey }) => changelogModeOf(options, primaryKey.length > 0),
};

export interface TopicOptions {
  readonly topic: string;
  readonly partitions: number | undefined;
  readonly startsAtEnd: boolean;
  readonly isBounded: boolean;
  readonly sinkParallelism: number | undefined;
}

export function topicOptions(options: Options): TopicOptions {
  const reader = new OptionReader(options, OPTIONS);
  const topic = reader.requiredText('topic');
  if (topic === '') throw invalidOption('topic', topic, 'a name');
  const partitions = reader.optionalInteger('partitions');
  if (partitions !== undefined && (partitions < 1 || partitions > 1024)) {
    throw invalidOption('partitions', String(partitions), 'a number from 1 to 1024');
  }
  return {
    topic,
    partitions,
    startsAtEnd: reader.enumeration('scan.startup.mode') === 'latest-offset',
    isBounded: reader.enumeration('scan.bounded.mode') === 'latest-offset',
    sinkParallelism: reader.optionalInteger('sink.parallelism'),
  };
}

function changelogModeOf(options: Options, hasKey: boolean): ChangelogMode {
  const given = new OptionReader(options, OPTIONS).enumeration('changelog-mode');
  if (given === 'upsert' && !hasKey) {
    throw new ValidationException(
      "'changelog-mode' = 'upsert' needs a PRIMARY KEY, by which rows are replaced.",
    );
  }
  return MODES[given ?? (hasKey ? 'upsert' : 'append')] ?? INSERT_ONLY;
}

import { describe, expect, test } from 'vitest';
import type { ConnectorCatalogue, TableContext } from '../../../engine/connectors/connector-descriptor.ts';
import { ConnectorOptions } from '../../../engine/table/catalog/connector-options.ts';
import { ValidationException } from '../../../engine/types/errors.ts';
import { INSERT_ONLY } from '../../../engine/types/row-kind.ts';
import { type } from '../../types/type-dsl.ts';

const catalogue: ConnectorCatalogue = {
  connectors: [
    {
      connector: 'files',
      description: 'Reads and writes files.',
      formatOption: 'format',
      options: [
        { key: 'path', type: 'string', required: true, description: 'Where.' },
        { key: 'source.monitor-interval', type: 'duration', description: 'How often.' },
        { key: 'fields.#.min', type: 'int', description: 'Least value.' },
        { key: 'headers', type: 'map', description: 'Any.' },
      ],
      source: (_, format) => ({
        changelogMode: format?.changelogMode ?? INSERT_ONLY,
        bounded: true,
        metadata: [],
      }),
      sink: () => ({ metadata: [], overwrites: true, partitions: true }),
    },
    {
      connector: 'print',
      description: 'Prints.',
      options: [{ key: 'standard-error', type: 'boolean', description: 'Whether to stderr.' }],
      sink: () => ({ metadata: [], overwrites: false, partitions: false }),
      sinkChangelogMode: (_, requested) => ({ ...requested, updateBefore: true }),
    },
  ],
  formats: [
    {
      format: 'json',
      description: 'JSON.',
      options: [
        { key: 'ignore-parse-errors', type: 'boolean', description: 'Whether.' },
        {
          key: 'timestamp-format.standard',
          type: 'enum',
          values: ['SQL', 'ISO-8601'],
          description: 'Which.',
        },
      ],
      decoder: (_, options) => ({
        format: 'json',
        changelogMode: { ...INSERT_ONLY, delete: options['ignore-parse-errors'] === 'true' },
        metadata: [],
      }),
    },
  ],
};

const context = (options: Record<string, string>): TableContext => ({
  table: 'default_catalog.default_database.t',
  options,
  physicalType: { root: 'ROW', fields: [{ name: 'price', type: type('INT') }], nullable: false },
  primaryKey: [],
  partitionKeys: [],
});

const descriptors = new ConnectorOptions(catalogue);

function refusal(role: 'source' | 'sink', options: Record<string, string>): string {
  try {
    descriptors[role](context(options));
  } catch (error) {
    if (error instanceof ValidationException) return `${error.message} [${error.suggestions?.join() ?? ''}]`;
    throw error;
  }
  return 'accepted';
}

const FILES = { connector: 'files', path: '/x', format: 'json' };
const head = (options: string) =>
  `Unable to create a source for reading table 'default_catalog.default_database.t'.\n\nTable options are:\n\n${options}`;

describe('a table that cannot be read says', () => {
  test('that it names no connector', () => {
    expect(refusal('source', {})).toBe(
      `${head('')}\n\nTable options do not contain an option key 'connector' for discovering a connector. []`,
    );
  });

  test('which connectors there are', () => {
    expect(refusal('source', { connector: 'file', path: '/x' })).toBe(
      `${head("'connector'='file'\n'path'='/x'")}\n\nCannot discover a connector using option: 'connector'='file'\n\n` +
        "Could not find any connector for identifier 'file'.\n\nAvailable factory identifiers are:\n\nfiles\nprint [files]",
    );
  });

  const cases: [options: Record<string, string>, expected: string][] = [
    [
      { connector: 'print' },
      "Connector 'print' can only be used as a sink. It cannot be used as a source. []",
    ],
    [
      { connector: 'files', format: 'json' },
      'One or more required options are missing.\n\nMissing required options are:\n\npath []',
    ],
    [{ connector: 'files', path: '/x' }, "Could not find required scan format 'format'. []"],
    [
      { ...FILES, format: 'jsonn' },
      "Could not find any format for identifier 'jsonn'.\n\nAvailable formats are:\n\njson [json]",
    ],
    [
      { ...FILES, 'source.monitor-intervall': '1s' },
      "Unsupported options found for 'files'.\n\nUnsupported options:\n\nsource.monitor-intervall\n\nSupported options:\n\n" +
        'connector\nfields.price.min\nformat\nheaders\njson.ignore-parse-errors\njson.timestamp-format.standard\npath\nsource.monitor-interval [source.monitor-interval]',
    ],
    [
      { ...FILES, 'fields.cost.min': '1' },
      "Unsupported options found for 'files'.\n\nUnsupported options:\n\nfields.cost.min",
    ],
    [
      { ...FILES, 'source.monitor-interval': 'soon' },
      "Could not parse value 'soon' for key 'source.monitor-interval': a duration such as '10 s' is expected. []",
    ],
    [
      { ...FILES, 'json.timestamp-format.standard': 'US' },
      "Error creating scan format 'json' in option space 'json.'.\n\nUnsupported value 'US' for timestamp-format.standard. Supported values are [SQL, ISO-8601]. []",
    ],
  ];

  test.each(cases)('%o', (options, expected) => {
    expect(refusal('source', options).split('\n\n').slice(3).join('\n\n')).toContain(expected);
  });
});

test('options of columns, maps and formats are known, and the format gets its own', () => {
  const { connector, changelogMode } = descriptors.source(
    context({ ...FILES, 'fields.price.min': '1', 'headers.accept': 'x', 'json.ignore-parse-errors': 'TRUE' }),
  );
  expect([connector, changelogMode.delete]).toEqual(['files', false]);
  const other = descriptors.source(context({ ...FILES, 'json.ignore-parse-errors': 'true' }));
  expect(other.changelogMode.delete).toBe(true);
});

test('a sink says which changes it takes', () => {
  const upserts = { ...INSERT_ONLY, updateAfter: true };
  expect(descriptors.sink(context({ connector: 'print' })).changelogMode(upserts)).toEqual({
    ...upserts,
    updateBefore: true,
  });
  expect(refusal('sink', { ...FILES })).toContain("Format 'json' is not supported for writing.");
});

import { describe, expect, test } from 'vitest';
import { CONNECTOR_CATALOGUE } from '../../../engine/connectors/catalogue.ts';
import { datagenOptions } from '../../../engine/connectors/datagen/datagen-options.ts';
import { UNBOUNDED } from '../../../engine/connectors/row-numbers.ts';
import { ConnectorOptions } from '../../../engine/table/catalog/connector-options.ts';
import { type } from '../../types/type-dsl.ts';
import { rowTypeOf } from '../task-context.ts';

type Options = Readonly<Record<string, string>>;

const columns = (types: Options) =>
  rowTypeOf(Object.fromEntries(Object.entries(types).map(([name, text]) => [name, type(text)])));

/** As a statement that reads the table checks it: keys first, then what the connector says. */
function describeTable(types: Options, options: Options) {
  return new ConnectorOptions(CONNECTOR_CATALOGUE).source({
    table: 't',
    options: { connector: 'datagen', ...options },
    physicalType: columns(types),
    primaryKey: [],
    partitionKeys: [],
  });
}

/** The plan of the only column. */
const plan = (text: string, options: Options = {}) =>
  datagenOptions(options, columns({ f: text })).columns[0];

describe('a datagen table', () => {
  const sequence = { 'fields.f.kind': 'sequence', 'fields.f.start': '3', 'fields.f.end': '12' };
  const ends: [name: string, options: Options, isBounded: boolean, rows: number][] = [
    ['never, as it is', {}, false, UNBOUNDED],
    ['after number-of-rows', { 'number-of-rows': '7' }, true, 7],
    ['with a sequence', sequence, true, 10],
    ['with whatever ends first', { ...sequence, 'number-of-rows': '20' }, true, 10],
    ['before a sequence does', { ...sequence, 'number-of-rows': '4' }, true, 4],
  ];
  for (const [name, options, isBounded, rows] of ends) {
    test(`ends ${name}`, () => {
      expect(describeTable({ f: 'INT' }, options).bounded).toBe(isBounded);
      expect(datagenOptions(options, columns({ f: 'INT' })).rowCount).toBe(rows);
    });
  }

  test('is read by scan.parallelism subtasks', () => {
    expect(describeTable({ f: 'INT' }, { 'scan.parallelism': '3' }).parallelism).toBe(3);
    expect(describeTable({ f: 'INT' }, {}).parallelism).toBeUndefined();
  });

  test('makes 10000 rows a second unless told otherwise', () => {
    expect(datagenOptions({}, columns({})).rowsPerSecond).toBe(10_000);
    expect(datagenOptions({ 'rows-per-second': '9223372036854775807' }, columns({})).rowsPerSecond).toBe(
      UNBOUNDED,
    );
  });
});

describe('defaults are those of the type', () => {
  const bounds: [type: string, min: bigint | number, max: bigint | number][] = [
    ['BOOLEAN', 0n, 1n],
    ['TINYINT', -128n, 127n],
    ['SMALLINT', -32768n, 32767n],
    ['INT', -(2n ** 31n), 2n ** 31n - 1n],
    ['BIGINT', -(2n ** 63n), 2n ** 63n - 1n],
    ['FLOAT', 2 ** -149, (2 - 2 ** -23) * 2 ** 127],
    ['DOUBLE', Number.MIN_VALUE, Number.MAX_VALUE],
    ['DECIMAL(5, 2)', 0n, 99999n],
    ['DECIMAL(38, 0)', 0n, 10n ** 38n - 1n],
    ['INTERVAL YEAR', 0n, 120000n],
    ['INTERVAL DAY', -(2n ** 63n), 2n ** 63n - 1n],
  ];
  for (const [text, min, max] of bounds) {
    test(text, () => expect(plan(text)).toMatchObject({ min, max, nullRate: 0 }));
  }

  const lengths: [type: string, length: number][] = [
    ['CHAR(7)', 7],
    ['VARCHAR(30)', 30],
    ['STRING', 100],
    ['BINARY(4)', 4],
    ['VARBINARY(20)', 20],
    ['BYTES', 100],
    ['ARRAY<INT>', 3],
    ['MAP<STRING, INT>', 3],
    ['MULTISET<INT>', 3],
  ];
  for (const [text, length] of lengths) test(text, () => expect(plan(text)).toMatchObject({ length }));

  test('a timestamp is now', () => expect(plan('TIMESTAMP(3)')).toMatchObject({ maxPastMs: 0 }));
});

describe('an option says otherwise', () => {
  const cases: [type: string, options: Options, expected: object][] = [
    ['INT', { min: '-5', max: '+10' }, { min: -5n, max: 10n }],
    [
      'BIGINT',
      { min: '9007199254740993', max: '9007199254740993' },
      { min: 2n ** 53n + 1n, max: 2n ** 53n + 1n },
    ],
    ['DECIMAL(8, 2)', { min: '-1.005', max: '1000.999' }, { min: -100n, max: 100099n }],
    ['DECIMAL(8, 2)', { min: '1.001', max: '1e3' }, { min: 101n, max: 100000n }],
    ['DECIMAL(3, 1)', { min: '-1e300', max: '1e300' }, { min: -999n, max: 999n }],
    ['DOUBLE', { min: '-1.5', max: '2e2' }, { min: -1.5, max: 200 }],
    ['STRING', { length: '20', 'var-len': 'true' }, { length: 20, isVariable: true }],
    ['TIMESTAMP_LTZ(3)', { 'max-past': '5 s', 'null-rate': '0.25' }, { maxPastMs: 5000, nullRate: 0.25 }],
    ['ARRAY<INT>', { length: '2', 'element.max': '9' }, { length: 2, element: { max: 9n } }],
    ['MAP<INT, STRING>', { 'key.min': '1', 'value.length': '4' }, { key: { min: 1n }, value: { length: 4 } }],
    ['MULTISET<INT>', { 'element.min': '8' }, { key: { min: 8n }, value: { min: 1n, max: 10n } }],
    [
      'ROW<x INT, y ROW<z INT>>',
      { 'y.z.max': '3', 'y.null-rate': '1' },
      { fields: [{}, { nullRate: 1, fields: [{ max: 3n }] }] },
    ],
    [
      'BIGINT',
      { kind: 'sequence', start: '-9223372036854775808', end: '9223372036854775807' },
      { start: -(2n ** 63n), count: UNBOUNDED },
    ],
  ];
  for (const [text, options, expected] of cases) {
    test(`${text} ${JSON.stringify(options)}`, () => {
      const full = Object.fromEntries(
        Object.entries(options).map(([key, value]) => [`fields.f.${key}`, value]),
      );
      expect(plan(text, full)).toMatchObject(expected);
      expect(() => describeTable({ f: text }, full)).not.toThrow();
    });
  }
});

describe('refuses', () => {
  const cases: [types: Options, options: Options, message: string][] = [
    [{ f: 'INT' }, { 'wrong-rows-per-second': '1' }, 'Unsupported options:\n\nwrong-rows-per-second'],
    [{ f: 'INT' }, { 'rows-per-second': 'many' }, "Could not parse value 'many' for key 'rows-per-second'"],
    [{ f: 'INT' }, { 'rows-per-second': '0' }, "Invalid value '0' for option 'rows-per-second'"],
    [{ f: 'INT' }, { 'number-of-rows': '-1' }, "Invalid value '-1' for option 'number-of-rows'"],
    [{ f: 'INT' }, { 'scan.parallelism': '0' }, "Invalid value '0' for option 'scan.parallelism'"],
    [{ f: 'INT' }, { 'fields.f.kind': 'zigzag' }, 'Unsupported generator kind: zigzag'],
    [
      { f: 'INT' },
      { 'fields.g.min': '1' },
      'Unsupported options:\n\nfields.g.min\n\nSupported options:\n\nfields.f.kind',
    ],
    [{ f: 'BIGINT' }, { 'fields.f.start': '0' }, 'Unsupported options:\n\nfields.f.start'],
    [{ f: 'BIGINT' }, { 'fields.f.length': '100' }, 'Unsupported options:\n\nfields.f.length'],
    [{ f: 'DATE' }, { 'fields.f.null-rate': '0.5' }, 'Unsupported options:\n\nfields.f.null-rate'],
    [
      { f: 'BIGINT' },
      { 'fields.f.kind': 'sequence', 'fields.f.end': '100' },
      "Could not find required property 'fields.f.start' for sequence generator.",
    ],
    [
      { f: 'BIGINT' },
      { 'fields.f.kind': 'sequence', 'fields.f.start': '0' },
      "Could not find required property 'fields.f.end' for sequence generator.",
    ],
    [
      { f: 'BIGINT' },
      { 'fields.f.kind': 'sequence', 'fields.f.start': 'Wrong', 'fields.f.end': 'Wrong' },
      "Could not parse value 'Wrong' for key 'fields.f.start'",
    ],
    [
      { f: 'INT' },
      { 'fields.f.kind': 'sequence', 'fields.f.start': '5', 'fields.f.end': '4' },
      'The start value (5) cannot be greater than the end value (4).',
    ],
    [
      { f: 'BOOLEAN' },
      { 'fields.f.kind': 'sequence', 'fields.f.start': '0', 'fields.f.end': '1' },
      'A sequence of this type is not supported.',
    ],
    [
      { f: 'DECIMAL(3, 1)' },
      { 'fields.f.kind': 'sequence', 'fields.f.start': '1', 'fields.f.end': '100' },
      "Could not parse value '100' for key 'fields.f.end'",
    ],
    [{ f: 'TINYINT' }, { 'fields.f.max': '128' }, "Could not parse value '128' for key 'fields.f.max'"],
    [{ f: 'DOUBLE' }, { 'fields.f.min': '1e999' }, "Could not parse value '1e999' for key 'fields.f.min'"],
    [{ f: 'INT' }, { 'fields.f.min': '5', 'fields.f.max': '4' }, 'min bound must be less than max [5, 4]'],
    [
      { f: 'INT' },
      { 'fields.f.null-rate': '1.5' },
      "Could not parse value '1.5' for key 'fields.f.null-rate'",
    ],
    [{ f: 'INT NOT NULL' }, { 'fields.f.null-rate': '0.5' }, "'fields.f.null-rate' is above 0"],
    [
      { f: 'CHAR(50)' },
      { 'fields.f.length': '20' },
      "Custom length for fixed-length type (CHAR/BINARY) field 'f' is not supported.",
    ],
    [
      { f: 'VARBINARY(20)' },
      { 'fields.f.length': '21' },
      "Custom length '21' for variable-length type (VARCHAR/STRING/VARBINARY/BYTES) field 'f' should be shorter than '20' defined in the schema.",
    ],
    [
      { f: 'BINARY(2)' },
      { 'fields.f.var-len': 'true' },
      "Only supports specifying 'fields.#.var-len' option for variable-length types (VARCHAR/STRING/VARBINARY/BYTES). The type of field 'f' is not within this range.",
    ],
    [{ f: 'MAP<ARRAY<INT>, INT>' }, {}, 'Keys of type ARRAY<INT> are not supported'],
    [{ f: 'VARIANT' }, {}, 'Unsupported type: VARIANT'],
  ];
  for (const [types, options, message] of cases) {
    test(`${Object.values(types)[0]} with ${JSON.stringify(options)}`, () =>
      expect(() => describeTable(types, options)).toThrow(message));
  }
});

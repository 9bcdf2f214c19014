import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CSV_FORMAT } from '../../../engine/connectors/formats/csv-format.ts';
import { parseDecimal, strippedDecimal } from '../../../engine/connectors/formats/decimals.ts';
import { createRowDecoder, createRowEncoder } from '../../../engine/connectors/formats/formats.ts';
import { JSON_FORMAT } from '../../../engine/connectors/formats/json-format.ts';
import { LATER_FORMATS } from '../../../engine/connectors/formats/later-formats.ts';
import type { Value } from '../../../engine/data/value.ts';
import type { LogicalType } from '../../../engine/types/logical-type.ts';
import { rowTypeOf } from '../task-context.ts';

const nullable = true;
const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable };
const INT: LogicalType = { root: 'INTEGER', nullable };
const TYPE = rowTypeOf({
  d: { root: 'DOUBLE', nullable },
  f: { root: 'FLOAT', nullable },
  m: { root: 'DECIMAL', precision: 20, scale: 8, nullable },
  tm: { root: 'TIME', precision: 3, nullable },
  ts: { root: 'TIMESTAMP', precision: 3, nullable },
  lz: { root: 'TIMESTAMP_LTZ', precision: 3, nullable },
  b: { root: 'VARBINARY', length: 2147483647, nullable },
  a: { root: 'ARRAY', element: INT, nullable },
  n: { ...rowTypeOf({ x: INT, y: STRING }), nullable },
});
const at = (text: string): Value => ({ epochMs: Date.parse(text), nanoOfMs: 0 });
const ROW: Value[] = [
  NaN,
  Infinity,
  '0.00000010',
  3_723_456,
  at('2024-02-29T01:02:00Z'),
  at('2024-02-29T01:02:03.123Z'),
  new Uint8Array([97, 98, 99]),
  [1, null],
  [null, 'q\u0001\u007f/'],
];

// The lines are what Flink 2.3 wrote of this row.
describe('a row is written as Flink writes it', () => {
  const cases: [options: Record<string, string>, line: string][] = [
    [
      { format: 'json' },
      '{"d":"NaN","f":"Infinity","m":1E-7,"tm":"01:02:03.456","ts":"2024-02-29 01:02:00","lz":"2024-02-29 01:02:03.123Z","b":"YWJj","a":[1,null],"n":{"x":null,"y":"q\\u0001\u007f/"}}\n',
    ],
    [
      {
        format: 'json',
        'json.timestamp-format.standard': 'ISO-8601',
        'json.encode.ignore-null-fields': 'true',
        'json.encode.decimal-as-plain-number': 'true',
      },
      '{"d":"NaN","f":"Infinity","m":0.00000010,"tm":"01:02:03.456","ts":"2024-02-29T01:02:00","lz":"2024-02-29T01:02:03.123Z","b":"YWJj","a":[1,null],"n":{"y":"q\\u0001\u007f/"}}\n',
    ],
    [
      { format: 'csv' },
      'NaN,Infinity,1E-7,01:02:03.456,"2024-02-29 01:02:00","2024-02-29 01:02:03.123Z",YWJj,1;,";q\u0001\u007f/"\n',
    ],
    [
      { format: 'csv', 'csv.disable-quote-character': 'true' },
      'NaN,Infinity,1E-7,01:02:03.456,2024-02-29 01:02:00,2024-02-29 01:02:03.123Z,YWJj,1;,;q\u0001\u007f/\n',
    ],
  ];
  for (const [options, line] of cases) {
    test(JSON.stringify(options), () => expect(createRowEncoder(options, TYPE).encode(ROW)).toBe(line));
  }
});

describe('CSV quotes what Jackson quotes', () => {
  const write = (text: string | null, options: Record<string, string> = {}): string =>
    createRowEncoder({ format: 'csv', ...options }, rowTypeOf({ s: STRING }))
      .encode([text])
      .slice(0, -1);
  for (const bare of ['a-b', 'a_b', '1.5', 'a/b', 'a:b', 'x;y', 'é', 'x.y', 'a|b', 'z@', '~', '-1', '']) {
    test(`not ${bare}`, () => expect(write(bare)).toBe(bare));
  }
  for (const quoted of [
    '#x',
    'x y',
    "x'y",
    'x!y',
    'a+b',
    '(a)',
    ' lead',
    'trail ',
    '$',
    'tab\tx',
    'nl\nx',
    'a'.repeat(25),
  ]) {
    test(JSON.stringify(quoted), () => expect(write(quoted)).toBe(`"${quoted}"`));
  }
  test('and doubles quotes', () => expect(write('q"')).toBe('"q"""'));
  test('more with a delimiter late in Unicode', () => {
    const options = { 'csv.field-delimiter': '|', 'csv.quote-character': "'", 'csv.null-literal': 'n/a' };
    expect(write('plain', options)).toBe("'plain'");
    expect(write('', options)).toBe('');
    expect(write(null, options)).toBe('n/a');
  });
});

describe('decimals', () => {
  for (const [plain, text] of [
    ['1.5000', '1.5'],
    ['100000.0000', '1E+5'],
    ['-12345678.9000', '-12345678.9'],
    ['0.0000', '0'],
    ['0.000001', '0.000001'],
    ['-0.0000001', '-1E-7'],
    ['123000', '1.23E+5'],
    ['123', '123'],
  ] as const) {
    test(`${plain} is written ${text}`, () => expect(strippedDecimal(plain)).toBe(text));
  }

  test('are rounded half up, away from zero, whatever their length', () => {
    const digits = fc.stringMatching(/^\d{1,25}$/);
    fc.assert(
      fc.property(
        fc.boolean(),
        digits,
        digits,
        fc.integer({ min: -12, max: 12 }),
        fc.integer({ min: 0, max: 10 }),
        (minus, whole, fraction, exponent, scale) => {
          const text = `${minus ? '-' : ''}${whole}.${fraction}e${exponent}`;
          // In units of 10^-60: far finer than any digit here.
          const units = BigInt(whole + fraction) * 10n ** BigInt(60 - fraction.length + exponent);
          const unit = 10n ** BigInt(60 - scale);
          const rounded = (units * 2n + unit) / (unit * 2n);
          const read = parseDecimal(text, 38, scale);
          if (rounded >= 10n ** 38n) expect(read).toBe(null);
          else {
            expect(BigInt(read!.replace('.', ''))).toBe(minus ? -rounded : rounded);
            expect(read!.split('.')[1]?.length ?? 0).toBe(scale);
          }
        },
      ),
    );
  });
});

test('what was written is read again', () => {
  const type = rowTypeOf({
    s: STRING,
    n: INT,
    l: { root: 'BIGINT', nullable },
    d: { root: 'DOUBLE', nullable },
    m: { root: 'DECIMAL', precision: 30, scale: 4, nullable },
    p: { root: 'BOOLEAN', nullable },
    dt: { root: 'DATE', nullable },
    ts: { root: 'TIMESTAMP', precision: 9, nullable },
    b: { root: 'VARBINARY', length: 2147483647, nullable },
  });
  const orNull = (cell: fc.Arbitrary<Value>): fc.Arbitrary<Value> => fc.option(cell, { nil: null, freq: 5 });
  const days = { min: -700_000, max: 2_000_000 };
  const rows = fc.array(
    fc.tuple(
      orNull(fc.string({ unit: 'grapheme' }).filter((text) => text !== 'NULL')),
      orNull(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      orNull(fc.double({ noNaN: true })),
      orNull(
        fc.bigInt({ min: -(10n ** 30n) + 1n, max: 10n ** 30n - 1n }).map((unscaled) => {
          const text = String(unscaled < 0n ? -unscaled : unscaled).padStart(5, '0');
          return `${unscaled < 0n ? '-' : ''}${text.slice(0, -4)}.${text.slice(-4)}`;
        }),
      ),
      orNull(fc.boolean()),
      orNull(fc.integer(days)),
      orNull(
        fc.record(
          {
            epochMs: fc.integer({ min: days.min * 86_400_000, max: days.max * 86_400_000 }),
            nanoOfMs: fc.nat(999_999),
          },
          { noNullPrototype: true },
        ),
      ),
      orNull(fc.uint8Array()),
    ),
  );
  const plain = (rowsRead: readonly Value[][]): unknown =>
    rowsRead.map((row) =>
      row.map((value) => (typeof value === 'number' || typeof value === 'bigint' ? String(value) : value)),
    );
  fc.assert(
    fc.property(
      rows,
      fc.constantFrom<Record<string, string>>(
        { format: 'json' },
        { format: 'csv', 'csv.null-literal': 'NULL' },
      ),
      (written, options) => {
        const encoder = createRowEncoder(options, type);
        const text = written.map((row) => encoder.encode(row)).join('');
        const read: Value[][] = [];
        createRowDecoder(options, type, []).read(text, 0, true, read, 10_000);
        expect(plain(read)).toEqual(plain(written));
      },
    ),
  );
});

describe('formats check their options and types', () => {
  const table = (physicalType = TYPE) => ({
    table: 't',
    options: {},
    physicalType,
    primaryKey: [],
    partitionKeys: [],
  });
  const refused: [name: string, check: () => unknown, message: string][] = [
    [
      'two ways for missing fields',
      () =>
        JSON_FORMAT.decoder?.(table(), { 'fail-on-missing-field': 'true', 'ignore-parse-errors': 'true' }),
      "shouldn't both be true",
    ],
    [
      'a timestamp format',
      () => JSON_FORMAT.decoder?.(table(), { 'timestamp-format.standard': 'US' }),
      'one of SQL, ISO-8601 is expected',
    ],
    [
      'maps by number',
      () =>
        JSON_FORMAT.encoder?.(table(rowTypeOf({ m: { root: 'MAP', key: INT, value: INT, nullable } })), {}),
      'is not supported in JSON format: MAP<INT, INT>',
    ],
    [
      'a delimiter of two characters',
      () => CSV_FORMAT.decoder?.(table(), { 'field-delimiter': '||' }),
      'must be a string with single character, but was: ||',
    ],
    [
      'a quote that is disabled',
      () => CSV_FORMAT.decoder?.(table(), { 'disable-quote-character': 'true', 'quote-character': "'" }),
      'at the same time',
    ],
    [
      'maps in CSV',
      () =>
        CSV_FORMAT.decoder?.(table(rowTypeOf({ m: { root: 'MAP', key: STRING, value: INT, nullable } })), {}),
      'is not supported in CSV format',
    ],
    [
      'a format of later',
      () => LATER_FORMATS.find(({ format }) => format === 'raw')?.decoder?.(table(), {}),
      "The format 'raw' is not supported",
    ],
  ];
  for (const [name, check, message] of refused) test(name, () => expect(check).toThrow(message));

  test('NULL keys of maps fail, are dropped or get a name', () => {
    const type = rowTypeOf({ m: { root: 'MAP', key: STRING, value: INT, nullable } });
    const write = (options: Record<string, string>): string =>
      createRowEncoder({ format: 'json', ...options }, type).encode([
        [
          [null, 1],
          ['k', 0],
        ],
      ]);
    expect(() => write({})).toThrow("doesn't support to serialize map data with null keys");
    expect(write({ 'json.map-null-key.mode': 'DROP' })).toBe('{"m":{"k":0}}\n');
    expect(write({ 'json.map-null-key.mode': 'LITERAL', 'json.map-null-key.literal': 'nobody' })).toBe(
      '{"m":{"nobody":1,"k":0}}\n',
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRowDecoder } from '../../../engine/connectors/formats/formats.ts';
import type { LogicalType } from '../../../engine/types/logical-type.ts';
import { rowTypeOf } from '../task-context.ts';
import { decodeInPieces, decodeTexts } from './decoding.ts';

const nullable = true;
const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable };
const INT: LogicalType = { root: 'INTEGER', nullable };
const JSON_LINES = { format: 'json' };
const IGNORING = { ...JSON_LINES, 'json.ignore-parse-errors': 'true' };

const decimal = (precision: number, scale: number): LogicalType => ({
  root: 'DECIMAL',
  precision,
  scale,
  nullable,
});
const timestamp = (precision: number): LogicalType => ({ root: 'TIMESTAMP', precision, nullable });
const LTZ: LogicalType = { root: 'TIMESTAMP_LTZ', precision: 3, nullable };
const BIGINT: LogicalType = { root: 'BIGINT', nullable };
const DOUBLE: LogicalType = { root: 'DOUBLE', nullable };
const BOOLEAN: LogicalType = { root: 'BOOLEAN', nullable };

describe('JSON values by type', () => {
  const value = (json: string, type: LogicalType, options: Record<string, string> = {}): string | null =>
    decodeTexts(`{"x": ${json}}\n`, rowTypeOf({ x: type }), { ...JSON_LINES, ...options })[0]![0]!;
  const cases: [type: LogicalType, json: string, expected: string | null][] = [
    [BOOLEAN, 'true', 'TRUE'],
    [BOOLEAN, '" TRUE "', 'TRUE'],
    [BOOLEAN, '"yes"', 'FALSE'],
    [BOOLEAN, '1', 'FALSE'],
    [{ root: 'TINYINT', nullable }, '"-128"', '-128'],
    [{ root: 'SMALLINT', nullable }, '-32768', '-32768'],
    [INT, '1e2', '100'],
    [INT, '2.99', '2'],
    [INT, '-0', '0'],
    [INT, '" 42 "', '42'],
    [BIGINT, '9223372036854775807', '9223372036854775807'],
    [BIGINT, '9007199254740993', '9007199254740993'],
    [BIGINT, '1E18', '1000000000000000000'],
    [BIGINT, '-2.5', '-2'],
    [BIGINT, '"-7"', '-7'],
    [{ root: 'FLOAT', nullable }, '1e-50', '0.0'],
    [{ root: 'FLOAT', nullable }, '"-Infinity"', '-Infinity'],
    [DOUBLE, '1e400', 'Infinity'],
    [DOUBLE, '-0.0', '-0.0'],
    [DOUBLE, '12345678901234567890', '1.2345678901234567E19'],
    [DOUBLE, '"1e-3"', '0.001'],
    [decimal(20, 2), '1.005', '1.01'],
    [decimal(20, 2), '123456789012345678.994', '123456789012345678.99'],
    [decimal(20, 2), '-0.001', '0.00'],
    [decimal(20, 2), '1e-10', '0.00'],
    [decimal(20, 2), '" 8.125 "', '8.13'],
    [decimal(8, 3), '1e2', '100.000'],
    [decimal(8, 3), '99999999.999', null],
    [STRING, '"\\u00e9\\ud83d\\ude00\\n\\/"', 'é😀\n/'],
    [STRING, '"unescaped\ttab"', 'unescaped\ttab'],
    [STRING, '12.50', '12.50'],
    [STRING, 'true', 'true'],
    [
      STRING,
      ' {"z" : 1.50 , "a" : [ true, null, 1e3, -0 ], "s": "\\u001f\\u00e9\\/"}',
      '{"z":1.5,"a":[true,null,1000.0,0],"s":"\\u001Fé/"}',
    ],
    [{ root: 'CHAR', length: 2, nullable }, '"longer"', 'longer'],
    [{ root: 'VARBINARY', length: 9, nullable }, '"YWI="', "x'6162'"],
    [{ root: 'DATE', nullable }, '"9999-12-31"', '9999-12-31'],
    [{ root: 'TIME', precision: 3, nullable }, '"00:00:00.987"', '00:00:00.987'],
    [{ root: 'TIME', precision: 0, nullable }, '"23:59:59.999"', '23:59:59'],
    [{ root: 'TIME', precision: 0, nullable }, '"24:00:00"', '00:00:00'],
    [timestamp(3), '"1969-12-31 23:59:59.999999"', '1969-12-31 23:59:59.999'],
    [timestamp(9), '"1970-01-01 00:00:00.000000001"', '1970-01-01 00:00:00.000000001'],
    [timestamp(3), '"2024-02-30 12:00:00"', '2024-02-29 12:00:00.000'],
    [LTZ, '"2024-02-29 12:34:56.789Z"', '2024-02-29 12:34:56.789'],
    [INT, 'null', null],
    [
      { root: 'ARRAY', element: { root: 'ARRAY', element: INT, nullable }, nullable },
      '[null, [null, 5], []]',
      '[NULL, [NULL, 5], []]',
    ],
    [{ root: 'MAP', key: STRING, value: INT, nullable }, '{"a": 1, "b": null, "a": 3}', '{a=3, b=NULL}'],
    [{ root: 'MULTISET', element: STRING, nullable }, '{"a": 2}', '{a=2}'],
    [{ ...rowTypeOf({ a: STRING, b: INT }), nullable }, '{"b": "2", "c": [{}]}', '(NULL, 2)'],
  ];
  for (const [type, json, expected] of cases) {
    test(`${type.root} of ${json} is ${expected}`, () => expect(value(json, type)).toBe(expected));
  }

  const iso: [type: LogicalType, json: string, expected: string][] = [
    [timestamp(3), '"2024-02-29T12:34"', '2024-02-29 12:34:00.000'],
    [timestamp(9), '"2024-02-29t12:34:56.123456789"', '2024-02-29 12:34:56.123456789'],
    [LTZ, '"2024-06-30T22:00Z"', '2024-06-30 22:00:00.000'],
  ];
  for (const [type, json, expected] of iso) {
    test(`ISO-8601: ${json} is ${expected}`, () =>
      expect(value(json, type, { 'json.timestamp-format.standard': 'ISO-8601' })).toBe(expected));
  }

  const refused: [type: LogicalType, json: string][] = [
    [INT, '"ten"'],
    [INT, '""'],
    [INT, '99999999999'],
    [INT, '1e10'],
    [INT, '{"id": 5}'],
    [INT, 'true'],
    [{ root: 'TINYINT', nullable }, '1.5'],
    [{ root: 'TINYINT', nullable }, '200'],
    [BIGINT, '9223372036854775808'],
    [BIGINT, '9.3e18'],
    [BIGINT, '"9.0"'],
    [DOUBLE, '"0x10"'],
    [DOUBLE, 'true'],
    [decimal(5, 2), 'true'],
    [{ root: 'DATE', nullable }, '"2024-02-30"'],
    [{ root: 'DATE', nullable }, '"2024-1-1"'],
    [{ root: 'TIME', precision: 3, nullable }, '"12:00"'],
    [timestamp(3), '"2024-02-29T12:00:00"'],
    [timestamp(3), '"12024-01-01 00:00:00"'],
    [LTZ, '"2024-02-29 12:34:56"'],
    [{ root: 'VARBINARY', length: 9, nullable }, '"YWI"'],
    [{ root: 'ARRAY', element: INT, nullable }, '5'],
    [{ root: 'MAP', key: STRING, value: INT, nullable }, '[1]'],
    [{ ...rowTypeOf({ a: STRING }), nullable }, '[1]'],
  ];
  for (const [type, json] of refused) {
    test(`${type.root} refuses ${json}, and is NULL if parse errors are ignored`, () => {
      expect(() => value(json, type)).toThrow();
      expect(value(json, type, { 'json.ignore-parse-errors': 'true' })).toBe(null);
    });
  }

  test('text in a table with a DECIMAL keeps fractions as decimals', () => {
    const type = rowTypeOf({ m: decimal(5, 2), s: STRING });
    const line = '{"s": {"f": 1.50, "g": 100.0, "h": 1e3, "i": -0, "k": 0.00000010}}\n';
    expect(decodeTexts(line, type, JSON_LINES)).toEqual([
      [null, '{"f":1.5,"g":1E+2,"h":1E+3,"i":0,"k":1E-7}'],
    ]);
  });
});

describe('JSON lines', () => {
  const type = rowTypeOf({ id: INT, s: STRING });

  test('fields come by name, others are passed over, empty lines too', () =>
    expect(
      decodeTexts('{"s": "a", "x": {"y": [1, "}"]}, "id": 1}\r\n\n\r\n  {"id": 2}', type, JSON_LINES),
    ).toEqual([
      ['1', 'a'],
      ['2', null],
    ]));

  test('an array gives a row an element', () =>
    expect(decodeTexts('[{"id": 1}, {"id": 2, "s": "b"}]\n[]\n{"id": 3}\n', type, JSON_LINES)).toEqual([
      ['1', null],
      ['2', 'b'],
      ['3', null],
    ]));

  test('what follows the object does not matter; a later duplicate counts', () =>
    expect(
      decodeTexts('{"id": 1, "id": 2} trailing\n', rowTypeOf({ id: INT, s: STRING, t: STRING }), JSON_LINES),
    ).toEqual([['2', null, null]]));

  test('broken lines are left out if parse errors are ignored, rows before the break are kept', () => {
    const lines = [
      'not json at all',
      '{"id": 1',
      '   ',
      '5',
      '{"id": 012}',
      "{'id': 14}",
      '{"id": 15, "s": tru}',
      '{"id": 16, "s": "open}',
      '{"id": 17, "s": "\\x"}',
      '{"id": 18,}',
      '{"id" 19}',
      '{"id": 2, "s": 5}',
      '[{"id": 3}, 5, {"id": 4}]',
      '[{"id": 5}, {"id": 6]',
    ];
    expect(decodeTexts(lines.join('\n'), type, IGNORING)).toEqual([
      ['2', '5'],
      ['3', null],
      ['5', null],
    ]);
    for (const line of lines.filter((_, i) => i !== 11)) {
      expect(() => decodeTexts(line, type, JSON_LINES), line).toThrow('; the line is ');
    }
  });

  test('a field that does not fit is named with its line', () => {
    const nested = rowTypeOf({
      id: INT,
      r: { ...rowTypeOf({ a: { root: 'ARRAY', element: INT, nullable } }), nullable },
    });
    const decoder = createRowDecoder(JSON_LINES, nested, []);
    try {
      decodeInPieces(decoder, '{"id": 1}\n\n{"r": {"a": [1, "x"]}}\n', 5);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({
        field: 'r.a.[1]',
        message: `'x' is no integer of 32 bits; the line is '{"r": {"a": [1, "x"]}}'`,
      });
      expect(decoder.line).toBe(3);
    }
  });

  test('missing fields fail on demand, null ones do not', () => {
    const options = { ...JSON_LINES, 'json.fail-on-missing-field': 'true' };
    expect(decodeTexts('{"id": 1, "s": null}\n', type, options)).toEqual([['1', null]]);
    expect(() => decodeTexts('{"id": 2}\n', type, options)).toThrow(
      'some field is missing in the JSON data: one of s',
    );
  });

  test('columns that are not read are not looked at', () => {
    const decoder = createRowDecoder(JSON_LINES, type, [false, true]);
    expect(decodeInPieces(decoder, '{"id": "ten", "s": "a"}\n', 99)).toEqual([[null, 'a']]);
  });

  test('is the same however the text is cut and however many rows are asked for at once', () => {
    const line = fc.oneof(
      fc.record({ id: fc.integer(), s: fc.string({ unit: 'grapheme' }) }).map((row) => JSON.stringify(row)),
      fc.array(fc.record({ id: fc.integer() })).map((rows) => JSON.stringify(rows)),
      fc.constantFrom('', '{', '  ', '{"id": "x"}\r'),
    );
    fc.assert(
      fc.property(
        fc.array(line),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 5 }),
        (lines, size, maxRows) => {
          const text = lines.join('\n');
          const whole = decodeInPieces(createRowDecoder(IGNORING, type, []), text, 1 << 20);
          expect(decodeInPieces(createRowDecoder(IGNORING, type, []), text, size, maxRows)).toEqual(whole);
        },
      ),
    );
  });
});

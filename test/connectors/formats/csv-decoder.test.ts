import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRowDecoder } from '../../../engine/connectors/formats/formats.ts';
import type { LogicalType } from '../../../engine/types/logical-type.ts';
import { rowTypeOf } from '../task-context.ts';
import { decodeInPieces, decodeTexts } from './decoding.ts';

const nullable = true;
const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable };
const INT: LogicalType = { root: 'INTEGER', nullable };
const TYPED = rowTypeOf({
  a: STRING,
  b: INT,
  d: { root: 'DATE', nullable },
  m: { root: 'DECIMAL', precision: 5, scale: 2, nullable },
  tm: { root: 'TIME', precision: 3, nullable },
});
const CSV = { format: 'csv' };
const IGNORING = { ...CSV, 'csv.ignore-parse-errors': 'true' };

describe('CSV cells by type', () => {
  const cell = (text: string, type: LogicalType): string | null =>
    decodeTexts(`${text}\n`, rowTypeOf({ x: type }), CSV)[0]![0]!;
  const timestamp = (precision: number): LogicalType => ({ root: 'TIMESTAMP', precision, nullable });
  const cases: [type: LogicalType, text: string, expected: string | null][] = [
    [{ root: 'BOOLEAN', nullable }, ' TRUE ', 'TRUE'],
    [{ root: 'BOOLEAN', nullable }, 't', 'FALSE'],
    [{ root: 'TINYINT', nullable }, ' -128 ', '-128'],
    [INT, '+13', '13'],
    [{ root: 'BIGINT', nullable }, '-9223372036854775808', '-9223372036854775808'],
    [{ root: 'BIGINT', nullable }, '9007199254740993', '9007199254740993'],
    [{ root: 'DOUBLE', nullable }, ' -2.5e3 ', '-2500.0'],
    [{ root: 'DOUBLE', nullable }, 'NaN', 'NaN'],
    [{ root: 'DOUBLE', nullable }, '-Infinity', '-Infinity'],
    [{ root: 'DOUBLE', nullable }, '1.5d', '1.5'],
    [{ root: 'FLOAT', nullable }, '0.1', '0.1'],
    [{ root: 'DECIMAL', precision: 8, scale: 3, nullable }, '-1.0005', '-1.001'],
    [{ root: 'DECIMAL', precision: 8, scale: 3, nullable }, '123456', null],
    [{ root: 'DECIMAL', precision: 5, scale: 2, nullable }, '.5', '0.50'],
    [{ root: 'DECIMAL', precision: 5, scale: 2, nullable }, '999.995', null],
    [
      { root: 'DECIMAL', precision: 38, scale: 2, nullable },
      '12345678901234567890123456789012345.678',
      '12345678901234567890123456789012345.68',
    ],
    [{ root: 'DATE', nullable }, '2024-2-9', '2024-02-09'],
    [{ root: 'DATE', nullable }, '2024-02-30', '2024-03-01'],
    [{ root: 'TIME', precision: 3, nullable }, '23:59', '23:59:00.0'],
    [{ root: 'TIME', precision: 3, nullable }, '12:00:01.23456', '12:00:01.234'],
    [{ root: 'TIME', precision: 0, nullable }, '12:00:01.9', '12:00:01'],
    [timestamp(6), '2024-02-29 12:34:56.789', '2024-02-29 12:34:56.789000'],
    [timestamp(6), ' 1969-12-31 23:59:59 ', '1969-12-31 23:59:59.000000'],
    [timestamp(3), '2023-02-29 24:00:00', '2023-03-01 00:00:00.000'],
    [timestamp(9), '1970-01-01 00:00:00.000000001', '1970-01-01 00:00:00.000000001'],
    [{ root: 'TIMESTAMP_LTZ', precision: 3, nullable }, '2024-03-03 12:00:00.5Z', '2024-03-03 12:00:00.500'],
    [{ root: 'VARBINARY', length: 9, nullable }, 'YWI=', "x'6162'"],
  ];
  for (const [type, text, expected] of cases) {
    test(`${type.root} of '${text}' is ${expected}`, () => expect(cell(text, type)).toBe(expected));
  }

  const refused: [type: LogicalType, text: string][] = [
    [INT, ''],
    [INT, '1.0'],
    [INT, '2147483648'],
    [{ root: 'TINYINT', nullable }, '128'],
    [{ root: 'BIGINT', nullable }, '9223372036854775808'],
    [{ root: 'DOUBLE', nullable }, '0x10'],
    [{ root: 'DECIMAL', precision: 5, scale: 2, nullable }, ' 2.5'],
    [{ root: 'DATE', nullable }, ' 2024-01-02 '],
    [{ root: 'DATE', nullable }, '2024-01-32'],
    [{ root: 'TIME', precision: 3, nullable }, '24:00'],
    [{ root: 'TIME', precision: 3, nullable }, '12:00 '],
    [{ root: 'TIME', precision: 3, nullable }, '12:00:60'],
    [{ root: 'TIME', precision: 3, nullable }, '1:00'],
    [timestamp(3), '2024-02-29T12:00:00'],
    [timestamp(3), '2024-02-29 12:00'],
    [{ root: 'TIMESTAMP_LTZ', precision: 3, nullable }, '2024-03-03 12:00:00'],
    [{ root: 'VARBINARY', length: 9, nullable }, 'YWI'],
  ];
  for (const [type, text] of refused) {
    test(`${type.root} refuses '${text}'`, () => expect(() => cell(text, type)).toThrow(text.trim() || "''"));
  }
});

// The answers of the two tests below are Flink 2.3's.
describe('CSV lines', () => {
  const text = [
    '  x,1,2024-01-02,1.5,12:00',
    'y, 2 , 2024-01-02 , 1.5 , 12:00 ',
    'z,3,2024-01-02,1.5,12:00,',
    'w,4,2024-01-02,1.5,12:00,  ',
    ' #c,5',
    '   ',
    '"q" ,6,2024-1-2, 2.5,12:00:01.23456',
    '"q"x,7,2024-01-02,1.5,12:00',
    'u"v"w,8,2024-01-02,+1.5,24:00',
    'a\\nb,9,2024-01-32,1e3,1:00',
    '',
    ',,,,',
    '"",10,"2024-01-02","1.25","12:00"',
    'end,11',
    'more,12,2024-01-02,1.5,12:00,x',
    'last,+13,2024-01-02,.5,12:00:60',
    '',
  ].join('\n');
  const rows = [
    ['  x', '1', '2024-01-02', '1.50', '12:00:00.0'],
    ['y', '2', null, null, null],
    ['z', '3', '2024-01-02', '1.50', '12:00:00.0'],
    ['w', '4', '2024-01-02', '1.50', '12:00:00.0'],
    [' #c', '5', null, null, null],
    ['   ', null, null, null, null],
    ['q', '6', '2024-01-02', null, '12:00:01.234'],
    ['u"v"w', '8', '2024-01-02', '1.50', null],
    ['a\\nb', '9', null, null, null],
    ['', null, null, null, null],
    ['', null, null, null, null],
    ['', '10', '2024-01-02', '1.25', '12:00:00.0'],
    ['end', '11', null, null, null],
    ['last', '13', '2024-01-02', '0.50', null],
  ];

  test('with parse errors ignored', () => expect(decodeTexts(text, TYPED, IGNORING)).toEqual(rows));

  test('with comments and escapes', () => {
    const options = { ...IGNORING, 'csv.allow-comments': 'true', 'csv.escape-character': '\\' };
    const expected = rows
      .filter((row, i) => row[0] !== ' #c' && row[0] !== '   ' && i !== 9)
      .map(([a, ...rest]) => [a?.replace('  x', 'x').replace('\\n', '\n'), ...rest]);
    expect(decodeTexts(text, TYPED, options)).toEqual(expected);
  });

  const two = rowTypeOf({ s: STRING, t: STRING });
  test('quotes protect delimiters, line ends and doubled quotes', () =>
    expect(decodeTexts('"a, ""b""","x\ny"\r\n" p ",\'q\'\n', two, CSV)).toEqual([
      ['a, "b"', 'x\ny'],
      [' p ', "'q'"],
    ]));

  test('any line end will do, and the last may be missing', () =>
    expect(decodeTexts('a,b\rc,d\r\ne,f\ng,h', two, CSV)).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['g', 'h'],
    ]));

  test('delimiter, quote, escape and null literal of their own', () => {
    const options = {
      format: 'csv',
      'csv.field-delimiter': '|',
      'csv.quote-character': "'",
      'csv.escape-character': '^',
      'csv.null-literal': 'n/a',
    };
    const lines = "'with | bar'|n/a\n'n/a'|N/A\nback^|slash|'it''s'\n'a^'b'|c\n";
    expect(decodeTexts(lines, two, options)).toEqual([
      ['with | bar', null],
      [null, 'N/A'],
      ['back|slash', "it's"],
      ["a'b", 'c'],
    ]);
  });

  test('a tab is written \\t, and quotes may mean nothing', () => {
    const options = { format: 'csv', 'csv.field-delimiter': '\\t', 'csv.disable-quote-character': 'true' };
    expect(decodeTexts('"open\tcomma, here\n', two, options)).toEqual([['"open', 'comma, here']]);
  });

  test('arrays and rows are fields with a delimiter of their own', () => {
    const type = rowTypeOf({
      id: INT,
      words: { root: 'ARRAY', element: STRING, nullable },
      r: { ...rowTypeOf({ a: INT, b: STRING }), nullable },
    });
    const lines = '1,a;;b,1;x\n2,,\n3,;,;\n4, ,2\n5,a,3;y;z\n6,a,;y\n7,a;,"4;p q"\n';
    expect(decodeTexts(lines, type, IGNORING)).toEqual([
      ['1', '[a, , b]', '(1, x)'],
      ['2', '[]', null],
      ['3', '[, ]', '(NULL, )'],
      ['4', '[]', '(2, NULL)'],
      ['5', '[a]', '(3, y)'],
      ['6', '[a]', '(NULL, y)'],
      ['7', '[a, ]', '(4, p q)'],
    ]);
    const withNulls = { ...CSV, 'csv.null-literal': 'nil', 'csv.array-element-delimiter': '|' };
    expect(decodeTexts('1,nil,1|x\n2,a|nil,nil|nil\n', type, withNulls)).toEqual([
      ['1', '[NULL]', '(1, x)'],
      ['2', '[a, NULL]', '(NULL, NULL)'],
    ]);
  });

  test('an empty line is an empty text, alone in a column or with the rest missing', () => {
    expect(decodeTexts('x\n\n" "\n\n\ny\n', rowTypeOf({ a: STRING }), CSV)).toEqual([
      ['x'],
      [''],
      [' '],
      [''],
      [''],
      ['y'],
    ]);
    expect(decodeTexts('x\n\n', rowTypeOf({ a: STRING, b: INT }), IGNORING)).toEqual([
      ['x', null],
      ['', null],
    ]);
    expect(() => decodeTexts('x,1\n\n', rowTypeOf({ a: STRING, b: INT }), CSV)).toThrow(
      'Row length mismatch. 2 fields expected but was 1.',
    );
  });

  const broken: [name: string, text: string, message: string, line: number][] = [
    ['too few fields', 'a,b\nc\n', 'Row length mismatch. 2 fields expected but was 1.', 2],
    [
      'too many fields',
      'a,"b\n\n"\nc,d,more\n',
      'Too many entries: expected at most 2 (value #2 (4 chars) "more")',
      4,
    ],
    ['an open quote', 'a,b\nc,"d\ne\n', 'a quote is never closed', 2],
    [
      'text behind a quote',
      'a,"b"x\n',
      "a delimiter or the end of the line was expected behind the quote, found 'x'",
      1,
    ],
  ];
  for (const [name, lines, message, line] of broken) {
    test(`${name}: fails and names the line`, () => {
      for (const size of [1, 3, 100]) {
        const decoder = createRowDecoder(CSV, two, []);
        expect(() => decodeInPieces(decoder, lines, size)).toThrow(message);
        expect(decoder.line).toBe(line);
      }
    });
  }

  test('a field that does not fit is named', () => {
    const type = rowTypeOf({ s: STRING, r: { ...rowTypeOf({ a: STRING, b: INT }), nullable } });
    try {
      decodeTexts('x,y;ten\n', type, CSV);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ field: 'r.b', message: "'ten' is no integer of 32 bits" });
    }
  });

  test('columns that are not read are not looked at', () => {
    const decoder = createRowDecoder(CSV, rowTypeOf({ a: INT, b: INT }), [false, true]);
    expect(decodeInPieces(decoder, 'ten,1\n', 9)).toEqual([[null, 1]]);
  });
});

test('a record with too many fields is left out alone, whatever was broken in an earlier piece of the text', () => {
  const text = `"${'a'.repeat(20)}"x\n1,2,3,4\n5,6\n`;
  for (const size of [1, 5, 100]) {
    const decoder = createRowDecoder(IGNORING, rowTypeOf({ s: STRING, t: STRING }), []);
    expect(decodeInPieces(decoder, text, size, 1)).toEqual([['5', '6']]);
  }
});

test('CSV rows are the same however the text is cut and however many are asked for at once', () => {
  const field = fc.string({
    unit: fc.constantFrom('a', 'é', '😀', ',', '"', '\n', '\r', ' ', ';', '#', '^'),
  });
  const quoted = field.map((text) => `"${text.replaceAll('"', '""').replaceAll('^', '^^')}"`);
  const plain = field.map((text) => text.replace(/[",\n\r^]/g, ''));
  const line = fc.tuple(fc.oneof(quoted, plain), fc.oneof(quoted, plain), fc.constantFrom('\n', '\r\n'));
  const texts = fc.array(line).map((lines) => lines.map(([a, b, end]) => `${a},${b}${end}`).join(''));
  fc.assert(
    fc.property(
      texts,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5 }),
      fc.boolean(),
      (text, size, maxRows, comments) => {
        const options = { ...IGNORING, 'csv.escape-character': '^', 'csv.allow-comments': String(comments) };
        const type = rowTypeOf({ s: STRING, t: STRING });
        const whole = decodeInPieces(createRowDecoder(options, type, []), text, 1 << 20);
        const decoder = createRowDecoder(options, type, []);
        expect(decodeInPieces(decoder, text, size, maxRows)).toEqual(whole);
      },
    ),
    { numRuns: 300 },
  );
});

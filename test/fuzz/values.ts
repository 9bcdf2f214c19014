import type { Value } from '../../engine/data/value.ts';
import type { Random } from './random.ts';

/** Columns that fuzzed calls read: their declarations, and values that hurt. */
export interface FuzzColumn {
  readonly name: string;
  readonly type: string;
  readonly values: readonly Value[];
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const at = (iso: string, nanoOfMs = 0): Value => ({ epochMs: Date.parse(iso), nanoOfMs });

export const TEXTS: readonly string[] = [
  '',
  ' ',
  'a',
  'abc',
  'Straße',
  'é漢😀x',
  '\u0000',
  'e\u0301',
  'a'.repeat(300),
  ','.repeat(40),
  '0',
  '-1',
  '1e400',
  '99999999999999999999',
  'NaN',
  ' 12 ',
  '1.5',
  'true',
  '2024-02-29',
  '2024-02-30',
  '12:34:56.789',
  '2024-03-01 12:34:56.123456789',
  '-0001-01-01 00:00:00',
  'yyyy-MM-dd HH:mm:ss.SSS',
  "yyyy''QQQQ'",
  'UTC',
  'Europe/Berlin',
  'Mars/Olympus',
  '+14:00',
  '(',
  '[',
  '(a+)+$',
  'a|b|',
  '\\',
  '\\d{2,1}',
  '(?<n>a)\\1',
  '%_\\%',
  '%',
  '{"a": [1, {"b": null}], "é": "x"}',
  '[1, 2',
  '[[[[[]]]]]',
  '$.a[0]',
  '$..*',
  'lax $[*].b',
  'strict $.x.y',
  '$[?(@.a > 1)]',
  'http://u:p@h:80/p/q?x=1&y=%zz#f',
  '%41%zz',
  'UTF-8',
  'utf-99',
  'aGVsbG8=',
  '0x1F',
  '192.168.0.1',
  '1.2.3.4.5',
  '%s %d %5.2f',
  '%q %',
  'k=v,k2=v2',
  'HOST',
];

export const FUZZ_COLUMNS: readonly FuzzColumn[] = [
  { name: 'b', type: 'BOOLEAN', values: [true, false] },
  { name: 't', type: 'TINYINT', values: [0, 1, -128, 127] },
  { name: 'sm', type: 'SMALLINT', values: [0, -1, -32768, 32767] },
  { name: 'i', type: 'INT', values: [0, 1, -1, 2, 7, 64, 1000, -2147483648, 2147483647] },
  { name: 'l', type: 'BIGINT', values: [0n, 1n, -1n, 63n, 1709296496n, -(2n ** 63n), 2n ** 63n - 1n] },
  {
    name: 'f',
    type: 'FLOAT',
    values: [0, -0, 1.5, NaN, Infinity, -Infinity, 3.4028234663852886e38, 1.401298464324817e-45],
  },
  {
    name: 'd',
    type: 'DOUBLE',
    values: [0, -0, 0.5, -2.5, NaN, Infinity, -Infinity, Number.MAX_VALUE, 5e-324, 1e15 + 0.3],
  },
  { name: 'm', type: 'DECIMAL(10, 2)', values: ['0.00', '-0.01', '12345678.99', '-99999999.99', '2.50'] },
  {
    name: 'h',
    type: 'DECIMAL(38, 10)',
    values: ['0.0000000000', '9999999999999999999999999999.9999999999', '-0.0000000001'],
  },
  { name: 's', type: 'STRING', values: TEXTS },
  { name: 'v', type: 'VARCHAR(5)', values: ['', 'abcde', 'é漢😀'] },
  { name: 'c', type: 'CHAR(3)', values: ['abc', '   ', 'x  '] },
  {
    name: 'y',
    type: 'BYTES',
    values: [bytes(), bytes(0), bytes(0xff, 0xfe), bytes(0x61, 0xc3), bytes(0xe4, 0xb8, 0xad)],
  },
  { name: 'dt', type: 'DATE', values: [0, -1, 19782, -719162, 2932896] },
  { name: 'tm', type: 'TIME(3)', values: [0, 86399999, 45296789] },
  {
    name: 'ts',
    type: 'TIMESTAMP(3)',
    values: [
      at('1970-01-01T00:00:00Z'),
      at('2024-02-29T23:59:59.999Z'),
      at('0001-01-01T00:00:00Z'),
      at('9999-12-31T23:59:59.999Z'),
    ],
  },
  {
    name: 'tn',
    type: 'TIMESTAMP(9)',
    values: [at('2024-03-01T12:34:56.789Z', 123456), at('1969-12-31T23:59:59.999Z', 999999)],
  },
  {
    name: 'lz',
    type: 'TIMESTAMP_LTZ(3)',
    values: [at('1970-01-01T00:00:00Z'), at('2024-03-31T01:30:00Z'), at('9999-12-31T23:59:59Z')],
  },
  { name: 'mo', type: 'INTERVAL YEAR TO MONTH', values: [0, 1, -13, 119999] },
  { name: 'da', type: 'INTERVAL DAY TO SECOND(3)', values: [0, 1, -86400000, 8639999999999] },
  { name: 'a', type: 'ARRAY<INT>', values: [[], [null], [1, 2, 1, null], [2147483647, -2147483648]] },
  { name: 'sa', type: 'ARRAY<STRING>', values: [[], [null, ''], ['b', 'a', 'b', 'é漢😀']] },
  { name: 'aa', type: 'ARRAY<ARRAY<INT>>', values: [[], [[]], [[1], null, [1, 2]]] },
  {
    name: 'mp',
    type: 'MAP<STRING, INT>',
    values: [
      [],
      [['a', 1]],
      [
        ['a', null],
        ['b', 2],
      ],
    ],
  },
  {
    name: 'r',
    type: 'ROW<x INT, y STRING>',
    values: [
      [null, null],
      [1, 'a'],
    ],
  },
];

/** A value of a column; every fifth is NULL. */
export function fuzzValue(column: FuzzColumn, random: Random): Value {
  return random.chance(0.2) ? null : random.pick(column.values);
}

import { assert, describe, test } from 'vitest';
import type { RexNode } from '../../engine/expressions/rex-node.ts';
import type { Value } from '../../engine/data/value.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import { T, call, cast, input, literal, symbol, text, texts, tryCast } from './evaluation.ts';

/** One row of arguments, and the text of the result. Each is computed over its column, and as a constant where its arguments can be literals. */
interface Case {
  readonly call: (...operands: RexNode[]) => RexNode;
  readonly types: readonly LogicalType[];
  readonly rows: readonly (readonly [args: readonly Value[], expected: string | null])[];
  readonly zone?: string;
}

const S = T.string;
const ms = (iso: string): Value => ({ epochMs: Date.parse(`${iso}Z`), nanoOfMs: 0 });
const days = (iso: string): number => Date.parse(`${iso}T00:00Z`) / 86_400_000;
const unary = (operator: string, type: LogicalType) => (a: RexNode) => call(operator, type, a);

const cases: Record<string, Case> = {
  'SUBSTRING with a position and a length (S-60j)': {
    call: (...args) => call('SUBSTRING', S, ...args),
    types: [S, T.int, T.int],
    rows: [
      [['abcdef', 2, 3], 'bcd'],
      [['abcdef', 0, 2], 'ab'],
      [['abcdef', -2, 5], 'ef'],
      [['abcdef', -9, 3], ''],
      [['é漢😀x', 2, 2], '漢😀'],
      [['abc', 2, -1], null],
      [[null, 1, 1], null],
      [['abc', null, 1], null],
    ],
  },
  'LEFT and RIGHT of nothing are empty': {
    call: (a, n) => call('||', S, call('LEFT', S, a, n), call('RIGHT', S, a, n)),
    types: [S, T.int],
    rows: [
      [['abcd', 2], 'abcd'],
      [['abcd', 0], ''],
      [['abcd', -1], ''],
      [['é漢', 9], 'é漢é漢'],
    ],
  },
  'UPPER outside ASCII is that of Java': {
    call: unary('UPPER', S),
    types: [S],
    rows: [
      [['straße'], 'STRASSE'],
      [['Abc'], 'ABC'],
      [[''], ''],
      [[null], null],
    ],
  },
  'POSITION counts from 1': {
    call: (a, b) => call('POSITION', T.int, a, b),
    types: [S, S],
    rows: [
      [['b', 'abc'], '2'],
      [['', 'abc'], '1'],
      [['x', 'abc'], '0'],
      [['漢', 'é漢'], '2'],
    ],
  },
  'REPLACE of an empty text goes between all characters, as in Java': {
    call: (a, b, c) => call('REPLACE', S, a, b, c),
    types: [S, S, S],
    rows: [
      [['aXbX', 'X', 'yy'], 'ayybyy'],
      [['abc', '', '-'], '-a-b-c-'],
      [['aaa', 'aa', 'b'], 'ba'],
      [['abc', 'b', '$&'], 'a$&c'],
    ],
  },
  'TRIM takes a set of characters off both ends': {
    call: (a) => call('TRIM', S, symbol('BOTH'), text('xy'), a),
    types: [S],
    rows: [
      [['xyabcyx'], 'abc'],
      [['xyx'], ''],
      [['abc'], 'abc'],
    ],
  },
  'SPLIT_INDEX counts from 0 (S-60h)': {
    call: (a, n) => call('SPLIT_INDEX', S, a, text('/'), n),
    types: [S, T.int],
    rows: [
      [['a/b//c', 2], ''],
      [['a/b//c', 3], 'c'],
      [['a/b//c', 4], null],
      [['a', -1], null],
      [['', 0], null],
    ],
  },
  'LIKE with a pattern of its own in every row': {
    call: (a, b) => call('LIKE', T.boolean, a, b),
    types: [S, S],
    rows: [
      [['abc', 'a%'], 'TRUE'],
      [['a\nbc', 'a%c'], 'TRUE'],
      [['100%', '100\\%'], 'FALSE'],
      [['a😀c', 'a_c'], 'TRUE'],
    ],
  },
  'LIKE with ESCAPE': {
    call: (a) => call('LIKE', T.boolean, a, text('%!%%'), text('!')),
    types: [S],
    rows: [
      [['100%x'], 'TRUE'],
      [['100x'], 'FALSE'],
    ],
  },
  'REGEXP finds a part, and nothing with an empty pattern (S-60i)': {
    call: (a, b) => call('REGEXP', T.boolean, a, b),
    types: [S, S],
    rows: [
      [['xabcx', 'b+'], 'TRUE'],
      [['abc', ''], 'FALSE'],
      [['abc', '('], 'FALSE'],
      [['aaaa', 'a++a'], 'FALSE'],
      [['CAT', '(?i)cat'], 'TRUE'],
      [['a.b', '\\Qa.b\\E'], 'TRUE'],
    ],
  },
  'REGEXP_EXTRACT gives NULL for a group that took no part': {
    call: (a, b, c) => call('REGEXP_EXTRACT', S, a, b, c),
    types: [S, S, T.int],
    rows: [
      [['foothebar', 'foo(.*?)(bar)', 2], 'bar'],
      [['b', '(a)|(b)', 1], null],
      [['abc', 'a(?>b|bc)c', 0], 'abc'],
      [['abab', '(ab)\\1', 0], 'abab'],
      [['abc', 'b', 5], null],
    ],
  },
  'REGEXP_REPLACE takes its replacement as it is': {
    call: (a, b, c) => call('REGEXP_REPLACE', S, a, b, c),
    types: [S, S, S],
    rows: [
      [['a1b22', '[0-9]+', '$1'], 'a$1b$1'],
      [['bookkeeper', '[a-z&&[^aeiou]]', ''], 'ooeee'],
    ],
  },
  'CAST of text to INT cuts a fraction, and allows spaces alone': {
    call: (a) => tryCast(a, T.int),
    types: [S],
    rows: [
      [[' 42 '], '42'],
      [['1.999'], '1'],
      [['-.5'], '0'],
      [['2147483648'], null],
      [['\t5'], null],
      [['1e2'], null],
      [[''], null],
    ],
  },
  'CAST of text to DECIMAL rounds half up': {
    call: (a) => tryCast(a, T.decimal(10, 2)),
    types: [S],
    rows: [
      [['1.005'], '1.01'],
      [[' -1e2 '], '-100.00'],
      [['123456789'], null],
      [['x'], null],
    ],
  },
  'CAST of text to DOUBLE reads what Java reads': {
    call: (a) => tryCast(a, T.double),
    types: [S],
    rows: [
      [['1.5f'], '1.5'],
      [['Infinity'], 'Infinity'],
      [['1_0'], null],
      [['1e400'], 'Infinity'],
    ],
  },
  'CAST of numbers to text (S-58)': {
    call: (a) => cast(a, S),
    types: [T.double],
    rows: [
      [[1], '1.0'],
      [[1e7], '1.0E7'],
      [[1e-4], '1.0E-4'],
      [[-0], '-0.0'],
      [[NaN], 'NaN'],
    ],
  },
  'CAST of a float saturates, then narrows (S-59)': {
    call: (a) => cast(a, T.tinyint),
    types: [T.double],
    rows: [
      [[1e20], '-1'],
      [[-129.9], '127'],
      [[NaN], '0'],
    ],
  },
  'CAST of DOUBLE to DECIMAL goes by its digits': {
    call: (a) => cast(a, T.decimal(8, 4)),
    types: [T.double],
    rows: [
      [[3.123456], '3.1235'],
      [[12345], null],
      [[1.00005], '1.0001'],
      [[Infinity], null],
    ],
  },
  'CAST to CHAR(n) fills up, to VARCHAR(n) cuts': {
    call: (a) => call('||', S, cast(a, T.char(4)), cast(a, T.varchar(2))),
    types: [S],
    rows: [
      [['abcde'], 'abcdab'],
      [['é'], 'é   é'],
    ],
  },
  'CAST of BOOLEAN to text and back': {
    call: (a) => cast(cast(tryCast(a, T.boolean), S), T.varchar(5)),
    types: [S],
    rows: [
      [['Yes'], 'TRUE'],
      [['0'], 'FALSE'],
      [['maybe'], null],
    ],
  },
  'a DECIMAL that overflows is NULL (S-56)': {
    call: (a, b) => call('*', T.decimal(5, 2), a, b),
    types: [T.decimal(4, 1), T.decimal(4, 1)],
    rows: [
      [['999.9', '1.0'], '999.90'],
      [['999.9', '2.0'], null],
      [['-0.1', '0.1'], '-0.01'],
    ],
  },
  'sums that may need more than 38 digits': {
    call: (a, b) => call('+', T.decimal(38, 9), a, b),
    types: [T.decimal(38, 0), T.decimal(38, 38)],
    rows: [
      [['12345678901234567890123456789', `0.${'5'.repeat(38)}`], '12345678901234567890123456789.555555556'],
      [['9'.repeat(38), `0.${'0'.repeat(38)}`], null],
    ],
  },
  'DECIMAL to DOUBLE is the nearest one': {
    call: (a) => cast(a, T.double),
    types: [T.decimal(30, 12)],
    rows: [
      [['123456789012345678.123456789012'], '1.2345678901234568E17'],
      [['0.100000000000'], '0.1'],
    ],
  },
  'EXTRACT from a TIMESTAMP with nanoseconds, also before 1970': {
    call: (a) =>
      call(
        '+',
        T.bigint,
        call('EXTRACT', T.bigint, symbol('NANOSECOND'), a),
        call('EXTRACT', T.bigint, symbol('HOUR'), a),
      ),
    types: [T.timestamp(9)],
    rows: [
      [[{ epochMs: -1, nanoOfMs: 5 }], '999000028'],
      [[{ epochMs: 0, nanoOfMs: 0 }], '0'],
    ],
  },
  'FLOOR and CEIL to units': {
    call: (a) =>
      call(
        '||',
        S,
        cast(call('FLOOR', T.timestamp(3), a, symbol('WEEK')), S),
        cast(call('CEIL', T.timestamp(3), a, symbol('QUARTER')), S),
      ),
    types: [T.timestamp(3)],
    rows: [[[ms('2024-02-29T12:00')], '2024-02-25 00:00:00.0002024-04-01 00:00:00.000']],
  },
  'a month later is clamped': {
    call: (a, n) => call('+', T.timestamp(3), a, call('*', T.months, literal(1, T.months), n)),
    types: [T.timestamp(3), T.int],
    rows: [
      [[ms('2024-01-31T23:59'), 1], '2024-02-29 23:59:00.000'],
      [[ms('2024-03-31T00:00'), -13], '2023-02-28 00:00:00.000'],
    ],
  },
  'TIMESTAMPDIFF in months': {
    call: (a, b) => call('TIMESTAMPDIFF', T.int, symbol('MONTH'), a, b),
    types: [T.timestamp(3), T.timestamp(3)],
    rows: [
      [[ms('2024-01-31T00:00'), ms('2024-02-29T00:00')], '1'],
      [[ms('2024-01-31T12:00'), ms('2024-03-31T11:59')], '1'],
      [[ms('2025-02-28T00:00'), ms('2024-02-29T00:00')], '-12'],
    ],
  },
  'DATE_FORMAT by numbers in the kernel, by names in JavaScript': {
    call: (a) =>
      call(
        '||',
        S,
        call('DATE_FORMAT', S, a, text("yyyyMMdd'T'HHmmss.SSS")),
        call('DATE_FORMAT', S, a, text(' EEE MMMM hh a')),
      ),
    types: [T.timestamp(3)],
    rows: [
      [[ms('1969-07-20T20:17:40.123')], '19690720T201740.123 Sun July 08 PM'],
      [[null], null],
    ],
  },
  'years beyond 9999 are written too': {
    call: (a) => call('DATE_FORMAT', S, a, text('yyyy-MM')),
    types: [T.timestamp(3)],
    rows: [
      [[Date.UTC(12345, 5, 1)], '+12345-06'],
      [[ms('2024-02-29T00:00')], '2024-02'],
    ],
  },
  'TO_TIMESTAMP reads the plain form, NULL otherwise': {
    call: unary('TO_TIMESTAMP', T.timestamp(3)),
    types: [S],
    rows: [
      [['2024-2-9 1:2:3'], '2024-02-09 01:02:03.000'],
      [['2023-02-29'], '2023-02-28 00:00:00.000'],
      [['2024-12-31 23:59:60'], null],
      [['x'], null],
    ],
  },
  'TO_TIMESTAMP by day of year and day of week': {
    call: (...args) => call('TO_TIMESTAMP', T.timestamp(3), ...args),
    types: [S, S],
    rows: [
      [['2024-060', 'yyyy-DDD'], '2024-02-29 00:00:00.000'],
      [['2024060 13', 'yyyyDDD HH'], '2024-02-29 13:00:00.000'],
      [['2023/365', 'yyyy/D'], '2023-12-31 00:00:00.000'],
      [['2023/366', 'yyyy/D'], null],
      [['060', 'DDD'], '1970-01-01 00:00:00.000'],
      [['2024/02/29/061', 'yyyy/MM/dd/DDD'], null],
      [['Thu 29/02/2024', 'EEE dd/MM/yyyy'], '2024-02-29 00:00:00.000'],
      [['Fri 29/02/2024', 'EEE dd/MM/yyyy'], null],
      [['Thursday 29/02/2024', 'EEEE dd/MM/yyyy'], '2024-02-29 00:00:00.000'],
    ],
  },
  'TO_DATE by day of year runs over': {
    call: (...args) => call('TO_DATE', T.date, ...args),
    types: [S, S],
    rows: [
      [['2024-060', 'yyyy-DDD'], '2024-02-29'],
      [['2023-366', 'yyyy-DDD'], '2024-01-01'],
    ],
  },
  'the zone of the session: a gap moves on, of two equal times the first is meant': {
    call: (a) => cast(a, T.ltz(3)),
    types: [T.timestamp(3)],
    zone: 'America/New_York',
    rows: [
      [[ms('2024-03-10T02:30')], '2024-03-10 03:30:00.000'],
      [[ms('2024-11-03T01:30')], '2024-11-03 01:30:00.000'],
      [[ms('1960-07-01T00:00')], '1960-07-01 00:00:00.000'],
    ],
  },
  'EXTRACT from an instant looks at the clock of the session': {
    call: (a) => call('EXTRACT', T.bigint, symbol('HOUR'), a),
    types: [T.ltz(3)],
    zone: 'Asia/Kolkata',
    rows: [[[ms('2024-01-01T00:00')], '5']],
  },
  'TIME wraps at midnight': {
    call: (a, b) => call('+', T.time, a, b),
    types: [T.time, T.interval],
    rows: [
      [[86_399_000, 2000], '00:00:01'],
      [[0, -1000], '23:59:59'],
    ],
  },
  'GREATEST is NULL if one is': {
    call: (a, b) => call('GREATEST', T.int, a, b),
    types: [T.int, T.int],
    rows: [
      [[1, 2], '2'],
      [[1, null], null],
    ],
  },
  'NULLIF compares and takes away': {
    call: (a, b) => call('NULLIF', S, a, b),
    types: [S, S],
    rows: [
      [['a', 'a'], null],
      [['a', 'b'], 'a'],
      [['a', null], 'a'],
    ],
  },
  'numbers of different types compare in the wider one': {
    call: (a, b) => call('=', T.boolean, a, b),
    types: [T.bigint, T.double],
    rows: [
      [[9007199254740993n, 9007199254740992], 'TRUE'],
      [[1n, NaN], 'FALSE'],
    ],
  },
  'decimals compare exactly, however many digits there are': {
    call: (a, b) => call('<', T.boolean, a, b),
    types: [T.decimal(38, 0), T.decimal(38, 30)],
    rows: [
      [['9'.repeat(38), `12345678.${'0'.repeat(30)}`], 'FALSE'],
      [['-99999999999', `0.${'0'.repeat(30)}`], 'TRUE'],
      [['1', `1.${'0'.repeat(29)}1`], 'TRUE'],
    ],
  },
  'ROUND of a DOUBLE goes by its digits (S-57)': {
    call: (a) => call('ROUND', T.double, a, literal(1, T.int)),
    types: [T.double],
    rows: [
      [[2.25], '2.3'],
      [[-1.15], '-1.2'],
      [[1e20], '1.0E20'],
    ],
  },
  'FLOOR of a DECIMAL has no fraction': {
    call: (a) => call('FLOOR', T.decimal(10, 0), a),
    types: [T.decimal(10, 2)],
    rows: [
      [['-1.01'], '-2'],
      [['1.99'], '1'],
    ],
  },
  'MAP, ARRAY and their elements': {
    call: (a, b) =>
      call(
        'ITEM',
        T.int,
        call('ARRAY', { root: 'ARRAY', element: T.int, nullable: true }, a, b),
        literal(2, T.int),
      ),
    types: [T.int, T.int],
    rows: [
      [[1, 2], '2'],
      [[1, null], null],
    ],
  },
  'LOCATE from a place, INSTR from a place and of several the nth': {
    call: (needle, value, at, nth) =>
      call(
        'CONCAT_WS',
        S,
        literal(' ', S),
        cast(call('LOCATE', T.int, needle, value, at), S),
        cast(call('INSTR', T.int, value, needle, at), S),
        cast(call('INSTR', T.int, value, needle, at, nth), S),
      ),
    types: [S, S, T.int, T.int],
    rows: [
      [['aa', 'aaaa', 1, 2], '1 1 2'],
      [['aa', 'aaaa', -1, 2], '1 3 2'],
      [['aa', 'aaaa', -2, 2], '1 2 1'],
      [['aa', 'aaaa', -5, 1], '1 0 0'],
      [['bc', 'abcabc', -2, 1], '2 2 2'],
      [['', 'abcabc', -5, 1], '1 7 7'],
      [['', 'abc', 20, 1], '1 1 1'],
      [['b', 'abc', 0, 1], '2 0 0'],
      [['b', 'a😀b😀b', 4, 1], '5 5 5'],
      [[null, 'a', 1, 1], ''],
    ],
  },
  'ENCODE and DECODE': {
    call: (value, charset) =>
      call(
        'CONCAT_WS',
        S,
        literal(' ', S),
        call('TO_BASE64', S, call('ENCODE', T.bytes, value, charset)),
        call('DECODE', S, call('ENCODE', T.bytes, value, charset), charset),
      ),
    types: [S, S],
    rows: [
      [['é', 'utf-8'], 'w6k= é'],
      [['abc', 'UTF-16'], '/v8AYQBiAGM= abc'],
      [['', 'UTF-16'], ' '],
      [['😀', 'UTF-16LE'], 'PdgA3g== 😀'],
      [['é漢', 'ISO-8859-1'], '6T8= é?'],
      [['é', 'US-ASCII'], 'Pw== ?'],
    ],
  },
  'UNHEX takes digits in pairs from the right': {
    call: (value) => call('TO_BASE64', S, call('UNHEX', T.bytes, value)),
    types: [S],
    rows: [
      [['c3A9'], 'w6k='],
      [['123'], 'ACM='],
      [['zz'], null],
      [[''], ''],
    ],
  },
  'URL_ENCODE and URL_DECODE': {
    call: (value) =>
      call(
        'CONCAT_WS',
        S,
        literal(' ', S),
        call('URL_ENCODE', S, value),
        call('COALESCE', S, call('URL_DECODE', S, value), literal('?', S)),
      ),
    types: [S],
    rows: [
      [['a+b c'], 'a%2Bb+c a b c'],
      [["~-_.*!'()"], "%7E-_.*%21%27%28%29 ~-_.*!'()"],
      [['%E9'], '%25E9 \ufffd'],
      [['%zz'], '%25zz ?'],
      [['é😀'], '%C3%A9%F0%9F%98%80 é😀'],
    ],
  },
  'IS_DIGIT and IS_DECIMAL are never NULL': {
    call: (value) =>
      call(
        '||',
        S,
        cast(call('IS_DIGIT', T.boolean, value), S),
        cast(call('IS_DECIMAL', T.boolean, value), S),
      ),
    types: [S],
    rows: [
      [['12'], 'TRUETRUE'],
      [['١٢'], 'TRUETRUE'],
      [['1e5'], 'FALSETRUE'],
      [['NaN'], 'FALSETRUE'],
      [[' '], 'FALSEFALSE'],
      [[null], 'FALSEFALSE'],
    ],
  },
  'RAND and RAND_INTEGER of a seed, which begins anew in every row': {
    call: (seed, bound) =>
      call(
        'CONCAT_WS',
        S,
        literal(' ', S),
        cast(call('RAND', T.double, seed), S),
        cast(call('RAND_INTEGER', T.int, seed, bound), S),
      ),
    types: [T.int, T.int],
    rows: [
      [[1, 10], '0.7308781907032909 5'],
      [[2, 10], '0.7311469360199058 8'],
      [[42, 100], '0.7275636800328681 30'],
    ],
  },
  CONVERT_TZ: {
    call: (value, from, to) => call('CONVERT_TZ', S, value, from, to),
    types: [S, S, S],
    rows: [
      [['2024-03-31 02:30:00', 'Europe/Berlin', 'UTC'], '2024-03-31 01:30:00'],
      [['2024-10-27 02:30:00', 'Europe/Berlin', 'UTC'], '2024-10-27 01:30:00'],
      [['2024-13-01 00:00:00', 'UTC', 'GMT+3'], '2025-01-01 03:00:00'],
      [['2024-01-01 00:00:00', 'UTC', '+05:30'], '2024-01-01 00:00:00'],
      [['2024-01-01 00:00:00', 'UTC', 'EST'], '2023-12-31 19:00:00'],
      [['2024-01-01 00:00:00', 'Nowhere/City', 'GMT+05:30'], '2024-01-01 05:30:00'],
      [['bad', 'UTC', 'UTC'], null],
    ],
  },
  'TO_TIMESTAMP_LTZ of a text, by a pattern, in a zone': {
    call: (...args) => call('TO_TIMESTAMP_LTZ', T.ltz(3), ...args),
    types: [S, S, S],
    rows: [
      [['2024-03-31 02:30:00', 'yyyy-MM-dd HH:mm:ss', 'Europe/Berlin'], '2024-03-31 01:30:00.000'],
      [['2024-10-27 02:30:00', 'yyyy-MM-dd HH:mm:ss', 'Europe/Berlin'], '2024-10-27 00:30:00.000'],
      [['01.02.2024', 'dd.MM.yyyy', 'UTC'], '2024-02-01 00:00:00.000'],
      [['2024-01-01 00:00:00.5', 'yyyy-MM-dd HH:mm:ss', 'UTC'], '2024-01-01 00:00:00.500'],
    ],
  },
  'TO_TIMESTAMP_LTZ of seconds with a fraction': {
    call: (seconds) => call('TO_TIMESTAMP_LTZ', T.ltz(3), seconds, literal(0, T.int)),
    types: [T.double],
    rows: [
      [[1.2345], '1970-01-01 00:00:01.234'],
      [[-1.5], '1969-12-31 23:59:58.500'],
    ],
  },
  'CAST of days and times': {
    call: (a) => cast(cast(a, T.timestamp(0)), S),
    types: [T.date],
    rows: [
      [[days('2024-02-29')], '2024-02-29 00:00:00'],
      [[-1], '1969-12-31 00:00:00'],
    ],
  },
};

describe('functions', () => {
  for (const [name, { call: make, types, rows, zone }] of Object.entries(cases)) {
    const setting = zone ? { configuration: { 'table.local-time-zone': zone } } : {};
    const expected = rows.map(([, result]) => result);
    const fields = Object.fromEntries(types.map((type, i) => [`c${i}`, type]));
    const args = rows.map(([values]) => values);
    test(name, () => {
      const node = make(...types.map((type, i) => input(i, type)));
      assert.deepEqual(texts(fields, args, node, setting), expected);
      assert.deepEqual(texts(fields, args, node, { ...setting, cut: 1 }), expected, 'row by row');
    });
    test(`${name}: the same of constants`, () => {
      for (const [values, result] of rows) {
        const literals = values.map((value, i) => literalOf(value, types[i]!));
        if (!literals.every((each) => each !== undefined)) continue;
        assert.deepEqual(texts({ x: T.int }, [[1]], make(...literals), setting), [result]);
      }
    });
  }
});

/** A value as a literal; undefined where literals have no form for it. */
function literalOf(value: Value, type: LogicalType): RexNode | undefined {
  if (value === null || typeof value === 'boolean') return literal(value, type);
  if (typeof value === 'bigint') return literal(String(value), type);
  if (typeof value === 'string') return literal(value, type);
  if (typeof value === 'number') {
    if (type.root === 'TIMESTAMP' || type.root === 'INTERVAL_DAY_TIME') return literal(String(value), type);
    return literal(Number.isFinite(value) ? value : String(value), type);
  }
  if ('epochMs' in value) {
    const fraction = value.nanoOfMs === 0 ? '' : `.${String(value.nanoOfMs).padStart(6, '0')}`;
    return literal(`${value.epochMs}${fraction}`, type);
  }
  return undefined;
}

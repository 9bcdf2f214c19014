import { assert, describe, test } from 'vitest';
import type { TimestampValue } from '../../../engine/data/value.ts';
import { parseDateTime } from '../../../engine/expressions/java-time/date-time-parse.ts';
import { parseDateTimePattern } from '../../../engine/expressions/java-time/date-time-pattern.ts';
import { printDateTime } from '../../../engine/expressions/java-time/date-time-print.ts';
import { parseSimpleDate } from '../../../engine/expressions/java-time/simple-date-parse.ts';
import { parseSimplePattern } from '../../../engine/expressions/java-time/simple-date-pattern.ts';
import { printSimpleDate } from '../../../engine/expressions/java-time/simple-date-print.ts';

// What OpenJDK 17 answers, with English names.

const at = (iso: string, nanoOfMs = 0): TimestampValue => ({ epochMs: Date.parse(`${iso}Z`), nanoOfMs });
const LEAP = at('2024-02-29T13:45:07.123', 456_789);
const iso = (value: TimestampValue | undefined): string | undefined =>
  value && new Date(value.epochMs).toISOString().slice(0, 23);

describe('DateTimeFormatter writes', () => {
  const cases: readonly (readonly [pattern: string, text: string])[] = [
    ['yyyy-MM-dd HH:mm:ss.SSSSSSSSS', '2024-02-29 13:45:07.123456789'],
    ['yy y yyy yyyyy uu', '24 2024 2024 02024 24'],
    ['G GGGG GGGGG', 'AD Anno Domini A'],
    ['Q QQ QQQ QQQQ QQQQQ q qqq qqqq', '1 01 Q1 1st quarter 1 1 Q1 1st quarter'],
    ['M MM MMM MMMM MMMMM L LLL', '2 02 Feb February F 2 Feb'],
    ['E EEE EEEE EEEEE e ee eee eeee c ccc', 'Thu Thu Thursday T 5 05 Thu Thursday 5 Thu'],
    ['D DD DDD d dd F', '60 60 060 29 29 1'],
    ['YYYY YY w ww W', '2024 24 9 09 5'],
    ['a h hh K KK H k', 'PM 1 01 1 01 13 13'],
    ['B BBBB', 'in the afternoon in the afternoon'],
    ['A n N g', '49507123 123456789 49507123456789 60369'],
    ["'o''clock' ''", "o'clock '"],
    ['ppppd|pppM', '  29|  2'],
    ['yyyy[XXX][ VV]', '2024'],
    ['S SS SSSS', '1 12 1234'],
  ];
  for (const [pattern, text] of cases)
    test(pattern, () => assert.equal(printDateTime(parseDateTimePattern(pattern), LEAP), text));

  test('years beyond four digits, and before the first', () => {
    const far = { epochMs: Date.UTC(10_000, 0), nanoOfMs: 0 };
    assert.equal(printDateTime(parseDateTimePattern('yyyy y uu'), far), '+10000 10000 00');
    const before = at('-000001-12-31T00:00:00');
    assert.equal(printDateTime(parseDateTimePattern('yyyy G uuuu'), before), '0002 BC -0001');
  });

  test('what a time without a zone has not is an error', () => {
    for (const pattern of ['XXX', 'Z', 'z', 'VV', 'O'])
      assert.throws(() => printDateTime(parseDateTimePattern(pattern), LEAP), /Unsupported field|Unable to/);
    assert.throws(() => printDateTime(parseDateTimePattern('pD'), LEAP), undefined);
  });
});

test('what is no pattern of DateTimeFormatter', () => {
  for (const pattern of ['bogus', 'ddd', 'HHH', 'aa', 'cc', 'MMMMMM', 'SSSSSSSSSS', 'XXXXXX', 'VVV', 'OO'])
    assert.throws(() => parseDateTimePattern(pattern), RangeError);
  for (const pattern of ["'open", 'yyyy]', '{', '#', 'p', 'C'])
    assert.throws(() => parseDateTimePattern(pattern), RangeError);
});

describe('DateTimeFormatter reads', () => {
  const cases: readonly (readonly [pattern: string, text: string, expected: string | undefined])[] = [
    ['yyyy-MM-dd HH:mm:ss', '2024-02-30 13:45:07', '2024-02-29T13:45:07.000'],
    ['yyyy-MM-dd', '2024-2-3', undefined],
    ['y-M-d H:m:s', '2024-2-3 4:5:6', '2024-02-03T04:05:06.000'],
    ['yyyyMMddHHmmssSSS', '20240229134507123', '2024-02-29T13:45:07.123'],
    ['yyMMdd', '240229', '2024-02-29T00:00:00.000'],
    ['HH:mm', '24:00', '1970-01-01T00:00:00.000'],
    ['yyyy-MM-dd HH:mm', '2024-02-29 24:00', '2024-03-01T00:00:00.000'],
    ['hh:mm a', '12:30 AM', '1970-01-01T00:30:00.000'],
    ['hh:mm', '01:30', '1970-01-01T00:30:00.000'],
    ['EEE, d MMM yyyy', 'Thu, 29 Feb 2024', '2024-02-29T00:00:00.000'],
    ['EEE, d MMM yyyy', 'Fri, 29 Feb 2024', undefined],
    ['yyyy-DDD', '2023-366', undefined],
    ["YYYY-'W'ww-e", '2024-W09-5', '2024-02-29T00:00:00.000'],
    ['yyyy-MM-dd[ HH:mm[:ss]]', '2024-02-29', '2024-02-29T00:00:00.000'],
    ['yyyy-MM-dd[ HH:mm[:ss]]', '2024-02-29 13:45', '2024-02-29T13:45:00.000'],
    ['yyyy-MM-dd HH:mm:ssXXX', '2024-02-29 13:45:07+02:00', '2024-02-29T13:45:07.000'],
    ['yyyy-MM-dd HH:mm:ssXXX', '2024-02-29 13:45:07+0200', undefined],
    ['yyyy G', '5 BC', undefined],
    ['y G MM dd', '5 BC 01 02', '-000004-01-02T00:00:0'],
    ['a', 'PM', '1970-01-01T18:00:00.000'],
    ['MM-dd', '02-30', undefined],
    ['A', '49507123', '1970-01-01T13:45:07.123'],
    ['yyyy', '+2024', undefined],
    ['yyyy', '+12024', '+012024-01-01T00:00:0'],
    ['yyyy yyyy', '2024 2023', undefined],
    ['MMMMM d', 'J 4', '1970-07-04T00:00:00.000'],
    ['pppd', '  4', '1970-01-04T00:00:00.000'],
    ['yyyy-MM-dd HH z', '2024-02-29 13 PST', '2024-02-29T13:00:00.000'],
    ['yyyy-MM-dd HH z', '2024-02-29 13 Europe/Berlin', '2024-02-29T13:00:00.000'],
    ["HH zzzz 'o'", '13 Pacific Standard Time o', '1970-01-01T13:00:00.000'],
    ["HH'['VV']'", '13[America/New_York]', '1970-01-01T13:00:00.000'],
    ['HH VV', '13 Nowhere', undefined],
    ['HHVV', '13+05:30', '1970-01-01T13:00:00.000'],
  ];
  for (const [pattern, text, expected] of cases) {
    test(`${text} by ${pattern}`, () =>
      assert.equal(
        iso(parseDateTime(parseDateTimePattern(pattern), text))?.slice(0, expected?.length),
        expected,
      ));
  }
});

describe('SimpleDateFormat writes', () => {
  const cases: readonly (readonly [pattern: string, zone: string, text: string])[] = [
    ['yyyy-MM-dd HH:mm:ss.SSS', 'UTC', '2024-02-29 13:45:07.123'],
    ['SSSSSS S', 'UTC', '000123 123'],
    ['u uu EEE EEEE G GGGG', 'UTC', '4 04 Thu Thursday AD AD'],
    ['MMMMM ddd HHH', 'UTC', 'February 029 013'],
    ['D F w W YY', 'UTC', '60 5 9 5 24'],
    ['[yyyy]', 'UTC', '[2024]'],
    ['HH:mm z Z X XX XXX', 'Asia/Shanghai', '21:45 CST +0800 +08 +0800 +08:00'],
    ['HH:mm z X zzzz', 'Europe/Berlin', '14:45 CET +01 Central European Standard Time'],
    ['HH z X', 'UTC', '13 UTC Z'],
  ];
  for (const [pattern, zone, text] of cases)
    test(`${pattern} in ${zone}`, () =>
      assert.equal(printSimpleDate(parseSimplePattern(pattern), LEAP.epochMs, zone), text));

  test('days before 1582-10-15 by the Julian calendar', () => {
    const print = (text: string): string =>
      printSimpleDate(parseSimplePattern('yyyy-MM-dd G'), at(`${text}T00:00:00`).epochMs, 'UTC');
    assert.deepEqual(['1582-10-15', '1582-10-14', '0001-01-01', '1500-03-01'].map(print), [
      '1582-10-15 AD',
      '1582-10-04 AD',
      '0001-01-03 AD',
      '1500-02-20 AD',
    ]);
  });

  test('what is no pattern', () => {
    for (const pattern of ['bogus', 'Q', "'open", 'XXXX', 'e', 'p'])
      assert.throws(() => parseSimplePattern(pattern), RangeError);
  });
});

describe('SimpleDateFormat reads', () => {
  const cases: readonly (readonly [pattern: string, text: string, expected: string | undefined])[] = [
    ['yyyy-MM-dd HH:mm:ss', '2024-2-30 25:61:61 and more', '2024-03-02T02:02:01.000'],
    ['yyyyMMdd', '20240229', '2024-02-29T00:00:00.000'],
    ['yyyyMMdd', '2024-02-29', '2023-12-02T00:00:00.000'],
    ['dd/MM/yy', '29/02/24', '2024-02-29T00:00:00.000'],
    ['dd/MM/yy', '29/02/88', '1988-02-29T00:00:00.000'],
    ['yyyy-MM-dd', '24-02-29', '0024-02-27T00:00:00.000'],
    ['MMM d yyyy', 'FEBRUARY 29 2024', '2024-02-29T00:00:00.000'],
    ['yyyy-MM-dd', '2024/02/29', undefined],
    ['hh:mm a', '12:30 am', '1970-01-01T00:30:00.000'],
    ['yyyy w u', '2024 9 4', '2024-02-29T00:00:00.000'],
    ['YYYY ww E', '2024 9 Thu', '2024-02-29T00:00:00.000'],
    ['yyyy MM W E', '2024 02 5 Thu', '2024-02-29T00:00:00.000'],
    ['yyyy MM F E', '2024 02 -1 Thu', '2024-02-29T00:00:00.000'],
    ['D yyyy', '366 2023', '2024-01-01T00:00:00.000'],
    ['yyyy-MM-dd', '1582-10-04', '1582-10-14T00:00:00.000'],
    ['ss.SSS', '1.5', '1970-01-01T00:00:01.005'],
  ];
  for (const [pattern, text, expected] of cases) {
    test(`${text} by ${pattern}`, () => {
      const time = parseSimpleDate(parseSimplePattern(pattern), text, Date.UTC(2026, 0));
      assert.equal(time && new Date(time.localMs).toISOString().slice(0, 23), expected);
    });
  }

  test('zones by offset and by name', () => {
    const offset = (pattern: string, text: string): number | undefined =>
      parseSimpleDate(parseSimplePattern(pattern), text, 0)?.offsetMs;
    assert.equal(offset('HH z', '12 PST'), -8 * 3_600_000);
    assert.equal(offset('HH z', '12 GMT+5:30'), 5.5 * 3_600_000);
    assert.equal(offset('HH Z', '12 +0530'), 5.5 * 3_600_000);
    assert.equal(offset('HHXXX', '12-08:00'), -8 * 3_600_000);
    assert.equal(offset('HHX', '12Z'), 0);
    assert.equal(offset('HHXXX', '12+0800'), undefined);
  });
});

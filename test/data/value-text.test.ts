import { describe, expect, test } from 'vitest';
import { doubleText, floatText } from '../../engine/data/java-number-text.ts';
import { civilFromDays, daysFromCivil } from '../../engine/data/temporal-text.ts';
import { zoneOffsetMs } from '../../engine/data/zone-offset.ts';
import type { Value } from '../../engine/data/value.ts';
import { castText, printText, valueText } from '../../engine/data/value-text.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';

const doubles: [number, string][] = [
  [0.1, '0.1'],
  [1e7, '1.0E7'],
  [9999999, '9999999.0'],
  [0.001, '0.001'],
  [9.765625e-4, '9.765625E-4'],
  [16777217.25, '1.677721725E7'],
  [Number.MAX_VALUE, '1.7976931348623157E308'],
  [5e-324, '4.9E-324'],
  [-0, '-0.0'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
  [100, '100.0'],
  [-12345.678, '-12345.678'],
  [2e23, '1.9999999999999998E23'],
  [1, '1.0'],
];
for (const [value, text] of doubles)
  test(`DOUBLE prints as Java does: ${text}`, () => expect(doubleText(value)).toBe(text));

const floats: [number, string][] = [
  [0.1, '0.1'],
  [1 / 3, '0.33333334'],
  [16777216, '1.6777216E7'],
  [3.4028234663852886e38, '3.4028235E38'],
  [1.401298464324817e-45, '1.4E-45'],
];
for (const [value, text] of floats)
  test(`FLOAT prints as Java does: ${text}`, () => expect(floatText(Math.fround(value))).toBe(text));

const bytes: LogicalType = { root: 'VARBINARY', length: 2147483647, nullable: true };
const int: LogicalType = { root: 'INTEGER', nullable: true };
const string: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable: true };
const timestamp: LogicalType = { root: 'TIMESTAMP', precision: 3, nullable: true };
const row: LogicalType = {
  root: 'ROW',
  nullable: true,
  fields: [
    { name: 'a', type: int },
    { name: 'b', type: string },
  ],
};
const instant = { epochMs: 1709254923400, nanoOfMs: 0 };
const cases: [value: Value, type: LogicalType, cast: string | null, print: string][] = [
  [null, int, null, 'null'],
  [true, { root: 'BOOLEAN', nullable: true }, 'TRUE', 'true'],
  [12n, { root: 'BIGINT', nullable: true }, '12', '12'],
  ['1.500', { root: 'DECIMAL', precision: 8, scale: 3, nullable: true }, '1.500', '1.500'],
  [19782, { root: 'DATE', nullable: true }, '2024-02-29', '2024-02-29'],
  [-1, { root: 'DATE', nullable: true }, '1969-12-31', '1969-12-31'],
  [45296000, { root: 'TIME', precision: 0, nullable: true }, '12:34:56', '12:34:56'],
  [45296500, { root: 'TIME', precision: 3, nullable: true }, '12:34:56.5', '12:34:56.500'],
  [instant, timestamp, '2024-03-01 01:02:03.400', '2024-03-01T01:02:03.400'],
  [{ epochMs: 0, nanoOfMs: 0 }, timestamp, '1970-01-01 00:00:00.000', '1970-01-01T00:00'],
  [
    { epochMs: -1, nanoOfMs: 5 },
    { root: 'TIMESTAMP', precision: 9, nullable: true },
    '1969-12-31 23:59:59.999000005',
    '1969-12-31T23:59:59.999000005',
  ],
  [
    instant,
    { root: 'TIMESTAMP_LTZ', precision: 0, nullable: true },
    '2024-03-01 01:02:03',
    '2024-03-01T01:02:03.400Z',
  ],
  [84, { root: 'INTERVAL_YEAR_MONTH', units: 'YEAR', nullable: true }, '+7-00', 'P7Y'],
  [
    123456789,
    { root: 'INTERVAL_DAY_TIME', units: 'DAY', nullable: true },
    '+1 10:17:36.789',
    'PT34H17M36.789S',
  ],
  [[1, null], { root: 'ARRAY', element: int, nullable: true }, '[1, NULL]', '[1, null]'],
  [[['k', 1]], { root: 'MAP', key: string, value: int, nullable: true }, '{k=1}', '{k=1}'],
  [[null, 'abc'], row, '(NULL, abc)', '+I[null, abc]'],
  [new Uint8Array([97, 255]), bytes, "x'61ff'", '[97, -1]'],
  [[new Uint8Array([0, 1])], { root: 'ARRAY', element: bytes, nullable: true }, "[x'0001']", '[[0, 1]]'],
  [new Uint8Array(), bytes, "x''", '[]'],
];
describe('a value as text', () => {
  for (const [value, type, cast, print] of cases) {
    test(`${type.root} ${String(cast)}`, () => {
      expect(valueText(value, type)).toBe(cast);
      expect(printText({ kind: 0, values: [value] }, [type])).toBe(`+I[${print}]`);
    });
  }
});

test('CAST reads bytes as UTF-8, also inside of others', () => {
  const value = new TextEncoder().encode('aé');
  expect(castText(value, bytes, 'UTC')).toBe('aé');
  expect(castText([value, null], { root: 'ARRAY', element: bytes, nullable: true }, 'UTC')).toBe(
    '[aé, NULL]',
  );
  expect(castText(null, bytes, 'UTC')).toBe(null);
});

test('a TIMESTAMP_LTZ is shown in the session zone, summer time included', () => {
  const type: LogicalType = { root: 'TIMESTAMP_LTZ', precision: 0, nullable: true };
  expect(valueText({ epochMs: Date.UTC(2024, 6, 1), nanoOfMs: 0 }, type, 'Europe/Berlin')).toBe(
    '2024-07-01 02:00:00',
  );
  expect(valueText({ epochMs: Date.UTC(2024, 0, 1), nanoOfMs: 0 }, type, 'Asia/Shanghai')).toBe(
    '2024-01-01 08:00:00',
  );
  expect(valueText({ epochMs: 0, nanoOfMs: 0 }, type, 'GMT+05:30')).toBe('1970-01-01 05:30:00');
  expect(zoneOffsetMs(-1, 'America/New_York')).toBe(-5 * 3_600_000);
});

test("civil dates and day numbers are each other's inverse, before 1970 too", () => {
  for (let day = -800_000; day < 800_000; day += 317) {
    const { year, month, day: dayOfMonth } = civilFromDays(day);
    expect(daysFromCivil(year, month, dayOfMonth)).toBe(day);
    const date = new Date(day * 86_400_000);
    expect([date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]).toEqual([
      year,
      month,
      dayOfMonth,
    ]);
  }
});

import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import {
  addMonths,
  ceilDays,
  civil,
  dateParts,
  daysOf,
  floorDays,
  monthsBetween,
} from '../reference/calendar.ts';
import { KernelMemory, anyRows } from './kernel-memory.ts';

const memory = await KernelMemory.create();
const DAY = 86_400_000;
const UNITS = [
  'MILLENNIUM',
  'CENTURY',
  'DECADE',
  'YEAR',
  'QUARTER',
  'MONTH',
  'WEEK',
  'DAY',
  'DOY',
  'DOW',
  'ISODOW',
  'ISOYEAR',
];
const FROM = daysOf(-200, 1, 1) * DAY;
const TO = daysOf(4000, 1, 1) * DAY;
const anyMs = fc.integer({ min: FROM, max: TO });
/** Times that stay in a day, cross into the next, or are anywhere. */
const anyTimes = fc.oneof(
  anyRows(anyMs),
  fc
    .tuple(anyMs, anyRows(fc.nat(3_600_000)))
    .map(([start, steps]) => steps.map((step, row) => start + row * 600_000 + step)),
);

function writeTimes(times: readonly number[]): number {
  return memory.write('I64', times.map(BigInt));
}
function readNumbers(out: number, rows: number): number[] {
  return memory.read('I64', out, rows).map(Number);
}

describe('EXTRACT', () => {
  for (const [code, unit] of UNITS.entries()) {
    test(`${unit} agrees with the calendar, also before 1970`, () =>
      fc.assert(
        fc.property(anyTimes, (times) => {
          memory.reset();
          const out = memory.bytes(times.length * 8);
          memory.kernels.extractDatePart(times.length, writeTimes(times), 8, code, out);
          assert.deepEqual(
            readNumbers(out, times.length),
            times.map((ms) => dateParts[unit]!(Math.floor(ms / DAY))),
          );
        }),
      ));
  }
  const timeParts: readonly [code: number, part: (date: Date) => number][] = [
    [12, (date) => date.getUTCHours()],
    [13, (date) => date.getUTCMinutes()],
    [14, (date) => date.getUTCSeconds()],
    [15, (date) => date.getUTCMilliseconds()],
  ];
  test('HOUR, MINUTE, SECOND and MILLISECOND', () =>
    fc.assert(
      fc.property(anyTimes, fc.constantFrom(...timeParts), (times, [code, part]) => {
        memory.reset();
        const out = memory.bytes(times.length * 8);
        memory.kernels.extractTimePart(times.length, writeTimes(times), 8, code, out);
        assert.deepEqual(
          readNumbers(out, times.length),
          times.map((ms) => part(new Date(ms))),
        );
      }),
    ));
});

describe('FLOOR and CEIL', () => {
  for (const unit of UNITS.slice(0, 7)) {
    test(`to ${unit}`, () =>
      fc.assert(
        fc.property(anyTimes, fc.boolean(), (times, isCeil) => {
          memory.reset();
          const out = memory.bytes(times.length * 8);
          const address = writeTimes(times);
          memory.kernels.roundToDateUnit(times.length, address, 8, UNITS.indexOf(unit), isCeil ? 1 : 0, out);
          assert.deepEqual(
            readNumbers(out, times.length),
            times.map((ms) => (isCeil ? ceilDays : floorDays)(Math.floor(ms / DAY), unit) * DAY + 0),
          );
        }),
      ));
  }
  test('to units of the day', () =>
    fc.assert(
      fc.property(
        anyTimes,
        fc.constantFrom(1000, 60_000, 3_600_000, DAY),
        fc.boolean(),
        (times, size, isCeil) => {
          memory.reset();
          const out = memory.bytes(times.length * 8);
          memory.kernels.roundToTimeUnit(times.length, writeTimes(times), 8, size, isCeil ? 1 : 0, out);
          const round = isCeil ? Math.ceil : Math.floor;
          assert.deepEqual(
            readNumbers(out, times.length),
            times.map((ms) => round(ms / size) * size + 0),
          );
        },
      ),
    ));
});

test('addMonths clamps to the end of the month', () =>
  fc.assert(
    fc.property(anyRows(fc.tuple(anyMs, fc.integer({ min: -3000, max: 3000 }))), (rows) => {
      memory.reset();
      const out = memory.bytes(rows.length * 8);
      const months = memory.write(
        'I32',
        rows.map(([, n]) => BigInt(n)),
      );
      memory.kernels.addMonths(rows.length, writeTimes(rows.map(([ms]) => ms)), 8, months, 4, out);
      const expected = rows.map(([ms, n]) => {
        const days = Math.floor(ms / DAY);
        return addMonths(days, n) * DAY + ms - days * DAY;
      });
      assert.deepEqual(readNumbers(out, rows.length), expected);
      const dates = memory.write(
        'I32',
        rows.map(([ms]) => BigInt(Math.floor(ms / DAY))),
      );
      memory.kernels.addMonthsToDate(rows.length, dates, 4, months, 4, out);
      assert.deepEqual(
        memory.read('I32', out, rows.length).map(Number),
        expected.map((ms) => Math.floor(ms / DAY)),
      );
    }),
  ));

test('monthsBetween counts whole months, as TIMESTAMPDIFF does', () =>
  fc.assert(
    fc.property(anyRows(fc.tuple(anyMs, fc.integer({ min: -400 * DAY, max: 400 * DAY }))), (rows) => {
      memory.reset();
      const out = memory.bytes(rows.length * 4);
      const from = writeTimes(rows.map(([ms]) => ms));
      const to = writeTimes(rows.map(([ms, distance]) => ms + distance));
      memory.kernels.monthsBetween(rows.length, from, 8, to, 8, out);
      assert.deepEqual(
        memory.read('I32', out, rows.length).map((months) => Number(months) + 0),
        rows.map(([ms, distance]) => monthsBetween(ms, ms + distance) + 0),
      );
    }),
  ));

test('dateOfTimestamp and timeOfTimestamp', () =>
  fc.assert(
    fc.property(anyTimes, (times) => {
      memory.reset();
      const out = memory.bytes(times.length * 4);
      const address = writeTimes(times);
      memory.kernels.dateOfTimestamp(times.length, address, 8, out);
      assert.deepEqual(
        memory.read('I32', out, times.length).map(Number),
        times.map((ms) => Math.floor(ms / DAY)),
      );
      memory.kernels.timeOfTimestamp(times.length, address, 8, out);
      assert.deepEqual(
        memory.read('I32', out, times.length).map(Number),
        times.map((ms) => ms - Math.floor(ms / DAY) * DAY),
      );
    }),
  ));

test('shiftBySpans adds the offset of the span a time is in', () =>
  fc.assert(
    fc.property(
      anyTimes,
      fc.uniqueArray(anyMs, { maxLength: 20 }),
      fc.constantFrom(1, -1),
      (times, starts, direction) => {
        memory.reset();
        const spans = [FROM - 1, ...starts.sort((a, b) => a - b)].map(
          (start, i) => [start, i * 1000] as const,
        );
        const table = writeTimes(spans.flat());
        const out = memory.bytes(times.length * 8);
        memory.kernels.shiftBySpans(times.length, writeTimes(times), 8, table, spans.length, direction, out);
        assert.deepEqual(
          readNumbers(out, times.length),
          times.map((ms) => ms + direction * spans.findLast(([start]) => start <= ms)![1]),
        );
      },
    ),
  ));

// kind | width << 8 | literal << 16
const field = (kind: number, width: number) => BigInt(kind | (width << 8));
const literal = (text: string) => BigInt(text.charCodeAt(0) << 16);
const pad = (value: number, width: number) => String(value).padStart(width, '0');
const patterns: readonly [
  name: string,
  steps: readonly bigint[],
  granule: number,
  text: (date: Date) => string,
][] = [
  [
    'yyyy-MM-dd',
    [field(1, 4), literal('-'), field(2, 2), literal('-'), field(3, 2)],
    DAY,
    (date) => date.toISOString().slice(0, 10),
  ],
  ['HH:mm', [field(4, 2), literal(':'), field(5, 2)], 60_000, (date) => date.toISOString().slice(11, 16)],
  ['ss.SSS', [field(6, 2), literal('.'), field(7, 3)], 1, (date) => date.toISOString().slice(17, 23)],
  [
    'yy M d H h K k',
    [1, 2, 3, 4, 12, 11, 10].flatMap((kind) => [field(kind, kind === 1 ? 2 : 1), literal(' ')]),
    3_600_000,
    (date) => {
      const hour = date.getUTCHours();
      const parts = [date.getUTCMonth() + 1, date.getUTCDate(), hour, hour % 12 || 12, hour % 12, hour || 24];
      return `${[pad(date.getUTCFullYear() % 100, 2), ...parts].join(' ')} `;
    },
  ],
  [
    'DDD Q',
    [field(8, 3), literal(' '), field(9, 1)],
    DAY,
    (date) => {
      const days = Math.floor(date.getTime() / DAY);
      return `${pad(dateParts['DOY']!(days), 3)} ${dateParts['QUARTER']!(days)}`;
    },
  ],
];
for (const [name, steps, granule, text] of patterns) {
  test(`formatTimestamp writes ${name}`, () =>
    fc.assert(
      fc.property(
        anyTimes.map((times) => times.map((ms) => Math.max(ms, daysOf(0, 1, 1) * DAY))),
        fc.boolean(),
        (times, hasNulls) => {
          memory.reset();
          const [heap, out] = [memory.bytes(times.length * 32), memory.bytes(times.length * 8)];
          const validity = hasNulls ? memory.flags(times.map((_, row) => row % 3 !== 1)) : 0;
          const end = memory.kernels.formatTimestamp(
            times.length,
            writeTimes(times),
            8,
            8,
            validity,
            memory.write('I32', steps),
            steps.length,
            granule,
            daysOf(0, 1, 1),
            heap,
            out,
          );
          assert.isAtLeast(end, heap);
          assert.deepEqual(
            memory.read('Bytes', out, times.length),
            times.map((ms, row) => (hasNulls && row % 3 === 1 ? '' : text(new Date(ms)))),
          );
        },
      ),
    ));
}

test('formatTimestamp leaves days before its first and after year 9999 to others, unless they are NULL', () => {
  memory.reset();
  const address = writeTimes([daysOf(10_000, 1, 1) * DAY]);
  const early = writeTimes([-1]);
  const far = writeTimes([2 ** 62]);
  const [heap, out, steps] = [memory.bytes(32), memory.bytes(8), memory.write('I32', [field(1, 4)])];
  const validity = memory.flags([false]);
  const format = memory.kernels.formatTimestamp;
  assert.equal(format(1, address, 8, 8, 0, steps, 1, DAY, 0, heap, out), 0);
  assert.equal(format(1, early, 8, 8, 0, steps, 1, DAY, 0, heap, out), 0);
  assert.equal(format(1, far, 8, 8, 0, steps, 1, DAY, 0, heap, out), 0);
  assert.equal(format(1, address, 8, 8, validity, steps, 1, DAY, 0, heap, out), heap);
});

const digits = (ms: number, nanos: number) => pad(ms, 3) + pad(nanos, 6);
const timestampText = fc.oneof(
  fc
    .tuple(fc.integer({ min: daysOf(0, 1, 1) * DAY, max: TO }), fc.nat(999_999), fc.nat(9), fc.boolean())
    .map(([ms, nanos, width, isDate]) => {
      const iso = new Date(ms).toISOString();
      if (isDate) return iso.slice(0, 10);
      const fraction = digits(((ms % 1000) + 1000) % 1000, nanos).slice(0, width);
      return `${iso.slice(0, 19).replace('T', ' ')}${width === 0 ? '' : `.${fraction}`}`;
    }),
  fc.stringMatching(/^20[0-9]{2}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?\.?$/),
  fc.constantFrom('', '2024-02-30', '2023-02-29', '2024-2-9', '2024-02-29T00:00:00', '2024-02-29 24:00:00'),
);
for (const width of [8, 16]) {
  test(`parseTimestamp reads the plain form into ${width} bytes, and says what it did not read`, () =>
    fc.assert(
      fc.property(anyRows(timestampText), (texts) => {
        memory.reset();
        const [out, isRead] = [memory.bytes(texts.length * width), memory.bytes(texts.length)];
        const views = memory.write('Bytes', texts);
        const others = memory.kernels.parseTimestamp(texts.length, views, 8, width, out, isRead);
        const expected = texts.map((text) => {
          const match = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?$/.exec(text);
          if (!match || match[1] === '0000') return undefined;
          const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
          const days = daysOf(year!, month!, day!);
          if (civil(days).month !== month || civil(days).day !== day) return undefined;
          if (hour! > 23 || minute! > 59 || second! > 59) return undefined;
          const nanos = Number((match[7] ?? '').padEnd(9, '0'));
          const ms =
            days * DAY + hour! * 3_600_000 + minute! * 60_000 + second! * 1000 + Math.floor(nanos / 1e6);
          return [BigInt(ms), nanos % 1e6] as const;
        });
        const fine = memory.readFlags(isRead, texts.length);
        assert.deepEqual(
          fine,
          expected.map((value) => value !== undefined),
        );
        assert.equal(others, fine.filter((flag) => !flag).length);
        memory.read(width === 8 ? 'I64' : 'Timestamp', out, texts.length).forEach((value, row) => {
          if (fine[row]) assert.deepEqual(value, width === 8 ? expected[row]![0] : [...expected[row]!]);
        });
      }),
    ));
}

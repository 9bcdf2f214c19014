import fc from 'fast-check';
import { assert, test } from 'vitest';
import { parseDateTime } from '../../../engine/expressions/java-time/date-time-parse.ts';
import { parseDateTimePattern } from '../../../engine/expressions/java-time/date-time-pattern.ts';
import { PLAIN_PATTERN, plainText, plainTime } from '../../../engine/expressions/java-time/plain-time.ts';
import { parseSimpleDate } from '../../../engine/expressions/java-time/simple-date-parse.ts';
import { parseSimplePattern } from '../../../engine/expressions/java-time/simple-date-pattern.ts';
import { printSimpleDate } from '../../../engine/expressions/java-time/simple-date-print.ts';

const steps = parseSimplePattern(PLAIN_PATTERN);
const elements = parseDateTimePattern(PLAIN_PATTERN);

const digits = (count: number, max: number) =>
  fc.nat({ max }).map((number) => String(number).padStart(count, '0'));
const texts = fc
  .tuple(digits(4, 9999), digits(2, 13), digits(2, 32), digits(2, 25), digits(2, 61), digits(2, 61))
  .map(([year, month, day, hour, minute, second]) => `${year}-${month}-${day} ${hour}:${minute}:${second}`);
/** The same with a character changed. */
const changed = fc
  .tuple(texts, fc.nat({ max: 18 }), fc.constantFrom(' ', '-', ':', '/', '٣', 'x', '+'))
  .map(([text, at, character]) => text.slice(0, at) + character + text.slice(at + 1));

test('what is plain is read as the readers of patterns do, and written as it was', () => {
  let read = 0;
  fc.assert(
    fc.property(fc.oneof({ weight: 3, arbitrary: texts }, changed), (text) => {
      const time = plainTime(text);
      if (time === undefined) return;
      read++;
      assert.deepEqual(parseSimpleDate(steps, text, 0), { localMs: time, offsetMs: undefined });
      assert.deepEqual(parseDateTime(elements, text), { epochMs: time, nanoOfMs: 0 });
      assert.equal(plainText(time), text);
      assert.equal(printSimpleDate(steps, time, 'UTC'), text);
    }),
    { numRuns: 5000 },
  );
  assert.isAbove(read, 1000);
});

test('only years that all calendars have alike are plain', () => {
  assert.equal(plainTime('1970-01-02 00:00:01'), 86_401_000);
  for (const text of [
    '1599-12-31 00:00:00',
    '2023-02-29 00:00:00',
    '2024-01-01 24:00:00',
    '2024-1-01 00:00:000',
  ])
    assert.isUndefined(plainTime(text), text);
  assert.isUndefined(plainText(Date.UTC(10_000, 0)));
  assert.isUndefined(plainText(Number.NaN));
});

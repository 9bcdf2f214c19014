import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zoneOffsetMs } from '../../engine/data/zone-offset.ts';
import { ZoneOffsets } from '../../engine/expressions/time-zone.ts';

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Asia/Shanghai',
  'America/Santiago',
  'Antarctica/Troll',
];
const FIRST = Date.UTC(1800, 0);
const LAST = Date.UTC(9999, 11, 31);

/** The offset that a table of spans tells for an instant. */
function offsetBy(offsets: ZoneOffsets, ms: number, first: number, last: number): number | undefined {
  return offsets.spans(first, last, false).findLast((span) => span.ms <= ms)?.offset;
}

describe.each(ZONES)('the offsets of %s', (zone) => {
  const whole = new ZoneOffsets(zone);

  test('are those of the zone from 1800 to 9999, found at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST, max: LAST }), (ms) => {
        expect(offsetBy(whole, ms, FIRST, LAST)).toBe(zoneOffsetMs(ms, zone));
      }),
      { numRuns: 300 },
    );
  });

  test('are the same however little of the time line is asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1970, 0), max: LAST }), (ms) => {
        expect(offsetBy(new ZoneOffsets(zone), ms, ms, ms)).toBe(zoneOffsetMs(ms, zone));
      }),
      { numRuns: 30 },
    );
  });
});

test('instants that no date holds have the offset of the nearest', () => {
  for (const zone of ['Europe/Berlin', 'America/New_York']) {
    expect(zoneOffsetMs(1e18, zone)).toBe(zoneOffsetMs(8.64e15, zone));
    expect(zoneOffsetMs(-1e18, zone)).toBe(zoneOffsetMs(-8.64e15, zone));
  }
});

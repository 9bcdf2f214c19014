import { instantOf, offsetAt } from '../time-zone.ts';

/** Zones as java.util has them: it knows no transitions before 1900, and takes the standard offset of today instead. */

const FIRST_MS = Date.UTC(1900, 0);
const standardOffsets = new Map<string, number>();

/** Milliseconds that a zone is ahead of UTC at an instant. */
export function utilZoneOffset(instant: number, zone: string): number {
  return instant < FIRST_MS ? standardOffset(zone) : offsetAt(instant, zone);
}

/** The instant of a local time; of two the later one, in a gap as much later as the gap is wide. */
export function utilInstantOf(local: number, zone: string): number {
  const isEarly = local < FIRST_MS + offsetAt(FIRST_MS, zone);
  return isEarly ? local - standardOffset(zone) : instantOf(local, zone, true);
}

/** Milliseconds without summer time. */
export function standardOffset(zone: string): number {
  let offset = standardOffsets.get(zone);
  if (offset === undefined) {
    offset = Math.min(...[0, 6].map((month) => offsetAt(Date.UTC(2020, month), zone)));
    standardOffsets.set(zone, offset);
  }
  return offset;
}

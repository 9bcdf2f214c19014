/** The greatest instant that JavaScript's dates hold. */
const LAST_INSTANT = 8.64e15;
/** No zone has changed before, and dates of long ago are shown by another calendar. */
const FIRST_INSTANT = Date.UTC(1800, 0);

/** By id: the offset of a zone that never changes, or what tells the wall clock of one that does. */
const zones = new Map<string, number | Intl.DateTimeFormat>();

/**
 * Milliseconds that a zone is ahead of UTC at an instant, from the runtime's own time zone data; instants beyond have the offset of the
 * nearest one within. @throws RangeError for an id that there is not
 */
export function zoneOffsetMs(instant: number, zone: string): number {
  const clock = zoneOf(zone);
  if (typeof clock === 'number') return clock;
  const epochMs = Math.max(FIRST_INSTANT, Math.min(LAST_INSTANT, instant));
  const part: Record<string, string> = {};
  for (const { type, value } of clock.formatToParts(epochMs)) part[type] = value;
  const day = Date.UTC(Number(part['year']), Number(part['month']) - 1, Number(part['day']));
  const seconds = Number(part['hour']) * 3600 + Number(part['minute']) * 60 + Number(part['second']);
  return day + seconds * 1000 - Math.floor(epochMs / 1000) * 1000;
}

function zoneOf(zone: string): number | Intl.DateTimeFormat {
  let clock = zones.get(zone);
  if (clock === undefined) zones.set(zone, (clock = fixedOffset(zone) ?? wallClock(zone)));
  return clock;
}

/** `UTC`, `+08:00`, `GMT-3`: the offset of a zone that never changes. */
export function fixedOffset(zone: string): number | undefined {
  if (/^(UTC|GMT|Z|Etc\/UTC)$/.test(zone)) return 0;
  const match = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d\d))?$/.exec(zone);
  if (!match) return undefined;
  const ms = (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000;
  return match[1] === '-' ? -ms : ms;
}

function wallClock(timeZone: string): Intl.DateTimeFormat {
  const fields = {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  } as const;
  return new Intl.DateTimeFormat('en-u-ca-iso8601', { ...fields, hourCycle: 'h23', timeZone });
}

/** Names of the parts of a calendar in English, as Java's formats write and read them. */

export const MONTHS: readonly string[] =
  'January February March April May June July August September October November December'.split(' ');

/** The week of ISO 8601: Monday is first. */
export const DAYS: readonly string[] = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

export type TextStyle = 'full' | 'short' | 'narrow';

/** January, Jan, J. */
export function styled(name: string, style: TextStyle): string {
  return style === 'full' ? name : name.slice(0, style === 'short' ? 3 : 1);
}

const ERAS: Readonly<Record<TextStyle, readonly [before: string, after: string]>> = {
  full: ['Before Christ', 'Anno Domini'],
  short: ['BC', 'AD'],
  narrow: ['B', 'A'],
};

export function eraName(era: number, style: TextStyle): string {
  return ERAS[style][era === 0 ? 0 : 1];
}

export function quarterName(quarter: number, style: TextStyle): string {
  if (style === 'full') return `${['1st', '2nd', '3rd', '4th'][quarter - 1]!} quarter`;
  return style === 'short' ? `Q${quarter}` : String(quarter);
}

/** The part of the day at a minute of it; midnight and noon are parts of a minute. */
export function dayPeriodName(minute: number, style: TextStyle): string {
  if (minute === 0) return style === 'narrow' ? 'mi' : 'midnight';
  if (minute === 720) return style === 'narrow' ? 'n' : 'noon';
  if (minute < 360 || minute >= 1260) return 'at night';
  if (minute < 720) return 'in the morning';
  return minute < 1080 ? 'in the afternoon' : 'in the evening';
}

/** Monday is 0; day 0 was a Thursday. */
export function weekdayOf(days: number): number {
  return (((days + 3) % 7) + 7) % 7;
}

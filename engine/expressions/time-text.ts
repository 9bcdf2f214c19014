import { daysFromCivil } from '../data/temporal-text.ts';
import type { TimestampValue } from '../data/value.ts';

/** Texts that are read as DATE, TIME and TIMESTAMP without a pattern (S-59, S-60d). Undefined is what nobody can read. */

// Around every field, what Java's trim() takes off.
const DATE = /^[\0- ]*(\d+)[\0- ]*(?:-[\0- ]*(\d+)[\0- ]*(?:-[\0- ]*(\d+)[\0- ]*)?)?$/;
const TIME =
  /^[\0- ]*(\d+)[\0- ]*(?::[\0- ]*(\d+)[\0- ]*(?::[\0- ]*(\d+)[\0- ]*(?:\.[\0- ]*(\d*)[\0- ]*)?)?)?(?:([+-])[\0- ]*(\d+)[\0- ]*(?::[\0- ]*(\d+)[\0- ]*)?)?$/;
const DAY_MS = 86_400_000;

/** CAST to DATE: blanks around fields, a year alone, fields of one digit; what follows a blank is dropped, unless the text begins with it. */
export function parseDate(text: string): number | undefined {
  const blank = text.indexOf(' ');
  const match = DATE.exec(blank > 0 ? text.slice(0, blank) : text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  return year <= 9999 && isDay(year, month, day) ? daysFromCivil(year, month, day) : undefined;
}

/**
 * CAST to TIME, in milliseconds: an hour alone, fields of one digit, a fraction that is rounded by its fourth digit. An offset
 * `+01:00` moves the clock on by it, `-01:00` back.
 */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [hour, minute, second] = [Number(match[1]), Number(match[2] ?? 0), Number(match[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = (match[4] ?? '').padEnd(4, '0');
  const ms = Number(fraction.slice(0, 3)) + (fraction.charAt(3) >= '5' ? 1 : 0);
  // There is no time behind the last millisecond of a day.
  const time = Math.min(clockMs(hour, minute, second) + ms, DAY_MS - 1);
  const offset = clockMs(Number(match[6] ?? 0), Number(match[7] ?? 0), 0) % DAY_MS;
  return (time + (match[5] === '-' ? DAY_MS - offset : offset)) % DAY_MS;
}

function clockMs(hour: number, minute: number, second: number): number {
  return hour * 3_600_000 + minute * 60_000 + second * 1000;
}

/**
 * CAST to TIMESTAMP: no blanks around; month and day may be missing, not their signs; 29 February (up to the 31st) of a shorter month is
 * its last day.
 */
export function parseTimestampText(text: string): TimestampValue | undefined {
  const match = /^(\d{4})-(\d{0,2})-(\d{0,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,9}))?)?$/.exec(text);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2] || 1), Number(match[3] || 1)];
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  // Java reads 24:00:00 as the end of the day.
  if (hour > 24 || minute > 59 || second > 59 || (hour === 24 && minute + second > 0)) return undefined;
  const nanos = Number((match[7] ?? '').padEnd(9, '0'));
  if (hour === 24 && nanos > 0) return undefined;
  const days = daysFromCivil(year, month, Math.min(day, daysInMonth(year, month)));
  const ms = clockMs(hour, minute, second) + Math.floor(nanos / 1_000_000);
  return { epochMs: days * DAY_MS + ms, nanoOfMs: nanos % 1_000_000 };
}

export function daysInMonth(year: number, month: number): number {
  return daysFromCivil(month === 12 ? year + 1 : year, (month % 12) + 1, 1) - daysFromCivil(year, month, 1);
}

function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

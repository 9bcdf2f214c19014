import { dateText, daysFromCivil } from '../../data/temporal-text.ts';
import type { TimestampValue } from '../../data/value.ts';
import { FormatError, shown } from './format-error.ts';

const DAY_MS = 86_400_000;
const ISO_DATE = /^(\d{4}|[-+]\d{4,9})-(\d\d)-(\d\d)$/;
const LENIENT_DATE = /^(\d{4})-(\d\d?)-(\d\d?)$/;
const CLOCK = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?$/;

/** How timestamps are written: `yyyy-MM-dd HH:mm:ss[.f]` or with a T. */
export type TimestampFormat = 'SQL' | 'ISO-8601';

/** Java's ISO_LOCAL_DATE, in days. */
export function parseIsoDate(text: string): number {
  const [, year = '', month = '', day = ''] = ISO_DATE.exec(text) ?? [];
  const days = daysOf(Number(year), Number(month), Number(day), 'strict');
  if (year === '' || days === undefined) throw new FormatError(`${shown(text)} is no date`);
  return days;
}

/** `java.sql.Date.valueOf`: one digit will do, and a day past the end of its month runs over into the next. */
export function parseLenientDate(text: string): number {
  const [, year = '', month = '', day = ''] = LENIENT_DATE.exec(text) ?? [];
  const days = daysOf(Number(year), Number(month), Number(day), 'lenient');
  if (year === '' || days === undefined) throw new FormatError(`${shown(text)} is no date`);
  return days;
}

/**
 * `HH:mm:ss[.f]` in milliseconds, cut to `precision` digits. `ISO` may leave the seconds out; in `SQL` 24:00:00 is midnight, too.
 */
export function parseTime(text: string, precision: number, style: 'ISO' | 'SQL'): number {
  const clock = clockOf(text, style === 'ISO', style === 'SQL');
  if (!clock) throw new FormatError(`${shown(text)} is no time`);
  const unit = 10 ** Math.max(0, 3 - precision);
  const ms = clock.ms % DAY_MS;
  return ms - (ms % unit);
}

/**
 * A timestamp, cut to `precision` digits. With `isZoned` it ends in Z. The last days of a month take the place of days past its end, except
 * in ISO-8601 without a zone, where they are an error.
 */
export function parseTimestamp(
  text: string,
  format: TimestampFormat,
  precision: number,
  isZoned: boolean,
): TimestampValue {
  const local = isZoned ? text.slice(0, -1) : text;
  const at = format === 'SQL' ? local.indexOf(' ') : local.search(/[tT]/);
  const [, year = '', month = '', day = ''] = ISO_DATE.exec(local.slice(0, at)) ?? [];
  const style = format === 'ISO-8601' && !isZoned ? 'strict' : 'clamped';
  const days = daysOf(Number(year), Number(month), Number(day), style);
  const clock = clockOf(local.slice(at + 1), format === 'ISO-8601', style === 'clamped');
  if (at < 0 || year === '' || days === undefined || !clock || (isZoned && !text.endsWith('Z'))) {
    throw new FormatError(`${shown(text)} is no timestamp`);
  }
  const unit = 10 ** Math.max(0, 3 - precision);
  const ms = clock.ms - (clock.ms % unit);
  const nanoUnit = 10 ** Math.max(0, Math.min(6, 9 - precision));
  return { epochMs: days * DAY_MS + ms, nanoOfMs: clock.nanoOfMs - (clock.nanoOfMs % nanoUnit) };
}

/** `HH:mm:ss` and the fraction without its trailing zeros. */
export function clockText({ epochMs, nanoOfMs }: TimestampValue): string {
  const ms = ((epochMs % DAY_MS) + DAY_MS) % DAY_MS;
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  const fraction = (String(ms % 1000).padStart(3, '0') + String(nanoOfMs).padStart(6, '0')).replace(
    /0+$/,
    '',
  );
  return fraction === '' ? clock : `${clock}.${fraction}`;
}

export function formatTimestamp(value: TimestampValue, format: TimestampFormat, isZoned: boolean): string {
  const separator = format === 'SQL' ? ' ' : 'T';
  return `${dateText(Math.floor(value.epochMs / DAY_MS))}${separator}${clockText(value)}${isZoned ? 'Z' : ''}`;
}

/** @param isLate whether the midnight at the end of the day is written 24:00:00 */
function clockOf(
  text: string,
  isShort: boolean,
  isLate: boolean,
): { ms: number; nanoOfMs: number } | undefined {
  const match = CLOCK.exec(text);
  if (!match || (match[3] === undefined && !isShort)) return undefined;
  const [hour = 0, minute = 0, second = 0] = match.slice(1, 4).map((part) => Number(part ?? 0));
  const nanos = (match[4] ?? '').padEnd(9, '0');
  const ms = (hour * 3600 + minute * 60 + second) * 1000 + Number(nanos.slice(0, 3));
  const nanoOfMs = Number(nanos.slice(3));
  const isMidnight = isLate && ms === DAY_MS && nanoOfMs === 0;
  if (minute > 59 || second > 59 || (ms >= DAY_MS && !isMidnight)) return undefined;
  return { ms, nanoOfMs };
}

function daysOf(
  year: number,
  month: number,
  day: number,
  style: 'strict' | 'lenient' | 'clamped',
): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const last = lastDay(year, month);
  if (day > last && style === 'strict') return undefined;
  return daysFromCivil(year, month, style === 'clamped' ? Math.min(day, last) : day);
}

function lastDay(year: number, month: number): number {
  if (month === 2) return daysFromCivil(year, 3, 1) - daysFromCivil(year, 2, 1);
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

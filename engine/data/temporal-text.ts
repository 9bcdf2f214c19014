import type { TimestampValue } from './value.ts';
import { zoneOffsetMs } from './zone-offset.ts';

/** Days since 1970-01-01 as `yyyy-MM-dd`. */
export function dateText(days: number): string {
  const { year, month, day } = civilFromDays(days);
  return `${yearText(year)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** Milliseconds of the day as `HH:mm:ss`, with the fraction of TIME(p): its trailing zeros are dropped but one (S-59). */
export function timeText(ms: number, precision: number): string {
  const text = clockText(ms);
  if (precision === 0) return text;
  const fraction = pad(ms % 1000, 3).slice(0, precision);
  return `${text}.${fraction.replace(/0+$/, '') || '0'}`;
}

/** `yyyy-MM-dd HH:mm:ss` and `precision` digits. */
export function timestampText(value: TimestampValue, precision: number): string {
  const days = Math.floor(value.epochMs / 86_400_000);
  const ms = value.epochMs - days * 86_400_000;
  const seconds = `${dateText(days)} ${clockText(ms)}`;
  return precision === 0 ? seconds : `${seconds}.${nanoDigits(value).slice(0, precision)}`;
}

/** As Java's LocalDateTime prints it: seconds are left out when zero, the fraction comes in groups of three digits. */
export function isoTimestampText(value: TimestampValue, alwaysSeconds: boolean): string {
  const days = Math.floor(value.epochMs / 86_400_000);
  const ms = value.epochMs - days * 86_400_000;
  const nanos = nanoDigits(value);
  let clock = clockText(ms);
  if (nanos !== '000000000') clock += `.${nanos.replace(/(000)+$/, '')}`;
  else if (!alwaysSeconds && clock.endsWith(':00')) clock = clock.slice(0, 5);
  return `${dateText(days)}T${clock}`;
}

/** `+1 10:17:36.789`. */
export function dayTimeIntervalText(ms: number): string {
  const sign = ms < 0 ? '-' : '+';
  const rest = Math.abs(ms);
  const days = Math.floor(rest / 86_400_000);
  return `${sign}${days} ${clockText(rest % 86_400_000)}.${pad(rest % 1000, 3)}`;
}

/** `+7-00`. */
export function yearMonthIntervalText(months: number): string {
  const sign = months < 0 ? '-' : '+';
  const rest = Math.abs(months);
  return `${sign}${Math.floor(rest / 12)}-${pad(rest % 12, 2)}`;
}

/** The wall clock that an instant shows in a zone. */
export function localTimestamp(value: TimestampValue, timeZone: string): TimestampValue {
  if (timeZone === 'UTC') return value;
  return { epochMs: value.epochMs + zoneOffsetMs(value.epochMs, timeZone), nanoOfMs: value.nanoOfMs };
}

/** Civil date of a day number, proleptic Gregorian; after H. Hinnant's days algorithms. */
export function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Day number of a civil date. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shiftedYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}`;
}

function nanoDigits({ epochMs, nanoOfMs }: TimestampValue): string {
  const ms = epochMs - Math.floor(epochMs / 1000) * 1000;
  return pad(ms, 3) + pad(nanoOfMs, 6);
}

function yearText(year: number): string {
  if (year < 0) return `-${pad(-year, 4)}`;
  return year > 9999 ? `+${year}` : pad(year, 4);
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}

/**
 * Times in the plain form, which most texts of times have. Whatever reads Java's patterns reads real days of the years from 1600 to 9999
 * alike: old calendars, lenient days and eras are left to those who ask their own reader where there is nothing here.
 */
export const PLAIN_PATTERN = 'yyyy-MM-dd HH:mm:ss';

const LENGTH = PLAIN_PATTERN.length;
const FIRST_YEAR = 1600;
const FIRST_MS = Date.UTC(FIRST_YEAR, 0);
const END_MS = Date.UTC(10_000, 0);
const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Milliseconds since 1970 on the local clock; undefined for what is not the plain form to the letter. */
export function plainTime(text: string): number | undefined {
  if (text.length !== LENGTH) return undefined;
  const isShaped =
    text.charCodeAt(4) === 0x2d &&
    text.charCodeAt(7) === 0x2d &&
    text.charCodeAt(10) === 0x20 &&
    text.charCodeAt(13) === 0x3a &&
    text.charCodeAt(16) === 0x3a;
  if (!isShaped) return undefined;
  const year = 100 * pair(text, 0) + pair(text, 2);
  const [month, day] = [pair(text, 5), pair(text, 8)];
  const [hour, minute, second] = [pair(text, 11), pair(text, 14), pair(text, 17)];
  // What is no number is less than nothing, or not a number.
  const isTime = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 60;
  if (!(isTime && year >= FIRST_YEAR && month >= 1 && month <= 12 && day >= 1)) return undefined;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (day > MONTH_DAYS[month - 1]! + (isLeap && month === 2 ? 1 : 0)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Two digits as a number; NaN if they are none. */
function pair(text: string, at: number): number {
  const [tens, ones] = [text.charCodeAt(at) - 0x30, text.charCodeAt(at + 1) - 0x30];
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? 10 * tens + ones : NaN;
}

/** The plain form of a local time; undefined outside the years. */
export function plainText(localMs: number): string | undefined {
  if (!(localMs >= FIRST_MS && localMs < END_MS)) return undefined;
  const date = new Date(localMs);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  const [hour, minute, second] = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  return `${year}-${PAIRS[month]}-${PAIRS[day]} ${PAIRS[hour]}:${PAIRS[minute]}:${PAIRS[second]}`;
}

const PAIRS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

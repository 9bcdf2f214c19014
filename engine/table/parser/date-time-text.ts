/** The texts of DATE, TIME and TIMESTAMP literals: blanks may stand before every number, and digits be left out. */

import type { DateTimeLiteral } from './ast.ts';

/** A moment as a literal says it. */
export interface DateTimeText {
  /** Since 1970; 0 for a TIME. */
  readonly days: number;
  /** Of the day, whole seconds. */
  readonly ms: number;
  /** The digits behind the point. */
  readonly fraction: string;
}

const FORMATS = {
  DATE: 'yyyy-MM-dd',
  TIME: 'HH:mm:ss',
  TIMESTAMP: 'yyyy-MM-dd HH:mm:ss',
} as const;

/** Undefined for a text that says no such moment, or one before the year 1. */
export function readDateTime(type: keyof typeof FORMATS, text: string): DateTimeText | undefined {
  const [datePart, timePart] = type === 'TIME' ? [undefined, text] : splitBehindDate(text);
  const days = datePart === undefined ? 0 : daysOf(datePart);
  const time = timePart === undefined ? { ms: 0, fraction: '' } : timeOf(timePart);
  if (days === undefined || time === undefined || (type === 'DATE' && timePart !== undefined))
    return undefined;
  return { days, ...time };
}

/** What is to be said of a literal that cannot be read. */
export function illegalDateTime({ type, text }: Pick<DateTimeLiteral, 'type' | 'text'>): string {
  const format = FORMATS[type === 'DATE' || type === 'TIME' ? type : 'TIMESTAMP'];
  return `Illegal ${type} literal '${text}': not in format '${format}'`;
}

// One of the blanks ends the date.
function splitBehindDate(text: string): [string, string | undefined] {
  const match = /^( *\d+- *\d+- *\d+) (.*)$/s.exec(text);
  return match ? [match[1] ?? '', match[2]] : [text, undefined];
}

function daysOf(text: string): number | undefined {
  const match = /^ *(\d{1,4})- *(\d{1,2})- *(\d{1,2})$/.exec(text);
  if (!match || Number(match[1]) === 0) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() / 86_400_000 : undefined;
}

function timeOf(text: string): { ms: number; fraction: string } | undefined {
  const match = /^ *(\d{1,2}): *(\d{1,2}): *(\d{1,2})(?:\.(\d*))?$/.exec(text);
  if (!match) return undefined;
  const [hour, minute, second] = match.slice(1, 4).map(Number) as [number, number, number];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  return { ms: ((hour * 60 + minute) * 60 + second) * 1000, fraction: match[4] ?? '' };
}

import { daysFromCivil } from '../../data/temporal-text.ts';
import type { TimestampValue } from '../../data/value.ts';
import { daysInMonth } from '../time-text.ts';
import { hybridFromDays } from './hybrid-calendar.ts';
import { LenientCalendar } from './lenient-calendar.ts';

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?: ([+-]?\d{1,9}):([+-]?\d{1,9}):([+-]?\d{1,9})(?:\.(\d{1,9}))?)?$/;

/**
 * Reads `yyyy-M-d[ H:m:s[.f]]` as java.sql does: blanks around it, days of a shorter month and times past their end run over. What
 * TO_TIMESTAMP tries for a text that does not fit its pattern; undefined for every other text.
 */
export function parseSqlTimestamp(text: string): TimestampValue | undefined {
  const match = TIMESTAMP.exec(text.replace(/^[\0- ]+|[\0- ]+$/g, ''));
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  const calendar = new LenientCalendar();
  calendar.set('YEAR', year);
  calendar.set('MONTH', month - 1);
  calendar.set('DAY_OF_MONTH', day);
  calendar.set('HOUR_OF_DAY', hour);
  calendar.set('MINUTE', minute);
  calendar.set('SECOND', second);
  const ms = calendar.milliseconds();
  const days = Math.floor(ms / 86_400_000);
  // The same year, month and day in the calendar of SQL, which has no Julian leap days.
  const civil = hybridFromDays(days);
  if (civil.day > daysInMonth(civil.year, civil.month)) return undefined;
  const nanos = Number((match[7] ?? '').padEnd(9, '0'));
  const msOfDay = ms - days * 86_400_000 + Math.floor(nanos / 1_000_000);
  const civilDays = daysFromCivil(civil.year, civil.month, civil.day);
  return { epochMs: civilDays * 86_400_000 + msOfDay, nanoOfMs: nanos % 1_000_000 };
}

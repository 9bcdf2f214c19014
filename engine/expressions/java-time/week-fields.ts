import { daysFromCivil, civilFromDays } from '../../data/temporal-text.ts';
import { weekdayOf } from './calendar-names.ts';

/** Weeks of the United States, which Java's formats count: they begin on Sundays, and the first is that of 1 January. */

/** The first day of the first week of a year. */
export function firstWeekStart(year: number): number {
  return weekStart(daysFromCivil(year, 1, 1));
}

/** The Sunday on or before a day. */
export function weekStart(days: number): number {
  return days - ((weekdayOf(days) + 1) % 7);
}

/** The year and week of a day. */
export function weekBasedYear(days: number): readonly [year: number, week: number] {
  const { year } = civilFromDays(days);
  if (days >= firstWeekStart(year + 1)) return [year + 1, 1];
  return [year, Math.floor((days - firstWeekStart(year)) / 7) + 1];
}

import { civilFromDays, daysFromCivil } from '../../data/temporal-text.ts';

/**
 * The calendar of java.util: Julian up to Thursday, 4 October 1582, and Gregorian from the next day on, Friday the 15th. Years before 1 are
 * counted on: 0 is 1 BC.
 */

/** Days from 1970-01-01 to the first day of the Gregorian calendar, 1582-10-15. */
export const CUTOVER_DAYS = -141_427;
const CUTOVER_YEAR = 1582;

interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

export function hybridFromDays(days: number): Civil {
  return days >= CUTOVER_DAYS ? civilFromDays(days) : julianFromDays(days);
}

/** The day number of the first day of a month of one of the two calendars. */
export function monthStart(year: number, month: number, isJulian: boolean): number {
  return isJulian ? daysFromJulian(year, month, 1) : daysFromCivil(year, month, 1);
}

/** What a date of a year is by the calendar that holds then: `of` says which day it is by one of them. */
export function byCutover(year: number, of: (isJulian: boolean) => number): number {
  if (year > CUTOVER_YEAR) return of(false);
  if (year < CUTOVER_YEAR) return of(true);
  const gregorian = of(false);
  if (gregorian >= CUTOVER_DAYS) return gregorian;
  return of(true);
}

/** A year whose days are counted by Julius Caesar's rule, from 1 March so that a leap day is the last. */
function daysFromJulian(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return 365 * shifted + Math.floor(shifted / 4) + dayOfYear - 719_470;
}

function julianFromDays(days: number): Civil {
  const shifted = days + 719_470;
  const cycle = Math.floor(shifted / 1461);
  const dayOfCycle = shifted - cycle * 1461;
  const yearOfCycle = Math.min(3, Math.floor(dayOfCycle / 365));
  const dayOfYear = dayOfCycle - 365 * yearOfCycle;
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: 4 * cycle + yearOfCycle + (month <= 2 ? 1 : 0), month, day };
}

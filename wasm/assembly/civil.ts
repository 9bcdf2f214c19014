/**
 * The proleptic Gregorian calendar without loops, after H. Hinnant: days since 1970-01-01 to year, month and day and back. Nothing here
 * is exported to the engine.
 *
 * Years begin on 1 March inside, so that the leap day is the last; an era is 400 years, 146,097 days.
 */

export const DAY: i64 = 86400000;

/** Set by `splitDays`. */
export let year: i32 = 0;
export let month: i32 = 0;
export let dayOfMonth: i32 = 0;

/** Puts the civil date of a day number into `year`, `month` and `dayOfMonth`. */
export function splitDays(days: i32): void {
  const shifted = days + 719468;
  const era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  const dayOfEra = <u32>(shifted - era * 146097);
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shiftedMonth = (5 * dayOfYear + 2) / 153;
  dayOfMonth = <i32>(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1);
  month = <i32>(shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9);
  year = <i32>yearOfEra + era * 400 + <i32>(month <= 2);
}

/** Day number of a civil date. The day may lie outside its month and is counted on. */
export function joinDays(y: i32, m: i32, d: i32): i32 {
  const shiftedYear = y - <i32>(m <= 2);
  const era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400;
  const yearOfEra = <u32>(shiftedYear - era * 400);
  const dayOfYear = (153 * <u32>(m + (m > 2 ? -3 : 9)) + 2) / 5 + <u32>(d - 1);
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + <i32>dayOfEra - 719468;
}

// @ts-ignore: decorator
@inline
export function isLeapYear(y: i32): bool {
  return (y & 3) == 0 && (y % 100 != 0 || (y & 15) == 0);
}

// @ts-ignore: decorator
@inline
export function daysInMonth(y: i32, m: i32): i32 {
  return m == 2 ? 28 + <i32>isLeapYear(y) : 30 | (m ^ (m >> 3));
}

/** The day `months` later; one past the end of its month becomes the last. */
export function addMonthsToDays(days: i32, months: i32): i32 {
  splitDays(days);
  const day = dayOfMonth;
  const all = year * 12 + month - 1 + months;
  const y = floorDivide(all, 12);
  const m = all - y * 12 + 1;
  return joinDays(y, m, min(day, daysInMonth(y, m)));
}

/** Whole months from day `from` to day `to`, negative when it is before: the most that can be added without passing `to`. */
export function monthsBetweenDays(from: i32, to: i32): i32 {
  if (to < from) return -monthsBetweenDays(to, from);
  splitDays(from);
  const first = year * 12 + month;
  splitDays(to);
  const months = year * 12 + month - first;
  return months - <i32>(addMonthsToDays(from, months) > to);
}

/** Monday is 1, Sunday 7. */
// @ts-ignore: decorator
@inline
export function isoDayOfWeek(days: i32): i32 {
  return floorModulo(days + 3, 7) + 1;
}

/** Year that the day's week belongs to: that of its Thursday. */
export function isoYear(days: i32): i32 {
  splitDays(days - isoDayOfWeek(days) + 4);
  return year;
}

export function isoWeek(days: i32): i32 {
  const thursday = days - isoDayOfWeek(days) + 4;
  splitDays(thursday);
  return (thursday - joinDays(year, 1, 1)) / 7 + 1;
}

// @ts-ignore: decorator
@inline
export function floorDivide(a: i32, b: i32): i32 {
  const quotient = a / b;
  return quotient - <i32>(a - quotient * b < 0);
}

// @ts-ignore: decorator
@inline
export function floorModulo(a: i32, b: i32): i32 {
  const rest = a % b;
  return rest < 0 ? rest + b : rest;
}

/** The day of an instant. */
// @ts-ignore: decorator
@inline
export function daysOf(ms: i64): i32 {
  const quotient = ms / DAY;
  return <i32>(quotient - <i64>(ms - quotient * DAY < 0));
}

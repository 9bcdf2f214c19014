/** The calendar as JavaScript's Date knows it (proleptic Gregorian, in UTC), for years that it can hold. */

const DAY = 86_400_000;

export interface Civil {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

export function civil(days: number): Civil {
  const date = new Date(days * DAY);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function daysOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.round(date.getTime() / DAY);
}

function lastDay(year: number, month: number): number {
  return civil(daysOf(year, month + 1, 1) - 1).day;
}

/** Months later, clamped to the end of the month. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civil(days);
  const first = civil(daysOf(year, month + months, 1));
  return daysOf(first.year, first.month, Math.min(day, lastDay(first.year, first.month)));
}

/** Calcite's subtractMonths of days, by trying: the most months that can be added to `from` without passing `to`. */
export function monthsBetweenDays(from: number, to: number): number {
  if (to < from) return -monthsBetweenDays(to, from);
  let months = Math.max(0, Math.floor((to - from) / 31) - 1);
  while (addMonths(from, months + 1) <= to) months++;
  return months;
}

/** Calcite's subtractMonths of milliseconds. */
export function monthsBetween(from: number, to: number): number {
  const [first, last] = [Math.floor(from / DAY), Math.floor(to / DAY)];
  const months = monthsBetweenDays(first, last);
  const isShort = addMonths(first, months) === last && to - last * DAY < from - first * DAY;
  return isShort ? months - 1 : months;
}

/** Thursday decides to which year a week belongs; Monday is 1. */
function isoDay(days: number): number {
  return new Date(days * DAY).getUTCDay() || 7;
}

export const dateParts: Readonly<Record<string, (days: number) => number>> = {
  MILLENNIUM: (days) => eraOf(civil(days).year, 1000),
  CENTURY: (days) => eraOf(civil(days).year, 100),
  DECADE: (days) => Math.floor(civil(days).year / 10),
  YEAR: (days) => civil(days).year,
  QUARTER: (days) => Math.ceil(civil(days).month / 3),
  MONTH: (days) => civil(days).month,
  WEEK: (days) => {
    const thursday = days - isoDay(days) + 4;
    return Math.floor((thursday - daysOf(civil(thursday).year, 1, 1)) / 7) + 1;
  },
  DAY: (days) => civil(days).day,
  DOY: (days) => days - daysOf(civil(days).year, 1, 1) + 1,
  DOW: (days) => new Date(days * DAY).getUTCDay() + 1,
  ISODOW: isoDay,
  ISOYEAR: (days) => civil(days - isoDay(days) + 4).year,
};

function eraOf(year: number, size: number): number {
  return year > 0 ? Math.ceil(year / size) : Math.floor(year / size);
}

/** First day of a unit, going back a day at a time. */
export function floorDays(days: number, unit: string): number {
  if (unit === 'DAY') return days;
  if (unit === 'WEEK') return days - new Date(days * DAY).getUTCDay();
  const { year, month } = civil(days);
  switch (unit) {
    case 'MILLENNIUM':
      return daysOf(Math.floor((year - 1) / 1000) * 1000 + 1, 1, 1);
    case 'CENTURY':
      return daysOf(Math.floor((year - 1) / 100) * 100 + 1, 1, 1);
    case 'DECADE':
      return daysOf(Math.floor(year / 10) * 10, 1, 1);
    case 'YEAR':
      return daysOf(year, 1, 1);
    case 'QUARTER':
      return daysOf(year, Math.floor((month - 1) / 3) * 3 + 1, 1);
    default:
      return daysOf(year, month, 1);
  }
}

/** CEIL of a day in Flink's words (julianDateFloor), which looks at the calendar alone. */
export function ceilDays(days: number, unit: string): number {
  const { year, month, day } = civil(days);
  const isFirst = month === 1 && day === 1;
  switch (unit) {
    case 'MILLENNIUM':
      return daysOf(1000 * Math.ceil(year / 1000) + 1, 1, 1);
    case 'CENTURY':
      return daysOf(100 * Math.ceil(year / 100) + 1, 1, 1);
    case 'DECADE':
      return daysOf(10 * (1 + Math.floor(year / 10)), 1, 1);
    case 'YEAR':
      return daysOf(isFirst ? year : year + 1, 1, 1);
    case 'QUARTER':
      return daysOf(year, (Math.floor((month - 1) / 3) + (isFirst ? 0 : 1)) * 3 + 1, 1);
    case 'MONTH':
      return daysOf(year, day > 1 ? month + 1 : month, 1);
    default: {
      const start = floorDays(days, 'WEEK');
      return start === days ? days : start + 7;
    }
  }
}

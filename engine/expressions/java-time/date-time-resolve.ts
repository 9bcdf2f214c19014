import { civilFromDays, daysFromCivil } from '../../data/temporal-text.ts';
import type { TimestampValue } from '../../data/value.ts';
import { daysInMonth } from '../time-text.ts';
import type { Field } from './date-time-pattern.ts';
import { LocalFields } from './date-time-print.ts';
import { firstWeekStart, weekStart } from './week-fields.ts';

/**
 * What the fields of a text mean together, as Java's "smart" resolver has it: a day past the end of its month is the last one, and what is
 * there in two ways has to agree. Of a date or a time that is not whole, the year, month, day, hour, minute, second and
 * nanosecond count that are there by themselves; others are those of 1970-01-01 00:00.
 */

const RANGES: Readonly<Partial<Record<Field, readonly [low: number, high: number]>>> = {
  Era: [0, 1],
  YearOfEra: [1, 999_999_999],
  Year: [-999_999_999, 999_999_999],
  WeekBasedYear: [-999_999_999, 999_999_999],
  WeekOfWeekBasedYear: [1, 53],
  WeekOfMonth: [0, 6],
  MonthOfYear: [1, 12],
  DayOfYear: [1, 366],
  DayOfMonth: [1, 31],
  DayOfWeek: [1, 7],
  LocalizedDayOfWeek: [1, 7],
  AmPmOfDay: [0, 1],
  HourOfDay: [0, 23],
  ClockHourOfDay: [1, 24],
  HourOfAmPm: [0, 11],
  ClockHourOfAmPm: [1, 12],
  MinuteOfHour: [0, 59],
  SecondOfMinute: [0, 59],
  NanoOfSecond: [0, 999_999_999],
  MilliOfDay: [0, 86_399_999],
  NanoOfDay: [0, 86_399_999_999_999],
};
const OF_TIME: readonly Field[] = [
  'AmPmOfDay',
  'HourOfDay',
  'HourOfAmPm',
  'MinuteOfHour',
  'SecondOfMinute',
  'NanoOfSecond',
];
const RESOLVED: readonly Field[] = ['HourOfDay', 'MinuteOfHour', 'SecondOfMinute', 'NanoOfSecond'];
const LAST_OFFSET = 18 * 3600;
/** Java has years of nine digits. */
const LAST_DAY = 365_241_780_471;

/** No time: the text is not one. */
class Conflict extends Error {}

/** Undefined where the fields contradict themselves, are out of their ranges, or make no time. */
export function resolveFields(fields: Map<Field, number>): TimestampValue | undefined {
  try {
    return new Resolver(fields).resolve();
  } catch (error) {
    if (error instanceof Conflict) return undefined;
    throw error;
  }
}

function checked(field: Field, value: number): number {
  const [low, high] = RANGES[field]!;
  if (!(value >= low && value <= high)) throw new Conflict();
  return value;
}

class Resolver {
  readonly #fields: Map<Field, number>;
  #days: number | undefined;
  #nanos: number | undefined;
  #millis = 0;
  #excessDays = 0;

  constructor(fields: Map<Field, number>) {
    this.#fields = fields;
  }

  resolve(): TimestampValue | undefined {
    this.#resolveDate();
    if (this.#days !== undefined && this.#fields.size === 0)
      return { epochMs: this.#days * 86_400_000, nanoOfMs: 0 };
    this.#resolveClock();
    this.#resolveWeeks();
    this.#resolveTime();
    this.#crossCheck();
    const offset = this.#fields.get('OffsetSeconds') ?? 0;
    if (this.#days !== undefined && this.#nanos !== undefined && Math.abs(offset) > LAST_OFFSET)
      return undefined;
    if (this.#days !== undefined && this.#nanos !== undefined) this.#days += this.#excessDays;
    return this.#assemble();
  }

  #take(field: Field): number | undefined {
    const value = this.#fields.get(field);
    this.#fields.delete(field);
    return value;
  }

  #put(field: Field, value: number): void {
    const known = this.#fields.get(field);
    if (known !== undefined && known !== value) throw new Conflict();
    this.#fields.set(field, value);
  }

  #setDays(days: number): void {
    if (Math.abs(days) > LAST_DAY || (this.#days !== undefined && this.#days !== days)) throw new Conflict();
    this.#days = days;
  }

  #resolveDate(): void {
    const fields = this.#fields;
    const ofEra = this.#take('YearOfEra');
    if (ofEra !== undefined) {
      checked('YearOfEra', ofEra);
      const era = this.#take('Era');
      const year = fields.get('Year');
      if (era === undefined) this.#put('Year', year === undefined || year > 0 ? ofEra : 1 - ofEra);
      else this.#put('Year', era === 1 ? ofEra : 1 - ofEra);
    }
    if (!fields.has('Year')) return;
    if (fields.has('MonthOfYear') && fields.has('DayOfMonth')) {
      const year = checked('Year', this.#take('Year')!);
      const month = checked('MonthOfYear', this.#take('MonthOfYear')!);
      const day = checked('DayOfMonth', this.#take('DayOfMonth')!);
      this.#setDays(daysFromCivil(year, month, Math.min(day, daysInMonth(year, month))));
    } else if (fields.has('DayOfYear')) {
      const year = checked('Year', this.#take('Year')!);
      const days = daysFromCivil(year, 1, 1) + checked('DayOfYear', this.#take('DayOfYear')!) - 1;
      if (civilFromDays(days).year !== year) throw new Conflict();
      this.#setDays(days);
    }
  }

  /** Dates of weeks, and the day number of Julius Scaliger that astronomers shortened. */
  #resolveWeeks(): void {
    const fields = this.#fields;
    const julian = this.#take('ModifiedJulianDay');
    if (julian !== undefined) this.#setDays(julian - 40_587);
    const localized = this.#take('LocalizedDayOfWeek');
    if (localized !== undefined)
      this.#put('DayOfWeek', ((checked('LocalizedDayOfWeek', localized) + 5) % 7) + 1);
    const isoDay = fields.get('DayOfWeek');
    if (isoDay === undefined) return;
    // Sunday is the first day of a week.
    const dayInWeek = checked('DayOfWeek', isoDay) % 7;
    if (fields.has('Year')) {
      if (!fields.has('WeekOfMonth') || !fields.has('MonthOfYear')) return;
      const month = checked('MonthOfYear', this.#take('MonthOfYear')!);
      const first = daysFromCivil(checked('Year', this.#take('Year')!), month, 1);
      const week = checked('WeekOfMonth', this.#take('WeekOfMonth')!);
      this.#setDays(weekStart(first) + 7 * (week - 1) + dayInWeek);
    } else if (fields.has('WeekBasedYear') && fields.has('WeekOfWeekBasedYear')) {
      const year = checked('WeekBasedYear', this.#take('WeekBasedYear')!);
      const week = checked('WeekOfWeekBasedYear', this.#take('WeekOfWeekBasedYear')!);
      const last = (firstWeekStart(year + 1) - firstWeekStart(year)) / 7;
      this.#setDays(firstWeekStart(year) + 7 * (Math.min(week, last) - 1) + dayInWeek);
    } else return;
    fields.delete('DayOfWeek');
  }

  /** Hours of a half day, and counts of a day, as hours, minutes, seconds and nanoseconds. */
  #resolveClock(): void {
    const fields = this.#fields;
    const clock = this.#take('ClockHourOfDay');
    if (clock !== undefined) this.#put('HourOfDay', clock === 0 ? 0 : checked('ClockHourOfDay', clock) % 24);
    const half = this.#take('ClockHourOfAmPm');
    if (half !== undefined) this.#put('HourOfAmPm', half === 0 ? 0 : checked('ClockHourOfAmPm', half) % 12);
    if (fields.has('AmPmOfDay') && fields.has('HourOfAmPm')) {
      const hours = 12 * this.#take('AmPmOfDay')!;
      this.#put('HourOfDay', hours + checked('HourOfAmPm', this.#take('HourOfAmPm')!));
    }
    const nanos = this.#take('NanoOfDay');
    if (nanos !== undefined) {
      this.#putSeconds(Math.floor(checked('NanoOfDay', nanos) / 1e9));
      this.#put('NanoOfSecond', nanos % 1e9);
    }
    const millis = this.#take('MilliOfDay');
    if (millis !== undefined) {
      this.#putSeconds(Math.floor(checked('MilliOfDay', millis) / 1000));
      // Finer digits stay, if there are any.
      const fine = this.#take('NanoOfSecond') ?? 0;
      fields.set('NanoOfSecond', (millis % 1000) * 1_000_000 + (fine % 1_000_000));
    }
  }

  #putSeconds(seconds: number): void {
    this.#put('HourOfDay', Math.floor(seconds / 3600));
    this.#put('MinuteOfHour', Math.floor(seconds / 60) % 60);
    this.#put('SecondOfMinute', seconds % 60);
  }

  #resolveTime(): void {
    const fields = this.#fields;
    const [hour, minute] = [fields.get('HourOfDay'), fields.get('MinuteOfHour')];
    const [second, nano] = [fields.get('SecondOfMinute'), fields.get('NanoOfSecond')];
    const isWhole =
      minute === undefined
        ? second === undefined && nano === undefined
        : second !== undefined || nano === undefined;
    if (hour !== undefined && isWhole) {
      const isEnd = hour === 24 && !minute && !second && !nano;
      if (isEnd) this.#excessDays = 1;
      const seconds =
        (isEnd ? 0 : checked('HourOfDay', hour)) * 3600 +
        checked('MinuteOfHour', minute ?? 0) * 60 +
        checked('SecondOfMinute', second ?? 0);
      this.#nanos = checked('NanoOfSecond', nano ?? 0);
      this.#millis = seconds * 1000 + Math.floor(this.#nanos / 1_000_000);
      for (const field of RESOLVED) fields.delete(field);
      if (fields.size === 0) return;
    }
    // The middle of a half day stands for it.
    const half = fields.get('AmPmOfDay');
    if (half !== undefined && OF_TIME.every((field) => field === 'AmPmOfDay' || !fields.has(field))) {
      fields.delete('AmPmOfDay');
      this.#nanos ??= 0;
      this.#millis = (12 * half + 6) * 3_600_000;
    }
    for (const field of OF_TIME) if (fields.has(field)) checked(field, fields.get(field)!);
  }

  /** What is left of a date or a time has to be true of it. */
  #crossCheck(): void {
    if (this.#fields.size === 0) return;
    const local = new LocalFields({ epochMs: (this.#days ?? 0) * 86_400_000 + this.#millis, nanoOfMs: 0 });
    for (const [field, value] of this.#fields) {
      if (field === 'OffsetSeconds') continue;
      const isOfTime = OF_TIME.includes(field);
      if (isOfTime ? this.#nanos === undefined : this.#days === undefined) continue;
      if (local.get(field) !== value) throw new Conflict();
      this.#fields.delete(field);
    }
  }

  #assemble(): TimestampValue | undefined {
    const fields = this.#fields;
    const part = (field: Field, otherwise: number): number =>
      fields.has(field) ? checked(field, fields.get(field)!) : otherwise;
    let days = this.#days;
    if (days === undefined) {
      const [year, month] = [part('Year', 1970), part('MonthOfYear', 1)];
      const day = part('DayOfMonth', 1);
      if (day > daysInMonth(year, month)) return undefined;
      days = daysFromCivil(year, month, day);
    }
    const nanos = this.#nanos ?? part('NanoOfSecond', 0);
    const ms =
      this.#nanos !== undefined
        ? this.#millis
        : part('HourOfDay', 0) * 3_600_000 +
          part('MinuteOfHour', 0) * 60_000 +
          part('SecondOfMinute', 0) * 1000 +
          Math.floor(nanos / 1_000_000);
    return { epochMs: days * 86_400_000 + ms, nanoOfMs: nanos % 1_000_000 };
  }
}

import { weekdayOf } from './calendar-names.ts';
import { byCutover, monthStart } from './hybrid-calendar.ts';
import { weekStart } from './week-fields.ts';

/** Fields as java.util.Calendar names and numbers them: MONTH from 0, DAY_OF_WEEK from 1 for Sunday. */
export type CalendarField =
  | 'ERA'
  | 'YEAR'
  | 'WEEK_YEAR'
  | 'MONTH'
  | 'WEEK_OF_YEAR'
  | 'WEEK_OF_MONTH'
  | 'DAY_OF_MONTH'
  | 'DAY_OF_YEAR'
  | 'DAY_OF_WEEK'
  | 'DAY_OF_WEEK_IN_MONTH'
  | 'AM_PM'
  | 'HOUR'
  | 'HOUR_OF_DAY'
  | 'MINUTE'
  | 'SECOND'
  | 'MILLISECOND';

/** Fields that name a day without its place in the month. */
const OTHER_DAYS: readonly CalendarField[] = [
  'WEEK_OF_YEAR',
  'WEEK_OF_MONTH',
  'DAY_OF_YEAR',
  'DAY_OF_WEEK',
  'DAY_OF_WEEK_IN_MONTH',
];

/**
 * Java's lenient calendar: values past their end run over, and where fields name a day in several ways, those that were set last
 * count.
 */
export class LenientCalendar {
  readonly #values = new Map<CalendarField, number>();
  readonly #stamps = new Map<CalendarField, number>();
  #stamp = 0;

  set(field: CalendarField, value: number): void {
    this.#values.set(field, value);
    this.#stamps.set(field, ++this.#stamp);
  }

  /** The local time in milliseconds since 1970-01-01. */
  milliseconds(): number {
    return this.#days() * 86_400_000 + this.#timeOfDay();
  }

  #value(field: CalendarField, otherwise = 0): number {
    return this.#values.get(field) ?? otherwise;
  }

  /** When a field was set last; 0 if it was not. */
  #when(field: CalendarField): number {
    return this.#stamps.get(field) ?? 0;
  }

  /** When the later of two fields was set; 0 if one of them was not. */
  #whenBoth(one: CalendarField, other: CalendarField): number {
    const first = this.#when(one);
    const second = this.#when(other);
    return first === 0 || second === 0 ? 0 : Math.max(first, second);
  }

  #timeOfDay(): number {
    const half = this.#whenBoth('HOUR', 'AM_PM');
    const whole = this.#when('HOUR_OF_DAY');
    const isWhole = whole > 0 && whole >= half;
    const hours = isWhole ? this.#value('HOUR_OF_DAY') : this.#value('HOUR') + 12 * this.#value('AM_PM');
    const seconds = (hours * 60 + this.#value('MINUTE')) * 60 + this.#value('SECOND');
    return seconds * 1000 + this.#value('MILLISECOND');
  }

  #days(): number {
    if (this.#when('WEEK_YEAR') > this.#when('YEAR')) return this.#weekDate();
    const written = this.#value('YEAR', 1970);
    const year = this.#values.get('ERA') === 0 ? 1 - written : written;
    const way = this.#way();
    const month = way === 'DAY_OF_YEAR' || way === 'WEEK_OF_YEAR' ? 0 : this.#value('MONTH');
    const monthYear = year + Math.floor(month / 12);
    return byCutover(monthYear, (isJulian) => {
      const startOf = (of: number): number =>
        monthStart(year + Math.floor(of / 12), (((of % 12) + 12) % 12) + 1, isJulian);
      return this.#dayFrom(startOf(month), way, startOf(month + 1) - startOf(month));
    });
  }

  /** Which fields name the day: those that were set last and are whole. */
  #way(): CalendarField {
    if (!OTHER_DAYS.some((field) => this.#stamps.has(field))) return 'DAY_OF_MONTH';
    const day = this.#when('DAY_OF_MONTH');
    const ofYear = this.#when('DAY_OF_YEAR');
    let week = this.#whenBoth('WEEK_OF_MONTH', 'DAY_OF_WEEK');
    let dayInMonth = this.#whenBoth('DAY_OF_WEEK_IN_MONTH', 'DAY_OF_WEEK');
    let weekOfYear = this.#whenBoth('WEEK_OF_YEAR', 'DAY_OF_WEEK');
    let best = Math.max(day, week, dayInMonth, ofYear, weekOfYear);
    if (best === 0) {
      week = this.#when('WEEK_OF_MONTH');
      dayInMonth = Math.max(this.#when('DAY_OF_WEEK_IN_MONTH'), this.#when('DAY_OF_WEEK'));
      weekOfYear = this.#when('WEEK_OF_YEAR');
      best = Math.max(week, dayInMonth, weekOfYear);
      if (best === 0) return 'DAY_OF_MONTH';
    }
    if (best === day) return 'DAY_OF_MONTH';
    const ofWeek = this.#when('WEEK_OF_YEAR');
    if (best === week && this.#when('WEEK_OF_MONTH') >= ofWeek) {
      const isLater = this.#when('WEEK_OF_MONTH') >= this.#when('DAY_OF_WEEK_IN_MONTH');
      return week !== dayInMonth || isLater ? 'WEEK_OF_MONTH' : 'DAY_OF_WEEK_IN_MONTH';
    }
    if (best === dayInMonth && this.#when('DAY_OF_WEEK_IN_MONTH') >= ofWeek) return 'DAY_OF_WEEK_IN_MONTH';
    return best === ofYear ? 'DAY_OF_YEAR' : 'WEEK_OF_YEAR';
  }

  #dayFrom(first: number, way: CalendarField, length: number): number {
    const ofWeek = this.#value('DAY_OF_WEEK', 1);
    switch (way) {
      case 'DAY_OF_MONTH':
        return first + this.#value('DAY_OF_MONTH', 1) - 1;
      case 'DAY_OF_YEAR':
        return first + this.#value('DAY_OF_YEAR') - 1;
      case 'DAY_OF_WEEK_IN_MONTH': {
        const count = this.#value('DAY_OF_WEEK_IN_MONTH', 1);
        const days = count >= 0 ? 7 * count : length + 7 * (count + 1);
        return onOrBefore(first + days - 1, ofWeek);
      }
      default:
        return onOrBefore(weekStart(first) + 6, ofWeek) + 7 * (this.#value(way) - 1);
    }
  }

  #weekDate(): number {
    const year = this.#value('WEEK_YEAR');
    const first = byCutover(year, (isJulian) => monthStart(year, 1, isJulian));
    return weekStart(first) + 7 * (this.#value('WEEK_OF_YEAR', 1) - 1) + this.#value('DAY_OF_WEEK', 1) - 1;
  }
}

/** The last day up to `days` that is a certain day of the week, 1 for Sunday. */
function onOrBefore(days: number, dayOfWeek: number): number {
  return days - ((((weekdayOf(days) + 2 - dayOfWeek) % 7) + 7) % 7);
}

import { civilFromDays, daysFromCivil } from '../../data/temporal-text.ts';
import type { TimestampValue } from '../../data/value.ts';
import {
  DAYS,
  dayPeriodName,
  eraName,
  MONTHS,
  quarterName,
  styled,
  weekdayOf,
  type TextStyle,
} from './calendar-names.ts';
import type { Field, NumberElement, PatternElement } from './date-time-pattern.ts';
import { weekBasedYear } from './week-fields.ts';

/** The parts of a day and time without a zone. */
export class LocalFields {
  readonly days: number;
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly msOfDay: number;
  readonly nanoOfMs: number;

  constructor({ epochMs, nanoOfMs }: TimestampValue) {
    this.days = Math.floor(epochMs / 86_400_000);
    ({ year: this.year, month: this.month, day: this.day } = civilFromDays(this.days));
    this.msOfDay = epochMs - this.days * 86_400_000;
    this.nanoOfMs = nanoOfMs;
  }

  get(field: Field): number {
    const { year, month, day, days, msOfDay } = this;
    const hour = Math.floor(msOfDay / 3_600_000);
    switch (field) {
      case 'Era':
        return year > 0 ? 1 : 0;
      case 'YearOfEra':
        return year > 0 ? year : 1 - year;
      case 'Year':
        return year;
      case 'WeekBasedYear':
        return weekBasedYear(days)[0];
      case 'WeekOfWeekBasedYear':
        return weekBasedYear(days)[1];
      case 'WeekOfMonth':
        return Math.floor((day - 1 + ((weekdayOf(days - day + 1) + 1) % 7)) / 7) + 1;
      case 'QuarterOfYear':
        return Math.ceil(month / 3);
      case 'MonthOfYear':
        return month;
      case 'DayOfYear':
        return days - daysFromCivil(year, 1, 1) + 1;
      case 'DayOfMonth':
        return day;
      case 'AlignedDayOfWeekInMonth':
        return ((day - 1) % 7) + 1;
      case 'ModifiedJulianDay':
        return days + 40_587;
      case 'DayOfWeek':
        return weekdayOf(days) + 1;
      case 'LocalizedDayOfWeek':
        return ((weekdayOf(days) + 1) % 7) + 1;
      case 'AmPmOfDay':
        return hour < 12 ? 0 : 1;
      case 'HourOfDay':
        return hour;
      case 'ClockHourOfDay':
        return hour || 24;
      case 'HourOfAmPm':
        return hour % 12;
      case 'ClockHourOfAmPm':
        return hour % 12 || 12;
      case 'MinuteOfHour':
        return Math.floor(msOfDay / 60_000) % 60;
      case 'SecondOfMinute':
        return Math.floor(msOfDay / 1000) % 60;
      case 'NanoOfSecond':
        return (msOfDay % 1000) * 1_000_000 + this.nanoOfMs;
      case 'MilliOfDay':
        return msOfDay;
      case 'NanoOfDay':
        return msOfDay * 1_000_000 + this.nanoOfMs;
      case 'OffsetSeconds':
        throw new RangeError('Unsupported field: OffsetSeconds');
    }
  }
}

/** A time written by a pattern; throws a RangeError for what a time without a zone does not have. */
export function printDateTime(elements: readonly PatternElement[], value: TimestampValue): string {
  return printAll(elements, new LocalFields(value), false)!;
}

/** Undefined if an optional section cannot be written. */
function printAll(
  elements: readonly PatternElement[],
  fields: LocalFields,
  isOptional: boolean,
): string | undefined {
  let text = '';
  for (const element of elements) {
    const part = print(element, fields, isOptional);
    if (part === undefined) return undefined;
    text += part;
  }
  return text;
}

function print(element: PatternElement, fields: LocalFields, isOptional: boolean): string | undefined {
  switch (element.kind) {
    case 'literal':
      return element.text;
    case 'number':
      return printNumber(element, fields.get(element.field));
    case 'fraction':
      return String(fields.get(element.field)).padStart(9, '0').slice(0, element.maxWidth);
    case 'text':
      return fieldText(element.field, fields.get(element.field), element.style);
    case 'optional':
      return printAll(element.elements, fields, true) ?? '';
    case 'pad': {
      const text = print(element.element, fields, isOptional);
      if (text === undefined) return undefined;
      if (text.length > element.width) {
        throw new RangeError(
          `Cannot print as output of ${text.length} characters exceeds pad width of ${element.width}`,
        );
      }
      return text.padStart(element.width);
    }
    case 'day-period':
      return dayPeriodName(Math.floor(fields.msOfDay / 60_000), element.style);
    case 'zone':
      if (isOptional) return undefined;
      throw new RangeError('Unable to extract ZoneId from temporal');
    case 'offset':
    case 'localized-offset':
      if (isOptional) return undefined;
      throw new RangeError('Unsupported field: OffsetSeconds');
  }
}

function printNumber(element: NumberElement, value: number): string {
  const { minWidth, maxWidth, sign, field } = element;
  const text = String(element.isReduced ? Math.abs(value) % 100 : Math.abs(value));
  if (text.length > maxWidth) {
    throw new RangeError(
      `Field ${field} cannot be printed as the value ${value} exceeds the maximum print width of ${maxWidth}`,
    );
  }
  const digits = text.padStart(minWidth, '0');
  if (element.isReduced) return digits;
  if (value < 0) return `-${digits}`;
  return sign === 'exceeds-pad' && text.length > minWidth ? `+${digits}` : digits;
}

/** The name of a value of a field. */
export function fieldText(field: Field, value: number, style: TextStyle): string {
  switch (field) {
    case 'MonthOfYear':
      return styled(MONTHS[value - 1]!, style);
    case 'DayOfWeek':
      return styled(DAYS[value - 1]!, style);
    case 'Era':
      return eraName(value, style);
    case 'QuarterOfYear':
      return quarterName(value, style);
    default:
      return value === 0 ? 'AM' : 'PM';
  }
}

/**
 * Times: parts, rounding, months, differences, zones. Times are i64 milliseconds since the epoch in rows of `stride` bytes, so
 * that the first word of a 16-byte TIMESTAMP is read where it lies.
 *
 * Event times come nearly sorted. So each loop remembers the day it is in: a row of the same day costs a subtraction, and calendars are
 * only computed where the day changes.
 */
import {
  DAY,
  addMonthsToDays,
  dayOfMonth,
  daysInMonth,
  daysOf,
  floorDivide,
  isoDayOfWeek,
  isoWeek,
  isoYear,
  joinDays,
  month,
  monthsBetweenDays,
  splitDays,
  year,
} from './civil';

// Units, as engine/expressions/time-unit.ts numbers them.
const MILLENNIUM = 0;
const CENTURY = 1;
const DECADE = 2;
const YEAR = 3;
const QUARTER = 4;
const MONTH = 5;
const WEEK = 6;
const DOY = 8;
const DOW = 9;
const ISODOW = 10;
const ISOYEAR = 11;
const HOUR = 12;
const MINUTE = 13;
const SECOND = 14;
const MILLISECOND = 15;

/** A part of a day. Centuries and millennia count from their year 1. */
function datePart(unit: u32, days: i32): i32 {
  switch (unit) {
    case DOW:
      return (isoDayOfWeek(days) % 7) + 1;
    case ISODOW:
      return isoDayOfWeek(days);
    case ISOYEAR:
      return isoYear(days);
    case WEEK:
      return isoWeek(days);
  }
  splitDays(days);
  switch (unit) {
    case MILLENNIUM:
      return year > 0 ? (year + 999) / 1000 : (year - 999) / 1000;
    case CENTURY:
      return year > 0 ? (year + 99) / 100 : (year - 99) / 100;
    case DECADE:
      return floorDivide(year, 10);
    case YEAR:
      return year;
    case QUARTER:
      return (month + 2) / 3;
    case MONTH:
      return month;
    case DOY:
      return days - joinDays(year, 1, 1) + 1;
    default:
      return dayOfMonth;
  }
}

/** EXTRACT of a unit from the day up, as BIGINT. */
export function extractDatePart(rows: u32, ms: usize, stride: u32, unit: u32, out: usize): void {
  let dayStart: i64 = 0;
  let part = <i64>datePart(unit, 0);
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(ms);
    if (<u64>(value - dayStart) >= <u64>DAY) {
      const days = daysOf(value);
      dayStart = <i64>days * DAY;
      part = <i64>datePart(unit, days);
    }
    store<i64>(out, part);
    ms += stride;
    out += 8;
  }
}

/** The divisors are constants here: the compiler multiplies instead. */
// @ts-ignore: decorator
@inline
function timePart(unit: u32, msOfDay: u32): u32 {
  if (unit == HOUR) return msOfDay / 3600000;
  if (unit == MINUTE) return (msOfDay / 60000) % 60;
  if (unit == SECOND) return (msOfDay / 1000) % 60;
  return msOfDay % 1000;
}

// @ts-ignore: decorator
@inline
function extractTimeParts(unit: u32, rows: u32, ms: usize, stride: u32, out: usize): void {
  let dayStart: i64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(ms);
    let offset = value - dayStart;
    if (<u64>offset >= <u64>DAY) {
      dayStart = <i64>daysOf(value) * DAY;
      offset = value - dayStart;
    }
    store<i64>(out, <i64>timePart(unit, <u32>offset));
    ms += stride;
    out += 8;
  }
}

/** EXTRACT of HOUR, MINUTE, SECOND or MILLISECOND, as BIGINT. */
export function extractTimePart(rows: u32, ms: usize, stride: u32, unit: u32, out: usize): void {
  if (unit == HOUR) extractTimeParts(HOUR, rows, ms, stride, out);
  else if (unit == MINUTE) extractTimeParts(MINUTE, rows, ms, stride, out);
  else if (unit == SECOND) extractTimeParts(SECOND, rows, ms, stride, out);
  else extractTimeParts(MILLISECOND, rows, ms, stride, out);
}

/** First day of the decade, century, ..., week that a day lies in; weeks begin on Sunday. */
function floorDays(unit: u32, days: i32): i32 {
  if (unit == WEEK) return days - (isoDayOfWeek(days) % 7);
  splitDays(days);
  switch (unit) {
    case MILLENNIUM:
      return joinDays(floorDivide(year - 1, 1000) * 1000 + 1, 1, 1);
    case CENTURY:
      return joinDays(floorDivide(year - 1, 100) * 100 + 1, 1, 1);
    case DECADE:
      return joinDays(floorDivide(year, 10) * 10, 1, 1);
    case YEAR:
      return joinDays(year, 1, 1);
    case QUARTER:
      return joinDays(year, ((month - 1) / 3) * 3 + 1, 1);
    default:
      return days - dayOfMonth + 1;
  }
}

/**
 * CEIL of a day as Flink has it: the time of day does not count, a quarter goes on from any day but 1 January, and decades, centuries and
 * millennia always go on.
 */
function ceilDays(unit: u32, days: i32): i32 {
  if (unit == WEEK) return days + ((7 - (isoDayOfWeek(days) % 7)) % 7);
  splitDays(days);
  switch (unit) {
    case MILLENNIUM:
      return joinDays((floorDivide(year - 1, 1000) + 1) * 1000 + 1, 1, 1);
    case CENTURY:
      return joinDays((floorDivide(year - 1, 100) + 1) * 100 + 1, 1, 1);
    case DECADE:
      return joinDays((floorDivide(year, 10) + 1) * 10, 1, 1);
    case YEAR:
      return joinDays(year + <i32>(month > 1 || dayOfMonth > 1), 1, 1);
    case QUARTER: {
      const quarter = year * 4 + (month - 1) / 3 + <i32>(month > 1 || dayOfMonth > 1);
      const y = floorDivide(quarter, 4);
      return joinDays(y, (quarter - y * 4) * 3 + 1, 1);
    }
    default: {
      const months = year * 12 + month - 1 + <i32>(dayOfMonth > 1);
      const y = floorDivide(months, 12);
      return joinDays(y, months - y * 12 + 1, 1);
    }
  }
}

/** FLOOR or CEIL to a unit from the week up; 64-bit cells out. */
export function roundToDateUnit(
  rows: u32,
  ms: usize,
  stride: u32,
  unit: u32,
  isCeil: u32,
  out: usize,
): void {
  let dayStart = i64.MIN_VALUE;
  let result: i64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(ms);
    if (<u64>(value - dayStart) >= <u64>DAY || dayStart == i64.MIN_VALUE) {
      const days = daysOf(value);
      dayStart = <i64>days * DAY;
      result = <i64>(isCeil ? ceilDays(unit, days) : floorDays(unit, days)) * DAY;
    }
    store<i64>(out, result);
    ms += stride;
    out += 8;
  }
}

/** FLOOR or CEIL to a multiple of `unit` milliseconds (up to a day). */
export function roundToTimeUnit(
  rows: u32,
  ms: usize,
  stride: u32,
  unit: u32,
  isCeil: u32,
  out: usize,
): void {
  const size = <i64>unit;
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(ms);
    const quotient = value / size;
    const left = value - quotient * size;
    let start = value - left - (left < 0 ? size : 0);
    if (isCeil && left != 0) start += size;
    store<i64>(out, start);
    ms += stride;
    out += 8;
  }
}

/** 1 where a 16-byte TIMESTAMP has nanoseconds, in 64-bit cells: what CEIL adds before it rounds up. */
export function addStartedMillisecond(rows: u32, timestamps: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<i64>(out, load<i64>(timestamps) + <i64>(load<i32>(timestamps, 8) != 0));
    timestamps += stride;
    out += 8;
  }
}

/** Moves by months, clamping to the end of the month; 64-bit cells out. */
export function addMonths(
  rows: u32,
  ms: usize,
  stride: u32,
  months: usize,
  strideMonths: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(ms);
    const days = daysOf(value);
    const offset = value - <i64>days * DAY;
    store<i64>(out, <i64>addMonthsToDays(days, load<i32>(months)) * DAY + offset);
    ms += stride;
    months += strideMonths;
    out += 8;
  }
}

/** The same for DATE, in days. */
export function addMonthsToDate(
  rows: u32,
  days: usize,
  stride: u32,
  months: usize,
  strideMonths: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<i32>(out, addMonthsToDays(load<i32>(days), load<i32>(months)));
    days += stride;
    months += strideMonths;
    out += 4;
  }
}

/** Whole months from `from` to `to` as INT; a month is whole when its clamped day and time have been reached. */
export function monthsBetween(
  rows: u32,
  from: usize,
  strideFrom: u32,
  to: usize,
  strideTo: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const start = load<i64>(from);
    const end = load<i64>(to);
    const firstDay = daysOf(start);
    const lastDay = daysOf(end);
    const months = monthsBetweenDays(firstDay, lastDay);
    const isShort =
      addMonthsToDays(firstDay, months) == lastDay && end - <i64>lastDay * DAY < start - <i64>firstDay * DAY;
    store<i32>(out, months - <i32>isShort);
    from += strideFrom;
    to += strideTo;
    out += 4;
  }
}

/** DATE or TIME (32 bits) times a factor, as 64 bits: days to milliseconds. */
export function scaleI32ToI64(rows: u32, a: usize, stride: u32, factor: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<i64>(out, <i64>load<i32>(a) * <i64>factor);
    a += stride;
    out += 8;
  }
}

/** The day of a time, as DATE. */
export function dateOfTimestamp(rows: u32, ms: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<i32>(out, daysOf(load<i64>(ms)));
    ms += stride;
    out += 4;
  }
}

/** The milliseconds of the day, as TIME. */
export function timeOfTimestamp(rows: u32, ms: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(ms);
    store<i32>(out, <i32>(value - <i64>daysOf(value) * DAY));
    ms += stride;
    out += 4;
  }
}

/** (milliseconds, nanoseconds within) from milliseconds and, `nanos` not being 0, the nanoseconds of 16-byte cells. */
export function joinTimestamp(
  rows: u32,
  ms: usize,
  strideMs: u32,
  timestamps: usize,
  stride: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<i64>(out, load<i64>(ms));
    store<i64>(out, timestamps == 0 ? 0 : <i64>load<i32>(timestamps, 8), 8);
    ms += strideMs;
    timestamps += timestamps == 0 ? 0 : stride;
    out += 16;
  }
}

/**
 * Cuts the fraction of 16-byte cells to `digits` (4 to 8). As in Flink, one that has no more digits as a number is left alone, zeros in front of it
 * not counted: .000999999 stays for 6.
 */
export function truncateNanos(rows: u32, timestamps: usize, stride: u32, digits: u32, out: usize): void {
  let unit: u32 = 1;
  for (let i: u32 = digits; i < 9; i++) unit *= 10;
  const limit: u32 = 1000000000 / unit;
  for (let row: u32 = 0; row < rows; row++) {
    const ms = load<i64>(timestamps);
    const left = <i32>(ms % 1000);
    const nanos = load<u32>(timestamps, 8);
    const fraction = <u32>(left < 0 ? left + 1000 : left) * 1000000 + nanos;
    store<i64>(out, ms);
    store<i64>(out, <i64>(fraction < limit ? nanos : nanos - (nanos % unit)), 8);
    timestamps += stride;
    out += 16;
  }
}

/** Nanoseconds of the second, divided by `unit`, as BIGINT: EXTRACT of MICROSECOND and NANOSECOND. `isWide`: cells have nanoseconds. */
export function extractNanos(rows: u32, timestamps: usize, stride: u32, isWide: u32, unit: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const ms = load<i64>(timestamps);
    const left = ms % 1000;
    const nanos = (left < 0 ? left + 1000 : left) * 1000000 + (isWide ? <i64>load<i32>(timestamps, 8) : 0);
    store<i64>(out, nanos / <i64>unit);
    timestamps += stride;
    out += 8;
  }
}

/**
 * The wall clock (`direction` 1) or instant (-1) of a time in a zone: adds the offset of the span that it lies in.
 *
 *   spans:   | i64 first ms | i64 offset ms |  ascending, the first of them before every row
 */
export function shiftBySpans(
  rows: u32,
  ms: usize,
  stride: u32,
  spans: usize,
  count: u32,
  direction: i32,
  out: usize,
): void {
  let first = i64.MAX_VALUE;
  let end = i64.MIN_VALUE;
  let offset: i64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(ms);
    if (value < first || value >= end) {
      let low: u32 = 0;
      let length = count;
      while (length > 1) {
        const half = length >> 1;
        low = load<i64>(spans + ((<usize>(low + half)) << 4)) <= value ? low + half : low;
        length -= half;
      }
      const span = spans + ((<usize>low) << 4);
      first = low == 0 ? i64.MIN_VALUE : load<i64>(span);
      end = low + 1 < count ? load<i64>(span, 16) : i64.MAX_VALUE;
      offset = load<i64>(span, 8) * <i64>direction;
    }
    store<i64>(out, value + offset);
    ms += stride;
    out += 8;
  }
}

/** Smallest and greatest value of the set rows into `out` (two i64); 0 if there are none. */
export function rangeOfI64(rows: u32, a: usize, stride: u32, validity: usize, out: usize): u32 {
  let low = i64.MAX_VALUE;
  let top = i64.MIN_VALUE;
  let any: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    if (validity == 0 || load<u8>(validity + row) != 0) {
      const value = load<i64>(a);
      low = min(low, value);
      top = max(top, value);
      any = 1;
    }
    a += stride;
  }
  store<i64>(out, low);
  store<i64>(out, top, 8);
  return any;
}

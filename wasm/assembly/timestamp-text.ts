/**
 * Times as text and back: DATE_FORMAT, CAST and TO_TIMESTAMP for the forms that are common. What is written otherwise is told to
 * the caller, who knows all forms.
 */
import { DAY, dayOfMonth, daysInMonth, daysOf, joinDays, month, splitDays, year } from './civil';

// Steps of a pattern, as engine/expressions/java-time/kernel-pattern.ts numbers them: kind | width << 8 | literal byte << 16.
const LITERAL = 0;
const FIELD_YEAR = 1;
const FIELD_MONTH = 2;
const FIELD_DAY = 3;
const FIELD_HOUR = 4;
const FIELD_MINUTE = 5;
const FIELD_SECOND = 6;
const FIELD_FRACTION = 7;
const FIELD_DOY = 8;
const FIELD_QUARTER = 9;
const FIELD_CLOCK_HOUR = 10; // 1 to 24
const FIELD_HOUR_12 = 11; // 0 to 11
const FIELD_CLOCK_HOUR_12 = 12; // 1 to 12

const END: i64 = 253402300800000; // 10000-01-01, in milliseconds

/** Writes `value` with at least `width` digits; returns the end. */
// @ts-ignore: decorator
@inline
function writeNumber(target: usize, value: u32, width: u32): usize {
  if (width == 2 && value < 100) {
    store<u16>(target, <u16>(0x3030 | (value / 10) | ((value % 10) << 8)));
    return target + 2;
  }
  let digits: u32 = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4;
  if (digits < width) digits = width;
  for (let at = target + digits; at > target; ) {
    store<u8>(--at, <u8>(0x30 + (value % 10)));
    value /= 10;
  }
  return target + digits;
}

/** The first `width` digits of the nanoseconds of a second. */
function writeFraction(target: usize, nanos: u32, width: u32): usize {
  let unit: u32 = 100000000;
  for (let i: u32 = 0; i < width; i++) {
    store<u8>(target++, <u8>(0x30 + ((nanos / unit) % 10)));
    unit /= 10;
  }
  return target;
}

/** Writes one time by a pattern; returns the end. */
function writeTimestamp(target: usize, days: i32, msOfDay: u32, nanosOfMs: u32, pattern: usize, steps: u32): usize {
  const hour = msOfDay / 3600000;
  for (let i: u32 = 0; i < steps; i++) {
    const step = load<u32>(pattern + ((<usize>i) << 2));
    const width = (step >> 8) & 0xff;
    switch (step & 0xff) {
      case LITERAL:
        store<u8>(target++, <u8>(step >> 16));
        break;
      case FIELD_YEAR:
        target = writeNumber(target, width == 2 ? <u32>year % 100 : <u32>year, width);
        break;
      case FIELD_MONTH:
        target = writeNumber(target, <u32>month, width);
        break;
      case FIELD_DAY:
        target = writeNumber(target, <u32>dayOfMonth, width);
        break;
      case FIELD_HOUR:
        target = writeNumber(target, hour, width);
        break;
      case FIELD_MINUTE:
        target = writeNumber(target, (msOfDay / 60000) % 60, width);
        break;
      case FIELD_SECOND:
        target = writeNumber(target, (msOfDay / 1000) % 60, width);
        break;
      case FIELD_FRACTION:
        target = writeFraction(target, (msOfDay % 1000) * 1000000 + nanosOfMs, width);
        break;
      case FIELD_DOY:
        target = writeNumber(target, <u32>(days - joinDays(year, 1, 1) + 1), width);
        break;
      case FIELD_QUARTER:
        target = writeNumber(target, <u32>(month + 2) / 3, width);
        break;
      case FIELD_CLOCK_HOUR:
        target = writeNumber(target, hour == 0 ? 24 : hour, width);
        break;
      case FIELD_HOUR_12:
        target = writeNumber(target, hour % 12, width);
        break;
      default:
        target = writeNumber(target, hour % 12 == 0 ? 12 : hour % 12, width);
    }
  }
  return target;
}

/**
 * Times as text by a compiled pattern, as views of bytes at `heap`. Rows in the same span of `granule` milliseconds (the finest
 * field of the pattern; 0: none) one after the other share their bytes.
 *
 * @param width 8, or 16 for cells with nanoseconds
 * @param firstDay the first day that the pattern writes as this kernel does, not before year 0
 * @returns the end of the bytes, or 0 when a set row's day is before `firstDay` or after year 9999
 */
export function formatTimestamp(
  rows: u32,
  ms: usize,
  stride: u32,
  width: u32,
  validity: usize,
  pattern: usize,
  steps: u32,
  granule: u32,
  firstDay: i32,
  heap: usize,
  out: usize,
): usize {
  let spanStart: i64 = i64.MIN_VALUE;
  let view: u64 = 0;
  let dayStart: i64 = i64.MIN_VALUE;
  let days: i32 = 0;
  for (let row: u32 = 0; row < rows; row++, ms += stride, out += 8) {
    if (validity != 0 && load<u8>(validity + row) == 0) {
      store<u64>(out, 0);
      continue;
    }
    const value = load<i64>(ms);
    if (<u64>(value - spanStart) >= <u64>granule || spanStart == i64.MIN_VALUE) {
      let offset = value - dayStart;
      if (<u64>offset >= <u64>DAY || dayStart == i64.MIN_VALUE) {
        if (value < <i64>firstDay * DAY || value >= END) return 0;
        days = daysOf(value);
        dayStart = <i64>days * DAY;
        offset = value - dayStart;
        splitDays(days);
      }
      const nanos = width == 16 ? load<u32>(ms, 8) : 0;
      const end = writeTimestamp(heap, days, <u32>offset, nanos, pattern, steps);
      view = (<u64>(end - heap) << 32) | <u64>heap;
      heap = end;
      if (granule != 0) spanStart = value - <i64>(<u32>offset % granule);
    }
    store<u64>(out, view);
  }
  return heap;
}

/** Two digits as a number, or a number above 99. */
// @ts-ignore: decorator
@inline
function twoDigits(at: usize): u32 {
  const tens = <u32>load<u8>(at) - 0x30;
  const ones = <u32>load<u8>(at, 1) - 0x30;
  return tens > 9 || ones > 9 ? 1000 : tens * 10 + ones;
}

/**
 * Reads `yyyy-MM-dd`, optionally followed by ` HH:mm:ss` and a fraction of up to nine digits, and by nothing else, into 8-byte or
 * 16-byte cells. Rows written otherwise, out of range or in the year 0 get 0 in `isRead`, for somebody who knows all forms.
 *
 * @returns how many rows were not read
 */
export function parseTimestamp(
  rows: u32,
  views: usize,
  stride: u32,
  width: u32,
  out: usize,
  isRead: usize,
): u32 {
  let others: u32 = 0;
  for (let row: u32 = 0; row < rows; row++, views += stride, out += width) {
    const at = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    let isFine = length == 10 || (length >= 19 && length <= 29);
    let ms: i64 = 0;
    let nanos: u32 = 0;
    if (isFine) {
      const y = twoDigits(at) * 100 + twoDigits(at + 2);
      const m = twoDigits(at + 5);
      const d = twoDigits(at + 8);
      isFine =
        y - 1 < 9999 && m - 1 < 12 && d - 1 < <u32>daysInMonth(<i32>y, <i32>m) &&
        load<u8>(at, 4) == 0x2d && load<u8>(at, 7) == 0x2d;
      ms = <i64>joinDays(<i32>y, <i32>m, <i32>d) * DAY;
      if (length > 10 && isFine) {
        const hour = twoDigits(at + 11);
        const minute = twoDigits(at + 14);
        const second = twoDigits(at + 17);
        isFine =
          hour < 24 && minute < 60 && second < 60 &&
          load<u8>(at, 10) == 0x20 && load<u8>(at, 13) == 0x3a && load<u8>(at, 16) == 0x3a;
        ms += <i64>(hour * 3600000 + minute * 60000 + second * 1000);
        if (length > 19) {
          isFine = isFine && length > 20 && load<u8>(at, 19) == 0x2e;
          let unit: u32 = 100000000;
          for (let i: u32 = 20; i < length; i++) {
            const digit = <u32>load<u8>(at + i) - 0x30;
            isFine = isFine && digit < 10;
            nanos += digit * unit;
            unit /= 10;
          }
          ms += <i64>(nanos / 1000000);
          nanos %= 1000000;
        }
      }
    }
    store<i64>(out, ms);
    if (width == 16) store<i64>(out, <i64>nanos, 8);
    store<u8>(isRead + row, <u8>isFine);
    others += <u32>!isFine;
  }
  return others;
}

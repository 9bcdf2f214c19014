/**
 * Casts between numbers, and between whole numbers or decimals and text (S-59).
 *
 * Integers drop high bits; floats cut their fraction and stop at the bounds of INT or BIGINT. Texts that are no number give 0 in
 * `isRead`; the caller makes an error or NULL of it.
 */
import { copyText } from './bytes';
import { POWERS, divideByWord, high, isBelowPower, multiplyPairs, power, rest } from './wide';

// @ts-ignore: decorator
@inline
function convert<From, To>(rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    // From floats this is the saturating instruction, as Java's conversion is.
    store<To>(out, <To>load<From>(a));
    a += stride;
    out += sizeof<To>();
  }
}

export function castI8ToI32(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<i8, i32>(rows, a, stride, out);
}
export function castI16ToI32(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<i16, i32>(rows, a, stride, out);
}
export function castI32ToI8(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<i32, i8>(rows, a, stride, out);
}
export function castI32ToI16(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<i32, i16>(rows, a, stride, out);
}
export function castI32ToI64(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<i32, i64>(rows, a, stride, out);
}
export function castI64ToI32(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<i64, i32>(rows, a, stride, out);
}
export function castI32ToF64(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<i32, f64>(rows, a, stride, out);
}
export function castI64ToF64(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<i64, f64>(rows, a, stride, out);
}
export function castI64ToF32(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<i64, f32>(rows, a, stride, out);
}
export function castF32ToF64(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<f32, f64>(rows, a, stride, out);
}
export function castF64ToF32(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<f64, f32>(rows, a, stride, out);
}
export function castF64ToI32(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<f64, i32>(rows, a, stride, out);
}
export function castF64ToI64(rows: u32, a: usize, stride: u32, out: usize): void {
  convert<f64, i64>(rows, a, stride, out);
}

// A number is written from its end into here, then copied.
const digits = memory.data(64, 16);

/** Writes `value` so that it ends at `end`, with at least `width` digits; returns where it begins. */
function writeDigits(end: usize, value: u64, width: u32): usize {
  const stop = end - width;
  while (value >= 100) {
    const next = value / 100;
    const pair = <u32>(value - next * 100);
    value = next;
    end -= 2;
    store<u16>(end, <u16>(0x3030 | (pair / 10) | ((pair % 10) << 8)));
  }
  if (value >= 10) {
    end -= 2;
    const pair = <u32>value;
    store<u16>(end, <u16>(0x3030 | (pair / 10) | ((pair % 10) << 8)));
  } else store<u8>(--end, <u8>(0x30 + <u32>value));
  while (end > stop) store<u8>(--end, 0x30);
  return end;
}

/** Whole numbers as text. A row takes at most 20 bytes of the heap. */
export function formatI64(rows: u32, a: usize, stride: u32, heap: usize, out: usize): usize {
  const end = digits + 40;
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(a);
    let start = writeDigits(end, <u64>(value < 0 ? -value : value), 1);
    if (value < 0) store<u8>(--start, 0x2d);
    const length = <u32>(end - start);
    v128.store(heap, v128.load(start));
    v128.store(heap, v128.load(start, 16), 16);
    store<u64>(out, <u64>heap | (<u64>length << 32));
    heap += length;
    a += stride;
    out += 8;
  }
  return heap;
}

/**
 * Decimals as plain text with `scale` digits. `width` is 8 or 16, the bytes of a cell. A row takes at most 41 bytes of the heap.
 */
export function formatDecimal(
  rows: u32,
  a: usize,
  stride: u32,
  width: u32,
  scale: u32,
  heap: usize,
  out: usize,
): usize {
  const end = digits + 48;
  for (let row: u32 = 0; row < rows; row++) {
    let low = load<u64>(a);
    const sign = width == 16 ? load<i64>(a, 8) : <i64>low;
    let top: u64 = width == 16 ? <u64>sign : <u64>(sign >> 63);
    if (sign < 0) {
      low = 0 - low;
      top = ~top + <u64>(low == 0);
    }
    // Nineteen digits at a time, and at least one in front of the point.
    let start = end;
    let wanted = scale + 1;
    while (top != 0) {
      low = divideByWord(low, top, power(19));
      top = high;
      start = writeDigits(start, rest, 19);
      wanted = wanted > 19 ? wanted - 19 : 1;
    }
    if (start == end || low != 0 || scale >= <u32>(end - start)) start = writeDigits(start, low, wanted);
    if (sign < 0) store<u8>(--start, 0x2d);
    const length = <u32>(end - start);
    copyText(heap, start, length - scale);
    let written = length;
    if (scale > 0) {
      store<u8>(heap + length - scale, 0x2e);
      copyText(heap + length - scale + 1, end - scale, scale);
      written++;
    }
    store<u64>(out, <u64>heap | (<u64>written << 32));
    heap += written;
    a += stride;
    out += 8;
  }
  return heap;
}

/**
 * Texts as whole numbers between `-limit - 1` and `limit` (at an address): an optional sign, digits, and a fraction of digits that is cut off; spaces
 * around, but no other blanks. Returns how many rows are no such number.
 */
export function parseI64(rows: u32, views: usize, stride: u32, limit: usize, out: usize, isRead: usize): u32 {
  const most = load<u64>(limit);
  let bad: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let at = <usize>load<u32>(views);
    let end = at + <usize>load<u32>(views, 4);
    while (at < end && load<u8>(at) == 0x20) at++;
    while (end > at && load<u8>(end - 1) == 0x20) end--;
    const isNegative = at < end && load<u8>(at) == 0x2d;
    if (at < end && (isNegative || load<u8>(at) == 0x2b)) at++;
    let isFine = at < end;
    let value: u64 = 0;
    for (; at < end; at++) {
      const digit = <u64>load<u8>(at) - 0x30;
      if (digit > 9) break;
      // The digit that would wrap 64 bits makes it too great in any case.
      isFine = isFine && value <= 922337203685477580;
      value = value * 10 + digit;
    }
    if (at < end) {
      isFine = isFine && load<u8>(at) == 0x2e;
      for (at++; at < end; at++) isFine = isFine && <u32>load<u8>(at) - 0x30 < 10;
    }
    isFine = isFine && value <= most + <u64>isNegative;
    store<u64>(out, isNegative ? 0 - value : value);
    store<u8>(isRead + row, <u8>isFine);
    bad += <u32>!isFine;
    views += stride;
    out += 8;
  }
  return bad;
}

// @ts-ignore: decorator
@inline
function isBlank(byte: u32): bool {
  return byte == 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/**
 * Texts as i128 with `scale` digits, rounded half up: blanks around, a sign, digits with a point, an exponent. Returns how many rows
 * are no number, or one of more than `precision` digits.
 */
export function parseDecimal(
  rows: u32,
  views: usize,
  stride: u32,
  precision: u32,
  scale: u32,
  out: usize,
  isRead: usize,
): u32 {
  let bad: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const isFine = parseOneDecimal(text, text + load<u32>(views, 4), precision, <i32>scale, out);
    store<u8>(isRead + row, <u8>isFine);
    bad += <u32>!isFine;
    views += stride;
    out += 16;
  }
  return bad;
}

function parseOneDecimal(at: usize, end: usize, precision: u32, scale: i32, out: usize): bool {
  while (at < end && isBlank(load<u8>(at))) at++;
  while (end > at && isBlank(load<u8>(end - 1))) end--;
  store<u64>(out, 0);
  store<u64>(out, 0, 8);
  const isNegative = at < end && load<u8>(at) == 0x2d;
  if (at < end && (isNegative || load<u8>(at) == 0x2b)) at++;
  const start = at;
  // The exponent decides which digits count, so it is read first.
  let digitsEnd = start;
  let pointAt: usize = 0;
  let count = 0;
  for (; digitsEnd < end; digitsEnd++) {
    const byte = <u32>load<u8>(digitsEnd);
    if (byte == 0x2e && pointAt == 0) pointAt = digitsEnd;
    else if (byte - 0x30 < 10) count++;
    else break;
  }
  if (count == 0) return false;
  let exponent = 0;
  if (digitsEnd < end) {
    at = digitsEnd;
    if ((load<u8>(at) | 0x20) != 0x65) return false;
    at++;
    const isDown = at < end && load<u8>(at) == 0x2d;
    if (at < end && (isDown || load<u8>(at) == 0x2b)) at++;
    if (at == end) return false;
    for (; at < end; at++) {
      const digit = <u32>load<u8>(at) - 0x30;
      if (digit > 9) return false;
      exponent = min(exponent * 10 + <i32>digit, 100000);
    }
    if (isDown) exponent = -exponent;
  }
  // Digits in front of the unit of the result; the one behind them rounds.
  const whole = <i32>((pointAt == 0 ? digitsEnd : pointAt) - start);
  let taken = whole + exponent + scale;
  let low: u64 = 0;
  let top: u64 = 0;
  let up: u64 = 0;
  for (at = start; at < digitsEnd; at++) {
    if (at == pointAt) continue;
    const digit = <u64>load<u8>(at) - 0x30;
    if (taken <= 0) {
      up = <u64>(taken == 0 && digit >= 5);
      break;
    }
    taken--;
    if (top == 0 && low < 1000000000000000000) {
      low = low * 10 + digit;
      continue;
    }
    if (!isBelowPower(low, top, 37)) return false;
    const ten = multiplyPairs(low, top, 10, 0);
    low = ten + digit;
    top = high + <u64>(low < ten);
  }
  if (taken > 0 && taken < 19 && top == 0 && low < power(18 - <u32>taken)) low *= power(<u32>taken);
  else if (taken > 0 && (low | top) != 0) {
    if (taken > 38 || !isBelowPower(low, top, 38 - <u32>taken)) return false;
    const factor = POWERS + ((<usize>taken) << 4);
    low = multiplyPairs(low, top, load<u64>(factor), load<u64>(factor, 8));
    top = high;
  }
  low += up;
  top += up & <u64>(low == 0);
  if (!isBelowPower(low, top, precision)) return false;
  if (isNegative) {
    low = 0 - low;
    top = ~top + <u64>(low == 0);
  }
  store<u64>(out, low);
  store<u64>(out, top, 8);
  return true;
}

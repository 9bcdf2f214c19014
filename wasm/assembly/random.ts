/**
 * Values that follow from a row's number: random ones, and sequences. Twin of engine/connectors/datagen/column-generator.ts.
 *
 * The dice of a cell are SplitMix64, started from the number of its row and the key of its column: throw k is
 * mix(mix(number * GOLDEN + key) + k * GOLDEN). So a cell is the same in whatever order, batch or subtask it is made. Throw 0 says whether the
 * cell is NULL, 1 makes its value or length, those from 2 on its bytes.
 *
 * `numbers` holds an f64 a row: whole numbers below 2^53, in any order.
 */
import { high, multiplyWords, power } from './wide';

/** What a column's cells are drawn from: `span` values from `min` on; span 0 stands for 2^64. Written by the twin. */
@unmanaged class Draw {
  key: u64;
  min: u64;
  minHigh: u64;
  span: u64;
  spanHigh: u64;
}

const GOLDEN: u64 = 0x9e3779b97f4a7c15;
/** 2^-53 */
const TO_UNIT: f64 = 1.1102230246251565e-16;

// @ts-ignore: decorator
@inline
function mix(word: u64): u64 {
  word = (word ^ (word >> 30)) * 0xbf58476d1ce4e5b9;
  word = (word ^ (word >> 27)) * 0x94d049bb133111eb;
  return word ^ (word >> 31);
}

// @ts-ignore: decorator
@inline
function numberAt(numbers: usize, row: u32): u64 {
  return <u64>load<f64>(numbers + ((<usize>row) << 3));
}

// @ts-ignore: decorator
@inline
function seedAt(numbers: usize, row: u32, draw: usize): u64 {
  return mix(numberAt(numbers, row) * GOLDEN + changetype<Draw>(draw).key);
}

/** Throw `k` of a cell. */
// @ts-ignore: decorator
@inline
function dice(seed: u64, k: u64): u64 {
  return mix(seed + k * GOLDEN);
}

/** One of `span` numbers from 0 on. */
// @ts-ignore: decorator
@inline
function below(word: u64, span: u64): u64 {
  if (span == 0) return word;
  multiplyWords(word, span);
  return high;
}

/** From 0 to 1, 1 excluded. */
// @ts-ignore: decorator
@inline
function unit(word: u64): f64 {
  return <f64>(word >> 11) * TO_UNIT;
}

/** A byte a row: whether the cell is set, which `rate` of them are not, nor those of rows that are not set in `within` (0: all are). */
export function randomValidity(rows: u32, numbers: usize, draw: usize, rate: f64, within: usize, target: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const isSet = u8(unit(dice(seedAt(numbers, row, draw), 0)) > rate);
    store<u8>(target + row, within == 0 ? isSet : isSet & load<u8>(within + row));
  }
}

function random<T>(rows: u32, numbers: usize, draw: usize, target: usize, stride: u32): void {
  const min = changetype<Draw>(draw).min;
  const span = changetype<Draw>(draw).span;
  for (let row: u32 = 0; row < rows; row++, target += stride) {
    store<T>(target, <T>(min + below(dice(seedAt(numbers, row, draw), 1), span)));
  }
}

export function random8(rows: u32, numbers: usize, draw: usize, target: usize, stride: u32): void {
  random<u8>(rows, numbers, draw, target, stride);
}

export function random16(rows: u32, numbers: usize, draw: usize, target: usize, stride: u32): void {
  random<u16>(rows, numbers, draw, target, stride);
}

export function random32(rows: u32, numbers: usize, draw: usize, target: usize, stride: u32): void {
  random<u32>(rows, numbers, draw, target, stride);
}

export function random64(rows: u32, numbers: usize, draw: usize, target: usize, stride: u32): void {
  random<u64>(rows, numbers, draw, target, stride);
}

/** `span` goes up to 2^128 - 1, of which 2^64 values are drawn, evenly spread. */
export function random128(rows: u32, numbers: usize, draw: usize, target: usize, stride: u32): void {
  const cell = changetype<Draw>(draw);
  for (let row: u32 = 0; row < rows; row++, target += stride) {
    const word = dice(seedAt(numbers, row, draw), 1);
    multiplyWords(word, cell.span);
    const carried = high;
    const part = multiplyWords(word, cell.spanHigh);
    const offset = part + carried;
    const offsetHigh = high + u64(offset < part);
    const low = cell.min + offset;
    store<u64>(target, low);
    store<u64>(target, cell.minHigh + offsetHigh + u64(low < offset), 8);
  }
}

/** From `min` to `max`, which are doubles that the difference of may be none. */
export function randomF64(rows: u32, numbers: usize, draw: usize, min: f64, max: f64, target: usize): void {
  for (let row: u32 = 0; row < rows; row++, target += 8) {
    const u = unit(dice(seedAt(numbers, row, draw), 1));
    store<f64>(target, u * max + (1 - u) * min);
  }
}

export function randomF32(rows: u32, numbers: usize, draw: usize, min: f64, max: f64, target: usize): void {
  for (let row: u32 = 0; row < rows; row++, target += 4) {
    const u = unit(dice(seedAt(numbers, row, draw), 1));
    store<f32>(target, <f32>(u * max + (1 - u) * min));
  }
}

/**
 * Views of random bytes, or of hexadecimal digits, written to `bytes`, which has room for `length` a row and 15 more. With `isVariable` there are
 * at least one and fewer than `length`. Gives how many bytes were written.
 */
export function randomBytes(
  rows: u32,
  numbers: usize,
  draw: usize,
  length: u32,
  isVariable: bool,
  isHexadecimal: bool,
  views: usize,
  bytes: usize,
): u32 {
  const begin = bytes;
  const lengths: u64 = length > 1 ? length - 1 : 1;
  for (let row: u32 = 0; row < rows; row++, views += 8) {
    const seed = seedAt(numbers, row, draw);
    const count: u32 = isVariable ? 1 + <u32>below(dice(seed, 1), lengths) : length;
    store<u32>(views, <u32>bytes);
    store<u32>(views, count, 4);
    if (isHexadecimal) writeDigits(seed, count, bytes);
    else for (let at: u32 = 0; at < count; at += 8) store<u64>(bytes + at, dice(seed, 2 + (at >> 3)));
    bytes += count;
  }
  return <u32>(bytes - begin);
}

/** Eight digits from 32 bits at a time; up to 15 bytes past the last one are overwritten. */
// @ts-ignore: decorator
@inline
function writeDigits(seed: u64, count: u32, target: usize): void {
  for (let at: u32 = 0; at < count; at += 16) {
    const word = dice(seed, 2 + (at >> 4));
    store<u64>(target + at, digits(word & 0xffffffff));
    store<u64>(target + at, digits(word >> 32), 8);
  }
}

/** The lowest 8 half bytes, each as an ASCII digit. */
// @ts-ignore: decorator
@inline
function digits(word: u64): u64 {
  word = (word | (word << 16)) & 0x0000ffff0000ffff;
  word = (word | (word << 8)) & 0x00ff00ff00ff00ff;
  word = (word | (word << 4)) & 0x0f0f0f0f0f0f0f0f;
  const isLetter = ((word + 0x0606060606060606) >> 4) & 0x0101010101010101; // 10 to 15
  return word + 0x3030303030303030 + isLetter * 39; // 'a' is 39 behind '0' + 10
}

function sequence<T>(rows: u32, numbers: usize, draw: usize, target: usize): void {
  const start = changetype<Draw>(draw).min;
  for (let row: u32 = 0; row < rows; row++, target += sizeof<T>()) {
    const value = <i64>(start + numberAt(numbers, row));
    store<T>(target, <T>value);
  }
}

export function sequenceI8(rows: u32, numbers: usize, draw: usize, target: usize): void {
  sequence<i8>(rows, numbers, draw, target);
}

export function sequenceI16(rows: u32, numbers: usize, draw: usize, target: usize): void {
  sequence<i16>(rows, numbers, draw, target);
}

export function sequenceI32(rows: u32, numbers: usize, draw: usize, target: usize): void {
  sequence<i32>(rows, numbers, draw, target);
}

export function sequenceI64(rows: u32, numbers: usize, draw: usize, target: usize): void {
  sequence<i64>(rows, numbers, draw, target);
}

export function sequenceF32(rows: u32, numbers: usize, draw: usize, target: usize): void {
  sequence<f32>(rows, numbers, draw, target);
}

export function sequenceF64(rows: u32, numbers: usize, draw: usize, target: usize): void {
  sequence<f64>(rows, numbers, draw, target);
}

/** The number times `span`, which is 10^scale: 8 bytes a cell, or 16. */
export function sequenceDecimal(rows: u32, numbers: usize, draw: usize, width: u32, target: usize): void {
  const cell = changetype<Draw>(draw);
  for (let row: u32 = 0; row < rows; row++, target += width) {
    const value = <i64>(cell.min + numberAt(numbers, row));
    const low = multiplyWords(<u64>value, cell.span);
    store<u64>(target, low);
    if (width == 8) continue;
    const over = value < 0 ? cell.span : 0; // the unsigned product has 2^64 times the factor too much
    store<u64>(target, high + <u64>value * cell.spanHigh - over, 8);
  }
}

/** Views of the numbers' decimal digits, written to `bytes`: 20 a row at most. Gives how many bytes were written. */
export function sequenceText(rows: u32, numbers: usize, draw: usize, views: usize, bytes: usize): u32 {
  const begin = bytes;
  const start = changetype<Draw>(draw).min;
  for (let row: u32 = 0; row < rows; row++, views += 8) {
    const value = <i64>(start + numberAt(numbers, row));
    let rest = value < 0 ? 0 - <u64>value : <u64>value;
    let count: u32 = 1;
    while (count < 20 && rest >= power(count)) count++;
    store<u32>(views, <u32>bytes);
    if (value < 0) store<u8>(bytes++, 45); // minus
    for (let at = bytes + count; at > bytes; rest /= 10) store<u8>(--at, 48 + <u8>(rest % 10));
    bytes += count;
    store<u32>(views, <u32>bytes - load<u32>(views), 4);
  }
  return <u32>(bytes - begin);
}

/** Views of the numbers' 8 bytes, highest first. */
export function sequenceBytes(rows: u32, numbers: usize, draw: usize, views: usize, bytes: usize): void {
  const start = changetype<Draw>(draw).min;
  for (let row: u32 = 0; row < rows; row++, views += 8, bytes += 8) {
    store<u64>(bytes, bswap<u64>(start + numberAt(numbers, row)));
    store<u32>(views, <u32>bytes);
    store<u32>(views, 8, 4);
  }
}

/** The numbers of the `length` elements of each row. */
export function elementNumbers(rows: u32, numbers: usize, length: u32, target: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const first = load<f64>(numbers + ((<usize>row) << 3)) * <f64>length;
    for (let i: u32 = 0; i < length; i++, target += 8) store<f64>(target, first + <f64>i);
  }
}

/**
 * DECIMAL to another scale, and to DOUBLE. As in `decimal.ts`, rows whose result does not fit its precision write 0 to `outValidity`.
 *
 * Rounding is one of five modes.
 */
import {
  POWERS,
  divideByWord,
  high,
  isBelowPower,
  magnitudeHigh,
  magnitudeLow,
  multiplyPairs,
  power,
  rest,
  storeSigned,
} from './wide';

const HALF_UP = 0;
const DOWN = 1;
const FLOOR = 2;
const CEILING = 3;
/** Rounds down, and instead of overflowing stops at +-(2^127 - 1), which still compares right. */
const SATURATE = 4;

/** Rounds the magnitude `q` whose cut-off part is described by its first digit and whether anything follows. */
// @ts-ignore: decorator
@inline
function roundsUp(mode: u32, sign: i64, isHalf: bool, isInexact: bool): u64 {
  if (mode == HALF_UP) return <u64>isHalf;
  if (mode == FLOOR) return <u64>(isInexact & (sign < 0));
  if (mode == CEILING) return <u64>(isInexact & (sign >= 0));
  return 0;
}

/** i64 to i64: times 10^digits, or by 10^-digits with rounding when that is negative; at most 18 digits either way. */
export function rescaleI64(
  rows: u32,
  a: usize,
  stride: u32,
  digits: i32,
  mode: u32,
  precision: u32,
  out: usize,
  outValidity: usize,
): void {
  const bound = <i64>power(precision);
  const factor = <i64>power(abs(digits));
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(a);
    let result: i64;
    let fits: bool;
    if (digits >= 0) {
      result = value * factor;
      // |value| < 10^18: the product may wrap, so the bound is asked of the factor.
      fits = digits == 0 ? value < bound && value > -bound : isProductBelow(value, <u32>digits, precision);
    } else {
      const cut = value / factor;
      const left = value - cut * factor;
      const sign = value;
      const magnitude = left < 0 ? -left : left;
      const up = <i64>roundsUp(mode, sign, magnitude << 1 >= factor, left != 0);
      result = cut + (sign < 0 ? -up : up);
      fits = result < bound && result > -bound;
    }
    store<i64>(out, result);
    store<u8>(outValidity + row, <u8>fits);
    a += stride;
    out += 8;
  }
}

// @ts-ignore: decorator
@inline
function isProductBelow(value: i64, digits: u32, precision: u32): bool {
  if (precision < digits) return value == 0;
  const bound = <i64>power(precision - digits);
  return value < bound && value > -bound;
}

/** i128 to i128, like `rescaleI64`, up to 38 digits either way; precision is at most 38. */
export function rescaleI128(
  rows: u32,
  a: usize,
  stride: u32,
  digits: i32,
  mode: u32,
  precision: u32,
  out: usize,
  outValidity: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const aLow = load<u64>(a);
    const sign = load<i64>(a, 8);
    let low = magnitudeLow(aLow, sign);
    let highWord = magnitudeHigh(aLow, sign);
    let fits = true;
    if (digits >= 0) {
      fits =
        <u32>digits <= precision
          ? isBelowPower(low, highWord, precision - <u32>digits)
          : (low | highWord) == 0;
      if (fits || mode != SATURATE) {
        const factor = POWERS + ((<usize>digits) << 4);
        low = multiplyPairs(low, highWord, load<u64>(factor), load<u64>(factor, 8));
        highWord = high;
      } else {
        low = u64.MAX_VALUE;
        highWord = <u64>i64.MAX_VALUE;
        fits = true;
      }
    } else {
      let left = <u32>-digits - 1;
      let isInexact = false;
      while (left > 0) {
        const step = min<u32>(left, 19);
        left -= step;
        low = divideByWord(low, highWord, power(step));
        highWord = high;
        isInexact = isInexact || rest != 0;
      }
      low = divideByWord(low, highWord, 10);
      highWord = high;
      const up = roundsUp(mode, sign, rest >= 5, isInexact || rest != 0);
      low += up;
      highWord += up & <u64>(low == 0);
      fits = isBelowPower(low, highWord, precision);
    }
    storeSigned(out, low, highWord, sign);
    store<u8>(outValidity + row, <u8>fits);
    a += stride;
    out += 16;
  }
}

/**
 * DECIMAL to DOUBLE. Of up to 18 digits: the whole number as a DOUBLE, divided by the power of ten, rounded twice, as Flink does it. Of more: where
 * that rounds right; other rows go to `selection`, whose count is returned.
 */
// @ts-ignore: decorator
@inline
function toF64(
  isWide: bool,
  rows: u32,
  a: usize,
  stride: u32,
  scale: u32,
  out: usize,
  selection: usize,
): u32 {
  const divisor = scale <= 19 ? <f64>power(scale) : <f64>power(19) * <f64>power(min<u32>(scale - 19, 19));
  let end = selection;
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(a);
    const isSmall =
      !isWide ||
      (value > -(1 << 53) && value < 1 << 53 && scale <= 22 && load<i64>(a, 8) == value >> 63);
    store<f64>(out + (<usize>row << 3), <f64>value / divisor);
    store<u32>(end, row);
    end += (<usize>!isSmall) << 2;
    a += stride;
  }
  return <u32>((end - selection) >> 2);
}

export function decimalToF64(rows: u32, a: usize, stride: u32, scale: u32, out: usize, selection: usize): u32 {
  return toF64(false, rows, a, stride, scale, out, selection);
}
export function wideDecimalToF64(
  rows: u32,
  a: usize,
  stride: u32,
  scale: u32,
  out: usize,
  selection: usize,
): u32 {
  return toF64(true, rows, a, stride, scale, out, selection);
}

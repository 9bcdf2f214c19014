/**
 * DECIMAL on scaled integers: i64 up to 18 digits, i128 (low word first) above.
 *
 * Rows whose result does not fit its precision write 0 to `outValidity`, the others 1 (S-56: overflow is NULL); whoever calls
 * combines that with the operands' validity. Scales are aligned by the caller (`decimal-rescale.ts`), so addition and
 * comparison are those of the integers.
 */
import {
  POWERS,
  compareLimbs,
  divideByWord,
  divideLimbs,
  high,
  isBelowPower,
  magnitudeHigh,
  magnitudeLow,
  multiplyLimbs,
  multiplyPairs,
  multiplyWords,
  power,
  rest,
  significantLimbs,
  storeLimbs,
  storeSigned,
} from './wide';

// Limbs of one division: 16 of the dividend, 8 of the divisor (and one to carry into), 16 of the quotient.
const dividend = memory.data(80, 16);
const divisor = memory.data(40, 16);
const quotient = memory.data(80, 16);

export function widenI64(rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<i64>(a);
    store<i64>(out, value);
    store<i64>(out, value >> 63, 8);
    a += stride;
    out += 16;
  }
}

/** The low words: what a number that fits 64 bits is. */
export function narrowI128(rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<u64>(out, load<u64>(a));
    a += stride;
    out += 8;
  }
}

export function addI128(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const x = load<u64>(a);
    const low = x + load<u64>(b);
    store<u64>(out, low);
    store<u64>(out, load<u64>(a, 8) + load<u64>(b, 8) + <u64>(low < x), 8);
    a += strideA;
    b += strideB;
    out += 16;
  }
}

export function subtractI128(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const x = load<u64>(a);
    const y = load<u64>(b);
    store<u64>(out, x - y);
    store<u64>(out, load<u64>(a, 8) - load<u64>(b, 8) - <u64>(x < y), 8);
    a += strideA;
    b += strideB;
    out += 16;
  }
}

export function negateI128(rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    storeSigned(out, load<u64>(a), load<u64>(a, 8), -1);
    a += stride;
    out += 16;
  }
}

export function absoluteI128(rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    storeSigned(out, load<u64>(a), load<u64>(a, 8), load<i64>(a, 8));
    a += stride;
    out += 16;
  }
}

/** i64 * i64 in 128 bits. Where both are below 2^31, which is usual, one multiplication does. */
export function multiplyI64ToI128(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  if (strideB == 0 && load<i64>(b) >= 0 && load<i64>(b) < 0x80000000) {
    multiplyBySmall(rows, a, strideA, load<u64>(b), out);
    return;
  }
  for (let row: u32 = 0; row < rows; row++) {
    const x = load<i64>(a);
    const y = load<i64>(b);
    if (<i64>(<i32>x) == x && <i64>(<i32>y) == y) {
      const product = x * y;
      store<i64>(out, product);
      store<i64>(out, product >> 63, 8);
    } else {
      const low = multiplyWords(<u64>x, <u64>y);
      // The signed product: unsigned, less what the signs counted as 2^64.
      const highWord = high - (<u64>(x >> 63) & <u64>y) - (<u64>(y >> 63) & <u64>x);
      store<u64>(out, low);
      store<u64>(out, highWord, 8);
    }
    a += strideA;
    b += strideB;
    out += 16;
  }
}

/** By a factor from 0 to 2^31 - 1: two multiplications of halves, without a branch. */
// @ts-ignore: decorator
@inline
function multiplyBySmall(rows: u32, a: usize, strideA: u32, factor: u64, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const x = load<i64>(a);
    const bottom = (<u64>x & 0xffffffff) * factor;
    const top = (x >> 32) * <i64>factor + <i64>(bottom >> 32);
    store<u64>(out, (<u64>top << 32) | (bottom & 0xffffffff));
    store<i64>(out, top >> 32, 8);
    a += strideA;
    out += 16;
  }
}

/** The low 128 bits of the product: all of it where the precisions add up to 38 or less. */
export function multiplyI128(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const low = multiplyPairs(load<u64>(a), load<u64>(a, 8), load<u64>(b), load<u64>(b, 8));
    store<u64>(out, low);
    store<u64>(out, high, 8);
    a += strideA;
    b += strideB;
    out += 16;
  }
}

/** i128 * i128 / 10^drop, HALF_UP: a product whose scale had to give way to its precision. */
export function multiplyDecimal(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  drop: u32,
  precision: u32,
  out: usize,
  outValidity: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const aLow = load<u64>(a);
    const aHigh = load<i64>(a, 8);
    const bLow = load<u64>(b);
    const bHigh = load<i64>(b, 8);
    const x0 = magnitudeLow(aLow, aHigh);
    const x1 = magnitudeHigh(aLow, aHigh);
    const y0 = magnitudeLow(bLow, bHigh);
    const y1 = magnitudeHigh(bLow, bHigh);
    multiplyToDividend(x0, x1, y0, y1);
    const fits = divideByPower(8, drop, precision);
    storeSigned(out, load<u64>(quotient), load<u64>(quotient, 8), aHigh ^ bHigh);
    store<u8>(outValidity + row, <u8>fits);
    a += strideA;
    b += strideB;
    out += 16;
  }
}

/**
 * (a * 10^upA + b * 10^upB) / 10^drop, HALF_UP, or the difference: sums of which an operand may need more than 38 digits. Scales go up by
 * 38 digits at most.
 */
export function sumDecimal(
  rows: u32,
  a: usize,
  strideA: u32,
  upA: u32,
  b: usize,
  strideB: u32,
  upB: u32,
  isDifference: u32,
  drop: u32,
  precision: u32,
  out: usize,
  outValidity: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const signA = load<i64>(a, 8);
    const signB = isDifference ? ~load<i64>(b, 8) : load<i64>(b, 8);
    scaledToDividend(load<u64>(a), signA, upA);
    memory.copy(addend, dividend, 32);
    scaledToDividend(load<u64>(b), load<i64>(b, 8), upB);
    let sign = signA;
    if ((signA ^ signB) >= 0) addWords(dividend, addend);
    else if (compareLimbs(addend, dividend, 8) >= 0) subtractWords(addend, dividend);
    else {
      subtractWords(dividend, addend);
      sign = signB;
    }
    const fits = divideByPower(8, drop, precision);
    storeSigned(out, load<u64>(quotient), load<u64>(quotient, 8), sign);
    store<u8>(outValidity + row, <u8>fits);
    a += strideA;
    b += strideB;
    out += 16;
  }
}

/** One operand of a sum. */
const addend = memory.data(32, 16);

function scaledToDividend(low: u64, highWord: i64, up: u32): void {
  const scale = POWERS + ((<usize>up) << 4);
  multiplyToDividend(
    magnitudeLow(low, highWord),
    magnitudeHigh(low, highWord),
    load<u64>(scale),
    load<u64>(scale, 8),
  );
}

/** 256 bits more, into the first address. */
function addWords(to: usize, from: usize): void {
  let carry: u64 = 0;
  for (let at: usize = 0; at < 32; at += 8) {
    const x = load<u64>(to + at);
    const partial = x + load<u64>(from + at);
    const whole = partial + carry;
    carry = <u64>(partial < x) + <u64>(whole < partial);
    store<u64>(to + at, whole);
  }
}

/** 256 bits less, into `dividend`; the first number is the greater one. */
function subtractWords(from: usize, less: usize): void {
  let borrow: u64 = 0;
  for (let at: usize = 0; at < 32; at += 8) {
    const x = load<u64>(from + at);
    const y = load<u64>(less + at);
    const partial = x - y;
    store<u64>(dividend + at, partial - borrow);
    borrow = <u64>(x < y) + <u64>(partial < borrow);
  }
}

/** The 256 bits of (x1, x0) * (y1, y0) into `dividend`. */
function multiplyToDividend(x0: u64, x1: u64, y0: u64, y1: u64): void {
  const low = multiplyWords(x0, y0);
  let second = high;
  const cross = multiplyWords(x0, y1);
  const crossHigh = high;
  const other = multiplyWords(x1, y0);
  const otherHigh = high;
  const top = multiplyWords(x1, y1);
  let fourth = high;
  second += cross;
  let third = crossHigh + <u64>(second < cross);
  fourth += <u64>(third < crossHigh);
  second += other;
  const carry = otherHigh + <u64>(second < other);
  third += carry;
  fourth += <u64>(third < carry);
  third += top;
  fourth += <u64>(third < top);
  store<u64>(dividend, low);
  store<u64>(dividend, second, 8);
  store<u64>(dividend, third, 16);
  store<u64>(dividend, fourth, 24);
}

/** `dividend` (so many limbs) / 10^exponent (at most 76), HALF_UP, into `quotient`; whether it is below 10^precision. */
function divideByPower(limbs: u32, exponent: u32, precision: u32): bool {
  store<u64>(dividend + ((<usize>limbs) << 2), 0);
  const count = significantLimbs(dividend, limbs);
  const known = min<u32>(exponent, 38);
  memory.copy(divisor, POWERS + ((<usize>known) << 4), 16);
  const divisorCount = significantLimbs(divisor, multiplyLimbs(divisor, 4, exponent - known));
  divideLimbs(dividend, count, divisor, divisorCount, quotient);
  return finishQuotient(false, count, divisorCount, precision);
}

/** How many decimal digits a magnitude has. */
function countDigits(low: u64, highWord: u64): u32 {
  let digits: u32 = 0;
  while (digits < 38 && !isBelowPower(low, highWord, digits)) digits++;
  return digits;
}

/**
 * Rounds `quotient` HALF_UP by the remainder in `dividend`; whether it is below 10^precision. With `isTwice` it first rounds to 38
 * significant digits: e more digits than the quotient has turn the remainder r of d into a half when d - 2r <= d / 10^e.
 */
function finishQuotient(isTwice: bool, count: u32, divisorCount: u32, precision: u32): bool {
  for (let i = count + 1; i < 5; i++) store<u32>(quotient + ((<usize>i) << 2), 0);
  const isShort = significantLimbs(quotient, max<u32>(count + 1, 4)) <= 4;
  // 2 * remainder >= divisor
  let carry: u32 = 0;
  for (let i: u32 = 0; i <= divisorCount; i++) {
    const at = dividend + ((<usize>i) << 2);
    const word = i < divisorCount && i < count ? load<u32>(at) : 0;
    store<u32>(at, (word << 1) | carry);
    carry = word >> 31;
  }
  store<u32>(divisor + ((<usize>divisorCount) << 2), 0);
  let isUp = compareLimbs(dividend, divisor, divisorCount + 1) >= 0;
  if (isTwice && !isUp) {
    const extra = 38 - countDigits(load<u64>(quotient), load<u64>(quotient, 8));
    if (extra > 0 && extra < 38) {
      subtractFrom(divisor, dividend, divisorCount + 1);
      const limbs = significantLimbs(dividend, multiplyLimbs(dividend, divisorCount + 1, extra));
      isUp = limbs <= divisorCount && compareLimbs(dividend, divisor, divisorCount) <= 0;
    }
  }
  if (isUp) {
    const low = load<u64>(quotient) + 1;
    store<u64>(quotient, low);
    store<u64>(quotient, load<u64>(quotient, 8) + <u64>(low == 0), 8);
  }
  return isShort && isBelowPower(load<u64>(quotient), load<u64>(quotient, 8), precision);
}

/** b = a - b over `count` limbs, a >= b. */
function subtractFrom(a: usize, b: usize, count: u32): void {
  let borrow: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = (<usize>i) << 2;
    const difference = <i64>load<u32>(a + at) - <i64>load<u32>(b + at) + borrow;
    store<u32>(b + at, <u32>difference);
    borrow = difference >> 32;
  }
}

/** What `isTwice` means above, for a divisor of one word: 10^e can only matter for quotients from 10^20 on. */
function isHalfAfterRounding(low: u64, highWord: u64, remainder: u64, d: u64): bool {
  const missing = d - (remainder << 1);
  if (missing > d / 10) return false;
  const extra = 38 - countDigits(low, highWord);
  if (extra == 0 || extra > 18) return false;
  const scaled = multiplyWords(missing, power(extra));
  return high == 0 && scaled <= d;
}

/**
 * a * 10^scaleUp / b, HALF_UP, and that after 38 significant digits, as Flink's BigDecimal does. Returns the first set row whose
 * divisor is 0, plus 1, or 0. `precisionA` is that of `a`.
 */
export function divideDecimal(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  scaleUp: u32,
  precisionA: u32,
  precision: u32,
  validity: usize,
  out: usize,
  outValidity: usize,
): u32 {
  const isShort = precisionA + scaleUp <= 38;
  const factor = POWERS + ((<usize>scaleUp) << 4);
  let failed: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const aLow = load<u64>(a);
    const aHigh = load<i64>(a, 8);
    const bLow = load<u64>(b);
    const bHigh = load<i64>(b, 8);
    const y0 = magnitudeLow(bLow, bHigh);
    const y1 = magnitudeHigh(bLow, bHigh);
    const x0 = magnitudeLow(aLow, aHigh);
    const x1 = magnitudeHigh(aLow, aHigh);
    if ((y0 | y1) == 0) {
      store<u8>(outValidity + row, 0);
      if (failed == 0 && (validity == 0 || load<u8>(validity + row) != 0)) failed = row + 1;
    } else if (isShort && y1 == 0 && y0 >> 63 == 0) {
      const n0 = multiplyPairs(x0, x1, load<u64>(factor), load<u64>(factor, 8));
      const q = divideByWord(n0, high, y0);
      const top = high;
      const isUp = rest << 1 >= y0 || (top != 0 && isHalfAfterRounding(q, top, rest, y0));
      const low = q + <u64>isUp;
      const highWord = top + (<u64>isUp & <u64>(low == 0));
      storeSigned(out, low, highWord, aHigh ^ bHigh);
      store<u8>(outValidity + row, <u8>isBelowPower(low, highWord, precision));
    } else {
      storeLimbs(x0, x1, dividend);
      let count = multiplyLimbs(dividend, 4, scaleUp);
      count = significantLimbs(dividend, count);
      storeLimbs(y0, y1, divisor);
      const divisorCount = significantLimbs(divisor, 4);
      divideLimbs(dividend, count, divisor, divisorCount, quotient);
      const fits = finishQuotient(true, count, divisorCount, precision);
      storeSigned(out, load<u64>(quotient), load<u64>(quotient, 8), aHigh ^ bHigh);
      store<u8>(outValidity + row, <u8>fits);
    }
    a += strideA;
    b += strideB;
    out += 16;
  }
  return failed;
}

/**
 * (a * 10^upA) % (b * 10^upB): the sign is the dividend's. Returns the first set row whose divisor is 0, plus 1, or 0.
 */
export function remainderDecimal(
  rows: u32,
  a: usize,
  strideA: u32,
  upA: u32,
  b: usize,
  strideB: u32,
  upB: u32,
  validity: usize,
  out: usize,
): u32 {
  let failed: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const aLow = load<u64>(a);
    const aHigh = load<i64>(a, 8);
    const bLow = load<u64>(b);
    const bHigh = load<i64>(b, 8);
    storeLimbs(magnitudeLow(aLow, aHigh), magnitudeHigh(aLow, aHigh), dividend);
    storeLimbs(magnitudeLow(bLow, bHigh), magnitudeHigh(bLow, bHigh), divisor);
    if ((bLow | <u64>bHigh) == 0) {
      if (failed == 0 && (validity == 0 || load<u8>(validity + row) != 0)) failed = row + 1;
    } else {
      const count = significantLimbs(dividend, multiplyLimbs(dividend, 4, upA));
      const divisorCount = significantLimbs(divisor, multiplyLimbs(divisor, 4, upB));
      divideLimbs(dividend, count, divisor, divisorCount, quotient);
      for (let i = min<u32>(count, divisorCount); i < 4; i++) store<u32>(dividend + ((<usize>i) << 2), 0);
      storeSigned(out, load<u64>(dividend), load<u64>(dividend, 8), aHigh);
    }
    a += strideA;
    b += strideB;
    out += 16;
  }
  return failed;
}

/**
 * Logarithms, powers and trigonometric functions, right in the last digit: series in double-doubles, of which only the first
 * terms need both halves. That is what Java's `Math` gives, whose results are off in the last digit once in some thousand
 * numbers; those of JavaScript's are in one of twenty.
 */

import { add, divide, low, multiply, sum } from './double-double';

const LN2_1: f64 = 0.69314718055920821; // pieces of 40 bits: their products with an exponent are exact
const LN2_2: f64 = 7.3710025651619959e-13;
const LN2_3: f64 = 5.8029889835956905e-25;
const LOG10_E: f64 = 0.43429448190325182;
const LOG10_E_LOW: f64 = 1.0983196502167651e-17;
const HALF_PI: f64 = 1.5707963267948966;
const HALF_PI_LOW: f64 = 6.123233995736766e-17;
const HALF_PI_1: f64 = 1.5707963267341256; // pieces of 33 bits
const HALF_PI_2: f64 = 6.077100506303966e-11;
const HALF_PI_3: f64 = 2.0222662487111665e-21;
const HALF_PI_4: f64 = 8.4784276603688996e-32;
const SQRT_2: f64 = 1.4142135623730951;

/** 1/n! as double-doubles, from n = 0. */
// prettier-ignore
const inverseFactorials = memory.data<f64>([
  1, 0, 1, 0, 0.5, 0, 0.16666666666666666, 9.25185853854297e-18, 0.041666666666666664, 2.3129646346357427e-18,
  0.008333333333333333, 1.1564823173178714e-19, 0.001388888888888889, -5.300543954373577e-20,
  0.0001984126984126984, 1.7209558293420705e-22, 0.0000248015873015873, 2.1511947866775882e-23,
  0.0000027557319223985893, -1.858393274046472e-22, 2.755731922398589e-7, 2.3767714622250297e-23,
  2.505210838544172e-8, -1.448814070935912e-24, 2.08767569878681e-9, -1.20734505911326e-25,
  1.6059043836821613e-10, 1.2585294588752098e-26, 1.1470745597729725e-11, 2.0655512752830745e-28,
  7.647163731819816e-13, 7.03872877733453e-30, 4.779477332387385e-14, 4.399205485834081e-31,
  2.8114572543455206e-15, 1.6508842730861433e-31, 1.5619206968586225e-16, 1.1910679660273754e-32,
  8.22063524662433e-18, 2.2141894119604265e-34, 4.110317623312165e-19, 1.4412973378659527e-36,
  1.9572941063391263e-20, -1.3643503830087908e-36, 8.896791392450574e-22, -7.911402614872376e-38,
  3.868170170630684e-23, -8.843177655482344e-40, 1.6117375710961184e-24, -3.6846573564509766e-41,
  6.446950284384474e-26, -1.9330404233703465e-42, 2.4795962632247976e-27, -1.2953730964765229e-43,
]);

/** 1/n for odd n as double-doubles, from n = 3. */
// prettier-ignore
const inverseOdds = memory.data<f64>([
  0.3333333333333333, 1.850371707708594e-17, 0.2, -1.1102230246251566e-17, 0.14285714285714285, 7.93016446160826e-18,
  0.1111111111111111, 6.1679056923619804e-18, 0.09090909090909091, -2.523234146875356e-18,
  0.07692307692307693, -4.270088556250602e-18, 0.06666666666666667, 9.251858538542971e-19,
]);

/** The binary digits of 2/pi. */
// prettier-ignore
const twoOverPi = memory.data<u64>([
  0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
  0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
  0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
  0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
]);

// @ts-ignore: decorator
@inline
function pairOf(table: usize, index: i32): usize {
  return table + (<usize>index << 4);
}

// ------------------------------------------------------------------------------------------ powers and logarithms

/** e to a double-double between -746 and 710. */
function power(x: f64, xLow: f64): f64 {
  const exponent = nearest(x / LN2_1);
  let r = sum(x - exponent * LN2_1, -exponent * LN2_2);
  r = add(r, low, xLow, -exponent * LN2_3);
  // e^r - 1 for a 256th of r, then squared eight times.
  const h = r / 256;
  const hLow = low / 256;
  let tail: f64 = 0;
  for (let n = 9; n > 4; n--) tail = tail * h + load<f64>(pairOf(inverseFactorials, n));
  let p = tail * h;
  let pLow: f64 = 0;
  for (let n = 4; n > 0; n--) {
    const term = pairOf(inverseFactorials, n);
    p = add(p, pLow, load<f64>(term), load<f64>(term, 8));
    p = multiply(p, low, h, hLow);
    pLow = low;
  }
  for (let i = 0; i < 8; i++) {
    const square = multiply(p, pLow, p, pLow);
    p = add(2 * p, 2 * pLow, square, low);
    pLow = low;
  }
  return scaled(add(1, 0, p, pLow), <i32>exponent);
}

function scaled(value: f64, exponent: i32): f64 {
  const half = exponent >> 1;
  return value * powerOfTwo(half) * powerOfTwo(exponent - half);
}

// @ts-ignore: decorator
@inline
function powerOfTwo(exponent: i32): f64 {
  return reinterpret<f64>(<u64>(1023 + exponent) << 52);
}

export function exp(x: f64): f64 {
  if (x != x) return x;
  if (x > 709.79) return Infinity;
  if (x < -745.2) return 0;
  return power(x, 0);
}

/** The natural logarithm of a positive number as a double-double. */
function logarithm(x: f64): f64 {
  let bits = reinterpret<u64>(x);
  let exponent: i32 = -1023;
  if (bits >> 52 == 0) {
    bits = reinterpret<u64>(x * 18014398509481984);
    exponent -= 54;
  }
  exponent += <i32>(bits >> 52);
  let m = reinterpret<f64>((bits & 0xfffffffffffff) | 0x3ff0000000000000);
  if (m > SQRT_2) {
    m /= 2;
    exponent++;
  }
  // log m = 2 artanh((m - 1) / (m + 1))
  const divisor = sum(m, 1);
  const s = divide(m - 1, 0, divisor, low);
  const sLow = low;
  const z = multiply(s, sLow, s, sLow);
  const zLow = low;
  let tail: f64 = 0;
  for (let n = 43; n >= 17; n -= 2) tail = tail * z + 1 / <f64>n;
  let p = tail * z;
  let pLow: f64 = 0;
  for (let n = 6; n >= 0; n--) {
    const term = pairOf(inverseOdds, n);
    p = add(p, pLow, load<f64>(term), load<f64>(term, 8));
    p = multiply(p, low, z, zLow);
    pLow = low;
  }
  p = multiply(p, pLow, 2 * s, 2 * sLow);
  p = add(2 * s, 2 * sLow, p, low);
  if (exponent == 0) return p;
  pLow = low;
  const k = <f64>exponent;
  const whole = sum(k * LN2_1, k * LN2_2);
  p = add(whole, low, p, pLow);
  return add(p, low, k * LN2_3, 0);
}

/** NaN, the infinities and zeros: whether `x` has a logarithm that has to be computed. */
// @ts-ignore: decorator
@inline
function isPositive(x: f64): bool {
  return x > 0 && x < Infinity;
}

function edgeOfLogarithm(x: f64): f64 {
  return x == 0 ? -Infinity : x > 0 ? x : NaN;
}

export function log(x: f64): f64 {
  return isPositive(x) ? logarithm(x) : edgeOfLogarithm(x);
}

export function log10(x: f64): f64 {
  if (!isPositive(x)) return edgeOfLogarithm(x);
  const natural = logarithm(x);
  return multiply(natural, low, LOG10_E, LOG10_E_LOW);
}

export function pow(x: f64, y: f64): f64 {
  if (y == 0) return 1;
  if (x != x || y != y) return NaN;
  if (y == 1) return x;
  if (y == 2) return x * x;
  const size = abs(x);
  if (abs(y) == Infinity) return size == 1 ? NaN : size > 1 == y > 0 ? Infinity : 0;
  const isWhole = trunc(y) == y;
  const isOdd = isWhole && abs(y) < 9007199254740992 && (<i64>y & 1) == 1;
  if (x < 0 && size < Infinity && !isWhole) return NaN;
  let result: f64;
  if (size == 0 || size == Infinity) result = (size == 0) == y > 0 ? 0 : Infinity;
  else if (size == 1) result = 1;
  else result = powerOf(size, y);
  return isOdd ? copysign(result, x) : result;
}

function powerOf(x: f64, y: f64): f64 {
  const natural = logarithm(x);
  const estimate = natural * y;
  if (abs(y) <= 64 && abs(estimate) < 600 && trunc(y) == y) return wholePower(x, <i32>y);
  if (estimate > 709.79) return Infinity;
  if (estimate < -745.2) return 0;
  const exponent = multiply(natural, low, y, 0);
  return power(exponent, low);
}

/** By multiplying, so that what lies halfway between two doubles is rounded to the even one. */
function wholePower(x: f64, y: i32): f64 {
  let square = x;
  let squareLow: f64 = 0;
  let p: f64 = 1;
  let pLow: f64 = 0;
  for (let n: i32 = abs(y); ; ) {
    if (n & 1) {
      p = multiply(p, pLow, square, squareLow);
      pLow = low;
    }
    n >>= 1;
    if (n == 0) break;
    square = multiply(square, squareLow, square, squareLow);
    squareLow = low;
  }
  return y < 0 ? divide(1, 0, p, pLow) : p;
}

// ----------------------------------------------------------------------------------------------- trigonometry

const MAX_QUICK_ANGLE: f64 = 500000;

// What reduce leaves: quarter turns, and the low half of the rest.
let quadrant: i32 = 0;
let restLow: f64 = 0;

/** The rest of a finite angle between -pi/4 and pi/4, and how many quarter turns have gone. */
function reduce(x: f64): f64 {
  if (abs(x) > MAX_QUICK_ANGLE) return reduceBigAngle(x);
  const n = nearest(x / HALF_PI);
  let r = sum(x - n * HALF_PI_1, -n * HALF_PI_2);
  r = add(r, low, -n * HALF_PI_3, 0);
  r = add(r, low, -n * HALF_PI_4, 0);
  restLow = low;
  quadrant = <i32>n & 3;
  return r;
}

/** Multiplies with as many digits of 2/pi as the angle leaves behind the point of quarter turns. */
function reduceBigAngle(x: f64): f64 {
  const bits = reinterpret<u64>(abs(x));
  const mantissa = (bits & 0xfffffffffffff) | 0x10000000000000;
  const exponent = <i32>(bits >> 52) - 1075;
  // Digits in front of this one make whole turns.
  const start = exponent > 2 ? exponent - 2 : 0;
  const w2 = wordAt(start);
  const w1 = wordAt(start + 64);
  const w0 = wordAt(start + 128);
  // mantissa times the three words: a whole part, and two words behind the point.
  const carry = highProduct(mantissa, w0);
  const p1 = mantissa * w1;
  let fractionLow = p1 + carry;
  let carry1 = highProduct(mantissa, w1) + u64(fractionLow < p1);
  const p2 = mantissa * w2;
  let fraction = p2 + carry1;
  let whole = highProduct(mantissa, w2) + u64(fraction < p2);
  const shift = exponent - start;
  if (shift > 0) {
    whole = (whole << shift) | (fraction >> (64 - shift));
    fraction = (fraction << shift) | (fractionLow >> (64 - shift));
    fractionLow <<= shift;
  } else if (shift < 0) {
    fractionLow = (fractionLow >> -shift) | (fraction << (64 + shift));
    fraction = (fraction >> -shift) | (whole << (64 + shift));
    whole >>= -shift;
  }
  const isBeyond = fraction >> 63 != 0;
  if (isBeyond) {
    whole++;
    fraction = ~fraction;
    fractionLow = ~fractionLow;
  }
  const zeros = clz(fraction);
  if (zeros > 0) {
    fraction = (fraction << zeros) | (fractionLow >> (64 - zeros));
    fractionLow <<= zeros;
  }
  const unit = powerOfTwo(-<i32>zeros);
  const high = <f64>(fraction >> 11) * 1.1102230246251565e-16 * unit; // 2^-53
  const rest = <f64>(((fraction & 0x7ff) << 53) | (fractionLow >> 11)) * 6.018531076210112e-36 * unit; // 2^-117
  const isNegative = isBeyond != x < 0;
  const r = multiply(high, rest, HALF_PI, HALF_PI_LOW);
  restLow = isNegative ? -low : low;
  quadrant = <i32>(x < 0 ? 0 - whole : whole) & 3;
  return isNegative ? -r : r;
}

/** 64 digits of 2/pi from the one at `bit` on. */
function wordAt(bit: i32): u64 {
  const address = twoOverPi + (<usize>(bit >> 6) << 3);
  const shift = <u64>(bit & 63);
  const word = load<u64>(address);
  return shift == 0 ? word : (word << shift) | (load<u64>(address, 8) >> (64 - shift));
}

function highProduct(a: u64, b: u64): u64 {
  const a0 = a & 0xffffffff;
  const a1 = a >> 32;
  const b0 = b & 0xffffffff;
  const b1 = b >> 32;
  const middle = a1 * b0 + ((a0 * b0) >> 32);
  const other = a0 * b1 + (middle & 0xffffffff);
  return a1 * b1 + (middle >> 32) + (other >> 32);
}

/** The series of sine (`first` 3) or cosine (`first` 2) behind its first term, over the square of the angle. */
function series(first: i32, r: f64, rLow: f64): f64 {
  const z = multiply(r, rLow, r, rLow);
  const zLow = low;
  let tail: f64 = 0;
  for (let n = first + 22; n >= first + 12; n -= 2) tail = load<f64>(pairOf(inverseFactorials, n)) - tail * z;
  let p = -tail * z;
  let pLow: f64 = 0;
  for (let n = first + 10; n >= first; n -= 2) {
    const term = pairOf(inverseFactorials, n);
    p = add(p, pLow, load<f64>(term), load<f64>(term, 8));
    p = multiply(p, low, -z, -zLow);
    pLow = low;
  }
  return p;
}

function sineOfRest(r: f64, rLow: f64): f64 {
  const p = series(3, r, rLow);
  const product = multiply(p, low, r, rLow);
  return add(r, rLow, product, low);
}

function cosineOfRest(r: f64, rLow: f64): f64 {
  const p = series(2, r, rLow);
  return add(1, 0, p, low);
}

/** Sine of an angle that is `turns` quarter turns further. */
function sineAfter(x: f64, turns: i32): f64 {
  const r = reduce(x);
  const quarter = (quadrant + turns) & 3;
  const value = (quarter & 1) == 0 ? sineOfRest(r, restLow) : cosineOfRest(r, restLow);
  if (quarter < 2) return value;
  low = -low;
  return -value;
}

// @ts-ignore: decorator
@inline
function isFinite(x: f64): bool {
  return x - x == 0;
}

// Angles so small that they are their own sines: the series would lose the sign of -0 and the last digits of subnormals.
const TINY: f64 = 1e-150;

export function sin(x: f64): f64 {
  if (abs(x) < TINY) return x;
  return isFinite(x) ? sineAfter(x, 0) : NaN;
}

export function cos(x: f64): f64 {
  return isFinite(x) ? sineAfter(x, 1) : NaN;
}

export function tan(x: f64): f64 {
  if (abs(x) < TINY) return x;
  if (!isFinite(x)) return NaN;
  const r = reduce(x);
  const rLow = restLow;
  const sine = sineOfRest(r, rLow);
  const sineLow = low;
  const cosine = cosineOfRest(r, rLow);
  return (quadrant & 1) == 0
    ? divide(sine, sineLow, cosine, low)
    : divide(-cosine, -low, sine, sineLow);
}

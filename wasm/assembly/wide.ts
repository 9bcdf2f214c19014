/**
 * Numbers of 128 bits and more, for DECIMAL. Nothing here is exported to the engine.
 *
 * A function that gives 128 bits returns the low word and leaves the high one in `high`. Numbers longer than that are limbs: u32 words,
 * the lowest first, at an address; their number is passed along.
 */

/** High word of the last result. */
export let high: u64 = 0;
/** Remainder of the last division by a word. */
export let rest: u64 = 0;

/** Powers of ten from 10^0 to 10^38, 16 bytes each. */
export const POWERS = memory.data<u64>([
  0x1, 0x0, // 10^0
  0xa, 0x0, // 10^1
  0x64, 0x0, // 10^2
  0x3e8, 0x0, // 10^3
  0x2710, 0x0, // 10^4
  0x186a0, 0x0, // 10^5
  0xf4240, 0x0, // 10^6
  0x989680, 0x0, // 10^7
  0x5f5e100, 0x0, // 10^8
  0x3b9aca00, 0x0, // 10^9
  0x2540be400, 0x0, // 10^10
  0x174876e800, 0x0, // 10^11
  0xe8d4a51000, 0x0, // 10^12
  0x9184e72a000, 0x0, // 10^13
  0x5af3107a4000, 0x0, // 10^14
  0x38d7ea4c68000, 0x0, // 10^15
  0x2386f26fc10000, 0x0, // 10^16
  0x16345785d8a0000, 0x0, // 10^17
  0xde0b6b3a7640000, 0x0, // 10^18
  0x8ac7230489e80000, 0x0, // 10^19
  0x6bc75e2d63100000, 0x5, // 10^20
  0x35c9adc5dea00000, 0x36, // 10^21
  0x19e0c9bab2400000, 0x21e, // 10^22
  0x2c7e14af6800000, 0x152d, // 10^23
  0x1bcecceda1000000, 0xd3c2, // 10^24
  0x161401484a000000, 0x84595, // 10^25
  0xdcc80cd2e4000000, 0x52b7d2, // 10^26
  0x9fd0803ce8000000, 0x33b2e3c, // 10^27
  0x3e25026110000000, 0x204fce5e, // 10^28
  0x6d7217caa0000000, 0x1431e0fae, // 10^29
  0x4674edea40000000, 0xc9f2c9cd0, // 10^30
  0xc0914b2680000000, 0x7e37be2022, // 10^31
  0x85acef8100000000, 0x4ee2d6d415b, // 10^32
  0x38c15b0a00000000, 0x314dc6448d93, // 10^33
  0x378d8e6400000000, 0x1ed09bead87c0, // 10^34
  0x2b878fe800000000, 0x13426172c74d82, // 10^35
  0xb34b9f1000000000, 0xc097ce7bc90715, // 10^36
  0xf436a000000000, 0x785ee10d5da46d9, // 10^37
  0x98a224000000000, 0x4b3b4ca85a86c47a, // 10^38
]);

// @ts-ignore: decorator
@inline
export function power(exponent: u32): u64 {
  assert(exponent < 20, 'a power of ten that fits a word');
  return load<u64>(POWERS + ((<usize>exponent) << 4));
}

/** a * b, all 128 bits. */
// @ts-ignore: decorator
@inline
export function multiplyWords(a: u64, b: u64): u64 {
  const lowA = a & 0xffffffff;
  const lowB = b & 0xffffffff;
  const highA = a >> 32;
  const highB = b >> 32;
  const low = lowA * lowB;
  const middle = highA * lowB + (low >> 32);
  const cross = lowA * highB + (middle & 0xffffffff);
  high = highA * highB + (middle >> 32) + (cross >> 32);
  return (cross << 32) | (low & 0xffffffff);
}

/** The low 128 bits of (aHigh, aLow) * (bHigh, bLow): right for signed and unsigned alike. */
// @ts-ignore: decorator
@inline
export function multiplyPairs(aLow: u64, aHigh: u64, bLow: u64, bHigh: u64): u64 {
  const low = multiplyWords(aLow, bLow);
  high += aLow * bHigh + aHigh * bLow;
  return low;
}

/** (n1, n0) / d for n1 < d, which makes the quotient one word (Knuth's algorithm D with two digits of 32 bits). Leaves `rest`. */
function divideStep(n1: u64, n0: u64, d: u64): u64 {
  const shift = clz(d);
  const v = d << shift;
  const v1 = v >> 32;
  const v0 = v & 0xffffffff;
  const top = shift == 0 ? n1 : (n1 << shift) | (n0 >> (64 - shift));
  const bottom = n0 << shift;
  const u1 = bottom >> 32;
  const u0 = bottom & 0xffffffff;

  let q1 = top / v1;
  let r = top - q1 * v1;
  while (q1 >> 32 != 0 || q1 * v0 > ((r << 32) | u1)) {
    q1--;
    r += v1;
    if (r >> 32 != 0) break;
  }
  const middle = ((top << 32) | u1) - q1 * v;
  let q0 = middle / v1;
  r = middle - q0 * v1;
  while (q0 >> 32 != 0 || q0 * v0 > ((r << 32) | u0)) {
    q0--;
    r += v1;
    if (r >> 32 != 0) break;
  }
  rest = (((middle << 32) | u0) - q0 * v) >> shift;
  return (q1 << 32) + q0;
}

/** (aHigh, aLow) / d, unsigned. Leaves `rest`. */
// @ts-ignore: decorator
@inline
export function divideByWord(aLow: u64, aHigh: u64, d: u64): u64 {
  if (aHigh == 0) {
    high = 0;
    const q = aLow / d;
    rest = aLow - q * d;
    return q;
  }
  const top = aHigh / d;
  if (d >> 32 == 0) {
    // Remainders have 32 bits, so that two digits of 32 bits follow one after the other.
    const upper = ((aHigh - top * d) << 32) | (aLow >> 32);
    const q1 = upper / d;
    const lower = ((upper - q1 * d) << 32) | (aLow & 0xffffffff);
    const q0 = lower / d;
    rest = lower - q0 * d;
    high = top;
    return (q1 << 32) | q0;
  }
  const low = divideStep(aHigh - top * d, aLow, d);
  high = top;
  return low;
}

/** Whether (aHigh, aLow) < 10^precision, unsigned. */
// @ts-ignore: decorator
@inline
export function isBelowPower(aLow: u64, aHigh: u64, precision: u32): bool {
  const power = POWERS + ((<usize>precision) << 4);
  const boundHigh = load<u64>(power, 8);
  return aHigh < boundHigh || (aHigh == boundHigh && aLow < load<u64>(power));
}

/** Writes (aHigh, aLow) as four limbs. */
// @ts-ignore: decorator
@inline
export function storeLimbs(aLow: u64, aHigh: u64, limbs: usize): void {
  store<u64>(limbs, aLow);
  store<u64>(limbs, aHigh, 8);
}

/** Multiplies `count` limbs in place by 10^exponent; returns how many they are then. There is room for five more for every 38 digits. */
export function multiplyLimbs(limbs: usize, count: u32, exponent: u32): u32 {
  while (exponent > 0) {
    const step = min<u32>(exponent, 9);
    exponent -= step;
    const factor = power(step);
    let carry: u64 = 0;
    for (let i: u32 = 0; i < count; i++) {
      const at = limbs + ((<usize>i) << 2);
      const product = <u64>load<u32>(at) * factor + carry;
      store<u32>(at, <u32>product);
      carry = product >> 32;
    }
    if (carry == 0) continue;
    store<u32>(limbs + ((<usize>count) << 2), <u32>carry);
    count++;
  }
  return count;
}

/** How many of `count` limbs are left without the zeros on top. */
// @ts-ignore: decorator
@inline
export function significantLimbs(limbs: usize, count: u32): u32 {
  while (count > 0 && load<u32>(limbs + ((<usize>(count - 1)) << 2)) == 0) count--;
  return count;
}

/**
 * Divides `n` (limbs, with room for one more) by `d`, both without zeros on top, d not zero: Knuth's algorithm D.
 * The quotient goes to `q` (n + 1 limbs), the remainder stays in `n`. `d` is normalised in place and shifted back.
 */
export function divideLimbs(n: usize, nCount: u32, d: usize, dCount: u32, q: usize): void {
  for (let i: u32 = 0; i <= nCount; i++) store<u32>(q + ((<usize>i) << 2), 0);
  if (nCount < dCount) return;
  if (dCount == 1) {
    const divisor = <u64>load<u32>(d);
    let carry: u64 = 0;
    for (let i = nCount; i > 0; i--) {
      const at = (<usize>(i - 1)) << 2;
      const value = (carry << 32) | <u64>load<u32>(n + at);
      store<u32>(q + at, <u32>(value / divisor));
      carry = value % divisor;
      store<u32>(n + at, 0);
    }
    store<u32>(n, <u32>carry);
    return;
  }
  const shift = clz(load<u32>(d + ((<usize>(dCount - 1)) << 2)));
  store<u32>(n + ((<usize>nCount) << 2), shiftLeft(n, nCount, shift));
  shiftLeft(d, dCount, shift);
  const top = <u64>load<u32>(d + ((<usize>(dCount - 1)) << 2));
  const second = <u64>load<u32>(d + ((<usize>(dCount - 2)) << 2));
  for (let j = <i32>(nCount - dCount); j >= 0; j--) {
    const at = n + ((<usize>(<u32>j + dCount)) << 2);
    const two = (<u64>load<u32>(at) << 32) | <u64>load<u32>(at - 4);
    let estimate = two / top;
    let r = two - estimate * top;
    while (estimate >> 32 != 0 || estimate * second > ((r << 32) | <u64>load<u32>(at - 8))) {
      estimate--;
      r += top;
      if (r >> 32 != 0) break;
    }
    if (subtractMultiple(n + ((<usize>j) << 2), d, dCount, estimate)) {
      estimate--;
      addBack(n + ((<usize>j) << 2), d, dCount);
    }
    store<u32>(q + ((<usize>j) << 2), <u32>estimate);
  }
  shiftRight(n, dCount, shift);
  shiftRight(d, dCount, shift);
}

/** Shifts `count` limbs left by less than 32 bits; returns what falls out. */
function shiftLeft(limbs: usize, count: u32, shift: u32): u32 {
  let carry: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = limbs + ((<usize>i) << 2);
    const value = ((<u64>load<u32>(at)) << shift) | carry;
    store<u32>(at, <u32>value);
    carry = value >> 32;
  }
  return <u32>carry;
}

function shiftRight(limbs: usize, count: u32, shift: u32): void {
  let carry: u64 = 0;
  for (let i = count; i > 0; i--) {
    const at = limbs + ((<usize>(i - 1)) << 2);
    const value = (carry << 32) | <u64>load<u32>(at);
    store<u32>(at, <u32>(value >> shift));
    carry = value & ((<u64>1 << shift) - 1);
  }
}

/** n -= d * factor over dCount + 1 limbs; returns whether it went below zero. */
function subtractMultiple(n: usize, d: usize, dCount: u32, factor: u64): bool {
  let carry: u64 = 0;
  let borrow: i64 = 0;
  for (let i: u32 = 0; i < dCount; i++) {
    const at = (<usize>i) << 2;
    const product = <u64>load<u32>(d + at) * factor + carry;
    carry = product >> 32;
    const difference = <i64>load<u32>(n + at) - <i64>(product & 0xffffffff) + borrow;
    store<u32>(n + at, <u32>difference);
    borrow = difference >> 32;
  }
  const at = n + ((<usize>dCount) << 2);
  const difference = <i64>load<u32>(at) - <i64>carry + borrow;
  store<u32>(at, <u32>difference);
  return difference < 0;
}

function addBack(n: usize, d: usize, dCount: u32): void {
  let carry: u64 = 0;
  for (let i: u32 = 0; i < dCount; i++) {
    const at = (<usize>i) << 2;
    const sum = <u64>load<u32>(n + at) + <u64>load<u32>(d + at) + carry;
    store<u32>(n + at, <u32>sum);
    carry = sum >> 32;
  }
  const at = n + ((<usize>dCount) << 2);
  store<u32>(at, load<u32>(at) + <u32>carry);
}

/** Compares `count` limbs: below, at or above zero like a - b. */
export function compareLimbs(a: usize, b: usize, count: u32): i32 {
  for (let i = count; i > 0; i--) {
    const at = (<usize>(i - 1)) << 2;
    const x = load<u32>(a + at);
    const y = load<u32>(b + at);
    if (x != y) return x < y ? -1 : 1;
  }
  return 0;
}



/** Low word of |x|; `magnitudeHigh` gives the high one. */
// @ts-ignore: decorator
@inline
export function magnitudeLow(low: u64, highWord: i64): u64 {
  const sign = <u64>(highWord >> 63);
  return (low ^ sign) - sign;
}
// @ts-ignore: decorator
@inline
export function magnitudeHigh(low: u64, highWord: i64): u64 {
  const sign = <u64>(highWord >> 63);
  return (<u64>highWord ^ sign) + ((sign & 1) & <u64>(low == 0));
}
// @ts-ignore: decorator
@inline
export function storeSigned(out: usize, low: u64, highWord: u64, sign: i64): void {
  const mask = <u64>(sign >> 63);
  const isZeroLow = <u64>(low == 0) & mask & 1;
  store<u64>(out, (low ^ mask) - mask);
  store<u64>(out, (highWord ^ mask) + isZeroLow, 8);
}

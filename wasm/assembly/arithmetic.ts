/**
 * Arithmetic of the primitive types, as Java has it (S-54): integers wrap, `/` cuts towards zero, `%` has the sign of the
 * dividend, floats follow IEEE 754 and their `%` is C's fmod.
 *
 * Integer `/` and `%` return the first set row whose divisor is 0, plus 1, or 0. Their other rows are computed all
 * the same. A constant divisor d below 2^50 divides in doubles, two lanes at once: (x + 1/2) / d is at least 1/(2d) away from
 * any whole number, which for |x| < 2^50 is more than the error of multiplying with 1/d, so cutting it off is exact.
 */

const ADD = 0;
const SUBTRACT = 1;
const MULTIPLY = 2;
const DIVIDE = 3; // floats only

const constantA = memory.data(16, 16);
const constantB = memory.data(16, 16);

// @ts-ignore: decorator
@inline
function spread<T>(cell: usize, target: usize): usize {
  for (let i: usize = 0; i < 16; i += sizeof<T>()) store<T>(target + i, load<T>(cell));
  return target;
}

/** `+ - *` two operands at a time; lanes for all but `*` of bytes, for which there is no instruction. */
// @ts-ignore: decorator
@inline
function combine<T>(operator: i32, rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  let row: u32 = 0;
  if (sizeof<T>() > 1) {
    const stepA: usize = strideA == 0 ? 0 : 16;
    const stepB: usize = strideB == 0 ? 0 : 16;
    let x = strideA == 0 ? spread<T>(a, constantA) : a;
    let y = strideB == 0 ? spread<T>(b, constantB) : b;
    let target = out;
    const lanes: u32 = 16 / sizeof<T>();
    for (; row + lanes <= rows; row += lanes) {
      const left = v128.load(x);
      const right = v128.load(y);
      if (operator == ADD) v128.store(target, v128.add<T>(left, right));
      else if (operator == SUBTRACT) v128.store(target, v128.sub<T>(left, right));
      else if (operator == MULTIPLY) v128.store(target, v128.mul<T>(left, right));
      else if (isFloat<T>()) v128.store(target, v128.div<T>(left, right));
      x += stepA;
      y += stepB;
      target += 16;
    }
  }
  for (; row < rows; row++) {
    const left = load<T>(a + row * strideA);
    const right = load<T>(b + row * strideB);
    const target = out + <usize>row * sizeof<T>();
    if (operator == ADD) store<T>(target, <T>(left + right));
    else if (operator == SUBTRACT) store<T>(target, <T>(left - right));
    else if (operator == MULTIPLY) store<T>(target, <T>(left * right));
    else if (isFloat<T>()) store<T>(target, left / right);
  }
}

// @ts-ignore: decorator
@inline
function isSet(validity: usize, row: u32): bool {
  return validity == 0 || load<u8>(validity + row) != 0;
}

// @ts-ignore: decorator
@inline
function quotient<T>(x: T, y: T): T {
  // Neither 0 nor -1 reaches the instruction: one traps, the other does at the smallest number.
  const isSpecial = y == 0 || y == <T>-1;
  const q = <T>(x / (isSpecial ? <T>1 : y));
  return y == <T>-1 ? <T>(<T>0 - x) : q;
}

// @ts-ignore: decorator
@inline
function remainder<T>(x: T, y: T): T {
  const isSpecial = y == 0 || y == <T>-1;
  return <T>(x % (isSpecial ? <T>1 : y));
}

// @ts-ignore: decorator
@inline
function divide<T>(
  isRemainder: bool,
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  validity: usize,
  out: usize,
): u32 {
  let failed: u32 = 0;
  if (strideB == 0) {
    const divisor = load<T>(b);
    for (let row: u32 = 0; row < rows; row++) {
      const x = load<T>(a + row * strideA);
      store<T>(
        out + <usize>row * sizeof<T>(),
        isRemainder ? remainder<T>(x, divisor) : quotient<T>(x, divisor),
      );
    }
    failed = <u32>(divisor == 0);
  } else {
    for (let row: u32 = 0; row < rows; row++) {
      const x = load<T>(a + row * strideA);
      const y = load<T>(b + <usize>row * sizeof<T>());
      store<T>(out + <usize>row * sizeof<T>(), isRemainder ? remainder<T>(x, y) : quotient<T>(x, y));
      failed |= <u32>(y == 0);
    }
  }
  if (failed == 0) return 0;
  for (let row: u32 = 0; row < rows; row++) {
    if (load<T>(b + row * strideB) == 0 && isSet(validity, row)) return row + 1;
  }
  return 0;
}

const MAGIC: i64 = 0x4338000000000000; // the bits of 2^52 + 2^51: adding it to a small integer makes a double
const MAGIC_F64: f64 = 6755399441055744;
const LIMIT: i64 = 1 << 50;

/** Dividends of two lanes, all below 2^50, in doubles. */
// @ts-ignore: decorator
@inline
function divideLanes(isRemainder: bool, x: v128, divisor: v128, inverse: v128): v128 {
  const value = f64x2.sub(i64x2.add(x, i64x2.splat(MAGIC)), f64x2.splat(MAGIC_F64));
  const half = v128.or(v128.and(value, i64x2.splat(i64.MIN_VALUE)), f64x2.splat(0.5));
  const estimate = f64x2.trunc(f64x2.mul(f64x2.add(value, half), inverse));
  const result = isRemainder ? f64x2.sub(value, f64x2.mul(estimate, divisor)) : estimate;
  return i64x2.sub(f64x2.add(result, f64x2.splat(MAGIC_F64)), i64x2.splat(MAGIC));
}

function divideByConstant(isRemainder: bool, rows: u32, a: usize, divisor: i64, out: usize): void {
  const divisors = f64x2.splat(<f64>divisor);
  const inverse = f64x2.div(f64x2.splat(1), divisors);
  let row: u32 = 0;
  for (; row + 4 <= rows; row += 4) {
    const at = <usize>row << 3;
    const x = v128.load(a + at);
    const y = v128.load(a + at, 16);
    // |x| < 2^50: adding 2^50 leaves nothing above bit 50.
    const shiftedX = i64x2.add(x, i64x2.splat(LIMIT));
    const shiftedY = i64x2.add(y, i64x2.splat(LIMIT));
    if (v128.any_true(i64x2.shr_u(v128.or(shiftedX, shiftedY), 51))) {
      for (let lane: usize = 0; lane < 32; lane += 8) {
        const big = load<i64>(a + at + lane);
        store<i64>(out + at + lane, isRemainder ? big % divisor : big / divisor);
      }
    } else if (isRemainder) {
      v128.store(out + at, divideLanes(true, x, divisors, inverse));
      v128.store(out + at, divideLanes(true, y, divisors, inverse), 16);
    } else {
      v128.store(out + at, divideLanes(false, x, divisors, inverse));
      v128.store(out + at, divideLanes(false, y, divisors, inverse), 16);
    }
  }
  for (; row < rows; row++) {
    const x = load<i64>(a + (<usize>row << 3));
    store<i64>(out + (<usize>row << 3), isRemainder ? x % divisor : x / divisor);
  }
}

// @ts-ignore: decorator
@inline
function fitsDoubles(strideA: u32, b: usize, strideB: u32): bool {
  if (strideA == 0 || strideB != 0) return false;
  const divisor = load<i64>(b);
  return divisor > -LIMIT && divisor < LIMIT && (divisor > 1 || divisor < -1);
}

export function addI8(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i8>(ADD, rows, a, strideA, b, strideB, out);
}
export function addI16(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i16>(ADD, rows, a, strideA, b, strideB, out);
}
export function addI32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i32>(ADD, rows, a, strideA, b, strideB, out);
}
export function addI64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i64>(ADD, rows, a, strideA, b, strideB, out);
}
export function addF32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<f32>(ADD, rows, a, strideA, b, strideB, out);
}
export function addF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<f64>(ADD, rows, a, strideA, b, strideB, out);
}
export function subtractI8(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i8>(SUBTRACT, rows, a, strideA, b, strideB, out);
}
export function subtractI16(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i16>(SUBTRACT, rows, a, strideA, b, strideB, out);
}
export function subtractI32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i32>(SUBTRACT, rows, a, strideA, b, strideB, out);
}
export function subtractI64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i64>(SUBTRACT, rows, a, strideA, b, strideB, out);
}
export function subtractF32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<f32>(SUBTRACT, rows, a, strideA, b, strideB, out);
}
export function subtractF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<f64>(SUBTRACT, rows, a, strideA, b, strideB, out);
}
export function multiplyI8(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i8>(MULTIPLY, rows, a, strideA, b, strideB, out);
}
export function multiplyI16(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i16>(MULTIPLY, rows, a, strideA, b, strideB, out);
}
export function multiplyI32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i32>(MULTIPLY, rows, a, strideA, b, strideB, out);
}
export function multiplyI64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<i64>(MULTIPLY, rows, a, strideA, b, strideB, out);
}
export function multiplyF32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<f32>(MULTIPLY, rows, a, strideA, b, strideB, out);
}
export function multiplyF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<f64>(MULTIPLY, rows, a, strideA, b, strideB, out);
}
export function divideI8(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  validity: usize,
  out: usize,
): u32 {
  return divide<i8>(false, rows, a, strideA, b, strideB, validity, out);
}
export function divideI16(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  validity: usize,
  out: usize,
): u32 {
  return divide<i16>(false, rows, a, strideA, b, strideB, validity, out);
}
export function divideI32(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  validity: usize,
  out: usize,
): u32 {
  return divide<i32>(false, rows, a, strideA, b, strideB, validity, out);
}
export function divideI64(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  validity: usize,
  out: usize,
): u32 {
  if (fitsDoubles(strideA, b, strideB)) {
    divideByConstant(false, rows, a, load<i64>(b), out);
    return 0;
  }
  return divide<i64>(false, rows, a, strideA, b, strideB, validity, out);
}
export function remainderI8(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  validity: usize,
  out: usize,
): u32 {
  return divide<i8>(true, rows, a, strideA, b, strideB, validity, out);
}
export function remainderI16(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  validity: usize,
  out: usize,
): u32 {
  return divide<i16>(true, rows, a, strideA, b, strideB, validity, out);
}
export function remainderI32(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  validity: usize,
  out: usize,
): u32 {
  return divide<i32>(true, rows, a, strideA, b, strideB, validity, out);
}
export function remainderI64(
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  validity: usize,
  out: usize,
): u32 {
  if (fitsDoubles(strideA, b, strideB)) {
    divideByConstant(true, rows, a, load<i64>(b), out);
    return 0;
  }
  return divide<i64>(true, rows, a, strideA, b, strideB, validity, out);
}
export function divideF32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<f32>(DIVIDE, rows, a, strideA, b, strideB, out);
}
export function remainderF32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<f32>(out + <usize>row * sizeof<f32>(), load<f32>(a + row * strideA) % load<f32>(b + row * strideB));
  }
}
export function divideF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  combine<f64>(DIVIDE, rows, a, strideA, b, strideB, out);
}
export function remainderF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<f64>(out + <usize>row * sizeof<f64>(), load<f64>(a + row * strideA) % load<f64>(b + row * strideB));
  }
}

// @ts-ignore: decorator
@inline
function negate<T>(rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<T>(out + <usize>row * sizeof<T>(), <T>-load<T>(a + row * stride));
  }
}
// @ts-ignore: decorator
@inline
function absolute<T>(rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<T>(a + row * stride);
    if (isFloat<T>()) store<T>(out + <usize>row * sizeof<T>(), abs<T>(value));
    else store<T>(out + <usize>row * sizeof<T>(), value < 0 ? <T>-value : value);
  }
}
export function negateI8(rows: u32, a: usize, stride: u32, out: usize): void {
  negate<i8>(rows, a, stride, out);
}
export function negateI16(rows: u32, a: usize, stride: u32, out: usize): void {
  negate<i16>(rows, a, stride, out);
}
export function negateI32(rows: u32, a: usize, stride: u32, out: usize): void {
  negate<i32>(rows, a, stride, out);
}
export function negateI64(rows: u32, a: usize, stride: u32, out: usize): void {
  negate<i64>(rows, a, stride, out);
}
export function negateF32(rows: u32, a: usize, stride: u32, out: usize): void {
  negate<f32>(rows, a, stride, out);
}
export function negateF64(rows: u32, a: usize, stride: u32, out: usize): void {
  negate<f64>(rows, a, stride, out);
}
export function absoluteI8(rows: u32, a: usize, stride: u32, out: usize): void {
  absolute<i8>(rows, a, stride, out);
}
export function absoluteI16(rows: u32, a: usize, stride: u32, out: usize): void {
  absolute<i16>(rows, a, stride, out);
}
export function absoluteI32(rows: u32, a: usize, stride: u32, out: usize): void {
  absolute<i32>(rows, a, stride, out);
}
export function absoluteI64(rows: u32, a: usize, stride: u32, out: usize): void {
  absolute<i64>(rows, a, stride, out);
}
export function absoluteF32(rows: u32, a: usize, stride: u32, out: usize): void {
  absolute<f32>(rows, a, stride, out);
}
export function absoluteF64(rows: u32, a: usize, stride: u32, out: usize): void {
  absolute<f64>(rows, a, stride, out);
}

export function floorF64(rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) store<f64>(out + (<usize>row << 3), floor(load<f64>(a + row * stride)));
}
export function ceilF64(rows: u32, a: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) store<f64>(out + (<usize>row << 3), ceil(load<f64>(a + row * stride)));
}

/**
 * Three-valued logic (S-60b) over booleans, a byte of value and a byte of validity a row, and `blend`, which CASE is made of.
 *
 *   isTrue = set & value     isFalse = set & !value     neither: unknown
 *
 * An operand is (values, validity, stride): validity 0 is all set, stride 0 one value for all rows. Where no
 * operand has a validity, nothing writes the one of the result.
 */

// @ts-ignore: decorator
@inline
function lanes(address: usize, stride: u32, row: u32): v128 {
  if (address == 0) return i8x16.splat(1);
  return stride == 0 ? i8x16.splat(load<i8>(address)) : v128.load(address + row);
}

// @ts-ignore: decorator
@inline
function cell(address: usize, stride: u32, row: u32): u8 {
  return address == 0 ? 1 : load<u8>(address + row * stride);
}

// @ts-ignore: decorator
@inline
function connect(
  isAnd: bool,
  rows: u32,
  a: usize,
  validityA: usize,
  strideA: u32,
  b: usize,
  validityB: usize,
  strideB: u32,
  out: usize,
  outValidity: usize,
): void {
  const one = i8x16.splat(1);
  let row: u32 = 0;
  if ((validityA | validityB) == 0) {
    for (; row + 16 <= rows; row += 16) {
      const x = lanes(a, strideA, row);
      const y = lanes(b, strideB, row);
      v128.store(out + row, isAnd ? v128.and(x, y) : v128.or(x, y));
    }
    for (; row < rows; row++) {
      const x = cell(a, strideA, row);
      const y = cell(b, strideB, row);
      store<u8>(out + row, isAnd ? x & y : x | y);
    }
    return;
  }
  for (; row + 16 <= rows; row += 16) {
    const x = lanes(a, strideA, row);
    const y = lanes(b, strideB, row);
    const setX = lanes(validityA, strideA, row);
    const setY = lanes(validityB, strideB, row);
    const trueX = v128.and(setX, x);
    const trueY = v128.and(setY, y);
    const falseX = v128.andnot(setX, x);
    const falseY = v128.andnot(setY, y);
    const isTrue = isAnd ? v128.and(trueX, trueY) : v128.or(trueX, trueY);
    const isFalse = isAnd ? v128.or(falseX, falseY) : v128.and(falseX, falseY);
    v128.store(out + row, isTrue);
    v128.store(outValidity + row, v128.and(v128.or(isTrue, isFalse), one));
  }
  for (; row < rows; row++) {
    const x = cell(a, strideA, row);
    const y = cell(b, strideB, row);
    const setX = cell(validityA, strideA, row);
    const setY = cell(validityB, strideB, row);
    const isTrue: u8 = isAnd ? setX & x & setY & y : (setX & x) | (setY & y);
    const isFalse: u8 = isAnd ? (setX & ~x) | (setY & ~y) : setX & ~x & setY & ~y;
    store<u8>(out + row, isTrue);
    store<u8>(outValidity + row, isTrue | isFalse);
  }
}

export function andBoolean(
  rows: u32,
  a: usize,
  validityA: usize,
  strideA: u32,
  b: usize,
  validityB: usize,
  strideB: u32,
  out: usize,
  outValidity: usize,
): void {
  connect(true, rows, a, validityA, strideA, b, validityB, strideB, out, outValidity);
}

export function orBoolean(
  rows: u32,
  a: usize,
  validityA: usize,
  strideA: u32,
  b: usize,
  validityB: usize,
  strideB: u32,
  out: usize,
  outValidity: usize,
): void {
  connect(false, rows, a, validityA, strideA, b, validityB, strideB, out, outValidity);
}

/** NOT of the values; the validity stays. With a validity as `values` it is IS NULL. */
export function notBoolean(rows: u32, values: usize, stride: u32, out: usize): void {
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16) {
    v128.store(out + row, v128.xor(lanes(values, stride, row), i8x16.splat(1)));
  }
  for (; row < rows; row++) store<u8>(out + row, cell(values, stride, row) ^ 1);
}

/** IS TRUE: never NULL. */
export function isTrueBoolean(rows: u32, values: usize, validity: usize, stride: u32, out: usize): void {
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16) {
    v128.store(out + row, v128.and(lanes(values, stride, row), lanes(validity, stride, row)));
  }
  for (; row < rows; row++) store<u8>(out + row, cell(values, stride, row) & cell(validity, stride, row));
}

/** IS FALSE: never NULL. */
export function isFalseBoolean(rows: u32, values: usize, validity: usize, stride: u32, out: usize): void {
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16) {
    v128.store(out + row, v128.andnot(lanes(validity, stride, row), lanes(values, stride, row)));
  }
  for (; row < rows; row++) store<u8>(out + row, cell(validity, stride, row) & ~cell(values, stride, row));
}

// @ts-ignore: decorator
@inline
function blend<T>(
  rows: u32,
  condition: usize,
  validity: usize,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<T>(out, select<T>(load<T>(a), load<T>(b), cell(condition, 1, row) & cell(validity, 1, row)));
    a += strideA;
    b += strideB;
    out += sizeof<T>();
  }
}

const constantA = memory.data(16, 16);
const constantB = memory.data(16, 16);

// @ts-ignore: decorator
@inline
function blendLanes(mask: v128, a: usize, b: usize, out: usize): void {
  v128.store(out, v128.bitselect(v128.load(a), v128.load(b), mask));
}

/** Two 64-bit cells of the low and two of the high half of a mask of four 32-bit lanes. */
// @ts-ignore: decorator
@inline
function blendFour(mask: v128, a: usize, stepA: usize, b: usize, stepB: usize, out: usize): void {
  blendLanes(i64x2.extend_low_i32x4_s(mask), a, b, out);
  blendLanes(i64x2.extend_high_i32x4_s(mask), a + stepA, b + stepB, out + 16);
}

/** The same as `blend`, sixteen rows at a time: the mask of bytes is widened to the cells. */
// @ts-ignore: decorator
@inline
function blendWide<T>(
  rows: u32,
  condition: usize,
  validity: usize,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  const stepA: usize = strideA == 0 ? 0 : 16;
  const stepB: usize = strideB == 0 ? 0 : 16;
  let x = a;
  let y = b;
  if (strideA == 0) {
    for (let i: usize = 0; i < 16; i += sizeof<T>()) store<T>(constantA + i, load<T>(a));
    x = constantA;
  }
  if (strideB == 0) {
    for (let i: usize = 0; i < 16; i += sizeof<T>()) store<T>(constantB + i, load<T>(b));
    y = constantB;
  }
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16) {
    const isTrue = v128.and(lanes(condition, 1, row), lanes(validity, 1, row));
    const mask = i8x16.ne(isTrue, i8x16.splat(0));
    const low = i16x8.extend_low_i8x16_s(mask);
    const high = i16x8.extend_high_i8x16_s(mask);
    const m0 = i32x4.extend_low_i16x8_s(low);
    const m1 = i32x4.extend_high_i16x8_s(low);
    const m2 = i32x4.extend_low_i16x8_s(high);
    const m3 = i32x4.extend_high_i16x8_s(high);
    const target = out + <usize>row * sizeof<T>();
    if (sizeof<T>() == 4) {
      blendLanes(m0, x, y, target);
      blendLanes(m1, x + stepA, y + stepB, target + 16);
      blendLanes(m2, x + 2 * stepA, y + 2 * stepB, target + 32);
      blendLanes(m3, x + 3 * stepA, y + 3 * stepB, target + 48);
    } else {
      blendFour(m0, x, stepA, y, stepB, target);
      blendFour(m1, x + 2 * stepA, stepA, y + 2 * stepB, stepB, target + 32);
      blendFour(m2, x + 4 * stepA, stepA, y + 4 * stepB, stepB, target + 64);
      blendFour(m3, x + 6 * stepA, stepA, y + 6 * stepB, stepB, target + 96);
    }
    x += sizeof<T>() * stepA;
    y += sizeof<T>() * stepB;
  }
  for (; row < rows; row++) {
    const isTrue = cell(condition, 1, row) & cell(validity, 1, row);
    store<T>(
      out + <usize>row * sizeof<T>(),
      select<T>(load<T>(a + row * strideA), load<T>(b + row * strideB), isTrue),
    );
  }
}

/** `a` where the condition is TRUE, else `b`: the one step of an eager CASE. The condition is not a constant. */
export function blend8(
  rows: u32,
  condition: usize,
  validity: usize,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  blend<u8>(rows, condition, validity, a, strideA, b, strideB, out);
}
export function blend16(
  rows: u32,
  condition: usize,
  validity: usize,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  blend<u16>(rows, condition, validity, a, strideA, b, strideB, out);
}
export function blend32(
  rows: u32,
  condition: usize,
  validity: usize,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  blendWide<u32>(rows, condition, validity, a, strideA, b, strideB, out);
}
export function blend64(
  rows: u32,
  condition: usize,
  validity: usize,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  blendWide<u64>(rows, condition, validity, a, strideA, b, strideB, out);
}
export function blend128(
  rows: u32,
  condition: usize,
  validity: usize,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  blend<v128>(rows, condition, validity, a, strideA, b, strideB, out);
}

/** The validity of a blend: that of `a` where the condition is TRUE, else that of `b`; 0 is all set. */
export function blendValidity(
  rows: u32,
  condition: usize,
  validity: usize,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16) {
    const isFalse = i8x16.eq(v128.and(lanes(condition, 1, row), lanes(validity, 1, row)), i8x16.splat(0));
    v128.store(out + row, v128.bitselect(lanes(b, strideB, row), lanes(a, strideA, row), isFalse));
  }
  const stepA = <u32>(strideA != 0);
  const stepB = <u32>(strideB != 0);
  for (; row < rows; row++) {
    const isTrue = cell(condition, 1, row) & cell(validity, 1, row);
    store<u8>(out + row, isTrue ? cell(a, stepA, row) : cell(b, stepB, row));
  }
}

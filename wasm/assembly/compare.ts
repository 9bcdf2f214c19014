/**
 * Comparisons of cells: 1 or 0 a row into a boolean column. `>` and `>=` are `<` and `<=` with the operands exchanged.
 *
 * Sixteen rows make one vector of result bytes, whatever the cells' width: the masks of the comparisons are narrowed
 * until a lane is a byte. A constant operand (stride 0) is spread over a vector in `constantA` or `constantB`, whose
 * address then does not advance. Floats compare as in IEEE 754 (S-83): NaN equals nothing.
 */
import { narrowTo16 } from './lanes';

const EQ = 0;
const NE = 1;
const LT = 2;
const LE = 3;

const constantA = memory.data(16, 16);
const constantB = memory.data(16, 16);

// @ts-ignore: decorator
@inline
function spread<T>(cell: usize, target: usize): usize {
  for (let i: usize = 0; i < 16; i += sizeof<T>()) store<T>(target + i, load<T>(cell));
  return target;
}

// @ts-ignore: decorator
@inline
function compareLanes<T>(operator: i32, a: v128, b: v128): v128 {
  if (operator == EQ) return v128.eq<T>(a, b);
  if (operator == NE) return v128.ne<T>(a, b);
  if (operator == LT) return v128.lt<T>(a, b);
  return v128.le<T>(a, b);
}

// @ts-ignore: decorator
@inline
function compareCells<T>(operator: i32, a: T, b: T): u8 {
  if (operator == EQ) return <u8>(a == b);
  if (operator == NE) return <u8>(a != b);
  if (operator == LT) return <u8>(a < b);
  return <u8>(a <= b);
}

// @ts-ignore: decorator
@inline
function compare<T>(operator: i32, rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  assert(strideA == 0 || strideA == sizeof<T>(), 'cells lie side by side');
  assert(strideB == 0 || strideB == sizeof<T>(), 'cells lie side by side');
  const stepA: usize = strideA == 0 ? 0 : 16;
  const stepB: usize = strideB == 0 ? 0 : 16;
  let x = strideA == 0 ? spread<T>(a, constantA) : a;
  let y = strideB == 0 ? spread<T>(b, constantB) : b;
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16) {
    const masks = narrowTo16<T>(
      compareLanes<T>(operator, v128.load(x), v128.load(y)),
      sizeof<T>() > 1 ? compareLanes<T>(operator, v128.load(x + stepA), v128.load(y + stepB)) : i8x16.splat(0),
      sizeof<T>() > 2 ? compareLanes<T>(operator, v128.load(x + 2 * stepA), v128.load(y + 2 * stepB)) : i8x16.splat(0),
      sizeof<T>() > 2 ? compareLanes<T>(operator, v128.load(x + 3 * stepA), v128.load(y + 3 * stepB)) : i8x16.splat(0),
      sizeof<T>() > 4 ? compareLanes<T>(operator, v128.load(x + 4 * stepA), v128.load(y + 4 * stepB)) : i8x16.splat(0),
      sizeof<T>() > 4 ? compareLanes<T>(operator, v128.load(x + 5 * stepA), v128.load(y + 5 * stepB)) : i8x16.splat(0),
      sizeof<T>() > 4 ? compareLanes<T>(operator, v128.load(x + 6 * stepA), v128.load(y + 6 * stepB)) : i8x16.splat(0),
      sizeof<T>() > 4 ? compareLanes<T>(operator, v128.load(x + 7 * stepA), v128.load(y + 7 * stepB)) : i8x16.splat(0),
    );
    v128.store(out + row, v128.and(masks, i8x16.splat(1)));
    x += sizeof<T>() * stepA;
    y += sizeof<T>() * stepB;
  }
  for (; row < rows; row++) {
    store<u8>(out + row, compareCells<T>(operator, load<T>(a + row * strideA), load<T>(b + row * strideB)));
  }
}

export function compareEqI8(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i8>(EQ, rows, a, strideA, b, strideB, out);
}
export function compareNeI8(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i8>(NE, rows, a, strideA, b, strideB, out);
}
export function compareLtI8(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i8>(LT, rows, a, strideA, b, strideB, out);
}
export function compareLeI8(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i8>(LE, rows, a, strideA, b, strideB, out);
}
export function compareEqI16(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i16>(EQ, rows, a, strideA, b, strideB, out);
}
export function compareNeI16(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i16>(NE, rows, a, strideA, b, strideB, out);
}
export function compareLtI16(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i16>(LT, rows, a, strideA, b, strideB, out);
}
export function compareLeI16(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i16>(LE, rows, a, strideA, b, strideB, out);
}
export function compareEqI32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i32>(EQ, rows, a, strideA, b, strideB, out);
}
export function compareNeI32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i32>(NE, rows, a, strideA, b, strideB, out);
}
export function compareLtI32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i32>(LT, rows, a, strideA, b, strideB, out);
}
export function compareLeI32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i32>(LE, rows, a, strideA, b, strideB, out);
}
export function compareEqI64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i64>(EQ, rows, a, strideA, b, strideB, out);
}
export function compareNeI64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i64>(NE, rows, a, strideA, b, strideB, out);
}
export function compareLtI64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i64>(LT, rows, a, strideA, b, strideB, out);
}
export function compareLeI64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<i64>(LE, rows, a, strideA, b, strideB, out);
}
export function compareEqF32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<f32>(EQ, rows, a, strideA, b, strideB, out);
}
export function compareNeF32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<f32>(NE, rows, a, strideA, b, strideB, out);
}
export function compareLtF32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<f32>(LT, rows, a, strideA, b, strideB, out);
}
export function compareLeF32(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<f32>(LE, rows, a, strideA, b, strideB, out);
}
export function compareEqF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<f64>(EQ, rows, a, strideA, b, strideB, out);
}
export function compareNeF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<f64>(NE, rows, a, strideA, b, strideB, out);
}
export function compareLtF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<f64>(LT, rows, a, strideA, b, strideB, out);
}
export function compareLeF64(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compare<f64>(LE, rows, a, strideA, b, strideB, out);
}

/** Cells of two words: `high` (at offset `highAt`) decides as a signed number, `low` as an unsigned one. */
// @ts-ignore: decorator
@inline
function comparePairs(
  operator: i32,
  highAt: usize,
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const highA = load<i64>(a + highAt);
    const highB = load<i64>(b + highAt);
    const lowA = load<u64>(a + (8 - highAt));
    const lowB = load<u64>(b + (8 - highAt));
    const isEqual = (highA ^ highB | <i64>(lowA ^ lowB)) == 0;
    let is: bool;
    if (operator == EQ) is = isEqual;
    else if (operator == NE) is = !isEqual;
    else {
      is = (highA < highB) | ((highA == highB) & (operator == LT ? lowA < lowB : lowA <= lowB));
    }
    store<u8>(out + row, <u8>is);
    a += strideA;
    b += strideB;
  }
}

export function compareEqI128(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  comparePairs(EQ, 8, rows, a, strideA, b, strideB, out);
}
export function compareNeI128(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  comparePairs(NE, 8, rows, a, strideA, b, strideB, out);
}
export function compareLtI128(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  comparePairs(LT, 8, rows, a, strideA, b, strideB, out);
}
export function compareLeI128(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  comparePairs(LE, 8, rows, a, strideA, b, strideB, out);
}

/** TIMESTAMP above precision 3: milliseconds, then nanoseconds within. */
export function compareEqTimestamp(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  comparePairs(EQ, 0, rows, a, strideA, b, strideB, out);
}
export function compareNeTimestamp(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  comparePairs(NE, 0, rows, a, strideA, b, strideB, out);
}
export function compareLtTimestamp(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  comparePairs(LT, 0, rows, a, strideA, b, strideB, out);
}
export function compareLeTimestamp(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  comparePairs(LE, 0, rows, a, strideA, b, strideB, out);
}

/**
 * IS NOT DISTINCT FROM: 1 where both are set and `equal`, or both NULL. `a` and `b` are validities (0: all set) with the strides of
 * their columns.
 */
export function notDistinct(
  rows: u32,
  equal: usize,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  const stepA = <u32>(strideA != 0);
  const stepB = <u32>(strideB != 0);
  for (let row: u32 = 0; row < rows; row++) {
    const isSetA = a == 0 ? 1 : load<u8>(a + row * stepA);
    const isSetB = b == 0 ? 1 : load<u8>(b + row * stepB);
    store<u8>(out + row, (isSetA & isSetB & load<u8>(equal + row)) | ((isSetA | isSetB) ^ 1));
  }
}

/** 1 where the value is in a list of `count` values, sorted as signed numbers. Halves the list without a branch a row. */
// @ts-ignore: decorator
@inline
function inList<T>(rows: u32, a: usize, stride: u32, list: usize, count: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const value = load<T>(a + row * stride);
    let base = list;
    let length = count;
    while (length > 1) {
      const half = length >> 1;
      const middle = base + <usize>half * sizeof<T>();
      base = load<T>(middle) <= value ? middle : base;
      length -= half;
    }
    store<u8>(out + row, <u8>(load<T>(base) == value));
  }
}

export function inListI32(rows: u32, a: usize, stride: u32, list: usize, count: u32, out: usize): void {
  inList<i32>(rows, a, stride, list, count, out);
}
export function inListI64(rows: u32, a: usize, stride: u32, list: usize, count: u32, out: usize): void {
  inList<i64>(rows, a, stride, list, count, out);
}

/**
 * Moving cells about: gather and scatter under a selection, constants spread over rows, validity, selections.
 *
 * A selection is a list of u32 row numbers, ascending. Kernels that make one write always and advance by the
 * condition (`appendMask`).
 */

import { appendMask } from './lanes';

/** 16 validity or boolean bytes at `row`; all set when there are none. */
// @ts-ignore: decorator
@inline
function load16(address: usize, row: u32): v128 {
  return address == 0 ? i8x16.splat(1) : v128.load(address + row);
}

// @ts-ignore: decorator
@inline
function load1(address: usize, row: u32): u32 {
  return address == 0 ? 1 : load<u8>(address + row);
}

/** Rows whose boolean is TRUE (set and 1), or with `negate` all the others. */
// @ts-ignore: decorator
@inline
function select(rows: u32, values: usize, validity: usize, selection: usize, negate: u32): u32 {
  let end = selection;
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16) {
    const isTrue = i8x16.ne(v128.and(load16(values, row), load16(validity, row)), i8x16.splat(0));
    let mask = <u32>i8x16.bitmask(isTrue);
    if (negate) mask ^= 0xffff;
    end = appendMask(end, mask & 0xff, row);
    end = appendMask(end, mask >> 8, row + 8);
  }
  for (; row < rows; row++) {
    store<u32>(end, row);
    const isTrue = load1(values, row) & load1(validity, row);
    end += ((negate ? isTrue ^ 1 : isTrue) << 2) as usize;
  }
  return <u32>((end - selection) >> 2);
}

/** Lists the rows that are TRUE; `selection` has room for `rows` entries. A `values` of 0 asks for the set rows. */
export function selectTrue(rows: u32, values: usize, validity: usize, selection: usize): u32 {
  return select(rows, values, validity, selection, 0);
}

/** Lists the rows that are FALSE or NULL. A `values` of 0 asks for the NULL rows. */
export function selectNotTrue(rows: u32, values: usize, validity: usize, selection: usize): u32 {
  return select(rows, values, validity, selection, 1);
}

// @ts-ignore: decorator
@inline
function gather<T>(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  if (stride == sizeof<T>()) {
    for (let i: u32 = 0; i < count; i++) {
      const row = <usize>load<u32>(selection + ((<usize>i) << 2));
      store<T>(target + <usize>i * sizeof<T>(), load<T>(source + row * sizeof<T>()));
    }
  } else {
    for (let i: u32 = 0; i < count; i++) {
      const row = <usize>load<u32>(selection + ((<usize>i) << 2));
      store<T>(target + <usize>i * sizeof<T>(), load<T>(source + row * stride));
    }
  }
}

/** Cell i of the target is the source's cell `selection[i]`. Target and source do not overlap. */
export function gather8(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  gather<u8>(count, source, stride, selection, target);
}
export function gather16(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  gather<u16>(count, source, stride, selection, target);
}
export function gather32(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  gather<u32>(count, source, stride, selection, target);
}
export function gather64(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  gather<u64>(count, source, stride, selection, target);
}
export function gather128(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  gather<v128>(count, source, stride, selection, target);
}

// @ts-ignore: decorator
@inline
function scatter<T>(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(selection + ((<usize>i) << 2));
    store<T>(target + row * sizeof<T>(), load<T>(source));
    source += stride;
  }
}

/** Cell `selection[i]` of the target becomes cell i of the source (its only one with stride 0); others stay. */
export function scatter8(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  scatter<u8>(count, source, stride, selection, target);
}
export function scatter16(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  scatter<u16>(count, source, stride, selection, target);
}
export function scatter32(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  scatter<u32>(count, source, stride, selection, target);
}
export function scatter64(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  scatter<u64>(count, source, stride, selection, target);
}
export function scatter128(count: u32, source: usize, stride: u32, selection: usize, target: usize): void {
  scatter<v128>(count, source, stride, selection, target);
}

// @ts-ignore: decorator
@inline
function fill<T>(rows: u32, cell: usize, target: usize): void {
  const value = load<T>(cell);
  let v: v128;
  if (sizeof<T>() == 2) v = i16x8.splat(<i16>value);
  else if (sizeof<T>() == 4) v = i32x4.splat(<i32>value);
  else v = i64x2.splat(<i64>value);
  const end = target + <usize>rows * sizeof<T>();
  for (; target + 16 <= end; target += 16) v128.store(target, v);
  for (; target < end; target += sizeof<T>()) store<T>(target, value);
}

/** Every one of `rows` cells of the target becomes the one cell at `cell`. */
export function fill8(rows: u32, cell: usize, target: usize): void {
  memory.fill(target, load<u8>(cell), rows);
}
export function fill16(rows: u32, cell: usize, target: usize): void {
  fill<u16>(rows, cell, target);
}
export function fill32(rows: u32, cell: usize, target: usize): void {
  fill<u32>(rows, cell, target);
}
export function fill64(rows: u32, cell: usize, target: usize): void {
  fill<u64>(rows, cell, target);
}
export function fill128(rows: u32, cell: usize, target: usize): void {
  const value = v128.load(cell);
  for (let row: u32 = 0; row < rows; row++) v128.store(target + ((<usize>row) << 4), value);
}

/** `rows` bytes become `value`: a validity of all or of none. */
export function fillValidity(rows: u32, value: u32, target: usize): void {
  memory.fill(target, <u8>value, rows);
}

/** 1 where both are set; an address of 0 is all set, a stride of 0 one byte for all rows. */
export function andValidity(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  const splatA = a == 0 ? i8x16.splat(1) : i8x16.splat(load<i8>(a));
  const splatB = b == 0 ? i8x16.splat(1) : i8x16.splat(load<i8>(b));
  const isConstantA = a == 0 || strideA == 0;
  const isConstantB = b == 0 || strideB == 0;
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16) {
    const left = isConstantA ? splatA : v128.load(a + row);
    const right = isConstantB ? splatB : v128.load(b + row);
    v128.store(out + row, v128.and(left, right));
  }
  for (; row < rows; row++) {
    const left = a == 0 ? <u8>1 : load<u8>(a + row * strideA);
    const right = b == 0 ? <u8>1 : load<u8>(b + row * strideB);
    store<u8>(out + row, left & right);
  }
}

/** How many of `rows` bytes are not zero: set rows of a validity, TRUE rows of a boolean. */
export function countSet(rows: u32, bytes: usize): u32 {
  let count: u32 = 0;
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16) {
    count += popcnt(<u32>i8x16.bitmask(i8x16.ne(v128.load(bytes + row), i8x16.splat(0))));
  }
  for (; row < rows; row++) count += <u32>(load<u8>(bytes + row) != 0);
  return count;
}

/** The row numbers `from`, `from + 1`, ... as a selection. */
export function fillRowNumbers(count: u32, from: u32, selection: usize): void {
  let row: u32 = 0;
  let numbers = i32x4.add(i32x4.splat(from), i32x4(0, 1, 2, 3));
  for (; row + 4 <= count; row += 4) {
    v128.store(selection + ((<usize>row) << 2), numbers);
    numbers = i32x4.add(numbers, i32x4.splat(4));
  }
  for (; row < count; row++) store<u32>(selection + ((<usize>row) << 2), from + row);
}

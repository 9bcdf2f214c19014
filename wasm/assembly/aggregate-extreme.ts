/**
 * MIN and MAX of an input that only adds. Arguments are those of `aggregate.ts`; `counts` is needed. A first NaN stays, as comparing with it is
 * never true.
 */
import { isEmpty, put } from './aggregate-cells';
import { slotAt } from './keyed-table-layout';

// @ts-ignore: decorator
@inline
function extreme<T>(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  isMax: bool,
): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const cell = slotAt(slots, row) + offset;
    const best = load<T>(cell);
    let next = best;
    if (!weights || load<i8>(weights + row)) {
      const value = load<T>(values);
      if (isEmpty(counts, row) || (isMax ? value > best : value < best)) next = value;
      store<T>(cell, next);
    }
    put<T>(before, row, best);
    put<T>(after, row, next);
  }
}

export function aggMinI8(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<i8>(rows, slots, offset, weights, counts, values, stride, before, after, false);
}

export function aggMinI16(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<i16>(rows, slots, offset, weights, counts, values, stride, before, after, false);
}

export function aggMinI32(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<i32>(rows, slots, offset, weights, counts, values, stride, before, after, false);
}

export function aggMinI64(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<i64>(rows, slots, offset, weights, counts, values, stride, before, after, false);
}

export function aggMinF32(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<f32>(rows, slots, offset, weights, counts, values, stride, before, after, false);
}

export function aggMinF64(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<f64>(rows, slots, offset, weights, counts, values, stride, before, after, false);
}

export function aggMaxI8(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<i8>(rows, slots, offset, weights, counts, values, stride, before, after, true);
}

export function aggMaxI16(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<i16>(rows, slots, offset, weights, counts, values, stride, before, after, true);
}

export function aggMaxI32(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<i32>(rows, slots, offset, weights, counts, values, stride, before, after, true);
}

export function aggMaxI64(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<i64>(rows, slots, offset, weights, counts, values, stride, before, after, true);
}

export function aggMaxF32(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<f32>(rows, slots, offset, weights, counts, values, stride, before, after, true);
}

export function aggMaxF64(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
): void {
  extreme<f64>(rows, slots, offset, weights, counts, values, stride, before, after, true);
}

/** Whether a < b for 16-byte cells; `primary` is the offset of the signed word that decides first, the other one is unsigned. */
// @ts-ignore: decorator
@inline
function isLess128(a: usize, b: usize, primary: u32): bool {
  const x = load<i64>(a + primary);
  const y = load<i64>(b + primary);
  return x < y || (x == y && load<u64>(a + (8 - primary)) < load<u64>(b + (8 - primary)));
}

// @ts-ignore: decorator
@inline
function extreme128(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  primary: u32,
  isMax: bool,
): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const cell = slotAt(slots, row) + offset;
    const best = v128.load(cell);
    let next = best;
    if (!weights || load<i8>(weights + row)) {
      const isBetter = isMax ? isLess128(cell, values, primary) : isLess128(values, cell, primary);
      if (isEmpty(counts, row) || isBetter) next = v128.load(values);
      v128.store(cell, next);
    }
    if (before) v128.store(before + (<usize>row << 4), best);
    if (after) v128.store(after + (<usize>row << 4), next);
  }
}

/** DECIMAL (`primary` 8) and TIMESTAMP (0) of 16 bytes. */
export function aggMin128(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  primary: u32,
): void {
  extreme128(rows, slots, offset, weights, counts, values, stride, before, after, primary, false);
}

export function aggMax128(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  primary: u32,
): void {
  extreme128(rows, slots, offset, weights, counts, values, stride, before, after, primary, true);
}

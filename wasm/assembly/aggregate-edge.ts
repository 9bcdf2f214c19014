/**
 * The first or last value of an input that only adds (FIRST_VALUE, LAST_VALUE), and the only one (SINGLE_VALUE). Arguments are those of
 * `aggregate.ts`; `counts` says how many values there were before the row, so the first one is known by its 0.
 */
import { slotAt } from './keyed-table-layout';

// @ts-ignore: decorator
@inline
function edge<T>(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  isLast: u32,
): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const cell = slotAt(slots, row) + offset;
    let value = load<T>(cell);
    if (before) store<T>(before + <usize>row * sizeof<T>(), value);
    const weight: i8 = weights ? load<i8>(weights + row) : 1;
    if (weight > 0 && (isLast || load<i64>(counts + (<usize>row << 3)) == 0)) {
      value = load<T>(values);
      store<T>(cell, value);
    }
    if (after) store<T>(after + <usize>row * sizeof<T>(), value);
  }
}

export function aggEdge8(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  isLast: u32,
): void {
  edge<u8>(rows, slots, offset, weights, counts, values, stride, before, after, isLast);
}

export function aggEdge16(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  isLast: u32,
): void {
  edge<u16>(rows, slots, offset, weights, counts, values, stride, before, after, isLast);
}

export function aggEdge32(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  isLast: u32,
): void {
  edge<u32>(rows, slots, offset, weights, counts, values, stride, before, after, isLast);
}

export function aggEdge64(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  isLast: u32,
): void {
  edge<u64>(rows, slots, offset, weights, counts, values, stride, before, after, isLast);
}

export function aggEdge128(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  isLast: u32,
): void {
  edge<v128>(rows, slots, offset, weights, counts, values, stride, before, after, isLast);
}

/** MERGE of entries that come later: `words` of 8 bytes are taken where there are values, and, for the first one, none before them. */
export function aggMergeEdge(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  countOffset: u32,
  words: u32,
  isLast: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const source = slotAt(from, row);
    const target = slotAt(to, row);
    if (load<i64>(source + countOffset) == 0) continue;
    if (!isLast && load<i64>(target + countOffset) != 0) continue;
    store<u64>(target + offset, load<u64>(source + offset));
    if (words == 2) store<u64>(target + offset, load<u64>(source + offset, 8), 8);
  }
}

/** Whether one of the counts is above 1. */
export function anyAboveOne(rows: u32, counts: usize): u32 {
  let above: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) above |= <u32>(load<i64>(counts + (<usize>row << 3)) > 1);
  return above;
}

/** The same of counts in entries. */
export function anyEntryAboveOne(rows: u32, slots: usize, offset: u32): u32 {
  let above: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) above |= <u32>(load<i64>(slotAt(slots, row) + offset) > 1);
  return above;
}

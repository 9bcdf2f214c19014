/**
 * SUM of DECIMALs: an i128 in keyed state. Arguments are those of `aggregate.ts`.
 *
 * A sum that leaves 38 digits becomes NULL (S-56), which here is the i128 that no DECIMAL is: OVERFLOW, -2^127. As in
 * Flink, SUM then begins anew with the next value, while what AVG divides stays NULL (`isSticky`). Arguments of 18 digits
 * cannot get there, so their sums are not watched and can be taken back.
 */
import { slotAt } from './keyed-table-layout';
import { isBelowPower } from './wide';

const OVERFLOW: u64 = 0x8000000000000000;

// @ts-ignore: decorator
@inline
function isOverflow(low: u64, high: u64): bool {
  return high == OVERFLOW && low == 0;
}

// @ts-ignore: decorator
@inline
function isTooWide(low: u64, high: u64): bool {
  const sign = <u64>(<i64>high >> 63);
  const magnitude = (low ^ sign) - sign;
  const carry = (sign & 1) & <u64>(low == 0);
  return !isBelowPower(magnitude, (high ^ sign) + carry, 38);
}

/** sum + value or sum - value into `cell`. */
// @ts-ignore: decorator
@inline
function add(cell: usize, low: u64, high: u64, valueLow: u64, valueHigh: u64, isMinus: bool): void {
  if (isMinus) {
    store<u64>(cell, low - valueLow);
    store<u64>(cell, high - valueHigh - <u64>(low < valueLow), 8);
  } else {
    const sum = low + valueLow;
    store<u64>(cell, sum);
    store<u64>(cell, high + valueHigh + <u64>(sum < low), 8);
  }
}

// @ts-ignore: decorator
@inline
function sumDecimal(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  isWide: bool,
  isSticky: u32,
): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const cell = slotAt(slots, row) + offset;
    if (counts && load<i64>(counts + (<usize>row << 3)) == 0) v128.store(cell, i64x2.splat(0));
    if (before) v128.store(before + (<usize>row << 4), v128.load(cell));
    const weight: i8 = weights ? load<i8>(weights + row) : 1;
    let low = load<u64>(cell);
    let high = load<u64>(cell, 8);
    if (weight && !(isWide && isSticky && isOverflow(low, high))) {
      if (isWide && isOverflow(low, high)) low = high = 0;
      const valueLow = load<u64>(values);
      add(cell, low, high, valueLow, isWide ? load<u64>(values, 8) : <u64>(<i64>valueLow >> 63), weight < 0);
      if (isWide && isTooWide(load<u64>(cell), load<u64>(cell, 8))) {
        store<u64>(cell, 0);
        store<u64>(cell, OVERFLOW, 8);
      }
    }
    if (after) v128.store(after + (<usize>row << 4), v128.load(cell));
  }
}

/** Of arguments up to 18 digits. */
export function aggSumDecimal64(
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
  sumDecimal(rows, slots, offset, weights, counts, values, stride, before, after, false, 0);
}

/** Of arguments of 16 bytes. */
export function aggSumDecimal128(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  isSticky: u32,
): void {
  sumDecimal(rows, slots, offset, weights, counts, values, stride, before, after, true, isSticky);
}

/** MERGE of sums of arguments up to 18 digits, which can be taken back (`sign` -1). */
export function aggMergeDecimal64(rows: u32, from: usize, to: usize, offset: u32, sign: i32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const source = slotAt(from, row) + offset;
    const target = slotAt(to, row) + offset;
    add(target, load<u64>(target), load<u64>(target, 8), load<u64>(source), load<u64>(source, 8), sign < 0);
  }
}

/** MERGE of the others. */
export function aggMergeDecimal128(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  countOffset: u32,
  isSticky: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const source = slotAt(from, row);
    const target = slotAt(to, row) + offset;
    if (load<i64>(source + countOffset) == 0) continue;
    const low = load<u64>(source + offset);
    const high = load<u64>(source + offset, 8);
    const isEmpty = load<i64>(slotAt(to, row) + countOffset) == 0;
    const targetOverflows = !isEmpty && isOverflow(load<u64>(target), load<u64>(target, 8));
    if (isOverflow(low, high)) {
      if (!isSticky && !isEmpty) continue;
      v128.store(target, v128.load(source + offset));
    } else if (isEmpty || (targetOverflows && !isSticky)) v128.store(target, v128.load(source + offset));
    else if (!targetOverflows) {
      add(target, load<u64>(target), load<u64>(target, 8), low, high, false);
      if (isTooWide(load<u64>(target), load<u64>(target, 8))) {
        store<u64>(target, 0);
        store<u64>(target, OVERFLOW, 8);
      }
    }
  }
}

/** 1 where there are values (`counts` 0: it does not matter) and their sum fits 38 digits. */
export function sumValidityI128(rows: u32, sums: usize, counts: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const sum = sums + (<usize>row << 4);
    const hasValues = counts == 0 || load<i64>(counts + (<usize>row << 3)) != 0;
    const isSet = hasValues && !isOverflow(load<u64>(sum), load<u64>(sum, 8));
    store<u8>(out + row, <u8>isSet);
  }
}

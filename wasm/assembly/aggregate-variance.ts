/**
 * What variances and deviations are made of: the sum of squared distances from the mean, by Welford's method, step by step as Flink takes
 * them. Arguments are those of `aggregate.ts`; values are DOUBLEs.
 *
 *   accumulator:   | i64 n | f64 mean | f64 m2 |      n counts on below 0, where the rest stands still
 *
 * Without a value (n of 0 or less), and where taking back what was never there made m2 negative, there is no result.
 */
import { slotAt } from './keyed-table-layout';

@unmanaged
class Welford {
  n: i64;
  mean: f64;
  m2: f64;
}

// @ts-ignore: decorator
@inline
function add(cell: Welford, value: f64): void {
  const n = cell.n + 1;
  cell.n = n;
  if (n <= 0) return;
  const delta = value - cell.mean;
  const mean = cell.mean + delta / <f64>n;
  cell.mean = mean;
  cell.m2 += delta * (value - mean);
}

// @ts-ignore: decorator
@inline
function takeBack(cell: Welford, value: f64): void {
  const n = cell.n - 1;
  cell.n = n;
  if (n <= 0) {
    if (n == 0) {
      cell.mean = 0;
      cell.m2 = 0;
    }
    return;
  }
  const delta = value - cell.mean;
  const mean = cell.mean - delta / <f64>n;
  cell.mean = mean;
  cell.m2 -= (value - mean) * delta;
}

// @ts-ignore: decorator
@inline
function show(cell: Welford, values: usize, validity: usize, row: u32): void {
  if (!values) return;
  store<f64>(values + (<usize>row << 3), cell.m2);
  store<u8>(validity + row, <u8>(cell.n > 0 && !(cell.m2 < 0)));
}

/** `life` is 0 if keys do not die; before and after come with their validities. */
export function aggWelford(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  life: usize,
  values: usize,
  stride: u32,
  before: usize,
  beforeSet: usize,
  after: usize,
  afterSet: usize,
): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const cell = changetype<Welford>(slotAt(slots, row) + offset);
    if (life && !(load<u8>(life + row) & 1)) {
      cell.n = 0;
      cell.mean = 0;
      cell.m2 = 0;
    }
    show(cell, before, beforeSet, row);
    const weight: i8 = weights ? load<i8>(weights + row) : 1;
    if (weight > 0) add(cell, load<f64>(values));
    else if (weight < 0) takeBack(cell, load<f64>(values));
    show(cell, after, afterSet, row);
  }
}

/** MERGE. What has taken back more than it has only lowers the count. */
export function aggMergeWelford(rows: u32, from: usize, to: usize, offset: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const other = changetype<Welford>(slotAt(from, row) + offset);
    const cell = changetype<Welford>(slotAt(to, row) + offset);
    if (other.n > 0 && cell.n == 0) {
      cell.n = other.n;
      cell.mean = other.mean;
      cell.m2 = other.m2;
    } else if (other.n > 0) {
      const n = cell.n + other.n;
      const delta = other.mean - cell.mean;
      cell.m2 = cell.m2 + other.m2 + ((<f64>cell.n * <f64>other.n) / <f64>n) * delta * delta;
      cell.mean = cell.mean + (<f64>other.n / <f64>n) * delta;
      cell.n = n;
    } else cell.n += other.n;
    if (cell.n <= 0) {
      cell.mean = 0;
      cell.m2 = 0;
    }
  }
}

/** What entries hold. */
export function aggReadWelford(rows: u32, slots: usize, offset: u32, values: usize, validity: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    show(changetype<Welford>(slotAt(slots, row) + offset), values, validity, row);
  }
}

/** Makes `bytes` of entries 0, so that values can be added anew. */
export function aggReset(rows: u32, slots: usize, offset: u32, bytes: u32): void {
  for (let row: u32 = 0; row < rows; row++) memory.fill(slotAt(slots, row) + offset, 0, bytes);
}

/**
 * Aggregates in keyed state (`keyed-table.ts`): each kernel does one accumulator for a batch, row by row in order.
 *
 *   slots       u32 entry address a row; an accumulator is at `offset` of the entry
 *   weights     i8 a row, or 0 when each row counts: 1 adds the row, -1 takes it back, 0 leaves it out (FILTER, NULL, unknown key)
 *   life        u8 a row: bit 0: the key existed before the row, bit 1: it exists after it; 0: the row means nothing
 *   before,     an array of the accumulator's values before and after each row, or 0 if nobody asks. They are what
 *   after       makes a changelog row by row without going row by row through all aggregates
 *   counts      i64 a row: how many values stood in the accumulator before the row; where that is 0 it begins anew, whatever its
 *               bytes hold. 0: the accumulator is never used again after its key has gone, and zero is a good beginning
 */
import { isEmpty, put, weightAt } from './aggregate-cells';
import { Entry, PAGE_BITS, Table, slotAt } from './keyed-table-layout';

/** Forgets entries that were last written `ttl` ms ago or earlier, and writes `now` (both i64 cells) into the others. */
export function aggExpire(rows: u32, slots: usize, offset: u32, nowCell: usize, ttlCell: usize): void {
  const now = load<i64>(nowCell);
  const ttl = load<i64>(ttlCell);
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    if (load<i64>(entry + offset) + ttl <= now) changetype<Entry>(entry).count = 0;
    store<i64>(entry + offset, now);
  }
}

/**
 * The rows of each key, by which it lives. Without `kinds` each row adds one; with them -U and -D take one back, a key whose count comes
 * to 0 dies, and what would take from a key that is not there is left out (S-35). Writes `life`, and `signs` if there are kinds.
 * Marks the entries' pages: all accumulators of a row are written if this is.
 */
export function aggRows(
  rows: u32,
  slots: usize,
  kinds: usize,
  life: usize,
  signs: usize,
  before: usize,
  after: usize,
  tableControl: usize,
): void {
  const table = changetype<Table>(tableControl);
  const entries = table.entries;
  const dirty = table.dirty;
  const size = table.entrySize - 1;
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    const page = entry - entries;
    store<u8>(dirty + (page >> PAGE_BITS), 1);
    store<u8>(dirty + ((page + size) >> PAGE_BITS), 1);
    const count = changetype<Entry>(entry).count;
    let sign: i64 = 1;
    if (kinds) {
      sign = load<u8>(kinds + row) & 1 ? -1 : 1; // -U and -D are odd
      if (sign < 0 && count == 0) sign = 0;
      store<i8>(signs + row, <i8>sign);
    }
    changetype<Entry>(entry).count = count + sign;
    store<u8>(life + row, <u8>(count != 0) | (<u8>(count + sign != 0) << 1));
    store<i64>(before + (<usize>row << 3), count);
    put<i64>(after, row, count + sign);
  }
}

/** `signs`, or 1 for each row where that is 0, as far as filter (TRUE) and argument (set) let them count. */
export function aggWeights(
  rows: u32,
  signs: usize,
  filter: usize,
  filterStride: u32,
  filterValidity: usize,
  validity: usize,
  stride: u32,
  weights: usize,
): void {
  let row: u32 = 0;
  if ((filter == 0 || filterStride) && (validity == 0 || stride)) {
    for (; row + 16 <= rows; row += 16) {
      let counts = signs ? v128.load(signs + row) : i8x16.splat(1);
      if (filter) counts = v128.and(counts, i8x16.ne(v128.load(filter + row), i8x16.splat(0)));
      if (filter && filterValidity) counts = v128.and(counts, i8x16.ne(v128.load(filterValidity + row), i8x16.splat(0)));
      if (validity) counts = v128.and(counts, i8x16.ne(v128.load(validity + row), i8x16.splat(0)));
      v128.store(weights + row, counts);
    }
  }
  for (; row < rows; row++) {
    let counts: i8 = signs ? load<i8>(signs + row) : 1;
    if (filter) {
      const at = filterStride ? <usize>row : 0;
      if (!load<u8>(filter + at) || (filterValidity && !load<u8>(filterValidity + at))) counts = 0;
    }
    if (validity && !load<u8>(validity + (stride ? <usize>row : 0))) counts = 0;
    store<i8>(weights + row, counts);
  }
}

/** Rows that are taken back count no more. */
export function aggAdded(rows: u32, weights: usize): void {
  let row: u32 = 0;
  for (; row + 16 <= rows; row += 16)
    v128.store(weights + row, i8x16.max_s(v128.load(weights + row), i8x16.splat(0)));
  for (; row < rows; row++) store<i8>(weights + row, max<i8>(load<i8>(weights + row), 0));
}

/** COUNT. With `life` it begins anew with its key. */
export function aggCount(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  life: usize,
  before: usize,
  after: usize,
): void {
  if (life == 0 && before != 0 && after != 0 && weights != 0) {
    // The commonest case: without a branch.
    for (let row: u32 = 0; row < rows; row++) {
      const cell = slotAt(slots, row) + offset;
      const count = load<i64>(cell);
      const sum = count + <i64>load<i8>(weights + row);
      store<i64>(cell, sum);
      store<i64>(before + (<usize>row << 3), count);
      store<i64>(after + (<usize>row << 3), sum);
    }
    return;
  }
  for (let row: u32 = 0; row < rows; row++) {
    const cell = slotAt(slots, row) + offset;
    let count = load<i64>(cell);
    if (life && !(load<u8>(life + row) & 1)) count = 0;
    const sum = count + weightAt(weights, row);
    store<i64>(cell, sum);
    put<i64>(before, row, count);
    put<i64>(after, row, sum);
  }
}

// @ts-ignore: decorator
@inline
function sumInteger<T>(
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
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const cell = slotAt(slots, row) + offset;
    const sum = isEmpty(counts, row) ? 0 : load<i64>(cell);
    const next = sum + weightAt(weights, row) * <i64>load<T>(values);
    store<i64>(cell, next);
    put<i64>(before, row, sum);
    put<i64>(after, row, next);
  }
}

/** SUM of integers in an i64 that wraps; what is shown of it wraps to the result's width. */
export function aggSumI8(
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
  sumInteger<i8>(rows, slots, offset, weights, counts, values, stride, before, after);
}

export function aggSumI16(
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
  sumInteger<i16>(rows, slots, offset, weights, counts, values, stride, before, after);
}

export function aggSumI32(
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
  sumInteger<i32>(rows, slots, offset, weights, counts, values, stride, before, after);
}

export function aggSumI64(
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
  sumInteger<i64>(rows, slots, offset, weights, counts, values, stride, before, after);
}

// @ts-ignore: decorator
@inline
function sumFloat<T, S>(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  fromZero: bool,
): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const cell = slotAt(slots, row) + offset;
    const empty = isEmpty(counts, row);
    const sum: S = empty ? 0 : load<S>(cell);
    let next = sum;
    const weight = weightAt(weights, row);
    if (weight > 0) {
      const value = <S>load<T>(values);
      next = empty && !fromZero ? value : sum + value; // SUM begins with its first value, so that -0.0 stays
    } else if (weight < 0) next = sum - <S>load<T>(values);
    store<S>(cell, next);
    put<S>(before, row, sum);
    put<S>(after, row, next);
  }
}

/** SUM(FLOAT), added up in FLOAT. */
export function aggSumF32(
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
  sumFloat<f32, f32>(rows, slots, offset, weights, counts, values, stride, before, after, false);
}

export function aggSumF64(
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
  sumFloat<f64, f64>(rows, slots, offset, weights, counts, values, stride, before, after, false);
}

/** What AVG divides: begins with 0.0, and adds up FLOAT in DOUBLE. */
export function aggTotalF32(
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
  sumFloat<f32, f64>(rows, slots, offset, weights, counts, values, stride, before, after, true);
}

export function aggTotalF64(
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
  sumFloat<f64, f64>(rows, slots, offset, weights, counts, values, stride, before, after, true);
}

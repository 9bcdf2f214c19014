/**
 * From accumulators to results, and from results to a changelog.
 *
 * Results before and after each row lie behind one another, `step` cells apart, so a u32 selects any of them: row for what
 * was before row, step + row for what is after it.
 */
import { Entry, slotAt } from './keyed-table-layout';

// @ts-ignore: decorator
@inline
function average<T>(rows: u32, sums: usize, counts: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const count = load<i64>(counts + (<usize>row << 3));
    const sum = load<i64>(sums + (<usize>row << 3));
    store<T>(out + <usize>row * sizeof<T>(), <T>(count == 0 || count == -1 ? 0 - sum : sum / count));
  }
}

/** sum / count, cut towards zero (S-55). Where the count is 0 the result is NULL and its cell anything. */
export function averageI8(rows: u32, sums: usize, counts: usize, out: usize): void {
  average<i8>(rows, sums, counts, out);
}

export function averageI16(rows: u32, sums: usize, counts: usize, out: usize): void {
  average<i16>(rows, sums, counts, out);
}

export function averageI32(rows: u32, sums: usize, counts: usize, out: usize): void {
  average<i32>(rows, sums, counts, out);
}

export function averageI64(rows: u32, sums: usize, counts: usize, out: usize): void {
  average<i64>(rows, sums, counts, out);
}

export function averageF32(rows: u32, sums: usize, counts: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const mean = load<f64>(sums + (<usize>row << 3)) / <f64>load<i64>(counts + (<usize>row << 3));
    store<f32>(out + (<usize>row << 2), <f32>mean);
  }
}

export function averageF64(rows: u32, sums: usize, counts: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const mean = load<f64>(sums + (<usize>row << 3)) / <f64>load<i64>(counts + (<usize>row << 3));
    store<f64>(out + (<usize>row << 3), mean);
  }
}

// @ts-ignore: decorator
@inline
function narrow<T>(rows: u32, values: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<T>(out + <usize>row * sizeof<T>(), load<T>(values + (<usize>row << 3)));
  }
}

/** The low bytes of 8-byte cells: how a SUM wraps. */
export function narrow64To8(rows: u32, values: usize, out: usize): void {
  narrow<u8>(rows, values, out);
}

export function narrow64To16(rows: u32, values: usize, out: usize): void {
  narrow<u16>(rows, values, out);
}

export function narrow64To32(rows: u32, values: usize, out: usize): void {
  narrow<u32>(rows, values, out);
}

/** 1 where the count is not 0. */
export function countValidity(rows: u32, counts: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<u8>(out + row, <u8>(load<i64>(counts + (<usize>row << 3)) != 0));
  }
}

// @ts-ignore: decorator
@inline
function compare<T>(rows: u32, before: usize, after: usize, beforeSet: usize, afterSet: usize, changed: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    let differs = <u8>(load<T>(before + <usize>row * sizeof<T>()) != load<T>(after + <usize>row * sizeof<T>()));
    if (beforeSet) {
      const a = load<u8>(beforeSet + row);
      const b = load<u8>(afterSet + row);
      differs = (differs & a) | (a ^ b);
    }
    store<u8>(changed + row, load<u8>(changed + row) | differs);
  }
}

/** Sets `changed` where a result is another one after the row; the validities (bytes) are both there or both 0. */
export function markChanged8(rows: u32, before: usize, after: usize, beforeSet: usize, afterSet: usize, changed: usize): void {
  compare<u8>(rows, before, after, beforeSet, afterSet, changed);
}

export function markChanged16(rows: u32, before: usize, after: usize, beforeSet: usize, afterSet: usize, changed: usize): void {
  compare<u16>(rows, before, after, beforeSet, afterSet, changed);
}

export function markChanged32(rows: u32, before: usize, after: usize, beforeSet: usize, afterSet: usize, changed: usize): void {
  compare<u32>(rows, before, after, beforeSet, afterSet, changed);
}

export function markChanged64(rows: u32, before: usize, after: usize, beforeSet: usize, afterSet: usize, changed: usize): void {
  compare<u64>(rows, before, after, beforeSet, afterSet, changed);
}

export function markChanged128(rows: u32, before: usize, after: usize, beforeSet: usize, afterSet: usize, changed: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const difference = v128.xor(v128.load(before + (<usize>row << 4)), v128.load(after + (<usize>row << 4)));
    let differs = <u8>v128.any_true(difference);
    if (beforeSet) {
      const a = load<u8>(beforeSet + row);
      const b = load<u8>(afterSet + row);
      differs = (differs & a) | (a ^ b);
    }
    store<u8>(changed + row, load<u8>(changed + row) | differs);
  }
}

/**
 * The changes of a batch (S-35): which result cells to show, in `cells`, of which row each is, in `rowNumbers`, and as what, in `kinds`.
 * A new key gives +I, a dead one -D, and one that lives on -U (if asked for) and +U, or nothing where `changed` (0: always) says so.
 */
export function aggChangelog(
  rows: u32,
  life: usize,
  changed: usize,
  updateBefore: u32,
  step: u32,
  cells: usize,
  rowNumbers: usize,
  kinds: usize,
): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const stage = load<u8>(life + row);
    const isSilent = stage == 0 || (stage == 3 && changed != 0 && load<u8>(changed + row) == 0);
    if (isSilent) continue;
    const isUpdate = stage == 3;
    if (isUpdate ? updateBefore : <u32>(stage == 1)) {
      store<u32>(cells + (<usize>count << 2), row);
      store<u32>(rowNumbers + (<usize>count << 2), row);
      store<u8>(kinds + count, isUpdate ? 1 : 3);
      count++;
    }
    if (stage & 2) {
      store<u32>(cells + (<usize>count << 2), step + row);
      store<u32>(rowNumbers + (<usize>count << 2), row);
      store<u8>(kinds + count, isUpdate ? 2 : 0);
      count++;
    }
  }
  return count;
}

/**
 * Ends a bundle (`aggBundle`) for these entries: `life` from what their counts were, in `images`, and are. An entry that died in the bundle may have
 * been dropped by a rehash, and its key come back; then it has two images, of which the first one tells the truth.
 */
export function aggUnbundle(rows: u32, images: usize, slots: usize, offset: u32, life: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    const was = <u8>(changetype<Entry>(slotAt(images, row)).count != 0);
    const is = <u8>(changetype<Entry>(entry).count != 0);
    const isDone = is != 0 && load<u32>(entry + offset) == 0;
    store<u8>(life + row, isDone ? 0 : was | (is << 1));
    store<u32>(entry + offset, 0);
  }
}

/** MERGE: adds (`sign` 1) or takes back (-1) accumulators at `offset` of other entries: counts and integer sums. */
export function aggMergeI64(rows: u32, from: usize, to: usize, offset: u32, sign: i32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const cell = slotAt(to, row) + offset;
    store<i64>(cell, load<i64>(cell) + <i64>sign * load<i64>(slotAt(from, row) + offset));
  }
}

// @ts-ignore: decorator
@inline
function mergeFloat<T>(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const source = slotAt(from, row);
    const target = slotAt(to, row);
    if (load<i64>(source + countOffset) == 0) continue;
    const value = load<T>(source + offset);
    store<T>(target + offset, load<i64>(target + countOffset) == 0 ? value : load<T>(target + offset) + value);
  }
}

/** The same for sums that know no way back; `countOffset` is where the entries count their values, which merge last. */
export function aggMergeF32(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeFloat<f32>(rows, from, to, offset, countOffset);
}

export function aggMergeF64(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeFloat<f64>(rows, from, to, offset, countOffset);
}

// @ts-ignore: decorator
@inline
function mergeExtreme<T>(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32, isMax: bool): void {
  for (let row: u32 = 0; row < rows; row++) {
    const source = slotAt(from, row);
    const target = slotAt(to, row);
    if (load<i64>(source + countOffset) == 0) continue;
    const value = load<T>(source + offset);
    const best = load<T>(target + offset);
    const isBetter = load<i64>(target + countOffset) == 0 || (isMax ? value > best : value < best);
    if (isBetter) store<T>(target + offset, value);
  }
}

/** MIN and MAX of both. */
export function aggMergeMinI8(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<i8>(rows, from, to, offset, countOffset, false);
}

export function aggMergeMinI16(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<i16>(rows, from, to, offset, countOffset, false);
}

export function aggMergeMinI32(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<i32>(rows, from, to, offset, countOffset, false);
}

export function aggMergeMinI64(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<i64>(rows, from, to, offset, countOffset, false);
}

export function aggMergeMinF32(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<f32>(rows, from, to, offset, countOffset, false);
}

export function aggMergeMinF64(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<f64>(rows, from, to, offset, countOffset, false);
}

export function aggMergeMaxI8(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<i8>(rows, from, to, offset, countOffset, true);
}

export function aggMergeMaxI16(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<i16>(rows, from, to, offset, countOffset, true);
}

export function aggMergeMaxI32(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<i32>(rows, from, to, offset, countOffset, true);
}

export function aggMergeMaxI64(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<i64>(rows, from, to, offset, countOffset, true);
}

export function aggMergeMaxF32(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<f32>(rows, from, to, offset, countOffset, true);
}

export function aggMergeMaxF64(rows: u32, from: usize, to: usize, offset: u32, countOffset: u32): void {
  mergeExtreme<f64>(rows, from, to, offset, countOffset, true);
}

// @ts-ignore: decorator
@inline
function mergeExtreme128(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  countOffset: u32,
  primary: u32,
  isMax: bool,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const source = slotAt(from, row);
    const target = slotAt(to, row);
    if (load<i64>(source + countOffset) == 0) continue;
    const a = isMax ? target + offset : source + offset;
    const b = isMax ? source + offset : target + offset;
    const x = load<i64>(a + primary);
    const y = load<i64>(b + primary);
    const isBetter = x < y || (x == y && load<u64>(a + (8 - primary)) < load<u64>(b + (8 - primary)));
    if (isBetter || load<i64>(target + countOffset) == 0) {
      v128.store(target + offset, v128.load(source + offset));
    }
  }
}

/** `primary`: offset of the signed word that decides first. */
export function aggMergeMin128(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  countOffset: u32,
  primary: u32,
): void {
  mergeExtreme128(rows, from, to, offset, countOffset, primary, false);
}

export function aggMergeMax128(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  countOffset: u32,
  primary: u32,
): void {
  mergeExtreme128(rows, from, to, offset, countOffset, primary, true);
}

/**
 * Mini-batch: copies the entries that a bundle touches for the first time, as they are before it, to `images`, and numbers them from 1
 * at `offset` of the entry. Returns how many images there are then.
 */
export function aggBundle(
  rows: u32,
  slots: usize,
  offset: u32,
  entrySize: u32,
  images: usize,
  count: u32,
): u32 {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    if (load<u32>(entry + offset)) continue;
    const image = images + <usize>count * entrySize;
    for (let at: u32 = 0; at < entrySize; at += 8) store<u64>(image + at, load<u64>(entry + at));
    store<u32>(entry + offset, ++count);
  }
  return count;
}

/** Addresses of `rows` things of `size` bytes, one behind the other, as slots. */
export function fillSlots(rows: u32, first: usize, size: u32, slots: usize): void {
  for (let row: u32 = 0; row < rows; row++) store<u32>(slots + (<usize>row << 2), <u32>(first + <usize>row * size));
}

/** Lists the entries among `rows` that were last written `ttl` ms ago or earlier (i64 cells, as in `aggExpire`), in place. */
export function aggSelectExpired(rows: u32, slots: usize, offset: u32, nowCell: usize, ttlCell: usize): u32 {
  const now = load<i64>(nowCell);
  const ttl = load<i64>(ttlCell);
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<u32>(slots + (<usize>count << 2), <u32>entry);
    if (load<i64>(entry + offset) + ttl <= now) count++;
  }
  return count;
}

/** Declares entries dead. */
export function aggKill(rows: u32, slots: usize): void {
  for (let row: u32 = 0; row < rows; row++) changetype<Entry>(slotAt(slots, row)).count = 0;
}

/**
 * DISTINCT over groups that are never merged: one table of all values of an argument, whatever the group, with a count for each FILTER.
 *
 *   entry of a group:   ... | u64 id | ...                       a number that no other group has had, from when it began to live
 *   entry of a value:   | hash, marks, count | u64 id of the group | the value | i64 count a FILTER ... |
 *
 * A group that dies and comes back has another id, so nothing of its first life counts.
 */
import { Entry, slotAt } from './keyed-table-layout';

/** The ids of the rows' groups, u64 a row. Groups that begin to live (by `life`, or for the first time) get the next one from `counter`. */
export function distinctIds(rows: u32, slots: usize, offset: u32, life: usize, counter: usize, ids: usize): void {
  let last = load<u64>(counter);
  for (let row: u32 = 0; row < rows; row++) {
    const cell = slotAt(slots, row) + offset;
    let id = load<u64>(cell);
    if (id == 0 || (life != 0 && !(load<u8>(life + row) & 1))) {
      id = ++last;
      store<u64>(cell, id);
    }
    store<u64>(ids + (<usize>row << 3), id);
  }
  store<u64>(counter, last);
}

/** Sets bytes of `mask` for the rows that count for a filter; clears the others if it `isFirst`. */
export function distinctMask(rows: u32, weights: usize, mask: usize, isFirst: u32): void {
  for (let row: u32 = 0; row < rows; row += 16) {
    const counts = i8x16.ne(v128.load(weights + row), i8x16.splat(0));
    v128.store(mask + row, isFirst ? counts : v128.or(counts, v128.load(mask + row)));
  }
}

/**
 * Counts the rows' values at `offset`, and makes of each weight 1 where the value is the first of its kind, -1 where it was the last, and 0
 * otherwise.
 */
export function distinctCount(rows: u32, slots: usize, offset: u32, weights: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const weight = <i64>load<i8>(weights + row);
    if (weight == 0) continue;
    const entry = slotAt(slots, row);
    const count = load<i64>(entry + offset);
    store<i64>(entry + offset, count + weight);
    changetype<Entry>(entry).count += weight;
    store<i8>(weights + row, <i8>(count + weight > 0) - <i8>(count > 0));
  }
}

/** Forgets values that were last written `ttl` ms ago or earlier, `bytes` of counts behind the time at `offset`; writes `now` into all. */
export function distinctExpire(
  rows: u32,
  slots: usize,
  offset: u32,
  bytes: u32,
  nowCell: usize,
  ttlCell: usize,
): void {
  const now = load<i64>(nowCell);
  const ttl = load<i64>(ttlCell);
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    if (entry == 0) continue;
    if (load<i64>(entry + offset) + ttl <= now) {
      changetype<Entry>(entry).count = 0;
      memory.fill(entry + offset + 8, 0, bytes);
    }
    store<i64>(entry + offset, now);
  }
}

/** Gives copied groups ids of their own, and tells which was which. */
export function distinctRename(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  counter: usize,
  oldIds: usize,
  newIds: usize,
): void {
  let last = load<u64>(counter);
  for (let row: u32 = 0; row < rows; row++) {
    store<u64>(oldIds + (<usize>row << 3), load<u64>(slotAt(from, row) + offset));
    store<u64>(slotAt(to, row) + offset, ++last);
    store<u64>(newIds + (<usize>row << 3), last);
  }
  store<u64>(counter, last);
}

/** Writes values into entries and makes them live. */
export function distinctStore(rows: u32, slots: usize, offset: u32, values: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const entry = slotAt(slots, row);
    store<u64>(entry + offset, load<u64>(values + (<usize>row << 3)));
    changetype<Entry>(entry).count = 1;
  }
}

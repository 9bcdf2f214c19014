/**
 * Windows over time: which slice a row belongs to, and the windows of a row (S-14 to S-17).
 *
 * A slice is the stretch of time between two neighbouring window bounds: all rows in it are in the same windows. It begins at the greatest
 * `offset + n * length` that is not after the row, before the epoch too. Times are i64 milliseconds.
 */

import { slotAt } from './keyed-table-layout';

/** A row in no slice: its time is NULL. */
const NONE: u8 = 255;

// @ts-ignore: decorator
@inline
function startOf(time: i64, length: i64, offset: i64): i64 {
  const rest = (time - offset) % length;
  return time - (rest < 0 ? rest + length : rest);
}

@unmanaged
class SliceRows {
  start: i64;
  count: u32;
  /** First and last row. */
  first: u32;
  last: u32;
  unused: u32;
}

@unmanaged
class SliceCutter {
  length: i64;
  offset: i64;
  /** Rows that were done, and how many of them have no time. */
  rows: u32;
  nulls: u32;
}

/**
 * Finds the slices of a batch, in order of their first rows: a `SliceRows` each at `slices`, at most `limit` (254 at most), and for each row
 * the number of its slice at `numbers` (a byte). Stops before a row that would need one more; `cutter.rows` says where.
 */
export function windowCut(
  rows: u32,
  times: usize,
  stride: u32,
  validity: usize,
  cutterControl: usize,
  slices: usize,
  limit: u32,
  numbers: usize,
): u32 {
  const cutter = changetype<SliceCutter>(cutterControl);
  const length = cutter.length;
  let found: u32 = 0;
  let nulls: u32 = 0;
  // The slice of the row before: none yet.
  let start: i64 = 0;
  let end: i64 = 0;
  let number: u32 = 0;
  let count: u32 = 0;
  let last: u32 = 0;
  let row: u32 = 0;
  for (; row < rows; row++) {
    if (validity && !load<u8>(validity + (stride ? <usize>row : 0))) {
      store<u8>(numbers + row, NONE);
      nulls++;
      continue;
    }
    const time = load<i64>(times + <usize>row * stride);
    if (time < start || time >= end) {
      if (count) addRows(slices, number, count, last);
      count = 0;
      start = startOf(time, length, cutter.offset);
      end = start + length;
      for (number = 0; number < found; number++) {
        if (sliceAt(slices, number).start == start) break;
      }
      if (number == found) {
        if (found == limit) break;
        found++;
        const slice = sliceAt(slices, number);
        slice.start = start;
        slice.count = 0;
        slice.first = row;
      }
    }
    count++;
    last = row;
    store<u8>(numbers + row, <u8>number);
  }
  if (count) addRows(slices, number, count, last);
  cutter.rows = row;
  cutter.nulls = nulls;
  return found;
}

// @ts-ignore: decorator
@inline
function addRows(slices: usize, number: u32, count: u32, last: u32): void {
  const slice = sliceAt(slices, number);
  slice.count += count;
  slice.last = last;
}

// @ts-ignore: decorator
@inline
function sliceAt(slices: usize, number: u32): SliceRows {
  return changetype<SliceRows>(slices + <usize>number * offsetof<SliceRows>());
}

/** Lists the rows from `first` to `last` that belong to a slice. The selection has room for one more than there are. */
export function windowSelect(first: u32, last: u32, numbers: usize, number: u32, selection: usize): u32 {
  let end = selection;
  for (let row = first; row <= last; row++) {
    store<u32>(end, row);
    end += <usize>(load<u8>(numbers + row) == <u8>number) << 2;
  }
  return <u32>((end - selection) >> 2);
}

@unmanaged
class WindowCursor {
  size: i64;
  slide: i64;
  offset: i64;
  /** Where `windowExpand` goes on: the row, and which of its windows. */
  row: u32;
  window: u32;
  nulls: u32;
  unused: u32;
}

/**
 * The windows of rows, one after the other: of HOP (and TUMBLE, with `slide` = `size`) from the latest to the earliest, of CUMULATE (`isCumulate`,
 * `slide` is the step) from the shortest to the longest. Writes at most `limit` row numbers, starts and ends, and leaves in the cursor where to
 * go on. Rows without a time have no window and are counted.
 */
export function windowExpand(
  rows: u32,
  times: usize,
  stride: u32,
  validity: usize,
  cursorControl: usize,
  isCumulate: u32,
  limit: u32,
  rowNumbers: usize,
  starts: usize,
  ends: usize,
): u32 {
  const cursor = changetype<WindowCursor>(cursorControl);
  const size = cursor.size;
  const slide = cursor.slide;
  let count: u32 = 0;
  for (let row = cursor.row; row < rows; row++) {
    cursor.row = row;
    if (validity && !load<u8>(validity + (stride ? <usize>row : 0))) {
      cursor.nulls++;
      continue;
    }
    const time = load<i64>(times + <usize>row * stride);
    const latest = startOf(time, slide, cursor.offset);
    const first = isCumulate ? startOf(time, size, cursor.offset) : 0;
    const windows = <u32>(isCumulate ? (first + size - latest) / slide : (size - (time - latest) + slide - 1) / slide);
    for (let window = cursor.window; window < windows; window++) {
      if (count == limit) {
        cursor.window = window;
        return count;
      }
      const start = isCumulate ? first : latest - <i64>window * slide;
      store<u32>(rowNumbers + (<usize>count << 2), row);
      store<i64>(starts + (<usize>count << 3), start);
      store<i64>(ends + (<usize>count << 3), isCumulate ? latest + <i64>(window + 1) * slide : start + size);
      count++;
    }
    cursor.window = 0;
  }
  cursor.row = rows;
  return count;
}

/** Adds a constant, an i64 cell, to each value. */
export function addConstant64(rows: u32, values: usize, cell: usize, out: usize): void {
  const constant = load<i64>(cell);
  for (let row: u32 = 0; row < rows; row++) {
    store<i64>(out + (<usize>row << 3), load<i64>(values + (<usize>row << 3)) + constant);
  }
}

/** Numbers the entries that have no number yet, u32 at `offset`, in the order of the rows; returns the next number. */
export function windowNumber(rows: u32, slots: usize, offset: u32, next: u32): u32 {
  for (let row: u32 = 0; row < rows; row++) {
    const cell = slotAt(slots, row) + offset;
    if (load<u32>(cell) == 0) store<u32>(cell, next++);
  }
  return next;
}

const RADIX: u32 = 256;

/** Sorts at most 4096 slots by the entries' numbers: a radix sort, byte by byte. `scratch` has room for as many slots and 1 KiB. */
export function windowSort(rows: u32, slots: usize, offset: u32, scratch: usize): void {
  const counts = scratch + (<usize>rows << 2);
  let largest: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) largest = max(largest, load<u32>(slotAt(slots, row) + offset));
  for (let shift: u32 = 0; shift < 32 && largest >> shift != 0; shift += 8) {
    memory.fill(counts, 0, RADIX << 2);
    for (let row: u32 = 0; row < rows; row++) {
      const count = counts + (<usize>((load<u32>(slotAt(slots, row) + offset) >> shift) & 255) << 2);
      store<u32>(count, load<u32>(count) + 1);
    }
    let sum: u32 = 0;
    for (let digit: u32 = 0; digit < RADIX; digit++) {
      const count = counts + (<usize>digit << 2);
      const first = sum;
      sum += load<u32>(count);
      store<u32>(count, first);
    }
    for (let row: u32 = 0; row < rows; row++) {
      const entry = slotAt(slots, row);
      const count = counts + (<usize>((load<u32>(entry + offset) >> shift) & 255) << 2);
      const place = load<u32>(count);
      store<u32>(count, place + 1);
      store<u32>(scratch + (<usize>place << 2), <u32>entry);
    }
    memory.copy(slots, scratch, <usize>rows << 2);
  }
}

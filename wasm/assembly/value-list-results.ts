/**
 * What lists of values (`value-list.ts`) are made of and what is made of them: views of a column's cells, and from ranges of `items` arrays,
 * joined texts, first and last values.
 */
import { NONE, copyValue } from './value-list-layout';

/** Views of fixed-width cells, or copies of views of bytes (`width` 0); NULL where `validity` (0: none) says so. */
export function listViews(
  rows: u32,
  values: usize,
  stride: u32,
  validity: usize,
  width: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++, values += stride, out += 8) {
    if (validity && !load<u8>(validity + (stride ? <usize>row : 0))) store<u64>(out, 0xffffffff00000000);
    else if (width == 0) store<u64>(out, load<u64>(values));
    else {
      store<u32>(out, <u32>values);
      store<u32>(out, width, 4);
    }
  }
}

/** Items as cells of a column and its validity; views of bytes (`width` 0) as they are. */
export function listCells(count: u32, items: usize, width: u32, out: usize, validity: usize): void {
  for (let i: u32 = 0; i < count; i++, items += 8) {
    const length = load<u32>(items, 4);
    const isSet = length != NONE;
    store<u8>(validity + i, <u8>isSet);
    if (width == 0) {
      store<u64>(out, isSet ? load<u64>(items) : 0);
      out += 8;
    } else {
      if (isSet) copyValue(out, <usize>load<u32>(items), width);
      out += width;
    }
  }
}

/** Bytes of all items with a separator before each; NULLs are the text `null`. */
export function listTextBytes(count: u32, items: usize, separator: u32): u32 {
  let bytes: u32 = 0;
  for (let i: u32 = 0; i < count; i++, items += 8) {
    const length = load<u32>(items, 4);
    bytes += separator + (length == NONE ? 4 : length);
  }
  return bytes;
}

/** Writes them to `out`; `ends` gets, for each item, the addresses behind its separator and behind itself. */
export function listJoin(
  count: u32,
  items: usize,
  separator: usize,
  separatorLength: u32,
  out: usize,
  ends: usize,
): void {
  for (let i: u32 = 0; i < count; i++, items += 8, ends += 8) {
    const length = load<u32>(items, 4);
    memory.copy(out, separator, separatorLength);
    out += separatorLength;
    store<u32>(ends, <u32>out);
    if (length == NONE) {
      store<u32>(out, 0x6c6c756e); // null
      out += 4;
    } else {
      memory.copy(out, <usize>load<u32>(items), length);
      out += length;
    }
    store<u32>(ends, <u32>out, 4);
  }
}

/** Ranges of joined items as views of text. */
export function listTexts(rows: u32, ranges: usize, ends: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++, ranges += 8, out += 8) {
    const first = ends + (<usize>load<u32>(ranges) << 3);
    const count = load<u32>(ranges, 4);
    const start = count ? load<u32>(first) : 0;
    store<u32>(out, start);
    store<u32>(out, count ? load<u32>(first + (<usize>(count - 1) << 3), 4) - start : 0, 4);
  }
}

/** Bytes of texts with two more each. */
export function bracketBytes(rows: u32, views: usize): u32 {
  let bytes: u32 = 0;
  for (let row: u32 = 0; row < rows; row++, views += 8) bytes += load<u32>(views, 4) + 2;
  return bytes;
}

/** Texts in brackets, in place of the views. */
export function listBrackets(rows: u32, views: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++, views += 8) {
    const length = load<u32>(views, 4);
    store<u8>(out, 0x5b);
    memory.copy(out + 1, <usize>load<u32>(views), length);
    store<u8>(out + 1 + length, 0x5d);
    store<u32>(views, <u32>out);
    store<u32>(views, length + 2, 4);
    out += length + 2;
  }
}

/** The first or last item of each range as a cell; `width` 0: as a view, which is empty where the range is. */
export function listEdge(
  rows: u32,
  ranges: usize,
  items: usize,
  width: u32,
  isLast: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++, ranges += 8) {
    const count = load<u32>(ranges, 4);
    if (count) {
      const index = load<u32>(ranges) + (isLast ? count - 1 : 0);
      const item = items + (<usize>index << 3);
      if (width == 0) store<u64>(out, load<u64>(item));
      else copyValue(out, <usize>load<u32>(item), width);
    } else if (width == 0) store<u64>(out, 0); // compared whether it is NULL or not
    out += width ? width : <u32>8;
  }
}

/** 1 where a range holds something. */
export function rangeValidity(rows: u32, ranges: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) store<u8>(out + row, <u8>(load<u32>(ranges + (<usize>row << 3), 4) != 0));
}

/**
 * Sets `changed` where the range after a row has other items than the one before it. NULL is not equal to NULL here, as where Flink compares
 * arrays.
 */
export function markChangedRanges(rows: u32, before: usize, after: usize, items: usize, changed: usize): void {
  for (let row: u32 = 0; row < rows; row++, before += 8, after += 8) {
    const count = load<u32>(before, 4);
    let differs = count != load<u32>(after, 4);
    const a = items + (<usize>load<u32>(before) << 3);
    const b = items + (<usize>load<u32>(after) << 3);
    for (let i: u32 = 0; i < count && !differs; i++) differs = !isSameView(a + (<usize>i << 3), b + (<usize>i << 3));
    if (differs) store<u8>(changed + row, 1);
  }
}

function isSameView(a: usize, b: usize): bool {
  const length = load<u32>(a, 4);
  if (length == NONE || length != load<u32>(b, 4)) return false;
  if (load<u32>(a) == load<u32>(b)) return true;
  return memory.compare(<usize>load<u32>(a), <usize>load<u32>(b), length) == 0;
}

/** Makes the views NULL that `validity` says are. */
export function listMask(rows: u32, views: usize, validity: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (!load<u8>(validity + row)) store<u64>(views + (<usize>row << 3), 0xffffffff00000000);
  }
}

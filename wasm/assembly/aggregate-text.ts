/**
 * MIN, MAX, the first and the last of texts for an input that only adds; arguments are those of `aggregate.ts`.
 *
 *   accumulator:   | u32 offset into the operator's heap | u32 length |      offset 0: the empty text, or nothing yet
 *
 * Texts compare by their bytes, as Flink's do. A text that is beaten is freed, and stays until the heap settles: `before` points to it.
 * The twin makes room in the heap before (`textBytes`), so nothing here can run out of it.
 */
import { slotAt } from './keyed-table-layout';
import { Heap, blockSize, copyBytes, heapAddress, heapAllocate, heapFree } from './state-heap';

/** Below, equal to or above 0, as memcmp, then by length. */
export function compareTexts(a: usize, lengthA: u32, b: usize, lengthB: u32): i32 {
  const length = min(lengthA, lengthB);
  let at: u32 = 0;
  for (; at + 8 <= length; at += 8) {
    const x = load<u64>(a + at);
    const y = load<u64>(b + at);
    if (x != y) return bswap<u64>(x) < bswap<u64>(y) ? -1 : 1;
  }
  for (; at < length; at++) {
    const x = load<u8>(a + at);
    const y = load<u8>(b + at);
    if (x != y) return x < y ? -1 : 1;
  }
  return lengthA < lengthB ? -1 : <i32>(lengthA > lengthB);
}

/** Bytes that blocks for all of the texts take, at most. */
export function textBytes(rows: u32, values: usize, stride: u32, validity: usize): u32 {
  let bytes: u32 = 0;
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    if (!validity || load<u8>(validity + (stride ? <usize>row : 0))) bytes += blockSize(load<u32>(values, 4));
  }
  return bytes;
}

/** Bytes that the blocks of accumulators take. */
export function textBytesOf(rows: u32, slots: usize, offset: u32): u32 {
  let bytes: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) bytes += blockSize(load<u32>(slotAt(slots, row) + offset, 4));
  return bytes;
}

// @ts-ignore: decorator
@inline
function textAt(heap: Heap, cell: usize): usize {
  const offset = load<u32>(cell);
  return offset ? heapAddress(heap, offset) : cell;
}

/** Replaces the text of an accumulator. */
function setText(heap: Heap, cell: usize, text: usize, length: u32): void {
  if (load<u32>(cell)) heapFree(heap, load<u32>(cell), load<u32>(cell, 4));
  let offset: u32 = 0;
  if (length) {
    offset = heapAllocate(heap, length);
    assert(offset != 0, 'the heap has room');
    copyBytes(heapAddress(heap, offset), text, length);
  }
  store<u32>(cell, offset);
  store<u32>(cell, length, 4);
}

// @ts-ignore: decorator
@inline
function putView(heap: Heap, array: usize, row: u32, cell: usize): void {
  if (!array) return;
  store<u32>(array + (<usize>row << 3), <u32>textAt(heap, cell));
  store<u32>(array + (<usize>row << 3), load<u32>(cell, 4), 4);
}

/** `sign`: 1 for MIN, -1 for MAX. `before` and `after` are views. */
export function aggExtremeText(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  heapControl: usize,
  sign: i32,
): void {
  const heap = changetype<Heap>(heapControl);
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const cell = slotAt(slots, row) + offset;
    putView(heap, before, row, cell);
    if (!weights || load<i8>(weights + row)) {
      const text = <usize>load<u32>(values);
      const length = load<u32>(values, 4);
      const isFirst = load<i64>(counts + (<usize>row << 3)) == 0;
      if (isFirst || compareTexts(text, length, textAt(heap, cell), load<u32>(cell, 4)) * sign < 0) {
        setText(heap, cell, text, length);
      }
    }
    putView(heap, after, row, cell);
  }
}

/** The first or last text; `before` and `after` are views. */
export function aggEdgeText(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  counts: usize,
  values: usize,
  stride: u32,
  before: usize,
  after: usize,
  heapControl: usize,
  isLast: u32,
): void {
  const heap = changetype<Heap>(heapControl);
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const cell = slotAt(slots, row) + offset;
    putView(heap, before, row, cell);
    const weight: i8 = weights ? load<i8>(weights + row) : 1;
    if (weight > 0 && (isLast || load<i64>(counts + (<usize>row << 3)) == 0)) {
      setText(heap, cell, <usize>load<u32>(values), load<u32>(values, 4));
    }
    putView(heap, after, row, cell);
  }
}

/** MERGE of first or last texts of entries that come later. */
export function aggMergeEdgeText(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  countOffset: u32,
  fromHeap: usize,
  toHeap: usize,
  isLast: u32,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const source = slotAt(from, row);
    const target = slotAt(to, row);
    if (load<i64>(source + countOffset) == 0) continue;
    if (!isLast && load<i64>(target + countOffset) != 0) continue;
    const text = textAt(changetype<Heap>(fromHeap), source + offset);
    setText(changetype<Heap>(toHeap), target + offset, text, load<u32>(source + offset, 4));
  }
}

/** MERGE: the better of both; entries of `from` have their texts in another heap. */
export function aggMergeText(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  countOffset: u32,
  fromHeap: usize,
  toHeap: usize,
  sign: i32,
): void {
  const heap = changetype<Heap>(toHeap);
  for (let row: u32 = 0; row < rows; row++) {
    const source = slotAt(from, row);
    const target = slotAt(to, row);
    if (load<i64>(source + countOffset) == 0) continue;
    const text = textAt(changetype<Heap>(fromHeap), source + offset);
    const length = load<u32>(source + offset, 4);
    const cell = target + offset;
    const isFirst = load<i64>(target + countOffset) == 0;
    if (isFirst || compareTexts(text, length, textAt(heap, cell), load<u32>(cell, 4)) * sign < 0) {
      setText(heap, cell, text, length);
    }
  }
}

/** After entries were copied from another table with their offsets into its heap: copies the texts, too. */
export function aggCopyText(rows: u32, from: usize, to: usize, offset: u32, fromHeap: usize, toHeap: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const cell = slotAt(to, row) + offset;
    const source = slotAt(from, row) + offset;
    store<u64>(cell, 0);
    setText(changetype<Heap>(toHeap), cell, textAt(changetype<Heap>(fromHeap), source), load<u32>(source, 4));
  }
}

/** Frees the texts of entries that are given up. */
export function aggClearText(rows: u32, slots: usize, offset: u32, heapControl: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    setText(changetype<Heap>(heapControl), slotAt(slots, row) + offset, 0, 0);
  }
}

/** The views of accumulators: good until the heap settles after the next change. */
export function aggReadText(rows: u32, slots: usize, offset: u32, heapControl: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    putView(changetype<Heap>(heapControl), out, row, slotAt(slots, row) + offset);
  }
}

/** Sets `changed` where the view after a row is of another text; validities are both there or both 0. */
export function markChangedView(
  rows: u32,
  before: usize,
  after: usize,
  beforeSet: usize,
  afterSet: usize,
  changed: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const a = before + (<usize>row << 3);
    const b = after + (<usize>row << 3);
    let differs = <u8>(load<u64>(a) != load<u64>(b) && compareTexts(load<u32>(a), load<u32>(a, 4), load<u32>(b), load<u32>(b, 4)) != 0); // prettier-ignore
    if (beforeSet) {
      const isSetBefore = load<u8>(beforeSet + row);
      const isSetAfter = load<u8>(afterSet + row);
      differs = (differs & isSetBefore) | (isSetBefore ^ isSetAfter);
    }
    store<u8>(changed + row, load<u8>(changed + row) | differs);
  }
}

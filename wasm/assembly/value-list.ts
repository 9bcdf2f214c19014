/**
 * Lists of values in keyed state, in order of arrival: what LISTAGG, ARRAY_AGG, JSON aggregates and, over an input that takes rows back,
 * FIRST_VALUE and LAST_VALUE remember of a key. Arguments are those of `aggregate.ts`; values are views, u32 address and u32 length, of
 * bytes that mean equal values where they are equal. A length of NONE is NULL.
 *
 *   list, in an entry:    | u32 head | u32 tail | u32 count | u32 stamp | u32 first | u32 room | u32 appends | u32 copies |
 *   item, in the heap:    | u32 next | u32 length | bytes |                                          offset 0 is none
 *
 * Results are ranges, u32 first and u32 count, of `items`, an array of views. A list that only grows is laid out once, and the results
 * of its rows are beginnings of that range; once a value was taken out it is laid out anew. `first`, `room`, `appends` and `copies`
 * mean something within one call of `listPlan` and `listAccumulate`, which the two `stamp`s tell.
 *
 * With `keepsImages` the items that a list had stay as they were until the heap settles, so that a copy of its first 12 bytes can
 * still be read: what a mini-batch compares with.
 */
import { slotAt } from './keyed-table-layout';
import { Heap, blockSize, copyBytes, heapAddress, heapAllocate, heapFree, heapMark } from './state-heap';

const NONE: u32 = 0xffffffff;
const HEADER: u32 = 8;

@unmanaged
class List {
  head: u32;
  tail: u32;
  count: u32;
  stamp: u32;
  /** Where the list lies in `items`, or NONE. */
  first: u32;
  room: u32;
  /** Values that the batch will still add. */
  appends: u32;
  /** How often the list is laid out, at most. */
  copies: u32;
}

@unmanaged
class Item {
  next: u32;
  length: u32;
}

// @ts-ignore: decorator
@inline
function itemAt(heap: Heap, offset: u32): Item {
  return changetype<Item>(heapAddress(heap, offset));
}

// @ts-ignore: decorator
@inline
function bytesOf(item: Item): usize {
  return changetype<usize>(item) + HEADER;
}

// @ts-ignore: decorator
@inline
function sizeOf(length: u32): u32 {
  return length == NONE ? HEADER : HEADER + length;
}

/** Numbers end where they end; whole words may be read behind texts only. */
function copyValue(target: usize, source: usize, length: u32): void {
  if (length == 8) store<u64>(target, load<u64>(source));
  else if (length == 4) store<u32>(target, load<u32>(source));
  else if (length == 16) v128.store(target, v128.load(source));
  else if (length < 8) for (let i: u32 = 0; i < length; i++) store<u8>(target + i, load<u8>(source + i));
  else copyBytes(target, source, length);
}

function isSame(item: Item, address: usize, length: u32): bool {
  if (item.length != length) return false;
  if (length == NONE) return true;
  const bytes = bytesOf(item);
  let at: u32 = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(bytes + at) != load<u64>(address + at)) return false;
  for (; at < length; at++) if (load<u8>(bytes + at) != load<u8>(address + at)) return false;
  return true;
}

/** A new item with the value; the heap has room. */
function newItem(heap: Heap, address: usize, length: u32): u32 {
  const offset = heapAllocate(heap, sizeOf(length));
  assert(offset != 0, 'the heap has room');
  const item = itemAt(heap, offset);
  item.next = 0;
  item.length = length;
  if (length != NONE) copyValue(bytesOf(item), address, length);
  return offset;
}

function append(heap: Heap, list: List, address: usize, length: u32): u32 {
  const offset = newItem(heap, address, length);
  link(heap, list, offset);
  list.count++;
  return offset;
}

/** Puts an item at the end, without counting it. */
function link(heap: Heap, list: List, offset: u32): void {
  if (list.tail) {
    itemAt(heap, list.tail).next = offset;
    heapMark(heap, list.tail, HEADER);
  } else list.head = offset;
  list.tail = offset;
}

function find(heap: Heap, list: List, address: usize, length: u32): u32 {
  let offset = list.head;
  for (let i: u32 = 0; i < list.count; i++) {
    const item = itemAt(heap, offset);
    if (isSame(item, address, length)) return offset;
    offset = item.next;
  }
  return 0;
}

/** Takes out the first value like this one, if there is one. */
function takeOut(heap: Heap, list: List, address: usize, length: u32, keepsImages: bool): bool {
  const found = find(heap, list, address, length);
  if (!found) return false;
  const rest = itemAt(heap, found).next;
  const isLast = found == list.tail;
  let offset = list.head;
  if (keepsImages) {
    // The items before it are copied, those behind it are shared with what the list was.
    const tail = list.tail;
    list.head = list.tail = 0;
    while (offset != found) {
      const item = itemAt(heap, offset);
      link(heap, list, newItem(heap, bytesOf(item), item.length));
      const next = item.next;
      heapFree(heap, offset, sizeOf(item.length));
      offset = next;
    }
    if (!isLast) {
      link(heap, list, rest);
      list.tail = tail;
    }
  } else if (offset == found) {
    list.head = isLast ? 0 : rest;
    if (isLast) list.tail = 0;
  } else {
    while (itemAt(heap, offset).next != found) offset = itemAt(heap, offset).next;
    itemAt(heap, offset).next = isLast ? 0 : rest;
    heapMark(heap, offset, HEADER);
    if (isLast) list.tail = offset;
  }
  heapFree(heap, found, sizeOf(itemAt(heap, found).length));
  list.count--;
  return true;
}

function clear(heap: Heap, list: List): void {
  let offset = list.head;
  for (let i: u32 = 0; i < list.count; i++) {
    const item = itemAt(heap, offset);
    const next = item.next;
    heapFree(heap, offset, sizeOf(item.length));
    offset = next;
  }
  list.head = list.tail = list.count = 0;
  list.first = NONE;
}

// @ts-ignore: decorator
@inline
function putView(items: usize, index: u32, item: Item): void {
  const view = items + (<usize>index << 3);
  store<u32>(view, item.length == NONE ? 0 : <u32>bytesOf(item));
  store<u32>(view, item.length, 4);
}

function layOut(heap: Heap, list: List, items: usize, at: u32): void {
  let offset = list.head;
  for (let i: u32 = 0; i < list.count; i++) {
    const item = itemAt(heap, offset);
    putView(items, at + i, item);
    offset = item.next;
  }
}

/**
 * What a batch needs at most: the items of all results (returned), and (in the cell `bytes`) of the heap. `stamp` is odd and greater
 * than that of any call before.
 */
export function listPlan(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  life: usize,
  views: usize,
  heapControl: usize,
  stamp: u32,
  keepsImages: u32,
  bytes: usize,
): u32 {
  let cells: u32 = 0;
  let needed: u32 = 0;
  let added: u32 = 0;
  for (let row: u32 = 0; row < rows; row++, views += 8) {
    const list = changetype<List>(slotAt(slots, row) + offset);
    if (list.stamp != stamp) {
      list.stamp = stamp;
      list.appends = 0;
      list.copies = 1;
      cells += list.count;
    }
    const weight: i8 = weights ? load<i8>(weights + row) : 1;
    if (weight > 0) {
      cells += list.copies;
      list.appends++;
      const size = blockSize(sizeOf(load<u32>(views, 4)));
      added += size;
      needed += size;
    } else if (weight < 0) {
      cells += list.count + list.appends;
      list.copies++;
      // What is copied may have come in this batch.
      if (keepsImages) needed += added + listSize(changetype<Heap>(heapControl), list);
    }
    if (life && load<u8>(life + row) == 1) list.copies++;
  }
  store<u32>(bytes, needed);
  return cells;
}

function listSize(heap: Heap, list: List): u32 {
  let size: u32 = 0;
  let offset = list.head;
  for (let i: u32 = 0; i < list.count; i++) {
    const item = itemAt(heap, offset);
    size += blockSize(sizeOf(item.length));
    offset = item.next;
  }
  return size;
}

let cursor: u32 = 0;

// @ts-ignore: decorator
@inline
function show(heap: Heap, list: List, items: usize, range: usize): void {
  if (list.count && list.first == NONE) {
    list.first = cursor;
    list.room = list.count + list.appends;
    layOut(heap, list, items, cursor);
    // What is never filled is a text of nothing.
    memory.fill(items + (<usize>(cursor + list.count) << 3), 0, <usize>list.appends << 3);
    cursor += list.room;
  }
  store<u32>(range, list.count ? list.first : 0);
  store<u32>(range, list.count, 4);
}

/**
 * Adds and takes out the value of each row, `stamp` being one more than `listPlan` was given. `items` 0: nobody asks for results. Returns
 * how many items there are.
 */
export function listAccumulate(
  rows: u32,
  slots: usize,
  offset: u32,
  weights: usize,
  life: usize,
  views: usize,
  heapControl: usize,
  stamp: u32,
  keepsImages: u32,
  items: usize,
  before: usize,
  after: usize,
): u32 {
  const heap = changetype<Heap>(heapControl);
  cursor = 0;
  for (let row: u32 = 0; row < rows; row++, views += 8) {
    const list = changetype<List>(slotAt(slots, row) + offset);
    const stage: u8 = life ? load<u8>(life + row) : 3;
    if (list.stamp != stamp) {
      list.stamp = stamp;
      list.first = NONE;
    }
    if (!(stage & 1) && list.count) clear(heap, list);
    if (before) show(heap, list, items, before + (<usize>row << 3));
    const weight: i8 = weights ? load<i8>(weights + row) : 1;
    const address = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    if (weight > 0) {
      list.appends--;
      const item = append(heap, list, address, length);
      if (items && list.first != NONE) putView(items, list.first + list.count - 1, itemAt(heap, item));
    } else if (weight < 0 && takeOut(heap, list, address, length, keepsImages != 0)) list.first = NONE;
    if (after) show(heap, list, items, after + (<usize>row << 3));
    if (stage == 1) clear(heap, list);
  }
  return cursor;
}

/** How many values entries have in all. */
export function listCount(rows: u32, slots: usize, offset: u32): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) count += changetype<List>(slotAt(slots, row) + offset).count;
  return count;
}

/** The most values that one of the entries has. */
export function listLongest(rows: u32, slots: usize, offset: u32): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) count = max(count, changetype<List>(slotAt(slots, row) + offset).count);
  return count;
}

/** Bytes that the values of entries take as blocks. */
export function listBytes(rows: u32, slots: usize, offset: u32, heapControl: usize): u32 {
  let size: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    size += listSize(changetype<Heap>(heapControl), changetype<List>(slotAt(slots, row) + offset));
  }
  return size;
}

/** Lays out the lists of entries from item `first` on. */
export function listRead(
  rows: u32,
  slots: usize,
  offset: u32,
  heapControl: usize,
  items: usize,
  first: u32,
  ranges: usize,
): void {
  for (let row: u32 = 0; row < rows; row++, ranges += 8) {
    const list = changetype<List>(slotAt(slots, row) + offset);
    layOut(changetype<Heap>(heapControl), list, items, first);
    store<u32>(ranges, list.count ? first : 0);
    store<u32>(ranges, list.count, 4);
    first += list.count;
  }
}

/**
 * MERGE: adds the values of other entries, which lie in another heap, behind those of the targets; with `isDistinct` those alone that the target does not
 * have. With `isCopy` the targets are taken as empty, whatever they hold.
 */
export function listMerge(
  rows: u32,
  from: usize,
  to: usize,
  offset: u32,
  fromControl: usize,
  toControl: usize,
  isDistinct: u32,
  isCopy: u32,
): void {
  const fromHeap = changetype<Heap>(fromControl);
  const heap = changetype<Heap>(toControl);
  for (let row: u32 = 0; row < rows; row++) {
    const source = changetype<List>(slotAt(from, row) + offset);
    const list = changetype<List>(slotAt(to, row) + offset);
    let next = source.head;
    const count = source.count;
    if (isCopy) {
      list.head = list.tail = list.count = 0;
      list.stamp = 0;
    }
    for (let i: u32 = 0; i < count; i++) {
      const item = itemAt(fromHeap, next);
      const isKnown = isDistinct != 0 && find(heap, list, bytesOf(item), item.length) != 0;
      if (!isKnown) append(heap, list, bytesOf(item), item.length);
      next = item.next;
    }
  }
}

/** Frees the values of entries that are given up. */
export function listClear(rows: u32, slots: usize, offset: u32, heapControl: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    clear(changetype<Heap>(heapControl), changetype<List>(slotAt(slots, row) + offset));
  }
}

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

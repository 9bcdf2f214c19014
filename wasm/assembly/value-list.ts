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
import { Heap, blockSize, heapAllocate, heapFree, heapMark } from './state-heap';
import { HEADER, Item, List, NONE, bytesOf, copyValue, itemAt, sizeOf } from './value-list-layout';

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

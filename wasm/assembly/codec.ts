/**
 * The byte form of a batch, or of some of its rows, written in one call: what network buffers, collect messages, topic
 * records and states of sinks hold. Twin of engine/data/batch-codec.ts; engine/data/batch-layout.ts has the picture.
 *
 * Everything in it is an offset from its first byte, so that it can be copied anywhere; `relocateBatch` turns the views of
 * text into addresses where it came to lie. Only bytes below `target + capacity` are written, and what does
 * not fit gives 0, not half a batch.
 */

import { gather8, gather16, gather32, gather64, gather128 } from './gather';

/** What the encoder is told of a column. Depth first: a ROW before its fields, a collection before its elements. */
@unmanaged class Node {
  shape: u32;
  width: u32;
  children: u32;
  values: usize;
  validity: usize;
  stride: u32;
}

@unmanaged class Header {
  bytes: u32;
  rows: u32;
  base: u32;
  kinds: u32;
}

/** One for each node, in the same order. */
@unmanaged class Entry {
  flags: u32;
  values: u32;
  validity: u32;
  rows: u32;
  heap: u32;
  heapBytes: u32;
}

const CELLS: u32 = 0;
const VIEWS: u32 = 1;
const ROW: u32 = 2;

const PRESENT: u32 = 1;
const CONSTANT: u32 = 2;
const HAS_VIEWS: u32 = 4;

/** May be read past the end of any text. */
const SLACK: usize = 16;

// Where the encoder is: the batch's first byte, its next free byte, the end of the room, the next node and entry.
let begin: usize = 0;
let next: usize = 0;
let limit: usize = 0;
let node: usize = 0;
let entry: usize = 0;

/**
 * Writes `rows` rows: those numbered in `selection`, or the first ones if that is 0.
 *
 * @returns the bytes written, a multiple of 16, or 0 if they do not fit into `capacity`
 */
export function encodeBatch(
  nodes: usize,
  nodeCount: u32,
  rows: u32,
  kinds: usize,
  selection: usize,
  target: usize,
  capacity: u32,
): u32 {
  assert((target & 7) == 0 && (capacity & 7) == 0, "the room is aligned");
  const fixed = offsetof<Header>() + <usize>nodeCount * offsetof<Entry>();
  if (<usize>capacity < fixed + SLACK) return 0;
  begin = target;
  next = target + ((fixed + 7) & ~7);
  limit = target + capacity - SLACK;
  if (next > limit) return 0;
  node = nodes;
  entry = target + offsetof<Header>();
  const header = changetype<Header>(target);
  header.rows = rows;
  header.base = 0;
  header.kinds = 0;
  if (kinds != 0) {
    const at = encodeCells(rows, 1, kinds, 1, selection);
    if (at == 0) return 0;
    header.kinds = <u32>(at - begin);
  }
  const end = nodes + <usize>nodeCount * offsetof<Node>();
  while (node < end) {
    if (!encodeNode(rows, selection)) return 0;
  }
  const bytes = <u32>((next + SLACK - begin + 15) & ~15);
  if (bytes > capacity) return 0;
  header.bytes = bytes;
  return bytes;
}

/** Writes the next node and all below it; false if there is no room. */
function encodeNode(rows: u32, selection: usize): bool {
  const column = changetype<Node>(node);
  const written = changetype<Entry>(entry);
  node += offsetof<Node>();
  entry += offsetof<Entry>();
  written.flags = 0;
  written.values = 0;
  written.validity = 0;
  written.rows = 0;
  written.heap = 0;
  written.heapBytes = 0;
  if (column.shape != ROW && column.values == 0) return encodeChildren(column.children, 0, 0);
  written.flags = PRESENT;
  const isConstant = column.shape != ROW && column.stride == 0;
  let count = rows;
  let picked = selection;
  if (isConstant) {
    written.flags |= CONSTANT;
    count = 1;
    picked = 0;
  }
  written.rows = count;
  if (column.validity != 0) {
    const at = encodeCells(count, 1, column.validity, 1, picked);
    if (at == 0) return false;
    written.validity = <u32>(at - begin);
  }
  if (column.shape == ROW) return encodeChildren(column.children, rows, selection);
  if (column.shape == CELLS) {
    const at = encodeCells(count, column.width, column.values, column.stride, picked);
    written.values = <u32>(at - begin);
    return at != 0;
  }
  const cells = reserve(<usize>count << 3);
  if (cells == 0) return false;
  written.values = <u32>(cells - begin);
  if (column.shape == VIEWS) return encodeViews(written, column, count, picked, cells);
  return encodeElements(column, count, picked, cells);
}

function encodeChildren(children: u32, rows: u32, selection: usize): bool {
  for (let child: u32 = 0; child < children; child++) {
    if (!encodeNode(rows, selection)) return false;
  }
  return true;
}

/** Room for `bytes` bytes, or 0. */
// @ts-ignore: decorator
@inline
function reserve(bytes: usize): usize {
  const at = next;
  if (bytes > limit - at) return 0;
  const end = at + ((bytes + 7) & ~7);
  next = end < limit ? end : limit;
  return at;
}

/** Copies cells of a fixed width; their address, or 0 if there is no room. */
function encodeCells(count: u32, width: u32, values: usize, stride: u32, selection: usize): usize {
  const at = reserve(<usize>count * width);
  if (at == 0) return 0;
  if (selection != 0) {
    if (width == 8) gather64(count, values, stride, selection, at);
    else if (width == 4) gather32(count, values, stride, selection, at);
    else if (width == 1) gather8(count, values, stride, selection, at);
    else if (width == 16) gather128(count, values, stride, selection, at);
    else gather16(count, values, stride, selection, at);
  } else if (stride == width || count == 1) {
    memory.copy(at, values, <usize>count * width);
  } else {
    for (let row: u32 = 0; row < count; row++) {
      memory.copy(at + <usize>row * width, values + <usize>row * stride, width);
    }
  }
  return at;
}

/** The text that `count` rows point at, one after the other; rows in a row that share bytes share them here too. */
function encodeViews(written: Entry, column: Node, count: u32, selection: usize, cells: usize): bool {
  const values = column.values;
  const stride = column.stride;
  const validity = column.validity;
  const heap = next;
  let end = heap;
  let last: u64 = 0;
  let cell: u64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = selection == 0 ? <usize>i : <usize>load<u32>(selection + ((<usize>i) << 2));
    const view = load<u64>(values + row * stride);
    if (validity != 0 && load<u8>(validity + row) == 0) {
      store<u64>(cells + ((<usize>i) << 3), 0);
      continue;
    }
    if (view != last || i == 0) {
      const length = <usize>(view >> 32);
      if (length > limit - end) return false;
      last = view;
      cell = (view & 0xffffffff00000000) | <u64>(end - begin);
      copyText(end, <usize>(<u32>view), length);
      end += length;
    }
    store<u64>(cells + ((<usize>i) << 3), cell);
  }
  written.flags |= HAS_VIEWS;
  written.heap = <u32>(heap - begin);
  written.heapBytes = <u32>(end - heap);
  end = (end + 7) & ~7;
  next = end < limit ? end : limit;
  return true;
}

/** Copies in steps of 16 bytes, up to 15 past the end; long texts by memory.copy, which has a price a call. */
// @ts-ignore: decorator
@inline
function copyText(target: usize, source: usize, length: usize): void {
  if (length > 112) {
    memory.copy(target, source, length);
    return;
  }
  for (let done: usize = 0; done < length; done += 16) v128.store(target + done, v128.load(source + done));
}

/** Cells of a collection count from 0 again, and only elements that they name are written. */
function encodeElements(column: Node, count: u32, selection: usize, cells: usize): bool {
  const values = column.values;
  const stride = column.stride;
  const validity = column.validity;
  let total: usize = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = selection == 0 ? <usize>i : <usize>load<u32>(selection + ((<usize>i) << 2));
    if (validity != 0 && load<u8>(validity + row) == 0) continue;
    total += load<u32>(values + row * stride, 4);
  }
  // The numbers of the elements wait at the end of the room until the elements are written, with slack before them: texts are copied past their end.
  const room = limit - next;
  if (total > room >> 2 || (total << 2) + 7 + SLACK > room) return false;
  const outerLimit = limit;
  const elements = (limit - (total << 2)) & ~7;
  limit = elements - SLACK;
  let end = elements;
  let first: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const row = selection == 0 ? <usize>i : <usize>load<u32>(selection + ((<usize>i) << 2));
    let length: u32 = 0;
    if (validity == 0 || load<u8>(validity + row) != 0) {
      const source = values + row * stride;
      const from = load<u32>(source);
      length = load<u32>(source, 4);
      for (let element: u32 = 0; element < length; element++) {
        store<u32>(end, from + element);
        end += 4;
      }
    }
    store<u32>(cells + ((<usize>i) << 3), first);
    store<u32>(cells + ((<usize>i) << 3), length, 4);
    first += length;
  }
  const hasRoom = encodeChildren(column.children, first, elements);
  limit = outerLimit;
  return hasRoom;
}

/**
 * Makes views point into the batch where it lies now. Call it after every move; the bytes can be moved again
 * afterwards, and `relocateBatch(batch, 0)` makes them offsets again.
 *
 * @param address where readers will find the batch: its own address, or 0 for offsets
 */
export function relocateBatch(batch: usize, nodeCount: u32, address: usize): void {
  const header = changetype<Header>(batch);
  const delta = <u32>address - header.base;
  if (delta == 0) return;
  header.base = <u32>address;
  const step = i32x4.replace_lane(i32x4.replace_lane(i32x4.splat(0), 0, delta), 2, delta);
  let at = batch + offsetof<Header>();
  for (let i: u32 = 0; i < nodeCount; i++, at += offsetof<Entry>()) {
    const written = changetype<Entry>(at);
    if (!(written.flags & HAS_VIEWS)) continue;
    let cell = batch + written.values;
    const end = cell + ((<usize>written.rows) << 3);
    for (; cell + 16 <= end; cell += 16) v128.store(cell, i32x4.add(v128.load(cell), step));
    if (cell < end) store<u32>(cell, load<u32>(cell) + delta);
  }
}

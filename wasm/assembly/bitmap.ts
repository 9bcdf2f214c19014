/**
 * Sets of 32-bit numbers in the byte form of RoaringBitmap, which `engine/data/roaring-bitmap.ts` shows: combined, counted, read and made.
 *
 * A bitmap is read container by container (numbers of one high half) into lists of u16, and written from such lists, each in the smallest of
 * its three shapes. `scratch` has SCRATCH_BYTES. Results lie one behind the other at `heap`, which has room for five times the bytes that are
 * read and 64 bytes a row.
 */

const COOKIE: u32 = 12346;
const RUN_COOKIE: u32 = 12347;
/** Containers from which on there are offsets even with runs. */
const OFFSETS_FROM: u32 = 4;
const CONTAINERS_MAX: u32 = 65536;
const ARRAY_MAX: u32 = 4096;
const BITS_BYTES: u32 = 8192;
const LIST_BYTES: usize = 131072;

/** Three lists. */
export function bitmapScratchBytes(): u32 {
  return 3 * <u32>LIST_BYTES;
}

/** Where a bitmap is being read. */
@unmanaged
class Reader {
  /** The descriptions (u16 high half, u16 count - 1) that are left, and their end. */
  next: usize;
  last: usize;
  /** The bytes of the next container, and the end of the bitmap's bytes. */
  at: usize;
  limit: usize;
  /** A bit a container that says which are of runs, or 0; and the container's number. */
  flags: usize;
  index: u32;
  /** Of the container that was read: how many numbers, and whether it was of runs. */
  count: u32;
  wasRuns: bool;

  /** False if there is no bitmap. */
  open(bitmap: usize, length: u32): bool {
    this.next = this.last = 0;
    this.index = 0;
    this.limit = bitmap + length;
    if (length < 4) return false;
    const cookie = load<u32>(bitmap);
    const hasRuns = (cookie & 0xffff) == RUN_COOKIE;
    if (!hasRuns && (cookie != COOKIE || length < 8)) return false;
    const count = hasRuns ? (cookie >> 16) + 1 : load<u32>(bitmap, 4);
    if (count > CONTAINERS_MAX) return false;
    this.flags = hasRuns ? bitmap + 4 : 0;
    this.next = bitmap + (hasRuns ? 4 + ((count + 7) >> 3) : 8);
    this.last = this.next + 4 * count;
    this.at = this.last + (hasRuns && count < OFFSETS_FROM ? 0 : 4 * count);
    return this.at <= this.limit;
  }

  /** High half of the next container, 65536 behind the last one. */
  @inline
  get high(): u32 {
    return this.next < this.last ? load<u16>(this.next) : 65536;
  }

  /** Reads the next container into a list; false if its bytes are not there. */
  read(list: usize): bool {
    const size: u32 = <u32>load<u16>(this.next, 2) + 1;
    const at = this.at;
    this.next += 4;
    const index = this.index++;
    this.wasRuns = this.flags != 0 && (load<u8>(this.flags + (index >> 3)) & <u8>(<u32>1 << (index & 7))) != 0;
    if (this.wasRuns) return this.readRuns(list);
    const bytes: u32 = size > ARRAY_MAX ? BITS_BYTES : 2 * size;
    this.at = at + bytes;
    if (this.at > this.limit) return false;
    this.count = size;
    if (size <= ARRAY_MAX) memory.copy(list, at, 2 * size);
    else this.count = readBits(at, list);
    return true;
  }

  readRuns(list: usize): bool {
    const at = this.at;
    if (at + 2 > this.limit) return false;
    const runs = load<u16>(at);
    this.at = at + 2 + 4 * runs;
    if (this.at > this.limit) return false;
    let end = list;
    for (let run = at + 2; run < this.at; run += 4) {
      const first = <u32>load<u16>(run);
      const last = min<u32>(first + load<u16>(run, 2), 65535);
      // More than all numbers are none in order.
      if (end + 2 * (last - first + 1) > list + LIST_BYTES) return false;
      for (let number = first; number <= last; number++) {
        store<u16>(end, <u16>number);
        end += 2;
      }
    }
    this.count = <u32>(end - list) >> 1;
    return true;
  }
}

function readBits(at: usize, list: usize): u32 {
  let end = list;
  for (let i: u32 = 0; i < BITS_BYTES; i += 8) {
    for (let bits = load<u64>(at + i); bits != 0; bits &= bits - 1) {
      store<u16>(end, <u16>(8 * i + <u32>ctz(bits)));
      end += 2;
    }
  }
  return <u32>(end - list) >> 1;
}

const left = changetype<Reader>(memory.data(64, 8));
const right = changetype<Reader>(memory.data(64, 8));

// The bitmap being written: its place, that of its containers' descriptions (u16 high half, u16 count - 1, u32 size, the top bit
// of which says that it is of runs), and how far the containers are.
let start: usize = 0;
let described: usize = 0;
let payload: usize = 0;
let written: u32 = 0;
let anyRuns: bool = false;

const RUNS: u32 = 0x80000000;

/** Starts a bitmap of at most `most` containers. */
function begin(heap: usize, most: u32): void {
  start = heap;
  described = heap + 16 + 9 * most;
  payload = described + 8 * most;
  written = 0;
  anyRuns = false;
}

/** Adds a container; one without numbers is none. */
function put(high: u32, list: usize, count: u32, wasRuns: bool): void {
  if (count == 0) return;
  let runs: u32 = 1;
  for (let i: u32 = 1; i < count; i++) {
    runs += <u32>(<u32>load<u16>(list + 2 * i) != <u32>load<u16>(list + 2 * i - 2) + 1);
  }
  const asRuns: u32 = 2 + 4 * runs;
  const otherwise: u32 = count <= ARRAY_MAX ? 2 * count : BITS_BYTES;
  const asLong: u32 = min<u32>(2 * count + 2, BITS_BYTES);
  const isRuns = asRuns < otherwise || (wasRuns && asRuns <= asLong);
  const size = isRuns ? asRuns : otherwise;
  const entry = described + 8 * written++;
  store<u16>(entry, <u16>high);
  store<u16>(entry, <u16>(count - 1), 2);
  store<u32>(entry, isRuns ? size | RUNS : size, 4);
  if (isRuns) {
    anyRuns = true;
    putRuns(list, count, runs);
  } else if (count <= ARRAY_MAX) memory.copy(payload, list, size);
  else {
    memory.fill(payload, 0, BITS_BYTES);
    for (let i: u32 = 0; i < count; i++) {
      const number = <u32>load<u16>(list + 2 * i);
      const at = payload + (number >> 3);
      store<u8>(at, load<u8>(at) | <u8>(<u32>1 << (number & 7)));
    }
  }
  payload += size;
}

function putRuns(list: usize, count: u32, runs: u32): void {
  store<u16>(payload, <u16>runs);
  let at = payload + 2;
  let first = <u32>load<u16>(list);
  let last = first;
  for (let i: u32 = 1; i <= count; i++) {
    const number = i < count ? <u32>load<u16>(list + 2 * i) : 0x20000;
    if (number == last + 1) {
      last = number;
      continue;
    }
    store<u16>(at, <u16>first);
    store<u16>(at, <u16>(last - first), 2);
    at += 4;
    first = last = number;
  }
}

/** Writes the header and moves the containers to it. Returns the end. */
function finish(): usize {
  const flags = start + 4;
  let at = flags;
  if (anyRuns) {
    store<u32>(start, RUN_COOKIE | ((written - 1) << 16));
    const bytes = (written + 7) >> 3;
    memory.fill(flags, 0, bytes);
    at += bytes;
  } else {
    store<u32>(start, COOKIE);
    store<u32>(start, written, 4);
    at += 4;
  }
  const hasOffsets = !anyRuns || written >= OFFSETS_FROM;
  const offsets = at + 4 * written;
  const containers = hasOffsets ? offsets + 4 * written : offsets;
  const from = payload;
  let size: u32 = 0;
  for (let i: u32 = 0; i < written; i++) {
    const entry = described + 8 * i;
    store<u32>(at + 4 * i, load<u32>(entry));
    if (hasOffsets) store<u32>(offsets + 4 * i, <u32>(containers - start) + size);
    const shape = load<u32>(entry, 4);
    if (shape & RUNS) store<u8>(flags + (i >> 3), load<u8>(flags + (i >> 3)) | <u8>(<u32>1 << (i & 7)));
    size += shape & ~RUNS;
  }
  memory.copy(containers, from - size, size);
  return containers + size;
}

// @ts-ignore: decorator
@inline
function putView(out: usize, address: usize, end: usize): void {
  store<u32>(out, <u32>address);
  store<u32>(out, <u32>(end - address), 4);
}

// @ts-ignore: decorator
@inline
function most(reader: Reader): u32 {
  return <u32>(reader.last - reader.next) >> 2;
}

/**
 * The numbers of two bitmaps that `kept` names: bit 0 those that the first has alone, bit 1 those of the second, bit 2 those of both.
 * Returns the end.
 */
export function bitmapCombine(
  rows: u32,
  viewsA: usize,
  strideA: u32,
  viewsB: usize,
  strideB: u32,
  kept: u32,
  scratch: usize,
  heap: usize,
  out: usize,
): usize {
  const listA = scratch;
  const listB = scratch + LIST_BYTES;
  const result = listB + LIST_BYTES;
  for (let row: u32 = 0; row < rows; row++) {
    left.open(<usize>load<u32>(viewsA), load<u32>(viewsA, 4));
    right.open(<usize>load<u32>(viewsB), load<u32>(viewsB, 4));
    begin(heap, most(left) + most(right));
    while (true) {
      const a = left.high;
      const b = right.high;
      const high = min(a, b);
      if (high == 65536) break;
      if (a == high) left.read(listA);
      if (b == high) right.read(listB);
      if (a != b) {
        if (a == high && kept & 1) put(high, listA, left.count, left.wasRuns);
        if (b == high && kept & 2) put(high, listB, right.count, right.wasRuns);
      } else put(high, result, merge(listA, left.count, listB, right.count, kept, result), false);
    }
    const end = finish();
    putView(out, heap, end);
    heap = end;
    viewsA += strideA;
    viewsB += strideB;
    out += 8;
  }
  return heap;
}

function merge(a: usize, countA: u32, b: usize, countB: u32, kept: u32, result: usize): u32 {
  const endA = a + 2 * countA;
  const endB = b + 2 * countB;
  let end = result;
  while (a < endA && b < endB) {
    const x = <u32>load<u16>(a);
    const y = <u32>load<u16>(b);
    const isLeft = <u32>(x <= y);
    const isRight = <u32>(y <= x);
    // Bit 0 for the left one alone, 1 for the right one alone, 2 for both.
    const place = isLeft + 2 * isRight - 1;
    store<u16>(end, <u16>min(x, y));
    end += 2 * ((kept >> place) & 1);
    a += 2 * isLeft;
    b += 2 * isRight;
  }
  if (kept & 1 && a < endA) {
    memory.copy(end, a, endA - a);
    end += endA - a;
  }
  if (kept & 2 && b < endB) {
    memory.copy(end, b, endB - b);
    end += endB - b;
  }
  return <u32>(end - result) >> 1;
}

function cardinality(views: usize): u64 {
  let count: u64 = 0;
  left.open(<usize>load<u32>(views), load<u32>(views, 4));
  for (let at = left.next; at < left.last; at += 4) count += <u64>load<u16>(at, 2) + 1;
  return count;
}

/** How many numbers each bitmap has, as BIGINT. */
export function bitmapCardinality(rows: u32, views: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<u64>(out, cardinality(views));
    views += stride;
    out += 8;
  }
}

/** How many all of them have, at most 2^32 - 1. */
export function bitmapTotal(rows: u32, views: usize, stride: u32): u32 {
  let total: u64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    total += cardinality(views);
    views += stride;
  }
  return <u32>min<u64>(total, u32.MAX_VALUE);
}

/** The numbers of all bitmaps one behind the other as u32, and of each row where they begin and how many they are. */
export function bitmapNumbers(rows: u32, views: usize, stride: u32, scratch: usize, numbers: usize, out: usize): void {
  let end = numbers;
  for (let row: u32 = 0; row < rows; row++) {
    const first = end;
    left.open(<usize>load<u32>(views), load<u32>(views, 4));
    while (left.next < left.last) {
      const high = left.high << 16;
      left.read(scratch);
      for (let i: u32 = 0; i < left.count; i++) {
        store<u32>(end, high | <u32>load<u16>(scratch + 2 * i));
        end += 4;
      }
    }
    store<u32>(out, <u32>(first - numbers) >> 2);
    store<u32>(out, <u32>(end - first) >> 2, 4);
    views += stride;
    out += 8;
  }
}

/** A text is at most about this long: `...` stands for the rest. */
const TEXT_MAX: usize = 0x80000;

/** `{1,2,3}` of each bitmap; at most 11 bytes a number and 6 a row. Returns the end. */
export function bitmapText(rows: u32, views: usize, stride: u32, scratch: usize, heap: usize, out: usize): usize {
  for (let row: u32 = 0; row < rows; row++) {
    const text = heap;
    store<u8>(heap++, 0x7b);
    left.open(<usize>load<u32>(views), load<u32>(views, 4));
    let isWhole = true;
    while (isWhole && left.next < left.last) {
      const high = left.high << 16;
      left.read(scratch);
      for (let i: u32 = 0; i < left.count; i++) {
        if (heap > text + 1) {
          isWhole = heap - text + 1 <= TEXT_MAX;
          store<u8>(heap++, 0x2c);
          if (!isWhole) break;
        }
        heap = putNumber(heap, high | <u32>load<u16>(scratch + 2 * i));
      }
    }
    if (!isWhole) {
      store<u32>(heap, 0x2e2e2e);
      heap += 3;
    }
    store<u8>(heap++, 0x7d);
    putView(out, text, heap);
    views += stride;
    out += 8;
  }
  return heap;
}

function putNumber(at: usize, number: u32): usize {
  let end = at + 1;
  for (let rest = number; rest > 9; rest /= 10) end++;
  for (let digit = end; digit > at; number /= 10) store<u8>(--digit, <u8>(0x30 + (number % 10)));
  return end;
}

/** Bytes that should be bitmaps, in the form that these have. Returns the number of rows, or the first row that is none. */
export function bitmapRead(rows: u32, views: usize, stride: u32, validity: usize, scratch: usize, heap: usize, out: usize): u32 {
  for (let row: u32 = 0; row < rows; row++) {
    let end = heap;
    if (validity == 0 || load<u8>(validity + row) != 0) {
      if (!left.open(<usize>load<u32>(views), load<u32>(views, 4))) return row;
      begin(heap, most(left));
      let above: i32 = -1;
      while (left.next < left.last) {
        const high = left.high;
        if (<i32>high <= above || !left.read(scratch) || !isRising(scratch, left.count)) return row;
        above = high;
        put(high, scratch, left.count, left.wasRuns);
      }
      end = finish();
    }
    putView(out, heap, end);
    heap = end;
    views += stride;
    out += 8;
  }
  return rows;
}

function isRising(list: usize, count: u32): bool {
  for (let i: u32 = 1; i < count; i++) {
    if (load<u16>(list + 2 * i) <= load<u16>(list + 2 * i - 2)) return false;
  }
  return true;
}

/**
 * Bitmaps of arrays. A row of `lists` says where its items begin (u32) and how many they are (u32); items are integers of `width` bytes, those that
 * are NULL are left out. `numbers` has four bytes for every item of the longest array. Returns the end.
 */
export function bitmapBuild(
  rows: u32,
  lists: usize,
  strideLists: u32,
  items: usize,
  strideItems: u32,
  width: u32,
  validity: usize,
  numbers: usize,
  scratch: usize,
  heap: usize,
  out: usize,
): usize {
  for (let row: u32 = 0; row < rows; row++) {
    const first = load<u32>(lists);
    const last = first + load<u32>(lists, 4);
    let count: u32 = 0;
    for (let item = first; item < last; item++) {
      if (validity != 0 && load<u8>(validity + item) == 0) continue;
      const at = items + item * strideItems;
      const number = width == 4 ? load<i32>(at) : width == 2 ? <i32>load<i16>(at) : <i32>load<i8>(at);
      store<u32>(numbers + 4 * count++, <u32>number);
    }
    sort(numbers, count);
    begin(heap, min(count, CONTAINERS_MAX));
    for (let i: u32 = 0; i < count; ) {
      const high = load<u32>(numbers + 4 * i) >> 16;
      let end = scratch;
      let before: u32 = 0x10000;
      for (; i < count && load<u32>(numbers + 4 * i) >> 16 == high; i++) {
        const low = load<u32>(numbers + 4 * i) & 0xffff;
        if (low == before) continue;
        before = low;
        store<u16>(end, <u16>low);
        end += 2;
      }
      put(high, scratch, <u32>(end - scratch) >> 1, false);
    }
    const end = finish();
    putView(out, heap, end);
    heap = end;
    lists += strideLists;
    out += 8;
  }
  return heap;
}

/** Shell's way, with gaps of about 2.25 times the one before: arrays are short. */
function sort(numbers: usize, count: u32): void {
  let gap: u32 = 1;
  while (gap < count / 3) gap = (gap * 9) / 4 + 1;
  for (; gap > 0; gap = gap == 1 ? 0 : max<u32>(1, (gap * 4) / 9)) {
    for (let i = gap; i < count; i++) {
      const number = load<u32>(numbers + 4 * i);
      let at = i;
      while (at >= gap && load<u32>(numbers + 4 * (at - gap)) > number) {
        store<u32>(numbers + 4 * at, load<u32>(numbers + 4 * (at - gap)));
        at -= gap;
      }
      store<u32>(numbers + 4 * at, number);
    }
  }
}

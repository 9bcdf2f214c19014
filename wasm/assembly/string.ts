/**
 * Functions of texts over views (u32 address, u32 length). Pieces (SUBSTRING, TRIM, SPLIT_INDEX) are views of the same bytes; new
 * texts are written one after the other at `heap`, which the caller has made big enough, and their end is returned.
 *
 * Views of NULL rows are empty: `sanitizeViews` makes them so, and every kernel here relies on it. Positions and lengths
 * count code points (S-60g).
 */
import {
  bytesOfCodePoints,
  copyText,
  countCodePoints,
  findText,
  firstBytes,
  offsetOfLastCodePoints,
} from './bytes';

// @ts-ignore: decorator
@inline
function makeView(address: usize, length: u32): u64 {
  return <u64>address | (<u64>length << 32);
}

/** In place of a view: no text is that long. */
const NOT_THERE: u64 = u64.MAX_VALUE;

/** The views of set rows as they are, those of NULLs empty. */
export function sanitizeViews(rows: u32, views: usize, stride: u32, validity: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const mask = <u64>0 - <u64>load<u8>(validity + row);
    store<u64>(out, load<u64>(views) & mask);
    views += stride;
    out += 8;
  }
}

/** Bytes of all texts together, at most 2^32 - 1. */
export function totalLength(rows: u32, views: usize, stride: u32): u32 {
  let total: u64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    total += <u64>load<u32>(views, 4);
    views += stride;
  }
  return <u32>min<u64>(total, u32.MAX_VALUE);
}

/** Whether no byte of any text is above 127. */
export function areAscii(rows: u32, views: usize, stride: u32): u32 {
  let above: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    above |= nonAscii(text, length);
    views += stride;
  }
  return <u32>(above == 0);
}

// @ts-ignore: decorator
@inline
function nonAscii(text: usize, length: u32): u32 {
  let above = i8x16.splat(0);
  let at: u32 = 0;
  for (; at + 16 <= length; at += 16) above = v128.or(above, v128.load(text + at));
  if (at < length) above = v128.or(above, v128.and(v128.load(text + at), firstBytes(length - at)));
  return <u32>i8x16.bitmask(above);
}

// @ts-ignore: decorator
@inline
function changeCase(rows: u32, views: usize, stride: u32, first: i8, heap: usize, out: usize): usize {
  const from = i8x16.splat(first);
  const letters = i8x16.splat(26);
  const caseBit = i8x16.splat(0x20);
  let above: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    for (let at: u32 = 0; at < length; at += 16) {
      const bytes = v128.load(text + at);
      const isLetter = i8x16.lt_u(i8x16.sub(bytes, from), letters);
      v128.store(heap + at, v128.xor(bytes, v128.and(isLetter, caseBit)));
      const left = length - at;
      above |= <u32>i8x16.bitmask(bytes) & (left < 16 ? (<u32>1 << left) - 1 : 0xffff);
    }
    store<u64>(out, makeView(heap, length));
    heap += length;
    views += stride;
    out += 8;
  }
  return above == 0 ? heap : 0;
}

/** LOWER of ASCII texts; 0 where one is not ASCII, and nothing counts then. */
export function lowerAscii(rows: u32, views: usize, stride: u32, heap: usize, out: usize): usize {
  return changeCase(rows, views, stride, 0x41, heap, out);
}

/** UPPER of ASCII texts; 0 where one is not ASCII. */
export function upperAscii(rows: u32, views: usize, stride: u32, heap: usize, out: usize): usize {
  return changeCase(rows, views, stride, 0x61, heap, out);
}

/** CHAR_LENGTH, as INT. */
export function charLength(rows: u32, views: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(out, countCodePoints(<usize>load<u32>(views), load<u32>(views, 4)));
    views += stride;
    out += 4;
  }
}

/** Bytes of each text, as INT. */
export function byteLength(rows: u32, views: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(out, load<u32>(views, 4));
    views += stride;
    out += 4;
  }
}

/**
 * SUBSTRING from a position (S-60j), to the end if `lengths` is 0. A negative length is NULL: such rows get 0 in `outValidity`, which is
 * not written without lengths.
 */
export function substring(
  rows: u32,
  views: usize,
  strideViews: u32,
  positions: usize,
  stridePositions: u32,
  lengths: usize,
  strideLengths: u32,
  out: usize,
  outValidity: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    let text = <usize>load<u32>(views);
    let length = load<u32>(views, 4);
    const position = load<i32>(positions);
    if (position > 1) {
      const skipped = bytesOfCodePoints(text, length, <u32>position - 1);
      text += skipped;
      length -= skipped;
    } else if (position < 0) {
      const skipped = offsetOfLastCodePoints(text, length, <u32>-position);
      // Before the beginning there is nothing to take.
      if (skipped == 0 && countCodePoints(text, length) < <u32>-position) length = 0;
      text += skipped;
      length -= min(skipped, length);
    }
    if (lengths != 0) {
      const wanted = load<i32>(lengths);
      if (<u32>wanted < length) length = bytesOfCodePoints(text, length, <u32>wanted);
      store<u8>(outValidity + row, <u8>(wanted >= 0));
      lengths += strideLengths;
    }
    store<u64>(out, makeView(text, length));
    views += strideViews;
    positions += stridePositions;
    out += 8;
  }
}

/** LEFT (or RIGHT): the first (last) code points; none for a count below 1. */
export function sideOfText(
  rows: u32,
  views: usize,
  strideViews: u32,
  counts: usize,
  strideCounts: u32,
  isRight: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    let text = <usize>load<u32>(views);
    let length = load<u32>(views, 4);
    const count = <u32>max(load<i32>(counts), 0);
    if (count < length) {
      if (isRight) {
        const skipped = offsetOfLastCodePoints(text, length, count);
        text += skipped;
        length -= skipped;
      } else length = bytesOfCodePoints(text, length, count);
    }
    store<u64>(out, makeView(text, length));
    views += strideViews;
    counts += strideCounts;
    out += 8;
  }
}

/** VARCHAR(n): the first `count` code points. */
export function cutText(rows: u32, views: usize, stride: u32, count: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    store<u64>(out, makeView(text, length <= count ? length : bytesOfCodePoints(text, length, count)));
    views += stride;
    out += 8;
  }
}

/** CHAR(n): cut or filled up with blanks to `count` code points. At most `count` bytes a row are added. */
export function padText(rows: u32, views: usize, stride: u32, count: u32, heap: usize, out: usize): usize {
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    const points = countCodePoints(text, length);
    if (points >= count) {
      store<u64>(out, makeView(text, bytesOfCodePoints(text, length, count)));
    } else {
      copyText(heap, text, length);
      memory.fill(heap + length, 0x20, count - points);
      const padded = length + count - points;
      store<u64>(out, makeView(heap, padded));
      heap += padded;
    }
    views += stride;
    out += 8;
  }
  return heap;
}

// @ts-ignore: decorator
@inline
function isInSet(set: usize, byte: u32): bool {
  return ((load<u8>(set + (byte >> 3)) >> <u8>(byte & 7)) & 1) != 0;
}

/**
 * TRIM: bytes of a set (256 bits) off the start (sides & 1) and the end (sides & 2). The set holds ASCII only.
 */
export function trimText(rows: u32, views: usize, stride: u32, set: usize, sides: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    let text = <usize>load<u32>(views);
    let length = load<u32>(views, 4);
    if (sides & 2) {
      while (length > 0 && isInSet(set, load<u8>(text + length - 1))) length--;
    }
    if (sides & 1) {
      while (length > 0 && isInSet(set, load<u8>(text))) {
        text++;
        length--;
      }
    }
    store<u64>(out, makeView(text, length));
    views += stride;
    out += 8;
  }
}

/** Which of up to 64 bytes are separators. */
// @ts-ignore: decorator
@inline
function separatorMask(text: usize, length: u32, separator: v128): u64 {
  let mask = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(text), separator)));
  if (length > 16) mask |= <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(text, 16), separator))) << 16;
  if (length > 32) mask |= <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(text, 32), separator))) << 32;
  if (length > 48) mask |= <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(text, 48), separator))) << 48;
  return length >= 64 ? mask : mask & ((<u64>1 << length) - 1);
}

/** The piece number `index` between single bytes as a view, 64 bytes at a time. */
// @ts-ignore: decorator
@inline
function pieceBetweenBytes(text: usize, length: u32, separator: v128, index: u32): u64 {
  let left = index;
  let block: u32 = 0;
  let start: u32 = 0;
  let mask = separatorMask(text, length, separator);
  if (left > 0) {
    for (;;) {
      const count = <u32>popcnt(mask);
      if (count >= left) break;
      left -= count;
      block += 64;
      if (block >= length) return NOT_THERE;
      mask = separatorMask(text + block, length - block, separator);
    }
    for (; left > 1; left--) mask &= mask - 1;
    start = block + <u32>ctz(mask) + 1;
    mask &= mask - 1;
  }
  while (mask == 0) {
    block += 64;
    if (block >= length) return makeView(text + start, length - start);
    mask = separatorMask(text + block, length - block, separator);
  }
  return makeView(text + start, block + <u32>ctz(mask) - start);
}

/** The same between longer separators. */
function pieceBetweenTexts(text: usize, length: u32, separator: usize, separatorLength: u32, index: u32): u64 {
  let start: u32 = 0;
  let left = index;
  for (;;) {
    const found = findText(text + start, length - start, separator, separatorLength);
    if (left == 0) return makeView(text + start, found < 0 ? length - start : <u32>found);
    if (found < 0) return NOT_THERE;
    start += <u32>found + separatorLength;
    left--;
  }
  return NOT_THERE;
}

/**
 * SPLIT_INDEX (S-60h) with one separator, not empty, for all rows: a view of the piece number `indexes` (from 0). Rows without one, and
 * empty texts, which have no pieces, get 0 in `outValidity`.
 */
export function splitIndex(
  rows: u32,
  views: usize,
  strideViews: u32,
  separator: usize,
  separatorLength: u32,
  indexes: usize,
  strideIndexes: u32,
  out: usize,
  outValidity: usize,
): void {
  const single = i8x16.splat(load<i8>(separator));
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    const index = load<i32>(indexes);
    let piece = NOT_THERE;
    if (length > 0 && index >= 0) {
      piece =
        separatorLength == 1
          ? pieceBetweenBytes(text, length, single, <u32>index)
          : pieceBetweenTexts(text, length, separator, separatorLength, <u32>index);
    }
    const isThere = piece != NOT_THERE;
    store<u64>(out, isThere ? piece : 0);
    store<u8>(outValidity + row, <u8>isThere);
    views += strideViews;
    indexes += strideIndexes;
    out += 8;
  }
}

/** Operands of CONCAT: (views, stride) pairs of u32 at `operands`. */
export function concatTexts(rows: u32, operands: usize, count: u32, heap: usize, out: usize): usize {
  for (let row: u32 = 0; row < rows; row++) {
    const start = heap;
    for (let i: u32 = 0; i < count; i++) {
      const operand = operands + ((<usize>i) << 3);
      const view = <usize>load<u32>(operand) + row * load<u32>(operand, 4);
      const length = load<u32>(view, 4);
      copyText(heap, <usize>load<u32>(view), length);
      heap += length;
    }
    store<u64>(out, makeView(start, <u32>(heap - start)));
    out += 8;
  }
  return heap;
}

/** POSITION: where a text first occurs in another, from 1; 0 if nowhere. INT. */
export function positionOfText(
  rows: u32,
  needles: usize,
  strideNeedles: u32,
  views: usize,
  stride: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const found = findText(text, load<u32>(views, 4), <usize>load<u32>(needles), load<u32>(needles, 4));
    store<u32>(out, found < 0 ? 0 : countCodePoints(text, <u32>found) + 1);
    needles += strideNeedles;
    views += stride;
    out += 4;
  }
}

/**
 * REPLACE of every occurrence; no search text is empty. With a `heap` of 0 nothing is written, and the bytes
 * that it would take are returned (at most 2^32 - 1).
 */
export function replaceText(
  rows: u32,
  views: usize,
  stride: u32,
  searches: usize,
  strideSearches: u32,
  replacements: usize,
  strideReplacements: u32,
  heap: usize,
  out: usize,
): usize {
  let total: u64 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    let text = <usize>load<u32>(views);
    let length = load<u32>(views, 4);
    const search = <usize>load<u32>(searches);
    const searchLength = load<u32>(searches, 4);
    const replacement = <usize>load<u32>(replacements);
    const replacementLength = load<u32>(replacements, 4);
    const start = heap;
    // A NULL row's search text is empty, and its text too.
    let found = searchLength == 0 ? -1 : findText(text, length, search, searchLength);
    while (found >= 0) {
      if (heap != 0) {
        copyText(heap, text, <u32>found);
        copyText(heap + <usize>found, replacement, replacementLength);
        heap += <usize>found + replacementLength;
      }
      total += <u64>found + replacementLength;
      text += <usize>found + searchLength;
      length -= <u32>found + searchLength;
      found = findText(text, length, search, searchLength);
    }
    total += length;
    if (heap != 0) {
      copyText(heap, text, length);
      heap += length;
      store<u64>(out, makeView(start, <u32>(heap - start)));
      out += 8;
    }
    views += stride;
    searches += strideSearches;
    replacements += strideReplacements;
  }
  return heap != 0 ? heap : <usize>min<u64>(total, u32.MAX_VALUE);
}

/** UTF-16 units of each text, as u32: a code point, and one more where it takes four bytes. */
export function utf16Length(rows: u32, views: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    let units = countCodePoints(text, length);
    for (let at: u32 = 0; at < length; at += 16) {
      let wide = <u32>i8x16.bitmask(i8x16.ge_u(v128.load(text + at), i8x16.splat(<i8>0xf0)));
      if (length - at < 16) wide &= (<u32>1 << (length - at)) - 1;
      units += popcnt(wide);
    }
    store<u32>(out, units);
    views += stride;
    out += 4;
  }
}

/** The bytes of all texts side by side at `heap`; returns their end. */
export function packTexts(rows: u32, views: usize, stride: u32, heap: usize): usize {
  for (let row: u32 = 0; row < rows; row++) {
    const length = load<u32>(views, 4);
    copyText(heap, <usize>load<u32>(views), length);
    heap += length;
    views += stride;
  }
  return heap;
}

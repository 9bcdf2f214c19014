/**
 * Steps on the bytes of one text that string kernels share. Nothing here is exported to the engine.
 *
 * Up to 15 bytes past the end of a text are read, and up to 15 written past the end of a copy: who fills a heap does so
 * from front to back.
 */

// @ts-ignore: decorator
@inline
function positions(): v128 {
  return i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** All ones in the first `length` bytes (up to 16). */
// @ts-ignore: decorator
@inline
export function firstBytes(length: u32): v128 {
  return i8x16.lt_u(positions(), i8x16.splat(<i8>min<u32>(length, 16)));
}

// @ts-ignore: decorator
@inline
export function copyText(target: usize, source: usize, length: u32): void {
  if (length > 112) {
    memory.copy(target, source, length);
    return;
  }
  for (let done: usize = 0; done < <usize>length; done += 16) {
    v128.store(target + done, v128.load(source + done));
  }
}

export function equalText(a: usize, b: usize, length: u32): bool {
  for (; length >= 16; length -= 16) {
    if (v128.any_true(v128.xor(v128.load(a), v128.load(b)))) return false;
    a += 16;
    b += 16;
  }
  return !v128.any_true(v128.and(v128.xor(v128.load(a), v128.load(b)), firstBytes(length)));
}

/** Below, at or above zero as the first text is less, equal or greater, byte by byte: the order of code points. */
export function orderOfTexts(a: usize, lengthA: u32, b: usize, lengthB: u32): i32 {
  let differs: u32 = 0;
  for (let left = <i32>min(lengthA, lengthB); left > 0; left -= 16) {
    differs = <u32>i8x16.bitmask(i8x16.ne(v128.load(a), v128.load(b)));
    if (left < 16) differs &= (<u32>1 << left) - 1;
    if (differs != 0) break;
    a += 16;
    b += 16;
  }
  if (differs == 0) return lengthA < lengthB ? -1 : <i32>(lengthA > lengthB);
  const at = <usize>ctz(differs);
  return <i32>load<u8>(a + at) - <i32>load<u8>(b + at);
}

/** Offset of the first occurrence of `needle` in `length` bytes, or -1: looks for its first and last byte at once. */
export function findText(text: usize, length: u32, needle: usize, needleLength: u32): i32 {
  if (needleLength == 0) return 0;
  if (needleLength > length) return -1;
  const first = i8x16.splat(load<i8>(needle));
  const last = i8x16.splat(load<i8>(needle + needleLength - 1));
  const lastStart = length - needleLength;
  for (let from: u32 = 0; from <= lastStart; from += 16) {
    const at = text + from;
    const both = v128.and(
      i8x16.eq(v128.load(at), first),
      i8x16.eq(v128.load(at + needleLength - 1), last),
    );
    let mask = <u32>i8x16.bitmask(both);
    if (lastStart - from < 15) mask &= (<u32>2 << (lastStart - from)) - 1;
    while (mask != 0) {
      const start = from + ctz(mask);
      if (needleLength <= 2 || equalText(text + start + 1, needle + 1, needleLength - 2)) return <i32>start;
      mask &= mask - 1;
    }
  }
  return -1;
}

/** Code points in `length` bytes of UTF-8: the bytes that do not continue another. */
export function countCodePoints(text: usize, length: u32): u32 {
  let count: u32 = 0;
  let at: u32 = 0;
  for (; at + 16 <= length; at += 16) {
    count += popcnt(<u32>i8x16.bitmask(i8x16.gt_s(v128.load(text + at), i8x16.splat(-65))));
  }
  if (at < length) {
    const starts = <u32>i8x16.bitmask(i8x16.gt_s(v128.load(text + at), i8x16.splat(-65)));
    count += popcnt(starts & ((<u32>1 << (length - at)) - 1));
  }
  return count;
}

/** Bytes that the first `count` code points take, at most `length`. */
export function bytesOfCodePoints(text: usize, length: u32, count: u32): u32 {
  let at: u32 = 0;
  // While the next sixteen bytes are ASCII, a code point is a byte.
  while (count >= 16 && at + 16 <= length && i8x16.bitmask(v128.load(text + at)) == 0) {
    at += 16;
    count -= 16;
  }
  while (at < length) {
    if ((load<u8>(text + at) & 0xc0) != 0x80) {
      if (count == 0) return at;
      count--;
    }
    at++;
  }
  return length;
}

/** Offset of the last `count` code points. */
export function offsetOfLastCodePoints(text: usize, length: u32, count: u32): u32 {
  let at = length;
  while (at > 0 && count > 0) {
    at--;
    if ((load<u8>(text + at) & 0xc0) != 0x80) count--;
  }
  return at;
}

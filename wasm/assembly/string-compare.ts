/**
 * Comparisons of texts and byte strings, byte by byte, over views of which those of NULL rows are empty (`sanitizeViews`).
 */
import { equalText, findText, firstBytes, orderOfTexts } from './bytes';

export function startsWith(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const length = load<u32>(b, 4);
    const is = length <= load<u32>(a, 4) && equalText(<usize>load<u32>(a), <usize>load<u32>(b), length);
    store<u8>(out + row, <u8>is);
    a += strideA;
    b += strideB;
  }
}

export function endsWith(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const length = load<u32>(b, 4);
    const all = load<u32>(a, 4);
    const is =
      length <= all && equalText(<usize>load<u32>(a) + (all - length), <usize>load<u32>(b), length);
    store<u8>(out + row, <u8>is);
    a += strideA;
    b += strideB;
  }
}

export function containsText(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const found = findText(<usize>load<u32>(a), load<u32>(a, 4), <usize>load<u32>(b), load<u32>(b, 4));
    store<u8>(out + row, <u8>(found >= 0));
    a += strideA;
    b += strideB;
  }
}

/** `=` with one text of up to 16 bytes, without a branch: the first bytes of a row, cut to its length, in one comparison. */
// @ts-ignore: decorator
@inline
function compareEqShort(isEqual: bool, rows: u32, a: usize, stride: u32, text: usize, length: u32, out: usize): void {
  const mask = firstBytes(length);
  const wanted = v128.and(v128.load(text), mask);
  for (let row: u32 = 0; row < rows; row++) {
    const bytes = v128.and(v128.load(<usize>load<u32>(a)), mask);
    const is = (load<u32>(a, 4) == length) & !v128.any_true(v128.xor(bytes, wanted));
    store<u8>(out + row, <u8>(is == isEqual));
    a += stride;
  }
}

// @ts-ignore: decorator
@inline
function compareEquality(
  isEqual: bool,
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  if (strideB == 0 && load<u32>(b, 4) <= 16) {
    compareEqShort(isEqual, rows, a, strideA, <usize>load<u32>(b), load<u32>(b, 4), out);
    return;
  }
  for (let row: u32 = 0; row < rows; row++) {
    const length = load<u32>(a, 4);
    const is = length == load<u32>(b, 4) && equalText(<usize>load<u32>(a), <usize>load<u32>(b), length);
    store<u8>(out + row, <u8>(is == isEqual));
    a += strideA;
    b += strideB;
  }
}

export function compareEqBytes(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compareEquality(true, rows, a, strideA, b, strideB, out);
}
export function compareNeBytes(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compareEquality(false, rows, a, strideA, b, strideB, out);
}

// @ts-ignore: decorator
@inline
function compareOrder(
  isOrEqual: bool,
  rows: u32,
  a: usize,
  strideA: u32,
  b: usize,
  strideB: u32,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    const order = orderOfTexts(
      <usize>load<u32>(a),
      load<u32>(a, 4),
      <usize>load<u32>(b),
      load<u32>(b, 4),
    );
    store<u8>(out + row, <u8>(isOrEqual ? order <= 0 : order < 0));
    a += strideA;
    b += strideB;
  }
}

export function compareLtBytes(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compareOrder(false, rows, a, strideA, b, strideB, out);
}
export function compareLeBytes(rows: u32, a: usize, strideA: u32, b: usize, strideB: u32, out: usize): void {
  compareOrder(true, rows, a, strideA, b, strideB, out);
}

/**
 * IN a list of texts of up to 16 bytes, 32 bytes each: the text filled up with zeros, then its length as u32. Every row is compared with all
 * of them, without a branch.
 */
export function inListBytes(rows: u32, a: usize, stride: u32, list: usize, count: u32, out: usize): void {
  const end = list + ((<usize>count) << 5);
  for (let row: u32 = 0; row < rows; row++) {
    const length = load<u32>(a, 4);
    const bytes = v128.and(v128.load(<usize>load<u32>(a)), firstBytes(length));
    let is: u32 = 0;
    for (let text = list; text < end; text += 32) {
      const differs = v128.any_true(v128.xor(bytes, v128.load(text)));
      is |= <u32>(load<u32>(text, 16) == length) & <u32>!differs;
    }
    store<u8>(out + row, <u8>is);
    a += stride;
  }
}

/**
 * Texts of up to 15 bytes as 16-byte keys that are equal when the texts are: the bytes, filled up with zeros, and the length. Longer
 * texts have 255 in place of the length. Where a text is compared with several constants, this is done once.
 */
export function shortTextKeys(rows: u32, views: usize, stride: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const length = load<u32>(views, 4);
    v128.store(out, v128.and(v128.load(<usize>load<u32>(views)), firstBytes(min<u32>(length, 15))));
    store<u8>(out, length > 15 ? 255 : <u8>length, 15);
    views += stride;
    out += 16;
  }
}

/** The same of the texts in lower (or upper) case, without writing those; 0 where one is not ASCII, and nothing counts then. */
// @ts-ignore: decorator
@inline
function changedCaseKeys(rows: u32, views: usize, stride: u32, first: i8, out: usize): u32 {
  const from = i8x16.splat(first);
  let above = i8x16.splat(0);
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    const bytes = v128.load(text);
    const isLetter = i8x16.lt_u(i8x16.sub(bytes, from), i8x16.splat(26));
    const changed = v128.xor(bytes, v128.and(isLetter, i8x16.splat(0x20)));
    above = v128.or(above, v128.and(bytes, firstBytes(length)));
    for (let at: u32 = 16; at < length; at += 16) {
      above = v128.or(above, v128.and(v128.load(text + at), firstBytes(length - at)));
    }
    v128.store(out, v128.and(changed, firstBytes(min<u32>(length, 15))));
    store<u8>(out, length > 15 ? 255 : <u8>length, 15);
    views += stride;
    out += 16;
  }
  return <u32>(i8x16.bitmask(above) == 0);
}

export function lowerTextKeys(rows: u32, views: usize, stride: u32, out: usize): u32 {
  return changedCaseKeys(rows, views, stride, 0x41, out);
}
export function upperTextKeys(rows: u32, views: usize, stride: u32, out: usize): u32 {
  return changedCaseKeys(rows, views, stride, 0x61, out);
}

/** Whether keys are that one. */
export function compareEqKeys(rows: u32, keys: usize, stride: u32, key: usize, out: usize): void {
  const wanted = v128.load(key);
  for (let row: u32 = 0; row < rows; row++) {
    store<u8>(out + row, <u8>!v128.any_true(v128.xor(v128.load(keys), wanted)));
    keys += stride;
  }
}

/** Whether a key is one of a list of `count` keys. */
export function inListKeys(rows: u32, keys: usize, stride: u32, list: usize, count: u32, out: usize): void {
  const end = list + ((<usize>count) << 4);
  for (let row: u32 = 0; row < rows; row++) {
    const key = v128.load(keys);
    let is: u32 = 0;
    for (let item = list; item < end; item += 16) is |= <u32>!v128.any_true(v128.xor(key, v128.load(item)));
    store<u8>(out + row, <u8>is);
    keys += stride;
  }
}

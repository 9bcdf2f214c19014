/**
 * JSON documents in the one form that Flink's functions write: no blanks, names of objects in order, numbers as a VARIANT or a BigDecimal
 * prints them. What is not plain is left open, to whoever parses: escapes, names that are repeated or beyond ASCII, exponents, minus zero, long
 * numbers, deep nesting, and documents that are broken.
 */

/** Deeper documents are left open. */
const DEPTH_MAX: u32 = 64;
/** So are longer numbers: those have more digits than a VARIANT's decimal may have. */
const NUMBER_MAX: u32 = 38;
/** A member as written: u32 address and u32 length of its name without quotes, u32 start and u32 end. */
const MEMBER_BYTES: usize = 16;

// The document being read, what has been written of its normal form, and the members of the objects around.
let at: usize = 0;
let end: usize = 0;
let to: usize = 0;
let top: usize = 0;
let spare: usize = 0;
let isVariant: bool = false;

/**
 * Writes the normal form of each document at `heap`, and in `decided` 1, or 0 where it is left open. `scratch` has five times the bytes of the
 * longest document, and 64. Returns the end.
 */
export function jsonNormalForms(
  rows: u32,
  views: usize,
  stride: u32,
  ofVariants: u32,
  scratch: usize,
  heap: usize,
  out: usize,
  decided: usize,
): usize {
  isVariant = ofVariants != 0;
  to = heap;
  for (let row: u32 = 0; row < rows; row++) {
    const start = to;
    at = <usize>load<u32>(views);
    end = at + <usize>load<u32>(views, 4);
    spare = scratch;
    top = scratch + ((end - at + 31) & ~15);
    skipBlanks();
    let isDone = value(0);
    skipBlanks();
    isDone = isDone && at == end;
    if (!isDone) to = start;
    store<u32>(out, <u32>start);
    store<u32>(out, <u32>(to - start), 4);
    store<u8>(decided + row, <u8>isDone);
    views += stride;
    out += 8;
  }
  return to;
}

// @ts-ignore: decorator
@inline
function byteAt(): u32 {
  return at < end ? <u32>load<u8>(at) : 0;
}

function skipBlanks(): void {
  for (; at < end; at++) {
    const byte = <u32>load<u8>(at);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) return;
  }
}

// @ts-ignore: decorator
@inline
function put(byte: u8): void {
  store<u8>(to, byte);
  to++;
}

/** All of these return whether what they read is plain, and has been written. */
function value(depth: u32): bool {
  switch (byteAt()) {
    case 0x22:
      return text();
    case 0x7b:
      return depth < DEPTH_MAX && object(depth + 1);
    case 0x5b:
      return depth < DEPTH_MAX && array(depth + 1);
    case 0x74:
      return word(0x65757274, 4);
    case 0x66:
      return word(0x736c6166, 5);
    case 0x6e:
      return word(0x6c6c756e, 4);
    default:
      return numeral();
  }
}

/** `true`, `false` or `null`, of which the first four bytes are given. */
function word(bytes: u32, length: usize): bool {
  if (at + length > end || load<u32>(at) != bytes || (length == 5 && load<u8>(at, 4) != 0x65)) return false;
  store<u32>(to, bytes);
  if (length == 5) store<u8>(to, 0x65, 4);
  to += length;
  at += length;
  return !isWordByte(byteAt());
}

// @ts-ignore: decorator
@inline
function isWordByte(byte: u32): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 26 || byte == 0x5f || byte == 0x2e;
}

/** Up to the quote that ends it: bytes of UTF-8 but escapes and control characters. */
function text(): bool {
  put(0x22);
  at++;
  while (at < end) {
    const bytes = v128.load(at);
    v128.store(to, bytes);
    const quotes = i8x16.eq(bytes, i8x16.splat(0x22));
    const others = v128.or(i8x16.eq(bytes, i8x16.splat(0x5c)), i8x16.lt_u(bytes, i8x16.splat(0x20)));
    const stops = <u32>i8x16.bitmask(v128.or(quotes, others));
    const length = <usize>min<u32>(stops == 0 ? 16 : <u32>ctz(stops), <u32>(end - at));
    at += length;
    to += length;
    if (stops == 0) continue;
    if (at == end || load<u8>(at) != 0x22) return false;
    at++;
    put(0x22);
    return true;
  }
  return false;
}

function numeral(): bool {
  const start = at;
  if (byteAt() == 0x2d) at++;
  const whole = at;
  while (byteAt() - 0x30 < 10) at++;
  if (at == whole) return false;
  const isZero = load<u8>(whole) == 0x30;
  if (isZero && at > whole + 1) return false;
  const hasFraction = byteAt() == 0x2e;
  // Zero with a sign, or with many digits behind the point, is printed in ways of its own.
  if (isZero && whole > start) return false;
  let last = at;
  if (hasFraction) {
    const point = at++;
    while (byteAt() - 0x30 < 10) at++;
    if (at == point + 1 || (isZero && !isVariant && at - point > 7)) return false;
    last = at;
    if (isVariant) {
      while (load<u8>(last - 1) == 0x30) last--;
      if (last == point + 1) last--;
    }
  }
  if (<u32>(at - start) > NUMBER_MAX || isWordByte(byteAt())) return false;
  memory.copy(to, start, last - start);
  to += last - start;
  return true;
}

function array(depth: u32): bool {
  put(0x5b);
  at++;
  skipBlanks();
  if (byteAt() != 0x5d) {
    while (true) {
      skipBlanks();
      if (!value(depth)) return false;
      skipBlanks();
      if (byteAt() != 0x2c) break;
      put(0x2c);
      at++;
    }
  }
  if (byteAt() != 0x5d) return false;
  at++;
  put(0x5d);
  return true;
}

function object(depth: u32): bool {
  put(0x7b);
  at++;
  const first = top;
  let isSorted = true;
  skipBlanks();
  if (byteAt() != 0x7d) {
    while (true) {
      skipBlanks();
      if (byteAt() != 0x22) return false;
      const start = to;
      if (!text()) return false;
      const member = top;
      top += MEMBER_BYTES;
      store<u32>(member, <u32>start + 1);
      store<u32>(member, <u32>(to - start) - 2, 4);
      store<u32>(member, <u32>start, 8);
      if (!isAscii(start, to)) return false;
      skipBlanks();
      if (byteAt() != 0x3a) return false;
      put(0x3a);
      at++;
      skipBlanks();
      if (!value(depth)) return false;
      store<u32>(member, <u32>to, 12);
      if (member > first) {
        const order = compare(member - MEMBER_BYTES, member);
        if (order == 0) return false;
        if (order > 0) isSorted = false;
      }
      skipBlanks();
      if (byteAt() != 0x2c) break;
      put(0x2c);
      at++;
    }
  }
  if (byteAt() != 0x7d) return false;
  at++;
  if (!isSorted && !sort(first, top)) return false;
  top = first;
  put(0x7d);
  return true;
}

function isAscii(from: usize, last: usize): bool {
  let above: u8 = 0;
  for (; from < last; from++) above |= load<u8>(from);
  return above < 0x80;
}

/** The order of two members' names. */
function compare(a: usize, b: usize): i32 {
  const left = <usize>load<u32>(a);
  const right = <usize>load<u32>(b);
  const lengthA = load<u32>(a, 4);
  const lengthB = load<u32>(b, 4);
  const least = min(lengthA, lengthB);
  for (let i: u32 = 0; i < least; i++) {
    const difference = <i32>load<u8>(left + i) - <i32>load<u8>(right + i);
    if (difference != 0) return difference;
  }
  return <i32>lengthA - <i32>lengthB;
}

/** Writes the members of an object again, in order; false if a name is repeated. */
function sort(first: usize, last: usize): bool {
  const from = <usize>load<u32>(first, 8);
  for (let member = first + MEMBER_BYTES; member < last; member += MEMBER_BYTES) {
    const name = load<u64>(member);
    const place = load<u64>(member, 8);
    let slot = member;
    // The member that is being placed lies behind the others meanwhile.
    store<u64>(last, name);
    while (slot > first) {
      const order = compare(slot - MEMBER_BYTES, last);
      if (order == 0) return false;
      if (order < 0) break;
      store<u64>(slot, load<u64>(slot - MEMBER_BYTES));
      store<u64>(slot, load<u64>(slot - MEMBER_BYTES, 8), 8);
      slot -= MEMBER_BYTES;
    }
    store<u64>(slot, name);
    store<u64>(slot, place, 8);
  }
  memory.copy(spare, from, to - from);
  let next = from;
  for (let member = first; member < last; member += MEMBER_BYTES) {
    if (member > first) store<u8>(next++, 0x2c);
    const start = <usize>load<u32>(member, 8);
    const size = <usize>load<u32>(member, 12) - start;
    memory.copy(next, spare + (start - from), size);
    next += size;
  }
  return true;
}

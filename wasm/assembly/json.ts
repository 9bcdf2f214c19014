/**
 * JSON documents in texts: finds what lies at a path and tells of what kind it is. Twin of `json-scan.ts`.
 *
 * A document is read to its end, so a broken one is known as such, whatever the path; of a name that is repeated the last
 * member counts. A path is `steps` entries of 12 bytes: u32 index, or 0xffffffff for a name, then the name's u32 address and u32 length.
 * A name with escapes in an object that the path goes through makes the row UNDECIDED, unless the document is broken.
 */
import { equalText } from './bytes';

const BROKEN: u8 = 0;
const MISSING: u8 = 1;
const NULL: u8 = 2;
const FALSE: u8 = 3;
const TRUE: u8 = 4;
const INTEGER: u8 = 5;
/** A number in plain digits, as a BigDecimal prints it. */
const DECIMAL: u8 = 6;
/** A number that is printed in another way than it is written: 1e2, -0. */
const OTHER_NUMBER: u8 = 7;
const TEXT: u8 = 8;
const ESCAPED_TEXT: u8 = 9;
const ARRAY: u8 = 10;
const OBJECT: u8 = 11;
const UNDECIDED: u8 = 12;

/** Deeper documents, and longer numbers, count as broken. */
const DEPTH_MAX: u32 = 1000;
const NUMBER_MAX: usize = 1000;
const STEP_BYTES: usize = 12;
const NAME: u32 = 0xffffffff;

/** Bit n: whether level n of what is skipped is an object. */
const levels = memory.data(128);

// The document being read, and what has been found in it.
let at: usize = 0;
let end: usize = 0;
let path: usize = 0;
let steps: u32 = 0;
let foundKind: u8 = 0;
let foundAt: usize = 0;
let foundEnd: usize = 0;
let isUndecided: bool = false;

/** Kinds of what the path finds, and views of it: of texts without their quotes. */
export function jsonFind(
  rows: u32,
  views: usize,
  stride: u32,
  pathAddress: usize,
  pathSteps: u32,
  outViews: usize,
  outKinds: usize,
): void {
  path = pathAddress;
  steps = pathSteps;
  for (let row: u32 = 0; row < rows; row++) {
    at = <usize>load<u32>(views);
    end = at + <usize>load<u32>(views, 4);
    foundKind = MISSING;
    foundAt = foundEnd = at;
    isUndecided = false;
    let isWhole = walk(0, 0);
    skipBlanks();
    isWhole = isWhole && at == end;
    store<u8>(outKinds + row, !isWhole ? BROKEN : isUndecided ? UNDECIDED : foundKind);
    const quotes = <usize>(foundKind == TEXT || foundKind == ESCAPED_TEXT);
    store<u32>(outViews, <u32>(foundAt + quotes));
    store<u32>(outViews, <u32>(foundEnd - foundAt - 2 * quotes), 4);
    views += stride;
    outViews += 8;
  }
}

/**
 * Texts of the scalars that were found; in place of anything else the view at `missing`, or NULL if that is 0. Rows that
 * have to be looked at again become NULL and are listed in `again`: those whose text is not their bytes and, with
 * `asksForMissing`, those where nothing is found. Returns how many.
 */
export function jsonScalars(
  rows: u32,
  views: usize,
  kinds: usize,
  missing: usize,
  asksForMissing: u32,
  validity: usize,
  again: usize,
): u32 {
  let count: u32 = 0;
  for (let row: u32 = 0; row < rows; row++) {
    const kind = load<u8>(kinds + row);
    const isText = kind == TEXT || (kind >= FALSE && kind <= DECIMAL);
    const isOther = kind == OTHER_NUMBER || kind == ESCAPED_TEXT || kind == UNDECIDED;
    let isSet = isText;
    if (!isText && !isOther && missing != 0) {
      store<u64>(views, load<u64>(missing));
      isSet = true;
    } else if (!isText) {
      store<u64>(views, 0);
      store<u32>(again + 4 * <usize>count, row);
      count += <u32>(isOther || asksForMissing != 0);
    }
    store<u8>(validity + row, <u8>isSet);
    views += 8;
  }
  return count;
}

/** Whether the kind of each row is one of `accepted`, a bit for each kind. */
export function jsonIsOfKind(rows: u32, kinds: usize, accepted: u32, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    store<u8>(out + row, <u8>((accepted >> <u32>load<u8>(kinds + row)) & 1));
  }
}

// ------------------------------------------------------------------------------------------------------------ the path

/** Reads the value at `at` and follows the path from `step` on. False if it is broken. */
function walk(step: u32, depth: u32): bool {
  skipBlanks();
  const start = at;
  if (step == steps) {
    const kind = skipValue(depth);
    foundKind = kind;
    foundAt = start;
    foundEnd = at;
    return kind != BROKEN;
  }
  const entry = path + <usize>step * STEP_BYTES;
  const index = load<u32>(entry);
  const first = at < end ? load<u8>(at) : 0;
  if (index == NAME && first == 0x7b) return walkObject(step, depth + 1, <usize>load<u32>(entry, 4), load<u32>(entry, 8));
  if (index != NAME && first == 0x5b) return walkArray(step, depth + 1, index);
  return skipValue(depth) != BROKEN;
}

function walkObject(step: u32, depth: u32, name: usize, length: u32): bool {
  at++;
  skipBlanks();
  if (accept(0x7d)) return true;
  do {
    skipBlanks();
    const start = at + 1;
    const kind = skipText();
    if (kind == BROKEN) return false;
    const ownLength = <u32>(at - 1 - start);
    skipBlanks();
    if (!accept(0x3a)) return false;
    isUndecided = isUndecided || kind == ESCAPED_TEXT;
    if (ownLength == length && equalText(start, name, length)) {
      foundKind = MISSING; // an earlier member of this name does not count
      if (!walk(step + 1, depth)) return false;
    } else {
      skipBlanks();
      if (skipValue(depth) == BROKEN) return false;
    }
    skipBlanks();
  } while (accept(0x2c));
  return accept(0x7d);
}

function walkArray(step: u32, depth: u32, index: u32): bool {
  at++;
  skipBlanks();
  if (accept(0x5d)) return true;
  let item: u32 = 0;
  do {
    if (item == index) {
      if (!walk(step + 1, depth)) return false;
    } else {
      skipBlanks();
      if (skipValue(depth) == BROKEN) return false;
    }
    item++;
    skipBlanks();
  } while (accept(0x2c));
  return accept(0x5d);
}

// ---------------------------------------------------------------------------------------------------------- the grammar

/** Reads over a value `depth` levels deep; its kind. */
function skipValue(depth: u32): u8 {
  if (at >= end) return BROKEN;
  const first = load<u8>(at);
  if (first != 0x7b && first != 0x5b) return skipScalar(first);
  return skipNested(depth) ? (first == 0x7b ? OBJECT : ARRAY) : BROKEN;
}

function skipScalar(first: u8): u8 {
  switch (first) {
    case 0x22:
      return skipText();
    case 0x74:
      return skipWord(0x65757274, 4) ? TRUE : BROKEN;
    case 0x66:
      at++;
      return skipWord(0x65736c61, 4) ? FALSE : BROKEN;
    case 0x6e:
      return skipWord(0x6c6c756e, 4) ? NULL : BROKEN;
    default:
      return skipNumber();
  }
}

/** An object or array and all below it, level by level, without recursion. */
function skipNested(depth: u32): bool {
  let level = depth;
  while (true) {
    // A value begins here.
    if (at >= end) return false;
    const first = load<u8>(at);
    let isClosed = true;
    if (first == 0x7b || first == 0x5b) {
      if (++level > DEPTH_MAX) return false;
      setLevel(level, first == 0x7b);
      at++;
      skipBlanks();
      if (accept(first + 2)) level--;
      else {
        isClosed = false;
        if (first == 0x7b && !skipName()) return false;
      }
    } else if (skipScalar(first) == BROKEN) return false;
    // Behind a value: its neighbours, or the end of what it lies in.
    while (isClosed) {
      if (level == depth) return true;
      skipBlanks();
      const isObject = isLevelObject(level);
      if (accept(0x2c)) {
        skipBlanks();
        if (isObject && !skipName()) return false;
        isClosed = false;
      } else if (accept(isObject ? 0x7d : 0x5d)) level--;
      else return false;
    }
  }
}

/** A name and its colon. */
function skipName(): bool {
  if (at >= end || skipText() == BROKEN) return false;
  skipBlanks();
  if (!accept(0x3a)) return false;
  skipBlanks();
  return true;
}

function skipText(): u8 {
  if (at >= end || load<u8>(at) != 0x22) return BROKEN;
  at++;
  let kind = TEXT;
  while (at < end) {
    const bytes = v128.load(at);
    const special = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(0x22)), i8x16.eq(bytes, i8x16.splat(0x5c))),
      i8x16.lt_u(bytes, i8x16.splat(0x20)),
    );
    const mask = <u32>i8x16.bitmask(special);
    if (mask == 0) {
      at += 16;
      continue;
    }
    at += <usize>ctz(mask);
    if (at >= end) return BROKEN;
    const byte = load<u8>(at++);
    if (byte == 0x22) return kind;
    if (byte != 0x5c || !skipEscape()) return BROKEN;
    kind = ESCAPED_TEXT;
  }
  return BROKEN;
}

/** What follows a backslash. */
function skipEscape(): bool {
  if (at >= end) return false;
  switch (load<u8>(at++)) {
    case 0x22:
    case 0x2f:
    case 0x5c:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return true;
    case 0x75: {
      if (at + 4 > end) return false;
      for (let i: usize = 0; i < 4; i++) if (!isHexDigit(load<u8>(at + i))) return false;
      at += 4;
      return true;
    }
    default:
      return false;
  }
}

function skipNumber(): u8 {
  const start = at;
  const isNegative = accept(0x2d);
  const whole = at;
  const wholeDigits = skipDigits();
  if (wholeDigits == 0 || (wholeDigits > 1 && load<u8>(whole) == 0x30)) return BROKEN;
  const isZero = wholeDigits == 1 && load<u8>(whole) == 0x30;
  let kind = isZero && isNegative ? OTHER_NUMBER : INTEGER;
  if (accept(0x2e)) {
    const fraction = at;
    if (skipDigits() == 0) return BROKEN;
    // Below a millionth a BigDecimal has an exponent, and it has no negative zero.
    const zeros = isZero ? zerosAt(fraction) : 0;
    kind = zeros >= 6 || (isNegative && isZero && zeros == at - fraction) ? OTHER_NUMBER : DECIMAL;
  }
  if (at < end && (load<u8>(at) | 0x20) == 0x65) {
    at++;
    if (!accept(0x2b)) accept(0x2d);
    if (skipDigits() == 0) return BROKEN;
    kind = OTHER_NUMBER;
  }
  return at - start > NUMBER_MAX ? BROKEN : kind;
}

function zerosAt(from: usize): usize {
  let to = from;
  while (to < at && load<u8>(to) == 0x30) to++;
  return to - from;
}

function skipDigits(): usize {
  const start = at;
  while (at < end && isDigit(load<u8>(at))) at++;
  return at - start;
}

function skipWord(word: u32, length: usize): bool {
  if (at + length > end || load<u32>(at) != word) return false;
  at += length;
  return true;
}

// @ts-ignore: decorator
@inline
function accept(byte: u8): bool {
  if (at >= end || load<u8>(at) != byte) return false;
  at++;
  return true;
}

// @ts-ignore: decorator
@inline
function skipBlanks(): void {
  while (at < end) {
    const byte = load<u8>(at);
    if (byte != 0x20 && byte != 0x0a && byte != 0x0d && byte != 0x09) return;
    at++;
  }
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u8): bool {
  return <u8>(byte - 0x30) < 10;
}

function isHexDigit(byte: u8): bool {
  return isDigit(byte) || <u8>((byte | 0x20) - 0x61) < 6;
}

function setLevel(level: u32, isObject: bool): void {
  const word = levels + <usize>((level >> 5) << 2);
  const bit = <u32>1 << (level & 31);
  store<u32>(word, isObject ? load<u32>(word) | bit : load<u32>(word) & ~bit);
}

function isLevelObject(level: u32): bool {
  return ((load<u32>(levels + <usize>((level >> 5) << 2)) >> (level & 31)) & 1) != 0;
}

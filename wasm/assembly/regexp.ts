/**
 * Regular expressions that are a sequence of simple steps, each of which can be taken without ever going back: `(&|^)id=([^&]*)`,
 * `^\d+-(\w+)$`. Everything else runs in JavaScript.
 *
 *   program:  | u32 steps | u32 hasGroup | u32 literal | u32 literalLength | u32 literalOffset | u32 0 |   then, 24 bytes a step:
 *   step:     | u32 kind | u32 data | u32 length | u32 min | u32 max | u32 groupBits |
 *
 *   LITERAL    `length` bytes at `data`
 *   CLASS      `min` to `max` bytes of the set of 256 bits at `data`, as many as there are
 *   UNTIL      the same for all bytes but `data`
 *   HEAD       one byte of the set at `data`, or nothing at the start of the text; the next step begins with another byte
 *   BEGIN, END the start, the end of the text
 *
 * groupBits 1: the wanted group begins before the step, 2: it ends behind it. A program whose `literal` is not empty can only match where that text occurs
 * `literalOffset` bytes behind the start of a match (`literalOffset` is 0, or 1 behind a HEAD): candidates are found by searching for it. A set
 * with bytes above 127 takes whole characters only if it has all of them, and its step no bound: the compiler sees to that.
 */
import { equalText, findText, firstBytes } from './bytes';

@unmanaged class Program {
  steps: u32;
  hasGroup: u32;
  literal: u32;
  literalLength: u32;
  literalOffset: u32;
  unused: u32;
}

@unmanaged class Step {
  kind: u32;
  data: u32;
  length: u32;
  min: u32;
  max: u32;
  groupBits: u32;
}

const LITERAL: u32 = 0;
const CLASS: u32 = 1;
const UNTIL: u32 = 2;
const HEAD: u32 = 3;
const BEGIN: u32 = 4;

// The wanted group of the last match.
let groupStart: usize = 0;
let groupEnd: usize = 0;

// @ts-ignore: decorator
@inline
function isInSet(set: usize, byte: u32): bool {
  return ((load<u8>(set + (byte >> 3)) >> <u8>(byte & 7)) & 1) != 0;
}

/** Bytes in front of the first `byte`, at most `most`. */
// @ts-ignore: decorator
@inline
function lengthUntil(at: usize, most: u32, byte: u8): u32 {
  const wanted = i8x16.splat(byte);
  for (let done: u32 = 0; done < most; done += 16) {
    const mask = <u32>i8x16.bitmask(i8x16.eq(v128.load(at + done), wanted));
    if (mask != 0) return min(done + ctz(mask), most);
  }
  return most;
}

/** End of a match whose steps from number `first` on begin at `at`, or 0. Sets `groupStart` and `groupEnd`. */
function matchFrom(program: Program, first: u32, begin: usize, end: usize, at: usize): usize {
  const steps = changetype<usize>(program) + offsetof<Program>();
  let step = steps + <usize>first * offsetof<Step>();
  const last = steps + <usize>program.steps * offsetof<Step>();
  for (; step < last; step += offsetof<Step>()) {
    const current = changetype<Step>(step);
    const kind = current.kind;
    if (current.groupBits & 1) groupStart = at;
    if (kind == LITERAL) {
      const length = current.length;
      if (<usize>length > end - at || !equalText(at, current.data, length)) return 0;
      at += length;
    } else if (kind == CLASS) {
      const set = <usize>current.data;
      const most = min<usize>(end - at, current.max);
      const stop = at + most;
      const least = at + current.min;
      while (at < stop && isInSet(set, load<u8>(at))) at++;
      if (at < least) return 0;
    } else if (kind == UNTIL) {
      const most = min<usize>(end - at, current.max);
      const least = at + current.min;
      at += lengthUntil(at, <u32>most, <u8>current.data);
      if (at < least) return 0;
    } else if (kind == HEAD) {
      // One byte of the set where there is one; otherwise only the start of the text.
      if (at < end && isInSet(current.data, load<u8>(at))) at++;
      else if (at != begin) return 0;
    } else if (at != begin) return 0;
    if (current.groupBits & 2) groupEnd = at;
  }
  return at;
}

let matchStart: usize = 0;

/** Looks for the first match in a text; its end, or 0. Sets `matchStart`. */
function find(program: Program, begin: usize, end: usize): usize {
  return program.literalLength == 0 ? findAnywhere(program, begin, end) : findByLiteral(program, begin, end);
}

function findAnywhere(program: Program, begin: usize, end: usize): usize {
  // A match that has to begin with the text is looked for nowhere else.
  const isAnchored = program.steps > 0 && load<u32>(changetype<usize>(program) + offsetof<Program>()) == BEGIN;
  const last = isAnchored ? begin : end;
  for (let start = begin; start <= last; start++) {
    const stop = matchFrom(program, 0, begin, end, start);
    if (stop != 0) {
      matchStart = start;
      return stop;
    }
  }
  return 0;
}

/** A match contains the literal: in front of it there is a HEAD or nothing, the steps behind it follow. */
function findByLiteral(program: Program, begin: usize, end: usize): usize {
  const length = program.literalLength;
  const hasHead = program.literalOffset != 0;
  const steps = changetype<usize>(program) + offsetof<Program>();
  const groupBits = changetype<Step>(steps + (hasHead ? offsetof<Step>() : 0)).groupBits;
  const head = <usize>changetype<Step>(steps).data;
  const next: u32 = hasHead ? 2 : 1;
  let from = begin;
  let found = findText(from, <u32>(end - from), program.literal, length);
  while (found >= 0) {
    const literal = from + <usize>found;
    const behind = literal + length;
    if (!hasHead || literal == begin || isInSet(head, load<u8>(literal - 1))) {
      if (groupBits & 1) groupStart = literal;
      if (groupBits & 2) groupEnd = behind;
      const stop = matchFrom(program, next, begin, end, behind);
      if (stop != 0) {
        matchStart = hasHead && literal != begin ? literal - 1 : literal;
        return stop;
      }
    }
    from = literal + 1;
    found = findText(from, <u32>(end - from), program.literal, length);
  }
  return 0;
}

/**
 * A match by a literal of up to 16 bytes, found with what is the same for all rows at hand: its first and last byte, all of it as one
 * vector, and the byte that ends a match whose only other step is an UNTIL without a bound.
 */
// @ts-ignore: decorator
@inline
function findByShortLiteral(
  program: Program,
  begin: usize,
  end: usize,
  length: u32,
  first: v128,
  last: v128,
  wanted: v128,
  mask: v128,
  head: usize,
  groupBits: u32,
  isTail: bool,
  tailByte: u8,
): usize {
  let stop: usize = 0;
  if (<usize>length > end - begin) return 0;
  const lastStart = end - length;
  for (let at = begin; at <= lastStart && stop == 0; at += 16) {
    const both = v128.and(i8x16.eq(v128.load(at), first), i8x16.eq(v128.load(at + length - 1), last));
    let candidates = <u32>i8x16.bitmask(both);
    if (lastStart - at < 15) candidates &= (<u32>2 << (<u32>(lastStart - at))) - 1;
    while (candidates != 0 && stop == 0) {
      const literal = at + <usize>ctz(candidates);
      candidates &= candidates - 1;
      if (!v128.any_true(v128.and(v128.xor(v128.load(literal), wanted), mask))) {
        if (head == 0 || literal == begin || isInSet(head, load<u8>(literal - 1))) {
          const behind = literal + length;
          matchStart = head != 0 && literal != begin ? literal - 1 : literal;
          if (isTail) {
            stop = behind + <usize>lengthUntil(behind, <u32>(end - behind), tailByte);
            groupStart = behind;
            groupEnd = stop;
          } else {
            if (groupBits & 1) groupStart = literal;
            if (groupBits & 2) groupEnd = behind;
            stop = matchFrom(program, head != 0 ? 2 : 1, begin, end, behind);
          }
        }
      }
    }
  }
  return stop;
}

/** REGEXP_EXTRACT (or, with `out` 0, REGEXP into `outValidity`). */
// @ts-ignore: decorator
@inline
function extract(
  isExtract: bool,
  rows: u32,
  views: usize,
  stride: u32,
  program: Program,
  out: usize,
  outValidity: usize,
): void {
  const hasGroup = program.hasGroup != 0;
  const length = program.literalLength;
  const isShort = length > 0 && length <= 16;
  const literal = <usize>program.literal;
  const first = i8x16.splat(load<i8>(literal));
  const last = i8x16.splat(load<i8>(literal + max<u32>(length, 1) - 1));
  const mask = firstBytes(length);
  const wanted = v128.and(v128.load(literal), mask);
  const steps = changetype<usize>(program) + offsetof<Program>();
  const own: u32 = program.literalOffset != 0 ? 1 : 0;
  const head = own != 0 ? <usize>changetype<Step>(steps).data : 0;
  const groupBits = changetype<Step>(steps + <usize>own * offsetof<Step>()).groupBits;
  const tail = changetype<Step>(steps + <usize>(own + 1) * offsetof<Step>());
  const isTail =
    program.steps == own + 2 && tail.kind == UNTIL && tail.min == 0 && tail.max == u32.MAX_VALUE && tail.groupBits == 3;
  const tailByte = <u8>tail.data;
  for (let row: u32 = 0; row < rows; row++) {
    // An address of 0, which empty texts may have, would read as "no match".
    const text = max<usize>(load<u32>(views), 8);
    const end = text + load<u32>(views, 4);
    const stop = isShort
      ? findByShortLiteral(program, text, end, length, first, last, wanted, mask, head, groupBits, isTail, tailByte)
      : find(program, text, end);
    if (isExtract) {
      const start = hasGroup ? groupStart : matchStart;
      const to = hasGroup ? groupEnd : stop;
      store<u64>(out, stop != 0 ? <u64>start | (<u64>(to - start) << 32) : 0);
      out += 8;
    }
    store<u8>(outValidity + row, <u8>(stop != 0));
    views += stride;
  }
}

/** REGEXP: whether there is a match. */
export function regexpFind(rows: u32, views: usize, stride: u32, program: usize, out: usize): void {
  extract(false, rows, views, stride, changetype<Program>(program), 0, out);
}

/** REGEXP_EXTRACT: the wanted group (or all) of the first match as a view; rows without a match get 0 in `outValidity`. */
export function regexpExtract(
  rows: u32,
  views: usize,
  stride: u32,
  program: usize,
  out: usize,
  outValidity: usize,
): void {
  extract(true, rows, views, stride, changetype<Program>(program), out, outValidity);
}

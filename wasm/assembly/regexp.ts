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
import { equalText, findText } from './bytes';

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

/** End of a match that begins at `start`, or 0. Sets `groupStart` and `groupEnd`. */
function matchAt(program: Program, begin: usize, end: usize, start: usize): usize {
  let at = start;
  let step = changetype<usize>(program) + offsetof<Program>();
  const last = step + <usize>program.steps * offsetof<Step>();
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
    } else if (kind == BEGIN) {
      if (at != begin) return 0;
    } else if (at != end) return 0;
    if (current.groupBits & 2) groupEnd = at;
  }
  return at;
}

/** Looks for the first match in a text; its end, or 0. `matchStart` is left set. */
let matchStart: usize = 0;
function find(program: Program, begin: usize, end: usize): usize {
  const literalLength = program.literalLength;
  if (literalLength == 0) {
    // A match that has to begin with the text is looked for nowhere else.
    const isAnchored =
      program.steps > 0 && load<u32>(changetype<usize>(program) + offsetof<Program>()) == BEGIN;
    const last = isAnchored ? begin : end;
    for (let start = begin; start <= last; start++) {
      const stop = matchAt(program, begin, end, start);
      if (stop != 0) {
        matchStart = start;
        return stop;
      }
    }
    return 0;
  }
  let from = begin;
  for (;;) {
    const found = findText(from, <u32>(end - from), program.literal, literalLength);
    if (found < 0) break;
    const literal = from + <usize>found;
    const offset = <usize>program.literalOffset;
    // Behind a HEAD the match begins one byte earlier, or with the text itself.
    const start = literal >= begin + offset ? literal - offset : literal;
    const stop = matchAt(program, begin, end, start);
    if (stop != 0) {
      matchStart = start;
      return stop;
    }
    from = literal + 1;
  }
  return 0;
}

/** REGEXP: whether there is a match. */
export function regexpFind(rows: u32, views: usize, stride: u32, program: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    // An address of 0, which empty texts may have, would read as "no match".
    const text = max<usize>(load<u32>(views), 8);
    const stop = find(changetype<Program>(program), text, text + load<u32>(views, 4));
    store<u8>(out + row, <u8>(stop != 0));
    views += stride;
  }
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
  const hasGroup = changetype<Program>(program).hasGroup != 0;
  for (let row: u32 = 0; row < rows; row++) {
    // An address of 0, which empty texts may have, would read as "no match".
    const text = max<usize>(load<u32>(views), 8);
    const stop = find(changetype<Program>(program), text, text + load<u32>(views, 4));
    const start = hasGroup ? groupStart : matchStart;
    const end = hasGroup ? groupEnd : stop;
    const view = <u64>start | (<u64>(end - start) << 32);
    store<u64>(out, stop != 0 ? view : 0);
    store<u8>(outValidity + row, <u8>(stop != 0));
    views += stride;
    out += 8;
  }
}

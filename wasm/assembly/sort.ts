/**
 * Sorting row numbers by columns: the twin of `engine/operators/sort/row-sorter.ts`.
 *
 * A permutation is u32 row numbers. It is sorted by one key column at a time, the last one first, and every step keeps the order
 * of rows that are equal in its column, so that in the end all columns count. A step parts NULLs from values, makes of each value a u64
 * whose unsigned order is the value's (a normalized key), and sorts by that, byte by byte. Of texts a u64 holds the first 8 bytes;
 * runs of equal ones are merged by comparing whole texts.
 */
import { orderOfTexts } from './bytes';

const SIGN: u64 = 0x8000000000000000;

/**
 * Brings the NULL rows of a permutation to one end.
 *
 * @param validity a byte a row, by row number
 * @returns how many rows are NULL
 */
export function sortNulls(
  count: u32,
  permutation: usize,
  validity: usize,
  nullsFirst: u32,
  scratch: usize,
): u32 {
  let kept = permutation;
  let nulls = scratch;
  const end = permutation + ((<usize>count) << 2);
  for (let at = permutation; at < end; at += 4) {
    const row = load<u32>(at);
    const isSet = <usize>load<u8>(validity + row);
    store<u32>(nulls, row);
    store<u32>(kept, row);
    kept += isSet << 2;
    nulls += (isSet ^ 1) << 2;
  }
  const bytes = nulls - scratch;
  if (nullsFirst) {
    memory.copy(permutation + bytes, permutation, kept - permutation);
    memory.copy(permutation, scratch, bytes);
  } else memory.copy(kept, scratch, bytes);
  return <u32>(bytes >> 2);
}

// @ts-ignore: decorator
@inline
function normalized<T>(cell: usize): u64 {
  if (isFloat<T>()) {
    const value = <f64>load<T>(cell);
    // All NaNs are one, above everything.
    const bits = value != value ? <i64>0x7ff8000000000000 : reinterpret<i64>(value);
    return <u64>(bits ^ ((bits >> 63) | <i64>SIGN));
  }
  if (isSigned<T>()) return <u64>(<i64>load<T>(cell)) ^ SIGN;
  return <u64>load<T>(cell);
}

// @ts-ignore: decorator
@inline
function normalize<T>(
  count: u32,
  permutation: usize,
  values: usize,
  stride: u32,
  flip: u64,
  keys: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(permutation + ((<usize>i) << 2));
    store<u64>(keys + ((<usize>i) << 3), normalized<T>(values + row * stride) ^ flip);
  }
}

/** The first 8 bytes of the texts, the first of them highest, and 0 behind a text's end. */
// @ts-ignore: decorator
@inline
function normalizeTexts(
  count: u32,
  permutation: usize,
  views: usize,
  stride: u32,
  flip: u64,
  keys: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = <usize>load<u32>(permutation + ((<usize>i) << 2));
    const view = views + row * stride;
    const length = load<u32>(view, 4);
    const word = bswap<u64>(load<u64>(<usize>load<u32>(view)));
    const unused = <u64>(length < 8 ? 8 - length : 0) << 3;
    const key = unused == 64 ? 0 : (word >> unused) << unused;
    store<u64>(keys + ((<usize>i) << 3), key ^ flip);
  }
}

/** Codes of `sortNormalize`, as in the twin. */
const I8: u32 = 0;
const I16: u32 = 1;
const I32: u32 = 2;
const I64: u32 = 3;
const U64: u32 = 4;
const F32: u32 = 5;
const F64: u32 = 6;

/** Keys of the listed rows, in the order of the list; `descending` turns their order round. */
export function sortNormalize(
  kind: u32,
  count: u32,
  permutation: usize,
  values: usize,
  stride: u32,
  descending: u32,
  keys: usize,
): void {
  const flip: u64 = descending ? u64.MAX_VALUE : 0;
  if (kind == I8) normalize<i8>(count, permutation, values, stride, flip, keys);
  else if (kind == I16) normalize<i16>(count, permutation, values, stride, flip, keys);
  else if (kind == I32) normalize<i32>(count, permutation, values, stride, flip, keys);
  else if (kind == I64) normalize<i64>(count, permutation, values, stride, flip, keys);
  else if (kind == U64) normalize<u64>(count, permutation, values, stride, flip, keys);
  else if (kind == F32) normalize<f32>(count, permutation, values, stride, flip, keys);
  else if (kind == F64) normalize<f64>(count, permutation, values, stride, flip, keys);
  else normalizeTexts(count, permutation, values, stride, flip, keys);
}

function isAscending(count: u32, keys: usize): bool {
  const end = keys + ((<usize>count) << 3);
  for (let at = keys + 8; at < end; at += 8) {
    if (load<u64>(at - 8) > load<u64>(at)) return false;
  }
  return true;
}

/**
 * Sorts a permutation by its keys, and the keys with it. Digits of a byte, the lowest first; those that all keys share are skipped.
 *
 * @param scratchKeys, scratchRows room for as many
 * @param counts 8 KiB
 */
export function sortRadix(
  count: u32,
  keys: usize,
  permutation: usize,
  scratchKeys: usize,
  scratchRows: usize,
  counts: usize,
): void {
  if (isAscending(count, keys)) return;
  memory.fill(counts, 0, 8192);
  const end = keys + ((<usize>count) << 3);
  for (let at = keys; at < end; at += 8) {
    let key = load<u64>(at);
    for (let table = counts; table < counts + 8192; table += 1024) {
      const bucket = table + ((<usize>key & 255) << 2);
      store<u32>(bucket, load<u32>(bucket) + 1);
      key >>= 8;
    }
  }
  let fromKeys = keys;
  let fromRows = permutation;
  let toKeys = scratchKeys;
  let toRows = scratchRows;
  for (let digit: u32 = 0; digit < 8; digit++) {
    const table = counts + ((<usize>digit) << 10);
    const shift = <u64>digit << 3;
    const first = table + ((<usize>(load<u64>(fromKeys) >> shift) & 255) << 2);
    if (load<u32>(first) == count) continue;
    let sum: u32 = 0;
    for (let bucket = table; bucket < table + 1024; bucket += 4) {
      const size = load<u32>(bucket);
      store<u32>(bucket, sum);
      sum += size;
    }
    for (let i: u32 = 0; i < count; i++) {
      const key = load<u64>(fromKeys + ((<usize>i) << 3));
      const bucket = table + ((<usize>(key >> shift) & 255) << 2);
      const place = <usize>load<u32>(bucket);
      store<u32>(bucket, <u32>place + 1);
      store<u64>(toKeys + (place << 3), key);
      store<u32>(toRows + (place << 2), load<u32>(fromRows + ((<usize>i) << 2)));
    }
    const swappedKeys = fromKeys;
    fromKeys = toKeys;
    toKeys = swappedKeys;
    const swappedRows = fromRows;
    fromRows = toRows;
    toRows = swappedRows;
  }
  if (fromKeys == keys) return;
  memory.copy(keys, fromKeys, (<usize>count) << 3);
  memory.copy(permutation, fromRows, (<usize>count) << 2);
}

// @ts-ignore: decorator
@inline
function orderOfRows(views: usize, stride: u32, a: u32, b: u32): i32 {
  const left = views + <usize>a * stride;
  const right = views + <usize>b * stride;
  return orderOfTexts(
    <usize>load<u32>(left),
    load<u32>(left, 4),
    <usize>load<u32>(right),
    load<u32>(right, 4),
  );
}

/** Merges the sorted runs `from..middle` and `middle..end` into `to`; of equal rows those of the first run come first. */
function mergeRuns(
  from: usize,
  middle: usize,
  end: usize,
  to: usize,
  views: usize,
  stride: u32,
  sign: i32,
): void {
  let left = from;
  let right = middle;
  while (left < middle && right < end) {
    const isLeft = orderOfRows(views, stride, load<u32>(left), load<u32>(right)) * sign <= 0;
    store<u32>(to, isLeft ? load<u32>(left) : load<u32>(right));
    to += 4;
    if (isLeft) left += 4;
    else right += 4;
  }
  memory.copy(to, left, middle - left);
  memory.copy(to + (middle - left), right, end - right);
}

/** Sorts `count` rows by whole texts, runs of doubling length at a time. */
function sortRun(
  rows: usize,
  count: u32,
  scratch: usize,
  views: usize,
  stride: u32,
  sign: i32,
): void {
  const bytes = (<usize>count) << 2;
  let source = rows;
  let target = scratch;
  for (let length: usize = 4; length < bytes; length <<= 1) {
    for (let at: usize = 0; at < bytes; at += length << 1) {
      const middle = min(at + length, bytes);
      const end = min(middle + length, bytes);
      mergeRuns(source + at, source + middle, source + end, target + at, views, stride, sign);
    }
    const swapped = source;
    source = target;
    target = swapped;
  }
  if (source != rows) memory.copy(rows, source, bytes);
}

/** Finishes a permutation that is sorted by the first 8 bytes of its texts: rows of equal keys by the whole of them. */
export function sortTexts(
  count: u32,
  keys: usize,
  permutation: usize,
  views: usize,
  stride: u32,
  descending: u32,
  scratch: usize,
): void {
  const sign: i32 = descending ? -1 : 1;
  for (let from: u32 = 0; from < count;) {
    const key = load<u64>(keys + ((<usize>from) << 3));
    let to = from + 1;
    while (to < count && load<u64>(keys + ((<usize>to) << 3)) == key) to++;
    if (to - from > 1) sortRun(permutation + ((<usize>from) << 2), to - from, scratch, views, stride, sign);
    from = to;
  }
}

/** Adds `base` to where the elements of ARRAY, MAP and MULTISET cells begin. */
export function sortRebase(count: u32, cells: usize, base: u32): void {
  for (const end = cells + ((<usize>count) << 3); cells < end; cells += 8) {
    store<u32>(cells, load<u32>(cells) + base);
  }
}

/** How many elements the cells of a collection reach: the furthest end. */
export function sortElements(count: u32, cells: usize, stride: u32, validity: usize): u32 {
  let last: u32 = 0;
  for (let row: u32 = 0; row < count; row++) {
    const isSet = validity == 0 || load<u8>(validity + (stride == 0 ? 0 : row));
    if (isSet) last = max(last, load<u32>(cells) + load<u32>(cells, 4));
    cells += stride;
  }
  return last;
}

/**
 * Lists rows as often as a count says, for INTERSECT ALL and EXCEPT ALL.
 *
 * @param from i64 position, row << 32 | copies done, moved on
 * @returns how many were listed; less than `room` when all are
 */
export function replicateRows(rows: u32, counts: usize, stride: u32, from: usize, room: u32, selection: usize): u32 {
  const position = load<u64>(from);
  let row = <u32>(position >> 32);
  let done = <u64>(<u32>position);
  let listed: u32 = 0;
  for (; row < rows; row++, done = 0) {
    const wanted = load<i64>(counts + <usize>row * stride);
    for (; <i64>done < wanted; done++, listed++) {
      if (listed == room) {
        store<u64>(from, (<u64>row << 32) | done);
        return listed;
      }
      store<u32>(selection + ((<usize>listed) << 2), row);
    }
  }
  store<u64>(from, <u64>row << 32);
  return listed;
}

/** Lists the rows whose time, in milliseconds, is above `reached`. */
export function sortPunctual(rows: u32, times: usize, stride: u32, reached: f64, selection: usize): u32 {
  let end = selection;
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(end, row);
    end += <usize>(<f64>load<i64>(times) > reached) << 2;
    times += stride;
  }
  return <u32>((end - selection) >> 2);
}

/**
 * Flink's hash of a key: murmur3 with seed 42 over the words of the key's BinaryRowData, without building the row.
 *
 *   header  8 bytes for up to 56 fields: RowKind 0, then one NULL bit a field; 8 more bytes for every 64 more fields
 *   fields  8 bytes each: the value in its low bytes; text of up to 7 bytes, then 0x80 | length; or offset << 32 | length
 *   rest    longer text, DECIMALs of 16 bytes, TIMESTAMPs of 16 bytes and ROWs, each padded with zeros to 8 bytes
 *
 * A column is mixed in for all rows before the next one, in the order of the row's bytes; between the calls the state of a
 * row is one word in `hash`, and where its next variable-length field would begin is one in `cursor`. Rows whose
 * byte in `mask` is 0 belong to a NULL ROW and are left alone; `mask` 0 means there is no such row. A constant
 * (stride 0) has one validity byte.
 *
 * Source of the layout: Flink's AbstractBinaryWriter, MurmurHashUtil and KeyGroupRangeAssignment.
 */
import { avalanche, avalanche4, mixWord, mixWord4, scrambleHash, scrambleHash4 } from './murmur-hash';

// @ts-ignore: decorator
@inline
function mixLong(hash: u32, long: u64): u32 {
  return mixWord(mixWord(hash, <u32>long), <u32>(long >> 32));
}

// @ts-ignore: decorator
@inline
function isSet(validity: usize, stride: u32, row: u32): bool {
  return validity == 0 || load<u8>(validity + (stride ? <usize>row : 0)) != 0;
}

// @ts-ignore: decorator
@inline
function isSkipped(mask: usize, row: u32): bool {
  return mask != 0 && load<u8>(mask + row) == 0;
}

/**
 * Begins a row: seeds `hash`, mixes in `plainWords` words of a header without NULLs, and sets `cursor` behind `fixedSize` bytes of
 * header and fields.
 */
export function murmurBegin(rows: u32, hash: usize, cursor: usize, fixedSize: u32, plainWords: u32): void {
  let seed: u32 = 42;
  for (let word: u32 = 0; word < plainWords; word++) seed = mixLong(seed, 0);
  for (let row: u32 = 0; row < rows; row++) {
    store<u32>(hash + (row << 2), seed);
    store<u32>(cursor + (row << 2), fixedSize);
  }
}

/** Sets `cursor` alone: a ROW within a row goes on with the same hash. */
export function murmurBeginNested(rows: u32, cursor: usize, fixedSize: u32): void {
  for (let row: u32 = 0; row < rows; row++) store<u32>(cursor + (row << 2), fixedSize);
}

/** Sets bit `bit` of the 8 header bytes in `bits` for the rows in which a field is NULL. */
export function murmurNullBit(rows: u32, bits: usize, bit: u32, validity: usize, stride: u32): void {
  for (let row: u32 = 0; row < rows; row++) {
    const isNull: u64 = load<u8>(validity + (stride ? <usize>row : 0)) == 0 ? 1 : 0;
    store<u64>(bits + (row << 3), load<u64>(bits + (row << 3)) | (isNull << bit));
  }
}

// @ts-ignore: decorator
@inline
function mixFixed<T>(rows: u32, hash: usize, mask: usize, values: usize, stride: u32, validity: usize): void {
  let row: u32 = 0;
  if (isInteger<T>() && sizeof<T>() >= 4 && mask == 0 && validity == 0 && stride == sizeof<T>()) {
    row = rows & ~3;
    mixFour<T>(row, hash, values);
  }
  for (; row < rows; row++) {
    if (isSkipped(mask, row)) continue;
    const value = isSet(validity, stride, row) ? cellBits<T>(values + <usize>row * stride) : 0;
    store<u32>(hash + (row << 2), mixLong(load<u32>(hash + (row << 2)), value));
  }
}

/** Whole numbers side by side, none of them NULL: four rows at once. */
// @ts-ignore: decorator
@inline
function mixFour<T>(rows: u32, hash: usize, values: usize): void {
  for (let row: u32 = 0; row < rows; row += 4) {
    const cells = values + <usize>row * sizeof<T>();
    let low = v128.load(cells);
    let high = i32x4.splat(0);
    if (sizeof<T>() == 8) {
      const next = v128.load(cells, 16);
      high = v128.shuffle<i32>(low, next, 1, 3, 5, 7);
      low = v128.shuffle<i32>(low, next, 0, 2, 4, 6);
    }
    const state = hash + (row << 2);
    v128.store(state, mixWord4(mixWord4(v128.load(state), low), high));
  }
}

/** A cell as the bits of its field. There is one NaN, as in Java. */
// @ts-ignore: decorator
@inline
function cellBits<T>(cell: usize): u64 {
  const value = load<T>(cell);
  if (!isFloat<T>()) return <u64>value;
  if (sizeof<T>() == 4) return value == value ? <u64>reinterpret<u32>(<f32>value) : 0x7fc00000;
  return value == value ? reinterpret<u64>(<f64>value) : 0x7ff8000000000000;
}

/** A field of 1, 2, 4 or 8 bytes. */
export function murmurMix8(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
): void {
  mixFixed<u8>(rows, hash, mask, values, stride, validity);
}

export function murmurMix16(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
): void {
  mixFixed<u16>(rows, hash, mask, values, stride, validity);
}

export function murmurMix32(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
): void {
  mixFixed<u32>(rows, hash, mask, values, stride, validity);
}

export function murmurMix64(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
): void {
  mixFixed<u64>(rows, hash, mask, values, stride, validity);
}

export function murmurMixF32(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
): void {
  mixFixed<f32>(rows, hash, mask, values, stride, validity);
}

export function murmurMixF64(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
): void {
  mixFixed<f64>(rows, hash, mask, values, stride, validity);
}

/** The field of a text or of bytes; moves `cursor` by what `murmurMixBytes` will mix. */
export function murmurMixView(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
  cursor: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (isSkipped(mask, row)) continue;
    let field: u64 = 0;
    if (isSet(validity, stride, row)) {
      const view = values + <usize>row * stride;
      const length = load<u32>(view, 4);
      if (length <= 7) {
        field = (<u64>(0x80 | length) << 56) | (load<u64>(load<u32>(view)) & ~(<u64>-1 << (<u64>length << 3)));
      } else {
        const offset = load<u32>(cursor + (row << 2));
        store<u32>(cursor + (row << 2), offset + ((length + 7) & ~7));
        field = (<u64>offset << 32) | length;
      }
    }
    store<u32>(hash + (row << 2), mixLong(load<u32>(hash + (row << 2)), field));
  }
}

/** The bytes of text longer than 7. Reads up to 7 bytes past the end. */
export function murmurMixBytes(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (isSkipped(mask, row) || !isSet(validity, stride, row)) continue;
    const view = values + <usize>row * stride;
    const length = load<u32>(view, 4);
    if (length <= 7) continue;
    let at: usize = load<u32>(view);
    let state = load<u32>(hash + (row << 2));
    const end = at + (length & ~7);
    for (; at < end; at += 8) state = mixLong(state, load<u64>(at));
    const rest = <u64>(length & 7) << 3;
    if (rest) state = mixLong(state, load<u64>(at) & ~(<u64>-1 << rest));
    store<u32>(hash + (row << 2), state);
  }
}

/** Bytes of the shortest two's complement form of an i128: BigInteger.toByteArray().length. */
// @ts-ignore: decorator
@inline
function significantBytes(low: u64, high: u64): u32 {
  const sign = <u64>(<i64>high >> 63);
  const leading = high == sign ? 64 + <u32>clz<u64>(low ^ sign) : <u32>clz<u64>(high ^ sign);
  return ((128 - leading) >> 3) + 1;
}

/** The field of a DECIMAL above precision 18: it has 16 bytes of variable part even when NULL. */
export function murmurMixDecimal(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
  cursor: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (isSkipped(mask, row)) continue;
    const cell = values + <usize>row * stride;
    const length = isSet(validity, stride, row) ? significantBytes(load<u64>(cell), load<u64>(cell, 8)) : 0;
    const offset = load<u32>(cursor + (row << 2));
    store<u32>(cursor + (row << 2), offset + 16);
    store<u32>(hash + (row << 2), mixLong(load<u32>(hash + (row << 2)), (<u64>offset << 32) | length));
  }
}

/** The 16 bytes of such a DECIMAL: its shortest form, highest byte first, then zeros. */
export function murmurMixDecimalBytes(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (isSkipped(mask, row)) continue;
    let first: u64 = 0;
    let second: u64 = 0;
    if (isSet(validity, stride, row)) {
      const cell = values + <usize>row * stride;
      const low = load<u64>(cell);
      const high = load<u64>(cell, 8);
      const shift = <u64>(16 - significantBytes(low, high)) << 3;
      first = bswap<u64>(shift == 0 ? high : shift < 64 ? (high << shift) | (low >> (64 - shift)) : low << (shift - 64));
      second = bswap<u64>(shift < 64 ? low << shift : 0);
    }
    const state = load<u32>(hash + (row << 2));
    store<u32>(hash + (row << 2), mixLong(mixLong(state, first), second));
  }
}

/** The field of a TIMESTAMP above precision 3: nanoseconds; its milliseconds take 8 bytes of variable part even when NULL. */
export function murmurMixTimestamp(
  rows: u32,
  hash: usize,
  mask: usize,
  values: usize,
  stride: u32,
  validity: usize,
  cursor: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (isSkipped(mask, row)) continue;
    const nanos = isSet(validity, stride, row) ? load<u32>(values + <usize>row * stride, 8) : 0;
    const offset = load<u32>(cursor + (row << 2));
    store<u32>(cursor + (row << 2), offset + 8);
    store<u32>(hash + (row << 2), mixLong(load<u32>(hash + (row << 2)), (<u64>offset << 32) | nanos));
  }
}

/** The field of a ROW whose bytes number `sizes[row]`. */
export function murmurMixNested(
  rows: u32,
  hash: usize,
  mask: usize,
  sizes: usize,
  validity: usize,
  cursor: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (isSkipped(mask, row)) continue;
    let field: u64 = 0;
    if (isSet(validity, 1, row)) {
      const size = load<u32>(sizes + (row << 2));
      const offset = load<u32>(cursor + (row << 2));
      store<u32>(cursor + (row << 2), offset + size);
      field = (<u64>offset << 32) | size;
    }
    store<u32>(hash + (row << 2), mixLong(load<u32>(hash + (row << 2)), field));
  }
}

/** Adds to `sizes` the bytes that a text takes in the variable part. */
export function murmurAddViewSize(rows: u32, sizes: usize, values: usize, stride: u32, validity: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (!isSet(validity, stride, row)) continue;
    const length = load<u32>(values + <usize>row * stride, 4);
    if (length > 7) store<u32>(sizes + (row << 2), load<u32>(sizes + (row << 2)) + ((length + 7) & ~7));
  }
}

/** Adds to `sizes` what a ROW within takes, where it is not NULL. */
export function murmurAddNestedSize(rows: u32, sizes: usize, nested: usize, validity: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    if (!isSet(validity, 1, row)) continue;
    store<u32>(sizes + (row << 2), load<u32>(sizes + (row << 2)) + load<u32>(nested + (row << 2)));
  }
}

/** Ends the rows: `cursor` holds their sizes by now. */
export function murmurEnd(rows: u32, hash: usize, cursor: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const at = hash + (row << 2);
    store<u32>(at, avalanche(load<u32>(at) ^ load<u32>(cursor + (row << 2))));
  }
}

// @ts-ignore: decorator
@inline
function hashSingle<T>(rows: u32, values: usize, stride: u32, validity: usize, hash: usize): void {
  let row: u32 = 0;
  if (stride == sizeof<T>()) {
    const ofSet = i32x4.splat(mixLong(42, 0));
    const ofNull = i32x4.splat(mixLong(42, 0x100));
    for (; row + 4 <= rows; row += 4) {
      const cells = values + <usize>row * sizeof<T>();
      let low = v128.load(cells);
      let high = i32x4.splat(0);
      if (sizeof<T>() == 8) {
        const next = v128.load(cells, 16);
        high = v128.shuffle<i32>(low, next, 1, 3, 5, 7);
        low = v128.shuffle<i32>(low, next, 0, 2, 4, 6);
      }
      let header = ofSet;
      if (validity != 0) {
        const bytes = i16x8.extend_low_i8x16_u(v128.load32_zero(validity + row));
        const set = i32x4.ne(i32x4.extend_low_i16x8_u(bytes), i32x4.splat(0));
        header = v128.bitselect(ofSet, ofNull, set);
        low = v128.and(low, set);
        high = v128.and(high, set);
      }
      const mixed = mixWord4(mixWord4(header, low), high);
      v128.store(hash + (row << 2), avalanche4(v128.xor(mixed, i32x4.splat(16))));
    }
  }
  for (; row < rows; row++) {
    let header: u64 = 0;
    let value = <u64>load<T>(values + <usize>row * stride);
    if (!isSet(validity, stride, row)) {
      header = 0x100;
      value = 0;
    }
    store<u32>(hash + (row << 2), avalanche(mixLong(mixLong(42, header), value) ^ 16));
  }
}

/** All of the above at once for the commonest keys: a single column of 4 or 8 bytes. */
export function murmurHash32(rows: u32, values: usize, stride: u32, validity: usize, hash: usize): void {
  hashSingle<u32>(rows, values, stride, validity, hash);
}

export function murmurHash64(rows: u32, values: usize, stride: u32, validity: usize, hash: usize): void {
  hashSingle<u64>(rows, values, stride, validity, hash);
}

/** The subtask of each row: key group * parallelism / max parallelism. `targets` may be `hash`. */
export function murmurTargets(rows: u32, hash: usize, maxParallelism: u32, parallelism: u32, targets: usize): void {
  let row: u32 = 0;
  if (popcnt(maxParallelism) == 1) {
    const shift = <i32>ctz(maxParallelism);
    const groups = i32x4.splat(maxParallelism - 1);
    const subtasks = i32x4.splat(parallelism);
    for (; row + 4 <= rows; row += 4) {
      const group = v128.and(scrambleHash4(v128.load(hash + (row << 2))), groups);
      v128.store(targets + (row << 2), i32x4.shr_u(i32x4.mul(group, subtasks), shift));
    }
  }
  for (; row < rows; row++) {
    const group = scrambleHash(load<u32>(hash + (row << 2))) % maxParallelism;
    store<u32>(targets + (row << 2), (group * parallelism) / maxParallelism);
  }
}

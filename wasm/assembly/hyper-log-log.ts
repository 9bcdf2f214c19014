/**
 * HyperLogLog++ for APPROX_COUNT_DISTINCT: 2^14 registers, each of which keeps the longest run of zeros that one of its hashes begins with.
 *
 * A value becomes a key of `value-set.ts`, register * 64 + rank: a bag of keys is the registers that are set, and the last key of a register
 * is what it holds. The hash is XXH64 with seed 42, of four bytes, of eight, or of as many as there are.
 */

const P1: u64 = 0x9e3779b185ebca87;
const P2: u64 = 0xc2b2ae3d27d4eb4f;
const P3: u64 = 0x165667b19e3779f9;
const P4: u64 = 0x85ebca77c2b2ae63;
const P5: u64 = 0x27d4eb2f165667c5;
const SEED: u64 = 42;
const SIGN: u64 = 0x8000000000000000;
const INDEX_BITS: u64 = 14;
const REGISTERS: u32 = 1 << 14;

// @ts-ignore: decorator
@inline
function finished(hash: u64): u64 {
  hash = (hash ^ (hash >> 33)) * P2;
  hash = (hash ^ (hash >> 29)) * P3;
  return hash ^ (hash >> 32);
}

// @ts-ignore: decorator
@inline
function withWord(hash: u64, word: u32): u64 {
  return rotl<u64>(hash ^ (<u64>word * P1), 23) * P2 + P3;
}

// @ts-ignore: decorator
@inline
function withLong(hash: u64, long: u64): u64 {
  return rotl<u64>(hash ^ (rotl<u64>(long * P2, 31) * P1), 27) * P1 + P4;
}

// @ts-ignore: decorator
@inline
function lane(sum: u64, long: u64): u64 {
  return rotl<u64>(sum + long * P2, 31) * P1;
}

// @ts-ignore: decorator
@inline
function withLane(hash: u64, sum: u64): u64 {
  return (hash ^ lane(0, sum)) * P1 + P4;
}

function hashBytes(bytes: usize, length: u32): u64 {
  const end = bytes + length;
  let hash = SEED + P5;
  if (length >= 32) {
    let a = SEED + P1 + P2;
    let b = SEED + P2;
    let c = SEED;
    let d = SEED - P1;
    for (; bytes + 32 <= end; bytes += 32) {
      a = lane(a, load<u64>(bytes));
      b = lane(b, load<u64>(bytes, 8));
      c = lane(c, load<u64>(bytes, 16));
      d = lane(d, load<u64>(bytes, 24));
    }
    hash = rotl<u64>(a, 1) + rotl<u64>(b, 7) + rotl<u64>(c, 12) + rotl<u64>(d, 18);
    hash = withLane(withLane(withLane(withLane(hash, a), b), c), d);
  }
  hash += length;
  for (; bytes + 8 <= end; bytes += 8) hash = withLong(hash, load<u64>(bytes));
  if (bytes + 4 <= end) {
    hash = withWord(hash, load<u32>(bytes));
    bytes += 4;
  }
  for (; bytes < end; bytes++) hash = rotl<u64>(hash ^ (<u64>load<u8>(bytes) * P5), 11) * P1;
  return finished(hash);
}

// @ts-ignore: decorator
@inline
function hashInt(value: i32): u64 {
  return finished(withWord(SEED + P5 + 4, <u32>value));
}

// @ts-ignore: decorator
@inline
function hashLong(value: i64): u64 {
  return finished(withLong(SEED + P5 + 8, <u64>value));
}

// @ts-ignore: decorator
@inline
function storeKey(keys: usize, row: u32, hash: u64): void {
  const rank = clz<u64>((hash << INDEX_BITS) | (1 << (INDEX_BITS - 1))) + 1;
  const key = keys + (<usize>row << 4);
  store<u64>(key, 0);
  store<u64>(key, (((hash >> (64 - INDEX_BITS)) << 6) | rank) | SIGN, 8);
}

/** Integers up to four bytes. */
export function sketchKeysInt(rows: u32, values: usize, stride: u32, width: u32, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const value: i32 = width == 1 ? load<i8>(values) : width == 2 ? load<i16>(values) : load<i32>(values);
    storeKey(keys, row, hashInt(value));
  }
}

/** BIGINT, DECIMAL up to 18 digits, the milliseconds of timestamps; DATE and TIME of four bytes. */
export function sketchKeysLong(rows: u32, values: usize, stride: u32, width: u32, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    storeKey(keys, row, hashLong(width == 4 ? <i64>load<i32>(values) : load<i64>(values)));
  }
}

/** There is one NaN, and one zero. */
export function sketchKeysF32(rows: u32, values: usize, stride: u32, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const value = load<f32>(values);
    storeKey(keys, row, hashInt(value != value ? 0x7fc00000 : value == 0 ? 0 : reinterpret<i32>(value)));
  }
}

export function sketchKeysF64(rows: u32, values: usize, stride: u32, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const value = load<f64>(values);
    storeKey(keys, row, hashLong(value != value ? 0x7ff8000000000000 : value == 0 ? 0 : reinterpret<i64>(value)));
  }
}

/** DECIMAL above 18 digits: the fewest bytes of two's complement that hold it, the first one first. `scratch` has 32 bytes. */
export function sketchKeysDecimal(rows: u32, values: usize, stride: u32, scratch: usize, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    const low = load<u64>(values);
    const high = load<u64>(values, 8);
    store<u64>(scratch, bswap<u64>(high));
    store<u64>(scratch, bswap<u64>(low), 8);
    const fill: u8 = <i64>high < 0 ? 0xff : 0;
    let start: u32 = 0;
    while (start < 15 && load<u8>(scratch + start) == fill && ((load<u8>(scratch + start, 1) ^ fill) & 0x80) == 0) start++;
    storeKey(keys, row, hashBytes(scratch + start, 16 - start));
  }
}

export function sketchKeysView(rows: u32, values: usize, stride: u32, keys: usize): void {
  for (let row: u32 = 0; row < rows; row++, values += stride) {
    storeKey(keys, row, hashBytes(load<u32>(values), load<u32>(values, 4)));
  }
}

/** Of each row's bag: the sum of 2^-rank over all registers (f64), and how many of them are empty (u32, in 8 bytes). */
export function sketchSums(rows: u32, ranges: usize, keys: usize, sums: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const range = ranges + (<usize>row << 3);
    let key = keys + (<usize>load<u32>(range) << 4);
    const end = key + (<usize>load<u32>(range, 4) << 4);
    let sum: f64 = 0;
    let empty = REGISTERS;
    for (; key < end; key += 16) {
      const cell = load<u64>(key, 8);
      // A register's ranks rise: the last one counts.
      if (key + 16 < end && (load<u64>(key, 24) ^ cell) >> 6 == 0) continue;
      sum += reinterpret<f64>((1023 - (cell & 63)) << 52);
      empty--;
    }
    store<f64>(sums + (<usize>row << 4), sum + <f64>empty);
    store<u32>(sums + (<usize>row << 4), empty, 8);
  }
}

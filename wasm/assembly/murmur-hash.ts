/** Flink's murmur3, the steps of one word. Nothing here is exported to the engine. */
const C1: u32 = 0xcc9e2d51;
const C2: u32 = 0x1b873593;

// @ts-ignore: decorator
@inline
export function mixWord(hash: u32, word: u32): u32 {
  return rotl<u32>(hash ^ (rotl<u32>(word * C1, 15) * C2), 13) * 5 + 0xe6546b64;
}

// @ts-ignore: decorator
@inline
export function avalanche(hash: u32): u32 {
  hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
  return hash ^ (hash >> 16);
}

/** MathUtils.murmurHash of a hash code, the step from a key's hash to its key group. */
// @ts-ignore: decorator
@inline
export function scrambleHash(code: u32): u32 {
  code = avalanche(mixWord(0, code) ^ 4);
  return <i32>code >= 0 ? code : code != 0x80000000 ? 0 - code : 0;
}

// The same for four rows at once.

// @ts-ignore: decorator
@inline
function rotateLeft4(lanes: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(lanes, bits), i32x4.shr_u(lanes, 32 - bits));
}

// @ts-ignore: decorator
@inline
export function mixWord4(hash: v128, word: v128): v128 {
  const mixed = i32x4.mul(rotateLeft4(i32x4.mul(word, i32x4.splat(C1)), 15), i32x4.splat(C2));
  const turned = rotateLeft4(v128.xor(hash, mixed), 13);
  return i32x4.add(i32x4.add(i32x4.shl(turned, 2), turned), i32x4.splat(0xe6546b64));
}

// @ts-ignore: decorator
@inline
export function avalanche4(hash: v128): v128 {
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 16)), i32x4.splat(0x85ebca6b));
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(hash, i32x4.shr_u(hash, 16));
}

/** -2^31 stays what it is, where `scrambleHash` gives 0: alike for whoever looks at the lower 31 bits. */
// @ts-ignore: decorator
@inline
export function scrambleHash4(code: v128): v128 {
  return i32x4.abs(avalanche4(v128.xor(mixWord4(i32x4.splat(0), code), i32x4.splat(4))));
}

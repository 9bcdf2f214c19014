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

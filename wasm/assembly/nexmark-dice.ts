/** The dice of the Nexmark generator: SplitMix64, whose throw k of a seed is mix(seed + k * GOLDEN), and words drawn by them. */

export const GOLDEN: i64 = 0x9e3779b97f4a7c15;

/** The finish of SplitMix64. */
// @ts-ignore: decorator
@inline
export function mix(z: i64): i64 {
  z = (z ^ (<i64>((<u64>z) >> 30))) * <i64>0xbf58476d1ce4e5b9;
  z = (z ^ (<i64>((<u64>z) >> 27))) * <i64>0x94d049bb133111eb;
  return z ^ (<i64>((<u64>z) >> 31));
}

/** The top half of throw `dice`, scaled to 0 .. sides - 1. */
// @ts-ignore: decorator
@inline
export function roll(dice: i64, sides: u32): u32 {
  return <u32>((((<u64>mix(dice)) >> 32) * <u64>sides) >> 32);
}

/** Draws `length` letters behind throw `dice`, one in thirteen of them `special`. */
export function putWords(target: usize, dice: i64, length: u32, special: u8): void {
  for (let i: u32 = 0; i < length; i++) {
    dice += GOLDEN;
    const drawn = <u64>mix(dice);
    const isSpecial = ((drawn >> 32) * 13) >> 32 == 0;
    store<u8>(target + i, isSpecial ? special : <u8>(97 + (((drawn & 0xffffffff) * 26) >> 32)));
  }
}

/**
 * SIMD steps that several kernels share. Nothing here is exported to the engine.
 *
 * The 8-bit mask of a comparison indexes a table of the row numbers that it selects:
 *
 *   selectTable + 8 * mask:   | u8 position of the 1st set bit | of the 2nd | ... |   (past the last: 0)
 */

const selectTable = memory.data(2048);

function fillSelectTable(): void {
  for (let mask: u32 = 0; mask < 256; mask++) {
    let end = selectTable + mask * 8;
    for (let bit: u32 = 0; bit < 8; bit++) {
      if ((mask >> bit) & 1) store<u8>(end++, <u8>bit);
    }
  }
}
fillSelectTable();

/** Writes the rows of an 8-bit mask as eight u32, of which the first `popcnt(mask)` count; returns the new end. */
// @ts-ignore: decorator
@inline
export function appendMask(end: usize, mask: u32, row: u32): usize {
  const positions = i16x8.extend_low_i8x16_u(v128.load64_zero(selectTable + mask * 8));
  const base = i32x4.splat(row);
  v128.store(end, i32x4.add(i32x4.extend_low_i16x8_u(positions), base));
  v128.store(end, i32x4.add(i32x4.extend_high_i16x8_u(positions), base), 16);
  return end + (popcnt(mask) << 2);
}

/**
 * The masks of 16 comparisons, each lane all ones or all zeros, narrowed to a byte each: one vector of bytes, two of 16 bits,
 * four of 32, eight of 64. Vectors that a width does not have are ignored.
 */
// @ts-ignore: decorator
@inline
export function narrowTo16<T>(
  a: v128,
  b: v128,
  c: v128,
  d: v128,
  e: v128,
  f: v128,
  g: v128,
  h: v128,
): v128 {
  if (sizeof<T>() == 1) return a;
  if (sizeof<T>() == 2) return i8x16.narrow_i16x8_s(a, b);
  if (sizeof<T>() == 4) {
    return i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d));
  }
  const ab = v128.shuffle<i32>(a, b, 0, 2, 4, 6);
  const cd = v128.shuffle<i32>(c, d, 0, 2, 4, 6);
  const ef = v128.shuffle<i32>(e, f, 0, 2, 4, 6);
  const gh = v128.shuffle<i32>(g, h, 0, 2, 4, 6);
  return i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(ab, cd), i16x8.narrow_i32x4_s(ef, gh));
}

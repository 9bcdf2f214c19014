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

/** Bytes in digits: hexadecimal ones (HEX, digests) and base 64 (TO_BASE64). Results lie one behind the other at `heap`. */

/**
 * Writes two digits a byte; `letters` is what lies between '9' and the first letter: 7 for A, 0x27 for a. Up to 15 bytes behind the digits
 * are written, too.
 */
export function writeHexadecimal(target: usize, source: usize, length: u32, letters: i8): void {
  for (let at: u32 = 0; at < length; at += 8) {
    const bytes = v128.load64_zero(source + at);
    const upper = i8x16.shr_u(bytes, 4);
    const lower = v128.and(bytes, i8x16.splat(15));
    const digits = i8x16.shuffle(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const offset = v128.and(i8x16.gt_u(digits, i8x16.splat(9)), i8x16.splat(letters));
    v128.store(target + 2 * at, i8x16.add(i8x16.add(digits, i8x16.splat(0x30)), offset));
  }
}

/** HEX of bytes: upper-case digits, twice as long. */
export function hexTexts(rows: u32, views: usize, stride: u32, heap: usize, out: usize): void {
  for (let row: u32 = 0; row < rows; row++) {
    const length = load<u32>(views, 4);
    writeHexadecimal(heap, <usize>load<u32>(views), length, 7);
    store<u32>(out, <u32>heap);
    store<u32>(out, 2 * length, 4);
    heap += 2 * length;
    views += stride;
    out += 8;
  }
}

const letters = memory.data<u8>([
  65, 66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90, 97, 98, 99, 100, 101, 102,
  103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 122, 48, 49, 50, 51, 52, 53, 54, 55,
  56, 57, 43, 47,
]);

// @ts-ignore: decorator
@inline
function letter(bits: u32): u8 {
  return load<u8>(letters + (bits & 63));
}

/** TO_BASE64: four letters for three bytes, the last of them `=` where bytes are missing. Returns the end. */
export function base64Texts(rows: u32, views: usize, stride: u32, heap: usize, out: usize): usize {
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    const length = load<u32>(views, 4);
    const start = heap;
    for (let at: u32 = 0; at < length; at += 3) {
      const left = length - at;
      const bits =
        (<u32>load<u8>(text + at) << 16) |
        (left > 1 ? <u32>load<u8>(text + at + 1) << 8 : 0) |
        (left > 2 ? <u32>load<u8>(text + at + 2) : 0);
      store<u8>(heap, letter(bits >> 18));
      store<u8>(heap, letter(bits >> 12), 1);
      store<u8>(heap, left > 1 ? letter(bits >> 6) : 0x3d, 2);
      store<u8>(heap, left > 2 ? letter(bits) : 0x3d, 3);
      heap += 4;
    }
    store<u32>(out, <u32>start);
    store<u32>(out, <u32>(heap - start), 4);
    views += stride;
    out += 8;
  }
  return heap;
}

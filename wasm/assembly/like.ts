/**
 * LIKE with any pattern. It is compiled to u16 tokens: a byte (0 to 255), ANY_ONE (`_`, one code point) or ANY_RUN (`%`).
 * Patterns that are only a text with `%` at its ends are `=`, startsWith, endsWith or containsText instead.
 */
const ANY_ONE: u32 = 256;
const ANY_RUN: u32 = 257;

/** Tries the run after the last `%` again, one byte further, when it fails: earlier runs need never be tried again. */
function matches(text: usize, end: usize, tokens: usize, tokensEnd: usize): bool {
  let retryToken: usize = 0;
  let retryText: usize = 0;
  for (;;) {
    if (tokens < tokensEnd) {
      const token = <u32>load<u16>(tokens);
      if (token == ANY_RUN) {
        tokens += 2;
        retryToken = tokens;
        retryText = text;
        if (tokens == tokensEnd) break; // the rest is anything
        continue;
      }
      if (text < end) {
        const byte = <u32>load<u8>(text);
        if (token == byte) {
          text++;
          tokens += 2;
          continue;
        }
        // A continuation byte starts no code point: a retry may begin in the middle of one.
        if (token == ANY_ONE && (byte & 0xc0) != 0x80) {
          text++;
          while (text < end && (load<u8>(text) & 0xc0) == 0x80) text++;
          tokens += 2;
          continue;
        }
      }
    } else if (text == end) break;
    if (retryToken == 0 || retryText >= end) return false;
    retryText++;
    text = retryText;
    tokens = retryToken;
  }
  return true;
}

export function likeBytes(rows: u32, views: usize, stride: u32, tokens: usize, count: u32, out: usize): void {
  const tokensEnd = tokens + ((<usize>count) << 1);
  for (let row: u32 = 0; row < rows; row++) {
    const text = <usize>load<u32>(views);
    store<u8>(out + row, <u8>matches(text, text + load<u32>(views, 4), tokens, tokensEnd));
    views += stride;
  }
}

/** Tables of texts that the Nexmark generator draws once: padding for the `extra` columns, and the channels with their URLs. */
import { GOLDEN, mix, putWords, roll } from './nexmark-dice';

export const HOT_CHANNELS: u32 = 4;
export const COLD_CHANNELS: u32 = 10000;

/** Numbers of the pieces behind the names of the hot channels. */
const CHANNEL_NAME: u32 = 4;
const URL_BEGIN: u32 = 5;
const URL_END: u32 = 6;
const CHANNEL_ID: u32 = 7;

const UNDERSCORE: u8 = 95;

/** Copies the bytes of a view; returns the end of the copy. */
// @ts-ignore: decorator
@inline
export function copyView(target: usize, view: usize): usize {
  const length = load<u32>(view, 4);
  memory.copy(target, load<u32>(view), length);
  return target + length;
}

/** Six characters of every draw, of both signs: the public generator, too, goes from 'H' to 'z'. */
export function nexmarkPadding(target: usize, length: u32): void {
  let dice: i64 = 0;
  let draw: i32 = 0;
  for (let i: u32 = 0; i < length; i++) {
    if (i % 6 == 0) {
      dice += GOLDEN;
      draw = <i32>mix(dice);
    } else {
      draw /= 26;
    }
    store<u8>(target + i, <u8>(97 + (draw % 26)));
  }
}

/** Writes a number in decimal digits; returns their end. */
function putDigits(target: usize, value: u32): usize {
  let length: u32 = 1;
  for (let rest = value / 10; rest != 0; rest /= 10) length++;
  for (let at = target + length; at > target; value /= 10) store<u8>(--at, <u8>(48 + (value % 10)));
  return target + length;
}

/** `Math.abs(Integer.reverse(n))` of Java: the bits in reverse, without sign; the smallest number keeps its own. */
function putReversed(target: usize, n: u32): usize {
  let reversed: u32 = 0;
  for (let bit = 0; bit < 32; bit++) reversed |= ((n >> bit) & 1) << (31 - bit);
  if (reversed == 0x80000000) store<u8>(target++, 45); // -
  return putDigits(target, <i32>reversed < 0 ? 0 - reversed : reversed);
}

/**
 * Draws the channels: views of each one's name and URL, 16 bytes a channel, at `views`, their bytes at `text` (96 a channel at most).
 * A URL has three words of 3 or 4 letters; nine of ten have a `channel_id`, those of hot channels have none.
 *
 * @param pieces views: names of the hot channels; the name of a cold one up to its number; a URL up to its words, behind them, and up to the id
 */
export function nexmarkChannels(pieces: usize, views: usize, text: usize): void {
  let dice: i64 = 0;
  for (let channel: u32 = 0; channel < HOT_CHANNELS + COLD_CHANNELS; channel++) {
    const isHot = channel < HOT_CHANNELS;
    let end = isHot
      ? copyView(text, pieces + (channel << 3))
      : putDigits(copyView(text, pieces + (CHANNEL_NAME << 3)), channel - HOT_CHANNELS);
    store<u64>(views, <u64>text | (<u64>(end - text) << 32));
    text = end;
    end = copyView(text, pieces + (URL_BEGIN << 3));
    for (let word: u32 = 0; word < 3; word++) {
      if (word > 0) store<u8>(end++, 47); // /
      dice += GOLDEN;
      const length = 3 + roll(dice, 2);
      putWords(end, dice, length, UNDERSCORE);
      end += length;
      dice += GOLDEN * <i64>length;
    }
    end = copyView(end, pieces + (URL_END << 3));
    if (!isHot) {
      dice += GOLDEN;
      if (roll(dice, 10) > 0) end = putReversed(copyView(end, pieces + (CHANNEL_ID << 3)), channel - HOT_CHANNELS);
    }
    store<u64>(views, <u64>text | (<u64>(end - text) << 32), 8);
    text = end;
    views += 16;
  }
}

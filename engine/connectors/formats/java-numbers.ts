import { FormatError, shown } from './format-error.ts';

/** Java's `String.trim()`: control characters and blanks. */
export function trimmed(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) <= 32) from++;
  while (to > from && text.charCodeAt(to - 1) <= 32) to--;
  return text.slice(from, to);
}

const INTEGER = /^[-+]?\d+$/;
const FLOATING = /^[-+]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[fFdD]?)$/;
const SAFE_DIGITS = 15;

/** `Byte.parseByte` and the like, blanks around allowed. */
export function parseInteger(text: string, bits: 8 | 16 | 32): number {
  const digits = trimmed(text);
  const value = INTEGER.test(digits) ? Number(digits) : NaN;
  return checkedInteger(value, bits, text);
}

/** A number that was read already, if it is in range. */
export function checkedInteger(value: number, bits: 8 | 16 | 32, text: string): number {
  const limit = 2 ** (bits - 1);
  if (value >= -limit && value < limit) return value + 0; // no minus zero
  throw new FormatError(`${shown(text)} is no integer of ${bits} bits`);
}

/** `Long.parseLong`, blanks around allowed; a number where that is exact. */
export function parseLong(text: string): number | bigint {
  const digits = trimmed(text);
  if (INTEGER.test(digits)) {
    if (digits.length <= SAFE_DIGITS) return Number(digits) + 0;
    const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
    if (value === BigInt.asIntN(64, value)) return value;
  }
  throw new FormatError(`${shown(text)} is no integer of 64 bits`);
}

/** The whole part of a double, as Java's cast makes a long of it; what is out of range is an error. */
export function longOfDouble(value: number, text: string): number | bigint {
  if (!(value >= -(2 ** 63) && value <= 2 ** 63))
    throw new FormatError(`${shown(text)} is no integer of 64 bits`);
  const whole = Math.trunc(value) + 0;
  if (Number.isSafeInteger(whole)) return whole;
  return whole === 2 ** 63 ? 2n ** 63n - 1n : BigInt(whole);
}

/** `Double.parseDouble`. Hexadecimal numbers are not read. */
export function parseDouble(text: string): number {
  const digits = trimmed(text);
  if (FLOATING.test(digits))
    return Number(/[fFdD]$/.test(digits) && !/[yN]$/.test(digits) ? digits.slice(0, -1) : digits);
  throw new FormatError(`${shown(text)} is no number`);
}

export function parseFloat32(text: string): number {
  return Math.fround(parseDouble(text));
}

/** `Boolean.parseBoolean`, blanks around allowed: whatever is not `true` is false. */
export function parseBoolean(text: string): boolean {
  return trimmed(text).toLowerCase() === 'true';
}

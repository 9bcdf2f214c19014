/**
 * The unscaled value of a plain decimal text, as a DECIMAL column of `scale` digits holds it: `12.5` with scale 3 is 12500.
 *
 * A number where it is exact (up to 15 digits), a bigint otherwise. Digits behind the scale are an error: rounding is the business of casts.
 */
export function decimalWords(text: string, scale: number): number | bigint {
  const point = text.indexOf('.');
  const fraction = point < 0 ? '' : text.slice(point + 1);
  if (fraction.length > scale) throw new RangeError(`${text} has more than ${scale} digits behind the point`);
  const digits = (point < 0 ? text : text.slice(0, point)) + fraction.padEnd(scale, '0');
  if (!/^[-+]?\d+$/.test(digits)) throw new TypeError(`${text} is no decimal number`);
  if (digits.length <= 15) return Number(digits);
  return digits.startsWith('+') ? BigInt(digits.slice(1)) : BigInt(digits);
}

/** The plain text with `scale` digits of an unscaled value. */
export function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Numbers of JSON in Java's spelling. */

/** `BigDecimal(text).toString()` for a number as JSON writes it, with its scale: 1.50 stays, 1e2 is `1E+2`, -0.0 is `0.0`. */
export function decimalText(text: string): string {
  const { digits, scale, isNegative } = parts(text);
  const sign = isNegative && digits !== '0' ? '-' : '';
  const exponent = digits.length - 1 - scale;
  if (scale < 0 || exponent < -6) {
    const significand = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
    return `${sign}${significand}E${exponent < 0 ? '' : '+'}${exponent}`;
  }
  return sign + plain(digits, scale);
}

/** The number that decimal digits say, as 10^-scale times `unscaled`. */
export interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

export function decimalOf(text: string): Decimal {
  const { digits, scale, isNegative } = parts(text);
  return { unscaled: BigInt(isNegative ? `-${digits}` : digits), scale };
}

/** Less than, equal to or greater than zero, as the first number is to the second. */
export function compareDecimals(left: string, right: string): number {
  const [a, b] = [decimalOf(left), decimalOf(right)];
  // Exponents of millions would make numbers of millions of digits: those differ in size.
  const [size, otherSize] = [magnitude(a), magnitude(b)];
  const [sign, otherSign] = [signOf(a.unscaled), signOf(b.unscaled)];
  if (sign !== otherSign) return sign - otherSign;
  if (sign === 0) return 0;
  if (size !== otherSize) return (size - otherSize) * sign;
  const scale = Math.max(a.scale, b.scale);
  const difference =
    a.unscaled * 10n ** BigInt(scale - a.scale) - b.unscaled * 10n ** BigInt(scale - b.scale);
  return signOf(difference);
}

/** The whole part of a number, undefined if it has more than 40 digits. */
export function wholePart(text: string): bigint | undefined {
  const decimal = decimalOf(text);
  if (decimal.unscaled === 0n) return 0n;
  const size = magnitude(decimal);
  if (size > 40) return undefined;
  if (size <= 0) return 0n;
  return decimal.scale <= 0
    ? decimal.unscaled * 10n ** BigInt(-decimal.scale)
    : decimal.unscaled / 10n ** BigInt(decimal.scale);
}

/** Digits before the point. */
function magnitude({ unscaled, scale }: Decimal): number {
  const text = String(unscaled);
  return text.length - (unscaled < 0n ? 1 : 0) - scale;
}

function signOf(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0;
}

function parts(text: string): { digits: string; scale: number; isNegative: boolean } {
  const isNegative = text.startsWith('-');
  const end = text.search(/[eE]/);
  const exponent = end < 0 ? 0 : Number(text.slice(end + 1));
  const [whole = '', fraction = ''] = text.slice(isNegative ? 1 : 0, end < 0 ? undefined : end).split('.');
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  return { digits, scale: fraction.length - exponent, isNegative };
}

function plain(digits: string, scale: number): string {
  if (scale === 0) return digits;
  const padded = digits.padStart(scale + 1, '0');
  return `${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

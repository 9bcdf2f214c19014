import { FormatError, shown } from './format-error.ts';

const NUMBER = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/;
/** Exponents beyond are zero or too big for any DECIMAL. */
const EXPONENT_LIMIT = 10_000;

/**
 * `new BigDecimal(text)` as a DECIMAL(precision, scale): rounded half up, null if it has too many digits (S-56, S-62). No blanks around.
 */
export function parseDecimal(text: string, precision: number, scale: number): string | null {
  const match = NUMBER.exec(text);
  const [, sign = '', whole = '', fraction = ''] = match ?? [];
  if (!match || whole + fraction === '') throw new FormatError(`${shown(text)} is no number`);
  const exponent = Math.max(-EXPONENT_LIMIT, Math.min(EXPONENT_LIMIT, Number(match[4] ?? 0)));
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return plain('', '0', scale);
  // The value is digits * 10^-point; `kept` of its digits stand before the last place of the scale.
  const kept = digits.length - fraction.length + exponent + scale;
  if (kept > precision) return null;
  let unscaled = kept <= 0 ? '0' : digits.slice(0, kept).padEnd(kept, '0');
  if (kept >= 0 && digits.charCodeAt(kept) >= 53) unscaled = String(BigInt(unscaled) + 1n); // a 5 or more comes next
  if (unscaled.length > precision) return null;
  return plain(sign === '-' && unscaled !== '0' ? '-' : '', unscaled, scale);
}

function plain(sign: string, unscaled: string, scale: number): string {
  if (scale === 0) return sign + unscaled;
  const padded = unscaled.padStart(scale + 1, '0');
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** `BigDecimal.stripTrailingZeros().toString()` of a plain text: `1.5000` is 1.5, `100000` is 1E+5, `0.00000010` is 1E-7. */
export function strippedDecimal(text: string): string {
  const sign = text.startsWith('-') ? '-' : '';
  const [whole = '', fraction = ''] = text.slice(sign.length).split('.');
  const all = (whole + fraction).replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return '0';
  const scale = fraction.length - (all.length - digits.length);
  const exponent = digits.length - 1 - scale;
  if (scale >= 0 && exponent >= -6) return plain(sign, digits, scale);
  const significand = digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`;
  return `${sign}${significand}E${exponent < 0 ? '' : '+'}${exponent}`;
}

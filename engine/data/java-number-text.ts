import { DOUBLE_FORMAT, FLOAT_FORMAT, javaDigits, type Digits, type FloatFormat } from './java-digits.ts';

/**
 * Numbers as Java 17 prints them (`Double.toString`, `Float.toString`; S-58): as many digits as give the value back, at least one behind
 * the point, scientific from 10^7 on and below 10^-3.
 */
export function doubleText(value: number): string {
  return javaText(value, DOUBLE_FORMAT, (magnitude) => scientific(String(magnitude)));
}

export function floatText(value: number): string {
  return javaText(value, FLOAT_FORMAT, shortestOfFloat);
}

function shortestOfFloat(magnitude: number): Digits {
  for (let precision = 1; ; precision++) {
    const digits = magnitude.toPrecision(precision);
    if (Math.fround(Number(digits)) !== magnitude) continue;
    // JavaScript rounds a tie up, Java to the even digit.
    const isTie = Number(digits) !== magnitude && Number(magnitude.toPrecision(precision + 1)) === magnitude;
    return isTie ? javaDigits(magnitude, FLOAT_FORMAT) : scientific(digits);
  }
}

function javaText(value: number, format: FloatFormat, shortest: (magnitude: number) => Digits): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}Infinity`;
  if (value === 0) return `${sign}0.0`;
  const magnitude = Math.abs(value);
  const [significand, exponent] = isShortest(magnitude, format)
    ? shortest(magnitude)
    : javaDigits(magnitude, format);
  if (exponent >= 7 || exponent < -3) {
    return `${sign}${significand[0]}.${significand.slice(1) || '0'}E${exponent}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${significand}`;
  const whole = significand.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${significand.slice(exponent + 1) || '0'}`;
}

/** Where Java's digits are the fewest: exact whole numbers, and fractions too long to be a tie; no powers of two, no subnormals. */
function isShortest(magnitude: number, { precision, minExponent }: FloatFormat): boolean {
  if (Number.isInteger(magnitude)) return magnitude < 2 ** precision;
  if (magnitude >= 2 ** (precision - 4) || magnitude < 2 ** (minExponent + precision - 1)) return false;
  return 2 ** Math.round(Math.log2(magnitude)) !== magnitude;
}

/** @param text the value without its sign, as JavaScript writes it. */
function scientific(text: string): Digits {
  const [mantissa = '', power = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, '').length;
  return [all.slice(leading).replace(/0+$/, ''), whole.length - 1 - leading + Number(power)];
}

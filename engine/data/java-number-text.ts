/**
 * Numbers as Java prints them (`Double.toString`, `Float.toString`; S-58): the shortest digits that give the value back, at least one behind the
 * point, scientific from 10^7 on and below 10^-3.
 */
export function doubleText(value: number): string {
  return javaText(value, String(Math.abs(value)));
}

export function floatText(value: number): string {
  let digits = '';
  for (let precision = 1; precision <= 9; precision++) {
    digits = Math.abs(value).toPrecision(precision);
    if (Math.fround(Number(digits)) === Math.abs(value)) break;
  }
  return javaText(value, digits);
}

/** @param digits the value without its sign, as JavaScript writes it. */
function javaText(value: number, digits: string): string {
  if (Number.isNaN(value)) return 'NaN';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}Infinity`;
  if (value === 0) return `${sign}0.0`;
  const [significand, exponent] = scientific(Math.abs(value), digits);
  if (exponent >= 7 || exponent < -3) {
    return `${sign}${significand[0]}.${significand.slice(1) || '0'}E${exponent}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${significand}`;
  const whole = significand.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${significand.slice(exponent + 1) || '0'}`;
}

/** Digits without point and trailing zeros, and the decimal exponent of the first. */
function scientific(value: number, text: string): [string, number] {
  const [mantissa = '', power = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, '').length;
  const significand = all.slice(leading).replace(/0+$/, '');
  const exponent = whole.length - 1 - leading + Number(power);
  // Java gives two digits at least, and picks the pair nearest to the value: 4.9E-324, where one digit would be a 5.
  if (significand.length === 1) {
    const [pair = '', pairPower = '0'] = value.toExponential(1).split('e');
    return [pair.replace('.', '').replace(/0$/, ''), Number(pairPower)];
  }
  return [significand, exponent];
}

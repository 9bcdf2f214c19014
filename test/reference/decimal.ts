/** DECIMAL on unscaled bigints: the rules of S-56 written down. `undefined` is what does not fit: NULL. */

export type RoundingMode = 'HALF_UP' | 'DOWN' | 'FLOOR' | 'CEILING';

export function abs(value: bigint): bigint {
  return value < 0n ? -value : value;
}

export function fit(value: bigint, precision: number): bigint | undefined {
  return abs(value) < 10n ** BigInt(precision) ? value : undefined;
}

/** a / b to a whole number. */
export function divideRounded(a: bigint, b: bigint, mode: RoundingMode): bigint {
  const isNegative = a < 0n !== b < 0n;
  const quotient = abs(a) / abs(b);
  const rest = abs(a) % abs(b);
  let up = false;
  if (mode === 'HALF_UP') up = 2n * rest >= abs(b);
  if (mode === 'FLOOR') up = rest > 0n && isNegative;
  if (mode === 'CEILING') up = rest > 0n && !isNegative;
  const rounded = quotient + (up ? 1n : 0n);
  return isNegative ? -rounded : rounded;
}

/** Times 10^digits, or by 10^-digits. */
export function rescale(value: bigint, digits: number, mode: RoundingMode): bigint {
  if (digits >= 0) return value * 10n ** BigInt(digits);
  return divideRounded(value, 10n ** BigInt(-digits), mode);
}

/** BigDecimal.divide with 38 significant digits, then setScale: rounded twice, as Flink does. */
export function divideTwice(a: bigint, b: bigint): bigint {
  const whole = abs(a) / abs(b);
  const extra = 38 - String(whole).length;
  if (whole === 0n || extra <= 0) return divideRounded(a, b, 'HALF_UP');
  const digits = divideRounded(a * 10n ** BigInt(extra), b, 'HALF_UP');
  return divideRounded(digits, 10n ** BigInt(extra), 'HALF_UP');
}

/**
 * Exponentials, logarithms and trigonometric functions to 300 binary digits behind the point, rounded once: whole numbers stand for
 * multiples of 2^-300.
 */

const DIGITS = 300n;
const ONE = 1n << DIGITS;

function fixed(value: number): bigint {
  let scale = 0n;
  let whole = value;
  while (!Number.isInteger(whole)) {
    whole *= 2;
    scale++;
  }
  return (BigInt(whole) << DIGITS) >> scale;
}

function rounded(value: bigint): number {
  return Number(value) / 2 ** Number(DIGITS);
}

function times(a: bigint, b: bigint): bigint {
  return (a * b) >> DIGITS;
}

/** The sum of `first`, and of terms made of the one before by `next`, until they vanish. */
function series(first: bigint, next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n;
  for (let [term, n] = [first, 1n]; term !== 0n && term !== -1n; term = next(term, n), n++) sum += term;
  return sum;
}

function inverseTangent(divisor: bigint, sign: bigint): bigint {
  let sum = 0n;
  let power = ONE / divisor;
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += (n % 4n === 3n ? sign : 1n) * (power / n);
    power /= divisor * divisor;
  }
  return sum;
}

const LN2 = 2n * inverseTangent(3n, 1n);
const LN10 = 3n * LN2 + 2n * inverseTangent(9n, 1n);
const PI = 4n * (4n * inverseTangent(5n, -1n) - inverseTangent(239n, -1n));

function power(x: bigint): bigint {
  const exponent = x / LN2;
  const r = x - exponent * LN2;
  const value = series(ONE, (term, n) => times(term, r) / n);
  return exponent < 0n ? value >> -exponent : value << exponent;
}

function logarithm(x: bigint): bigint {
  let exponent = 0n;
  let m = x;
  for (; m >= 2n * ONE; exponent++) m >>= 1n;
  for (; m < ONE; exponent--) m <<= 1n;
  const s = ((m - ONE) << DIGITS) / (m + ONE);
  const square = times(s, s);
  let sum = 0n;
  for (let [p, n] = [s, 1n]; p !== 0n; p = times(p, square), n += 2n) sum += p / n;
  return 2n * sum + exponent * LN2;
}

function sine(x: bigint): bigint {
  const r = x % (2n * PI);
  return series(r, (term, n) => -times(times(term, r), r) / (2n * n * (2n * n + 1n)));
}

export const REAL_FUNCTIONS = {
  exp: (x: number): number => rounded(power(fixed(x))),
  log: (x: number): number => rounded(logarithm(fixed(x))),
  log10: (x: number): number => rounded((logarithm(fixed(x)) << DIGITS) / LN10),
  sin: (x: number): number => rounded(sine(fixed(x))),
  cos: (x: number): number => rounded(sine(fixed(x) + PI / 2n)),
  tan: (x: number): number => rounded((sine(fixed(x)) << DIGITS) / sine(fixed(x) + PI / 2n)),
  pow: (x: number, y: number): number => rounded(power(times(logarithm(fixed(x)), fixed(y)))),
};

/**
 * The exponential and the logarithm to the last bit: costs are compared with each other, and shown with all their digits, but JavaScript leaves it
 * to each engine how exact its own functions are.
 */

// Binary digits behind the point.
const BITS = 160n;
const ONE = 1n << BITS;

export function exactExp(value: number): number {
  if (!Number.isFinite(value) || value < -700 || value > 700) return Math.exp(value);
  return toNumber(exponential(fromNumber(value)));
}

export function exactLog(value: number): number {
  if (!Number.isFinite(value) || value <= 0) return Math.log(value);
  // value = mantissa * 2 ** exponent, with a mantissa near 1
  const exponent = Math.round(Math.log2(value));
  const mantissa = value / 2 ** exponent;
  return toNumber(logarithm(fromNumber(mantissa)) + BigInt(exponent) * LN_2);
}

/** 2 * atanh((x - 1) / (x + 1)) */
function logarithm(value: bigint): bigint {
  const ratio = ((value - ONE) << BITS) / (value + ONE);
  const square = (ratio * ratio) >> BITS;
  let sum = 0n;
  let power = ratio;
  for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
    sum += power / n;
    power = (power * square) >> BITS;
  }
  return 2n * sum;
}

const LN_2 = logarithm(2n * ONE);

function exponential(value: bigint): bigint {
  const halvings = value / LN_2;
  const rest = value - halvings * LN_2;
  let sum = ONE;
  let term = ONE;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    term = ((term * rest) >> BITS) / n;
    sum += term;
  }
  return halvings < 0n ? sum >> -halvings : sum << halvings;
}

function fromNumber(value: number): bigint {
  const exponent = value === 0 ? 0 : Math.floor(Math.log2(Math.abs(value))) - 60;
  // A double has 53 digits, so that this is whole.
  const whole = BigInt(value / 2 ** exponent);
  const shift = BITS + BigInt(exponent);
  return shift < 0n ? whole >> -shift : whole << shift;
}

/** The nearest double. */
function toNumber(value: bigint): number {
  const text = (value < 0n ? -value : value).toString(2);
  const drop = Math.max(0, text.length - 64);
  const rounded = Number(BigInt(`0b${text.slice(0, text.length - drop)}`)) * 2 ** (drop - Number(BITS));
  return value < 0n ? -rounded : rounded;
}

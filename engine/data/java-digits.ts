/**
 * The digits that Java 17 prints for a double or float. They are not always the fewest that give the value back: before
 * Java 19 whole numbers beyond the precision, powers of two, subnormals and ties got more, or others.
 *
 * What is printed is an exact quotient: digits are drawn until the rest is less than half a unit in the last place.
 */
export interface FloatFormat {
  /** Bits of a normal significand, the hidden one included. */
  readonly precision: number;
  /** The exponent of the last bit of a subnormal. */
  readonly minExponent: number;
}

export const DOUBLE_FORMAT: FloatFormat = { precision: 53, minExponent: -1074 };
export const FLOAT_FORMAT: FloatFormat = { precision: 24, minExponent: -149 };

/** Significant digits without trailing zeros, and the decimal exponent of the first. */
export type Digits = readonly [digits: string, exponent: number];

/** @param value finite, above zero, and a value of the format. */
export function javaDigits(value: number, { precision, minExponent }: FloatFormat): Digits {
  const [odd, oddExponent] = oddPart(value);
  const bits = odd.toString(2).length;
  const exponent = oddExponent + bits - 1;
  const significant = Math.min(precision, exponent - minExponent + 1);
  if (oddExponent >= 0 && exponent <= 62)
    return wholeDigits(odd << BigInt(oddExponent), exponent - significant);

  // value = rest / divisor * 10^decimal, and margin / divisor is half a unit in the last place; half of that for a power of two.
  const decimal = estimate(odd, bits, exponent);
  const fives = { up: Math.max(0, -decimal), down: Math.max(0, decimal) };
  const marginExponent = exponent - significant - (bits === 1 ? 1 : 0);
  const shift = Math.max(0, -(oddExponent - decimal), -(marginExponent - decimal));
  const up = 5n ** BigInt(fives.up);
  const division = {
    rest: (odd * up) << BigInt(oddExponent - decimal + shift),
    margin: up << BigInt(marginExponent - decimal + shift),
    divisor: (5n ** BigInt(fives.down)) << BigInt(shift),
  };
  const size = Math.max(
    bits + (oddExponent - decimal + shift) + bitsOfFive(fives.up),
    shift + 1 + bitsOfFive(fives.down + 1),
  );
  return drawn(division, decimal, size < 32 ? 32 : size < 64 ? 64 : undefined);
}

interface Division {
  readonly rest: bigint;
  readonly margin: bigint;
  readonly divisor: bigint;
}

/** @param word bits of the integers that Java computes in: sums wrap there, and a tie does not end the digits. */
function drawn(division: Division, estimated: number, word: 32 | 64 | undefined): Digits {
  let { rest, margin } = division;
  const { divisor } = division;
  const ten = 10n * divisor;
  let decimal = estimated;
  let digits = '';
  let isLow = false;
  let isHigh = false;
  const draw = (isFirst: boolean): bigint => {
    const digit = rest / divisor;
    rest = 10n * (rest % divisor);
    margin = word ? BigInt.asIntN(word, 10n * margin) : 10n * margin;
    const isWrapped = !isFirst && margin <= 0n;
    isLow = isWrapped || rest < margin;
    isHigh = isWrapped || (word ? BigInt.asIntN(word, rest + margin) > ten : rest + margin >= ten);
    return digit;
  };
  const first = draw(true);
  if (first === 0n && !isHigh) decimal--;
  else digits = String(first);
  // Scientific notation has a second digit, whatever the first one says.
  if (decimal < -3 || decimal >= 8) isLow = isHigh = false;
  while (!isLow && !isHigh) digits += String(draw(false));

  const half = 2n * rest - ten;
  const isOdd = Number(digits.at(-1)) % 2 === 1;
  const roundsUp = isHigh && (!isLow || half > 0n || (half === 0n && isOdd));
  return trimmed(roundsUp ? String(BigInt(digits) + 1n) : digits, decimal, digits.length);
}

/** Whole numbers below 2^63 are exact, but for digits that `excess` bits beyond the precision leave unknown. */
function wholeDigits(value: bigint, excess: number): Digits {
  const dropped = excess > 2 ? Math.floor((excess - 1) * Math.LOG10E * Math.LN2) : 0;
  const unit = 10n ** BigInt(dropped);
  const rounded = (value + unit / 2n) / unit;
  const digits = String(rounded);
  return trimmed(digits, digits.length - 1 + dropped, digits.length);
}

/** Digits that became one more by a carry have a greater exponent. */
function trimmed(digits: string, exponent: number, length: number): Digits {
  return [digits.replace(/0+$/, ''), exponent + digits.length - length];
}

/** The decimal exponent of the first digit, or one more. */
function estimate(odd: bigint, bits: number, exponent: number): number {
  const fraction = Number(odd) / 2 ** (bits - 1);
  return Math.floor((fraction - 1.5) * 0.289529654 + 0.176091259 + exponent * 0.301029995663981);
}

/** Bits of 5^n as they are counted for the choice of arithmetic: none for 1, three a power from 5^27 on. */
function bitsOfFive(n: number): number {
  if (n === 0) return 0;
  return n < 27 ? Math.floor(n * Math.log2(5)) + 1 : 3 * n;
}

/** The value as an odd number times a power of two. */
function oddPart(value: number): [odd: bigint, exponent: number] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const word = view.getBigUint64(0);
  const biased = Number(word >> 52n);
  const fraction = word & ((1n << 52n) - 1n);
  let odd = biased === 0 ? fraction : fraction | (1n << 52n);
  let exponent = Math.max(1, biased) - 1075;
  while ((odd & 1n) === 0n) {
    odd >>= 1n;
    exponent++;
  }
  return [odd, exponent];
}

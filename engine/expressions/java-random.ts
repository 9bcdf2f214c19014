const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

export interface RandomNumbers {
  /** In [0, 1). */
  nextDouble(): number;
  /** In [0, bound). Throws for a bound below 1 or beyond INT. */
  nextInt(bound: number): number;
}

/** The platform's own, which no seed repeats. */
export const UNSEEDED: RandomNumbers = {
  nextDouble: Math.random,
  nextInt: (bound) => Math.floor(Math.random() * positive(bound)),
};

/** java.util.Random: the same numbers from the same seed. */
export class JavaRandom implements RandomNumbers {
  #state: bigint;

  constructor(seed: number) {
    this.#state = (BigInt(seed) ^ MULTIPLIER) & MASK;
  }

  nextDouble(): number {
    return (this.#next(26) * 134_217_728 + this.#next(27)) / 9_007_199_254_740_992;
  }

  nextInt(bound: number): number {
    positive(bound);
    if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(this.#next(31))) >> 31n);
    // Numbers of the last, shorter round are not used: every result is as likely.
    for (;;) {
      const bits = this.#next(31);
      const value = bits % bound;
      if (bits - value + (bound - 1) <= 2147483647) return value;
    }
  }

  #next(bits: number): number {
    this.#state = (this.#state * MULTIPLIER + 0xbn) & MASK;
    return Number(this.#state >> BigInt(48 - bits));
  }
}

function positive(bound: number): number {
  if (bound <= 0) throw new RangeError('The bound has to be positive');
  // A larger one would never be reached by 31 random bits.
  if (!(bound <= 2147483647)) throw new RangeError(`The bound ${bound} is beyond INT`);
  return bound;
}

/** Java's arithmetic on one pair of values, with nothing but bigint and number. */

export function wrap(value: bigint, bits: number): bigint {
  return BigInt.asIntN(bits, value);
}

/** `undefined` for a division by zero. */
export function integerArithmetic(operator: string, a: bigint, b: bigint, bits: number): bigint | undefined {
  switch (operator) {
    case 'add':
      return wrap(a + b, bits);
    case 'subtract':
      return wrap(a - b, bits);
    case 'multiply':
      return wrap(a * b, bits);
    case 'divide':
      return b === 0n ? undefined : wrap(a / b, bits);
    default:
      return b === 0n ? undefined : wrap(a % b, bits);
  }
}

export function floatArithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'divide':
      return a / b;
    default:
      return a % b;
  }
}

export function compare<T>(operator: string, a: T, b: T): boolean {
  switch (operator) {
    case 'Eq':
      return a === b;
    case 'Ne':
      return a !== b;
    case 'Lt':
      return a < b;
    default:
      return a <= b;
  }
}

import type { RexLiteral } from './rex-node.ts';

/** An exact number as digits without a point: `value * 10^-scale`. */
export interface ExactNumber {
  readonly unscaled: bigint;
  readonly scale: number;
}

export function exactNumber(literal: RexLiteral): ExactNumber {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d*)\.?(\d*)$/.exec(String(literal.value)) ?? [];
  const digits = BigInt(`${whole}${fraction}` || '0');
  return { unscaled: sign === '-' ? -digits : digits, scale: fraction.length };
}

export function rescaled({ unscaled, scale }: ExactNumber, to: number): bigint {
  return to >= scale ? unscaled * 10n ** BigInt(to - scale) : unscaled / 10n ** BigInt(scale - to);
}

/** `unscaled * 10^-scale` written out, with as many digits behind the point as `scale` says. */
export function fixedPoint(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

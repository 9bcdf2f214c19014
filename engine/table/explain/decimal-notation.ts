/** Decimal numbers as plans write them. An exponent and zeros behind the point are part of how a number was written. */

interface Digits {
  readonly sign: string;
  /** Without zeros in front. */
  readonly unscaled: string;
  /** Of the digits, how many stand behind the point; below zero there are more in front of it. */
  readonly scale: number;
}

function digitsOf(text: string): Digits {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text) ?? [];
  const unscaled = `${whole}${fraction}`.replace(/^0+(?=\d)/, '') || '0';
  return {
    sign: sign === '-' && unscaled !== '0' ? '-' : '',
    unscaled,
    scale: fraction.length - Number(exponent),
  };
}

const MAX_DIGITS = 20;

/** `1.5E3`: one digit before the point and the exponent always, as Calcite's `toScientificNotation` has it. */
export function scientificText(text: string): string {
  const { sign, unscaled, scale } = digitsOf(text);
  if (unscaled === '0') return '0E0';
  const [first = '0', ...others] = unscaled.slice(0, MAX_DIGITS);
  const rest = others.join('');
  const shown = scale === 0 ? rest.replace(/0+$/, '') : rest;
  return `${sign}${first}${shown === '' ? '' : `.${shown}`}E${unscaled.length - scale - 1}`;
}

/** `1500`, `0.001`: as Java's BigDecimal prints itself. */
export function decimalText(text: string): string {
  const { sign, unscaled, scale } = digitsOf(text);
  const exponent = unscaled.length - scale - 1;
  if (scale >= 0 && exponent >= -6) {
    if (scale === 0) return `${sign}${unscaled}`;
    const padded = unscaled.padStart(scale + 1, '0');
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const rest = unscaled.slice(1);
  const shown = `${unscaled[0] ?? '0'}${rest === '' ? '' : `.${rest}`}`;
  return `${sign}${shown}E${exponent > 0 ? '+' : ''}${exponent}`;
}

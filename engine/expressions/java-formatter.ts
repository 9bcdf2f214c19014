import { doubleText } from '../data/java-number-text.ts';

/**
 * `java.util.Formatter` of Java 17 with Locale.US: `%[argument$][flags][width][.precision]conversion`.
 *
 * Arguments come with the class that Java would see, as conversions are picky about it: `%d` takes whole numbers alone, `%f` floating-point
 * ones alone. What Java refuses with an exception is a FormatError here.
 */
export type FormatArgument =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'integer'; readonly value: bigint; readonly bits: 8 | 16 | 32 | 64 }
  | { readonly kind: 'floating'; readonly value: number; readonly text: string }
  /** Any other object: its text, and what its hashCode is. */
  | { readonly kind: 'object'; readonly text: string; readonly hash: () => number };

export class FormatError extends Error {}

interface Spec {
  readonly flags: string;
  /** -1 if there is none. */
  readonly width: number;
  readonly precision: number;
  readonly conversion: string;
}

const SPEC = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/y;

export function formatJava(format: string, args: readonly FormatArgument[]): string {
  let result = '';
  let ordinary = 0;
  let last = -1;
  for (let at = 0; at < format.length;) {
    const percent = format.indexOf('%', at);
    if (percent < 0) return result + format.slice(at);
    result += format.slice(at, percent);
    SPEC.lastIndex = percent;
    const match = SPEC.exec(format);
    if (!match) throw new FormatError('unknown conversion');
    at = SPEC.lastIndex;
    const [, index, flags = '', width, precision, conversion = ''] = match;
    const spec: Spec = {
      flags,
      width: width === undefined ? -1 : Number(width),
      precision: precision === undefined ? -1 : Number(precision),
      conversion,
    };
    if (new Set(flags).size !== flags.length) throw new FormatError('a flag twice');
    if (conversion === 'n' || conversion === '%') {
      result += lineOrPercent(spec);
      continue;
    }
    if (flags.includes('<')) {
      if (last < 0) throw new FormatError('no argument before');
    } else last = index === undefined ? ordinary++ : Number(index) - 1;
    const argument = args[last];
    if (!argument) throw new FormatError('a missing argument');
    result += converted(spec, argument);
  }
  return result;
}

function lineOrPercent(spec: Spec): string {
  const { flags, width, precision, conversion } = spec;
  if (precision >= 0) throw new FormatError('no precision here');
  if (conversion === 'n') {
    if (width >= 0 || flags !== '') throw new FormatError('no width and flags here');
    return '\n';
  }
  if (flags.replace('-', '') !== '') throw new FormatError('no such flag here');
  return justified(spec, '%');
}

/** Filled up with blanks to the width; upper-case conversions change the text, too. */
function justified({ flags, width, conversion }: Spec, text: string): string {
  if (flags.includes('-') && width < 0) throw new FormatError('a width is missing');
  const cased = /[A-Z]/.test(conversion) ? text.toUpperCase() : text;
  return flags.includes('-') ? cased.padEnd(width) : cased.padStart(width);
}

function refuseFlags({ flags }: Spec, refused: string): void {
  for (const flag of refused) if (flags.includes(flag)) throw new FormatError(`no flag ${flag} here`);
}

function converted(spec: Spec, argument: FormatArgument): string {
  const { precision } = spec;
  const general = (text: string): string => justified(spec, precision < 0 ? text : text.slice(0, precision));
  const lower = spec.conversion.toLowerCase();
  switch (lower) {
    case 's':
      refuseFlags(spec, '#+ 0,(');
      return general(argument.kind === 'null' ? 'null' : textOf(argument));
    case 'b':
      refuseFlags(spec, '#+ 0,(');
      return general(String(argument.kind === 'boolean' ? argument.value : argument.kind !== 'null'));
    case 'h':
      refuseFlags(spec, '#+ 0,(');
      return general(argument.kind === 'null' ? 'null' : (hashOf(argument) >>> 0).toString(16));
    case 'c':
      return character(spec, argument);
    case 'd':
    case 'o':
    case 'x':
      if (lower !== 'x' && spec.conversion !== lower) throw new FormatError('unknown conversion');
      return wholeNumber(spec, argument);
    case 'e':
    case 'f':
    case 'g':
    case 'a':
      if (spec.conversion === 'F') throw new FormatError('unknown conversion');
      return floating(spec, lower, argument);
    default:
      throw new FormatError('unknown conversion');
  }
}

function textOf(argument: Exclude<FormatArgument, { kind: 'null' }>): string {
  return argument.kind === 'boolean' || argument.kind === 'integer' ? String(argument.value) : argument.text;
}

/** Java's `hashCode()`. */
function hashOf(argument: Exclude<FormatArgument, { kind: 'null' }>): number {
  switch (argument.kind) {
    case 'boolean':
      return argument.value ? 1231 : 1237;
    case 'integer':
      return argument.bits < 64 ? Number(argument.value) : foldLong(argument.value);
    case 'floating': {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, argument.value);
      return foldLong(view.getBigInt64(0));
    }
    case 'object':
      return argument.hash();
  }
}

function foldLong(value: bigint): number {
  const bits = BigInt.asUintN(64, value);
  return Number(BigInt.asIntN(32, bits ^ (bits >> 32n)));
}

function character(spec: Spec, argument: FormatArgument): string {
  refuseFlags(spec, '#+ 0,(');
  if (spec.precision >= 0) throw new FormatError('no precision here');
  if (argument.kind === 'null') return justified(spec, 'null');
  const code = argument.kind === 'integer' && argument.bits < 64 ? Number(argument.value) : -1;
  if (code < 0 || code > 0x10ffff) throw new FormatError('no character');
  return justified(spec, String.fromCodePoint(code));
}

function wholeNumber(spec: Spec, argument: FormatArgument): string {
  const { flags, conversion, precision } = spec;
  const isDecimal = conversion === 'd';
  if (precision >= 0) throw new FormatError('no precision here');
  refuseFlags(spec, isDecimal ? '#' : '');
  checkNumberFlags(spec);
  if (argument.kind === 'null') return justified({ ...spec, flags: flags.replace('0', '') }, 'null');
  if (argument.kind !== 'integer') throw new FormatError('no whole number');
  if (!isDecimal) refuseFlags(spec, '+ ,(');
  const { value, bits } = argument;
  if (isDecimal) return signed(spec, value < 0n, String(value < 0n ? -value : value), true);
  const digits = BigInt.asUintN(bits, value).toString(conversion === 'o' ? 8 : 16);
  const prefix = flags.includes('#') ? (conversion === 'o' ? '0' : '0x') : '';
  const filled = flags.includes('0') ? digits.padStart(spec.width - prefix.length, '0') : digits;
  return justified(spec, prefix + filled);
}

function checkNumberFlags({ flags, width }: Spec): void {
  if (/[-0]/.test(flags) && width < 0) throw new FormatError('a width is missing');
  if ((flags.includes('-') && flags.includes('0')) || (flags.includes('+') && flags.includes(' '))) {
    throw new FormatError('flags that exclude each other');
  }
}

/** A number with its sign, groups of thousands and zeros before it. */
function signed(spec: Spec, isNegative: boolean, digits: string, isFinite: boolean): string {
  const { flags, width } = spec;
  const grouped = flags.includes(',')
    ? digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ','))
    : digits;
  const isBracketed = isNegative && flags.includes('(');
  const sign = isBracketed
    ? '('
    : isNegative
      ? '-'
      : flags.includes('+')
        ? '+'
        : flags.includes(' ')
          ? ' '
          : '';
  const end = isBracketed ? ')' : '';
  const zeros = flags.includes('0') && isFinite ? width - sign.length - grouped.length - end.length : 0;
  return justified(spec, sign + '0'.repeat(Math.max(0, zeros)) + grouped + end);
}

function floating(spec: Spec, conversion: 'e' | 'f' | 'g' | 'a', argument: FormatArgument): string {
  checkNumberFlags(spec);
  if (conversion === 'e') refuseFlags(spec, ',');
  if (conversion === 'g') refuseFlags(spec, '#');
  if (conversion === 'a') refuseFlags(spec, ',(');
  if (argument.kind === 'null') {
    const text = spec.precision < 0 ? 'null' : 'null'.slice(0, spec.precision);
    return justified({ ...spec, flags: spec.flags.replace('0', '') }, text);
  }
  if (argument.kind !== 'floating') throw new FormatError('no floating-point number');
  const { value } = argument;
  if (Number.isNaN(value)) return justified(spec, 'NaN');
  const isNegative = value < 0 || Object.is(value, -0);
  const magnitude = Math.abs(value);
  if (!Number.isFinite(value)) return signed(spec, isNegative, 'Infinity', false);
  const precision = spec.precision < 0 ? 6 : spec.precision;
  if (conversion === 'a') return signed(spec, isNegative, hexadecimal(magnitude), true);
  let digits: string;
  if (conversion === 'f') digits = fixed(magnitude, precision);
  else if (conversion === 'e') digits = scientific(magnitude, precision);
  else digits = shorter(magnitude, precision === 0 ? 1 : precision);
  const point = spec.flags.includes('#') && !digits.includes('.') ? '.' : '';
  return signed(spec, isNegative, digits + point, true);
}

/** The shortest digits that give the number back, and how many of them stand before the point. */
function digitsOf(magnitude: number): { readonly digits: string; readonly whole: number } {
  const [, whole = '', fraction = '', exponent = '0'] =
    /^(\d+)\.(\d+)(?:E(-?\d+))?$/.exec(doubleText(magnitude)) ?? [];
  const leading = /^0*/.exec(whole + fraction)?.[0].length ?? 0;
  const digits = (whole + fraction).slice(leading);
  return { digits, whole: digits === '' ? 1 : whole.length + Number(exponent) - leading };
}

/** The first `count` digits, rounded half up; one more if it carries. */
function roundedDigits(digits: string, count: number): string {
  if (count < 0) return '';
  const kept = BigInt(digits.slice(0, count).padEnd(count, '0') || '0');
  const isUp = (digits[count] ?? '0') >= '5';
  return String(isUp ? kept + 1n : kept).padStart(count, '0');
}

function fixed(magnitude: number, precision: number): string {
  const { digits, whole } = digitsOf(magnitude);
  const zeros = '0'.repeat(Math.max(0, -whole));
  const units = roundedDigits(zeros + digits, Math.max(whole, 0) + precision).padStart(precision + 1, '0');
  const cut = units.length - precision;
  return precision === 0 ? units : `${units.slice(0, cut)}.${units.slice(cut)}`;
}

function scientific(magnitude: number, precision: number): string {
  const { digits, whole } = digitsOf(magnitude);
  let mantissa = roundedDigits(digits, precision + 1);
  let exponent = magnitude === 0 ? 0 : whole - 1;
  if (mantissa.length > precision + 1) {
    mantissa = mantissa.slice(0, -1);
    exponent++;
  }
  const fraction = precision === 0 ? '' : `.${mantissa.slice(1)}`;
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa[0]}${fraction}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** `%g`: plain from 10^-4 up to 10^precision, with that many significant digits. */
function shorter(magnitude: number, precision: number): string {
  if (magnitude === 0) return fixed(0, precision - 1);
  if (magnitude < 1e-4 || magnitude >= 10 ** precision) return scientific(magnitude, precision - 1);
  const { digits, whole } = digitsOf(magnitude);
  const carried = roundedDigits(digits, precision).length > precision ? 1 : 0;
  const places = precision - whole - carried;
  return places < 0 ? scientific(magnitude, precision - 1) : fixed(magnitude, places);
}

/** Java's `Double.toHexString`. */
function hexadecimal(magnitude: number): string {
  if (magnitude === 0) return '0x0.0p0';
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const exponent = Number(bits >> 52n);
  const fraction = (bits & 0xfffffffffffffn).toString(16).padStart(13, '0').replace(/0+$/, '') || '0';
  return exponent === 0 ? `0x0.${fraction}p-1022` : `0x1.${fraction}p${exponent - 1023}`;
}

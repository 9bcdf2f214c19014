import type { Value } from '../../data/value.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import { isCharacter, isInteger } from '../../types/type-families.ts';
import { parseDouble } from '../text-cast.ts';
import { nullableFunction as nullable, strictFunction as strict, withNulls } from '../value-function.ts';

/** Functions of texts over decoded columns (S-60g, S-60j). */

export const TEXT_RUNTIMES: FunctionTable = {
  CONCAT_WS: nullable((separator, ...texts) =>
    typeof separator === 'string' ? texts.filter((text) => typeof text === 'string').join(separator) : null,
  ),
  LPAD: strict((text: string, length: number, pad: string) => padded(text, length, pad, true)),
  RPAD: strict((text: string, length: number, pad: string) => padded(text, length, pad, false)),
  REPEAT: strict((text: string, count: number) => text.repeat(Math.max(0, count))),
  REVERSE: strict((text: string) => [...text].reverse().join('')),
  INITCAP: strict(initialCapitals),
  OVERLAY: strict(overlaid),
  TRANSLATE3: nullable(translated),
  ASCII: strict((text: string) => {
    const [byte = 0] = new TextEncoder().encode(text);
    return (byte << 24) >> 24;
  }),
  CHR: strict((code: number | bigint) => (code < 0 ? '' : String.fromCharCode(Number(BigInt(code) & 255n)))),
  ELT: nullable((index, ...texts) => (index === null ? null : (texts[Number(index) - 1] ?? null))),
  IS_ALPHA: nullable((value) => typeof value === 'string' && /^\p{L}+$/u.test(value)),
  IS_DIGIT: ofTextOrNumber((text) => /^\p{Nd}+$/u.test(text), isInteger),
  IS_DECIMAL: ofTextOrNumber(isDecimal, (type) => type.root !== 'DECIMAL'),
};

/** A test of texts, false for NULL; of numbers the type decides, also for NULL (as in Flink). */
function ofTextOrNumber(
  test: (text: string) => boolean,
  ofNumber: (type: LogicalType) => boolean,
): FunctionRuntime {
  return {
    cost: 100,
    compile: (call, emitter) => {
      const value = emitter.value(call.operands[0]!);
      if (!isCharacter(value.type)) return emitter.constant(call.type, ofNumber(value.type));
      return withNulls(emitter, call.type, [value], call, (text) => typeof text === 'string' && test(text));
    },
  };
}

/** Digits of any script, or what can be read as a DOUBLE. */
function isDecimal(text: string): boolean {
  return /^\p{Nd}+$/u.test(text) || parseDouble(text) !== undefined;
}

/** Lengths count characters; an empty pad or a negative length is NULL. */
function padded(text: string, length: number, pad: string, isLeft: boolean): string | null {
  if (length < 0 || pad === '') return null;
  const points = [...text];
  const missing = length - points.length;
  if (missing <= 0) return points.slice(0, length).join('');
  const piece = [...pad];
  const whole = pad.repeat(Math.floor(missing / piece.length));
  const fill = whole + piece.slice(0, missing % piece.length).join('');
  return isLeft ? fill + text : text + fill;
}

/** Knows the letters and digits of ASCII only: everything else ends a word. */
function initialCapitals(text: string): string {
  return text.replace(/[A-Za-z0-9]+/g, (word) => word[0]!.toUpperCase() + word.slice(1).toLowerCase());
}

/** Places count characters. */
function overlaid(text: string, piece: string, position: number, given?: number): string {
  const points = [...text];
  if (position <= 0 || position > points.length) return text;
  const length = given ?? [...piece].length;
  const rest = length < 0 ? '' : points.slice(position - 1 + length).join('');
  return points.slice(0, position - 1).join('') + piece + rest;
}

/** Characters without a partner are removed. */
function translated(text: Value, from: Value, to: Value): Value {
  if (typeof text !== 'string' || typeof from !== 'string') return text;
  return typeof to === 'string' ? exchanged(text, from, to) : exchanged(text, from, '');
}

function exchanged(text: string, from: string, to: string): string {
  if (from !== exchange.from || to !== exchange.to) exchange = exchangeOf(from, to);
  const { table } = exchange;
  let result = '';
  for (const character of text) result += table.get(character) ?? character;
  return result;
}

interface Exchange {
  readonly from: string;
  readonly to: string;
  readonly table: ReadonlyMap<string, string>;
}

function exchangeOf(from: string, to: string): Exchange {
  const target = [...to];
  const table = new Map<string, string>();
  [...from].forEach((character, i) => {
    if (!table.has(character)) table.set(character, target[i] ?? '');
  });
  return { from, to, table };
}

/** The last one: most calls are of the same characters row after row. */
let exchange = exchangeOf('', '');

/**
 * Where a text has another one, from a place on: both count code points from 1, 0 is nowhere. A negative place counts from the end, and
 * the text up to it is searched backwards.
 */
export function positionFrom(text: string, needle: string, from: number, occurrence = 1): number {
  const [points, wanted] = [[...text], [...needle]];
  if (occurrence <= 0) throw new RangeError('The occurrence has to be positive');
  if (from === 0) return 0;
  if (needle === '') return from > 0 ? 1 : points.length + 1;
  const step = from > 0 ? 1 : -1;
  const last = points.length - wanted.length;
  let missing = occurrence;
  for (let at = from > 0 ? from - 1 : last + from + 1; at >= 0 && at <= last; at += step) {
    if (wanted.every((point, i) => points[at + i] === point) && --missing === 0) return at + 1;
  }
  return 0;
}

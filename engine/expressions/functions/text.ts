import type { Value } from '../../data/value.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import { perRow, withNulls } from '../value-function.ts';

/** Functions of texts over decoded columns (S-60g, S-60j). */

/** NULL where an argument is. */
const strict = (compute: (...values: never[]) => Value): FunctionRuntime => ({
  cost: 100,
  compile: (call, emitter) =>
    perRow(
      emitter,
      call.type,
      call.operands.map((operand) => emitter.value(operand)),
      call,
      compute,
    ),
});

const nullable = (compute: (...values: Value[]) => Value): FunctionRuntime => ({
  cost: 100,
  compile: (call, emitter) =>
    withNulls(
      emitter,
      call.type,
      call.operands.map((operand) => emitter.value(operand)),
      call,
      compute,
    ),
});

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
  TRANSLATE: strict(translated),
  ASCII: strict((text: string) => {
    const [byte = 0] = new TextEncoder().encode(text);
    return (byte << 24) >> 24;
  }),
  CHR: strict((code: number | bigint) => (code < 0 ? '' : String.fromCharCode(Number(BigInt(code) & 255n)))),
  ELT: nullable((index, ...texts) => (index === null ? null : (texts[Number(index) - 1] ?? null))),
  BIN: strict((value: number | bigint) => BigInt.asUintN(64, BigInt(value)).toString(2)),
  HEX: strict((value: number | bigint | string) =>
    typeof value === 'string'
      ? Array.from(new TextEncoder().encode(value), hexByte).join('')
      : BigInt.asUintN(64, BigInt(value)).toString(16).toUpperCase(),
  ),
  TO_BASE64: strict((value: string | Uint8Array) => {
    const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
    return btoa(String.fromCharCode(...bytes));
  }),
  FROM_BASE64: strict((text: string) => {
    const binary = atob(text);
    return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  }),
  IS_ALPHA: nullable((value) => typeof value === 'string' && /^\p{L}+$/u.test(value)),
  IS_DIGIT: nullable((value) => (typeof value === 'string' ? /^\p{Nd}+$/u.test(value) : isWhole(value))),
};

function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function isWhole(value: Value): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

/** Lengths count UTF-16 units here; an empty pad or a negative length is NULL. */
function padded(text: string, length: number, pad: string, isLeft: boolean): string | null {
  if (length < 0 || pad === '') return null;
  const missing = length - text.length;
  if (missing <= 0) return text.slice(0, length);
  const fill = pad.repeat(Math.ceil(missing / pad.length)).slice(0, missing);
  return isLeft ? fill + text : text + fill;
}

/** Knows the letters and digits of ASCII only: everything else ends a word. */
function initialCapitals(text: string): string {
  return text.replace(/[A-Za-z0-9]+/g, (word) => word[0]!.toUpperCase() + word.slice(1).toLowerCase());
}

function overlaid(text: string, piece: string, position: number, length = piece.length): string {
  if (position <= 0 || position > text.length) return text;
  const end = length < 0 ? text.length : position - 1 + length;
  return text.slice(0, position - 1) + piece + text.slice(end);
}

/** Characters without a partner are removed. */
function translated(text: string, from: string, to: string): string {
  const target = [...to];
  const table = new Map<string, string>();
  [...from].forEach((character, i) => {
    if (!table.has(character)) table.set(character, target[i] ?? '');
  });
  return [...text].map((character) => table.get(character) ?? character).join('');
}

import { isCharacter } from '../../types/type-families.ts';
import { charsetOf, type Charset } from '../charset.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { literalText } from '../literal-value.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { perRow, strictFunction as strict } from '../value-function.ts';

/** Texts as bytes and bytes as texts: character sets, hexadecimal digits, base 64, URLs. */
export const ENCODING_RUNTIMES: FunctionTable = {
  ENCODE: { cost: 100, canFail: true, compile: encode },
  DECODE: strict((bytes: Uint8Array, name: string) => charset(name).decode(bytes)),
  HEX: { cost: 15, compile: hex },
  UNHEX: strict(unhex),
  BIN: strict((value: number | bigint) => BigInt.asUintN(64, BigInt(value)).toString(2)),
  TO_BASE64: { cost: 40, compile: toBase64 },
  FROM_BASE64: strict((value: string | Uint8Array) => {
    const text = typeof value === 'string' ? value : latin1Text(value);
    // Java takes no blanks, which atob drops.
    if (/\s/.test(text)) throw new TypeError('Illegal character in base 64');
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
    return DECODER.decode(bytes);
  }),
  URL_ENCODE: strict((text: string) =>
    encodeURIComponent(text)
      .replace(/[!'()~]/g, (character) => `%${hexByte(character.charCodeAt(0))}`)
      .replaceAll('%20', '+'),
  ),
  URL_DECODE: strict(urlDecode),
};

const UTF_8 = new TextEncoder();
const DECODER = new TextDecoder();
const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

function hexByte(byte: number): string {
  return HEX_BYTES[byte]!;
}

function latin1Text(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Texts are UTF-8 already. */
function encode(call: RexCall, emitter: Emitter): Register {
  const [text, name] = call.operands.map((operand) => emitter.value(operand)) as [Register, Register];
  const known = literalText(call.operands[1]);
  if (known !== undefined && charsetOf(known) === charsetOf('UTF-8')) {
    return emitter.retype(emitter.views(text), call.type);
  }
  return perRow(emitter, call.type, [text, name], call, (value: string, each: string) =>
    charset(each).encode(value),
  );
}

function hex(call: RexCall, emitter: Emitter): Register {
  const value = emitter.value(call.operands[0]!);
  if (!isCharacter(value.type)) {
    return perRow(emitter, call.type, [value], call, (number: number | bigint) =>
      BigInt.asUintN(64, BigInt(number)).toString(16).toUpperCase(),
    );
  }
  const text = emitter.views(value);
  return emitter.strict(call.type, [text], (rows, out, _validity, heap) => {
    const { values, stride } = text.column;
    const digits = 2 * (emitter.kernels.totalLength(rows, values, stride) >>> 0);
    emitter.kernels.hexTexts(rows, values, stride, heap.reserve(digits), out);
  });
}

function toBase64(call: RexCall, emitter: Emitter): Register {
  const bytes = emitter.views(emitter.value(call.operands[0]!));
  return emitter.strict(call.type, [bytes], (rows, out, _validity, heap) => {
    const { values, stride } = bytes.column;
    const total = emitter.kernels.totalLength(rows, values, stride) >>> 0;
    const start = heap.reserve(4 * (Math.ceil(total / 3) + rows));
    heap.truncate(emitter.kernels.base64Texts(rows, values, stride, start, out) >>> 0);
  });
}

function charset(name: string): Charset {
  const found = charsetOf(name);
  if (!found) throw new TypeError(`The character set ${name} is not supported`);
  return found;
}

/** Pairs of digits from the right, a digit without a partner counts as 0 (in Flink, too); NULL for anything else. */
function unhex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null;
  const even = text.length % 2 === 0 ? text : `00${text.slice(1)}`;
  const bytes = new Uint8Array(even.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digitOf(even.charCodeAt(2 * i)) << 4) | digitOf(even.charCodeAt(2 * i + 1));
  }
  return bytes;
}

/** Of a digit, which it is. */
function digitOf(code: number): number {
  return (code & 15) + (code > 57 ? 9 : 0);
}

/** NULL where a percent sign has no two digits behind it. */
function urlDecode(text: string): string | null {
  if (!/[%+]/.test(text)) return text;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return decodeBroken(spaced);
  }
}

/** The same for bytes that are no UTF-8. */
function decodeBroken(text: string): string {
  const bytes: number[] = [];
  for (const [piece] of text.matchAll(/%..|[^%]+/gu)) {
    if (piece.startsWith('%')) bytes.push(Number.parseInt(piece.slice(1), 16));
    else bytes.push(...UTF_8.encode(piece));
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

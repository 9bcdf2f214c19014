import type { FunctionTable } from '../function-runtime.ts';
import { strictFunction as strict } from '../value-function.ts';

/** Texts as bytes and bytes as texts: character sets, hexadecimal digits, base 64, URLs. */
export const ENCODING_RUNTIMES: FunctionTable = {
  ENCODE: strict(encode),
  DECODE: strict((bytes: Uint8Array, charset: string) => decode(bytes, charset)),
  HEX: strict((value: number | bigint | string) =>
    typeof value === 'string'
      ? Array.from(UTF_8.encode(value), hexByte).join('')
      : BigInt.asUintN(64, BigInt(value)).toString(16).toUpperCase(),
  ),
  UNHEX: strict(unhex),
  BIN: strict((value: number | bigint) => BigInt.asUintN(64, BigInt(value)).toString(2)),
  TO_BASE64: strict((value: string | Uint8Array) => {
    const bytes = typeof value === 'string' ? UTF_8.encode(value) : value;
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }),
  FROM_BASE64: strict((text: string) =>
    new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0))),
  ),
  URL_ENCODE: strict((text: string) =>
    encodeURIComponent(text)
      .replace(/[!'()~]/g, (character) => `%${hexByte(character.charCodeAt(0))}`)
      .replaceAll('%20', '+'),
  ),
  URL_DECODE: strict(urlDecode),
};

const UTF_8 = new TextEncoder();

function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

/** Characters that a set does not have are question marks, as in Java. */
function encode(text: string, charset: string): Uint8Array {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
      return UTF_8.encode(text);
    case 'US-ASCII':
      return bytesOf(text, 0x7f);
    case 'ISO-8859-1':
      return bytesOf(text, 0xff);
    case 'UTF-16':
      return text === '' ? new Uint8Array() : Uint8Array.of(0xfe, 0xff, ...units(text, false));
    case 'UTF-16BE':
      return units(text, false);
    case 'UTF-16LE':
      return units(text, true);
    default:
      throw new TypeError(`The character set ${charset} is not supported`);
  }
}

function bytesOf(text: string, last: number): Uint8Array {
  return Uint8Array.from([...text], (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > last ? 0x3f : code;
  });
}

function units(text: string, isLittleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), isLittleEndian);
  return new Uint8Array(view.buffer);
}

function decode(bytes: Uint8Array, charset: string): string {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    case 'US-ASCII':
      return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join('');
    case 'ISO-8859-1':
      return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
    case 'UTF-16LE':
      return new TextDecoder('utf-16le').decode(bytes);
    case 'UTF-16':
    case 'UTF-16BE': {
      const isLittleEndian = charset.toUpperCase() === 'UTF-16' && bytes[0] === 0xff && bytes[1] === 0xfe;
      return new TextDecoder(isLittleEndian ? 'utf-16le' : 'utf-16be').decode(bytes);
    }
    default:
      throw new TypeError(`The character set ${charset} is not supported`);
  }
}

/** Pairs of digits from the right, a digit without a partner counts as 0 (in Flink, too); NULL for anything else. */
function unhex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null;
  const even = text.length % 2 === 0 ? text : `00${text.slice(1)}`;
  return Uint8Array.from({ length: even.length / 2 }, (_, i) =>
    Number.parseInt(even.slice(2 * i, 2 * i + 2), 16),
  );
}

/** NULL where a percent sign has no two digits behind it. */
function urlDecode(text: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  const bytes: number[] = [];
  for (const [piece] of text.replaceAll('+', ' ').matchAll(/%..|[^%]+/gu)) {
    if (piece.startsWith('%')) bytes.push(Number.parseInt(piece.slice(1), 16));
    else bytes.push(...UTF_8.encode(piece));
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

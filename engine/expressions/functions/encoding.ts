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
  FROM_BASE64: strict((text: string) => {
    // Java takes no blanks, which atob drops.
    if (/\s/.test(text)) throw new TypeError('Illegal character in base 64');
    return new TextDecoder().decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));
  }),
  URL_ENCODE: strict((text: string) =>
    encodeURIComponent(text)
      .replace(/[!'()~]/g, (character) => `%${hexByte(character.charCodeAt(0))}`)
      .replaceAll('%20', '+'),
  ),
  URL_DECODE: strict(urlDecode),
};

const UTF_8 = new TextEncoder();

/** Java's other names of the character sets that it always has, in upper case. */
const CHARSETS: Readonly<Record<string, string>> = {
  UTF8: 'UTF-8',
  'UNICODE-1-1-UTF-8': 'UTF-8',
  ASCII: 'US-ASCII',
  ASCII7: 'US-ASCII',
  ISO646_US: 'US-ASCII',
  'ISO646-US': 'US-ASCII',
  'ISO_646.IRV:1991': 'US-ASCII',
  'ISO_646.IRV:1983': 'US-ASCII',
  'ISO-IR-6': 'US-ASCII',
  'ANSI_X3.4-1968': 'US-ASCII',
  'ANSI_X3.4-1986': 'US-ASCII',
  DEFAULT: 'US-ASCII',
  CP367: 'US-ASCII',
  IBM367: 'US-ASCII',
  CSASCII: 'US-ASCII',
  US: 'US-ASCII',
  '646': 'US-ASCII',
  LATIN1: 'ISO-8859-1',
  L1: 'ISO-8859-1',
  ISO8859_1: 'ISO-8859-1',
  'ISO8859-1': 'ISO-8859-1',
  ISO_8859_1: 'ISO-8859-1',
  'ISO_8859-1': 'ISO-8859-1',
  'ISO_8859-1:1987': 'ISO-8859-1',
  'ISO-IR-100': 'ISO-8859-1',
  '8859_1': 'ISO-8859-1',
  '819': 'ISO-8859-1',
  CP819: 'ISO-8859-1',
  IBM819: 'ISO-8859-1',
  'IBM-819': 'ISO-8859-1',
  CSISOLATIN1: 'ISO-8859-1',
  UTF_16: 'UTF-16',
  UTF16: 'UTF-16',
  UNICODE: 'UTF-16',
  UNICODEBIG: 'UTF-16',
  UTF_16BE: 'UTF-16BE',
  'X-UTF-16BE': 'UTF-16BE',
  'ISO-10646-UCS-2': 'UTF-16BE',
  UNICODEBIGUNMARKED: 'UTF-16BE',
  UTF_16LE: 'UTF-16LE',
  'X-UTF-16LE': 'UTF-16LE',
  UNICODELITTLEUNMARKED: 'UTF-16LE',
};

function charsetOf(name: string): string {
  const upper = name.toUpperCase();
  return CHARSETS[upper] ?? upper;
}

function hexByte(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

/** Characters that a set does not have are question marks, as in Java. */
function encode(text: string, charset: string): Uint8Array {
  switch (charsetOf(charset)) {
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
  switch (charsetOf(charset)) {
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
      const isLittleEndian = charsetOf(charset) === 'UTF-16' && bytes[0] === 0xff && bytes[1] === 0xfe;
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

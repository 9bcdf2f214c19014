/**
 * Character sets by Java's names. The Unicode ones, ASCII and Latin-1 are written out; the others are the decoders of the
 * platform, and what they decode, the other way around, for encoding.
 */

/** Texts to bytes and back. What a set does not have is `?` in bytes and U+FFFD in texts, as in Java. */
export interface Charset {
  encode(text: string): Uint8Array;
  decode(bytes: Uint8Array): string;
}

/** Undefined for a name that is not known. */
export function charsetOf(name: string): Charset | undefined {
  const upper = name.toUpperCase();
  const canonical = ALIASES[upper] ?? upper;
  return (OWN[canonical] ??= platformCharset(canonical));
}

/** Java's other names, in upper case. */
const ALIASES: Readonly<Record<string, string>> = {
  ...aliases('UTF-8', 'UTF8 UNICODE-1-1-UTF-8'),
  ...aliases(
    'US-ASCII',
    'ASCII ASCII7 ISO646_US ISO646-US ISO_646.IRV:1991 ISO_646.IRV:1983 ISO-IR-6 ANSI_X3.4-1968 ANSI_X3.4-1986 DEFAULT CP367 IBM367 CSASCII US 646',
  ),
  ...aliases(
    'ISO-8859-1',
    'LATIN1 L1 ISO8859_1 ISO8859-1 ISO_8859_1 ISO_8859-1 ISO_8859-1:1987 ISO-IR-100 8859_1 819 CP819 IBM819 IBM-819 CSISOLATIN1',
  ),
  ...aliases('UTF-16', 'UTF_16 UTF16 UNICODE UNICODEBIG'),
  ...aliases('UTF-16BE', 'UTF_16BE X-UTF-16BE ISO-10646-UCS-2 UNICODEBIGUNMARKED'),
  ...aliases('UTF-16LE', 'UTF_16LE X-UTF-16LE UNICODELITTLEUNMARKED'),
  ...aliases('X-UTF-16LE-BOM', 'UNICODELITTLE'),
  ...aliases('UTF-32', 'UTF_32 UTF32 ISO-10646-UCS-4'),
  ...aliases('UTF-32BE', 'UTF_32BE X-UTF-32BE'),
  ...aliases('UTF-32LE', 'UTF_32LE X-UTF-32LE'),
  ...aliases('GBK', 'CP936 WINDOWS-936'),
  ...aliases('GB2312', 'EUC_CN EUC-CN EUCCN X-EUC-CN GB2312-80 GB2312-1980'),
  ...aliases('GB18030', 'GB18030-2000'),
  ...aliases('BIG5', 'CSBIG5'),
  ...aliases('SHIFT_JIS', 'SJIS SHIFT-JIS MS_KANJI X-SJIS CSSHIFTJIS'),
  ...aliases('WINDOWS-31J', 'MS932 CSWINDOWS31J'),
  ...aliases('EUC-JP', 'EUC_JP EUCJP EUCJIS X-EUC-JP X-EUCJP'),
  ...aliases('EUC-KR', 'EUC_KR EUCKR KSC5601 KS_C_5601-1987 KSC_5601 5601'),
  ...aliases('KOI8-R', 'KOI8_R KOI8 CSKOI8R'),
  ...aliases('KOI8-U', 'KOI8_U'),
  ...aliases('IBM866', 'CP866 IBM-866 866 CSIBM866'),
  ...Object.fromEntries(
    [2, 3, 4, 5, 6, 7, 8, 9, 13, 15, 16].flatMap((part) =>
      Object.entries(
        aliases(`ISO-8859-${part}`, `ISO8859_${part} ISO8859-${part} ISO_8859-${part} 8859_${part}`),
      ),
    ),
  ),
  ...aliases('ISO-8859-9', 'LATIN5 L5'),
  ...aliases('ISO-8859-15', 'LATIN9 LATIN-9 L9'),
  ...Object.fromEntries(
    [1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => [`CP${page}`, `WINDOWS-${page}`]),
  ),
};

function aliases(name: string, others: string): Record<string, string> {
  return Object.fromEntries(others.split(' ').map((other) => [other, name]));
}

const UTF_8 = new TextEncoder();

const OWN: Record<string, Charset | undefined> = {
  'UTF-8': {
    encode: (text) => UTF_8.encode(text),
    decode: (bytes) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes),
  },
  'US-ASCII': {
    encode: (text) => narrow(text, 0x7f),
    decode: (bytes) =>
      Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd')).join(''),
  },
  'ISO-8859-1': {
    encode: (text) => narrow(text, 0xff),
    decode: (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''),
  },
  'UTF-16': {
    encode: (text) => units(text, false, true),
    decode: (bytes) =>
      new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-16be').decode(bytes),
  },
  'UTF-16BE': {
    encode: (text) => units(text, false),
    decode: (bytes) => new TextDecoder('utf-16be').decode(bytes),
  },
  'UTF-16LE': {
    encode: (text) => units(text, true),
    decode: (bytes) => new TextDecoder('utf-16le').decode(bytes),
  },
  'X-UTF-16LE-BOM': {
    encode: (text) => units(text, true, true),
    decode: (bytes) =>
      new TextDecoder(bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-16le').decode(bytes),
  },
  'UTF-32': {
    encode: (text) => words(text, false),
    decode: (bytes) => fromWords(bytes, bytes[0] === 0xff && bytes[1] === 0xfe),
  },
  'UTF-32BE': { encode: (text) => words(text, false), decode: (bytes) => fromWords(bytes, false) },
  'UTF-32LE': { encode: (text) => words(text, true), decode: (bytes) => fromWords(bytes, true) },
};

function narrow(text: string, last: number): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) ?? 0;
    bytes[end++] = code > last ? QUESTION_MARK : code;
    if (code > 0xffff) at++;
  }
  return bytes.subarray(0, end);
}

/** UTF-16, with the mark of its byte order if that is asked for. */
function units(text: string, isLittleEndian: boolean, isMarked = false): Uint8Array {
  const start = isMarked && text !== '' ? 2 : 0;
  const bytes = new Uint8Array(start + 2 * text.length);
  const [high, low] = isLittleEndian ? [1, 0] : [0, 1];
  if (start > 0) bytes.set(isLittleEndian ? [0xff, 0xfe] : [0xfe, 0xff]);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[start + 2 * i + high] = unit >> 8;
    bytes[start + 2 * i + low] = unit;
  }
  return bytes;
}

function words(text: string, isLittleEndian: boolean): Uint8Array {
  const points = Array.from(text, (character) => character.codePointAt(0)!);
  const view = new DataView(new ArrayBuffer(4 * points.length));
  points.forEach((point, i) => view.setUint32(4 * i, point, isLittleEndian));
  return new Uint8Array(view.buffer);
}

function fromWords(bytes: Uint8Array, isLittleEndian: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const point = view.getUint32(at, isLittleEndian);
    if (at === 0 && point === 0xfeff) continue;
    text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  }
  return bytes.length % 4 === 0 ? text : `${text}\ufffd`;
}

// ------------------------------------------------------------------------------------------------ of the platform

const QUESTION_MARK = 0x3f;
const ONE_BYTE = /^(?:ISO-8859-\d+|WINDOWS-125\d|KOI8-[RU]|IBM866)$/;
const MORE_BYTES = new Set([
  'GBK',
  'GB2312',
  'GB18030',
  'BIG5',
  'SHIFT_JIS',
  'WINDOWS-31J',
  'EUC-JP',
  'EUC-KR',
]);

function platformCharset(name: string): Charset | undefined {
  if (ONE_BYTE.test(name)) return tableCharset(name);
  if (!MORE_BYTES.has(name)) return undefined;
  const decoder = new TextDecoder(name);
  let codes: ReadonlyMap<string, readonly number[]> | undefined;
  return {
    decode: (bytes) => decoder.decode(bytes),
    encode: (text) => {
      codes ??= codesOf(name);
      return encodeBy(codes, text, name === 'GB18030');
    },
  };
}

/** From 0x80 to 0x9F: some platforms decode these as Latin-1. */
const WINDOWS_1252 = '€\ufffd‚ƒ„…†‡ˆ‰Š‹Œ\ufffdŽ\ufffd\ufffd‘’“”•–—˜™š›œ\ufffdžŸ';

function tableCharset(name: string): Charset | undefined {
  let decoder: TextDecoder;
  try {
    decoder = new TextDecoder(name);
  } catch {
    return undefined;
  }
  // What Microsoft left open is a control character to browsers, and none to Java.
  const hasGaps = name.startsWith('WINDOWS');
  const characters = Array.from({ length: 256 }, (_, byte) => {
    if (name === 'WINDOWS-1252' && byte > 0x7f && byte < 0xa0) return WINDOWS_1252[byte - 0x80]!;
    const character = decoder.decode(Uint8Array.of(byte));
    const isGap = hasGaps && byte > 0x7f && byte < 0xa0 && character.charCodeAt(0) === byte;
    return isGap ? '\ufffd' : character;
  });
  const codes = new Map(characters.map((character, byte) => [character, [byte]]));
  return {
    decode: (bytes) => Array.from(bytes, (byte) => characters[byte]!).join(''),
    encode: (text) => encodeBy(codes, text, false),
  };
}

function encodeBy(codes: ReadonlyMap<string, readonly number[]>, text: string, hasAll: boolean): Uint8Array {
  return Uint8Array.from(
    [...text].flatMap(
      (character) => codes.get(character) ?? (hasAll ? fourBytes(character) : undefined) ?? [QUESTION_MARK],
    ),
  );
}

/** The bytes of every character that a decoder makes of one, two or (behind 0x8F in EUC-JP) three bytes; the first ones count. */
function codesOf(name: string): ReadonlyMap<string, readonly number[]> {
  const decoder = new TextDecoder(name, { fatal: true });
  const codes = new Map<string, readonly number[]>();
  const add = (...bytes: number[]): void => {
    try {
      const character = decoder.decode(Uint8Array.from(bytes));
      if ([...character].length === 1 && !codes.has(character)) codes.set(character, bytes);
    } catch {
      // no character
    }
  };
  for (let first = 0; first < 256; first++) add(first);
  for (let first = 0x81; first < 0xff; first++) {
    for (let second = 0x40; second < 0xff; second++) add(first, second);
  }
  if (name === 'EUC-JP') {
    for (let second = 0xa1; second < 0xff; second++)
      for (let third = 0xa1; third < 0xff; third++) add(0x8f, second, third);
  }
  if (name === 'GB18030') for (let number = 0; number < 39420; number++) add(...gbBytes(number));
  return codes;
}

/** The four bytes of GB 18030 that have a number: digits to the bases 126, 10, 126 and 10. */
function gbBytes(number: number): number[] {
  const digits: number[] = [];
  let rest = number;
  for (const [base, size] of [
    [0x30, 10],
    [0x81, 126],
    [0x30, 10],
  ] as const) {
    digits.unshift(base + (rest % size));
    rest = Math.floor(rest / size);
  }
  return [0x81 + rest, ...digits];
}

/** GB 18030 beyond the basic plane, where codes go one by one. */
function fourBytes(character: string): number[] | undefined {
  const point = character.codePointAt(0)!;
  return point < 0x10000 ? undefined : gbBytes(point - 0x10000 + 189000);
}

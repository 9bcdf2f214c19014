/** Code points: their case, and the sets that Java's regular expressions know by name. */

import type { PointSet, PointTest } from './pattern-node.ts';

/** Java's `Character.toLowerCase(Character.toUpperCase(point))`: mappings to one code point alone. */
export function foldUnicode(point: number): number {
  return lowerPoint(upperPoint(point));
}

export function foldAscii(point: number): number {
  return point >= 65 && point <= 90 ? point + 32 : point;
}

export function upperPoint(point: number): number {
  return onePoint(String.fromCodePoint(point).toUpperCase(), point);
}

export function lowerPoint(point: number): number {
  return point === 0x130 ? 0x69 : onePoint(String.fromCodePoint(point).toLowerCase(), point);
}

function onePoint(text: string, otherwise: number): number {
  const point = text.codePointAt(0) ?? otherwise;
  return text.length === (point > 0xffff ? 2 : 1) ? point : otherwise;
}

/** A test with a table for ASCII, which is nearly all that is asked. */
export function tabled(test: PointTest): PointTest {
  const table = Uint8Array.from({ length: 128 }, (_, point) => Number(test(point)));
  return (point) => (point < 128 ? table[point] === 1 : test(point));
}

/** A set written as the inside of a JavaScript class. */
export function pointSet(source: string): PointSet {
  const expression = new RegExp(`^[${source}]$`, 'u');
  return { test: tabled((point) => expression.test(String.fromCodePoint(point))), source };
}

/** One code point, or all from one to another, inside a class. */
export function rangeSource(first: number, last = first): string {
  const [from, to] = [first, last].map((point) => `\\u{${point.toString(16)}}`);
  return first === last ? from! : `${from}-${to}`;
}

/** All code points from one to another. */
export function pointRange(first: number, last: number): PointSet {
  return { test: (point) => point >= first && point <= last, source: rangeSource(first, last) };
}

export function not({ test, source }: PointSet): PointSet {
  return { test: (point) => !test(point), source: source === undefined ? undefined : `[^${source}]` };
}

export function either(left: PointSet, right: PointSet): PointSet {
  const isKnown = left.source !== undefined && right.source !== undefined;
  return {
    test: (point) => left.test(point) || right.test(point),
    source: isKnown ? `${left.source}${right.source}` : undefined,
  };
}

export function both(left: PointSet, right: PointSet): PointSet {
  const isKnown = left.source !== undefined && right.source !== undefined;
  return {
    test: (point) => left.test(point) && right.test(point),
    source: isKnown ? `[[${left.source}]&&[${right.source}]]` : undefined,
  };
}

const SPACE = ' \\t\\n\\x0B\\f\\r';

/** `\d` and its like, and with `(?U)`. */
const PREDEFINED: Readonly<Record<string, readonly [ascii: string, unicode: string]>> = {
  d: ['0-9', '\\p{Nd}'],
  s: [SPACE, '\\p{White_Space}'],
  w: ['a-zA-Z_0-9', '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d'],
  h: [' \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000', ''],
  v: ['\\n\\x0B\\f\\r\\x85\\u2028\\u2029', ''],
};

/** The set behind a backslash; undefined if the letter, in lower case, stands for none. */
export function predefinedSet(letter: string, isUnicode: boolean): PointSet | undefined {
  const [ascii, unicode] = PREDEFINED[letter] ?? [];
  return ascii === undefined ? undefined : pointSet(isUnicode && unicode ? unicode : ascii);
}

const POSIX: Readonly<Record<string, readonly [ascii: string, unicode: string]>> = {
  Lower: ['a-z', '\\p{Lowercase}'],
  Upper: ['A-Z', '\\p{Uppercase}'],
  ASCII: ['\\x00-\\x7F', '\\x00-\\x7F'],
  Alpha: ['a-zA-Z', '\\p{Alphabetic}'],
  Digit: ['0-9', '\\p{Nd}'],
  Alnum: ['a-zA-Z0-9', '\\p{Alphabetic}\\p{Nd}'],
  Punct: ['!-\\/:-@\\[-`\\{-~', '\\p{P}'],
  Graph: ['!-~', '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Cf}\\p{Co}'],
  Print: [' -~', '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Cf}\\p{Co}\\p{Zs}'],
  Blank: [' \\t', '\\p{Zs}\\t'],
  Cntrl: ['\\x00-\\x1F\\x7F', '\\p{Cc}'],
  XDigit: ['0-9a-fA-F', '\\p{Nd}\\p{Hex_Digit}'],
  Space: [SPACE, '\\p{White_Space}'],
};

const JAVA: Readonly<Record<string, string>> = {
  LD: '\\p{L}\\p{Nd}',
  L1: '\\x00-\\xFF',
  all: '\\u{0}-\\u{10FFFF}',
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
  javaAlphabetic: '\\p{Alphabetic}',
  javaIdeographic: '\\p{Ideographic}',
  javaTitleCase: '\\p{Lt}',
  javaDigit: '\\p{Nd}',
  javaDefined: '\\P{Cn}',
  javaLetter: '\\p{L}',
  javaLetterOrDigit: '\\p{L}\\p{Nd}',
  javaJavaIdentifierStart: '\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}',
  javaJavaIdentifierPart:
    '\\p{L}\\p{Nl}\\p{Sc}\\p{Pc}\\p{Nd}\\p{Mn}\\p{Mc}\\p{Cf}\\x00-\\x08\\x0E-\\x1B\\x7F-\\x9F',
  javaUnicodeIdentifierStart: '\\p{ID_Start}',
  javaUnicodeIdentifierPart: '\\p{ID_Continue}\\p{Cf}\\x00-\\x08\\x0E-\\x1B\\x7F-\\x9F',
  javaIdentifierIgnorable: '\\x00-\\x08\\x0E-\\x1B\\x7F-\\x9F\\p{Cf}',
  javaSpaceChar: '\\p{Z}',
  javaWhitespace: '\\t-\\r\\x1C-\\x1F \\u1680\\u2000-\\u2006\\u2008-\\u200A\\u205F\\u3000\\u2028\\u2029',
  javaISOControl: '\\x00-\\x1F\\x7F-\\x9F',
  javaMirrored: '\\p{Bidi_Mirrored}',
};

/** `\p{Is...}`, by the name in upper case without blanks of its own. */
const BINARY: Readonly<Record<string, string>> = {
  ALPHABETIC: '\\p{Alphabetic}',
  LETTER: '\\p{L}',
  IDEOGRAPHIC: '\\p{Ideographic}',
  LOWERCASE: '\\p{Lowercase}',
  UPPERCASE: '\\p{Uppercase}',
  TITLECASE: '\\p{Lt}',
  WHITE_SPACE: '\\p{White_Space}',
  WHITESPACE: '\\p{White_Space}',
  CONTROL: '\\p{Cc}',
  PUNCTUATION: '\\p{P}',
  HEX_DIGIT: '\\p{Nd}\\p{Hex_Digit}',
  HEXDIGIT: '\\p{Nd}\\p{Hex_Digit}',
  ASSIGNED: '\\P{Cn}',
  NONCHARACTER_CODE_POINT: '\\p{Noncharacter_Code_Point}',
  NONCHARACTERCODEPOINT: '\\p{Noncharacter_Code_Point}',
  DIGIT: '\\p{Nd}',
  ALNUM: '\\p{Alphabetic}\\p{Nd}',
  BLANK: '\\p{Zs}\\t',
  GRAPH: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Cf}\\p{Co}',
  PRINT: '\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Cf}\\p{Co}\\p{Zs}',
  WORD: '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d',
  JOIN_CONTROL: '\\u200c\\u200d',
  JOINCONTROL: '\\u200c\\u200d',
};

const CASED = new Set(['Lu', 'Ll', 'Lt']);
const CASED_ASCII = new Set(['Lower', 'Upper']);
const CATEGORY =
  /^(?:[LMNZPSC]|LC|Lu|Ll|Lt|Lm|Lo|Mn|Me|Mc|Nd|Nl|No|Zs|Zl|Zp|Cc|Cf|Co|Cs|Cn|P[dsecoif]|S[mcko])$/;

export interface PropertyFlags {
  readonly ignoresCase: boolean;
  readonly isUnicode: boolean;
}

/**
 * What `\p{name}` or `\p{key=value}` stands for.
 *
 * @returns undefined for a name that Java does not know either; 'block' for a block that is not known here
 */
export function namedSet(name: string, flags: PropertyFlags): PointSet | 'block' | undefined {
  const [key, value] = name.split(/=(.*)/s);
  if (value !== undefined) {
    switch (key!.toLowerCase()) {
      case 'sc':
      case 'script':
        return script(value);
      case 'blk':
      case 'block':
        return block(value);
      case 'gc':
      case 'general_category':
        return property(value, flags);
    }
    return undefined;
  }
  if (name.startsWith('In')) return block(name.slice(2));
  if (!name.startsWith('Is')) return property(name, flags);
  const short = name.slice(2);
  const binary = BINARY[short.toUpperCase()];
  if (binary === undefined) return property(short, flags) ?? script(short);
  const isCased = flags.ignoresCase && /^(?:LOWER|UPPER|TITLE)CASE$/i.test(short);
  return pointSet(isCased ? '\\p{Lowercase}\\p{Uppercase}\\p{Lt}' : binary);
}

function property(name: string, { ignoresCase, isUnicode }: PropertyFlags): PointSet | undefined {
  const posix = POSIX[name];
  if (posix) {
    if (ignoresCase && CASED_ASCII.has(name))
      return pointSet(isUnicode ? '\\p{Lowercase}\\p{Uppercase}\\p{Lt}' : 'a-zA-Z');
    return pointSet(posix[isUnicode ? 1 : 0]);
  }
  if (ignoresCase && (CASED.has(name) || /^java(?:Lower|Upper|Title)Case$/.test(name)))
    return pointSet(name.startsWith('java') ? '\\p{Lowercase}\\p{Uppercase}\\p{Lt}' : '\\p{LC}');
  const java = JAVA[name];
  if (java !== undefined) return pointSet(java);
  return CATEGORY.test(name) ? pointSet(`\\p{${name}}`) : undefined;
}

function script(name: string): PointSet | undefined {
  const written = name.replace(/[A-Za-z]+/g, (part) => part[0]!.toUpperCase() + part.slice(1).toLowerCase());
  try {
    return pointSet(`\\p{Script=${written}}`);
  } catch {
    return undefined;
  }
}

/** First and last code points of the blocks that people ask for, by their names without blanks, hyphens and underlines. */
const BLOCKS: Readonly<Record<string, readonly [first: number, last: number]>> = {
  basiclatin: [0, 0x7f],
  latin1supplement: [0x80, 0xff],
  latinextendeda: [0x100, 0x17f],
  latinextendedb: [0x180, 0x24f],
  ipaextensions: [0x250, 0x2af],
  spacingmodifierletters: [0x2b0, 0x2ff],
  combiningdiacriticalmarks: [0x300, 0x36f],
  greek: [0x370, 0x3ff],
  greekandcoptic: [0x370, 0x3ff],
  cyrillic: [0x400, 0x4ff],
  cyrillicsupplement: [0x500, 0x52f],
  armenian: [0x530, 0x58f],
  hebrew: [0x590, 0x5ff],
  arabic: [0x600, 0x6ff],
  syriac: [0x700, 0x74f],
  arabicsupplement: [0x750, 0x77f],
  devanagari: [0x900, 0x97f],
  bengali: [0x980, 0x9ff],
  tamil: [0xb80, 0xbff],
  thai: [0xe00, 0xe7f],
  lao: [0xe80, 0xeff],
  tibetan: [0xf00, 0xfff],
  georgian: [0x10a0, 0x10ff],
  hanguljamo: [0x1100, 0x11ff],
  ethiopic: [0x1200, 0x137f],
  khmer: [0x1780, 0x17ff],
  mongolian: [0x1800, 0x18af],
  latinextendedadditional: [0x1e00, 0x1eff],
  greekextended: [0x1f00, 0x1fff],
  generalpunctuation: [0x2000, 0x206f],
  superscriptsandsubscripts: [0x2070, 0x209f],
  currencysymbols: [0x20a0, 0x20cf],
  letterlikesymbols: [0x2100, 0x214f],
  numberforms: [0x2150, 0x218f],
  arrows: [0x2190, 0x21ff],
  mathematicaloperators: [0x2200, 0x22ff],
  miscellaneoustechnical: [0x2300, 0x23ff],
  enclosedalphanumerics: [0x2460, 0x24ff],
  boxdrawing: [0x2500, 0x257f],
  blockelements: [0x2580, 0x259f],
  geometricshapes: [0x25a0, 0x25ff],
  miscellaneoussymbols: [0x2600, 0x26ff],
  dingbats: [0x2700, 0x27bf],
  braillepatterns: [0x2800, 0x28ff],
  cjkradicalssupplement: [0x2e80, 0x2eff],
  kangxiradicals: [0x2f00, 0x2fdf],
  cjksymbolsandpunctuation: [0x3000, 0x303f],
  hiragana: [0x3040, 0x309f],
  katakana: [0x30a0, 0x30ff],
  bopomofo: [0x3100, 0x312f],
  hangulcompatibilityjamo: [0x3130, 0x318f],
  enclosedcjklettersandmonths: [0x3200, 0x32ff],
  cjkcompatibility: [0x3300, 0x33ff],
  cjkunifiedideographsextensiona: [0x3400, 0x4dbf],
  cjkunifiedideographs: [0x4e00, 0x9fff],
  hangulsyllables: [0xac00, 0xd7af],
  privateusearea: [0xe000, 0xf8ff],
  cjkcompatibilityideographs: [0xf900, 0xfaff],
  alphabeticpresentationforms: [0xfb00, 0xfb4f],
  arabicpresentationformsa: [0xfb50, 0xfdff],
  cjkcompatibilityforms: [0xfe30, 0xfe4f],
  arabicpresentationformsb: [0xfe70, 0xfeff],
  halfwidthandfullwidthforms: [0xff00, 0xffef],
  specials: [0xfff0, 0xffff],
  miscellaneoussymbolsandpictographs: [0x1f300, 0x1f5ff],
  emoticons: [0x1f600, 0x1f64f],
  transportandmapsymbols: [0x1f680, 0x1f6ff],
  cjkunifiedideographsextensionb: [0x20000, 0x2a6df],
};

function block(name: string): PointSet | 'block' {
  const range = BLOCKS[name.toLowerCase().replace(/[ _-]/g, '')];
  return range ? pointRange(...range) : 'block';
}

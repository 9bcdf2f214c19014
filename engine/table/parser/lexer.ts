/**
 * From text to tokens.
 *
 * The lexer never fails: what it cannot read becomes an `error` token that says why, and it goes on behind it, so
 * that one missing quote does not hide the rest of a script. Comments are kept aside in their order for the
 * formatter; a hint (`/*+`) is a token, and until its `*` `/` the text is lexed as usual. The list ends with one
 * `end` token at the end of the text. `>>` is two tokens, as nested types need it.
 */

import type { Span } from './ast/node.ts';
import { isEscapeCharacter, unescapeUnicode } from './unicode-escapes.ts';

export type TokenKind =
  /** An unquoted word; `text` is upper case. */
  | 'word'
  /** A name between back-ticks, or `U&"…"`; `text` is the name. */
  | 'quoted'
  | 'number'
  /** `text` is the decoded value. */
  | 'string'
  /** `x'…'`; `text` is the digits. */
  | 'binary'
  /** An operator or a bracket. */
  | 'symbol'
  | 'hint'
  | 'hintEnd'
  /** `text` is the message. */
  | 'error'
  | 'end';

export interface Token extends Span {
  readonly kind: TokenKind;
  readonly text: string;
  /** The character set of a string that names one. */
  readonly charset?: string;
  /** Of a `U&'…'` string, whose escapes wait for a UESCAPE behind it. */
  readonly unicode?: true;
}

export interface Comment extends Span {
  /** True from `--` or `//` to the end of the line. */
  readonly isLine: boolean;
}

export interface LexerResult {
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
}

const AMPERSAND = 38;
const QUOTE = 39;
const BACK_TICK = 96;
const UNDERSCORE = 95;

const NONE: ReadonlySet<number> = new Set();

/**
 * `text` is read from `from` to its end; offsets count from the start of `text`. The quotes at `unclosed` are taken for ones that
 * somebody forgot to close, though another one follows.
 */
export function lex(text: string, from = 0, unclosed: ReadonlySet<number> = NONE): LexerResult {
  const tokens: Token[] = [];
  const comments: Comment[] = [];
  let inHint = false;
  let isUnclosed = false;
  let at = from;

  const push = (kind: TokenKind, end: number, value = text.slice(at, end)): void => {
    tokens.push({ kind, start: at, end, text: value });
    at = end;
  };

  while (at < text.length) {
    const c = text.charCodeAt(at);
    if (isSpace(c)) {
      at++;
    } else if (isWordStart(c)) {
      let end = c === UNDERSCORE ? charsetEnd(text, at) : at + 1;
      while (isWordPart(text.charCodeAt(end))) end++;
      const next = text.charCodeAt(end);
      if (next === QUOTE || next === AMPERSAND) {
        const isString = next === QUOTE || text.charCodeAt(end + 1) === QUOTE;
        const token = isString ? prefixedString(text, at, end, unclosed) : unicodeName(text, at);
        if (token) {
          tokens.push(token);
          at = token.end;
          continue;
        }
      }
      if (end === at + 1 && c === 36) push('symbol', end);
      else push('word', end, text.slice(at, end).toUpperCase());
    } else if (isDigit(c) || (c === 46 && isDigit(text.charCodeAt(at + 1)))) {
      push('number', numberEnd(text, at));
    } else if (c === QUOTE) {
      const token = string(text, at, at, unclosed);
      tokens.push(token);
      at = token.end;
    } else if (c === BACK_TICK) {
      const token = quotedName(text, at, unclosed);
      tokens.push(token);
      at = token.end;
    } else if (text.startsWith('--', at) || text.startsWith('//', at)) {
      const end = lineEnd(text, at);
      comments.push({ start: at, end, isLine: true });
      at = end;
    } else if (text.startsWith('/*', at)) {
      if (text[at + 2] === '+') {
        inHint = true;
        push('hint', at + 3);
        continue;
      }
      // Calcite takes the character behind `/**` for a part of the comment, so that of `/***/` is not closed.
      const content = at + (text[at + 2] === '*' && text[at + 3] !== '/' ? 4 : 2);
      const close = isUnclosed ? -1 : text.indexOf('*/', content);
      if (close < 0) {
        isUnclosed = true; // and so is every comment behind it
        push('error', statementEnd(text, at), 'the comment is not closed: */ is missing');
        continue;
      }
      comments.push({ start: at, end: close + 2, isLine: false });
      at = close + 2;
    } else if (inHint && text.startsWith('*/', at)) {
      inHint = false;
      push('hintEnd', at + 2);
    } else {
      const pair = text.slice(at, at + 2);
      if (PAIRS.has(pair)) push('symbol', at + 2);
      else if (SINGLES.has(text[at]!)) push('symbol', at + 1);
      else push('error', at + (c >= 0xd800 && c < 0xdc00 ? 2 : 1), strangeCharacter(text, at));
    }
  }
  at = text.length;
  push('end', at, '');
  return { tokens, comments };
}

const PAIRS = new Set(['<>', '<=', '>=', '!=', '=>', '||']);
const SINGLES = new Set('()[]{},;.+-*/%<>=?:^|');

// As in Calcite's grammar: no other blanks, which look alike.
function isSpace(c: number): boolean {
  return c === 32 || c === 9 || c === 10 || c === 12 || c === 13;
}

function isDigit(c: number): boolean {
  return c >= 48 && c <= 57;
}

// Letters as in Calcite's grammar: ASCII, `_`, `$`, Latin and what follows, CJK.
function isWordStart(c: number): boolean {
  if (c < 128) return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c === 36;
  return (
    (c >= 0xc0 && c <= 0x1fff && c !== 0xd7 && c !== 0xf7) ||
    (c >= 0x3040 && c <= 0x318f) ||
    (c >= 0x3300 && c <= 0x337f) ||
    (c >= 0x3400 && c <= 0x9fff) ||
    (c >= 0xac00 && c <= 0xd7af) ||
    (c >= 0xf900 && c <= 0xfaff)
  );
}

function isWordPart(c: number): boolean {
  return isWordStart(c) || isDigit(c);
}

/** Where the name of a character set before a string ends, which alone may have signs in it: `_UTF-8'a'`. */
function charsetEnd(text: string, at: number): number {
  const name = /_[a-z][\w:.-]*(?=')/iy;
  name.lastIndex = at;
  return name.test(text) ? name.lastIndex : at + 1;
}

function lineEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end++;
  return end;
}

function numberEnd(text: string, from: number): number {
  let end = from;
  while (isDigit(text.charCodeAt(end))) end++;
  if (text[end] === '.') {
    end++;
    while (isDigit(text.charCodeAt(end))) end++;
  }
  if (text[end] === 'e' || text[end] === 'E') {
    const sign = text[end + 1] === '+' || text[end + 1] === '-' ? 1 : 0;
    if (isDigit(text.charCodeAt(end + 1 + sign))) {
      end += 2 + sign;
      while (isDigit(text.charCodeAt(end))) end++;
    }
  }
  return end;
}

/** Where a literal ends that is not closed: at the end of the line, before the `;` that stands there. */
function brokenEnd(text: string, open: number): number {
  const end = lineEnd(text, open);
  return open + 1 + text.slice(open + 1, end).replace(/;\s*$/, '').length;
}

/** The offset of the first `;` at the end of a line, or of the end. */
function statementEnd(text: string, from: number): number {
  const end = /;[ \t]*(?:[\r\n]|$)/g;
  end.lastIndex = from;
  return end.exec(text)?.index ?? text.length;
}

/** The offset of the closing quote of a literal that opens at `open`, a doubled one being part of it; -1 if there is none. */
function closingQuote(text: string, open: number): number {
  const quote = text[open]!;
  let close = text.indexOf(quote, open + 1);
  while (close >= 0 && text[close + 1] === quote) close = text.indexOf(quote, close + 2);
  return close;
}

function string(text: string, start: number, open: number, unclosed: ReadonlySet<number>): Token {
  const close = unclosed.has(start) ? -1 : closingQuote(text, open);
  if (close < 0) {
    const end = brokenEnd(text, open);
    return { kind: 'error', start, end, text: "the string is not closed: ' is missing" };
  }
  const value = text.slice(open + 1, close).replaceAll("''", "'");
  return { kind: 'string', start, end: close + 1, text: value };
}

/** `_charset'…'`, `n'…'`, `x'…'`, `e'…'`, `U&'…'`; undefined when the word is no prefix. */
function prefixedString(
  text: string,
  start: number,
  wordEnd: number,
  unclosed: ReadonlySet<number>,
): Token | undefined {
  const prefix = text.slice(start, wordEnd).toUpperCase();
  if (text[wordEnd] === '&') {
    if (prefix !== 'U') return undefined;
    const token = string(text, start, wordEnd + 1, unclosed);
    return token.kind === 'error' ? token : { ...token, charset: 'UTF16', unicode: true };
  }
  if (prefix !== 'N' && prefix !== 'X' && prefix !== 'E' && !/^_./.test(prefix)) return undefined;
  if (prefix === 'E' && !unclosed.has(start)) return escapedString(text, start, wordEnd);
  const token = string(text, start, wordEnd, unclosed);
  if (token.kind === 'error') return token;
  if (prefix === 'N') return { ...token, charset: 'ISO-8859-1' };
  if (prefix !== 'X') return { ...token, charset: prefix.slice(1) };
  if (/^[0-9a-f]*$/i.test(token.text)) return { ...token, kind: 'binary' };
  return { ...token, kind: 'error', text: 'a binary literal holds only hexadecimal digits' };
}

/** `e'…'`, in which a backslash keeps the quote behind it; without a closing quote the `e` is a word. */
function escapedString(text: string, start: number, open: number): Token | undefined {
  const literal = /'((?:[^'\\]|\\[^]|'')*)'/y;
  literal.lastIndex = open;
  const match = literal.exec(text);
  if (!match) return undefined;
  const end = literal.lastIndex;
  const token = { kind: 'string', start, end, text: '', charset: 'UTF16' } as const;
  const raw = (match[1] ?? '').replaceAll("''", "'");
  let value = '';
  for (let i = 0; i < raw.length;) {
    ESCAPE.lastIndex = i;
    const escape = ESCAPE.exec(raw);
    if (!escape) {
      // Of a backslash that escapes nothing, both characters stay.
      if (/^\\[uU]/.test(raw.slice(i, i + 2))) {
        const message = `the escape at character ${i} of the string is not exactly four hexadecimal digits`;
        return { ...token, kind: 'error', text: message };
      }
      value += raw[i++];
      continue;
    }
    i = ESCAPE.lastIndex;
    const [, plain, hexadecimal, octal] = escape;
    if (plain) value += ESCAPES[plain] ?? plain;
    else if (octal) value += codePoint(parseInt(octal, 8));
    else value += hexadecimal ? codePoint(parseInt(hexadecimal.slice(1), 16)) : 'x';
  }
  return { ...token, text: value };
}

const ESCAPE = /\\(?:([bfnrt\\'])|(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{1,2})|([0-3][0-7]{0,2})|x)/y;
const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}

function quotedName(text: string, start: number, unclosed: ReadonlySet<number>): Token {
  const close = unclosed.has(start) ? -1 : closingQuote(text, start);
  if (close < 0) {
    const end = brokenEnd(text, start);
    return { kind: 'error', start, end, text: 'the quoted name is not closed: ` is missing' };
  }
  const name = text.slice(start + 1, close).replaceAll('``', '`');
  if (name === '') return { kind: 'error', start, end: close + 1, text: 'a name cannot be empty' };
  return { kind: 'quoted', start, end: close + 1, text: name };
}

/** `U&"…"`, and the UESCAPE behind it; undefined where there is none. */
function unicodeName(text: string, start: number): Token | undefined {
  const literal = /U&"((?:[^"\n\r]|"")+)"(?:\s*UESCAPE\s*'(''|[^'])')?/iy;
  literal.lastIndex = start;
  const match = literal.exec(text);
  if (!match) return undefined;
  const [, name = '', character = '\\'] = match;
  const token = { start, end: literal.lastIndex };
  const escape = character.slice(0, 1);
  if (!isEscapeCharacter(escape))
    return {
      kind: 'error',
      ...token,
      text: 'UESCAPE takes one character that is no hexadecimal digit, quote, plus or space',
    };
  const value = unescapeUnicode(name.replaceAll('""', '"'), escape);
  if (typeof value === 'string') return { kind: 'quoted', ...token, text: value };
  const message = `the escape at character ${value} of the name is not exactly four hexadecimal digits`;
  return { kind: 'error', ...token, text: message };
}

function strangeCharacter(text: string, at: number): string {
  const code = text.codePointAt(at)!;
  const character = String.fromCodePoint(code);
  if (/[\s\p{C}]/u.test(character))
    return `unexpected character U+${code.toString(16).toUpperCase().padStart(4, '0')}, which cannot be seen: did you mean a space?`;
  const plain = plainForm(character);
  if (plain) return `unexpected character '${character}', did you mean ${plain}`;
  if (text.startsWith('&&', at)) return '&& is not an operator of Flink SQL: write AND';
  if (character === '"') return "double quotes mean nothing here: names are quoted with `, strings with '";
  return `unexpected character '${character}'`;
}

// Typed with a Chinese keyboard, or pasted from a word processor.
function plainForm(character: string): string | undefined {
  const code = character.charCodeAt(0);
  if (code > 0xff00 && code < 0xff5f) return String.fromCharCode(code - 0xfee0);
  if ('‘’“”'.includes(character)) return "'";
  return { '、': ',', '。': '.', '–': '-', '—': '-', '−': '-' }[character];
}

/** Literals that do not depend on what is around them. */

import type { BinaryLiteral, NumberLiteral, Property, StringLiteral } from './ast.ts';
import type { TokenStream } from './token-stream.ts';
import { isEscapeCharacter, unescapeUnicode } from './unicode-escapes.ts';

/** One string, or several with nothing but white space between them. */
export function stringLiteral(p: TokenStream): StringLiteral {
  const first = p.peek();
  if (first.kind !== 'string') {
    p.miss('string');
    p.fail();
  }
  let value = '';
  let sameLine: true | undefined;
  for (let end = first.start; p.peek().kind === 'string';) {
    const piece = p.next();
    if (piece !== first && !/[\r\n]/.test(p.text.slice(end, piece.start))) sameLine = true;
    end = piece.end;
    value += piece.unicode ? unicode(p, piece.text) : piece.text;
  }
  const { charset } = first;
  if (charset !== undefined && !CHARACTER_SETS.has(charset))
    p.fail(`Unknown character set '${charset}'`, first);
  const isLatin = charset === 'LATIN1' || charset === 'ISO-8859-1';
  if (isLatin && /[^\0-\xff]/.test(value))
    p.fail(`Failed to encode '${value}' in character set '${charset}'`, p.span(first.start));
  return { kind: 'StringLiteral', span: p.span(first.start), value, charset, sameLine };
}

/** The names that Calcite knows; texts are Unicode whichever is written. */
export const CHARACTER_SETS: ReadonlySet<string> = new Set(
  'UTF8 UTF16 UTF-8 UTF-16BE UTF-16LE LATIN1 ISO-8859-1 BIG5 GBK GB2312'.split(' '),
);

// `U&'…' UESCAPE '!'`: the escape is a backslash unless said otherwise; doubled, it stands for itself.
function unicode(p: TokenStream, text: string): string {
  let escape = '\\';
  const literal = p.span(p.start);
  if (p.accept('UESCAPE')) {
    const token = p.peek();
    if (token.kind !== 'string' || !isEscapeCharacter(token.text)) {
      p.fail('UESCAPE takes one character that is no hexadecimal digit, quote, plus or space');
    }
    escape = token.text;
    p.next();
  }
  const result = unescapeUnicode(text, escape);
  if (typeof result === 'string') return result;
  return p.fail(`the escape at character ${result} of the string is not exactly four hexadecimal digits`, {
    start: literal.end - text.length - 1,
    end: literal.end,
  });
}

/** `x'0a' '0b'` */
export function binaryLiteral(p: TokenStream): BinaryLiteral {
  const start = p.start;
  let hex = p.next().text;
  let sameLine: true | undefined;
  while (p.peek().kind === 'string') {
    if (!/^[0-9a-f]*$/i.test(p.peek().text)) p.fail('a binary literal holds only hexadecimal digits');
    if (!/[\r\n]/.test(p.text.slice(p.span(start).end, p.start))) sameLine = true;
    hex += p.next().text;
  }
  return { kind: 'BinaryLiteral', span: p.span(start), hex, sameLine };
}

export function numberLiteral(p: TokenStream): NumberLiteral {
  if (p.peek().kind !== 'number') {
    p.miss('number');
    p.fail();
  }
  const { start, text } = p.next();
  const form = /e/i.test(text) ? 'double' : text.includes('.') ? 'decimal' : 'integer';
  return { kind: 'NumberLiteral', span: p.span(start), text, form };
}

/** `'key' = 'value'` */
function property(p: TokenStream): Property {
  const key = stringLiteral(p);
  p.expectSymbol('=');
  const last = p.peek(1);
  const value = stringLiteral(p);
  // Strings on lines of their own are pieces of one.
  if (p.isSymbol('=') && last.kind === 'string') p.fail('a comma is missing before this key', last);
  return { kind: 'Property', span: p.span(key.span.start), key, value };
}

/** `('key' = 'value', …)`, which may be empty. */
export function properties(p: TokenStream): Property[] {
  return p.parenthesised(() => (p.isSymbol(')') ? [] : p.guardedList(() => property(p))));
}

/** `WITH (…)`, or nothing. */
export function withProperties(p: TokenStream): Property[] {
  return p.accept('WITH') ? properties(p) : [];
}

/** `COMMENT '…'`, or nothing. */
export function comment(p: TokenStream): StringLiteral | undefined {
  return p.accept('COMMENT') ? stringLiteral(p) : undefined;
}

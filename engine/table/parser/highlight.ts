/** Tokens by their looks, for the editor: everything that is not white space, in order, comments included. */

import type { Span } from './ast/node.ts';
import { RESERVED_FUNCTIONS, RESERVED_WORDS, UNRESERVED_KEYWORDS } from './keywords.ts';
import { lex, type Token } from './lexer.ts';

export type HighlightKind =
  'keyword' | 'function' | 'name' | 'quoted' | 'number' | 'string' | 'symbol' | 'hint' | 'comment' | 'error';

export interface HighlightToken extends Span {
  readonly kind: HighlightKind;
}

/** Never throws; the spans do not overlap. A word that may be a keyword or a name is a keyword here. */
export function tokenize(text: string): HighlightToken[] {
  const { tokens, comments } = lex(text);
  const result: HighlightToken[] = [];
  let inHint = false;
  let comment = 0;
  tokens.forEach((token, i) => {
    for (; comment < comments.length && comments[comment]!.start < token.start; comment++) {
      const { start, end } = comments[comment]!;
      result.push({ kind: 'comment', start, end });
    }
    if (token.kind === 'end') return;
    if (token.kind === 'hint') inHint = true;
    const kind = inHint && token.kind === 'word' ? 'hint' : looks(token, tokens[i + 1]);
    if (token.kind === 'hintEnd') inHint = false;
    result.push({ kind, start: token.start, end: token.end });
  });
  return result;
}

function looks(token: Token, next: Token | undefined): HighlightKind {
  switch (token.kind) {
    case 'word': {
      const isCall = next?.kind === 'symbol' && next.text === '(';
      if (isCall && (RESERVED_FUNCTIONS.has(token.text) || !RESERVED_WORDS.has(token.text)))
        return 'function';
      return RESERVED_WORDS.has(token.text) || UNRESERVED_KEYWORDS.has(token.text) ? 'keyword' : 'name';
    }
    case 'binary':
      return 'string';
    case 'hintEnd':
    case 'hint':
      return 'hint';
    case 'end':
      return 'symbol';
    default:
      return token.kind;
  }
}

/**
 * Formatting: keywords in upper case, one layout, every comment kept.
 *
 * Tokens stay as they are but for the case of keywords, so the text means what it did; formatting twice is formatting once.
 * A statement with a mistake is left as it was written.
 */

import type { Span, Statement } from './ast.ts';
import { formatStatement, placed } from './format-statement.ts';
import type { Comment, Token } from './lexer.ts';
import { parseScript } from './parser.ts';

/** A script, formatted. It ends with a line end unless it is empty. */
export function formatScript(text: string): string {
  const { statements, errors, tokens, comments } = parseScript(text);
  const places = errors.map(({ position }) => position?.start ?? 0);
  let result = '';
  let from = 0;
  for (const statement of [...statements, undefined]) {
    const { start, end } = extent(text, statement, tokens);
    const isBroken = places.some((place) => place >= from && (place < start || !statement));
    const gap = { text, from, to: start };
    result = isBroken
      ? keptGap(result, gap)
      : between(result, gap, tokens, comments, statement === undefined);
    if (statement) {
      const inside = tokens.filter(
        (token) => token.start >= start && token.end <= end && token.kind !== 'end',
      );
      const own = comments.filter((comment) => comment.start > start && comment.end < end);
      result += formatStatement(text, statement, inside, own);
    }
    from = end;
  }
  return result.trim() === '' ? '' : `${result.trimEnd()}\n`;
}

interface Gap {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Parentheses around a whole query are no part of its span. */
function extent(text: string, statement: Statement | undefined, tokens: readonly Token[]): Span {
  if (!statement) return { start: text.length, end: text.length };
  let { start, end } = statement.span;
  const first = tokens.findIndex((token) => token.start >= start);
  for (let i = first - 1; i >= 0 && tokens[i]?.text === '(' && tokens[i]?.kind === 'symbol'; i--)
    start = tokens[i]!.start;
  for (
    let i = tokens.findIndex((token) => token.start >= end);
    tokens[i]?.kind === 'symbol' && tokens[i]?.text === ')';
    i++
  )
    end = tokens[i]!.end;
  return { start, end };
}

/** Where there is a mistake: as it stands. */
function keptGap(result: string, { text, from, to }: Gap): string {
  return result + text.slice(from, to);
}

/** Comments and the semicolon between two statements. */
function between(
  result: string,
  { text, from, to }: Gap,
  tokens: readonly Token[],
  comments: readonly Comment[],
  isEnd: boolean,
): string {
  const semicolon = tokens.find((token) => token.start >= from && token.start < to && token.text === ';');
  const inGap = comments.filter((comment) => comment.start >= from && comment.end <= to);
  let out = result;
  let last = from;
  let isLineOpen = out !== '';
  let hasSemicolon = semicolon === undefined || from === 0;
  const close = (): void => {
    if (hasSemicolon) return;
    hasSemicolon = true;
    out += isLineOpen ? ';' : '\n;';
    isLineOpen = true;
  };
  for (const comment of inGap) {
    if (semicolon && comment.start > semicolon.start) close();
    const { text: words, isLine, isOwnLine } = placed(text, comment);
    const isFirst = out === '';
    if (!isFirst) out += isOwnLine || !isLineOpen ? lineEnds(text, last, comment.start) : ' ';
    out += words;
    isLineOpen = !isLine;
    last = comment.end;
  }
  close();
  if (isEnd || out === '') return out;
  return out + lineEnds(text, last, to);
}

/** One line end, or two where there was an empty line. */
function lineEnds(text: string, from: number, to: number): string {
  return /\n[ \t\r]*\n/.test(text.slice(from, to)) ? '\n\n' : '\n';
}

/** One statement as formatted lines. */

import { type Group, layoutOf } from './format-layout.ts';
import { type TokenNotes, tokenNotes } from './format-names.ts';
import type { Statement } from './ast.ts';
import type { Comment, Token } from './lexer.ts';

const WIDTH = 100;
const STEP = '  ';

/** Words that a parenthesis belongs to. */
const TIGHT = new Set('CAST TRY_CAST ROW UNNEST DESCRIPTOR PERMUTE TABLE ARRAY MAP MULTISET'.split(' '));

/** A comment and where it stands: behind something on its line, or on a line of its own. */
export interface PlacedComment {
  readonly text: string;
  readonly isLine: boolean;
  readonly isOwnLine: boolean;
}

/** A comment of the text; its own line is what begins with it. */
export function placed(text: string, { start, end, isLine }: Comment): PlacedComment {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const isOwnLine = text.slice(lineStart, start).trim() === '';
  return { text: text.slice(start, end).trimEnd(), isLine, isOwnLine };
}

/** A token with its text as printed and what comes before it. */
interface Piece {
  readonly text: string;
  /** Whether a blank is before it on a line. */
  readonly isSpaced: boolean;
  /** Whether it begins a line whatever there is room for: pieces of a text that stood on lines of their own. */
  readonly isOnNewLine: boolean;
  readonly comments: readonly PlacedComment[];
}

/** The statement whose tokens are given, without `;`. `comments` are those inside of it. */
export function formatStatement(
  text: string,
  statement: Statement,
  tokens: readonly Token[],
  comments: readonly Comment[],
): string {
  const notes = tokenNotes(statement);
  let next = 0;
  const pieces = tokens.map((token, i): Piece => {
    const before: PlacedComment[] = [];
    for (; next < comments.length && comments[next]!.start < token.start; next++)
      before.push(placed(text, comments[next]!));
    const previous = tokens[i - 1];
    return {
      text: printed(text, token, notes),
      isSpaced: previous !== undefined && isSpaced(text, previous, token, notes),
      isOnNewLine:
        (previous?.kind === 'string' || previous?.kind === 'binary') &&
        token.kind === 'string' &&
        text.slice(previous.end, token.start).includes('\n'),
      comments: before,
    };
  });
  const layout = tokens.map((token) => layoutToken(token, notes));
  return new Printer(pieces, layoutOf(layout)).print();
}

function layoutToken(token: Token, notes: TokenNotes): string {
  const { kind, text, start, end } = token;
  if (kind === 'word') return notes.names.has(start) ? '' : text;
  if (kind === 'hint' || kind === 'hintEnd') return kind === 'hint' ? '/*+' : '*/';
  if (kind !== 'symbol') return '';
  const isInType = text === ',' && notes.types.some((type) => type.start < start && end < type.end);
  return isInType ? '' : text;
}

function printed(text: string, token: Token, { names, refused }: TokenNotes): string {
  const { start, end } = token;
  const written = text.slice(start, end);
  const isAsWritten = token.kind !== 'word' || names.get(start) === written;
  return isAsWritten || refused.some((span) => span.start <= start && end <= span.end) ? written : token.text;
}

function isSpaced(text: string, previous: Token, token: Token, notes: TokenNotes): boolean {
  const [left, right] = [symbolOf(previous), symbolOf(token)];
  if (',;)].}'.includes(right) && right !== '') return false;
  if (left === '(' || left === '[' || left === '.' || left === '{') return false;
  if (right === '[') return false;
  if ((left === '-' || left === '+') && notes.signs.has(previous.start)) {
    return right === '-' || right === '+'; // two signs would be a comment
  }
  const inType = notes.types.some(({ start, end }) => start < token.start && token.end <= end);
  if (inType && (right === '<' || right === '>' || right === '<>' || left === '<')) return false;
  if (notes.quantifiers.some(({ start, end }) => start <= token.start && token.end <= end)) return false;
  if (right !== '(') return true;
  if (notes.callees.has(previous.end) || inType) return false;
  return !(previous.kind === 'word' && !notes.names.has(previous.start) && TIGHT.has(previous.text));
}

function symbolOf({ kind, text }: Token): string {
  return kind === 'symbol' ? text : '';
}

interface OpenGroup {
  readonly to: number;
  readonly isBroken: boolean;
  /** Steps of the line that it began on. */
  readonly base: number;
  readonly breaks: ReadonlyMap<number, number>;
}

class Printer {
  readonly #pieces: readonly Piece[];
  readonly #groups: readonly Group[];
  /** Width of all pieces before one, on a line. */
  readonly #widths: readonly number[];
  /** How many line ends cannot be avoided up to and before a piece. */
  readonly #forced: readonly number[];
  readonly #open: OpenGroup[] = [];
  #out = '';
  #column = 0;
  #indent = 0;

  constructor(pieces: readonly Piece[], groups: readonly Group[]) {
    this.#pieces = pieces;
    this.#groups = [...groups].sort((a, b) => a.from - b.from || b.to - a.to);
    let [width, forced] = [0, 0];
    const widths = [0];
    const forcedBefore: number[] = [];
    for (const { text, isSpaced, isOnNewLine, comments } of pieces) {
      if (isOnNewLine || comments.some((each) => each.isLine || each.isOwnLine)) forced++;
      forcedBefore.push(forced);
      width +=
        text.length + (isSpaced ? 1 : 0) + comments.reduce((sum, each) => sum + each.text.length + 1, 0);
      widths.push(width);
    }
    this.#widths = widths;
    this.#forced = forcedBefore;
  }

  print(): string {
    let next = 0;
    this.#pieces.forEach((piece, i) => {
      while (this.#open.at(-1) && this.#open.at(-1)!.to <= i) this.#open.pop();
      this.#advance(piece, this.#breakAt(i));
      for (; this.#groups[next]?.from === i; next++) this.#enter(this.#groups[next]!);
      this.#write(piece.text);
    });
    return this.#out;
  }

  /** The indentation of the line that a piece begins, if it does. */
  #breakAt(i: number): number | undefined {
    const group = this.#open.findLast((each) => each.isBroken && each.breaks.has(i));
    return group && group.base + (group.breaks.get(i) ?? 0);
  }

  #advance({ isSpaced, isOnNewLine, comments }: Piece, indent: number | undefined): void {
    const inner = this.#open.findLast((each) => each.isBroken);
    const here = indent ?? (inner ? inner.base + 1 : 1);
    let mustBreak = isOnNewLine;
    for (const comment of comments) {
      if (mustBreak || comment.isOwnLine) this.#newLine(here);
      else if (this.#out !== '') this.#write(' ');
      this.#write(comment.text);
      mustBreak = comment.isLine || comment.isOwnLine;
    }
    if (mustBreak || indent !== undefined) this.#newLine(here);
    else if (this.#out !== '' && (isSpaced || comments.length > 0)) this.#write(' ');
  }

  #enter({ from, to, breaks, isForced = false }: Group): void {
    const width = this.#widths[to]! - this.#widths[from + 1]! + this.#pieces[from]!.text.length;
    // What stands before the first piece is behind it already.
    const hasForced = this.#forced[to - 1]! > this.#forced[from]!;
    const isBroken = isForced || hasForced || this.#column + width >= WIDTH;
    const byToken = new Map(breaks.map(({ token, indent }) => [token, indent]));
    this.#open.push({ to, isBroken, base: this.#indent, breaks: byToken });
  }

  #newLine(indent: number): void {
    this.#out = `${this.#out.trimEnd()}\n${STEP.repeat(indent)}`;
    this.#indent = indent;
    this.#column = indent * STEP.length;
  }

  #write(text: string): void {
    this.#out += text;
    const lineEnd = text.lastIndexOf('\n');
    this.#column = lineEnd < 0 ? this.#column + text.length : text.length - lineEnd - 1;
  }
}

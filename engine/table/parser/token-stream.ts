/**
 * The parser's place in the tokens: what comes next, what would have done, and the mistakes so far.
 *
 * There is no backtracking, so the words asked for in vain at the current token are what the reader may have
 * meant there. Every such question goes through `accept` and its like, which note it; `isWord` and `isSymbol`
 * only look. An error message is made of these notes, and so is completion.
 *
 * A mistake is thrown as a `SqlSyntaxError`. `guard` catches it, keeps it in `errors` and skips to a place where
 * parsing can go on; a statement with errors is never handed out, so what `guard` leaves out does no harm.
 */

import { SqlSyntaxError } from '../../types/errors.ts';
import { nearestNames } from '../../types/nearest-names.ts';
import type { Identifier, ObjectPath, Span } from './ast/node.ts';
import { positionOf } from './ast/position.ts';
import { RESERVED_WORDS } from './keywords.ts';
import type { Token } from './lexer.ts';

const MAX_NESTING = 200;
/** Of a chain like `a AND b AND …`, which makes a tree as deep as it is long. */
const MAX_CHAIN = 1000;
const MAX_ERRORS = 50;

/** Words that hold a statement together: in the place of a name they are a mistake, not a name without quotes. */
const STRUCTURE = new Set(
  (
    'SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT OFFSET FETCH UNION EXCEPT INTERSECT WINDOW QUALIFY JOIN ON USING ' +
    'AS AND OR NOT IN IS LIKE BETWEEN CASE WHEN THEN ELSE END INSERT INTO VALUES CREATE ALTER DROP WITH LEFT RIGHT FULL ' +
    'INNER CROSS SET PRIMARY CONSTRAINT TABLE EXPLAIN DISTINCT'
  ).split(' '),
);

/** Words that begin a statement and stand in the middle of none, or of few. */
const STARTS = new Set(
  'SELECT INSERT CREATE DROP ALTER SHOW DESCRIBE EXPLAIN USE EXECUTE UPDATE DELETE TRUNCATE ANALYZE CALL'.split(
    ' ',
  ),
);

export class TokenStream {
  readonly text: string;
  /** Mistakes that were recovered from, in the order of their discovery. */
  readonly errors: SqlSyntaxError[] = [];
  /** Number of `?` so far in the statement. */
  parameters = 0;
  /** Set for a type that stands alone: of a statement, CAST alone has types of INTERVAL. */
  takesIntervalTypes = false;
  readonly #tokens: readonly Token[];
  #index = 0;
  #nesting = 0;
  /** Parentheses that are open. */
  #parentheses = 0;
  #expected: string[] = [];
  #lastError = -1;

  constructor(text: string, tokens: readonly Token[]) {
    this.text = text;
    this.#tokens = tokens;
  }

  // -------------------------------------------------------------------------------------------- looking

  peek(ahead = 0): Token {
    return this.#tokens[this.#index + ahead] ?? this.#tokens[this.#tokens.length - 1]!;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.text === word;
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  }

  /** Whether the coming tokens are these words. */
  isWords(...words: string[]): boolean {
    return words.every((word, i) => this.isWord(word, i));
  }

  /** A quoted name, or a word that is not reserved. */
  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'quoted' || (token.kind === 'word' && !RESERVED_WORDS.has(token.text));
  }

  /** Whether the next word, reserved or not, stands like a name: a comma, a dot, a closing parenthesis, AS or FROM follows. */
  isNamePlace(): boolean {
    return (
      [',', '.', ')'].some((symbol) => this.isSymbol(symbol, 1)) ||
      this.isWord('AS', 1) ||
      this.isWord('FROM', 1)
    );
  }

  /** Whether the next token, which does not fit, begins a statement on a line of its own. */
  get atNextStatement(): boolean {
    const token = this.peek();
    const previous = this.#tokens[this.#index - 1];
    if (token.kind !== 'word' || !previous || !STARTS.has(token.text) || this.#parentheses > 0) return false;
    const isStarted = !(previous.kind === 'symbol' && previous.text === ';');
    return isStarted && this.text.slice(previous.end, token.start).includes('\n');
  }

  get atEnd(): boolean {
    return this.peek().kind === 'end';
  }

  /** Where the next token starts. */
  get start(): number {
    return this.peek().start;
  }

  /** From `start` to the end of the last token taken. */
  span(start: number): Span {
    return { start, end: this.#index === 0 ? start : this.#tokens[this.#index - 1]!.end };
  }

  /** The tokens from `start` to the last one taken as written, with single blanks between them. */
  written(start: number): string {
    let first = this.#index;
    while (first > 0 && this.#tokens[first - 1]!.start >= start) first--;
    return this.#tokens
      .slice(first, this.#index)
      .map((token) => this.text.slice(token.start, token.end))
      .join(' ');
  }

  /** The words and classes asked for at the next token so far. */
  get expected(): readonly string[] {
    return [...new Set(this.#expected)];
  }

  // --------------------------------------------------------------------------------------------- taking

  next(): Token {
    const token = this.peek();
    if (token.kind === 'end') return token; // the notes there are for completion
    this.#index++;
    if (token.kind === 'symbol') {
      if (token.text === '(') this.#parentheses++;
      else if (token.text === ')') this.#parentheses--;
    }
    this.#expected.length = 0;
    return token;
  }

  /**
   * Notes what would have done here: a keyword, a symbol, or `identifier`, `expression`, `operator`, `query`,
   * `statement`, `data type`, `string`, `number`. Gives false, for the caller to hand on.
   */
  miss(expected: string): false {
    this.#expected.push(expected);
    return false;
  }

  /** `phrase` is what to note in vain, when `word` begins more than itself: GROUP BY. */
  accept(word: string, phrase = word): boolean {
    if (!this.isWord(word)) return this.miss(phrase);
    this.next();
    return true;
  }

  acceptSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return this.miss(symbol);
    this.next();
    return true;
  }

  /** Takes all of the words or none: for words that may also be names. */
  acceptWords(...words: string[]): boolean {
    if (!this.isWords(...words)) return this.miss(words.join(' '));
    for (let i = 0; i < words.length; i++) this.next();
    return true;
  }

  /** Takes whichever of the words comes next. */
  acceptOneOf<W extends string>(...words: readonly W[]): W | undefined {
    return words.find((word) => this.accept(word));
  }

  expect(...words: string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail();
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) this.fail();
  }

  expectOneOf<W extends string>(...words: readonly W[]): W {
    return this.acceptOneOf(...words) ?? this.fail();
  }

  identifier(): Identifier {
    if (!this.isName()) {
      this.miss('identifier');
      this.fail();
    }
    const token = this.next();
    return { kind: 'Identifier', span: this.span(token.start), name: this.nameOf(token) };
  }

  /** The name a token stands for: a word keeps its case. */
  nameOf(token: Token): string {
    return token.kind === 'quoted' ? token.text : this.text.slice(token.start, token.end);
  }

  /** `a.b.c` */
  objectPath(): ObjectPath {
    const parts = [this.identifier()];
    while (this.acceptSymbol('.')) parts.push(this.identifier());
    return { kind: 'ObjectPath', span: this.span(parts[0]!.span.start), parts };
  }

  list<T>(item: () => T): T[] {
    return [item(), ...this.rest(item)];
  }

  /** What follows the first item of a list, each behind its comma. */
  rest<T>(item: () => T): T[] {
    const items: T[] = [];
    while (this.acceptSymbol(',')) items.push(item());
    return items;
  }

  parenthesised<T>(content: () => T): T {
    this.expectSymbol('(');
    const result = content();
    this.expectSymbol(')');
    return result;
  }

  /** Guards the call stack: every construct that can contain its own kind goes through here. */
  nested<T>(parse: () => T): T {
    if (++this.#nesting > MAX_NESTING) {
      this.fail(`the statement is nested too deeply: more than ${MAX_NESTING} levels`);
    }
    try {
      return parse();
    } finally {
      this.#nesting--;
    }
  }

  /** Guards the call stack of whoever walks the tree: a loop that makes the tree deeper counts its rounds here. */
  bounded(length: number): void {
    if (length > MAX_CHAIN) this.fail(`the chain is too long: more than ${MAX_CHAIN} operations in a row`);
  }

  // ------------------------------------------------------------------------------------------- mistakes

  /** Throws a syntax error at the next token, or at `span`; without a message it tells what was expected. */
  fail(message?: string, span?: Span): never {
    throw this.#error(message, span);
  }

  /**
   * Parses a part. If it fails, or stops where `isBoundary` says it cannot have ended, the mistake is kept, the
   * rest of the part is skipped up to a boundary, a `;` or the parenthesis that closes around it, and the
   * result is undefined. `followers` are the words that may come next, for the message.
   */
  guard<T>(
    parse: () => T,
    isBoundary: (stream: TokenStream) => boolean,
    followers: readonly string[] = [],
  ): T | undefined {
    const nesting = this.#nesting;
    const parentheses = this.#parentheses;
    try {
      const result = parse();
      if (this.atEnd || this.isSymbol(';') || this.isSymbol(')') || isBoundary(this)) return result;
      for (const word of followers) this.miss(word);
      return this.fail();
    } catch (error) {
      if (!(error instanceof SqlSyntaxError)) throw error;
      this.#nesting = nesting;
      // At the end there is nothing to go on with, and the notes there are what completion asks for.
      if (this.atEnd || this.atNextStatement || this.errors.length >= MAX_ERRORS) throw error;
      this.keep(error);
      this.#skip(isBoundary, parentheses);
      return undefined;
    }
  }

  /** Adds a mistake to `errors`, unless one was kept at the same token. */
  keep(error: SqlSyntaxError): void {
    if (this.#index === this.#lastError) return;
    this.#lastError = this.#index;
    this.errors.push(error);
  }

  /** Goes behind the next `;`, wherever it is, to where the next statement seems to begin, or to the end. */
  skipStatement(): void {
    if (!this.atNextStatement) {
      while (!this.atEnd && !this.isSymbol(';')) this.next();
      this.next();
    }
    this.#nesting = 0;
    this.#parentheses = 0;
  }

  #skip(isBoundary: (stream: TokenStream) => boolean, parentheses: number): void {
    while (!this.atEnd && !this.isSymbol(';')) {
      if (this.#parentheses <= parentheses && (this.isSymbol(')') || isBoundary(this))) return;
      this.next();
    }
  }

  #error(message: string | undefined, span: Span | undefined): SqlSyntaxError {
    const token = this.peek();
    const at = span ?? (token.kind === 'end' ? this.#afterLastToken() : token);
    const position = positionOf(this.text, at);
    const found = at.end > at.start ? this.text.slice(at.start, at.end) : 'end of input';
    if (message !== undefined) return new SqlSyntaxError(message, { position, found });
    if (token.kind === 'error') return new SqlSyntaxError(token.text, { position, found });

    const expected = this.expected;
    if (this.atNextStatement) {
      return new SqlSyntaxError(`unexpected '${found}': is a ';' missing before it?`, {
        position,
        found,
        expected,
        suggestions: [';'],
      });
    }
    const wantsName = expected.includes('identifier') || expected.includes('expression');
    const isReserved = token.kind === 'word' && RESERVED_WORDS.has(token.text);
    if (wantsName && isReserved && (!STRUCTURE.has(token.text) || this.isNamePlace())) {
      return new SqlSyntaxError(`'${found}' is a reserved word: as a name it needs back-ticks`, {
        position,
        found,
        expected,
        suggestions: ['`' + found + '`'],
      });
    }
    if (
      wantsName &&
      found.startsWith("'") &&
      !expected.includes('expression') &&
      !expected.includes('string')
    ) {
      return new SqlSyntaxError(`${found} is a string: a name is quoted with back-ticks`, {
        position,
        found,
        expected,
        suggestions: ['`' + token.text + '`'],
      });
    }
    const details = { position, found, expected };
    const keywords = new Set(
      expected.flatMap((e) => (e === 'query' ? ['SELECT'] : /^[A-Z]/.test(e) ? e.split(' ', 1) : [])),
    );
    if (token.kind === 'word') {
      const suggestions = nearestNames(token.text, keywords).filter((word) => word !== token.text);
      if (suggestions[0]) {
        return new SqlSyntaxError(`unexpected '${found}': did you mean ${suggestions[0]}?`, {
          ...details,
          suggestions,
        });
      }
    }
    // A misspelt keyword may have passed for an alias: `SELECT a FORM t` stumbles only at `t`.
    const previous = this.#tokens[this.#index - 1];
    if (previous?.kind === 'word' && previous.text.length > 2 && !RESERVED_WORDS.has(previous.text)) {
      const suggestions = nearestNames(previous.text, keywords);
      if (suggestions[0]) {
        const word = this.nameOf(previous);
        return new SqlSyntaxError(`unexpected '${word}': did you mean ${suggestions[0]}?`, {
          position: positionOf(this.text, previous),
          found: word,
          expected,
          suggestions,
        });
      }
    }
    const wanted = expectedText(expected);
    const what = token.kind === 'end' ? 'end of input' : `'${shorten(found)}'`;
    return new SqlSyntaxError(`unexpected ${what}${wanted && `, expected ${wanted}`}`, details);
  }

  #afterLastToken(): Span {
    const end = this.#tokens[this.#index - 1]?.end ?? 0;
    return { start: end, end };
  }
}

const SHOWN = 8;

/** The likeliest first; what can go on behind nearly everything is shown only where there is little else. */
function expectedText(expected: readonly string[]): string {
  if (expected.includes('statement')) return 'a statement';
  const rank = (e: string): number => {
    if (e === 'operator') return 4;
    if (/^\W/.test(e)) return '.[('.includes(e) ? 3 : 0;
    return STRUCTURE.has(e.split(' ', 1)[0]!) || /^[a-z]/.test(e) ? 1 : 2;
  };
  const ranked = [...expected].sort((a, b) => rank(a) - rank(b)).filter((e, i) => rank(e) < (i < 3 ? 4 : 3));
  const shown = ranked.map((e) => (/^\W/.test(e) ? `'${e}'` : e));
  if (shown.length > SHOWN) return `${shown.slice(0, SHOWN).join(', ')}, ...`;
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

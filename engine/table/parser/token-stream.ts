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

import { type SqlPosition, SqlSyntaxError } from '../../types/errors.ts';
import type { Identifier, ObjectPath, Span } from './ast/node.ts';
import { LinePositions } from './ast/position.ts';
import { RESERVED_WORDS } from './keywords.ts';
import type { Token } from './lexer.ts';
import { isMeantAsName, type Mistake, mistakeAt, reservedWord } from './syntax-mistake.ts';

const MAX_NESTING = 500;
/** Of a chain like `a AND b AND …`, which makes a tree as deep as it is long. */
const MAX_CHAIN = 1000;
const MAX_ERRORS = 50;
const END_OF_INPUT = 'end of input';

/** Words that begin a statement and stand in the middle of none, or of few. */
const STARTS = new Set(
  'SELECT INSERT CREATE DROP ALTER SHOW DESCRIBE EXPLAIN USE EXECUTE UPDATE DELETE TRUNCATE ANALYZE CALL'.split(
    ' ',
  ),
);

/** Pairs of words that begin one, of which the first stands elsewhere, too. */
const STARTING_PAIRS = new Set([
  ...['BEGIN STATEMENT', 'COMPILE PLAN', 'COMPILE AND', 'LOAD MODULE', 'UNLOAD MODULE', 'STOP JOB'],
]);

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
  /** What was asked for at the token before. */
  #expectedBefore: string[] = [];
  #lines: LinePositions | undefined;
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
    if (token.kind !== 'word' || !previous || !this.#isStart(token) || this.#parentheses > 0) return false;
    const isStarted = !(previous.kind === 'symbol' && previous.text === ';');
    return isStarted && this.text.slice(previous.end, token.start).includes('\n');
  }

  #isStart({ text }: Token): boolean {
    const next = this.peek(1);
    if (text === 'SET' || text === 'RESET') return next.kind === 'string';
    return STARTS.has(text) || (next.kind === 'word' && STARTING_PAIRS.has(`${text} ${next.text}`));
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
    [this.#expected, this.#expectedBefore] = [this.#expectedBefore, this.#expected];
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
      if (!this.takesReservedWord()) this.fail();
    }
    const token = this.next();
    return { kind: 'Identifier', span: this.span(token.start), name: this.nameOf(token) };
  }

  /** Whether the next token is a reserved word that is meant as a name: that is a mistake, which is kept, but one to go on behind. */
  takesReservedWord(): boolean {
    const token = this.peek();
    if (this.errors.length >= MAX_ERRORS || !isMeantAsName(token, this.peek(1))) return false;
    this.keep(this.#errorOf(reservedWord(token, this.#written(token), this.expected)));
    return true;
  }

  #written({ start, end }: Token): string {
    return this.text.slice(start, end);
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

  /** A list in which a mistake in one item leaves the others alone. */
  guardedList<T>(item: () => T): T[] {
    const atComma = (): boolean => this.isSymbol(',');
    const items = this.list(() => this.guard(item, atComma, [',', ')']));
    return items.flatMap((each) => each ?? []);
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
    if (++this.#nesting > MAX_NESTING) throw this.tooDeep();
    try {
      return parse();
    } finally {
      this.#nesting--;
    }
  }

  /** The mistake of nesting more than there is room for. */
  tooDeep(): SqlSyntaxError {
    return this.#error(`the statement is nested too deeply: more than ${MAX_NESTING} levels`, undefined);
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
      this.#lastError = this.#index; // what does not fit there is a consequence
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
    if (message !== undefined) {
      const at = span ?? (token.kind === 'end' ? this.#afterLastToken() : token);
      const found = at.end > at.start ? this.text.slice(at.start, at.end) : END_OF_INPUT;
      return new SqlSyntaxError(message, { position: this.#positionOf(at), found });
    }
    const mistake = mistakeAt({
      token,
      next: this.peek(1),
      previous: this.#tokens[this.#index - 1],
      expected: this.expected,
      expectedBefore: this.#expectedBefore,
      isNextStatement: this.atNextStatement,
      written: (each) => this.#written(each),
    });
    return this.#errorOf(mistake);
  }

  #errorOf({ at, message, expected, suggestions }: Mistake): SqlSyntaxError {
    const position = this.#positionOf(at.kind === 'end' ? this.#afterLastToken() : at);
    const found = at.end > at.start ? this.#written(at) : END_OF_INPUT;
    return new SqlSyntaxError(message, { position, found, expected, suggestions });
  }

  #positionOf(span: Span): SqlPosition {
    return (this.#lines ??= new LinePositions(this.text)).of(span);
  }

  #afterLastToken(): Span {
    const end = this.#tokens[this.#index - 1]?.end ?? 0;
    return { start: end, end };
  }
}

/** A place in the text of a JSON path, for its two compilers: paths and filters. Blanks between tokens are spaces. */
export class PathReader {
  readonly text: string;
  at: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  get current(): string {
    return this.text[this.at] ?? '';
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The path may stop here: what Jayway makes of a single character that is left over. */
  get isTail(): boolean {
    return this.at >= this.text.length - 1;
  }

  skipBlanks(): this {
    while (this.text[this.at] === ' ') this.at++;
    return this;
  }

  /** Where the next character that is no blank stands, behind `from`. */
  nextSignificant(from: number): number {
    let at = from + 1;
    while (this.text[at] === ' ') at++;
    return at;
  }

  accept(piece: string): boolean {
    this.skipBlanks();
    if (!this.text.startsWith(piece, this.at)) return false;
    this.at += piece.length;
    return true;
  }

  /** Where a bracket that opens at `from` is closed; quoted texts, and patterns if asked for, are passed over. */
  closing(from: number, open: string, close: string, skipsPatterns: boolean): number {
    let depth = 0;
    for (let at = from; at < this.text.length; at++) {
      const character = this.text[at]!; // within bounds
      if (character === "'" || character === '"' || (skipsPatterns && character === '/')) {
        at = this.closingQuote(at);
      } else if (character === open) depth++;
      else if (character === close && --depth === 0) return at;
    }
    throw new InvalidPath(`'${open}' at position ${from} is not closed`);
  }

  /** Where the quote that opens at `from` is closed: the same character, without a backslash before it. */
  closingQuote(from: number): number {
    const quote = this.text[from];
    for (let at = from + 1; at < this.text.length; at++) {
      if (this.text[at] === '\\') at++;
      else if (this.text[at] === quote) return at;
    }
    throw new InvalidPath(`${quote} at position ${from} is not closed`);
  }
}

/** The path is none, or cannot be applied. */
export class InvalidPath extends Error {
  override readonly name: string = 'InvalidPath';
}

/** The path leads nowhere in this document. */
export class PathNotFound extends InvalidPath {
  override readonly name = 'PathNotFound';
}

/** A quoted name or text without its quotes, with escapes resolved. */
export function unescapePath(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|[^])/g, (_, escape: string) => {
    if (escape.length > 1) return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return ESCAPED[escape] ?? escape;
  });
}

const ESCAPED: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

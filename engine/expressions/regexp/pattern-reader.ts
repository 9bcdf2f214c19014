/** The text of a regular expression, read code point by code point, under the flags that hold where the reader is. */

import { TableException } from '../../types/errors.ts';
import { foldAscii, foldUnicode, namedSet, not, predefinedSet, rangeSource } from './code-points.ts';
import type { PointSet } from './pattern-node.ts';

/** What Java refuses. */
export class InvalidPattern extends Error {}

/** `(?idmsuxU)`. */
export type Flag = 'i' | 'd' | 'm' | 's' | 'u' | 'x' | 'U' | 'c';

export class PatternReader {
  readonly #pattern: string;
  at = 0;
  flags: ReadonlySet<string> = new Set();
  /** Whether `\Q` is open: all is literal up to `\E`. */
  #isQuoting = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  has(flag: Flag): boolean {
    return this.flags.has(flag);
  }

  /** Whether the next character is literal, whatever it is. */
  get isQuoted(): boolean {
    this.#skip();
    return this.#isQuoting;
  }

  /** The next character; '' at the end. Blanks and comments are passed over under `(?x)`. */
  peek(): string {
    this.#skip();
    const point = this.#pattern.codePointAt(this.at);
    return point === undefined ? '' : String.fromCodePoint(point);
  }

  next(): string {
    const character = this.peek();
    this.at += character.length;
    return character;
  }

  /** Whether the text goes on like this, which is then passed over. */
  take(text: string): boolean {
    if (this.isQuoted || !this.#pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  /** What a sticky expression finds here, which is then passed over. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const match = expression.exec(this.#pattern);
    if (!match) return undefined;
    this.at += match[0].length;
    return match;
  }

  startsWith(text: string): boolean {
    return !this.isQuoted && this.#pattern.startsWith(text, this.at);
  }

  invalid(what: string): InvalidPattern {
    return new InvalidPattern(`${what} near index ${this.at}`);
  }

  unsupported(what: string): TableException {
    return new TableException(
      `The regular expression '${this.#pattern}' is not supported: ${what} at position ${this.at + 1}.`,
    );
  }

  #skip(): void {
    for (;;) {
      if (this.#isQuoting) {
        if (this.#pattern.startsWith('\\E', this.at)) {
          this.#isQuoting = false;
          this.at += 2;
          continue;
        }
        return;
      }
      if (this.#pattern.startsWith('\\Q', this.at)) {
        this.#isQuoting = true;
        this.at += 2;
        continue;
      }
      const blanks = this.flags.has('x')
        ? this.match(/(?:[ \t\n\v\f\r]|#[^\n\r\x85\u2028\u2029]*)+/y)
        : undefined;
      if (!blanks) return;
    }
  }

  /** What a literal character stands for under the flags. */
  literal(point: number): PointSet {
    const itself = rangeSource(point);
    if (!this.has('i') || (point > 127 && !this.has('u'))) {
      return { test: (other) => other === point, source: itself };
    }
    const fold = this.has('u') ? foldUnicode : foldAscii;
    const folded = fold(point);
    const upper = folded >= 97 && folded <= 122 ? folded - 32 : folded;
    return {
      test: (other) => other === point || fold(other) === folded,
      source: this.has('u') ? undefined : `${rangeSource(folded)}${rangeSource(upper)}`,
    };
  }

  /**
   * A character or set behind a backslash that has been read: what may stand in a class and outside of one. Undefined for
   * every other escape, of which nothing is read.
   */
  escape(): number | PointSet | undefined {
    const letter = this.#pattern[this.at];
    if (letter === undefined) throw this.invalid('Unexpected internal error');
    if (letter === 'p' || letter === 'P') return this.#property();
    const set = predefinedSet(letter.toLowerCase(), this.has('U'));
    if (set) {
      this.at++;
      return letter === letter.toLowerCase() ? set : not(set);
    }
    const control = CONTROLS[letter];
    if (control !== undefined) {
      this.at++;
      return control;
    }
    switch (letter) {
      case '0':
        return this.#code(/0([0-3][0-7]{2}|[0-7]{1,2})/y, 8);
      case 'x':
        return this.#code(/x(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/y, 16);
      case 'u':
        return this.#code(/u([0-9a-fA-F]{4})/y, 16);
      case 'N':
        throw this.unsupported('\\N');
      case 'c': {
        const match = this.match(/c([^])/uy);
        if (!match) throw this.invalid('Illegal control escape sequence');
        return match[1]!.codePointAt(0)! ^ 64;
      }
    }
    if (/[A-Za-z1-9]/.test(letter)) return undefined;
    const point = this.#pattern.codePointAt(this.at)!;
    this.at += point > 0xffff ? 2 : 1;
    return point;
  }

  #code(expression: RegExp, radix: number): number {
    const match = this.match(expression);
    const code = match ? Number.parseInt((match[1] ?? match[2])!, radix) : Infinity;
    if (code > 0x10ffff) throw this.invalid('Illegal escape sequence');
    if (code < 0xd800 || code > 0xdbff || radix !== 16) return code;
    const low = this.match(/\\u([dD][c-fC-F][0-9a-fA-F]{2})/y);
    return low ? 0x10000 + ((code - 0xd800) << 10) + (Number.parseInt(low[1]!, 16) - 0xdc00) : code;
  }

  #property(): PointSet {
    const match = this.match(/([pP])(?:\{([^}]+)\}|([^{]))/uy);
    if (!match) throw this.invalid('Unclosed character family');
    const name = (match[2] ?? match[3])!;
    const set = namedSet(name, { ignoresCase: this.has('i'), isUnicode: this.has('U') });
    if (set === 'block') throw this.unsupported(`the block ${name}`);
    if (!set) throw this.invalid(`Unknown character property name {${name}}`);
    return match[1] === 'P' ? not(set) : set;
  }
}

const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

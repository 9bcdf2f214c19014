/** SIMILAR TO as Calcite does it: the pattern becomes a regular expression of Java, which has to match as a whole. */

import { JavaPattern } from './java-pattern.ts';
import { InvalidPattern } from './pattern-reader.ts';

const SPECIALS = '[]()|^-+*_%?{}';

/** `[:ALPHA:]` and its like in sets. */
const SETS: Readonly<Record<string, string>> = {
  ALPHA: '\\p{Alpha}',
  UPPER: '\\p{Upper}',
  LOWER: '\\p{Lower}',
  DIGIT: '\\d',
  ALNUM: '\\p{Alnum}',
  SPACE: ' ',
  WHITESPACE: '\\s',
};

/** The compiled pattern, to be matched at the start of a text. Throws a TypeError for what is no pattern. */
export function similarPattern(pattern: string, escape?: string): JavaPattern {
  if (escape !== undefined && [...escape].length !== 1) {
    throw new TypeError(`Invalid escape character '${escape}'`);
  }
  const source = new SimilarTranslator(pattern, escape).translate();
  try {
    return new JavaPattern(`(?:${source})\\z`);
  } catch (error) {
    if (error instanceof InvalidPattern) throw new TypeError(`Invalid regular expression '${pattern}'`);
    throw error;
  }
}

class SimilarTranslator {
  readonly #pattern: string;
  readonly #characters: readonly string[];
  readonly #escape: string | undefined;
  #at = 0;

  constructor(pattern: string, escape: string | undefined) {
    this.#pattern = pattern;
    this.#characters = [...pattern];
    this.#escape = escape;
  }

  translate(): string {
    let source = '';
    while (this.#at < this.#characters.length) source += this.#piece();
    return source;
  }

  #piece(): string {
    const character = this.#characters[this.#at++]!;
    if (character === this.#escape) return this.#escaped();
    switch (character) {
      case '_':
        return '(?s:.)';
      case '%':
        return '(?s:.*)';
      case '[':
        return this.#set();
      case '\\':
      case '$':
        return `\\${character}`;
      case ']':
        throw this.#invalid();
      default:
        return character; // what it means to Java
    }
  }

  #escaped(): string {
    const next = this.#characters[this.#at++];
    if (next === undefined || (next !== this.#escape && !SPECIALS.includes(next))) {
      throw new TypeError(`Invalid escape sequence '${this.#pattern}', ${this.#at - 2}`);
    }
    return /[A-Za-z0-9]/.test(next) ? next : `\\${next}`;
  }

  #set(): string {
    let source = '[';
    while (this.#at < this.#characters.length) {
      const character = this.#characters[this.#at++]!;
      if (character === ']') return `${source}]`;
      if (character === this.#escape) source += this.#escaped();
      else if (character === '[') source += this.#namedSet();
      else if (character !== '-' && character !== '^' && SPECIALS.includes(character)) throw this.#invalid();
      else source += character;
    }
    return source; // open, which Java refuses
  }

  #namedSet(): string {
    const rest = this.#characters.slice(this.#at - 1).join('');
    const [whole = '', name = ''] = /^\[:(\w+):\]/.exec(rest) ?? [];
    const set =
      name === name.toUpperCase() || name === name.toLowerCase() ? SETS[name.toUpperCase()] : undefined;
    if (set === undefined) throw this.#invalid();
    this.#at += whole.length - 1;
    return set;
  }

  #invalid(): TypeError {
    return new TypeError(`Invalid regular expression '${this.#pattern}'`);
  }
}

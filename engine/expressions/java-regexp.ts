import { TableException } from '../types/errors.ts';

/**
 * Regular expressions of Java as JavaScript's, in Unicode mode: what is written alike and means something else (`\s`, `.`, `$`) is spelled
 * out, classes by name are translated, and what JavaScript cannot do is refused with its place.
 *
 * @returns undefined for what Java itself would refuse
 */
export function javaRegExp(pattern: string, flags = ''): RegExp | undefined {
  const translator = new Translator(pattern);
  const source = translator.translate();
  if (source === undefined) return undefined;
  try {
    return new RegExp(source, `u${flags}${translator.flags}`);
  } catch {
    return undefined;
  }
}

const SPACE = ' \\t\\n\\x0B\\f\\r';
const HORIZONTAL = ' \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';
const VERTICAL = '\\n\\x0B\\f\\r\\x85\\u2028\\u2029';
const LINE_ENDS = '\\n\\r\\x85\\u2028\\u2029';

/** Sets behind a backslash, without the brackets. */
const SETS: Readonly<Record<string, string>> = { s: SPACE, h: HORIZONTAL, v: VERTICAL, d: '0-9', w: 'a-zA-Z_0-9' };

/** `\p{...}` by Java's names; others are tried as Unicode properties. */
const PROPERTIES: Readonly<Record<string, string>> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: SPACE,
  IsAlphabetic: '\\p{Alphabetic}',
  IsLetter: '\\p{L}',
  IsDigit: '\\p{Nd}',
  IsUppercase: '\\p{Uppercase}',
  IsLowercase: '\\p{Lowercase}',
  IsWhite_Space: '\\p{White_Space}',
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
};

class Translator {
  readonly #pattern: string;
  #at = 0;
  flags = '';

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): string | undefined {
    let result = this.#leadingFlags();
    while (this.#at < this.#pattern.length) {
      const piece = this.#piece();
      if (piece === undefined) return undefined;
      result += piece;
    }
    return result;
  }

  /** `(?i)` in front of everything. */
  #leadingFlags(): string {
    const match = /^\(\?([imsu]+)\)/.exec(this.#pattern);
    if (!match) return '';
    this.#at = match[0].length;
    for (const flag of match[1]!) if (flag !== 'u' && !this.flags.includes(flag)) this.flags += flag;
    return '';
  }

  #refuse(what: string): never {
    throw new TableException(
      `The regular expression '${this.#pattern}' is not supported: ${what} at position ${this.#at + 1}.`,
    );
  }

  #piece(): string | undefined {
    const character = this.#pattern[this.#at]!;
    switch (character) {
      case '\\':
        return this.#escape(false);
      case '[':
        return this.#class();
      case '(':
        return this.#open();
      case '.':
        this.#at++;
        return this.flags.includes('s') ? '.' : `[^${LINE_ENDS}]`;
      case '$':
        this.#at++;
        if (this.flags.includes('m')) return '$';
        return `(?=(?:\\r\\n|[${LINE_ENDS}])?(?![^]))`;
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#quantifier();
      case ']':
      case '}':
        this.#at++;
        return `\\${character}`;
      default: {
        const point = String.fromCodePoint(this.#pattern.codePointAt(this.#at)!);
        this.#at += point.length;
        return point === '/' ? '\\/' : point;
      }
    }
  }

  #quantifier(): string | undefined {
    const match = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.#pattern.slice(this.#at));
    if (!match) return undefined;
    this.#at += match[0].length;
    if (this.#pattern[this.#at] === '+') this.#refuse('a possessive quantifier');
    if (this.#pattern[this.#at] !== '?') return match[0];
    this.#at++;
    return `${match[0]}?`;
  }

  #open(): string {
    const rest = this.#pattern.slice(this.#at);
    const match = /^\((?:\?(?:[:=!]|<[=!]|<[A-Za-z][A-Za-z0-9]*>))?/.exec(rest)!;
    if (match[0] === '(' && rest[1] === '?') {
      this.#refuse(rest[2] === '>' ? 'an atomic group' : 'flags inside a pattern');
    }
    this.#at += match[0].length;
    return match[0];
  }

  /** Undefined for an escape that Java does not know. */
  #escape(isInClass: boolean): string | undefined {
    const character = this.#pattern[this.#at + 1];
    if (character === undefined) return undefined;
    this.#at += 2;
    if (character === 'Q') return this.#quoted();
    if (character === 'p' || character === 'P') return this.#property(character === 'P', isInClass);
    const set = SETS[character.toLowerCase()];
    if (set !== undefined) return this.#set(set, character !== character.toLowerCase(), isInClass);
    switch (character) {
      case 't':
      case 'n':
      case 'r':
      case 'f':
        return `\\${character}`;
      case 'a':
        return '\\x07';
      case 'e':
        return '\\x1B';
      case 'c':
        return `\\c${this.#pattern[this.#at++] ?? ''}`;
      case '0':
        return this.#code(/^[0-3]?[0-7]{1,2}/, 8);
      case 'x':
        return this.#pattern[this.#at] === '{' ? this.#code(/^\{[0-9a-fA-F]+\}/, 16) : this.#code(/^[0-9a-fA-F]{2}/, 16);
      case 'u':
        return this.#code(/^[0-9a-fA-F]{4}/, 16);
    }
    if (isInClass) return /[A-Za-z]/.test(character) ? undefined : escaped(character);
    switch (character) {
      case 'b':
      case 'B':
        return `\\${character}`;
      case 'A':
        return '(?<![^])';
      case 'z':
        return '(?![^])';
      case 'Z':
        return `(?=(?:\\r\\n|[${LINE_ENDS}])?(?![^]))`;
      case 'R':
        return `(?:\\r\\n|[${VERTICAL}])`;
      case 'k':
        return `\\k${this.#take(/^<[A-Za-z][A-Za-z0-9]*>/) ?? ''}`;
      case 'G':
      case 'X':
        this.#refuse(`\\${character}`);
    }
    if (/[1-9]/.test(character)) return `\\${character}${this.#take(/^\d/) ?? ''}`;
    return /[A-Za-z]/.test(character) ? undefined : escaped(character);
  }

  #take(pattern: RegExp): string | undefined {
    const match = pattern.exec(this.#pattern.slice(this.#at));
    if (match) this.#at += match[0].length;
    return match?.[0];
  }

  #code(pattern: RegExp, radix: number): string | undefined {
    const digits = this.#take(pattern)?.replace(/[{}]/g, '');
    return digits === undefined ? undefined : `\\u{${Number.parseInt(digits, radix).toString(16)}}`;
  }

  #quoted(): string {
    const end = this.#pattern.indexOf('\\E', this.#at);
    const text = this.#pattern.slice(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#pattern.length : end + 2;
    return [...text].map(escaped).join('');
  }

  #set(set: string, isNegated: boolean, isInClass: boolean): string {
    if (!isInClass) return `[${isNegated ? '^' : ''}${set}]`;
    if (!isNegated) return set;
    if (set === SETS['d']) return '\\D';
    if (set === SETS['w']) return '\\W';
    return this.#refuse('a negated set inside a class');
  }

  #property(isNegated: boolean, isInClass: boolean): string | undefined {
    const braced = this.#take(/^\{\^?\w+(?:=\w+)?\}/);
    const name = braced ? braced.slice(1, -1) : this.#take(/^[A-Z]/);
    if (name === undefined) return undefined;
    const set = PROPERTIES[name] ?? `\\p{${name.replace(/^Is/, '')}}`;
    if (!isInClass) return `[${isNegated ? '^' : ''}${set}]`;
    return isNegated ? this.#refuse('a negated property inside a class') : set;
  }

  #class(): string | undefined {
    this.#at++;
    let result = '[';
    if (this.#pattern[this.#at] === '^') {
      result += '^';
      this.#at++;
    }
    for (let isFirst = true; ; isFirst = false) {
      const character = this.#pattern[this.#at];
      if (character === undefined) return undefined;
      if (character === ']' && !isFirst) break;
      if (character === '[') this.#refuse('a class inside a class');
      if (this.#pattern.startsWith('&&', this.#at)) this.#refuse('an intersection of classes');
      const piece = this.#classPiece();
      if (piece === undefined) return undefined;
      result += piece;
    }
    this.#at++;
    return `${result}]`;
  }

  /** A character, a range of two or a set; a `-` that makes no range is one itself. */
  #classPiece(): string | undefined {
    const from = this.#classCharacter();
    if (from === undefined) return undefined;
    const isRange = this.#pattern[this.#at] === '-' && !/^-(?:\]|$)/.test(this.#pattern.slice(this.#at));
    if (!isRange || !isOneCharacter(from)) return from;
    const before = this.#at++;
    const to = this.#classCharacter();
    if (to !== undefined && isOneCharacter(to)) return `${from}-${to}`;
    this.#at = before;
    return from;
  }

  #classCharacter(): string | undefined {
    if (this.#pattern[this.#at] === '\\') return this.#escape(true);
    const point = String.fromCodePoint(this.#pattern.codePointAt(this.#at)!);
    this.#at += point.length;
    return escaped(point);
  }
}

function isOneCharacter(piece: string): boolean {
  return /^(?:[^\\]|\\[^pPDW]|\\x..|\\u\{[0-9a-f]+\}|\\c.)$/u.test(piece);
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}

import { TableException } from '../types/errors.ts';

/** A regular expression of Java, ready to run. */
export interface JavaRegExp {
  readonly expression: RegExp;
  /** What group `n` is called in a match's `groups`; group 0 is the match itself. */
  readonly groupCount: number;
}

/**
 * Regular expressions of Java as JavaScript's, in Unicode mode: what is written alike and means something else (`\s`, `.`, `$`) is spelled
 * out, classes by name are translated, possessive quantifiers and atomic groups become a look-ahead and what it found. What
 * JavaScript cannot do is refused with its place.
 *
 * @returns undefined for what Java itself would refuse
 */
export function javaRegExp(pattern: string, flags = ''): JavaRegExp | undefined {
  const translator = new Translator(pattern);
  const source = translator.translate();
  if (source === undefined) return undefined;
  try {
    return {
      expression: new RegExp(source, `u${flags}${translator.flags}`),
      groupCount: translator.groupCount,
    };
  } catch {
    return undefined;
  }
}

/** Translates each pattern once: patterns from columns repeat. */
export function javaRegExpCache(flags = ''): (pattern: string) => JavaRegExp | undefined {
  const cache = new Map<string, JavaRegExp | undefined>();
  return (pattern) => {
    if (!cache.has(pattern)) {
      if (cache.size > 1000) cache.clear();
      cache.set(pattern, javaRegExp(pattern, flags));
    }
    return cache.get(pattern);
  };
}

/** What a group of Java's found; undefined if it took no part in the match, or is none. */
export function groupOf(match: RegExpMatchArray, group: number): string | undefined {
  return group === 0 ? match[0] : match.groups?.[`g${group}`];
}

const SPACE = ' \\t\\n\\x0B\\f\\r';
const HORIZONTAL = ' \\t\\xA0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';
const VERTICAL = '\\n\\x0B\\f\\r\\x85\\u2028\\u2029';
const LINE_ENDS = '\\n\\r\\x85\\u2028\\u2029';

/** Sets behind a backslash, without the brackets. */
const SETS: Readonly<Record<string, string>> = {
  s: SPACE,
  h: HORIZONTAL,
  v: VERTICAL,
  d: '0-9',
  w: 'a-zA-Z_0-9',
};

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

interface OpenGroup {
  /** Where it begins in the pieces. */
  readonly start: number;
  /** What closes it. */
  readonly end: string;
}

class Translator {
  readonly #pattern: string;
  readonly #pieces: string[] = [];
  readonly #open: OpenGroup[] = [];
  readonly #names = new Map<string, number>();
  #at = 0;
  /** Where what a quantifier would repeat begins in the pieces. */
  #lastAtom = 0;
  #atomic = 0;
  flags = '';
  groupCount = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  translate(): string | undefined {
    this.#leadingFlags();
    while (this.#at < this.#pattern.length) {
      const start = this.#pieces.length;
      const piece = this.#piece();
      if (piece === undefined) return undefined;
      if (piece !== '') {
        this.#lastAtom = start;
        this.#pieces.push(piece);
      }
    }
    return this.#open.length > 0 ? undefined : this.#pieces.join('');
  }

  /** `(?i)` in front of everything. */
  #leadingFlags(): void {
    const match = /^\(\?([imsu]+)\)/.exec(this.#pattern);
    if (!match) return;
    this.#at = match[0].length;
    for (const flag of match[1]!) if (flag !== 'u' && !this.flags.includes(flag)) this.flags += flag;
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
        return this.#opened();
      case ')':
        return this.#closed();
      case '|':
        this.#at++;
        return '|';
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

  /** Repeats the last atom; a possessive one gives nothing back. */
  #quantifier(): string | undefined {
    const match = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.#pattern.slice(this.#at));
    if (!match || this.#pieces.length === 0) return undefined;
    this.#at += match[0].length;
    const mode = this.#pattern[this.#at];
    if (mode === '+' || mode === '?') this.#at++;
    if (mode === '+') {
      const atom = this.#pieces.splice(this.#lastAtom).join('');
      this.#pieces.push(atomic(++this.#atomic, `${atom}${match[0]}`));
      return '';
    }
    this.#pieces.push(mode === '?' ? `${match[0]}?` : match[0]);
    return '';
  }

  /** Groups are named by their number: look-aheads that stand for atomic groups would shift it. */
  #opened(): string {
    const rest = this.#pattern.slice(this.#at);
    const match = /^\((?:\?(?:[:=!>]|<[=!]|<([A-Za-z][A-Za-z0-9]*)>))?/.exec(rest)!;
    if (match[0] === '(' && rest[1] === '?') this.#refuse('flags inside a pattern');
    this.#at += match[0].length;
    const start = this.#pieces.length;
    if (match[0] === '(?>') {
      this.#open.push({ start, end: `))\\k<a${++this.#atomic}>` });
      this.#pieces.push(`(?=(?<a${this.#atomic}>`);
    } else if (match[0] === '(' || match[1] !== undefined) {
      const number = ++this.groupCount;
      if (match[1] !== undefined) this.#names.set(match[1], number);
      this.#open.push({ start, end: ')' });
      this.#pieces.push(`(?<g${number}>`);
    } else {
      this.#open.push({ start, end: ')' });
      this.#pieces.push(match[0]);
    }
    return '';
  }

  #closed(): string | undefined {
    const group = this.#open.pop();
    if (!group) return undefined;
    this.#at++;
    this.#pieces.push(group.end);
    this.#lastAtom = group.start;
    return '';
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
        return this.#pattern[this.#at] === '{'
          ? this.#code(/^\{[0-9a-fA-F]+\}/, 16)
          : this.#code(/^[0-9a-fA-F]{2}/, 16);
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
      case 'k': {
        const number = this.#names.get(this.#take(/^<[A-Za-z][A-Za-z0-9]*>/)?.slice(1, -1) ?? '');
        return number === undefined ? undefined : `\\k<g${number}>`;
      }
      case 'G':
      case 'X':
        this.#refuse(`\\${character}`);
    }
    if (/[1-9]/.test(character)) return this.#backReference(character);
    return /[A-Za-z]/.test(character) ? undefined : escaped(character);
  }

  /** Further digits belong to the number while there are as many groups; a group that is not there is never found again. */
  #backReference(digit: string): string {
    let number = Number(digit);
    for (;;) {
      const next = Number(`${number}${this.#pattern[this.#at] ?? ''}`);
      if (!/\d/.test(this.#pattern[this.#at] ?? '') || next > this.groupCount) break;
      number = next;
      this.#at++;
    }
    return number > this.groupCount ? '(?!)' : `\\k<g${number}>`;
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

  /** A class; one inside another adds to it, and `&&` is a look-ahead. */
  #class(): string | undefined {
    this.#at++;
    const isNegated = this.#pattern[this.#at] === '^';
    if (isNegated) this.#at++;
    let own = '';
    const others: string[] = [];
    const required: string[] = [];
    for (let isFirst = true; ; isFirst = false) {
      const character = this.#pattern[this.#at];
      if (character === undefined) return undefined;
      if (character === ']' && !isFirst) break;
      if (this.#pattern.startsWith('&&', this.#at)) {
        this.#at += 2;
        const right = this.#intersected();
        if (right === undefined) return undefined;
        required.push(right);
        continue;
      }
      if (character === '[') {
        const inner = this.#class();
        if (inner === undefined) return undefined;
        others.push(inner);
        continue;
      }
      const piece = this.#classPiece();
      if (piece === undefined) return undefined;
      own += piece;
    }
    this.#at++;
    if (others.length === 0 && required.length === 0) return `[${isNegated ? '^' : ''}${own}]`;
    const any = [...(own === '' ? [] : [`[${own}]`]), ...others].join('|');
    const all = `${required.map((part) => `(?=${part})`).join('')}(?:${any === '' ? '[^]' : any})`;
    return isNegated ? `(?:(?!${all})[^])` : `(?:${all})`;
  }

  /** What stands behind `&&`, up to the next one or the end of the class. */
  #intersected(): string | undefined {
    if (this.#pattern[this.#at] === '[') return this.#class();
    let own = '';
    while (this.#pattern[this.#at] !== ']' && !this.#pattern.startsWith('&&', this.#at)) {
      if (this.#at >= this.#pattern.length || this.#pattern[this.#at] === '[') return undefined;
      const piece = this.#classPiece();
      if (piece === undefined) return undefined;
      own += piece;
    }
    return `[${own}]`;
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

/** Takes what it can and gives nothing back: a look-ahead never tries again. */
function atomic(number: number, source: string): string {
  return `(?=(?<a${number}>${source}))\\k<a${number}>`;
}

function isOneCharacter(piece: string): boolean {
  return /^(?:[^\\]|\\[^pPDW]|\\x..|\\u\{[0-9a-f]+\}|\\c.)$/u.test(piece);
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\${character}` : character;
}

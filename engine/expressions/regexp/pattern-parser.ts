/** Regular expressions of Java, parsed: what JDK 17 takes and refuses. */

import { parseClass } from './class-parser.ts';
import { foldAscii, foldUnicode, not, pointRange, pointSet } from './code-points.ts';
import {
  endOfLastMatch,
  endOfText,
  isLineEnd,
  isLineStart,
  isUnixLineEnd,
  isUnixLineStart,
  lastLineEnd,
  lastUnixLineEnd,
  noWordBoundary,
  startOfText,
  wordBoundary,
} from './boundaries.ts';
import {
  extentOf,
  type Assertion,
  type PatternNode,
  type PointSet,
  type RepeatMode,
} from './pattern-node.ts';
import { PatternReader } from './pattern-reader.ts';

export interface ParsedPattern {
  readonly root: PatternNode;
  readonly groupCount: number;
  readonly hasReference: boolean;
}

/** Throws an InvalidPattern for what Java refuses, a TableException for what is not supported. */
export function parsePattern(pattern: string): ParsedPattern {
  return new PatternParser(pattern).parse();
}

const EMPTY: PatternNode = { kind: 'sequence', items: [] };
const ALL = pointRange(0, 0x10ffff);
const NO_LINE_FEED = not(pointSet('\\n'));
const NO_LINE_END = not(pointSet('\\n\\r\\x85\\u2028\\u2029'));

class PatternParser {
  readonly #reader: PatternReader;
  readonly #names = new Map<string, number>();
  #groupCount = 0;
  #hasReference = false;

  constructor(pattern: string) {
    this.#reader = new PatternReader(pattern);
  }

  parse(): ParsedPattern {
    const root = this.#choice();
    if (this.#reader.peek() !== '') throw this.#reader.invalid("Unmatched closing ')'");
    return { root, groupCount: this.#groupCount, hasReference: this.#hasReference };
  }

  #choice(): PatternNode {
    const items = [this.#sequence()];
    while (this.#reader.take('|')) items.push(this.#sequence());
    return items.length === 1 ? items[0]! : { kind: 'choice', items };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    const reader = this.#reader;
    while (reader.peek() !== '' && !reader.startsWith('|') && !reader.startsWith(')')) {
      const atom = this.#atom();
      if (atom) items.push(this.#repeated(atom));
    }
    return items.length === 1 ? items[0]! : { kind: 'sequence', items };
  }

  /** Undefined for flags, which are no part of a match. */
  #atom(): PatternNode | undefined {
    const reader = this.#reader;
    if (reader.isQuoted) return this.#literal(reader.next());
    if (reader.startsWith('{')) return EMPTY; // a number of times, of nothing
    const character = reader.next();
    switch (character) {
      case '(':
        return this.#group();
      case '[':
        return { kind: 'point', set: parseClass(reader) };
      case '\\':
        return this.#escape();
      case '.':
        return { kind: 'point', set: this.#any() };
      case '^':
        return assertion(this.#lineStart());
      case '$':
        return assertion(reader.has('m') ? this.#byLines(isUnixLineEnd, isLineEnd) : this.#lastEnd());
      case '*':
      case '+':
      case '?':
        throw reader.invalid(`Dangling meta character '${character}'`);
      default:
        return this.#literal(character);
    }
  }

  #literal(character: string): PatternNode {
    return this.#point(character.codePointAt(0)!);
  }

  #point(point: number): PatternNode {
    const set = this.#reader.literal(point);
    return this.#reader.has('i') ? { kind: 'point', set } : { kind: 'point', set, literal: point };
  }

  #any(): PointSet {
    if (this.#reader.has('s')) return ALL;
    return this.#reader.has('d') ? NO_LINE_FEED : NO_LINE_END;
  }

  #byLines(unix: Assertion, any: Assertion): Assertion {
    return this.#reader.has('d') ? unix : any;
  }

  #lineStart(): Assertion {
    return this.#reader.has('m') ? this.#byLines(isUnixLineStart, isLineStart) : startOfText;
  }

  #lastEnd(): Assertion {
    return this.#byLines(lastUnixLineEnd, lastLineEnd);
  }

  #escape(): PatternNode {
    const reader = this.#reader;
    const found = reader.escape();
    if (typeof found === 'number') return this.#point(found);
    if (found) return { kind: 'point', set: found };
    const letter = reader.match(/[A-Za-z1-9]/y)![0];
    switch (letter) {
      case 'A':
        return assertion(startOfText);
      case 'G':
        return assertion(endOfLastMatch);
      case 'Z':
        return assertion(this.#lastEnd());
      case 'z':
        return assertion(endOfText);
      case 'b':
        if (reader.startsWith('{g}')) throw reader.unsupported('\\b{g}');
        return assertion(wordBoundary(reader.has('U')));
      case 'B':
        return assertion(noWordBoundary(reader.has('U')));
      case 'R':
        return { kind: 'line-end' };
      case 'X':
        return { kind: 'cluster' };
      case 'k':
        return this.#reference(this.#namedGroup());
    }
    if (!/[1-9]/.test(letter)) throw reader.invalid('Illegal/unsupported escape sequence');
    return this.#reference(this.#number(letter));
  }

  /** Further digits belong to a number while there are as many groups. */
  #number(digit: string): number {
    let number = Number(digit);
    for (;;) {
      const before = this.#reader.at;
      const next = this.#reader.match(/\d/y);
      const longer = next ? 10 * number + Number(next[0]) : Infinity;
      if (longer > this.#groupCount) {
        this.#reader.at = before;
        return number;
      }
      number = longer;
    }
  }

  #namedGroup(): number {
    const name = this.#reader.match(/<([A-Za-z][A-Za-z0-9]*)>/y)?.[1];
    const number = name === undefined ? undefined : this.#names.get(name);
    if (number === undefined) throw this.#reader.invalid('No such named group');
    return number;
  }

  #reference(group: number): PatternNode {
    const reader = this.#reader;
    this.#hasReference = true;
    const fold = !reader.has('i') ? undefined : reader.has('u') ? foldUnicode : foldAscii;
    return { kind: 'reference', group, fold };
  }

  /** Behind a `(`. Flags that are set inside end with the group. */
  #group(): PatternNode | undefined {
    const reader = this.#reader;
    const outer = reader.flags;
    if (!reader.take('?')) return this.#captured(outer);
    if (reader.take(':')) return this.#closed(this.#choice(), outer);
    if (reader.take('>')) return { kind: 'atomic', body: this.#closed(this.#choice(), outer) };
    if (reader.take('=')) return this.#ahead(false, outer);
    if (reader.take('!')) return this.#ahead(true, outer);
    if (reader.take('<=')) return this.#behind(false, outer);
    if (reader.take('<!')) return this.#behind(true, outer);
    if (reader.take('<')) {
      const name = reader.match(/([A-Za-z][A-Za-z0-9]*)>/y)?.[1];
      if (name === undefined) throw reader.invalid('Unknown look-behind group');
      if (this.#names.has(name)) throw reader.invalid(`Named capturing group <${name}> is already defined`);
      this.#names.set(name, this.#groupCount + 1);
      return this.#captured(outer);
    }
    this.#setFlags();
    if (reader.take(')')) return undefined;
    if (!reader.take(':')) throw reader.invalid('Unknown inline modifier');
    return this.#closed(this.#choice(), outer);
  }

  #setFlags(): void {
    const [, on = '', off = ''] = this.#reader.match(/([idmsucxU]*)(?:-([idmsucxU]*))?/y) ?? [];
    const flags = new Set(this.#reader.flags);
    for (const flag of on) flags.add(flag);
    if (on.includes('U')) flags.add('u');
    for (const flag of off) flags.delete(flag);
    if (off.includes('U')) flags.delete('u');
    this.#reader.flags = flags;
  }

  #captured(outer: ReadonlySet<string>): PatternNode {
    const number = ++this.#groupCount;
    return { kind: 'group', number, body: this.#closed(this.#choice(), outer) };
  }

  #ahead(isNegated: boolean, outer: ReadonlySet<string>): PatternNode {
    return { kind: 'ahead', body: this.#closed(this.#choice(), outer), isNegated };
  }

  #behind(isNegated: boolean, outer: ReadonlySet<string>): PatternNode {
    const body = this.#closed(this.#choice(), outer);
    const { min, max } = extentOf(body);
    if (max === undefined) {
      throw this.#reader.invalid('Look-behind group does not have an obvious maximum length');
    }
    return { kind: 'behind', body, isNegated, min, max };
  }

  #closed(body: PatternNode, outer: ReadonlySet<string>): PatternNode {
    if (!this.#reader.take(')')) throw this.#reader.invalid('Unclosed group');
    this.#reader.flags = outer;
    return body;
  }

  #repeated(body: PatternNode): PatternNode {
    const reader = this.#reader;
    if (reader.isQuoted) return body;
    let [min, max] = [0, Infinity];
    if (reader.take('?')) max = 1;
    else if (reader.take('+')) min = 1;
    else if (!reader.take('*')) {
      if (!reader.startsWith('{')) return body;
      const match = reader.match(/\{(\d+)(,(\d*))?\}/y);
      if (!match) throw reader.invalid('Illegal repetition');
      min = Number(match[1]);
      max = match[2] === undefined ? min : match[3] === '' ? Infinity : Number(match[3]);
      if (max < min) throw reader.invalid('Illegal repetition range');
      if (min > 0x7fffffff || (max !== Infinity && max > 0x7fffffff))
        throw reader.invalid('Illegal repetition range');
    }
    const mode: RepeatMode = reader.take('?') ? 'lazy' : reader.take('+') ? 'possessive' : 'greedy';
    return { kind: 'repeat', body, min, max, mode };
  }
}

function assertion(of: Assertion): PatternNode {
  return { kind: 'assertion', assertion: of };
}

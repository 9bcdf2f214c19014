/**
 * Regular expressions of Java (`java.util.regex` of JDK 17): its syntax, its order of trying, its captures. JavaScript's own
 * differ in all of these. Where they provably do not, the browser's matcher does the work; everything else is matched here, and so are texts
 * that make a difference. Places are those of UTF-16; a search goes on by code points.
 */

import { BacktrackingMatcher } from './backtracking-matcher.ts';
import { parsePattern } from './pattern-parser.ts';
import { InvalidPattern } from './pattern-reader.ts';
import { sourceOf, type PatternSource } from './pattern-source.ts';

/** What was found, and what its groups found. */
export interface JavaMatch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** What a group found; undefined if it took no part in the match, or is none. Group 0 is the match. */
  group(number: number): string | undefined;
}

export class JavaPattern {
  readonly groupCount: number;
  readonly #matcher: BacktrackingMatcher;
  /** The same in JavaScript, for texts in which `#others` finds nothing. */
  readonly #search: RegExp | undefined;
  readonly #start: RegExp | undefined;
  readonly #others: RegExp = NO_TEXTS;

  /** Throws an InvalidPattern, or a TableException for what is not supported. */
  constructor(pattern: string) {
    const parsed = parsePattern(pattern);
    this.groupCount = parsed.groupCount;
    this.#matcher = new BacktrackingMatcher(parsed);
    const native = sourceOf(parsed.root);
    if (!native) return;
    this.#search = expressionOf(native, 'gv');
    this.#start = expressionOf(native, 'yv');
    this.#others = OTHER_TEXTS[native.texts];
  }

  /** Whether texts of ASCII are matched by the browser. */
  get isNative(): boolean {
    return this.#search !== undefined;
  }

  /** The first match that begins at a place or behind it. */
  find(text: string, from = 0): JavaMatch | undefined {
    const search = this.#searchOf(text);
    if (!search) return this.#matcher.find(text, from);
    search.lastIndex = from;
    const found = search.exec(text);
    return found ? new NativeMatch(found) : undefined;
  }

  /** Whether there is a match anywhere. */
  occursIn(text: string): boolean {
    const search = this.#searchOf(text);
    if (!search) return this.#matcher.find(text, 0) !== undefined;
    search.lastIndex = 0;
    return search.test(text);
  }

  /** Matches one behind another. */
  findAll(text: string): JavaMatch[] {
    const matches: JavaMatch[] = [];
    for (let from = 0; from <= text.length;) {
      const match = this.find(text, from);
      if (!match) break;
      matches.push(match);
      const isEmpty = match.end === match.start;
      from = isEmpty ? match.end + (text.codePointAt(match.end)! > 0xffff ? 2 : 1) : match.end;
    }
    return matches;
  }

  /** The text with another in place of every match. */
  replaceAll(text: string, replacement: string): string {
    const search = this.#searchOf(text);
    if (search) return text.replace(search, () => replacement);
    let result = '';
    let from = 0;
    for (const { start, end } of this.findAll(text)) {
      result += text.slice(from, start) + replacement;
      from = end;
    }
    return result + text.slice(from);
  }

  /** Whether a match begins where the text does. */
  matchesStart(text: string): boolean {
    if (!this.#start || this.#others.test(text)) return this.#matcher.matchAt(text, 0) !== undefined;
    this.#start.lastIndex = 0;
    return this.#start.test(text);
  }

  #searchOf(text: string): RegExp | undefined {
    return this.#search && !this.#others.test(text) ? this.#search : undefined;
  }
}

const NO_TEXTS = /$^/;
const OTHER_TEXTS: Readonly<Record<PatternSource['texts'], RegExp>> = {
  ascii: /[^\0-\x7f]/,
  'without surrogates': /[\ud800-\udfff]/,
};

/** Undefined where the browser does not know the flag `v`. */
function expressionOf({ source }: PatternSource, flags: string): RegExp | undefined {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined;
  }
}

class NativeMatch implements JavaMatch {
  readonly text: string;
  readonly start: number;
  readonly #found: RegExpExecArray;

  constructor(found: RegExpExecArray) {
    this.text = found.input;
    this.start = found.index;
    this.#found = found;
  }

  get end(): number {
    return this.start + this.#found[0].length;
  }

  group(number: number): string | undefined {
    return this.#found[number];
  }
}

/** Undefined for what Java refuses. */
export function javaPattern(pattern: string): JavaPattern | undefined {
  try {
    return new JavaPattern(pattern);
  } catch (error) {
    if (error instanceof InvalidPattern) return undefined;
    throw error;
  }
}

/** Compiles each pattern once: patterns from columns repeat. */
export function javaPatternCache(): (pattern: string) => JavaPattern | undefined {
  const cache = new Map<string, JavaPattern | undefined>();
  return (pattern) => {
    if (!cache.has(pattern)) {
      if (cache.size > 1000) cache.clear();
      cache.set(pattern, javaPattern(pattern));
    }
    return cache.get(pattern);
  };
}

/**
 * Regular expressions of Java (`java.util.regex` of JDK 17): its syntax, its order of trying, its captures. JavaScript's own
 * differ in all of these, so texts are matched here. Places are those of UTF-16; a search goes on by code points.
 */

import type { PatternNode } from './pattern-node.ts';
import { parsePattern } from './pattern-parser.ts';
import { MatchState, ProgramBuilder, type Step } from './pattern-program.ts';
import { InvalidPattern } from './pattern-reader.ts';

/** What was found, and what its groups found: start and end of each, -1 for a group that took no part. */
export interface JavaMatch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly groups: Int32Array;
}

export class JavaPattern {
  readonly groupCount: number;
  readonly #state: MatchState;
  readonly #step: Step;
  /** What every match begins with. */
  readonly #prefix: string;

  /** Throws an InvalidPattern, or a TableException for what is not supported. */
  constructor(pattern: string) {
    const { root, groupCount, hasReference } = parsePattern(pattern);
    this.groupCount = groupCount;
    this.#state = new MatchState(groupCount);
    this.#step = new ProgramBuilder(this.#state, hasReference).build(root);
    this.#prefix = prefixOf(root);
  }

  /** The first match that begins at a place or behind it. */
  find(text: string, from = 0): JavaMatch | undefined {
    this.#begin(text, from);
    for (let at = from; at <= text.length; at += text.codePointAt(at)! > 0xffff ? 2 : 1) {
      if (this.#prefix !== '') {
        at = text.indexOf(this.#prefix, at);
        if (at < 0) return undefined;
      }
      if (this.#step(at)) return this.#match(at);
    }
    return undefined;
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

  /** Whether a match begins exactly here; where it ends. */
  matchAt(text: string, at: number): number | undefined {
    this.#begin(text, at);
    return this.#step(at) ? this.#state.end : undefined;
  }

  #begin(text: string, from: number): void {
    const state = this.#state;
    state.text = text;
    state.lastEnd = from;
    state.groups.fill(-1);
    for (const places of state.failures) places.clear();
  }

  #match(start: number): JavaMatch {
    const { text, end } = this.#state;
    const groups = this.#state.groups.slice();
    groups[0] = start;
    groups[1] = end;
    return { text, start, end, groups };
  }
}

/** What a group found; undefined if it took no part in the match, or is none. */
export function groupOf({ text, groups }: JavaMatch, group: number): string | undefined {
  const [start = -1, end = -1] = [groups[2 * group], groups[2 * group + 1]];
  return start < 0 ? undefined : text.slice(start, end);
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

function prefixOf(node: PatternNode): string {
  const items = node.kind === 'sequence' ? node.items : [node];
  let prefix = '';
  for (const item of items) {
    if (item.kind !== 'point' || item.literal === undefined) break;
    prefix += String.fromCodePoint(item.literal);
  }
  return prefix;
}

/** Matches a parsed expression as Java does, going back step by step; the slow way, which is right for all of them. */

import type { JavaMatch } from './java-pattern.ts';
import type { PatternNode } from './pattern-node.ts';
import type { ParsedPattern } from './pattern-parser.ts';
import { MatchState, ProgramBuilder, type Step } from './pattern-program.ts';

export class BacktrackingMatcher {
  readonly #state: MatchState;
  readonly #step: Step;
  /** What every match begins with. */
  readonly #prefix: string;

  constructor({ root, groupCount, hasReference }: ParsedPattern) {
    this.#state = new MatchState(groupCount);
    this.#step = new ProgramBuilder(this.#state, hasReference).build(root);
    this.#prefix = prefixOf(root);
  }

  /** The first match that begins at a place or behind it. */
  find(text: string, from: number): JavaMatch | undefined {
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
    const group = (number: number): string | undefined => {
      const from = groups[2 * number] ?? -1;
      return from < 0 ? undefined : text.slice(from, groups[2 * number + 1]);
    };
    return { text, start, end, group };
  }
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

/**
 * A parsed expression as functions that try to match from a place on, each with what comes behind it: matching goes back
 * by returning false, as in Java, so that captures are those of Java, too (a group keeps what it found in an earlier round).
 */

import { before } from './boundaries.ts';
import type { PatternNode, PointTest, RepeatMode } from './pattern-node.ts';

/** What a match reads and writes. Groups are pairs of start and end, -1 for none; group 0 is set by the search. */
export class MatchState {
  text = '';
  /** Where the match before this one ended: `\G`. */
  lastEnd = 0;
  /** Where the innermost match that was asked for ended. */
  end = 0;
  readonly groups: Int32Array;
  /** Places at which loops have failed before: they are not tried again. */
  readonly failures: Set<number>[] = [];

  constructor(groupCount: number) {
    this.groups = new Int32Array(2 * groupCount + 2);
  }
}

/** Whether the rest of the expression matches from a place on. */
export type Step = (at: number) => boolean;

export class ProgramBuilder {
  readonly #state: MatchState;
  /** Without references to groups, what a loop finds depends on the place alone. */
  readonly #remembers: boolean;
  #isInLoop = false;

  constructor(state: MatchState, hasReference: boolean) {
    this.#state = state;
    this.#remembers = !hasReference;
  }

  /** The whole expression; what it finds ends at `state.end`. */
  build(root: PatternNode): Step {
    return this.#node(root, this.#accept());
  }

  #accept(): Step {
    const state = this.#state;
    return (at) => {
      state.end = at;
      return true;
    };
  }

  #node(node: PatternNode, next: Step): Step {
    const state = this.#state;
    switch (node.kind) {
      case 'point':
        return this.#point(node.set.test, next);
      case 'sequence':
        return node.items.reduceRight((behind, item) => this.#node(item, behind), next);
      case 'choice': {
        const steps = node.items.map((item) => this.#node(item, next));
        return (at) => steps.some((step) => step(at));
      }
      case 'group':
        return this.#group(node.number, (tail) => this.#node(node.body, tail), next);
      case 'repeat':
        return this.#repeat(node, next);
      case 'atomic': {
        const body = this.#alone(node.body);
        return (at) => body(at) && next(state.end);
      }
      case 'ahead': {
        const body = this.#alone(node.body);
        return (at) => body(at) !== node.isNegated && next(at);
      }
      case 'behind':
        return this.#behind(node, next);
      case 'reference':
        return this.#reference(node.group, node.fold, next);
      case 'assertion': {
        const { holds } = node.assertion;
        return (at) => holds(state.text, at, state.lastEnd) && next(at);
      }
      case 'line-end':
        return (at) => {
          const code = state.text.charCodeAt(at);
          if (code === 13 && state.text.charCodeAt(at + 1) === 10) return next(at + 2) || next(at + 1);
          return isVertical(code) && next(at + 1);
        };
      case 'cluster':
        return (at) => {
          if (at >= state.text.length) return false;
          const [first] = new Intl.Segmenter().segment(state.text.slice(at));
          return next(at + first!.segment.length);
        };
    }
  }

  /** Something that is matched by itself, and not tried again. */
  #alone(body: PatternNode): Step {
    const wasInLoop = this.#isInLoop;
    this.#isInLoop = true;
    const step = this.#node(body, this.#accept());
    this.#isInLoop = wasInLoop;
    return step;
  }

  #point(test: PointTest, next: Step): Step {
    const state = this.#state;
    return (at) => {
      const { text } = state;
      if (at >= text.length) return false;
      const point = text.codePointAt(at)!;
      return test(point) && next(point > 0xffff ? at + 2 : at + 1);
    };
  }

  #group(number: number, inside: (tail: Step) => Step, next: Step): Step {
    const { groups } = this.#state;
    const slot = 2 * number;
    let start = -1;
    const body = inside((at) => {
      const [oldStart, oldEnd] = [groups[slot]!, groups[slot + 1]!];
      groups[slot] = start;
      groups[slot + 1] = at;
      if (next(at)) return true;
      groups[slot] = oldStart;
      groups[slot + 1] = oldEnd;
      return false;
    });
    return (at) => {
      const outer = start;
      start = at;
      const found = body(at);
      start = outer;
      return found;
    };
  }

  #behind(node: Extract<PatternNode, { kind: 'behind' }>, next: Step): Step {
    let end = 0;
    const body = this.#node(node.body, (at) => at === end);
    return (at) => {
      const outer = end;
      end = at;
      let found = false;
      for (let from = at - node.min; !found && from >= 0 && from >= at - node.max; from--) found = body(from);
      end = outer;
      return found !== node.isNegated && next(at);
    };
  }

  #reference(group: number, fold: ((point: number) => number) | undefined, next: Step): Step {
    const state = this.#state;
    const { groups } = state;
    return (at) => {
      const start = groups[2 * group] ?? -1; // a group that is not there is never found again
      if (start < 0) return false;
      const { text } = state;
      const length = groups[2 * group + 1]! - start;
      if (at + length > text.length) return false;
      for (let i = 0; i < length; i++) {
        const [left, right] = [text.charCodeAt(start + i), text.charCodeAt(at + i)];
        if (left !== right && (!fold || fold(left) !== fold(right))) return false;
      }
      return next(at + length);
    };
  }

  #repeat(node: Extract<PatternNode, { kind: 'repeat' }>, next: Step): Step {
    const { body, min, max, mode } = node;
    if (body.kind === 'point') return this.#points(body.set.test, min, max, mode, next);
    if (mode === 'possessive') return this.#possessive(body, min, max, next);
    if (min === 0 && max === 1) return this.#option(body, mode, next);
    return this.#loop(node, next);
  }

  #option(body: PatternNode, mode: RepeatMode, next: Step): Step {
    const step = this.#node(body, next);
    return mode === 'lazy' ? (at) => next(at) || step(at) : (at) => step(at) || next(at);
  }

  /** A code point several times: no recursion. */
  #points(test: PointTest, min: number, max: number, mode: RepeatMode, next: Step): Step {
    const state = this.#state;
    const step = (at: number): number => {
      const { text } = state;
      if (at >= text.length) return -1;
      const point = text.codePointAt(at)!;
      return test(point) ? (point > 0xffff ? at + 2 : at + 1) : -1;
    };
    const from = (at: number): number => {
      let place = at;
      for (let count = 0; count < min && place >= 0; count++) place = step(place);
      return place;
    };
    if (mode === 'lazy') {
      return (at) => {
        let place = from(at);
        for (let count = min; place >= 0; count++, place = step(place)) {
          if (next(place)) return true;
          if (count >= max) return false;
        }
        return false;
      };
    }
    return (at) => {
      const least = from(at);
      if (least < 0) return false;
      let place = least;
      for (let count = min; count < max; count++) {
        const further = step(place);
        if (further < 0) break;
        place = further;
      }
      if (mode === 'possessive') return next(place);
      for (;;) {
        if (next(place)) return true;
        if (place === least) return false;
        // A look-behind may have begun inside of a pair.
        place = Math.max(least, before(state.text, place));
      }
    };
  }

  #possessive(body: PatternNode, min: number, max: number, next: Step): Step {
    const state = this.#state;
    const step = this.#alone(body);
    return (at) => {
      let place = at;
      for (let count = 0; count < max; count++) {
        if (!step(place)) {
          if (count < min) return false;
          break;
        }
        // What matches nothing does so as often as it has to.
        if (state.end === place) break;
        place = state.end;
      }
      return next(place);
    };
  }

  /** A round that matches nothing ends the loop. */
  #loop({ body, min, max, mode }: Extract<PatternNode, { kind: 'repeat' }>, next: Step): Step {
    const wasInLoop = this.#isInLoop;
    const failures =
      this.#remembers && !wasInLoop && max === Infinity && min < 2 ? new Set<number>() : undefined;
    if (failures) this.#state.failures.push(failures);
    this.#isInLoop = true;
    let count = 0;
    let begin = -1;
    const again = (at: number): boolean => {
      if (at === begin) return next(at);
      const [rounds, outer] = [count, begin];
      const enter = (): boolean => {
        count = rounds + 1;
        begin = at;
        const found = step(at);
        count = rounds;
        begin = outer;
        return found;
      };
      if (rounds < min) return enter();
      if (mode === 'lazy') return next(at) || (rounds < max && enter());
      if (rounds < max && !failures?.has(at)) {
        if (enter()) return true;
        failures?.add(at);
      }
      return next(at);
    };
    const step = this.#node(body, again);
    this.#isInLoop = wasInLoop;
    return (at) => {
      const [outerCount, outerBegin] = [count, begin];
      count = 0;
      begin = -1;
      const found = again(at);
      count = outerCount;
      begin = outerBegin;
      return found;
    };
  }
}

function isVertical(code: number): boolean {
  return (code >= 10 && code <= 13) || code === 0x85 || code === 0x2028 || code === 0x2029;
}

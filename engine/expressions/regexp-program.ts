/**
 * Regular expressions that the kernel `regexpExtract` can run: a sequence of literals, sets with a quantifier and groups around them, in which no step
 * can take what the next one needs. Then a match is found without ever going back.
 */
export interface RegexpProgram {
  readonly steps: readonly RegexpStep[];
  /** Whether the wanted group is a part of the match. */
  readonly hasGroup: boolean;
  /** What every match contains, `literalOffset` bytes behind its start; empty if there is no such text. */
  readonly literal: Uint8Array;
  readonly literalOffset: number;
  /** Only right for texts of ASCII. */
  readonly isAsciiOnly: boolean;
}

export interface RegexpStep {
  readonly kind: 'LITERAL' | 'CLASS' | 'UNTIL' | 'HEAD' | 'BEGIN';
  readonly literal?: Uint8Array;
  readonly set?: ByteSet;
  readonly min: number;
  readonly max: number;
  /** 1: the wanted group begins before the step; 2: it ends behind it. */
  groupBits: number;
}

/** Numbers of the kinds in the kernel. */
export const STEP_KINDS = { LITERAL: 0, CLASS: 1, UNTIL: 2, HEAD: 3, BEGIN: 4 } as const;

const UNBOUNDED = 0xffffffff;

/** A set of bytes. */
export class ByteSet {
  readonly has = new Uint8Array(256);

  add(from: number, to = from): this {
    this.has.fill(1, from, to + 1);
    return this;
  }

  negated(): ByteSet {
    const result = new ByteSet();
    this.has.forEach((bit, byte) => (result.has[byte] = 1 - bit));
    return result;
  }

  intersects(other: ByteSet): boolean {
    return this.has.some((bit, byte) => bit !== 0 && other.has[byte] !== 0);
  }

  get hasNonAscii(): boolean {
    return this.has.subarray(128).some((bit) => bit !== 0);
  }

  /** 256 bits. */
  bits(): Uint8Array {
    const bytes = new Uint8Array(32);
    this.has.forEach((bit, byte) => (bytes[byte >> 3] = bytes[byte >> 3]! | (bit << (byte & 7))));
    return bytes;
  }
}

/** Undefined for every other expression, and where the wanted group is not one of its own. */
export function compileRegexp(pattern: string, group: number): RegexpProgram | undefined {
  const parser = new SequenceParser(pattern, group);
  if (!parser.parse()) return undefined;
  const { steps } = parser;
  const isFine =
    steps.length > 0 &&
    steps.every((step, i) => step.kind !== 'CLASS' || isDecided(step, firstSet(steps, i + 1)));
  if (!isFine || (group > 0 && !parser.foundGroup)) return undefined;
  const [first, second] = steps;
  let literal: Uint8Array = new Uint8Array();
  let literalOffset = 0;
  if (first?.kind === 'LITERAL') literal = first.literal!;
  else if (first?.kind === 'HEAD') {
    // The head must not be able to take the beginning of what follows.
    if (second?.kind !== 'LITERAL' || first.set!.has[second.literal![0]!] !== 0) return undefined;
    literal = second.literal!;
    literalOffset = 1;
  }
  return {
    steps: steps.map(asUntil),
    hasGroup: group > 0,
    literal,
    literalOffset,
    isAsciiOnly: parser.isAsciiOnly,
  };
}

/** Whether a step takes all that it can and never has to give anything back. */
function isDecided(step: RegexpStep, next: ByteSet | undefined): boolean {
  const isBounded = step.max !== UNBOUNDED;
  if (isBounded && step.set!.hasNonAscii) return false;
  return next === undefined || !step.set!.intersects(next);
}

/** Bytes that the steps from `index` on may begin with; undefined if they may all be empty. */
function firstSet(steps: readonly RegexpStep[], index: number): ByteSet | undefined {
  const result = new ByteSet();
  for (const step of steps.slice(index)) {
    if (step.kind === 'LITERAL') return union(result, new ByteSet().add(step.literal![0]!));
    if (step.kind === 'CLASS') {
      union(result, step.set!);
      if (step.min > 0) return result;
    }
  }
  return result.has.some((bit) => bit !== 0) ? result : undefined;
}

function union(target: ByteSet, other: ByteSet): ByteSet {
  other.has.forEach((bit, byte) => {
    if (bit !== 0) target.has[byte] = 1;
  });
  return target;
}

/** All bytes but one are looked for by that one. */
function asUntil(step: RegexpStep): RegexpStep {
  if (step.kind !== 'CLASS' || step.set!.has.reduce((sum, bit) => sum + bit, 0) !== 255) return step;
  return { ...step, kind: 'UNTIL' };
}

class SequenceParser {
  readonly #pattern: string;
  readonly #group: number;
  readonly steps: RegexpStep[] = [];
  isAsciiOnly = false;
  foundGroup = false;
  #at = 0;
  #groups = 0;
  /** Whether the open group is the wanted one, and where it began. */
  #openGroup = 0;
  #openAt = -1;

  constructor(pattern: string, group: number) {
    this.#pattern = pattern;
    this.#group = group;
  }

  parse(): boolean {
    if (!/^[\0-\x7f]*$/.test(this.#pattern)) return false;
    while (this.#at < this.#pattern.length) if (!this.#item()) return false;
    return this.#openGroup === 0;
  }

  #item(): boolean {
    const character = this.#pattern[this.#at]!;
    if (character === '^') {
      this.#at++;
      if (this.steps.length > 0 || this.#openGroup > 0) return false;
      this.steps.push({ kind: 'BEGIN', min: 0, max: 0, groupBits: 0 });
      return true;
    }
    if (character === '(') return this.#head() || this.#open();
    if (character === ')') return this.#close();
    const set = this.#set();
    if (!set) return false;
    return this.#quantified(set);
  }

  /** `(x|^)` or `(^|x)` in front of everything. */
  #head(): boolean {
    const match = /^\((\?:)?(?:([^\\[\]().*+?{}^$|])\|\^|\^\|([^\\[\]().*+?{}^$|]))\)(?![*+?{])/.exec(
      this.#pattern.slice(this.#at),
    );
    if (!match || this.steps.length > 0) return false;
    if (match[1] === undefined && ++this.#groups === this.#group) return false;
    const character = (match[2] ?? match[3])!;
    this.steps.push({
      kind: 'HEAD',
      set: new ByteSet().add(character.charCodeAt(0)),
      min: 0,
      max: 1,
      groupBits: 0,
    });
    this.#at += match[0].length;
    return true;
  }

  #open(): boolean {
    if (this.#openGroup > 0 || this.#pattern[this.#at + 1] === '?') return false;
    this.#at++;
    this.#openGroup = ++this.#groups;
    this.#openAt = this.steps.length;
    return true;
  }

  #close(): boolean {
    if (this.#openGroup === 0 || this.steps.length === this.#openAt) return false;
    this.#at++;
    if (/^[*+?{]/.test(this.#pattern.slice(this.#at))) return false;
    if (this.#openGroup === this.#group) {
      const first = this.steps[this.#openAt]!;
      first.groupBits |= 1;
      this.steps.at(-1)!.groupBits |= 2;
      this.foundGroup = true;
    }
    this.#openGroup = 0;
    return true;
  }

  #set(): ByteSet | undefined {
    const character = this.#pattern[this.#at]!;
    if (character === '[') return this.#class();
    if (character === '.') {
      this.#at++;
      this.isAsciiOnly = true;
      return new ByteSet().add(10).add(13).negated();
    }
    if (character === '\\') {
      const escape = this.#pattern[this.#at + 1];
      this.#at += 2;
      return escape === undefined ? undefined : escapeSet(escape);
    }
    if ('*+?{|$]}'.includes(character)) return undefined;
    this.#at++;
    return new ByteSet().add(character.charCodeAt(0));
  }

  #class(): ByteSet | undefined {
    const match = /^\[(\^?)((?:\\[^]|[^\\[\]-]-[^\\[\]-]|[^\\[\]-])+)-?\]/.exec(
      this.#pattern.slice(this.#at),
    );
    if (!match || match[0].includes('&&')) return undefined;
    this.#at += match[0].length;
    const set = new ByteSet();
    if (match[0].endsWith('-]') && !match[2]!.endsWith('\\')) set.add(45);
    for (const [piece] of match[2]!.matchAll(/\\[^]|[^\\]-[^\\]|[^\\]/g)) {
      if (piece.startsWith('\\')) {
        const part = escapeSet(piece[1]!);
        // A set of all but a few would make a class that is neither listed nor negated.
        if (!part || part.hasNonAscii) return undefined;
        union(set, part);
      } else if (piece.length === 3) {
        if (piece.charCodeAt(0) > piece.charCodeAt(2)) return undefined;
        set.add(piece.charCodeAt(0), piece.charCodeAt(2));
      } else set.add(piece.charCodeAt(0));
    }
    return match[1] === '^' ? set.negated() : set;
  }

  #quantified(set: ByteSet): boolean {
    const match = /^(?:([*+?])|\{(\d+)(,(\d*))?\})(?![?+])/.exec(this.#pattern.slice(this.#at));
    if (!match) {
      if (/^[*+?{]/.test(this.#pattern.slice(this.#at))) return false;
      return this.#single(set);
    }
    this.#at += match[0].length;
    const [, symbol, least, range, most] = match;
    const min = symbol ? (symbol === '+' ? 1 : 0) : Number(least);
    let max = symbol ? (symbol === '?' ? 1 : UNBOUNDED) : min;
    if (range !== undefined) max = most ? Number(most) : UNBOUNDED;
    this.steps.push({ kind: 'CLASS', set, min, max, groupBits: 0 });
    return true;
  }

  /** One byte that is known continues a literal. */
  #single(set: ByteSet): boolean {
    const bytes = [...set.has.keys()].filter((byte) => set.has[byte] !== 0);
    if (bytes.length !== 1) {
      this.steps.push({ kind: 'CLASS', set, min: 1, max: 1, groupBits: 0 });
      return true;
    }
    const last = this.steps.at(-1);
    const isSameGroup = this.steps.length > Math.max(this.#openAt, 0) && last?.groupBits === 0;
    if (last?.kind === 'LITERAL' && isSameGroup) {
      this.steps[this.steps.length - 1] = { ...last, literal: Uint8Array.of(...last.literal!, bytes[0]!) };
    } else {
      this.steps.push({ kind: 'LITERAL', literal: Uint8Array.of(bytes[0]!), min: 0, max: 0, groupBits: 0 });
    }
    return true;
  }
}

function escapeSet(character: string): ByteSet | undefined {
  const lower = character.toLowerCase();
  const sets: Readonly<Record<string, ByteSet>> = {
    d: new ByteSet().add(48, 57),
    w: new ByteSet().add(48, 57).add(65, 90).add(97, 122).add(95),
    s: new ByteSet().add(9, 13).add(32),
  };
  const set = sets[lower];
  if (set) return lower === character ? set : set.negated();
  const controls: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12 };
  if (controls[character] !== undefined) return new ByteSet().add(controls[character]);
  return /[A-Za-z0-9]/.test(character) ? undefined : new ByteSet().add(character.charCodeAt(0));
}

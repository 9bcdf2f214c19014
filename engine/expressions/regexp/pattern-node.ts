/** What a regular expression of Java says, parsed. Places in texts are those of UTF-16, steps go by code points. */

export type PointTest = (point: number) => boolean;

/** A set of code points. */
export interface PointSet {
  readonly test: PointTest;
  /** The same as the inside of a class of JavaScript's under `v`; undefined where there is none. */
  readonly source: string | undefined;
}

export type RepeatMode = 'greedy' | 'lazy' | 'possessive';

export type PatternNode =
  /** One code point. */
  | { readonly kind: 'point'; readonly set: PointSet; readonly literal?: number }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'group'; readonly number: number; readonly body: PatternNode }
  | {
      readonly kind: 'repeat';
      readonly body: PatternNode;
      readonly min: number;
      readonly max: number;
      readonly mode: RepeatMode;
    }
  /** Gives nothing back once it has matched. */
  | { readonly kind: 'atomic'; readonly body: PatternNode }
  | { readonly kind: 'ahead'; readonly body: PatternNode; readonly isNegated: boolean }
  | {
      readonly kind: 'behind';
      readonly body: PatternNode;
      readonly isNegated: boolean;
      readonly min: number;
      readonly max: number;
    }
  | {
      readonly kind: 'reference';
      readonly group: number;
      /** Undefined where case counts. */
      readonly fold: ((point: number) => number) | undefined;
    }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** `\R`: CR LF as one, or any end of a line. */
  | { readonly kind: 'line-end' }
  /** `\X`: what a reader takes for one character. */
  | { readonly kind: 'cluster' };

export interface Assertion {
  /** Whether a place in a text is a boundary; `lastEnd` is where the match before it ended. */
  readonly holds: (text: string, at: number, lastEnd: number) => boolean;
  /** The same for JavaScript; undefined where there is none. */
  readonly source?: string;
  /** Whether `source` says the same of texts of ASCII alone. */
  readonly isAsciiOnly?: boolean;
}

/** Lengths of texts in UTF-16 that a node can match; `max` is undefined where Java sees no bound. */
export interface Extent {
  readonly min: number;
  readonly max: number | undefined;
  /** Whether there is one way only to match at a place. */
  readonly isFixedWay: boolean;
}

const NOTHING: Extent = { min: 0, max: 0, isFixedWay: true };

/** As Java's `study` does it: a look-behind needs a bound. */
export function extentOf(node: PatternNode): Extent {
  switch (node.kind) {
    case 'point':
      return node.literal !== undefined && node.literal > 0xffff
        ? { min: 2, max: 2, isFixedWay: true }
        : { min: 1, max: node.literal === undefined ? 2 : 1, isFixedWay: true };
    case 'sequence':
      return node.items.map(extentOf).reduce(
        (sum, item) => ({
          min: sum.min + item.min,
          max: sum.max === undefined || item.max === undefined ? undefined : sum.max + item.max,
          isFixedWay: sum.isFixedWay && item.isFixedWay,
        }),
        NOTHING,
      );
    case 'choice': {
      const items = node.items.map(extentOf);
      const maxima = items.map(({ max }) => max);
      return {
        min: Math.min(...items.map(({ min }) => min)),
        max: maxima.includes(undefined) ? undefined : Math.max(...maxima.map((max) => max ?? 0)),
        isFixedWay: false,
      };
    }
    case 'group':
    case 'atomic':
      return extentOf(node.body);
    case 'repeat':
      return repeatExtent(node);
    case 'reference':
      return { min: 0, max: undefined, isFixedWay: false };
    case 'line-end':
      return { min: 1, max: 2, isFixedWay: false };
    case 'cluster':
      return { min: 1, max: undefined, isFixedWay: false };
    default:
      return NOTHING;
  }
}

function repeatExtent({ body, min, max, mode }: Extract<PatternNode, { kind: 'repeat' }>): Extent {
  const one = extentOf(body);
  const isOption = min === 0 && max === 1;
  const isLoop = body.kind === 'group' || body.kind === 'sequence' || body.kind === 'choice';
  // What Java runs as a general loop has no bound for it, not even with a largest number; `x*` alone has, in JDK 17.
  const isPlain = body.kind === 'point' && mode === 'greedy';
  const isBounded = isOption || isPlain || (max !== Infinity && (!isLoop || one.isFixedWay));
  return {
    min: one.min * min,
    max: isBounded && one.max !== undefined ? one.max * max : undefined,
    isFixedWay: one.isFixedWay && min === max,
  };
}

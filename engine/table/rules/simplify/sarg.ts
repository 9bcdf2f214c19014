import type { RexCall, RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { BOOLEAN, BOOLEAN_NOT_NULL, FALSE, TRUE, combine, nullLiteral, rexCall } from '../../plan/rex.ts';
import { compareLiterals } from './literal-order.ts';

/**
 * Search arguments: the values of one expression that satisfy several comparisons with literals, as sorted, disjoint
 * ranges. Calcite simplifies with them and prints them (`SEARCH(a, Sarg[1, 2, [5..7)])`); operators never see one,
 * because `expandSearch` turns it back into comparisons.
 *
 * Inside a plan a Sarg is the second operand of a SEARCH call: a call SARG whose operands are, range by range, a call
 * named by its bounds: POINT with one literal, `[]`, `[)`, `(]`, `()` with two, `(-`, `[-`, `-)`, `-]` with one and an open end.
 * A last operand `NULL AS TRUE` or `NULL AS FALSE` says what the search of NULL is; without it that is unknown.
 */
export interface Sarg {
  readonly ranges: readonly SargRange[];
  /** What the search of NULL gives. */
  readonly nullAs: UnknownAs;
}

/** What stands for UNKNOWN: in a condition FALSE, under IS NOT FALSE TRUE. */
export type UnknownAs = 'UNKNOWN' | 'TRUE' | 'FALSE';

/** A point has one bound as `low` and `high`. An absent bound is infinity. */
export interface SargRange {
  readonly low?: SargBound;
  readonly high?: SargBound;
}

export interface SargBound {
  readonly literal: RexLiteral;
  readonly isInclusive: boolean;
}

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

export const REVERSED: Readonly<Record<Comparison, Comparison>> = {
  '=': '=',
  '<>': '<>',
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
};

export const NEGATED: Readonly<Record<Comparison, Comparison>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
};

export function isComparison(operator: string): operator is Comparison {
  return operator in REVERSED;
}

/** The values for which a comparison with a literal is true. */
export function comparisonRanges(operator: Comparison, literal: RexLiteral): readonly SargRange[] {
  const open: SargBound = { literal, isInclusive: false };
  const closed: SargBound = { literal, isInclusive: true };
  switch (operator) {
    case '=':
      return [{ low: closed, high: closed }];
    case '<>':
      return [{ high: open }, { low: open }];
    case '<':
      return [{ high: open }];
    case '<=':
      return [{ high: closed }];
    case '>':
      return [{ low: open }];
    case '>=':
      return [{ low: closed }];
  }
}

export function unionRanges(left: readonly SargRange[], right: readonly SargRange[]): SargRange[] {
  const sorted = [...left, ...right].sort((a, b) => compareLow(a.low, b.low));
  const merged: SargRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last && touches(last, range)) merged[merged.length - 1] = spanOf(last, range);
    else merged.push(range);
  }
  return merged;
}

export function intersectRanges(left: readonly SargRange[], right: readonly SargRange[]): SargRange[] {
  return left.flatMap((a) => right.flatMap((b) => intersection(a, b)));
}

/** All values that are not in the ranges, which are disjoint and sorted. */
export function complementOf(ranges: readonly SargRange[]): readonly SargRange[] {
  const flipped = (bound: SargBound | undefined): SargBound | undefined =>
    bound && { literal: bound.literal, isInclusive: !bound.isInclusive };
  const gaps: SargRange[] = [];
  let low: SargBound | undefined;
  let isOpen = true; // there are values behind the ranges so far
  for (const range of ranges) {
    if (range.low) gaps.push(rangeBetween(low, flipped(range.low)));
    low = flipped(range.high);
    isOpen = low !== undefined;
  }
  if (isOpen) gaps.push(rangeBetween(low, undefined));
  return gaps;
}

/** Whether two lists of disjoint, sorted ranges are the same values. */
export function sameRanges(left: readonly SargRange[], right: readonly SargRange[]): boolean {
  return (
    left.length === right.length &&
    left.every((range, i) => {
      const other = right[i] as SargRange;
      return compareLow(range.low, other.low) === 0 && compareHigh(range.high, other.high) === 0;
    })
  );
}

/** The search that is true where this one is false. */
export function negatedSarg({ ranges, nullAs }: Sarg): Sarg {
  return {
    ranges: complementOf(ranges),
    nullAs: negatedUnknown(nullAs),
  };
}

export function negatedUnknown(unknownAs: UnknownAs): UnknownAs {
  return unknownAs === 'UNKNOWN' ? 'UNKNOWN' : unknownAs === 'TRUE' ? 'FALSE' : 'TRUE';
}

export function isAll({ ranges }: Sarg): boolean {
  return ranges.length === 1 && isUnbounded(ranges[0] as SargRange);
}

export function isNone({ ranges }: Sarg): boolean {
  return ranges.length === 0;
}

export function isPoints({ ranges }: Sarg): boolean {
  return ranges.every(isPoint);
}

/** Whether it is said in few words: points, all but points, or one open end. */
export function isSimple(sarg: Sarg): boolean {
  const [first] = sarg.ranges;
  return (
    isPoints(sarg) ||
    (sarg.ranges.length === 1 && !(first?.low && first.high)) ||
    complementPoints(sarg.ranges) !== undefined
  );
}

/** How many values and ranges have to be looked at, NULL among them; "all but one value" counts as one. */
export function sargComplexity(sarg: Sarg): number {
  const { ranges, nullAs } = sarg;
  if (isNone(sarg) || isAll(sarg)) {
    if (isNone(sarg) && nullAs === 'FALSE') return 0;
    return isAll(sarg) && nullAs === 'TRUE' ? 2 : 1;
  }
  return (isComplementOfPoint(ranges) ? 1 : ranges.length) + (nullAs === 'TRUE' ? 1 : 0);
}

/** `SEARCH(ref, Sarg)`; literals take `type`. */
export function searchRex(ref: RexNode, { ranges, nullAs }: Sarg, type: LogicalType): RexCall {
  const operands = ranges.map((range) => rangeRex(range, type));
  if (nullAs !== 'UNKNOWN') operands.push(rexCall(`NULL AS ${nullAs}`, [], type));
  const isNullable = ref.type.nullable && nullAs === 'UNKNOWN';
  return rexCall('SEARCH', [ref, rexCall('SARG', operands, type)], isNullable ? BOOLEAN : BOOLEAN_NOT_NULL);
}

/** What a SARG call holds. */
export function sargOf(node: RexNode): Sarg {
  if (node.kind !== 'call' || node.operator !== 'SARG') throw new TypeError('not a SARG');
  const calls = node.operands as readonly RexCall[];
  const last = calls.at(-1)?.operator;
  const nullAs = last === 'NULL AS TRUE' ? 'TRUE' : last === 'NULL AS FALSE' ? 'FALSE' : 'UNKNOWN';
  return { ranges: (nullAs === 'UNKNOWN' ? calls : calls.slice(0, -1)).map(rangeOf), nullAs };
}

/** A SEARCH as the comparisons it stands for. */
export function expandSearch(call: RexCall): RexNode {
  const [ref, sarg] = call.operands as [RexNode, RexNode];
  return sargRex(ref, sargOf(sarg), sarg.type, 'UNKNOWN');
}

/** A search as comparisons, where NULL gives what the search of it gives. */
export function sargRex(ref: RexNode, sarg: Sarg, type: LogicalType, unknownAs: UnknownAs): RexNode {
  if (isAll(sarg) || isNone(sarg)) return trivialSearch(ref, sarg, unknownAs);
  const { ranges, nullAs } = sarg;
  const compare = (operator: Comparison, { literal }: SargBound): RexNode =>
    rexCall(operator, [ref, typed(literal, type)], booleanOf(ref));
  const gaps = isPoints(sarg) ? undefined : complementPoints(ranges);
  const parts = gaps
    ? [
        combine(
          'AND',
          gaps.map((bound) => compare('<>', bound)),
        ),
      ]
    : ranges.map(({ low, high }) => {
        if (low && low === high) return compare('=', low);
        const ends: RexNode[] = [];
        if (low) ends.push(compare(low.isInclusive ? '>=' : '>', low));
        if (high) ends.push(compare(high.isInclusive ? '<=' : '<', high));
        return combine('AND', ends);
      });
  if (nullAs === 'TRUE' && unknownAs === 'UNKNOWN') parts.unshift(nullTest('IS NULL', ref));
  const node = combine('OR', parts);
  return nullAs === 'FALSE' && unknownAs === 'UNKNOWN'
    ? combine('AND', [nullTest('IS NOT NULL', ref), node])
    : node;
}

/** The search of everything or nothing: only NULL makes a difference. */
export function trivialSearch(ref: RexNode, sarg: Sarg, unknownAs: UnknownAs): RexNode {
  const nullAs = sarg.nullAs === 'UNKNOWN' ? unknownAs : sarg.nullAs;
  const isEverything = isAll(sarg);
  switch (nullAs) {
    case 'TRUE':
      return isEverything ? TRUE : nullTest('IS NULL', ref);
    case 'FALSE':
      return isEverything ? nullTest('IS NOT NULL', ref) : FALSE;
    case 'UNKNOWN':
      return isEverything
        ? combine('OR', [nullTest('IS NOT NULL', ref), nullLiteral(BOOLEAN)])
        : rexCall('<>', [ref, ref], booleanOf(ref));
  }
}

function nullTest(operator: 'IS NULL' | 'IS NOT NULL', ref: RexNode): RexNode {
  return rexCall(operator, [ref], BOOLEAN_NOT_NULL);
}

// ---- ranges

export function isPoint({ low, high }: SargRange): boolean {
  return (
    !!low && !!high && low.isInclusive && high.isInclusive && compareLiterals(low.literal, high.literal) === 0
  );
}

function isUnbounded({ low, high }: SargRange): boolean {
  return !low && !high;
}

function isComplementOfPoint(ranges: readonly SargRange[]): boolean {
  return complementPoints(ranges)?.length === 1;
}

/** The values left out, if the ranges are everything but some values. */
function complementPoints(ranges: readonly SargRange[]): SargBound[] | undefined {
  if (ranges.length < 2 || ranges[0]?.low || ranges.at(-1)?.high) return undefined;
  const points: SargBound[] = [];
  for (let i = 1; i < ranges.length; i++) {
    const before = ranges[i - 1]?.high;
    const after = ranges[i]?.low;
    if (!before || !after || before.isInclusive || after.isInclusive) return undefined;
    if (compareLiterals(before.literal, after.literal) !== 0) return undefined;
    points.push(before);
  }
  return points;
}

function compareLow(a: SargBound | undefined, b: SargBound | undefined): number {
  if (!a || !b) return a ? 1 : b ? -1 : 0;
  return compareLiterals(a.literal, b.literal) || Number(b.isInclusive) - Number(a.isInclusive);
}

function compareHigh(a: SargBound | undefined, b: SargBound | undefined): number {
  if (!a || !b) return a ? -1 : b ? 1 : 0;
  return compareLiterals(a.literal, b.literal) || Number(a.isInclusive) - Number(b.isInclusive);
}

/** `after` begins where `before` ends, or earlier: together they are one range. */
function touches(before: SargRange, after: SargRange): boolean {
  if (!before.high || !after.low) return true;
  const order = compareLiterals(before.high.literal, after.low.literal);
  return order > 0 || (order === 0 && (before.high.isInclusive || after.low.isInclusive));
}

function spanOf(before: SargRange, after: SargRange): SargRange {
  return rangeBetween(before.low, compareHigh(before.high, after.high) >= 0 ? before.high : after.high);
}

function intersection(a: SargRange, b: SargRange): SargRange[] {
  const low = compareLow(a.low, b.low) >= 0 ? a.low : b.low;
  const high = compareHigh(a.high, b.high) <= 0 ? a.high : b.high;
  if (low && high) {
    const order = compareLiterals(low.literal, high.literal);
    if (order > 0 || (order === 0 && !(low.isInclusive && high.isInclusive))) return [];
  }
  return [rangeBetween(low, high)];
}

function rangeBetween(low: SargBound | undefined, high: SargBound | undefined): SargRange {
  const range: SargRange = { ...(low && { low }), ...(high && { high }) };
  return low && isPoint(range) ? { low, high: low } : range;
}

// ---- to and from row expressions

function rangeRex({ low, high }: SargRange, type: LogicalType): RexNode {
  const literal = (bound: SargBound): RexNode => typed(bound.literal, type);
  if (low && low === high) return rexCall('POINT', [literal(low)], type);
  const start = low ? (low.isInclusive ? '[' : '(') : '-';
  const end = high ? (high.isInclusive ? ']' : ')') : '-';
  return rexCall(
    `${start}${end}`,
    [low, high].flatMap((bound) => (bound ? [literal(bound)] : [])),
    type,
  );
}

function rangeOf({ operator, operands }: RexCall): SargRange {
  const literals = operands as readonly RexLiteral[];
  if (operator === 'POINT') {
    const point: SargBound = { literal: literals[0] as RexLiteral, isInclusive: true };
    return { low: point, high: point };
  }
  const [start, end] = operator;
  return {
    ...(start !== '-' && { low: { literal: literals[0] as RexLiteral, isInclusive: start === '[' } }),
    ...(end !== '-' && { high: { literal: literals.at(-1) as RexLiteral, isInclusive: end === ']' } }),
  };
}

function typed(literal: RexLiteral, type: LogicalType): RexLiteral {
  return { ...literal, type };
}

function booleanOf(ref: RexNode): LogicalType {
  return ref.type.nullable ? BOOLEAN : BOOLEAN_NOT_NULL;
}

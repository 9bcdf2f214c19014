import type { RexCall, RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { BOOLEAN, BOOLEAN_NOT_NULL, combine, rexCall, withoutImplicitCasts } from '../plan/rex.ts';
import { compareLiterals } from './literal-order.ts';

/**
 * Search arguments: the values of one expression that satisfy several comparisons with literals, as sorted, disjoint
 * ranges. Calcite simplifies with them and prints them (`SEARCH(a, Sarg[1, 2, [5..7)])`); operators never see one,
 * because `expandSearch` turns it back into comparisons.
 *
 * Inside a plan a Sarg is the second operand of a SEARCH call: a call SARG whose operands are, range by range, a call
 * named by its bounds: POINT with one literal, `[]`, `[)`, `(]`, `()` with two, `(-`, `[-`, `-)`, `-]` with one and an open end.
 * All comparisons with NULL are unknown, which is what makes merging right.
 */
export interface Sarg {
  readonly ranges: readonly SargRange[];
}

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

const REVERSED: Readonly<Record<Comparison, Comparison>> = {
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

/** `node` as "expression compared with literal", whichever side the literal stands on. */
export function literalComparison(
  node: RexNode,
): { readonly ref: RexNode; readonly operator: Comparison; readonly literal: RexLiteral } | undefined {
  if (node.kind !== 'call' || !isComparison(node.operator)) return undefined;
  const [left, right] = node.operands.map(withoutImplicitCast) as [RexNode, RexNode];
  if (right.kind === 'literal' && left.kind !== 'literal' && right.value !== null) {
    return { ref: left, operator: node.operator, literal: right };
  }
  if (left.kind === 'literal' && right.kind !== 'literal' && left.value !== null) {
    return { ref: right, operator: REVERSED[node.operator], literal: left };
  }
  return undefined;
}

// `b > 5` compares a BIGINT with an INTEGER that is widened silently.
function withoutImplicitCast(node: RexNode): RexNode {
  const inner = withoutImplicitCasts(node);
  return inner.kind === 'literal' ? inner : node;
}

export function comparisonSarg(operator: Comparison, literal: RexLiteral): Sarg {
  const open: SargBound = { literal, isInclusive: false };
  const closed: SargBound = { literal, isInclusive: true };
  switch (operator) {
    case '=':
      return { ranges: [{ low: closed, high: closed }] };
    case '<>':
      return { ranges: [{ high: open }, { low: open }] };
    case '<':
      return { ranges: [{ high: open }] };
    case '<=':
      return { ranges: [{ high: closed }] };
    case '>':
      return { ranges: [{ low: open }] };
    case '>=':
      return { ranges: [{ low: closed }] };
  }
}

export function unionSargs(left: Sarg, right: Sarg): Sarg {
  const sorted = [...left.ranges, ...right.ranges].sort((a, b) => compareLow(a.low, b.low));
  const merged: SargRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last && touches(last, range)) merged[merged.length - 1] = spanOf(last, range);
    else merged.push(range);
  }
  return { ranges: merged };
}

export function intersectSargs(left: Sarg, right: Sarg): Sarg {
  const ranges = left.ranges.flatMap((a) => right.ranges.flatMap((b) => intersection(a, b)));
  return { ranges };
}

/** All values that are not in the ranges. */
export function complementOf({ ranges }: Sarg): Sarg {
  const flipped = ({ literal, isInclusive }: SargBound): SargBound => ({
    literal,
    isInclusive: !isInclusive,
  });
  const outside = ranges.map(({ low, high }): Sarg => ({
    ranges: [...(low ? [{ high: flipped(low) }] : []), ...(high ? [{ low: flipped(high) }] : [])],
  }));
  return outside.reduce(intersectSargs, { ranges: [{}] });
}

/** How many comparisons it takes to say the same: 1 for a single point, ray, or "all but one value". */
export function sargComplexity({ ranges }: Sarg): number {
  if (isComplementOfPoint(ranges)) return 1;
  return ranges.reduce((sum, range) => sum + (range.low && range.high && !isPoint(range) ? 2 : 1), 0);
}

/** `SEARCH(ref, Sarg)`, or a plain comparison where one is enough; false and true for nothing and everything. */
export function sargRex(ref: RexNode, sarg: Sarg, type: LogicalType): RexNode | boolean {
  const { ranges } = sarg;
  const first = ranges[0];
  if (!first) return false;
  if (ranges.length === 1 && !first.low && !first.high) return true;
  if (sargComplexity(sarg) === 1) return comparisonRex(ref, ranges, type);
  const operands = ranges.map((range) => rangeRex(range, type));
  return rexCall('SEARCH', [ref, rexCall('SARG', operands, type)], booleanOf(ref));
}

/** What a SARG call holds. */
export function sargOf(node: RexNode): Sarg {
  if (node.kind !== 'call' || node.operator !== 'SARG') throw new TypeError('not a SARG');
  return { ranges: node.operands.map((range) => rangeOf(range as RexCall)) };
}

/** Every SEARCH as the comparisons it stands for. */
export function expandSearch(call: RexCall): RexNode {
  const [ref, sarg] = call.operands as [RexNode, RexNode];
  const { ranges } = sargOf(sarg);
  const compare = (operator: Comparison, { literal }: SargBound): RexNode =>
    rexCall(operator, [ref, literal], booleanOf(ref));
  const gaps = complementPoints(ranges);
  if (gaps)
    return combine(
      'AND',
      gaps.map((bound) => compare('<>', bound)),
    );
  return combine(
    'OR',
    ranges.map(({ low, high }) => {
      if (low && low === high) return compare('=', low);
      const parts: RexNode[] = [];
      if (low) parts.push(compare(low.isInclusive ? '>=' : '>', low));
      if (high) parts.push(compare(high.isInclusive ? '<=' : '<', high));
      return combine('AND', parts);
    }),
  );
}

// ---- ranges

function isPoint({ low, high }: SargRange): boolean {
  return (
    !!low && !!high && low.isInclusive && high.isInclusive && compareLiterals(low.literal, high.literal) === 0
  );
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

function comparisonRex(ref: RexNode, ranges: readonly SargRange[], type: LogicalType): RexNode {
  const { low, high } = ranges[0] as SargRange;
  const bound = (high ?? low) as SargBound;
  let operator: Comparison;
  if (ranges.length > 1) operator = '<>';
  else if (low && high) operator = '=';
  else if (low) operator = low.isInclusive ? '>=' : '>';
  else operator = bound.isInclusive ? '<=' : '<';
  return rexCall(operator, [ref, typed(bound.literal, type)], booleanOf(ref));
}

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

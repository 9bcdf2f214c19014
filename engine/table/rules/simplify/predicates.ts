import type { RexNode } from '../../../expressions/rex-node.ts';
import { isDeterministic, rexCall, sameRex } from '../../plan/rex.ts';
import { comparisonOf, isReferenceOrAccess, literalComparison } from './comparison.ts';
import { areComparable } from './literal-order.ts';
import { comparisonRanges, intersectRanges, isComparison, isPoint, sameRanges } from './sarg.ts';
import type { SargRange } from './sarg.ts';

/** Conditions that are known to be TRUE for all rows that an expression sees. */
export type Predicates = readonly RexNode[];

export const NO_PREDICATES: Predicates = [];

/** Whether an expression is not NULL, by its type or by what is known. */
export function isEffectivelyNotNull(node: RexNode, predicates: Predicates): boolean {
  if (!node.type.nullable) return true;
  const isTested = predicates.some(
    (each) =>
      each.kind === 'call' && each.operator === 'IS NOT NULL' && sameRex(each.operands[0] as RexNode, node),
  );
  if (isTested) return true;
  return (
    node.kind === 'call' &&
    isComparison(node.operator) &&
    node.operands.every((operand) => isEffectivelyNotNull(operand, predicates))
  );
}

/** Whether a term may be known while the other terms of its OR are looked at, or those of its AND. */
export function isPredicate(term: RexNode): boolean {
  const comparison = comparisonOf(term);
  if (comparison) return isReferenceOrAccess(comparison.ref);
  return (
    term.kind === 'call' &&
    (term.operator === 'IS NULL' || term.operator === 'IS NOT NULL') &&
    isDeterministic(term.operands[0] as RexNode)
  );
}

/** As `isPredicate`, and not NULL either, so that "not TRUE" is FALSE. */
export function isPredicateOfOr(term: RexNode, predicates: Predicates): boolean {
  const comparison = comparisonOf(term);
  return comparison
    ? isReferenceOrAccess(comparison.ref) && isEffectivelyNotNull(comparison.ref, predicates)
    : isPredicate(term);
}

/** What is left to ask by a comparison: `never` and `always` are for values that are not NULL. */
export function weakened(node: RexNode, predicates: Predicates): 'never' | 'always' | RexNode {
  const comparison = predicates.length > 0 ? literalComparison(node) : undefined;
  if (!comparison || !isReferenceOrAccess(comparison.ref)) return node;
  const { ref, operator, literal } = comparison;
  const wanted = comparisonRanges(operator, literal);
  const left = residue(ref, wanted, literal.type, predicates);
  if (left === 'always') return left;
  if (left.length === 0) return 'never';
  const [only] = left;
  if (sameRanges(left, wanted) || left.length > 1 || !only?.low || only.low !== only.high) return node;
  return rexCall('=', [ref, { ...only.low.literal, type: literal.type }], node.type);
}

/** What is left of the ranges; points that are excluded are not taken out of longer ones, of which something is left anyhow. */
function residue(
  ref: RexNode,
  wanted: readonly SargRange[],
  type: RexNode['type'],
  predicates: Predicates,
): readonly SargRange[] | 'always' {
  let left = wanted;
  const excluded: SargRange[] = [];
  for (const predicate of predicates) {
    const known = literalComparison(predicate);
    if (!known || !sameRex(known.ref, ref) || !areComparable(known.literal.type, type)) continue;
    const holds = comparisonRanges(known.operator, known.literal);
    if (isWithin(holds, left) && !excluded.some((point) => intersectRanges(holds, [point]).length > 0))
      return 'always';
    if (known.operator === '<>' && !left.every(isPoint)) {
      excluded.push(...comparisonRanges('=', known.literal));
      continue;
    }
    left = intersectRanges(left, holds);
    if (left.every(isPoint)) left = left.filter((point) => intersectRanges([point], excluded).length === 0);
    if (left.length === 0) return left;
  }
  return left;
}

/** Of disjoint ranges that do not touch. */
function isWithin(inner: readonly SargRange[], outer: readonly SargRange[]): boolean {
  return inner.every((range) =>
    outer.some((other) => sameRanges(intersectRanges([range], [other]), [range])),
  );
}

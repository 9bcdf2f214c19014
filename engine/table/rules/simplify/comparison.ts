import type { RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import { isCall, isDeterministic, withoutImplicitCasts } from '../../plan/rex.ts';
import { areComparable, naturalType } from './literal-order.ts';
import { REVERSED, isComparison } from './sarg.ts';
import type { Comparison } from './sarg.ts';

/** An expression compared with a literal, whichever side the literal stands on. */
export interface LiteralComparison {
  readonly ref: RexNode;
  readonly operator: Comparison;
  readonly literal: RexLiteral;
}

/** `node` as such a comparison. The literal has the type that plans print; it may be NULL. */
export function comparisonOf(node: RexNode): LiteralComparison | undefined {
  if (node.kind !== 'call' || !isComparison(node.operator)) return undefined;
  const { operator } = node;
  const [left, right] = node.operands.map(withoutImplicitCasts) as [RexNode, RexNode];
  if (right.kind === 'literal' && isDeterministic(left))
    return { ref: left, operator, literal: asPrinted(right, operator) };
  if (left.kind === 'literal' && isDeterministic(right))
    return { ref: right, operator: REVERSED[operator], literal: asPrinted(left, operator) };
  return undefined;
}

/** Likewise, where the literal can be ordered against others of its kind, and is not NULL. */
export function literalComparison(node: RexNode): LiteralComparison | undefined {
  const comparison = comparisonOf(node);
  return comparison &&
    comparison.literal.value !== null &&
    comparison.ref.kind !== 'literal' &&
    areComparable(comparison.ref.type, comparison.literal.type)
    ? comparison
    : undefined;
}

/** A column, a field of one, or a cast of it: what is computed in another way is not looked at. */
export function isReferenceOrAccess(node: RexNode): boolean {
  if (node.kind === 'input') return true;
  if (node.kind === 'field') return isReferenceOrAccess(node.node);
  return isCall(node, 'CAST') && isReferenceOrAccess(node.operands[0] as RexNode);
}

// Only `=` and `<>` bring their operands to one type for all to see.
function asPrinted(literal: RexLiteral, operator: Comparison): RexLiteral {
  return operator === '=' || operator === '<>' ? literal : { ...literal, type: naturalType(literal) };
}

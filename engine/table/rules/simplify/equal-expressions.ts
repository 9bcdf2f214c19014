import type { RexCall, RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import { isDeterministic, isImplicitCast, walkRex, withoutImplicitCasts } from '../../plan/rex.ts';
import type { LogicalType } from '../../../types/logical-type.ts';
import { typesEqualSansNullability } from '../../../types/type-equality.ts';
import { isApproximateNumeric, isNumeric } from '../../../types/type-families.ts';
import { naturalType } from './literal-order.ts';
import { REVERSED, isComparison } from './sarg.ts';

/**
 * What a Calc computes twice in other words is one expression of its program, and plans show the words of the first: `1 + a` beside `a + 1`, `b < a`
 * beside `a > b`. The condition comes before the projection.
 */
export function withEqualExpressions(
  projects: readonly RexNode[],
  condition: RexNode | undefined,
): { projects: readonly RexNode[]; condition?: RexNode } {
  if (!canHaveEqual([...projects, ...(condition ? [condition] : [])]))
    return { projects, ...(condition && { condition }) };
  const known = new Map<string, RexNode>();
  const first = condition && shared(condition, known).node;
  return { projects: projects.map((node) => shared(node, known).node), ...(first && { condition: first }) };
}

/** Calls whose literals have the types that they were brought to. */
const TYPED_LITERALS = new Set(['=', '<>', 'CASE', 'CAST', 'TRY_CAST', 'IN', 'ROW', 'ARRAY', 'MAP']);

interface Shared {
  readonly node: RexNode;
  /** Equal for expressions that are equal, whichever side their operands stand on. */
  readonly key: string;
}

// Casts that plans do not print are no part of the program.
function shared(node: RexNode, known: Map<string, RexNode>, isTyped = true): Shared {
  switch (node.kind) {
    case 'input':
      return { node, key: `$${node.index}` };
    case 'literal':
      return isTyped ? first(node, literalKey(node), known) : { node, key: literalKey(asWritten(node)) };
    case 'field': {
      const inner = shared(node.node, known);
      return {
        node: inner.node === node.node ? node : { ...node, node: inner.node },
        key: `${inner.key}.${node.index}`,
      };
    }
    case 'call':
      return sharedCall(node, known);
  }
}

function sharedCall(call: RexCall, known: Map<string, RexNode>): Shared {
  if (call.operator === 'SARG') return { node: call, key: JSON.stringify(call) };
  const isTyped = TYPED_LITERALS.has(call.operator);
  const parts = call.operands.map((operand) => shared(operand, known, isTyped || operand.kind !== 'literal'));
  const isSame = parts.every(({ node }, i) => node === call.operands[i]);
  const own: RexCall = isSame ? call : { ...call, operands: parts.map(({ node }) => node) };
  const keys = parts.map(({ key }) => key);
  if (isImplicitCast(own)) return { node: own, key: keys[0] ?? '' };
  const result = JSON.stringify(call.type);
  if (!isDeterministic(own)) return { node: own, key: `${own.operator}(${keys.join()})${result}` };
  const [operator, operands] = normalized(own, keys);
  return first(own, `${operator}(${operands.join()})${result}`, known);
}

function normalized({ operator, operands }: RexCall, keys: readonly string[]): [string, readonly string[]] {
  const [left, right] = operands;
  if (operands.length !== 2 || !left || !right) return [operator, keys];
  if (operator === '>' || operator === '>=') return [REVERSED[operator], [...keys].reverse()];
  return isSymmetrical(operator, left, right) ? [operator, [...keys].sort()] : [operator, keys];
}

function isSymmetrical(operator: string, left: RexNode, right: RexNode): boolean {
  if (operator === '+' || operator === '*') {
    const [one, other] = [shownType(left), shownType(right)];
    return isNumeric(one) && typesEqualSansNullability(one, other);
  }
  return ['=', '<>', 'AND', 'OR', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM'].includes(operator);
}

function shownType(node: RexNode): LogicalType {
  const shown = withoutImplicitCasts(node);
  return shown.kind === 'literal' ? naturalType(shown) : shown.type;
}

function asWritten(literal: RexLiteral): RexLiteral {
  return { ...literal, type: naturalType(literal) };
}

function first(node: RexNode, key: string, known: Map<string, RexNode>): Shared {
  const before = known.get(key);
  if (!before) known.set(key, node);
  return { node: before ?? node, key };
}

function literalKey({ value, type, isComputed }: RexLiteral): string {
  const isTyped = !isApproximateNumeric(type) && isComputed;
  return `${JSON.stringify(value)}:${JSON.stringify(type)}${isTyped ? '!' : ''}`;
}

/** Whether there are two calls that may be equal in other words. */
function canHaveEqual(nodes: readonly RexNode[]): boolean {
  let count = 0;
  for (const node of nodes) {
    walkRex(node, (each) => {
      if (isApproximateLiteral(each) || (each.kind === 'call' && isTurnable(each))) count++;
      return count < 2;
    });
  }
  return count >= 2;
}

function isApproximateLiteral(node: RexNode): boolean {
  return node.kind === 'literal' && isApproximateNumeric(node.type);
}

function isTurnable({ operator, operands }: RexCall): boolean {
  const [left, right] = operands;
  return (
    operands.length === 2 &&
    !!left &&
    !!right &&
    (isComparison(operator) || isSymmetrical(operator, left, right))
  );
}

import type { RexNode } from '../../expressions/rex-node.ts';
import { refusedJoinKeys } from '../validate/comparison.ts';
import { conjunctions, usedInputs, withoutImplicitCasts } from './rex.ts';

/**
 * Why Flink refuses a condition of a join: a text of one side is equated with a value of another kind of the other side. Undefined if it
 * does not. `leftWidth`: from there on columns are those of the right side.
 */
export function refusedEquality(condition: RexNode, leftWidth: number): string | undefined {
  for (const each of conjunctions(condition)) {
    if (each.kind !== 'call' || (each.operator !== '=' && each.operator !== 'IS NOT DISTINCT FROM')) continue;
    const [left, right] = each.operands.map(asWritten) as [RexNode, RexNode];
    if (!areOfTwoSides(left, right, leftWidth)) continue;
    const refusal = refusedJoinKeys(left.type, right.type);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** Likewise of a condition in WHERE, where a column is equated with the value of a sub-query: the two are joined. */
export function refusedValue(condition: RexNode): string | undefined {
  for (const each of conjunctions(condition)) {
    if (each.kind !== 'call' || each.operator !== '=') continue;
    const [left, right] = each.operands.map(asWritten) as [RexNode, RexNode];
    if (isValueOfQuery(left) === isValueOfQuery(right)) continue;
    if (usedInputs([isValueOfQuery(left) ? right : left]).size === 0) continue;
    const refusal = refusedJoinKeys(left.type, right.type);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function isValueOfQuery(node: RexNode): boolean {
  return node.kind === 'call' && node.operator === '$SCALAR_QUERY';
}

function asWritten(node: RexNode): RexNode {
  if (node.kind === 'call' && node.operator === 'TRY_CAST' && node.implicit)
    return node.operands[0] as RexNode;
  return withoutImplicitCasts(node);
}

function areOfTwoSides(left: RexNode, right: RexNode, leftWidth: number): boolean {
  const [a, b] = [left, right].map((node) => [...usedInputs([node])]) as [number[], number[]];
  const isLeft = (indices: readonly number[]): boolean => indices.every((index) => index < leftWidth);
  const isRight = (indices: readonly number[]): boolean => indices.every((index) => index >= leftWidth);
  if (a.length === 0 || b.length === 0) return false;
  return (isLeft(a) && isRight(b)) || (isRight(a) && isLeft(b));
}

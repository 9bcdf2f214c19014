import type { RexNode } from '../../expressions/rex-node.ts';
import { BOOLEAN_NOT_NULL, conjoin, conjunctions, isCall, isTrue, sameRex } from '../plan/rex.ts';

/** A join condition taken apart: the columns that must be equal, and what is left. */
export interface JoinKeys {
  readonly leftKeys: readonly number[];
  /** Positions in the right input. */
  readonly rightKeys: readonly number[];
  /** Per key: `=`, which NULL never satisfies, is true; IS NOT DISTINCT FROM is false. */
  readonly filterNulls: readonly boolean[];
  readonly residual?: RexNode;
}

/** `condition` speaks of left columns, then, from `leftWidth` on, right ones. */
export function joinKeys(condition: RexNode, leftWidth: number): JoinKeys {
  const leftKeys: number[] = [];
  const rightKeys: number[] = [];
  const filterNulls: boolean[] = [];
  const rest: RexNode[] = [];
  for (const conjunct of conjunctions(condition)) {
    const pair = keyPair(collapsedNotDistinct(conjunct), leftWidth);
    if (!pair) {
      rest.push(conjunct);
      continue;
    }
    leftKeys.push(pair.left);
    rightKeys.push(pair.right - leftWidth);
    filterNulls.push(pair.filtersNull);
  }
  const residual = conjoin(rest);
  return { leftKeys, rightKeys, filterNulls, ...(!isTrue(residual) && { residual }) };
}

/** `(a IS NULL AND b IS NULL) OR a = b` is `a IS NOT DISTINCT FROM b`. */
export function collapsedNotDistinct(node: RexNode): RexNode {
  if (!isCall(node, 'OR') || node.operands.length !== 2) return node;
  const { operands } = node;
  const tests = operands.find((each) => isCall(each, 'AND'));
  const other = operands.find((each) => each !== tests);
  const equality = other?.kind === 'call' && other.operator === 'IS TRUE' ? other.operands[0] : other;
  if (!tests || tests.kind !== 'call' || !equality || !isCall(equality, '=')) return node;
  const areTested = equality.operands.every((operand) =>
    tests.operands.some((test) => isCall(test, 'IS NULL') && sameRex(test.operands[0] as RexNode, operand)),
  );
  return tests.operands.length === 2 && areTested
    ? { ...equality, operator: 'IS NOT DISTINCT FROM', type: BOOLEAN_NOT_NULL }
    : node;
}

function keyPair(
  node: RexNode,
  leftWidth: number,
): { left: number; right: number; filtersNull: boolean } | undefined {
  if (node.kind !== 'call' || (node.operator !== '=' && node.operator !== 'IS NOT DISTINCT FROM'))
    return undefined;
  const [a, b] = node.operands;
  if (a?.kind !== 'input' || b?.kind !== 'input') return undefined;
  const left = Math.min(a.index, b.index);
  const right = Math.max(a.index, b.index);
  if (left >= leftWidth || right < leftWidth) return undefined;
  return { left, right, filtersNull: node.operator === '=' };
}

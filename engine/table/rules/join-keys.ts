import type { RexNode } from '../../expressions/rex-node.ts';
import { conjoin, conjunctions, isTrue } from '../plan/rex.ts';

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
    const pair = keyPair(conjunct, leftWidth);
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

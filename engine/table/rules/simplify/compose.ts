import type { RexNode } from '../../../expressions/rex-node.ts';
import { FALSE, TRUE, combine, flatten, isCall, isLiteral, rexCall, sameRex } from '../../plan/rex.ts';

/** AND or OR of terms, without repeats and what says nothing. */
export function compose(operator: 'AND' | 'OR', nodes: readonly RexNode[]): RexNode {
  const terms: RexNode[] = [];
  for (const node of nodes.flatMap((each) => flatten(operator, each))) {
    if (isLiteral(node) && node.value === (operator === 'OR')) return operator === 'OR' ? TRUE : FALSE;
    if (!terms.some((known) => sameRex(known, node))) terms.push(node);
  }
  return combine(operator, terms);
}

/** NOT before an expression; of NOT, TRUE and FALSE the obvious. */
export function not(node: RexNode): RexNode {
  if (isLiteral(node) && node.value !== null) return node.value === true ? FALSE : TRUE;
  if (isCall(node, 'NOT')) return node.operands[0] as RexNode;
  return rexCall('NOT', [node], node.type);
}

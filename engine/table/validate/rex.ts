/** Small pieces of row expressions. */

import type { RexNode } from '../../expressions/rex-node.ts';
import { withNullability } from '../../types/type-families.ts';

/** AND or OR of several conditions; one stands for itself. */
export function combine(operator: 'AND' | 'OR', nodes: readonly RexNode[]): RexNode {
  if (nodes.length === 1) return nodes[0] as RexNode;
  const nullable = nodes.some((node) => node.type.nullable);
  return {
    kind: 'call',
    operator,
    operands: nodes,
    type: withNullability({ root: 'BOOLEAN', nullable: true }, nullable),
  };
}

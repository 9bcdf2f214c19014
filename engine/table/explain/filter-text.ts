import type { RexNode } from '../../expressions/rex-node.ts';
import { isCall } from '../plan/rex.ts';
import { rexText } from './rex-text.ts';

/** A filter pushed into a scan, as Flink's resolved expressions print: conjuncts in nested pairs, `and(and(a, b), c)`. */
export function scanFilterText(condition: RexNode, names: readonly string[]): string {
  const conjuncts = isCall(condition, 'AND') ? condition.operands : [condition];
  return conjuncts
    .map((conjunct) => pairs(conjunct, names))
    .reduce((left, right) => `and(${left}, ${right})`);
}

/** AND and OR as operators of two. */
function pairs(node: RexNode, names: readonly string[]): string {
  if (node.kind !== 'call' || (node.operator !== 'AND' && node.operator !== 'OR'))
    return rexText(node, names, 'digest');
  return node.operands
    .map((operand) => pairs(operand, names))
    .reduce((left, right) => `${node.operator}(${left}, ${right})`);
}

import type { RexNode } from '../../../expressions/rex-node.ts';
import { combine, conjunctions, flatten, isCall, sameRex } from '../../plan/rex.ts';
import { compose } from './compose.ts';

/** `(a AND b) OR (a AND c)` as `a AND (b OR c)`. */
export function pullFactors(node: RexNode): RexNode {
  if (isCall(node, 'AND')) {
    const operands = flatten('AND', node);
    const pulled = operands.map(pullFactors);
    return pulled.every((each, i) => each === operands[i]) ? node : compose('AND', pulled);
  }
  if (!isCall(node, 'OR')) return node;
  const alternatives = flatten('OR', node).map(conjunctions);
  const [first = [], ...others] = alternatives;
  const has = (terms: readonly RexNode[], factor: RexNode): boolean =>
    terms.some((term) => sameRex(term, factor));
  const factors = first.filter((factor) => others.every((terms) => has(terms, factor)));
  if (factors.length === 0) return node;
  const rest = alternatives.map((terms) =>
    combine(
      'AND',
      terms.filter((term) => !has(factors, term)),
    ),
  );
  return compose('AND', [...factors, compose('OR', rest)]);
}

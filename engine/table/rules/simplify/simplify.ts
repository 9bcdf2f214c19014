import type { RexNode } from '../../../expressions/rex-node.ts';
import { mapShared } from '../../plan/map-shared.ts';
import { isCall, mapRex, sameRex } from '../../plan/rex.ts';
import type { ComputeConstants } from './constant-reducer.ts';
import { expandIns } from './expand-calls.ts';
import { keepType } from './keep-type.ts';
import { NO_PREDICATES } from './predicates.ts';
import type { Predicates } from './predicates.ts';
import { pullFactors } from './pull-factors.ts';
import { reduceExpressions } from './reduce-expressions.ts';
import { RexSimplifier } from './rex-simplifier.ts';

/** Every expression of a projection: constants computed, then simplified; `nodes` itself where all are. `predicates` hold for all rows it sees. */
export function simplifyAll(
  nodes: readonly RexNode[],
  compute: ComputeConstants,
  predicates: Predicates = NO_PREDICATES,
): readonly RexNode[] {
  if (nodes.every((node) => node.kind !== 'call')) return nodes;
  const simplifier = new RexSimplifier(compute, predicates);
  let before = mapShared(nodes, (node) => shortenCoalesce(expandIns(node)));
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const reduced = reduceExpressions(before, compute);
    const after = mapShared(reduced, (node) => simplifier.simplify(node, 'UNKNOWN'));
    const isSame = after === before || after.every((node, i) => sameRex(node, before[i] as RexNode));
    before = after;
    if (isSame) break;
  }
  return before === nodes ? nodes : before.map((node, i) => keepType(nodes[i] as RexNode, node));
}

/** Expressions that were put together of simple ones: simplified, but of their constants nothing is computed any more. */
export function simplifyMerged(nodes: readonly RexNode[], compute: ComputeConstants): RexNode[] {
  const simplifier = new RexSimplifier(compute);
  return nodes.map((node) => keepType(node, simplifier.simplify(shortenCoalesce(node), 'UNKNOWN')));
}

/** Likewise, of a condition of which only TRUE counts: a cast of the whole that is about NULL alone makes no difference. */
export function simplifyMergedCondition(condition: RexNode, compute: ComputeConstants): RexNode {
  const simplifier = new RexSimplifier(compute);
  const simple = simplifier.simplify(shortenCoalesce(condition), 'FALSE');
  if (!isCall(simple, 'CAST')) return simple;
  const [operand] = simple.operands as [RexNode];
  return operand.type.root === 'BOOLEAN' ? simplifier.simplify(operand, 'FALSE') : simple;
}

/** More passes are never needed where one finds nothing more; this many end it in any case. */
const MAX_PASSES = 4;

/** A condition of which only TRUE counts: UNKNOWN may become FALSE. Conjuncts keep their order. */
export function simplifyCondition(
  condition: RexNode,
  compute: ComputeConstants,
  predicates: Predicates = NO_PREDICATES,
): RexNode {
  const simplifier = new RexSimplifier(compute);
  const informed = simplifier.knowing(predicates);
  let node = shortenCoalesce(expandIns(condition));
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const [reduced] = reduceExpressions([node], compute) as [RexNode];
    const known = predicates.length > 0 ? informed.simplify(reduced, 'FALSE') : reduced;
    const next = pullFactors(simplifier.simplify(known, 'FALSE'));
    const isSame = next === node || sameRex(next, node);
    node = next;
    if (isSame) break;
  }
  return node;
}

/** Nothing behind the first operand of COALESCE that cannot be NULL is ever asked. */
function shortenCoalesce(node: RexNode): RexNode {
  return mapRex(node, (each) => {
    if (!isCall(each, 'COALESCE')) return each;
    const last = each.operands.findIndex((operand) => !operand.type.nullable);
    if (last === 0) return each.operands[0] as RexNode;
    return last < 0 || last === each.operands.length - 1
      ? each
      : { ...each, operands: each.operands.slice(0, last + 1) };
  });
}

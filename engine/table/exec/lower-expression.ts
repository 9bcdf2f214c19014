import type { RexCall, RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import { isCall, mapRex, rexCall } from '../plan/rex.ts';
import { typesEqualInLayout, typesEqualSansNullability } from '../../types/type-equality.ts';
import { withNullability } from '../../types/type-families.ts';
import { foldConstant } from '../rules/constant-folding.ts';
import { expandSearch, isComparison, sargOf } from '../rules/sarg.ts';

/**
 * The last rewriting before an expression reaches an operator: what only plans know (SEARCH, materialized time) becomes what kernels
 * know, and every constant takes its final type.
 */
export function lowerExpression(node: RexNode): RexNode {
  return mapRex(node, (each) => (each.kind === 'call' ? lowerCall(each) : each));
}

function lowerCall(call: RexCall): RexNode {
  switch (call.operator) {
    case 'SARG':
      return call;
    case 'SEARCH':
      return lowerSearch(call);
    case 'PROCTIME_MATERIALIZE':
      return call.operands[0] as RexNode;
    case 'CAST': {
      const operand = call.operands[0] as RexNode;
      // A cast to the type a value has already, NOT NULL and time attributes aside, computes nothing.
      if (typesEqualInLayout(withNullability(operand.type, true), withNullability(call.type, true)))
        return operand;
      return foldConstant(call) ?? call;
    }
    default:
      return foldConstant(call) ?? call;
  }
}

function lowerSearch(call: RexCall): RexNode {
  const [ref, sarg] = call.operands as [RexNode, RexNode];
  const { ranges } = sargOf(sarg);
  const points = ranges.flatMap(({ low, high }) => (low && low === high ? [typed(low.literal, ref)] : []));
  if (points.length === ranges.length && points.length > 1) return rexCall('IN', [ref, ...points], call.type);
  return mapRex(expandSearch(call), (each) => {
    if (each.kind !== 'call' || !isComparison(each.operator)) return each;
    const [left, right] = each.operands as [RexNode, RexLiteral];
    return { ...each, operands: [left, typed(right, left)] };
  });
}

/** The literal in the type of what it is compared with. */
function typed(literal: RexLiteral, ref: RexNode): RexNode {
  const type = withNullability(ref.type, false);
  if (typesEqualSansNullability(literal.type, type)) return literal;
  const cast = rexCall('CAST', [literal], type);
  return isCall(cast, 'CAST') ? (foldConstant(cast) ?? cast) : cast;
}

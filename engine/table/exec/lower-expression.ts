import type { RexCall, RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import { BOOLEAN, BOOLEAN_NOT_NULL, combine, mapRex, rexCall } from '../plan/rex.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { typesEqualInLayout } from '../../types/type-equality.ts';
import { isNumeric, isTimestamp, withNullability } from '../../types/type-families.ts';
import { coerce } from '../validate/coercion.ts';
import { foldConstant } from '../rules/simplify/constant-folding.ts';
import { expandSearch, isComparison, sargOf } from '../rules/simplify/sarg.ts';

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
    case '<>': {
      const [left, right] = call.operands.map(itemsOf);
      if (!left || !right) return foldConstant(call) ?? alike(call);
      const parts = left.map((item, i) => rexCall('<>', [item, right[i] as RexNode], call.type));
      return combine('OR', parts.map(lowerCall));
    }
    default:
      return foldConstant(call) ?? (isComparison(call.operator) ? alike(call) : call);
  }
}

/** Of a row that is put together, maybe in another type, the items. */
function itemsOf(node: RexNode): readonly RexNode[] | undefined {
  if (node.kind !== 'call') return undefined;
  const { type, operator } = node;
  if (operator === 'ROW') return node.operands;
  if (operator !== 'CAST' || type.root !== 'ROW') return undefined;
  return itemsOf(node.operands[0] as RexNode)?.map((item, i) => {
    const own = type.fields[i]?.type ?? item.type;
    return coerce(item, withNullability(own, item.type.nullable), 'implicit');
  });
}

/** A comparison of an expression with a literal, in the type of the expression or, where the literal is none of it, in one that has both. */
function alike(call: RexCall): RexCall {
  const [left, right] = call.operands as [RexNode, RexNode];
  if (right.kind === 'literal') return { ...call, operands: inOneType(left, right) };
  if (left.kind === 'literal') return { ...call, operands: [...inOneType(right, left)].reverse() };
  return call;
}

function inOneType(ref: RexNode, literal: RexLiteral): readonly [RexNode, RexNode] {
  const own = typed(literal, ref);
  if (own.kind === 'literal') return [ref, own];
  const common = leastRestrictive([ref.type, literal.type]);
  if (!common) return [ref, own];
  return [coerce(ref, common, 'implicit'), coerce(literal, common, 'implicit')];
}

function lowerSearch(call: RexCall): RexNode {
  const [ref, sarg] = call.operands as [RexNode, RexNode];
  const { ranges, nullAs } = sargOf(sarg);
  const points = ranges.flatMap(({ low, high }) => (low && low === high ? [typed(low.literal, ref)] : []));
  const isIn = points.length === ranges.length && points.every((point) => point.kind === 'literal');
  if (isIn && points.length > 1 && nullAs !== 'FALSE') {
    const isOneOf = rexCall('IN', [ref, ...points], ref.type.nullable ? BOOLEAN : BOOLEAN_NOT_NULL);
    return nullAs === 'UNKNOWN'
      ? isOneOf
      : combine('OR', [rexCall('IS NULL', [ref], BOOLEAN_NOT_NULL), isOneOf]);
  }
  return mapRex(expandSearch(call), (each) =>
    each.kind === 'call' && isComparison(each.operator) ? alike(each) : each,
  );
}

/** A number or time in the type of what it is compared with. Texts compare as they are: their lengths are no obstacle. */
function typed(literal: RexLiteral, ref: RexNode): RexNode {
  const isAlike = isNumeric(literal.type)
    ? isNumeric(ref.type)
    : isTimestamp(literal.type) && literal.type.root === ref.type.root;
  return isAlike && literal.value !== null
    ? coerce(literal, withNullability(ref.type, false), 'visible')
    : literal;
}

import { exactNumber } from '../../../expressions/exact-number.ts';
import type { RexCall, RexNode } from '../../../expressions/rex-node.ts';
import { isExactNumeric, isInteger } from '../../../types/type-families.ts';
import { isCall, isLiteral, mapRex } from '../../plan/rex.ts';
import { foldCast } from './constant-folding.ts';
import type { ComputeConstants } from './constant-reducer.ts';
import { expandDistincts, expandIns } from './expand-calls.ts';
import { keepType } from './keep-type.ts';
import { RexSimplifier } from './rex-simplifier.ts';
import { inOwnType } from './simplify-cast.ts';

/** As the syntax tree shows the expressions of a projection: nothing is computed but casts of literals. */
export function simplifyForTree(node: RexNode, compute: ComputeConstants): RexNode {
  const simple = new RexSimplifier(compute).simplify(expandIns(expandDistincts(node)), 'UNKNOWN');
  return keepType(node, simple);
}

/** A condition as the syntax tree shows it: AND and OR flat, IN as equalities, literals in their types, all else as written. */
export function conditionForTree(node: RexNode): RexNode {
  return mapRex(expandIns(expandDistincts(node)), (each) => {
    if (each.kind !== 'call') return each;
    const { operator, operands } = each;
    if (operator === 'CAST' && !each.implicit) return literalInType(each) ?? each;
    if (operator !== 'AND' && operator !== 'OR') return each;
    return {
      ...each,
      operands: operands.flatMap((operand) => (isCall(operand, operator) ? operand.operands : [operand])),
    };
  });
}

/** Whether a condition says nothing, by itself or by the types of what it asks: then the tree has no filter. */
export function isAlwaysTrue(node: RexNode): boolean {
  return isAlways(true, node);
}

function isAlways(value: boolean, node: RexNode): boolean {
  if (isLiteral(node)) return node.value === value;
  if (node.kind !== 'call') return false;
  const [operand] = node.operands as [RexNode];
  switch (node.operator) {
    case 'IS NOT NULL':
      return value && !operand.type.nullable;
    case 'IS NULL':
      return !value && !operand.type.nullable;
    case 'IS NOT TRUE':
    case 'IS FALSE':
    case 'NOT':
      return isAlways(!value, operand);
    case 'IS NOT FALSE':
    case 'IS TRUE':
    case 'CAST':
      return isAlways(value, operand);
    default:
      return false;
  }
}

/** The condition of HAVING, which is simplified in the syntax tree already. */
export function havingForTree(condition: RexNode, compute: ComputeConstants): RexNode {
  return joinConditionForTree(expandDistincts(condition), compute);
}

/** The condition of a join likewise; IS NOT DISTINCT FROM stays there. */
export function joinConditionForTree(condition: RexNode, compute: ComputeConstants): RexNode {
  return new RexSimplifier(compute).simplify(expandIns(condition), 'FALSE');
}

/** `CAST(5 AS BIGINT)` is the literal 5 of type BIGINT, where the value stays as it is. */
function literalInType({ operands, type }: RexCall): RexNode | undefined {
  const [operand] = operands as [RexNode];
  if (!isLiteral(operand) || operand.value === null) return undefined;
  if (isExactNumeric(operand.type) && isInteger(type) && exactNumber(operand).scale > 0) return undefined;
  return inOwnType(foldCast(operand, type));
}

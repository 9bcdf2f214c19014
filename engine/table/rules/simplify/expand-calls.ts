import type { RexCall, RexLiteral, RexNode } from '../../../expressions/rex-node.ts';
import { isCharacter, isInteger, isNumeric } from '../../../types/type-families.ts';
import { BOOLEAN, BOOLEAN_NOT_NULL, combine, isCall, mapRex, rexCall, sameRex } from '../../plan/rex.ts';
import { naturalType } from './literal-order.ts';

/** `a IN (1, 2)` as `a = 1 OR a = 2`, which is how it stands in plans. */
export function expandIns(node: RexNode): RexNode {
  return mapRex(node, (each) => (isCall(each, 'IN') ? expandIn(each) : each));
}

/** IS DISTINCT FROM as comparisons and tests for NULL likewise: outside of joins. */
export function expandDistincts(node: RexNode): RexNode {
  return mapRex(node, (each) => {
    if (each.kind !== 'call') return each;
    const isDistinct = each.operator === 'IS DISTINCT FROM';
    return isDistinct || each.operator === 'IS NOT DISTINCT FROM' ? expandDistinct(each, isDistinct) : each;
  });
}

function expandDistinct({ operands }: RexCall, isDistinct: boolean): RexNode {
  const [left, right] = operands.map(asItStands) as [RexNode, RexNode];
  const nullable = left.type.nullable || right.type.nullable;
  const equal = rexCall('=', [left, right], nullable ? BOOLEAN : BOOLEAN_NOT_NULL);
  const tests = (name: string): RexNode[] =>
    [left, right].map((each) => rexCall(name, [each], BOOLEAN_NOT_NULL));
  return isDistinct
    ? combine('AND', [combine('OR', tests('IS NOT NULL')), rexCall('IS NOT TRUE', [equal], BOOLEAN_NOT_NULL)])
    : combine('OR', [combine('AND', tests('IS NULL')), rexCall('IS TRUE', [equal], BOOLEAN_NOT_NULL)]);
}

// What brings one side to the type of the other is not shown there: constants are as they were written.
function asItStands(node: RexNode): RexNode {
  if (node.kind !== 'literal' || node.value === null || !(isCharacter(node.type) || isNumeric(node.type)))
    return node;
  const type = naturalType(node);
  return { ...node, value: type.root === 'INTEGER' ? Number(node.value) : node.value, type };
}

function expandIn(call: RexCall): RexNode {
  const [ref, ...values] = call.operands as [RexNode, ...RexNode[]];
  const written = values.map((value) => asWritten(value, ref.type));
  const distinct = written.filter((value, i) => written.findIndex((other) => sameRex(other, value)) === i);
  return combine(
    'OR',
    distinct.map((value) => rexCall('=', [ref, value], call.type)),
  );
}

// A BIGINT, FLOAT or DOUBLE on the left gives its type to numbers; all others keep their own.
function asWritten(value: RexNode, { root }: RexNode['type']): RexNode {
  const isAsLeft = root === 'BIGINT' || root === 'FLOAT' || root === 'DOUBLE' || root === 'VARBINARY';
  const literal = value.kind === 'literal' ? value : literalInCast(value);
  if (!literal || isAsLeft) return value;
  const type = naturalType(literal);
  return root === 'DECIMAL' && type.root !== 'DECIMAL' ? value : { ...literal, type };
}

/** `CAST(1 AS TINYINT)`: small integers are brought to their column by a cast. */
function literalInCast(node: RexNode): RexLiteral | undefined {
  const isSmall = node.type.root === 'TINYINT' || node.type.root === 'SMALLINT';
  const operand = isSmall && isCall(node, 'CAST') ? node.operands[0] : undefined;
  return operand?.kind === 'literal' && isInteger(operand.type) ? operand : undefined;
}

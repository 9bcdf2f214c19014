import type { RexNode } from '../../expressions/rex-node.ts';
import { usedInputs } from '../plan/rex.ts';
import { sargOf } from './simplify/sarg.ts';

// Functions of these are NULL as soon as one operand is.
const STRICT = new Set([
  '+',
  '-',
  '*',
  '/',
  'MOD',
  '%',
  'CAST',
  '||',
  'LOWER',
  'UPPER',
  'ABS',
  'CHAR_LENGTH',
  'EXTRACT',
]);
// Conditions on these are not TRUE for a NULL operand.
const COMPARISONS = new Set(['=', '<>', '<', '<=', '>', '>=', 'LIKE', 'IS NOT NULL', 'IS TRUE', 'IS FALSE']);

/** Whether a condition can never be TRUE for a row in which all columns of `isSide` are NULL. */
export function rejectsNullOf(condition: RexNode, isSide: (column: number) => boolean): boolean {
  if (condition.kind !== 'call') return condition.kind === 'input' && isSide(condition.index);
  const { operator, operands } = condition;
  if (operator === 'AND') return operands.some((operand) => rejectsNullOf(operand, isSide));
  if (operator === 'OR') return operands.every((operand) => rejectsNullOf(operand, isSide));
  if (operator === 'IS TRUE') return rejectsNullOf(operands[0] as RexNode, isSide);
  if (operator === 'SEARCH')
    return sargOf(operands[1] as RexNode).nullAs !== 'TRUE' && isNullOf(operands[0] as RexNode, isSide);
  return COMPARISONS.has(operator) && operands.some((operand) => isNullOf(operand, isSide));
}

/** Whether an expression is NULL in such a row. */
export function isNullOf(node: RexNode, isSide: (column: number) => boolean): boolean {
  if (node.kind === 'input') return isSide(node.index);
  if (node.kind === 'field') return isNullOf(node.node, isSide);
  if (node.kind === 'literal') return false;
  const used = usedInputs([node]);
  return (
    used.size > 0 && STRICT.has(node.operator) && node.operands.some((operand) => isNullOf(operand, isSide))
  );
}

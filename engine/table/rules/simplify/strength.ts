import type { RexNode } from '../../../expressions/rex-node.ts';
import { sameRex } from '../../plan/rex.ts';

/** Operators that are NULL as soon as one operand is, as the optimizer knows it: of functions it knows nothing. */
const STRICT = new Set([
  'NOT',
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'LIKE',
  'SIMILAR TO',
  '+',
  '-',
  '*',
  '/',
  'CAST',
  'Reinterpret',
  'TRIM',
  'CEIL',
  'FLOOR',
  'EXTRACT',
  'TIMESTAMPADD',
  'TIMESTAMPDIFF',
  'ITEM',
]);

const NEVER_NULL = new Set([
  'EXISTS',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
  'IS NULL',
  'IS UNKNOWN',
  'IS NOT NULL',
  'IS TRUE',
  'IS NOT TRUE',
  'IS FALSE',
  'IS NOT FALSE',
]);

/** How an operator takes NULL: `any` makes it NULL, it is `never`, or nobody knows. */
export function nullPolicy(node: RexNode): 'any' | 'never' | 'unknown' {
  if (node.kind !== 'call') return 'unknown';
  return STRICT.has(node.operator) ? 'any' : NEVER_NULL.has(node.operator) ? 'never' : 'unknown';
}

/** Whether an expression is NULL for certain where all that `isNullRef` names are; by itself, for nothing. */
export function isCertainlyNull(node: RexNode, isNullRef: (ref: RexNode) => boolean): boolean {
  if (node.kind === 'literal') return node.value === null;
  if (node.kind !== 'call') return isNullRef(node);
  const { operator, operands } = node;
  const isNull = (operand: RexNode): boolean => isCertainlyNull(operand, isNullRef);
  switch (nullPolicy(node)) {
    case 'never':
      return false;
    case 'any':
      return operands.some(isNull);
    case 'unknown':
      break;
  }
  if (operator === 'AND' || operator === 'OR') return operands.every(isNull);
  return operator === 'CASE' && caseValues(operands).every(isNull);
}

/** Whether a condition is not TRUE where `ref` is NULL. */
export function isNotTrueWithout(ref: RexNode, condition: RexNode): boolean {
  if (condition.kind === 'call') {
    const { operator, operands } = condition;
    if (operator === 'OR') return operands.every((operand) => isNotTrueWithout(ref, operand));
    if (operator === 'AND') return operands.some((operand) => isNotTrueWithout(ref, operand));
    if (operator === 'IS NOT NULL')
      return isCertainlyNull(operands[0] as RexNode, (each) => sameRex(each, ref));
  }
  return isCertainlyNull(condition, (each) => sameRex(each, ref));
}

// CASE has a condition before each value but the last.
function caseValues(operands: readonly RexNode[]): readonly RexNode[] {
  return operands.filter((_, i) => i % 2 === 1 || i === operands.length - 1);
}

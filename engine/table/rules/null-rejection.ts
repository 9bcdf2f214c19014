import type { RexNode } from '../../expressions/rex-node.ts';

/** Whether a condition can never be TRUE for a row in which all columns of `isSide` are NULL, as far as Calcite's Strong tells. */
export function rejectsNullOf(condition: RexNode, isSide: (column: number) => boolean): boolean {
  if (condition.kind !== 'call') return isNullOf(condition, isSide);
  const { operator, operands } = condition;
  if (operator === 'AND') return operands.some((operand) => rejectsNullOf(operand, isSide));
  if (operator === 'OR') return operands.every((operand) => rejectsNullOf(operand, isSide));
  if (operator === 'IS NOT NULL') return operands.some((operand) => isNullOf(operand, isSide));
  return isNullOf(condition, isSide);
}

/** What is NULL as soon as one operand is. Of functions by name few are known so, and lists of values (SEARCH) are not. */
const STRICT = new Set([
  ...['=', '<>', '<', '<=', '>', '>=', 'LIKE', 'NOT LIKE', 'SIMILAR TO', 'NOT SIMILAR TO', 'NOT'],
  ...['+', '-', '*', '/', 'CAST', 'TRIM', 'CEIL', 'FLOOR', 'EXTRACT', 'ITEM', 'TIMESTAMPDIFF'],
]);
/** What is NULL when all operands are. */
const LENIENT = new Set(['AND', 'OR', 'COALESCE']);

/** Whether an expression is NULL in such a row. */
export function isNullOf(node: RexNode, isSide: (column: number) => boolean): boolean {
  const isNull = (operand: RexNode): boolean => isNullOf(operand, isSide);
  switch (node.kind) {
    case 'input':
      return isSide(node.index);
    case 'field':
      return isNull(node.node);
    case 'literal':
      return node.value === null;
    case 'call': {
      const { operator, operands } = node;
      if (operator === 'CASE')
        return operands.filter((_, i) => isCaseValue(i, operands.length)).every(isNull);
      if (LENIENT.has(operator)) return operands.every(isNull);
      return STRICT.has(operator) && operands.some(isNull);
    }
  }
}

/** Conditions and values take turns; the last one is the value for all other rows. */
function isCaseValue(index: number, count: number): boolean {
  return index % 2 === 1 || index === count - 1;
}

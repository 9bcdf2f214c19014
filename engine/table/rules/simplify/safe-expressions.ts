import type { RexNode } from '../../../expressions/rex-node.ts';
import { isCall } from '../../plan/rex.ts';
import { isComparison } from './sarg.ts';

const SAFE = new Set([
  '+',
  '-',
  '*',
  'IS FALSE',
  'IS NOT FALSE',
  'IS TRUE',
  'IS NOT TRUE',
  'IS NULL',
  'IS NOT NULL',
  'IS DISTINCT FROM',
  'IS NOT DISTINCT FROM',
  'SEARCH',
  'SARG',
  'OR',
  'AND',
  'NOT',
  'CASE',
  'LIKE',
  'TRIM',
  'CEIL',
  'FLOOR',
]);

/** Whether an expression can be computed for rows that would not have asked for it: it never fails. */
export function isSafe(node: RexNode): boolean {
  if (node.kind !== 'call' || node.operator === 'SARG') return true;
  if (isCall(node, 'CAST') && node.implicit) return node.operands.every(isSafe);
  return (SAFE.has(node.operator) || isComparison(node.operator)) && node.operands.every(isSafe);
}

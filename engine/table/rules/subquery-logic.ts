import type { RexNode } from '../../expressions/rex-node.ts';
import { isCall, sameRex } from '../plan/rex.ts';
import { isSubquery } from '../plan/rex-subquery.ts';
import type { RexSubquery } from '../plan/rex-subquery.ts';

/**
 * What may become of UNKNOWN in a place (Calcite's RelOptUtil.Logic): `KEEP` it, or take it for FALSE or TRUE. `TRUE_ONLY` and `FALSE_ONLY`
 * are those of a conjunct of WHERE, and of its contrary: of rows for which it is not so nothing is asked.
 */
export type SubqueryLogic = 'TRUE_ONLY' | 'FALSE_ONLY' | 'KEEP' | 'AS_FALSE' | 'AS_TRUE';

/**
 * Which of them a sub-query needs that stands somewhere in expressions (Calcite's LogicVisitor): the one of its place, all if it has places
 * of several kinds. `logic`: that of the expressions.
 */
export function subqueryLogic(
  query: RexSubquery,
  expressions: readonly RexNode[],
  logic: SubqueryLogic,
): SubqueryLogic {
  const found = new Set<SubqueryLogic>();
  const visit = (node: RexNode, around: SubqueryLogic): void => {
    if (node.kind === 'field') visit(node.node, inside(around));
    if (node.kind !== 'call') return;
    if (isSubquery(node)) {
      const isFree = node.type.nullable || around !== 'KEEP';
      if (sameRex(node, query)) found.add(isFree ? around : 'AS_FALSE');
      return;
    }
    const own = logicOfOperands(node.operator, around);
    const inner = own === 'TRUE_ONLY' && !isCall(node, 'AND') ? 'KEEP' : own;
    for (const operand of node.operands) visit(operand, inner);
  };
  for (const each of expressions) visit(each, logic);
  const [only] = found;
  if (!only || found.size > 1) return 'KEEP';
  return only === 'FALSE_ONLY' ? 'AS_TRUE' : only;
}

function inside(logic: SubqueryLogic): SubqueryLogic {
  return logic === 'TRUE_ONLY' ? 'KEEP' : logic;
}

function logicOfOperands(operator: string, around: SubqueryLogic): SubqueryLogic {
  switch (operator) {
    case 'IS NULL':
    case 'IS NOT NULL':
    case 'IS UNKNOWN':
    case 'CASE':
      return 'KEEP';
    case 'IS TRUE':
    case 'IS NOT TRUE':
      return 'AS_FALSE';
    case 'IS FALSE':
    case 'IS NOT FALSE':
      return 'AS_TRUE';
    case 'NOT':
      return NEGATED[around];
    default:
      return around;
  }
}

const NEGATED: Readonly<Record<SubqueryLogic, SubqueryLogic>> = {
  TRUE_ONLY: 'FALSE_ONLY',
  FALSE_ONLY: 'TRUE_ONLY',
  KEEP: 'KEEP',
  AS_FALSE: 'AS_TRUE',
  AS_TRUE: 'AS_FALSE',
};

import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import { leastRestrictive } from '../../types/common-type.ts';
import { mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { combine, isDeterministic, mapRex, sameRex } from '../plan/rex.ts';
import { literalComparison } from './simplify/comparison.ts';
import { complementOf, comparisonRanges, searchRex, unionRanges } from './simplify/sarg.ts';
import type { SargRange } from './simplify/sarg.ts';

const IN_THRESHOLD = 4;

/**
 * In the condition of a filter four and more equalities of one expression, whatever it is, are an IN, and inequalities in an AND a NOT IN. Columns
 * have been merged before, in smaller numbers.
 */
export function mergeEqualities(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalFilter') return node;
    const condition = mapRex(node.condition, (each) =>
      each.kind === 'call' && (each.operator === 'AND' || each.operator === 'OR')
        ? merged(each, each.operator)
        : each,
    );
    return condition === node.condition ? node : { ...node, condition };
  });
}

function merged(call: RexCall, operator: 'AND' | 'OR'): RexNode {
  const wanted = operator === 'OR' ? '=' : '<>';
  const equality = (node: RexNode) => {
    const comparison = literalComparison(node);
    return comparison?.operator === wanted && isDeterministic(comparison.ref) ? comparison : undefined;
  };
  const refs: RexNode[] = [];
  for (const operand of call.operands) {
    const ref = equality(operand)?.ref;
    if (ref && !refs.some((known) => sameRex(known, ref))) refs.push(ref);
  }
  const result = [...call.operands];
  for (const ref of refs) {
    const members = result.filter((each) => sameRex(equality(each)?.ref ?? each, ref));
    const literals = members.flatMap((each) => equality(each)?.literal ?? []);
    const type = leastRestrictive(literals.map((literal) => literal.type));
    if (literals.length < IN_THRESHOLD || !type) continue;
    const points = literals.flatMap((literal) => comparisonRanges('=', literal));
    const values = points.reduce<readonly SargRange[]>((all, point) => unionRanges(all, [point]), []);
    const ranges = operator === 'OR' ? values : complementOf(values);
    // Merged predicates come last, as the rule appends them.
    for (const member of members) result.splice(result.indexOf(member), 1);
    result.push(searchRex(ref, { ranges, nullAs: 'UNKNOWN' }, type));
  }
  return result.length === call.operands.length ? call : combine(operator, result);
}

import type { RexNode } from '../../expressions/rex-node.ts';
import { mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { mapRex, moveInputs, rexCast } from '../plan/rex.ts';
import { withScale } from './simplify/constant-folding.ts';
import type { ConstantOptions } from './simplify/constant-reducer.ts';
import type { Predicates } from './simplify/predicates.ts';
import { constantsOf, pulledUpPredicates } from './simplify/pulled-up-predicates.ts';
import { simplifyAll, simplifyCondition } from './simplify/simplify.ts';

/**
 * Expressions that read a column which a condition below fixed (`b = 5`) take the constant instead, and leave out what the
 * conditions below say already.
 */
export function useConstantColumns(plan: LogicalNode, { compute }: ConstantOptions): LogicalNode {
  return mapPlan(plan, (node) => {
    switch (node.kind) {
      case 'LogicalProject': {
        const known = pulledUpPredicates(node.inputs[0]);
        if (known.length === 0) return node;
        return { ...node, projects: simplifyAll(node.projects.map(replacing(known)), compute, known) };
      }
      case 'LogicalFilter': {
        const known = pulledUpPredicates(node.inputs[0]);
        if (known.length === 0) return node;
        return { ...node, condition: simplifyCondition(replacing(known)(node.condition), compute, known) };
      }
      case 'LogicalJoin': {
        if (node.joinType === 'SEMI' || node.joinType === 'ANTI') return node;
        const [left, right] = node.inputs;
        const width = left.rowType.fields.length;
        const ofRight = pulledUpPredicates(right).map((each) => moveInputs(each, (index) => index + width));
        const known = [...pulledUpPredicates(left), ...ofRight];
        if (known.length === 0) return node;
        return { ...node, condition: simplifyCondition(replacing(known)(node.condition), compute, known) };
      }
      default:
        return node;
    }
  });
}

function replacing(predicates: Predicates): (node: RexNode) => RexNode {
  const constants = constantsOf(predicates);
  if (constants.size === 0) return (node) => node;
  return (node) =>
    mapRex(node, (each) => {
      const value = each.kind === 'input' ? constants.get(each.index) : undefined;
      if (!value) return each;
      return each.type.nullable && !value.type.nullable
        ? rexCast(value.kind === 'literal' ? withScale(value) : value, each.type)
        : value;
    });
}

import type { RexNode } from '../../expressions/rex-node.ts';
import { mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { mapRex, moveInputs, rexCast, sameRex } from '../plan/rex.ts';
import { pushDownFilters } from './push-down-filters.ts';
import { withScale } from './simplify/constant-folding.ts';
import type { ConstantOptions } from './simplify/constant-reducer.ts';
import type { Predicates } from './simplify/predicates.ts';
import { constantsOf, pulledUpPredicates } from './simplify/pulled-up-predicates.ts';
import { simplifyAll, simplifyCondition } from './simplify/simplify.ts';

/** So often a condition may fix a column of the other side of a join, which fixes one of a third, as in Flink. */
const MAX_ROUNDS = 5;

/** Filters go down and constants up, again as long as what is constant makes the condition of a join another one. */
export function pushPredicates(plan: LogicalNode, options: ConstantOptions): LogicalNode {
  let node = plan;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let hasNewCondition = false;
    node = useConstantColumns(pushDownFilters(node, options), options, () => (hasNewCondition = true));
    if (!hasNewCondition) break;
  }
  return node;
}

/**
 * Expressions that read a column which a condition below fixed (`b = 5`) take the constant instead, and leave out what the
 * conditions below say already. `onNewCondition` is called for each join whose condition changes.
 */
export function useConstantColumns(
  plan: LogicalNode,
  { compute }: ConstantOptions,
  onNewCondition?: () => void,
): LogicalNode {
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
        const [left, right] = node.inputs;
        const width = left.rowType.fields.length;
        const ofRight = pulledUpPredicates(right).map((each) => moveInputs(each, (index) => index + width));
        const known = [...pulledUpPredicates(left), ...ofRight];
        if (known.length === 0) return node;
        const condition = simplifyCondition(replacing(known)(node.condition), compute, known);
        if (sameRex(condition, node.condition)) return node;
        onNewCondition?.();
        return { ...node, condition };
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

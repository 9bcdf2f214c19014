import { mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import type { ConstantOptions } from './simplify/constant-reducer.ts';
import { simplifyAll, simplifyCondition } from './simplify/simplify.ts';

/** Every expression of a plan in its shortest form; a filter or join counts TRUE alone. */
export function simplifyPlan(plan: LogicalNode, { compute }: ConstantOptions): LogicalNode {
  return mapPlan(plan, (node) => {
    switch (node.kind) {
      case 'LogicalProject':
        return { ...node, projects: simplifyAll(node.projects, compute) };
      case 'LogicalFilter':
      case 'LogicalJoin':
        return { ...node, condition: simplifyCondition(node.condition, compute) };
      default:
        return node;
    }
  });
}

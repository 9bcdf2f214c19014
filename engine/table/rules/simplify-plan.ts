import { mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import type { ConstantOptions } from './simplify/constant-reducer.ts';
import { simplifyAll, simplifyCondition } from './simplify/simplify.ts';

/** Every expression of a plan in its shortest form; a filter or join counts TRUE alone. */
export function simplifyPlan(plan: LogicalNode, { compute }: ConstantOptions): LogicalNode {
  return mapPlan(plan, (node) => {
    switch (node.kind) {
      case 'LogicalProject': {
        const projects = simplifyAll(node.projects, compute);
        return projects === node.projects ? node : { ...node, projects };
      }
      case 'LogicalFilter':
      case 'LogicalJoin': {
        const condition = simplifyCondition(node.condition, compute);
        return condition === node.condition ? node : { ...node, condition };
      }
      default:
        return node;
    }
  });
}

import { logicalAggregate, mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';

/** UNION is UNION ALL with a DISTINCT on top. */
export function distinctUnions(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalUnion' || node.all) return node;
    const all = node.rowType.fields.map((_, i) => i);
    return logicalAggregate({ ...node, all: true }, all, []);
  });
}

import { logicalAggregate, mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { fieldOf } from '../plan/rex.ts';
import { typesEqualSansNullability } from '../../types/type-equality.ts';

/** UNION is UNION ALL with a DISTINCT on top, which makes those of its inputs needless. */
export function distinctUnions(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalUnion' || node.all) return node;
    const all = node.rowType.fields.map((_, i) => i);
    return logicalAggregate(
      { ...node, all: true, inputs: node.inputs.map((each) => withoutDistinct(each, node)) },
      all,
      [],
    );
  });
}

// What is cast above its DISTINCT keeps it.
function withoutDistinct(node: LogicalNode, union: LogicalNode): LogicalNode {
  if (node.kind !== 'LogicalAggregate' || node.calls.length > 0 || node.groupSets) return node;
  const isCast = node.rowType.fields.some(
    ({ type }, i) => !typesEqualSansNullability(type, fieldOf(union.rowType, i).type),
  );
  if (isCast) return node;
  const [input] = node.inputs;
  return node.group.length === input.rowType.fields.length ? input : node;
}

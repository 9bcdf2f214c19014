import { logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, inputOf } from '../plan/rex.ts';
import { containsUniqueKey } from './unique-keys.ts';

/** SELECT DISTINCT (GROUP BY without aggregates) of rows that are distinct already is a projection. */
export function removeDistinct(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (node.kind !== 'LogicalAggregate' || node.calls.length > 0 || node.group.length === 0) return node;
    const [input] = node.inputs;
    if (!containsUniqueKey(input, node.group)) return node;
    const keys = node.group.map((key) => inputOf(input.rowType, key));
    return logicalProject(input, keys, fieldNames(node.rowType));
  });
}

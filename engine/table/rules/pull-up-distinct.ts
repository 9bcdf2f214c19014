import { logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, inputOf } from '../plan/rex.ts';

/** DISTINCT of a union needs no DISTINCT of its inputs. */
export function pullUpDistinct(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => {
    if (!isDistinct(node)) return node;
    const [union] = node.inputs;
    if (union.kind !== 'LogicalUnion' || !union.inputs.some(isDistinct)) return node;
    return { ...node, inputs: [{ ...union, inputs: union.inputs.map(withoutDistinct) }] };
  });
}

function isDistinct(node: LogicalNode): node is Extract<LogicalNode, { kind: 'LogicalAggregate' }> {
  return node.kind === 'LogicalAggregate' && node.calls.length === 0 && !node.groupSets;
}

function withoutDistinct(node: LogicalNode): LogicalNode {
  if (!isDistinct(node) || node.group.length === 0) return node;
  const [input] = node.inputs;
  const keys = node.group.map((key) => inputOf(input.rowType, key));
  return logicalProject(input, keys, fieldNames(node.rowType));
}

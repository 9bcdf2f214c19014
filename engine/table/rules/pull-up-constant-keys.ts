import type { RexNode } from '../../expressions/rex-node.ts';
import { logicalAggregate, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalAggregate, LogicalNode } from '../plan/rel-node.ts';
import { fieldNames, inputOf, isCall } from '../plan/rex.ts';

/** GROUP BY keys that are constants are grouped by no longer and put back above; one key stays, so that no group is made of nothing. */
export function pullUpConstantKeys(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalAggregate' ? withoutConstantKeys(node) : node));
}

function withoutConstantKeys(node: LogicalAggregate): LogicalNode {
  const [input] = node.inputs;
  if (input.kind !== 'LogicalProject' || node.groupSets) return node;
  const constantOf = (key: number): RexNode | undefined => {
    const project = input.projects[key] as RexNode;
    return isConstant(project) ? project : undefined;
  };
  let kept = node.group.filter((key) => !constantOf(key));
  if (kept.length === 0) kept = node.group.slice(0, 1);
  if (kept.length === node.group.length) return node;
  const smaller = logicalAggregate(input, kept, node.calls);
  const keys = node.group.map((key): RexNode => {
    const place = kept.indexOf(key);
    return place < 0 ? (constantOf(key) as RexNode) : inputOf(smaller.rowType, place);
  });
  const calls = node.calls.map((_, i) => inputOf(smaller.rowType, kept.length + i));
  return logicalProject(smaller, [...keys, ...calls], fieldNames(node.rowType));
}

// A constant that may be NULL equals its column only where both are not: such a key stays, as in Flink.
function isConstant(node: RexNode): boolean {
  return (
    node.kind === 'literal' ||
    (isCall(node, 'CAST') && !node.type.nullable && node.operands.every(isConstant))
  );
}

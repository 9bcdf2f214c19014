import { logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalNode, LogicalProject } from '../plan/rel-node.ts';
import { fieldNames, inputOf, substitute } from '../plan/rex.ts';

/** A projection of a union as a union of projections: no rows are dropped there, so it costs the same, and inputs get narrower. */
export function pushProjectsIntoUnions(plan: LogicalNode): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalProject' ? pushed(node) : node));
}

function pushed(node: LogicalProject): LogicalNode {
  const [union] = node.inputs;
  if (union.kind !== 'LogicalUnion' || !union.all) return node;
  const names = fieldNames(node.rowType);
  const inputs = union.inputs.map((input) => {
    const columns = input.rowType.fields.map((_, i) => inputOf(input.rowType, i));
    const project = logicalProject(
      input,
      node.projects.map((each) => substitute(each, columns)),
      names,
    );
    return pushed(project);
  });
  return { ...union, inputs, rowType: node.rowType };
}

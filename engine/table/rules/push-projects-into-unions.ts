import { logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalNode, LogicalProject } from '../plan/rel-node.ts';
import { fieldNames, inputOf, substitute } from '../plan/rex.ts';
import { canMerge } from './merge-projects.ts';
import type { ComputeConstants, ConstantOptions } from './simplify/constant-reducer.ts';
import { simplifyMerged } from './simplify/simplify.ts';

/** A projection of a union as a union of projections: no rows are dropped there, so it costs the same, and inputs get narrower. */
export function pushProjectsIntoUnions(plan: LogicalNode, { compute }: ConstantOptions): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalProject' ? pushed(node, compute) : node));
}

function pushed(node: LogicalProject, compute: ComputeConstants): LogicalNode {
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
    return pushed(onePerBranch(project, compute), compute);
  });
  return { ...union, inputs, rowType: node.rowType };
}

/** One projection of two: simplified, but its constants are not computed any more, as in Flink. */
function onePerBranch(node: LogicalProject, compute: ComputeConstants): LogicalProject {
  const [input] = node.inputs;
  if (input.kind !== 'LogicalProject' || !canMerge(node.projects, input.projects)) return node;
  const projects = simplifyMerged(
    node.projects.map((each) => substitute(each, input.projects)),
    compute,
  );
  return logicalProject(input.inputs[0], projects, fieldNames(node.rowType));
}

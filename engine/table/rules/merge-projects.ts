import type { RexNode } from '../../expressions/rex-node.ts';
import { logicalFilter, logicalProject, mapPlan } from '../plan/builders.ts';
import type { LogicalFilter, LogicalNode, LogicalProject } from '../plan/rel-node.ts';
import { fieldNames, isDeterministic, substitute, walkRex } from '../plan/rex.ts';
import type { ConstantOptions } from './simplify/constant-reducer.ts';
import { simplifyAll, simplifyMerged } from './simplify/simplify.ts';

/** Projection of a projection as one, and no projection that passes its input on as it is. */
export function mergeProjects(plan: LogicalNode, options: ConstantOptions): LogicalNode {
  return mapPlan(plan, (node) => (node.kind === 'LogicalProject' ? withoutIdentity(node, options) : node));
}

function merged(node: LogicalProject, { compute, isReduced }: ConstantOptions): LogicalProject {
  const [input] = node.inputs;
  if (input.kind === 'LogicalFilter') return mergedAcross(node, input);
  if (input.kind !== 'LogicalProject' || !canMerge(node.projects, input.projects)) return node;
  const simplify = isReduced ? simplifyMerged : simplifyAll;
  const projects = simplify(
    node.projects.map((each) => substitute(each, input.projects)),
    compute,
  );
  return logicalProject(input.inputs[0], projects, fieldNames(node.rowType));
}

/** A filter between two projections may be of something random, which is why it is not pushed down: where it is read once, all are one. */
function mergedAcross(node: LogicalProject, filter: LogicalFilter): LogicalProject {
  const [inner] = filter.inputs;
  if (inner.kind !== 'LogicalProject' || !canMerge([...node.projects, filter.condition], inner.projects))
    return node;
  const below = logicalFilter(inner.inputs[0], substitute(filter.condition, inner.projects));
  const projects = node.projects.map((each) => substitute(each, inner.projects));
  return logicalProject(below, projects, fieldNames(node.rowType));
}

/** What is random is computed once: it may move up only where it is read at most once. */
export function canMerge(outer: readonly RexNode[], inner: readonly RexNode[]): boolean {
  const reads = new Map<number, number>();
  for (const node of outer) {
    walkRex(node, (each) => {
      if (each.kind === 'input') reads.set(each.index, (reads.get(each.index) ?? 0) + 1);
    });
  }
  return inner.every((node, i) => isDeterministic(node) || (reads.get(i) ?? 0) <= 1);
}

// Names do not count, so of a projection that only renames another one the names below stay.
function withoutIdentity(node: LogicalProject, options: ConstantOptions): LogicalNode {
  const isNothing = ({ projects, inputs: [input] }: LogicalProject): boolean =>
    isIdentity(projects, input.rowType.fields.length);
  if (isNothing(node)) return node.inputs[0];
  const one = merged(node, options);
  return isNothing(one) ? one.inputs[0] : one;
}

/** Whether a projection is its input, names aside. */
export function isIdentity(projects: readonly RexNode[], inputWidth: number): boolean {
  return (
    projects.length === inputWidth && projects.every((node, i) => node.kind === 'input' && node.index === i)
  );
}

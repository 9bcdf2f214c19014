import type { PhysicalNode } from '../plan/physical-node.ts';
import { changelogModeText } from '../rules/changelog.ts';
import { costText, EstimatedCosts } from './estimated-cost.ts';
import type { PlanAdvice } from './plan-advice.ts';
import { drawTree } from './plan-text.ts';
import type { TreeNode } from './plan-text.ts';
import { nodeText } from './physical-text.ts';

/** The two optimized plans of EXPLAIN. A query's client is no node of them. */

/** "Optimized Physical Plan": a tree for every root, `changelogMode` and numbers of advice on request. */
export function physicalPlanText(
  roots: readonly PhysicalNode[],
  {
    withChangelogMode,
    withCost,
    advice,
  }: {
    readonly withChangelogMode: boolean;
    readonly withCost: boolean;
    readonly advice?: PlanAdvice;
  },
): string {
  const costs = new EstimatedCosts();
  const treeOf = (node: PhysicalNode): TreeNode => {
    const mode =
      withChangelogMode && node.changelogMode
        ? [`changelogMode=${changelogModeText(node.changelogMode)}`]
        : [];
    const numbers = advice?.of(node) ?? [];
    const before = numbers.length > 0 ? [`advice=[${numbers.join(', ')}]`] : [];
    const cost = withCost ? `: ${costText(costs.of(node))}` : '';
    // With costs, VALUES says nothing of its types, as in Flink.
    const style = withCost && node.kind === 'Values' ? 'explain' : 'digest';
    return {
      text: `${nodeText(node, style, mode, before)}${cost}`,
      children: node.inputs.map(treeOf),
    };
  };
  return roots.map((root) => drawTree(treeOf(withoutCollect(root)))).join('\n');
}

/** "Optimized Execution Plan": shared nodes are printed once. With several roots, what they share comes first, in trees of its own. */
export function executionPlanText(roots: readonly PhysicalNode[]): string {
  const tops = roots.map(withoutCollect);
  const consumers = countConsumers(tops);
  const ids = new Map<PhysicalNode, number>();
  const printed = new Set<PhysicalNode>();
  const isShared = (node: PhysicalNode): boolean => (consumers.get(node) ?? 0) > 1;

  const treeOf = (node: PhysicalNode): TreeNode => {
    if (!isShared(node)) return { text: nodeText(node, 'explain'), children: node.inputs.map(treeOf) };
    const id = ids.get(node) ?? ids.size + 1;
    ids.set(node, id);
    if (printed.has(node)) return { text: `Reused(reference_id=[${id}])`, children: [] };
    printed.add(node);
    return { text: `${nodeText(node, 'explain')}(reuse_id=[${id}])`, children: node.inputs.map(treeOf) };
  };
  const apart = tops.length > 1 ? sharedAcross(tops, isShared) : [];
  return [...apart, ...tops].map((node) => drawTree(treeOf(node))).join('\n');
}

/** A query's plan without the client that it is for. */
export function withoutCollect(root: PhysicalNode): PhysicalNode {
  return root.kind === 'Sink' && root.target.kind === 'collect' ? root.inputs[0] : root;
}

/** Number of edges into each node. */
function countConsumers(roots: readonly PhysicalNode[]): Map<PhysicalNode, number> {
  const counts = new Map<PhysicalNode, number>();
  const visit = (node: PhysicalNode): void => {
    const count = counts.get(node) ?? 0;
    counts.set(node, count + 1);
    if (count === 0) node.inputs.forEach(visit);
  };
  roots.forEach(visit);
  return counts;
}

/** Shared nodes that more than one root reaches, inputs first. */
function sharedAcross(
  roots: readonly PhysicalNode[],
  isShared: (node: PhysicalNode) => boolean,
): PhysicalNode[] {
  const reachedBy = new Map<PhysicalNode, number>();
  for (const root of roots) {
    const seen = new Set<PhysicalNode>();
    const visit = (node: PhysicalNode): void => {
      if (seen.has(node)) return;
      seen.add(node);
      node.inputs.forEach(visit);
      reachedBy.set(node, (reachedBy.get(node) ?? 0) + 1);
    };
    visit(root);
  }
  return [...reachedBy].filter(([node, count]) => count > 1 && isShared(node)).map(([node]) => node);
}

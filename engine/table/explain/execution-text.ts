import type { PhysicalNode } from '../plan/physical-node.ts';
import { changelogModeText } from '../rules/changelog.ts';
import { costText } from './estimated-cost.ts';
import type { NodeCost } from './estimated-cost.ts';
import type { PlanAdvice } from './plan-advice.ts';
import { drawTree } from './plan-text.ts';
import type { TreeNode } from './plan-text.ts';
import { executionGraph } from './batch/execution-graph.ts';
import type { ExecutionOptions } from './batch/execution-graph.ts';
import { execText } from './batch/exec-node.ts';
import { nodeText } from './physical-text.ts';
import { SharedTrees } from './shared-trees.ts';
import type { GraphNode } from './shared-trees.ts';

/** The two optimized plans of EXPLAIN. A query's client is no node of them. */

/** "Optimized Physical Plan": a tree for every root, `changelogMode` and numbers of advice on request. */
export function physicalPlanText(
  roots: readonly PhysicalNode[],
  {
    withChangelogMode,
    isBatch = false,
    costs,
    advice,
  }: {
    readonly isBatch?: boolean;
    readonly withChangelogMode: boolean;
    /** What is said of costs, if anything. */
    readonly costs?: { of(node: PhysicalNode): NodeCost } | undefined;
    readonly advice?: PlanAdvice;
  },
): string {
  const treeOf = (node: PhysicalNode): TreeNode => {
    const mode =
      withChangelogMode && node.changelogMode
        ? [`changelogMode=${changelogModeText(node.changelogMode)}`]
        : [];
    const numbers = advice?.of(node) ?? [];
    const before = numbers.length > 0 ? [`advice=[${numbers.join(', ')}]`] : [];
    const cost = costs ? `: ${costText(costs.of(node))}` : '';
    // With costs, VALUES says nothing of its types, as in Flink.
    const style = costs && node.kind === 'Values' ? 'explain' : isBatch && !costs ? 'prefix' : 'digest';
    return {
      text: `${nodeText(node, style, mode, before)}${cost}`,
      children: node.inputs.map(treeOf),
    };
  };
  return roots.map((root) => drawTree(treeOf(withoutCollect(root)))).join('\n');
}

/** "Optimized Execution Plan": shared nodes are printed once. With several roots, what they share comes first, in trees of its own. */
export function executionPlanText(roots: readonly PhysicalNode[]): string {
  return graphText(roots.map(withoutCollect), (node) => nodeText(node, 'explain'));
}

/** The same in batch mode, after Flink's last steps. */
export function batchExecutionPlanText(roots: readonly PhysicalNode[], options: ExecutionOptions): string {
  return graphText(executionGraph(roots.map(withoutCollect), options), execText);
}

function graphText<N extends GraphNode<N>>(tops: readonly N[], textOf: (node: N) => string): string {
  const trees = new SharedTrees(tops, textOf);
  const apart = tops.length > 1 ? sharedAcross(tops, (node) => trees.isShared(node)) : [];
  return [...apart, ...tops].map((node) => drawTree(trees.treeOf(node))).join('\n');
}

/** A query's plan without the client that it is for. */
export function withoutCollect(root: PhysicalNode): PhysicalNode {
  return root.kind === 'Sink' && root.target.kind === 'collect' ? root.inputs[0] : root;
}

/** Shared nodes that more than one root reaches, inputs first. */
function sharedAcross<N extends GraphNode<N>>(roots: readonly N[], isShared: (node: N) => boolean): N[] {
  const reachedBy = new Map<N, number>();
  for (const root of roots) {
    const seen = new Set<N>();
    const visit = (node: N): void => {
      if (seen.has(node)) return;
      seen.add(node);
      node.inputs.forEach(visit);
      reachedBy.set(node, (reachedBy.get(node) ?? 0) + 1);
    };
    visit(root);
  }
  return [...reachedBy].filter(([node, count]) => count > 1 && isShared(node)).map(([node]) => node);
}

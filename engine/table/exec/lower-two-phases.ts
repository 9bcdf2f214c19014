import type { PhysicalNode } from '../plan/physical-node.ts';
import { localInput } from '../rules/local-input.ts';
import { withPhysicalInputs } from '../rules/map-physical.ts';

/**
 * The plan as it runs: two phases of a group aggregation are one operator behind the exchange, which folds its bundles itself, and bundles
 * need nobody to mark where they end. Shared nodes stay shared.
 */
export function lowerTwoPhases(roots: readonly PhysicalNode[]): PhysicalNode[] {
  const done = new Map<PhysicalNode, PhysicalNode>();
  const lower = (node: PhysicalNode): PhysicalNode => {
    const known = done.get(node);
    if (known) return known;
    const lowered = lowerNode(node, lower);
    done.set(node, lowered);
    return lowered;
  };
  return roots.map(lower);
}

function lowerNode(node: PhysicalNode, lower: (node: PhysicalNode) => PhysicalNode): PhysicalNode {
  switch (node.kind) {
    case 'MiniBatchAssigner':
      return lower(node.inputs[0]);
    case 'GlobalGroupAggregate': {
      const input = lower(localInput(node));
      const { group, calls, rowType, changelogMode } = node;
      const distribution =
        group.length === 0 ? ({ kind: 'single' } as const) : ({ kind: 'hash', keys: group } as const);
      const mode = input.changelogMode && { changelogMode: input.changelogMode };
      return {
        kind: 'GroupAggregate',
        inputs: [{ kind: 'Exchange', inputs: [input], distribution, rowType: input.rowType, ...mode }],
        group,
        calls,
        rowType,
        ...(changelogMode && { changelogMode }),
      };
    }
    default: {
      const inputs = node.inputs.map(lower);
      const isSame = inputs.every((input, i) => input === node.inputs[i]);
      return isSame ? node : withPhysicalInputs(node, inputs);
    }
  }
}

import { mapShared } from '../plan/map-shared.ts';
import type { PhysicalGroupAggregate, PhysicalNode } from '../plan/physical-node.ts';
import type { WholeAggregation } from '../plan/rel-node.ts';
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

type Lower = (node: PhysicalNode) => PhysicalNode;

function lowerNode(node: PhysicalNode, lower: Lower): PhysicalNode {
  switch (node.kind) {
    case 'MiniBatchAssigner':
      return lower(node.inputs[0]);
    case 'GlobalGroupAggregate':
      return node.whole
        ? inOne(node, node.whole, unsplitInput(node, node.whole, lower))
        : inOne(node, node, lower(localInput(node)));
    case 'GroupAggregate':
      return node.whole
        ? inOne(node, node.whole, unsplitInput(node, node.whole, lower))
        : withLowered(node, lower);
    default:
      return withLowered(node, lower);
  }
}

function withLowered(node: PhysicalNode, lower: Lower): PhysicalNode {
  const inputs = mapShared<PhysicalNode>(node.inputs, lower);
  return inputs === node.inputs ? node : withPhysicalInputs(node, inputs);
}

/** One operator behind one exchange. */
function inOne(
  { rowType, changelogMode }: PhysicalNode,
  { group, calls }: Pick<PhysicalGroupAggregate, 'group' | 'calls'>,
  input: PhysicalNode,
): PhysicalGroupAggregate {
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

/** What an aggregation in two levels reads, without copies of rows and their buckets. */
function unsplitInput(
  node: PhysicalNode,
  { width, isExpanded }: WholeAggregation,
  lower: Lower,
): PhysicalNode {
  let read = below(node);
  while (!('partialFinalType' in read) || read.partialFinalType !== 'PARTIAL') read = below(read);
  // The PARTIAL level is in one phase, behind an exchange, or in two, the first of which is not.
  while ('partialFinalType' in read || read.kind === 'Exchange') read = below(read);
  if (isExpanded) read = below(below(read));
  const input = lower(read);
  if (input.kind !== 'Calc' || input.projects.length === width) return input;
  const fields = input.rowType.fields.slice(0, width);
  return { ...input, projects: input.projects.slice(0, width), rowType: { ...input.rowType, fields } };
}

function below(node: PhysicalNode): PhysicalNode {
  return node.inputs[0] as PhysicalNode;
}

import { mapShared } from '../plan/map-shared.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import { packedJoin } from './pack-joined-rows.ts';
import { packedAggregate } from './pack-keys.ts';

/**
 * The plan with `$PACK` below every operator whose state would have to hold arrays, maps or multisets (and below its exchange), and
 * `$UNPACK` above it: state and partitioning know bytes alone. EXPLAIN shows the plan of before. Shared nodes stay shared.
 */
export function packNested(roots: readonly PhysicalNode[]): PhysicalNode[] {
  const done = new Map<PhysicalNode, PhysicalNode>();
  const pack = (node: PhysicalNode): PhysicalNode => {
    const known = done.get(node);
    if (known) return known;
    const inputs = mapShared<PhysicalNode>(node.inputs, pack);
    const result = packedNode(inputs === node.inputs ? node : ({ ...node, inputs } as PhysicalNode));
    done.set(node, result);
    return result;
  };
  return roots.map(pack);
}

function packedNode(node: PhysicalNode): PhysicalNode {
  switch (node.kind) {
    case 'GroupAggregate':
    case 'HashAggregate':
    case 'SortAggregate':
    case 'WindowAggregate':
    case 'GlobalWindowAggregate':
      return packedAggregate(node);
    case 'Join':
    case 'HashJoin':
    case 'SortMergeJoin':
    case 'NestedLoopJoin':
      return packedJoin(node);
    default:
      return node;
  }
}

import type { PhysicalLocalAggregate, PhysicalNode } from '../../plan/physical-node.ts';

/** The first phase below a second one. */
export function firstPhase(node: PhysicalNode): PhysicalLocalAggregate {
  if (node.kind === 'LocalHashAggregate' || node.kind === 'LocalSortAggregate') return node;
  if (node.kind !== 'Exchange' && node.kind !== 'Sort')
    throw new RangeError(`${node.kind} is no first phase`);
  return firstPhase(node.inputs[0]);
}

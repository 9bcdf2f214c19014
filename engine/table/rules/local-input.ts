import type { PhysicalNode } from '../plan/physical-node.ts';

/** What the first phase of an aggregation in two phases reads. */
export function localInput(node: PhysicalNode & { readonly inputs: readonly [PhysicalNode] }): PhysicalNode {
  let input: PhysicalNode = node.inputs[0];
  while (PHASES.has(input.kind)) [input] = input.inputs as readonly [PhysicalNode];
  return input;
}

const PHASES = new Set<PhysicalNode['kind']>([
  'Exchange',
  'LocalGroupAggregate',
  'IncrementalGroupAggregate',
  'LocalWindowAggregate',
]);

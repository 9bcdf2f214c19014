import { mapShared } from '../plan/map-shared.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';

/** Rebuilds a physical plan from its leaves up. */
export function mapPhysical(node: PhysicalNode, rewrite: (node: PhysicalNode) => PhysicalNode): PhysicalNode {
  const inputs = mapShared<PhysicalNode>(node.inputs, (input) => mapPhysical(input, rewrite));
  return rewrite(inputs === node.inputs ? node : withPhysicalInputs(node, inputs));
}

/** The same node over as many other inputs. */
export function withPhysicalInputs<N extends PhysicalNode>(node: N, inputs: readonly PhysicalNode[]): N {
  return { ...node, inputs };
}

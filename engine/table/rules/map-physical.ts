import type { PhysicalNode } from '../plan/physical-node.ts';

/** Rebuilds a physical plan from its leaves up. */
export function mapPhysical(node: PhysicalNode, rewrite: (node: PhysicalNode) => PhysicalNode): PhysicalNode {
  const inputs = node.inputs.map((input) => mapPhysical(input, rewrite));
  const isSame = inputs.every((input, i) => input === node.inputs[i]);
  return rewrite(isSame ? node : withPhysicalInputs(node, inputs));
}

/** The same node over as many other inputs. */
export function withPhysicalInputs<N extends PhysicalNode>(node: N, inputs: readonly PhysicalNode[]): N {
  return { ...node, inputs };
}

import type { RexNode } from '../../expressions/rex-node.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import { isDeterministic } from '../plan/rex.ts';
import { withPhysicalInputs } from './map-physical.ts';

/**
 * Equal sub-plans become one node with several consumers: a table that is read twice in the same way is read once, in a query and over
 * all INSERTs of a statement set. What is random is not shared, for its consumers must see values of their own.
 *
 * Gives the roots again, in order; nodes that were equal are now the same object.
 */
export function shareSubPlans(
  roots: readonly PhysicalNode[],
  options: { readonly isEnabled: boolean; readonly sharesSources: boolean },
): PhysicalNode[] {
  if (!options.isEnabled || leaves(roots) < 2) return [...roots];
  // By kind and inputs: what a node says of itself is only compared where these are the same.
  const known = new Map<string, readonly Shared[]>();
  const texts = new Map<PhysicalNode, string>();
  let count = 0;

  const textOf = (node: PhysicalNode): string => {
    const text = texts.get(node) ?? JSON.stringify({ ...node, inputs: [] });
    texts.set(node, text);
    return text;
  };

  const share = (node: PhysicalNode): Shared => {
    const inputs = node.inputs.map(share);
    const shared = withPhysicalInputs(
      node,
      inputs.map((input) => input.node),
    );
    const isReused =
      node.kind === 'TableSourceScan'
        ? options.sharesSources
        : node.kind !== 'Exchange' || inputs.every((input) => input.isReused);
    const isShareable = inputs.every((input) => input.id !== undefined) && canShare(node);
    if (!isShareable) return { node: shared, id: undefined, isReused };
    const place = `${node.kind}(${inputs.map((input) => input.id).join()})`;
    const alike = known.get(place) ?? [];
    const first = alike.find((other) => textOf(other.node) === textOf(shared));
    if (first) return isReused ? first : { ...first, node: shared };
    const made: Shared = { node: shared, id: count++, isReused };
    known.set(place, [...alike, made]);
    return made;
  };
  return roots.map((root) => share(root).node);
}

interface Shared {
  readonly node: PhysicalNode;
  /** The same for equal plans; undefined for what must not be shared. */
  readonly id: number | undefined;
  /** A source that is not, and how it is sent on, stand as often as they are read; what is made of it is shared all the same. */
  readonly isReused: boolean;
}

/** Equal plans have equal leaves. */
function leaves(nodes: readonly PhysicalNode[]): number {
  return nodes.reduce((sum, { inputs }) => sum + (inputs.length === 0 ? 1 : leaves(inputs)), 0);
}

function canShare(node: PhysicalNode): boolean {
  const expressions: readonly RexNode[] =
    node.kind === 'Calc' ? [...node.projects, ...(node.condition ? [node.condition] : [])] : [];
  if (node.kind === 'Correlate' && node.call.isVolatile) return false;
  return node.kind !== 'Sink' && expressions.every(isDeterministic);
}

import type { TreeNode } from './plan-text.ts';

export interface GraphNode<N> {
  readonly inputs: readonly N[];
}

/**
 * A graph as trees: a node with several consumers is written where it is first met, `(reuse_id=[1])`, and referred to elsewhere.
 * Numbers are given in the order in which nodes are met again. What lies at a border is written wherever it is met, without what is below.
 */
export class SharedTrees<N extends GraphNode<N>> {
  readonly #textOf: (node: N) => string;
  readonly #isBorder: (node: N) => boolean;
  readonly #ids: ReadonlyMap<N, number>;
  readonly #printed = new Set<N>();

  /** @param isBorder whether a node belongs to the trees no more than as an input */
  constructor(tops: readonly N[], textOf: (node: N) => string, isBorder: (node: N) => boolean = () => false) {
    this.#textOf = textOf;
    this.#isBorder = isBorder;
    this.#ids = numberShared(tops, isBorder);
  }

  isShared(node: N): boolean {
    return this.#ids.has(node);
  }

  treeOf(node: N): TreeNode {
    const text = this.#textOf(node);
    if (this.#isBorder(node)) return { text, children: [] };
    const children = (): TreeNode[] => node.inputs.map((input) => this.treeOf(input));
    const id = this.#ids.get(node);
    if (id === undefined) return { text, children: children() };
    if (this.#printed.has(node)) return { text: `Reused(reference_id=[${id}])`, children: [] };
    this.#printed.add(node);
    return { text: `${text}(reuse_id=[${id}])`, children: children() };
  }
}

/** Nodes with several edges into them. */
function numberShared<N extends GraphNode<N>>(
  roots: readonly N[],
  isBorder: (node: N) => boolean,
): Map<N, number> {
  const visited = new Set<N>();
  const ids = new Map<N, number>();
  const visit = (node: N): void => {
    if (isBorder(node)) return;
    if (!visited.has(node)) {
      visited.add(node);
      node.inputs.forEach(visit);
    } else if (!ids.has(node)) {
      ids.set(node, ids.size + 1);
    }
  };
  roots.forEach(visit);
  return ids;
}

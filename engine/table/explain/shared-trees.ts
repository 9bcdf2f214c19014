import type { TreeNode } from './plan-text.ts';

export interface GraphNode<N> {
  readonly inputs: readonly N[];
}

/**
 * A graph as trees: a node with several consumers is written where it is first met, `(reuse_id=[1])`, and referred to elsewhere.
 * Numbers are given in the order in which nodes are met again.
 */
export class SharedTrees<N extends GraphNode<N>> {
  readonly #textOf: (node: N) => string;
  readonly #inputsOf: (node: N) => readonly N[];
  readonly #ids: ReadonlyMap<N, number>;
  readonly #printed = new Set<N>();

  /** @param inputsOf what belongs to the trees of a node's inputs */
  constructor(
    tops: readonly N[],
    textOf: (node: N) => string,
    inputsOf: (node: N) => readonly N[] = (node) => node.inputs,
  ) {
    this.#textOf = textOf;
    this.#inputsOf = inputsOf;
    this.#ids = numberShared(tops, inputsOf);
  }

  isShared(node: N): boolean {
    return this.#ids.has(node);
  }

  treeOf(node: N): TreeNode {
    const text = this.#textOf(node);
    const children = (): TreeNode[] => this.#inputsOf(node).map((input) => this.treeOf(input));
    const id = this.#ids.get(node);
    if (id === undefined) return { text, children: children() };
    if (this.#printed.has(node)) return { text: `Reused(reference_id=[${id}])`, children: [] };
    this.#printed.add(node);
    return { text: `${text}(reuse_id=[${id}])`, children: children() };
  }
}

/** Nodes with several edges into them. */
function numberShared<N>(roots: readonly N[], inputsOf: (node: N) => readonly N[]): Map<N, number> {
  const visited = new Set<N>();
  const ids = new Map<N, number>();
  const visit = (node: N): void => {
    if (!visited.has(node)) {
      visited.add(node);
      inputsOf(node).forEach(visit);
    } else if (!ids.has(node)) {
      ids.set(node, ids.size + 1);
    }
  };
  roots.forEach(visit);
  return ids;
}

import type { TreeNode } from './plan-text.ts';

export interface GraphNode<N> {
  readonly inputs: readonly N[];
}

/** A graph as trees: a node with several consumers is written where it is first met, `(reuse_id=[1])`, and referred to elsewhere. */
export class SharedTrees<N extends GraphNode<N>> {
  readonly #textOf: (node: N) => string;
  readonly #inputsOf: (node: N) => readonly N[];
  readonly #consumers: ReadonlyMap<N, number>;
  readonly #ids = new Map<N, number>();
  readonly #printed = new Set<N>();

  /** @param inputsOf what belongs to the trees of a node's inputs */
  constructor(
    tops: readonly N[],
    textOf: (node: N) => string,
    inputsOf: (node: N) => readonly N[] = (node) => node.inputs,
  ) {
    this.#textOf = textOf;
    this.#inputsOf = inputsOf;
    this.#consumers = countConsumers(tops, inputsOf);
  }

  isShared(node: N): boolean {
    return (this.#consumers.get(node) ?? 0) > 1;
  }

  treeOf(node: N): TreeNode {
    const text = this.#textOf(node);
    const children = (): TreeNode[] => this.#inputsOf(node).map((input) => this.treeOf(input));
    if (!this.isShared(node)) return { text, children: children() };
    const id = this.#ids.get(node) ?? this.#ids.size + 1;
    this.#ids.set(node, id);
    if (this.#printed.has(node)) return { text: `Reused(reference_id=[${id}])`, children: [] };
    this.#printed.add(node);
    return { text: `${text}(reuse_id=[${id}])`, children: children() };
  }
}

/** Number of edges into each node. */
function countConsumers<N>(roots: readonly N[], inputsOf: (node: N) => readonly N[]): Map<N, number> {
  const counts = new Map<N, number>();
  const visit = (node: N): void => {
    const count = counts.get(node) ?? 0;
    counts.set(node, count + 1);
    if (count === 0) inputsOf(node).forEach(visit);
  };
  roots.forEach(visit);
  return counts;
}

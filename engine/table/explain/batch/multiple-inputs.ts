import { drawTree } from '../plan-text.ts';
import { SharedTrees } from '../shared-trees.ts';
import { execText } from './exec-node.ts';
import type { ExecNode } from './exec-node.ts';
import { readOrder } from './input-priorities.ts';

/** Nodes that become one, and the last of them. */
interface Group {
  root: ExecNode | undefined;
  readonly members: ExecNode[];
}

/**
 * Joins and what is between them become one node each (MultipleInput), which hands rows on without a network between. Only what has two
 * inputs begins such a node; exchanges and sources stay outside, and so does what would gain nothing.
 */
export function withMultipleInputs(roots: readonly ExecNode[]): ExecNode[] {
  return new MultipleInputs(roots).create();
}

class MultipleInputs {
  readonly #roots: readonly ExecNode[];
  readonly #consumers = new Map<ExecNode, ExecNode[]>();
  readonly #groups = new Map<ExecNode, Group>();

  constructor(roots: readonly ExecNode[]) {
    this.#roots = roots;
    const seen = new Set<ExecNode>();
    const visit = (exec: ExecNode): void => {
      if (seen.has(exec)) return;
      seen.add(exec);
      for (const input of exec.inputs) this.#consumers.set(input, [...this.#consumersOf(input), exec]);
      exec.inputs.forEach(visit);
    };
    roots.forEach(visit);
  }

  create(): ExecNode[] {
    const ordered = this.#consumersFirst();
    for (const exec of ordered) this.#enter(exec);
    for (const exec of [...ordered].reverse()) this.#dropEntrance(exec);
    for (const exec of ordered) this.#dropRoot(exec);
    const done = new Map<ExecNode, ExecNode>();
    return this.#roots.map((root) => this.#replaced(root, done));
  }

  #consumersOf(exec: ExecNode): ExecNode[] {
    return this.#consumers.get(exec) ?? [];
  }

  #consumersFirst(): ExecNode[] {
    const queue = [...this.#roots];
    const visits = new Map<ExecNode, number>();
    for (const exec of queue) {
      for (const input of exec.inputs) {
        const count = (visits.get(input) ?? 0) + 1;
        visits.set(input, count);
        if (count === this.#consumersOf(input).length) queue.push(input);
      }
    }
    return queue;
  }

  #enter(exec: ExecNode): void {
    if (exec.inputs.length === 0 || exec.kind === 'Exchange') return;
    const groups = new Set(this.#consumersOf(exec).map((consumer) => this.#groups.get(consumer)));
    const [group] = groups;
    if (groups.size === 1 && group) {
      group.members.push(exec);
      this.#groups.set(exec, group);
    } else if (exec.inputs.length >= 2) this.#groups.set(exec, { root: exec, members: [exec] });
  }

  /** The far end of a group leaves it where it gains nothing from being in. */
  #dropEntrance(exec: ExecNode): void {
    const group = this.#groups.get(exec);
    if (!group || exec.inputs.some((input) => this.#groups.get(input) === group)) return;
    const isUseless =
      exec.kind === 'Union'
        ? !exec.inputs.some(isChainableSource)
        : exec.inputs.length === 1 &&
          exec.inputs[0]!.kind !== 'Exchange' &&
          !isChainableSource(exec.inputs[0]!); // one input
    const isSingle = exec.inputs.some(
      (input) => input.kind === 'Exchange' && input.properties[0]?.place === 'single',
    );
    if (isUseless || isSingle) this.#remove(exec, group);
  }

  /** The near end of a group leaves it likewise. */
  #dropRoot(exec: ExecNode): void {
    const group = this.#groups.get(exec);
    if (!group || exec !== group.root) return;
    const isUnion = exec.kind === 'Union';
    if (group.members.length === 1) {
      if (isUnion || !exec.inputs.some(isChainableSource)) this.#removeRoot(group);
    } else if (isUnion) this.#dropUnion(exec, group);
    else if (exec.inputs.length === 1) this.#removeRoot(group);
  }

  /** A union stays if two of its branches have joins. */
  #dropUnion(union: ExecNode, group: Group): void {
    const branches = union.inputs.map((input) => this.#withinGroup(input, group));
    const hasJoin = (branch: readonly ExecNode[]): boolean =>
      branch.some((exec) => exec.inputs.length >= 2 && exec.kind !== 'Union');
    if (branches.filter(hasJoin).length >= 2) return;
    for (const branch of branches.filter((each) => !hasJoin(each))) {
      for (const exec of branch) if (this.#groups.get(exec) === group) this.#remove(exec, group);
    }
    this.#removeRoot(group);
  }

  #withinGroup(exec: ExecNode, group: Group): ExecNode[] {
    const found = new Set<ExecNode>();
    const visit = (each: ExecNode): void => {
      if (found.has(each) || this.#groups.get(each) !== group) return;
      found.add(each);
      each.inputs.forEach(visit);
    };
    visit(exec);
    return [...found];
  }

  #remove(exec: ExecNode, group: Group): void {
    if (exec === group.root) {
      this.#removeRoot(group);
      return;
    }
    group.members.splice(group.members.indexOf(exec), 1);
    this.#groups.delete(exec);
  }

  #removeRoot(group: Group): void {
    const { root, members } = group;
    if (!root) return;
    members.splice(members.indexOf(root), 1);
    this.#groups.delete(root);
    group.root = root.inputs.find((input) => members.includes(input));
  }

  #replaced(exec: ExecNode, done: Map<ExecNode, ExecNode>): ExecNode {
    const known = done.get(exec);
    if (known) return known;
    exec.inputs = exec.inputs.map((input) => this.#replaced(input, done));
    const group = this.#groups.get(exec);
    const replaced = group && group.root === exec ? multipleInput(exec, group.members) : exec;
    done.set(exec, replaced);
    return replaced;
  }
}

/** Sources of the kind that runs in one task with what follows. */
function isChainableSource({ node }: ExecNode): boolean {
  return node?.kind === 'TableSourceScan' && node.table.connector !== 'datagen';
}

function multipleInput(root: ExecNode, members: readonly ExecNode[]): ExecNode {
  const edges = members.flatMap((member) =>
    member.inputs.flatMap(
      (input, i) => (members.includes(input) ? [] : [{ input, property: member.properties[i]! }]), // as many as inputs
    ),
  );
  const inputs = edges.map(({ input }) => input);
  const order = readOrder(root, inputs);
  return {
    node: undefined,
    kind: 'MultipleInput',
    columns: root.columns,
    inputs,
    properties: edges.map(({ property }, i) => ({ ...property, priority: order[i] ?? 0 })),
    members,
    isBatchShuffle: false,
    keeps: undefined,
    description: description(root, inputs, order),
  };
}

function description(root: ExecNode, inputs: readonly ExecNode[], order: readonly number[]): string {
  const borderOf = (exec: ExecNode): string => {
    const border = inputs.indexOf(exec);
    return border < 0 ? '' : `[#${border + 1}] `;
  };
  const trees = new SharedTrees(
    [root],
    (exec) => borderOf(exec) + execText(exec),
    (exec) => inputs.includes(exec),
  );
  const members = drawTree(trees.treeOf(root)).replaceAll('\n', '\\n');
  const reads = new Set(order).size > 1 ? `readOrder=[${order.join(',')}], ` : '';
  return `MultipleInput(${reads}members=[\\n${members}])`;
}

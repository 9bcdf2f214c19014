import { exchangeOf } from './exec-node.ts';
import type { ExecNode, InputProperty } from './exec-node.ts';

const DAMS: readonly InputProperty['dam'][] = ['pipelined', 'end-input', 'blocking'];

/**
 * Which nodes have to be read before which others: consumers after their inputs, and what a join holds before what passes it. An edge
 * that would close a circle is a deadlock.
 */
class Topology {
  readonly #after = new Map<ExecNode, Set<ExecNode>>();

  constructor(roots: readonly ExecNode[], boundaries: ReadonlySet<ExecNode>) {
    const seen = new Set<ExecNode>();
    const visit = (exec: ExecNode): void => {
      if (seen.has(exec) || boundaries.has(exec)) return;
      seen.add(exec);
      for (const input of exec.inputs) this.link(input, exec);
      exec.inputs.forEach(visit);
    };
    roots.forEach(visit);
  }

  /** False if that closed a circle; nothing is linked then. */
  link(from: ExecNode, to: ExecNode): boolean {
    if (this.#reaches(to, from)) return false;
    this.#of(from).add(to);
    this.#of(to);
    return true;
  }

  unlink(from: ExecNode, to: ExecNode): void {
    this.#of(from).delete(to);
  }

  /** How many steps it takes to a node from those that come after none. */
  distances(): Map<ExecNode, number> {
    const distances = new Map<ExecNode, number>();
    const before = new Map<ExecNode, ExecNode[]>();
    for (const [from, all] of this.#after)
      for (const to of all) before.set(to, [...(before.get(to) ?? []), from]);
    const distance = (exec: ExecNode): number => {
      const known = distances.get(exec);
      if (known !== undefined) return known;
      const found = 1 + Math.max(-1, ...(before.get(exec) ?? []).map(distance));
      distances.set(exec, found);
      return found;
    };
    for (const exec of this.#after.keys()) distance(exec);
    return distances;
  }

  #of(exec: ExecNode): Set<ExecNode> {
    let after = this.#after.get(exec);
    if (!after) this.#after.set(exec, (after = new Set()));
    return after;
  }

  #reaches(from: ExecNode, to: ExecNode): boolean {
    const seen = new Set([from]);
    for (const exec of seen) {
      if (exec === to) return true;
      for (const next of this.#after.get(exec) ?? []) seen.add(next);
    }
    return false;
  }
}

/** A circle: the input of a node that is read first, and the one that would be read meanwhile. */
type Resolve = (exec: ExecNode, higher: number, lower: number) => void;

/** The order of reading within `roots` down to `boundaries`; `resolve` mends what cannot be. */
function priorities(
  roots: readonly ExecNode[],
  boundaries: ReadonlySet<ExecNode>,
  safe: InputProperty['dam'],
  resolve: Resolve,
): Topology {
  const topology = new Topology(roots, boundaries);
  const link = (exec: ExecNode, higher: number, lower: number): void => {
    const higherNode = exec.inputs[higher]!; // an input of the node
    const linked: ExecNode[] = [];
    for (const ancestor of pipelinedAncestors(exec.inputs[lower]!, boundaries, safe)) {
      if (topology.link(higherNode, ancestor)) {
        linked.push(ancestor);
        continue;
      }
      resolve(exec, higher, lower);
      for (const each of linked) topology.unlink(higherNode, each);
      return;
    }
  };
  const seen = new Set<ExecNode>();
  const visit = (exec: ExecNode): void => {
    if (seen.has(exec)) return;
    seen.add(exec);
    if (!boundaries.has(exec)) exec.inputs.forEach(visit);
    const levels = [...new Set(exec.properties.map(({ priority }) => priority))].sort((a, b) => a - b);
    for (let i = 0; i + 1 < levels.length; i++) {
      const at = (level: number | undefined): number[] =>
        exec.properties.flatMap(({ priority }, input) => (priority === level ? [input] : []));
      for (const higher of at(levels[i])) for (const lower of at(levels[i + 1])) link(exec, higher, lower);
    }
  };
  roots.forEach(visit);
  return topology;
}

/** Where rows come from that a node takes one after the other. */
function pipelinedAncestors(
  exec: ExecNode,
  boundaries: ReadonlySet<ExecNode>,
  safe: InputProperty['dam'],
): ExecNode[] {
  const found: ExecNode[] = [];
  const seen = new Set<ExecNode>();
  const visit = (each: ExecNode): void => {
    if (seen.has(each)) return;
    seen.add(each);
    const passing = boundaries.has(each)
      ? []
      : each.inputs.filter((_, i) => DAMS.indexOf(each.properties[i]!.dam) < DAMS.indexOf(safe)); // as many as inputs
    passing.forEach(visit);
    if (passing.length === 0) found.push(each);
  };
  visit(exec);
  return found;
}

/** Puts exchanges that hold all rows where inputs would wait for each other. */
export function breakDeadlocks(roots: readonly ExecNode[], safe: 'end-input' | 'blocking'): void {
  const isBatchShuffle = safe === 'end-input';
  priorities(roots, new Set(), safe, (exec, _higher, lower) => {
    const input = exec.inputs[lower]!; // an input of the node
    const exchange =
      input.kind === 'Exchange'
        ? exchangeOf(input.inputs[0]!, input.properties[0]!, { isBatchShuffle }) // its one input
        : exchangeOf(input, exec.properties[lower]!, { isBatchShuffle });
    exec.inputs = exec.inputs.map((each, i) => (i === lower ? exchange : each));
  });
}

/** In which order a node that takes the place of several reads its inputs. */
export function readOrder(root: ExecNode, inputs: readonly ExecNode[]): number[] {
  const topology = priorities([root], new Set(inputs), 'blocking', (exec) => {
    throw new RangeError(`The inputs of ${exec.kind} wait for each other`);
  });
  const distances = topology.distances();
  const levels = [...new Set(inputs.map((input) => distances.get(input) ?? 0))].sort((a, b) => a - b);
  return inputs.map((input) => levels.indexOf(distances.get(input) ?? 0));
}

import { exchangeOf, inputsFirst } from './exec-node.ts';
import type { ExecNode, InputProperty } from './exec-node.ts';
import { nodeText } from '../physical-text.ts';

/**
 * Exchanges that move nothing, at the places where rows are already as their consumer wants them: they keep rows together when parallelism is
 * decided later, and let nodes be chained.
 */
export function keepPlaces(roots: readonly ExecNode[]): void {
  for (const exec of inputsFirst(roots)) {
    if (exec.kind === 'Exchange') continue;
    exec.properties.forEach((property, i) => {
      const input = exec.inputs[i]!; // as many as properties
      const kept = isSorting(exec) ? keptSorted(input, property) : keptHashed(input, property);
      exec.inputs = exec.inputs.map((each, at) => (at === i ? kept : each));
    });
  }
}

function isSorting({ kind }: ExecNode): boolean {
  return kind === 'SortAggregate' || kind === 'LocalSortAggregate';
}

function keptHashed(input: ExecNode, property: InputProperty): ExecNode {
  return property.place === 'hash' && input.kind !== 'Exchange' ? kept(input, property, 'hash') : input;
}

/** Between a sort and its consumer, and, where no exchange is below the sort, there. */
function keptSorted(input: ExecNode, property: InputProperty): ExecNode {
  const isHashed = property.place === 'hash';
  if (property.place === 'single') return input;
  if (input.kind !== 'Sort')
    return isHashed && input.kind !== 'Exchange' ? kept(input, property, 'forward') : input;
  const [below] = input.inputs;
  if (isHashed && below && below.kind !== 'Exchange') input.inputs = [kept(below, property, 'hash')];
  return kept(input, property, 'forward');
}

/** Calculations hand on how rows are placed and sorted, so that their input is kept, too. */
function kept(input: ExecNode, property: InputProperty, keeps: 'hash' | 'forward'): ExecNode {
  const [below] = input.inputs;
  if (below && below.kind !== 'Exchange' && (input.kind === 'Calc' || input.kind === 'Correlate'))
    input.inputs = [kept(below, property, keeps)];
  return exchangeOf(input, property, { keeps });
}

/** Joins whose inputs both come by hash decide when they run how they do it, for each consumer anew. */
export function adaptJoins(roots: readonly ExecNode[]): ExecNode[] {
  const seen = new Set<ExecNode>();
  const inputsAdapted = (exec: ExecNode): ExecNode => {
    exec.inputs = exec.inputs.map(adapt);
    return exec;
  };
  const adapt = (exec: ExecNode): ExecNode => {
    if (!seen.has(exec)) {
      seen.add(exec);
      // What must go on exactly as it comes is made as planned.
      const isStrict = exec.keeps === 'forward';
      exec.inputs = exec.inputs.map((input) => (isStrict ? inputsAdapted(input) : adapt(input)));
    }
    return isAdaptive(exec) ? adaptiveJoin(exec) : exec;
  };
  return roots.map(adapt);
}

function isAdaptive({ node, properties, inputs }: ExecNode): boolean {
  if (node?.kind !== 'HashJoin' && node?.kind !== 'SortMergeJoin') return false;
  return (
    !node.isHinted &&
    node.joinType !== 'FULL' &&
    properties.every(({ place }) => place === 'hash') &&
    inputs.every((input) => input.keeps === undefined)
  );
}

function adaptiveJoin(exec: ExecNode): ExecNode {
  const text = exec.node ? nodeText(exec.node, 'explain') : '';
  const name = exec.kind === 'HashJoin' ? 'ShuffleHashJoin' : 'SortMergeJoin';
  const attributes = text.slice(exec.kind.length + 1);
  return { ...exec, kind: 'AdaptiveJoin', description: `AdaptiveJoin(originalJoin=[${name}], ${attributes}` };
}

import type { PhysicalNode } from '../../plan/physical-node.ts';
import { adaptJoins, keepPlaces } from './exchanges.ts';
import { execGraph, inputsFirst } from './exec-node.ts';
import type { ExecNode } from './exec-node.ts';
import { breakDeadlocks } from './input-priorities.ts';
import { withMultipleInputs } from './multiple-inputs.ts';

/** Which of Flink's last steps are taken; all of them by default. */
export interface ExecutionOptions {
  /** `table.optimizer.multiple-input-enabled` */
  readonly hasMultipleInputs: boolean;
  /** `table.optimizer.adaptive-broadcast-join.strategy` or its like for skewed joins is not NONE. */
  readonly hasAdaptiveJoins: boolean;
}

/** The execution plan of batch mode: what Flink's last steps make of a physical plan in which equal sub-plans are shared. */
export function executionGraph(roots: readonly PhysicalNode[], options: ExecutionOptions): ExecNode[] {
  return numberedGraph(roots, options).execs;
}

/** The same with the number of each node: those of the physical plan come first, then those that the last steps add. */
export function numberedGraph(
  roots: readonly PhysicalNode[],
  options: ExecutionOptions,
): { readonly execs: ExecNode[]; readonly numbers: ReadonlyMap<ExecNode, number> } {
  const graph = execGraph(roots);
  const numbers = new Map(inputsFirst(graph).map((exec, i) => [exec, i + 1]));
  const execs = finished(graph, options);
  for (const exec of inputsFirst(execs)) if (!numbers.has(exec)) numbers.set(exec, numbers.size + 1);
  return { execs, numbers };
}

function finished(graph: ExecNode[], options: ExecutionOptions): ExecNode[] {
  breakDeadlocks(graph, 'end-input');
  let execs = graph;
  if (options.hasMultipleInputs) {
    breakDeadlocks(graph, 'blocking');
    execs = withMultipleInputs(graph);
  }
  keepPlaces(execs);
  return options.hasAdaptiveJoins ? adaptJoins(execs) : execs;
}

import type { JobGraph } from '../graph/job-graph.ts';
import { keyGroupRangeOf } from '../state/key-group-range.ts';
import type { CheckpointManifest } from './checkpoint-manifest.ts';
import type { OperatorRestore, TaskRestore } from './gateways.ts';

/**
 * Which subtask finds its state where, also at another parallelism: paged state comes from every old subtask whose key groups
 * meet the new one's, operator state from all old subtasks (an operator that divides work, such as a source, divides it anew).
 * State finds its operator by the operator's id.
 *
 * @returns for each vertex one entry a subtask
 * @throws if the maximum parallelism of a vertex changed, since its key groups would be others
 */
export function assignState(
  manifest: CheckpointManifest,
  graph: JobGraph,
): Map<string, readonly TaskRestore[]> {
  const result = new Map<string, readonly TaskRestore[]>();
  for (const { id, name, parallelism, maxParallelism, operators } of graph.vertices) {
    const restores: TaskRestore[] = [];
    for (let subtask = 0; subtask < parallelism; subtask++) {
      const own = keyGroupRangeOf(maxParallelism, parallelism, subtask);
      const entries = operators.flatMap((operator): [string, OperatorRestore][] => {
        const old = manifest.vertices.find(({ subtasks }) => subtasks.some((state) => operator.id in state));
        if (!old) return [];
        if (old.maxParallelism !== maxParallelism) {
          throw new Error(
            `The state of ${name} cannot be restored: its maximum parallelism was ${old.maxParallelism} and is now ${maxParallelism}.`,
          );
        }
        const paged = old.subtasks.flatMap((state, oldSubtask) => {
          const theirs = keyGroupRangeOf(maxParallelism, old.parallelism, oldSubtask);
          const isOurs = theirs.start <= own.end && own.start <= theirs.end;
          return isOurs
            ? (state[operator.id]?.paged ?? []).map((handle) => ({ subtask: oldSubtask, state: handle }))
            : [];
        });
        return [
          [
            operator.id,
            { operatorState: old.subtasks.map((state) => state[operator.id]?.operatorState ?? null), paged },
          ],
        ];
      });
      restores.push({ checkpointId: manifest.checkpointId, operators: Object.fromEntries(entries) });
    }
    result.set(id, restores);
  }
  return result;
}

const ALONE: readonly string[] = ['ValuesSource', 'CollectSink'];

/**
 * The job at another parallelism. Vertices that ran at the job's parallelism (the highest) change; those that run alone stay
 * alone: where all rows must meet (a global exchange, a key of no columns, the client's result), where there is only one copy of the
 * rows (VALUES), or where the maximum parallelism is 1.
 */
export function rescale(graph: JobGraph, parallelism: number): JobGraph {
  const before = Math.max(...graph.vertices.map((vertex) => vertex.parallelism));
  const fixed = new Set(
    graph.vertices
      .filter(
        ({ maxParallelism, parallelism: own, operators }) =>
          maxParallelism === 1 || own !== before || operators.some(({ spec }) => ALONE.includes(spec.kind)),
      )
      .map((vertex) => vertex.id),
  );
  for (const { target, partitioner } of graph.edges) {
    const isSingle =
      partitioner.kind === 'global' || (partitioner.kind === 'hash' && partitioner.keys.length === 0);
    if (isSingle) fixed.add(target);
  }
  // Both ends of a forward edge keep the same parallelism.
  for (let count = -1; count !== fixed.size;) {
    count = fixed.size;
    for (const { source, target, partitioner } of graph.edges) {
      if (partitioner.kind === 'forward' && (fixed.has(source) || fixed.has(target)))
        fixed.add(source).add(target);
    }
  }
  const vertices = graph.vertices.map((vertex) => {
    if (fixed.has(vertex.id)) return vertex;
    if (parallelism > vertex.maxParallelism) {
      throw new Error(
        `${vertex.name} cannot run at parallelism ${parallelism}: its maximum parallelism is ${vertex.maxParallelism}.`,
      );
    }
    return { ...vertex, parallelism };
  });
  return { ...graph, vertices };
}

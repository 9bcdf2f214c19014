import type { JobGraph } from '../graph/job-graph.ts';

/**
 * Subtasks of one job share slots: subtask i of every vertex of a slot sharing group runs in slot i of the group, so a group
 * needs as many slots as its highest parallelism.
 */
export interface SlotRequest {
  readonly group: string;
  readonly index: number;
}

/** The slots that a job needs, group by group. */
export function slotRequests(graph: JobGraph): SlotRequest[] {
  const counts = new Map<string, number>();
  for (const { slotSharingGroup, parallelism } of graph.vertices) {
    counts.set(slotSharingGroup, Math.max(parallelism, counts.get(slotSharingGroup) ?? 0));
  }
  return [...counts].flatMap(([group, count]) =>
    Array.from({ length: count }, (_, index) => ({ group, index })),
  );
}

import type { JobEdge, JobGraph, JobVertex, PartitionerSpec } from '../../engine/graph/job-graph.ts';
import type { RowType } from '../../engine/types/logical-type.ts';

const NO_COLUMNS: RowType = { root: 'ROW', nullable: false, fields: [] };

/** A vertex with one operator, whose id is the vertex's with `-op`. */
export function vertex(id: string, parallelism: number, changes: Partial<JobVertex> = {}): JobVertex {
  return {
    id,
    name: id,
    parallelism,
    maxParallelism: 128,
    slotSharingGroup: 'default',
    operators: [{ id: `${id}-op`, name: id, spec: { kind: 'DropUpdateBefore' }, inputs: [] }],
    ...changes,
  };
}

export function edge(source: string, target: string, partitioner: PartitionerSpec['kind'] = 'hash'): JobEdge {
  return {
    id: `${source}-${target}`,
    source,
    sourceOperator: 0,
    target,
    gate: 0,
    partitioner: partitioner === 'hash' ? { kind: 'hash', keys: [0] } : { kind: partitioner },
    rowType: NO_COLUMNS,
  };
}

export function jobGraph(
  vertices: readonly JobVertex[],
  edges: readonly JobEdge[] = [],
  configuration: Record<string, string> = {},
): JobGraph {
  return { jobId: 'job', name: 'a job', vertices, edges, configuration, text: 'SELECT 1' };
}

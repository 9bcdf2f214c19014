import type { JobEdge, JobGraph } from '../graph/job-graph.ts';
import type { ExecutionGraph } from './execution-graph.ts';
import type { ChannelDescriptor, TaskDeploymentDescriptor, TaskRestore } from './gateways.ts';

/**
 * What TaskManagers are told of an attempt: a descriptor for each subtask, in the order of the graph's executions.
 *
 * @param restore what each subtask finds its state in, by vertex id; null to begin without
 */
export function deploymentDescriptors(
  graph: ExecutionGraph,
  restore: ReadonlyMap<string, readonly TaskRestore[]> | null,
): TaskDeploymentDescriptor[] {
  const { jobGraph, attempt } = graph;
  const { jobId, edges, configuration, functions } = jobGraph;
  const pairs = new Map(edges.map((edge) => [edge.id, channelPairs(edge, jobGraph)]));
  const channel = (edge: JobEdge, [source, target]: Pair, end: 'source' | 'target'): ChannelDescriptor => {
    const subtask = end === 'source' ? source : target;
    const peer = graph.execution(edge[end], subtask)?.taskManager;
    if (peer === undefined) throw new Error(`Edge ${edge.id} has no subtask ${subtask} at its ${end}.`);
    return { id: `${jobId}/${attempt}/${edge.id}/${source}-${target}`, subtask, peer };
  };
  return graph.executions.map(({ vertex, subtask }) => ({
    jobId,
    vertex,
    subtask,
    attempt,
    inputs: edges
      .filter((edge) => edge.target === vertex.id)
      .map((edge) => ({
        edge,
        channels: pairs
          .get(edge.id)! // every edge has its pairs
          .filter(([, target]) => target === subtask)
          .map((pair) => channel(edge, pair, 'source')),
      })),
    outputs: edges
      .filter((edge) => edge.source === vertex.id)
      .map((edge) => ({
        edge,
        maxParallelism: maxParallelismOf(jobGraph, edge.target),
        channels: pairs
          .get(edge.id)!
          .filter(([source]) => source === subtask)
          .map((pair) => channel(edge, pair, 'target')),
      })),
    configuration,
    restore: restore?.get(vertex.id)?.[subtask] ?? null,
    ...(functions && { functions }),
  }));
}

/** The TaskManagers that exchange data, each pair once. */
export function peerPairs(
  descriptors: readonly TaskDeploymentDescriptor[],
  graph: ExecutionGraph,
): [string, string][] {
  const pairs = new Map<string, [string, string]>();
  for (const { vertex, subtask, outputs } of descriptors) {
    const own = graph.execution(vertex.id, subtask)?.taskManager ?? '';
    for (const { peer } of outputs.flatMap(({ channels }) => channels)) {
      if (peer === own) continue;
      const [first, second] = own < peer ? [own, peer] : [peer, own];
      pairs.set(`${first} ${second}`, [first, second]);
    }
  }
  return [...pairs.values()];
}

function maxParallelismOf(graph: JobGraph, vertexId: string): number {
  const vertex = graph.vertices.find(({ id }) => id === vertexId);
  if (!vertex) throw new Error(`The job graph has no vertex ${vertexId}.`);
  return vertex.maxParallelism;
}

type Pair = readonly [sourceSubtask: number, targetSubtask: number];

/** Which subtasks an edge connects: one to one, neighbours only (rescale), or all with all (S-71). */
function channelPairs({ id, source, target, partitioner }: JobEdge, graph: JobGraph): Pair[] {
  const parallelism = (vertexId: string): number =>
    graph.vertices.find((vertex) => vertex.id === vertexId)?.parallelism ?? 0;
  const [sources, targets] = [parallelism(source), parallelism(target)];
  if (partitioner.kind === 'forward' && sources !== targets) {
    throw new Error(`Edge ${id} is forward, but its ends have parallelism ${sources} and ${targets}.`);
  }
  const pairs: Pair[] = [];
  for (let i = 0; i < sources; i++) {
    const [from, to] =
      partitioner.kind === 'forward' || partitioner.kind === 'rescale'
        ? neighbours(i, sources, targets)
        : [0, targets];
    for (let j = from; j < to; j++) pairs.push([i, j]);
  }
  return pairs;
}

/** Targets `[from, to)` of source `i`, spread as evenly as Flink spreads them. */
function neighbours(i: number, sources: number, targets: number): [from: number, to: number] {
  if (sources <= targets) {
    return [Math.ceil((i * targets) / sources), Math.ceil(((i + 1) * targets) / sources)];
  }
  // Target j reads sources [j * sources / targets, (j + 1) * sources / targets), both rounded down.
  const target = Math.ceil(((i + 1) * targets) / sources) - 1;
  return [target, target + 1];
}

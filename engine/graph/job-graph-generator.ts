import type { JobEdge, JobGraph, JobVertex, OperatorInput, OperatorNode } from './job-graph.ts';
import { stableHash } from './stable-hash.ts';
import type { StreamEdge, StreamGraph, StreamNode } from './stream-graph.ts';

/**
 * From operators to vertices: operators joined by a forward edge run as one task.
 *
 * An operator is chained to its only input when the edge is `forward` and both are confined alike: an operator pinned to a
 * number of subtasks never shares a vertex with one that follows the job's parallelism, so `rescaleJobGraph` can change the latter.
 */
export interface JobGraphSettings {
  readonly isChainingEnabled: boolean;
  /** `pipeline.max-parallelism`; 0 or less: by S-70 from the vertex's parallelism. */
  readonly maxParallelism: number;
}

export type JobGraphHeader = Omit<JobGraph, 'vertices' | 'edges'>;

export function generateJobGraph(
  graph: StreamGraph,
  header: JobGraphHeader,
  settings: JobGraphSettings,
): JobGraph {
  const chains = chainsOf(graph, settings.isChainingEnabled);
  const placeOf = new Map<StreamNode, Place>();
  for (const chain of chains) {
    const vertexId = stableHash(`vertex ${chain[0]?.id}`);
    chain.forEach((node, operator) => placeOf.set(node, { vertexId, operator }));
  }
  const place = (index: number): Place => placeOf.get(graph.nodes[index] as StreamNode) as Place;
  const edges: JobEdge[] = [];
  const vertices = chains.map((chain) => vertexOf(chain, place, edges, settings));
  return { ...header, vertices, edges };
}

interface Place {
  readonly vertexId: string;
  readonly operator: number;
}

/** Nodes of one vertex each, heads first, vertices in order of their heads. */
function chainsOf(graph: StreamGraph, isChainingEnabled: boolean): StreamNode[][] {
  const chainOf = new Map<number, StreamNode[]>();
  const chains: StreamNode[][] = [];
  for (const node of graph.nodes) {
    const upstream = isChainingEnabled ? chainableInput(graph, node) : undefined;
    let chain = upstream === undefined ? undefined : chainOf.get(upstream);
    if (!chain) chains.push((chain = []));
    chain.push(node);
    chainOf.set(node.index, chain);
  }
  return chains;
}

function chainableInput(graph: StreamGraph, node: StreamNode): number | undefined {
  if (node.inputs.length !== 1 || node.inputs[0]?.length !== 1) return undefined;
  const edge = node.inputs[0][0] as StreamEdge;
  const source = graph.nodes[edge.source] as StreamNode;
  const isAlike = source.operator.parallelism === node.operator.parallelism;
  return edge.partitioner.kind === 'forward' && isAlike ? edge.source : undefined;
}

function vertexOf(
  chain: readonly StreamNode[],
  place: (index: number) => Place,
  edges: JobEdge[],
  settings: JobGraphSettings,
): JobVertex {
  const head = chain[0] as StreamNode;
  const { vertexId } = place(head.index);
  let gates = 0;
  const operators = chain.map((node): OperatorNode => {
    const inputs = node.inputs.map((sources): OperatorInput => {
      const chained = node === head ? undefined : place((sources[0] as StreamEdge).source);
      if (chained) return { kind: 'chained', operator: chained.operator };
      const gate = gates++;
      for (const { source, partitioner, rowType } of sources) {
        const { vertexId: sourceVertex, operator: sourceOperator } = place(source);
        const id = stableHash(`edge ${sourceVertex} ${sourceOperator} ${vertexId} ${gate} ${edges.length}`);
        edges.push({
          id,
          source: sourceVertex,
          sourceOperator,
          target: vertexId,
          gate,
          partitioner,
          rowType,
        });
      }
      return { kind: 'gate', gate };
    });
    return { id: node.id, name: node.operator.description, spec: node.operator.operator, inputs };
  });
  return {
    id: vertexId,
    name: chainName(chain, head),
    parallelism: head.parallelism,
    maxParallelism: maxParallelismOf(head, settings.maxParallelism),
    slotSharingGroup: 'default',
    operators,
  };
}

/** `Source: t[1] -> Calc[2] -> (Sink: a[3], Sink: b[4])`, as Flink names a chain. */
function chainName(chain: readonly StreamNode[], node: StreamNode): string {
  const followers = chain.filter((other) => other.inputs[0]?.[0]?.source === node.index && other !== node);
  const names = followers.map((follower) => chainName(chain, follower));
  if (names.length === 0) return node.operator.name;
  return `${node.operator.name} -> ${names.length === 1 ? names[0] : `(${names.join(', ')})`}`;
}

function maxParallelismOf(node: StreamNode, configured: number): number {
  if (node.operator.parallelism === 1) return 1;
  return configured > 0 ? configured : defaultMaxParallelism(node.parallelism);
}

/** S-70: the power of two at or above 1.5 p, within 128 and 32768. */
export function defaultMaxParallelism(parallelism: number): number {
  let rounded = 1;
  while (rounded < parallelism + Math.floor(parallelism / 2)) rounded *= 2;
  return Math.min(Math.max(rounded, 128), 32768);
}

/**
 * The same job at another parallelism, for a resume from a checkpoint: ids, chains and key groups stay.
 * Throws a RangeError where a vertex has fewer key groups than that.
 */
export function rescaleJobGraph(graph: JobGraph, parallelism: number): JobGraph {
  const isFollower = followers(graph);
  const vertices = graph.vertices.map((vertex) => {
    if (!isFollower(vertex)) return vertex;
    if (parallelism > vertex.maxParallelism) {
      throw new RangeError(
        `Parallelism ${parallelism} is above the maximum parallelism ${vertex.maxParallelism} of '${vertex.name}'.`,
      );
    }
    return { ...vertex, parallelism };
  });
  return {
    ...graph,
    vertices,
    configuration: { ...graph.configuration, 'parallelism.default': String(parallelism) },
  };
}

function followers(graph: JobGraph): (vertex: JobVertex) => boolean {
  const followed = Number(graph.configuration['parallelism.default'] ?? 1);
  return (vertex) => vertex.maxParallelism > 1 && vertex.parallelism === followed;
}

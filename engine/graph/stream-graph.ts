import type { RowType } from '../types/logical-type.ts';
import type { PartitionerSpec } from './job-graph.ts';
import { stableHash } from './stable-hash.ts';
import type { OperatorDescription, Transformation } from './transformation.ts';

/**
 * Operators and the edges between them, before chaining: one node an operator, inputs before consumers.
 *
 * Unions are gone (an input may have several edges), and so are partitionings (each edge carries its own).
 */
export interface StreamGraph {
  readonly nodes: readonly StreamNode[];
}

export interface StreamNode {
  /** Position in `nodes`. */
  readonly index: number;
  /** The same whenever the same statement is planned, at any parallelism and however it is chained. */
  readonly id: string;
  readonly operator: OperatorDescription;
  readonly parallelism: number;
  /** By input of the operator: the edges that feed it. */
  readonly inputs: readonly (readonly StreamEdge[])[];
}

export interface StreamEdge {
  readonly source: number;
  readonly partitioner: PartitionerSpec;
  readonly rowType: RowType;
}

/** `roots` are the sinks, in order of the statements. */
export function generateStreamGraph(
  roots: readonly Transformation[],
  defaultParallelism: number,
): StreamGraph {
  const nodes: StreamNode[] = [];
  const built = new Map<Transformation, number>();

  function nodeOf(transformation: Transformation): number | undefined {
    if (transformation.kind === 'union' || transformation.kind === 'partition') return undefined;
    const known = built.get(transformation);
    if (known !== undefined) return known;
    const { operator } = transformation;
    const parallelism = operator.parallelism ?? defaultParallelism;
    const inputs = transformation.inputs.map((input) => edgesOf(input, operator.parallelism));
    const index = nodes.length;
    nodes.push({ index, id: operatorId(index, operator, inputs), operator, parallelism, inputs });
    built.set(transformation, index);
    return index;
  }

  function edgesOf(
    input: Transformation,
    pinned: number | undefined,
    partitioner?: PartitionerSpec,
  ): StreamEdge[] {
    if (input.kind === 'union') return input.inputs.flatMap((each) => edgesOf(each, pinned, partitioner));
    // Of two partitionings in a row the later one decides where a row goes.
    if (input.kind === 'partition') return edgesOf(input.inputs[0], pinned, partitioner ?? input.partitioner);
    const source = nodeOf(input) as number; // neither union nor partition here
    const isPinned = nodes[source]?.operator.parallelism === pinned;
    return [
      {
        source,
        partitioner: partitioner ?? { kind: isPinned ? 'forward' : 'rebalance' },
        rowType: input.outputType,
      },
    ];
  }

  function operatorId(index: number, operator: OperatorDescription, inputs: readonly StreamEdge[][]): string {
    const inputIds = inputs.map((edges) => edges.map((edge) => nodes[edge.source]?.id));
    return stableHash(JSON.stringify([index, operator.operator.kind, inputIds]));
  }

  for (const root of roots) nodeOf(root);
  return { nodes };
}

import type {
  JobEdge,
  JobGraph,
  JobVertex,
  OperatorInput,
  PartitionerSpec,
} from '../../engine/graph/job-graph.ts';
import type { OperatorSpec } from '../../engine/operators/operator-spec.ts';
import { PAIRS } from './test-operators.ts';

/** An operator of a chain and what it reads: `gate 0`, or `0` the operator of that index; the one before it if nothing is said. */
export type TestNode = OperatorSpec | readonly [spec: OperatorSpec, ...inputs: (`gate ${number}` | number)[]];

export function testVertex(id: string, parallelism: number, ...nodes: readonly TestNode[]): JobVertex {
  return {
    id,
    name: id,
    parallelism,
    maxParallelism: 128,
    slotSharingGroup: 'default',
    operators: nodes.map((node, index) => {
      const [spec, ...inputs] = 'kind' in node ? ([node] as const) : node;
      return { id: `${id}-${index}`, name: `${id}-${index}`, spec, inputs: inputsOf(spec, inputs, index) };
    }),
  };
}

function inputsOf(
  spec: OperatorSpec,
  inputs: readonly (`gate ${number}` | number)[],
  index: number,
): OperatorInput[] {
  if (spec.kind === 'TableSource') return [];
  const given = inputs.length > 0 ? inputs : [index === 0 ? ('gate 0' as const) : index - 1];
  return given.map((input) =>
    typeof input === 'number'
      ? { kind: 'chained', operator: input }
      : { kind: 'gate', gate: Number(input.slice(5)) },
  );
}

export function testEdge(
  source: string,
  target: string,
  kind: PartitionerSpec['kind'],
  ends: { readonly sourceOperator?: number; readonly gate?: number } = {},
): JobEdge {
  const { sourceOperator = 0, gate = 0 } = ends;
  return {
    id: `${source}-${sourceOperator}-${target}-${gate}`,
    source,
    sourceOperator,
    target,
    gate,
    partitioner: kind === 'hash' ? { kind, keys: [0] } : { kind },
    rowType: PAIRS,
  };
}

export function testGraph(
  vertices: readonly JobVertex[],
  edges: readonly JobEdge[] = [],
  configuration: Readonly<Record<string, string>> = {},
): JobGraph {
  return { jobId: 'job', name: 'a job', vertices, edges, configuration, text: '' };
}

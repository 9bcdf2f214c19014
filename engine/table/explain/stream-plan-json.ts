import type { PartitionerSpec } from '../../graph/job-graph.ts';
import type { Transformation } from '../../graph/transformation.ts';

/** "Physical Execution Plan": the transformations as the JSON that Flink's plan visualizer reads. */
export function streamPlanJson(roots: readonly Transformation[], defaultParallelism: number): string {
  const ids = new Map<Transformation, number>();
  const nodes: object[] = [];

  const idOf = (transformation: Transformation): number => {
    const known = ids.get(transformation);
    if (known !== undefined) return known;
    const [input] = transformation.inputs;
    if (input && isPartOf(transformation, input)) {
      const id = idOf(input);
      ids.set(transformation, id);
      return id;
    }
    const inputs = transformation.inputs.flatMap((input) => predecessors(input));
    const id = ids.size + 1;
    ids.set(transformation, id);
    if (transformation.kind === 'union' || transformation.kind === 'partition') return id;
    const { name, description, parallelism } = transformation.operator;
    nodes.push({
      id,
      type: name,
      pact: pactOf(transformation),
      contents: description,
      parallelism: parallelism ?? defaultParallelism,
      ...(inputs.length > 0 && { predecessors: inputs }),
    });
    return id;
  };
  const predecessors = (input: Transformation, partitioner?: PartitionerSpec): object[] => {
    if (input.kind === 'union') return input.inputs.flatMap((each) => predecessors(each, partitioner));
    if (input.kind === 'partition') {
      const sources = predecessors(input.inputs[0], partitioner ?? input.partitioner);
      idOf(input);
      return sources;
    }
    return [
      { id: idOf(input), ship_strategy: (partitioner?.kind ?? 'forward').toUpperCase(), side: 'second' },
    ];
  };
  roots.forEach(idOf);
  return pretty({ nodes }, '');
}

/** Whether one node of the plan runs as both. */
function isPartOf(transformation: Transformation, input: Transformation): boolean {
  const described = (each: Transformation): string | undefined =>
    'operator' in each ? each.operator.description : undefined;
  const description = described(transformation);
  return description !== undefined && description === described(input);
}

function pactOf(transformation: Transformation): string {
  if (transformation.kind === 'source') return 'Data Source';
  const isSink = 'operator' in transformation && transformation.operator.operator.kind === 'TableSink';
  return isSink ? 'Data Sink' : 'Operator';
}

/** JSON as Jackson's pretty printer sets it: a blank before each colon, brackets of lists on the line of their items. */
export function pretty(value: unknown, margin: string): string {
  if (Array.isArray(value)) return `[ ${value.map((item) => pretty(item, margin)).join(', ')} ]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${margin}  `;
  const entries = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)} : ${pretty(item, inner)}`,
  );
  return `{\n${entries.join(',\n')}\n${margin}}`;
}

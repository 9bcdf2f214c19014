import type { PhysicalNode } from '../../plan/physical-node.ts';
import { pretty } from '../stream-plan-json.ts';
import { numberedGraph } from './execution-graph.ts';
import type { ExecutionOptions } from './execution-graph.ts';
import { execText } from './exec-node.ts';
import type { ExecNode } from './exec-node.ts';

/** A node that runs, and how its rows travel to a consumer. */
interface Predecessor {
  readonly id: number;
  readonly ship_strategy: string;
  readonly side: 'second';
}

/**
 * "Physical Execution Plan" of batch mode: Flink's operators as the JSON that its plan visualizer reads. Exchanges and unions are edges, but
 * take numbers.
 */
export function batchPlanJson(
  roots: readonly PhysicalNode[],
  options: ExecutionOptions,
  defaultParallelism: number,
): string {
  const { execs, numbers } = numberedGraph(roots, options);
  const plan = new BatchPlan(numbers, defaultParallelism);
  for (const exec of execs) plan.add(exec);
  plan.expandWriters();
  return pretty({ nodes: plan.nodes }, '');
}

class BatchPlan {
  readonly #numbers: ReadonlyMap<ExecNode, number>;
  readonly #defaultParallelism: number;
  readonly #nodes: { id: number }[] = [];
  readonly #writers: { id: number }[] = [];
  readonly #ids = new Map<ExecNode, number>();
  readonly #parallelisms = new Map<ExecNode, number>();
  #lastId = 0;

  constructor(numbers: ReadonlyMap<ExecNode, number>, defaultParallelism: number) {
    this.#numbers = numbers;
    this.#defaultParallelism = defaultParallelism;
  }

  get nodes(): readonly object[] {
    const isLast = (node: object): number => Number('pact' in node && node.pact === 'Data Sink');
    return [...this.#nodes].sort((a, b) => isLast(a) - isLast(b) || a.id - b.id);
  }

  add(exec: ExecNode): number {
    const known = this.#ids.get(exec);
    if (known !== undefined) return known;
    const made = new Map(exec.inputs.map((input) => [input, this.#predecessors(input, 'FORWARD')]));
    const predecessors = inputsAsRead(exec).flatMap((input) => made.get(input) ?? []);
    // The nodes that became one are made before it.
    this.#lastId += exec.members.length;
    const id = (this.#lastId += 1);
    this.#ids.set(exec, id);
    const parallelism = this.#parallelism(exec);
    this.#parallelisms.set(exec, parallelism);
    if (exec.kind === 'Exchange' || exec.kind === 'Union') return id;
    const node = {
      id,
      ...this.#texts(exec),
      parallelism,
      ...(predecessors.length > 0 && { predecessors }),
    };
    this.#nodes.push(node);
    if (exec.kind === 'Sink' && !isFileSink(exec)) this.#writers.push(node);
    return id;
  }

  /** Writers of sinks stand behind a step that is no operator; they are made when all else is there. */
  expandWriters(): void {
    for (const writer of this.#writers) writer.id = this.#lastId += 2;
  }

  #predecessors(input: ExecNode, strategy: string): Predecessor[] {
    const isEdge = input.kind === 'Exchange' || input.kind === 'Union';
    if (!isEdge) return [{ id: this.add(input), ship_strategy: strategy, side: 'second' }];
    const below = input.inputs.flatMap((each) => this.#predecessors(each, shipStrategy(input, strategy)));
    this.add(input);
    return below;
  }

  #parallelism({ kind, inputs }: ExecNode): number {
    if (kind === 'Values') return 1;
    const [input] = inputs;
    if (!input) return this.#defaultParallelism;
    if (input.kind === 'Exchange')
      return input.properties[0]?.place === 'single' ? 1 : this.#defaultParallelism;
    return Math.max(...inputs.map((each) => this.#parallelisms.get(each) ?? this.#defaultParallelism));
  }

  #texts(exec: ExecNode): Readonly<Record<'type' | 'pact' | 'contents', string>> {
    const number = this.#numbers.get(exec) ?? 0;
    const contents = `[${number}]:${execText(exec)}`;
    const { node } = exec;
    if (node?.kind === 'TableSourceScan')
      return { type: `Source: ${node.table.name}[${number}]`, pact: 'Data Source', contents };
    if (node?.kind === 'Values') return { type: `Source: Values[${number}]`, pact: 'Data Source', contents };
    if (isFileSink(exec)) return { type: FILE_SINK, pact: 'Data Sink', contents: FILE_SINK };
    if (node?.kind === 'Sink' && node.target.kind === 'table') {
      const type = `${node.target.table.name}[${number}]: Writer`;
      return { type, pact: 'Operator', contents: type };
    }
    return { type: `${operatorName(exec)}[${number}]`, pact: 'Operator', contents };
  }
}

/** Inputs in the order in which an operator has them: hash joins have the side that they hold first. */
function inputsAsRead(exec: ExecNode): readonly ExecNode[] {
  const ordered = ({ kind, node, inputs }: ExecNode): readonly ExecNode[] =>
    kind === 'HashJoin' && node?.kind === kind && node.build === 'right' ? [...inputs].reverse() : inputs;
  const [root] = exec.members;
  if (!root) return ordered(exec);
  const read: ExecNode[] = [];
  const visit = (member: ExecNode): void => {
    for (const input of ordered(member)) {
      if (exec.inputs.includes(input)) read.push(input);
      else visit(input);
    }
  };
  visit(root);
  return [...new Set(read)];
}

const FILE_SINK = 'Sink: Filesystem';

/** Files are written by a sink of the old kind. */
function isFileSink({ node }: ExecNode): boolean {
  return (
    node?.kind === 'Sink' && node.target.kind === 'table' && node.target.table.connector === 'filesystem'
  );
}

/** Both phases of an aggregation have one name. */
function operatorName(exec: ExecNode): string {
  const [name = exec.kind] = execText(exec).split('(', 1);
  return name.replace(/^Local/, '');
}

function shipStrategy({ kind, properties, keeps, inputs }: ExecNode, otherwise: string): string {
  const [property] = properties;
  if (kind !== 'Exchange' || !property || keeps) return otherwise;
  const { place, keys } = property;
  if (place === 'hash') return `HASH[${keys.map((key) => inputs[0]?.columns[key]).join(', ')}]`;
  return place === 'single' ? 'GLOBAL' : place === 'broadcast' ? 'BROADCAST' : otherwise;
}

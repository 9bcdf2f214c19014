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
  return pretty({ nodes: plan.nodes }, '');
}

class BatchPlan {
  readonly #numbers: ReadonlyMap<ExecNode, number>;
  readonly #defaultParallelism: number;
  readonly #nodes: { readonly id: number }[] = [];
  readonly #ids = new Map<ExecNode, number>();
  readonly #parallelisms = new Map<ExecNode, number>();
  #lastId = 0;

  constructor(numbers: ReadonlyMap<ExecNode, number>, defaultParallelism: number) {
    this.#numbers = numbers;
    this.#defaultParallelism = defaultParallelism;
  }

  get nodes(): readonly object[] {
    return [...this.#nodes].sort((a, b) => a.id - b.id);
  }

  add(exec: ExecNode): number {
    const known = this.#ids.get(exec);
    if (known !== undefined) return known;
    // What shares a task with a MultipleInput is made first.
    if (exec.kind === 'MultipleInput')
      for (const input of exec.inputs) if (input.kind !== 'Exchange') this.add(input);
    const predecessors = exec.inputs.flatMap((input) => this.#predecessors(input, 'FORWARD'));
    // A writer stands behind two steps of its sink that are no operators.
    const id = (this.#lastId += exec.kind === 'Sink' ? 3 : 1);
    this.#ids.set(exec, id);
    const parallelism = this.#parallelism(exec);
    this.#parallelisms.set(exec, parallelism);
    if (exec.kind === 'Exchange' || exec.kind === 'Union') return id;
    this.#nodes.push({
      id,
      ...this.#texts(exec),
      parallelism,
      ...(predecessors.length > 0 && { predecessors }),
    } as { readonly id: number });
    return id;
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
    if (node?.kind === 'Sink' && node.target.kind === 'table') {
      const type = `${node.target.table.name}[${number}]: Writer`;
      return { type, pact: 'Operator', contents: type };
    }
    return { type: `${operatorName(exec)}[${number}]`, pact: 'Operator', contents };
  }
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

import type { JobVertex, OperatorNode } from '../graph/job-graph.ts';
import type { RecordWriter } from '../network/record-writer.ts';
import type { OperatorFactory } from '../operators/registry.ts';
import {
  OneInputStreamOperator,
  SourceOperator,
  StreamOperator,
  TwoInputStreamOperator,
} from '../operators/stream-operator.ts';
import {
  CountingChainOutput,
  FanOutChainOutput,
  NetworkChainOutput,
  OneInputChainOutput,
  TwoInputChainOutput,
  type ChainOutput,
} from './chain-output.ts';
import type { TaskOperatorContext } from './task-operator-context.ts';
import type { OperatorStateCopy } from './task-snapshot-writer.ts';

/** An edge that leaves the vertex, and the operator whose results it takes. */
export interface ChainEdge {
  readonly sourceOperator: number;
  readonly writer: RecordWriter;
}

interface Link {
  readonly operator: StreamOperator;
  readonly context: TaskOperatorContext;
  /** One for each input of the operator. */
  readonly inputs: readonly ChainOutput[];
}

/**
 * The operators of one vertex, wired: each one's results go to the operators of the chain that name it as an input and to the edges that
 * leave from it, by plain calls.
 */
export class OperatorChain {
  /** The head, if the chain begins with a source. */
  readonly source: SourceOperator | undefined;
  readonly #links: readonly Link[];
  readonly #gates: ReadonlyMap<number, ChainOutput>;
  readonly #sourceOutput: CountingChainOutput | undefined;
  readonly #tail: ChainOutput | undefined;
  /** Those that may ask to wait. */
  readonly #blocking: readonly StreamOperator[];
  #isClosed = false;

  /** @param contexts one for each operator of the vertex, in order */
  constructor(
    vertex: JobVertex,
    contexts: readonly TaskOperatorContext[],
    create: OperatorFactory,
    edges: readonly ChainEdge[],
  ) {
    this.#links = linksOf(vertex, contexts, create);
    this.#gates = this.#gateInputs(vertex);
    this.#links.forEach(({ operator }, index) => {
      operator.output = this.#outputOf(index, vertex, edges);
    });
    const head = this.#links[0]?.operator;
    if (head instanceof SourceOperator) {
      this.source = head;
      this.#sourceOutput = new CountingChainOutput(head.output as ChainOutput); // set above
      head.output = this.#sourceOutput;
    }
    const last = this.#links.at(-1);
    const isSink =
      last !== undefined && !edges.some(({ sourceOperator }) => sourceOperator === this.#links.length - 1);
    // A sink passes nothing on: what has reached it is where the chain stands.
    this.#tail =
      isSink && last.inputs.length > 0 ? last.inputs[0] : (last?.operator.output as ChainOutput | undefined);
    this.#blocking = this.#links
      .map(({ operator }) => operator)
      .filter((operator) => operator.blocked !== StreamOperator.prototype.blocked);
  }

  /** Where the elements of a gate go. */
  gateInput(gate: number): ChainOutput {
    const input = this.#gates.get(gate);
    if (!input) throw new Error(`no operator reads gate ${gate}`);
    return input;
  }

  /** Rows that the source has emitted. */
  get sourceRows(): number {
    return this.#sourceOutput?.rows ?? 0;
  }

  /** The last watermark at the end of the chain. */
  get outputWatermark(): number | undefined {
    return this.#tail?.watermark;
  }

  /** From the last operator to the first, so that each finds those open that it emits to. */
  async open(): Promise<void> {
    for (const { operator } of [...this.#links].reverse()) await operator.open();
  }

  /** What the first operator waits for that cannot take more. */
  blocked(): Promise<void> | undefined {
    for (const operator of this.#blocking) {
      const blocked = operator.blocked();
      if (blocked) return blocked;
    }
    return undefined;
  }

  prepareSnapshotPreBarrier(): void {
    for (const { operator } of this.#links) operator.prepareSnapshotPreBarrier();
  }

  /** The synchronous part of a checkpoint. */
  snapshot(checkpointId: number, full: boolean): OperatorStateCopy[] {
    return this.#links.map(({ operator, context }) => {
      const own = operator.snapshotState(checkpointId);
      // A promise that fails before anybody looks at it must not count as unhandled.
      own?.completion?.catch(() => {});
      return {
        operatorId: context.task.operatorId,
        operatorState: own ? own.state : null,
        completion: own?.completion,
        paged: context.pagedStates.map((state) => state.snapshot(full)),
      };
    });
  }

  async notifyCheckpointComplete(checkpointId: number): Promise<void> {
    await Promise.all(
      this.#links.map(async ({ operator }) => operator.notifyCheckpointComplete(checkpointId)),
    );
  }

  notifyCheckpointAborted(checkpointId: number): void {
    for (const { operator } of this.#links) operator.notifyCheckpointAborted(checkpointId);
  }

  /** In the order of the rows: what an operator emits at its end reaches those behind it before theirs. */
  async finish(): Promise<void> {
    for (const { operator } of this.#links) await operator.finish();
  }

  /** Closes every operator; the first error is thrown once all are closed. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeAll(this.#links);
  }

  #gateInputs({ operators }: JobVertex): Map<number, ChainOutput> {
    const gates = new Map<number, ChainOutput[]>();
    operators.forEach(({ inputs }, index) => {
      inputs.forEach((input, number) => {
        if (input.kind !== 'gate') return;
        const end = this.#links[index]!.inputs[number]!; // one for each input of the node
        gates.set(input.gate, [...(gates.get(input.gate) ?? []), end]);
      });
    });
    return new Map([...gates].map(([gate, ends]) => [gate, joined(ends)]));
  }

  #outputOf(index: number, { operators }: JobVertex, edges: readonly ChainEdge[]): ChainOutput {
    const ends: ChainOutput[] = [];
    operators.forEach(({ inputs }, target) => {
      inputs.forEach((input, number) => {
        if (input.kind === 'chained' && input.operator === index)
          ends.push(this.#links[target]!.inputs[number]!);
      });
    });
    for (const { sourceOperator, writer } of edges) {
      if (sourceOperator === index) ends.push(new NetworkChainOutput(writer));
    }
    return joined(ends);
  }
}

/** Makes the operators. If one cannot be made, those before it give back what they have taken. */
function linksOf(
  vertex: JobVertex,
  contexts: readonly TaskOperatorContext[],
  create: OperatorFactory,
): Link[] {
  const links: Link[] = [];
  try {
    vertex.operators.forEach((node, index) => {
      const context = contexts[index]!; // one for each
      const operator = create(context, node.spec);
      links.push({ operator, context, inputs: inputsOf(operator, node) });
    });
  } catch (error) {
    closeAll(links);
    throw error;
  }
  return links;
}

function closeAll(links: readonly Link[]): void {
  const errors: unknown[] = [];
  for (const { operator } of links) {
    try {
      operator.close();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

function joined(outputs: readonly ChainOutput[]): ChainOutput {
  const [only] = outputs;
  return outputs.length === 1 && only ? only : new FanOutChainOutput(outputs);
}

function inputsOf(operator: StreamOperator, node: OperatorNode): readonly ChainOutput[] {
  const count = node.inputs.length;
  if (operator instanceof SourceOperator && count === 0) return [];
  if (operator instanceof OneInputStreamOperator && count === 1) return [new OneInputChainOutput(operator)];
  if (operator instanceof TwoInputStreamOperator && count === 2) return TwoInputChainOutput.both(operator);
  throw new Error(`${node.name} cannot have ${count} inputs`);
}

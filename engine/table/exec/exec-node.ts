import type { OperatorSpec } from '../../operators/operator-spec.ts';
import type { OperatorDescription, Transformation } from '../../graph/transformation.ts';
import type { RowType } from '../../types/logical-type.ts';
import { nodeText } from '../explain/physical-text.ts';
import type { PhysicalNode } from '../plan/physical-node.ts';
import type { ExecContext } from './exec-context.ts';

/**
 * A node of the execution plan: knows its place in the graph and how its operator is described to the runtime.
 *
 * `translateToPlan` gives the same transformation every time, so a node with several consumers becomes one operator.
 */
export abstract class StreamExecNode<N extends PhysicalNode = PhysicalNode> {
  readonly id: number;
  readonly node: N;
  readonly inputs: readonly StreamExecNode[];
  #transformation: Transformation | undefined;

  constructor(id: number, node: N, inputs: readonly StreamExecNode[]) {
    this.id = id;
    this.node = node;
    this.inputs = inputs;
  }

  get outputType(): RowType {
    return this.node.rowType;
  }

  translateToPlan(context: ExecContext): Transformation {
    return (this.#transformation ??= this.translate(context));
  }

  protected abstract translate(context: ExecContext): Transformation;

  protected input(context: ExecContext, index = 0): Transformation {
    const input = this.inputs[index];
    if (!input) throw new RangeError(`${this.node.kind} has no input ${index}`);
    return input.translateToPlan(context);
  }

  protected get inputType(): RowType {
    return (this.inputs[0] as StreamExecNode).outputType;
  }

  /** How EXPLAIN prints the node, and a short name for vertices. */
  protected describe(
    operator: OperatorSpec,
    { name = this.node.kind, parallelism }: { name?: string; parallelism?: number | undefined } = {},
  ): OperatorDescription {
    return {
      name: `${name}[${this.id}]`,
      description: `[${this.id}]:${nodeText(this.node, 'explain')}`,
      operator,
      outputType: this.outputType,
      ...(parallelism !== undefined && { parallelism }),
    };
  }
}

/**
 * The number of subtasks that an input is confined to, which a filter or projection behind it keeps, so that both are chained. Behind a
 * union or a partitioning the job's parallelism holds.
 */
export function parallelismOf(input: Transformation): number | undefined {
  return input.kind === 'union' || input.kind === 'partition' ? undefined : input.operator.parallelism;
}

/** An operator without a key is one subtask. */
export function confinedTo(keys: readonly number[]): number | undefined {
  return keys.length === 0 ? 1 : undefined;
}

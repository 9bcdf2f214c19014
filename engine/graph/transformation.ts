import type { OperatorSpec } from '../operators/operator-spec.ts';
import type { RowType } from '../types/logical-type.ts';
import type { PartitionerSpec } from './job-graph.ts';

/**
 * What exec nodes are translated to: a graph of operators with the partitionings and unions between them still nodes of
 * their own. `generateStreamGraph` turns those two into edges.
 *
 * A transformation that several others take as input is one operator with several consumers (a reused sub-plan).
 */
export type Transformation =
  | SourceTransformation
  | OneInputTransformation
  | TwoInputTransformation
  | UnionTransformation
  | PartitionTransformation;

/** What an operator is called, does and emits. */
export interface OperatorDescription {
  /** Short, as vertices show it: `Calc[3]`. */
  readonly name: string;
  /** In full, as EXPLAIN prints it: `Calc(select=[a], where=[(b > 5)])`. */
  readonly description: string;
  readonly operator: OperatorSpec;
  readonly outputType: RowType;
  /**
   * Set where the operator is confined to a number of subtasks whatever the job's parallelism is (1 for a global
   * aggregation or the result of a query). Absent: `parallelism.default`.
   */
  readonly parallelism?: number;
}

export class SourceTransformation {
  readonly kind = 'source';
  readonly operator: OperatorDescription;
  readonly inputs: readonly [] = [];
  readonly outputType: RowType;

  constructor(operator: OperatorDescription) {
    this.operator = operator;
    this.outputType = operator.outputType;
  }
}

export class OneInputTransformation {
  readonly kind = 'one-input';
  readonly operator: OperatorDescription;
  readonly inputs: readonly [Transformation];
  readonly outputType: RowType;

  constructor(input: Transformation, operator: OperatorDescription) {
    this.operator = operator;
    this.inputs = [input];
    this.outputType = operator.outputType;
  }
}

export class TwoInputTransformation {
  readonly kind = 'two-input';
  readonly operator: OperatorDescription;
  readonly inputs: readonly [Transformation, Transformation];
  readonly outputType: RowType;

  constructor(left: Transformation, right: Transformation, operator: OperatorDescription) {
    this.operator = operator;
    this.inputs = [left, right];
    this.outputType = operator.outputType;
  }
}

/** UNION ALL: all inputs arrive as one. Their types differ in names at most. */
export class UnionTransformation {
  readonly kind = 'union';
  readonly inputs: readonly Transformation[];
  readonly outputType: RowType;

  constructor(inputs: readonly Transformation[], outputType: RowType) {
    this.inputs = inputs;
    this.outputType = outputType;
  }
}

export class PartitionTransformation {
  readonly kind = 'partition';
  readonly inputs: readonly [Transformation];
  readonly partitioner: PartitionerSpec;
  readonly outputType: RowType;

  constructor(input: Transformation, partitioner: PartitionerSpec) {
    this.inputs = [input];
    this.partitioner = partitioner;
    this.outputType = input.outputType;
  }
}

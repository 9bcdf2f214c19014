import type { OperatorSpec } from '../operators/operator-spec.ts';
import type { RowType } from '../types/logical-type.ts';

/**
 * What is submitted: vertices (chains of operators) and the edges between them, as plain data.
 *
 * Operators in a vertex are in topological order, the head first. Every operator has an id that stays the same when the same statement is
 * planned again, so that state finds its operator.
 */
export interface JobGraph {
  readonly jobId: string;
  readonly name: string;
  readonly vertices: readonly JobVertex[];
  readonly edges: readonly JobEdge[];
  /** Options under Flink's keys, as they were at submission. */
  readonly configuration: Readonly<Record<string, string>>;
  /** The statement text, for the catalogue of jobs and the console. */
  readonly text: string;
  /** Row type of the collect sink, if the job answers a query. */
  readonly resultType?: RowType;
  /** Functions of users that the job calls. */
  readonly functions?: readonly UserFunctionSpec[];
}

/** Where the code of a registered function is: every TaskManager imports the module (a URL) and takes the export. */
export interface UserFunctionSpec {
  /** As in `RexCall.userFunction`. */
  readonly key: string;
  readonly module: string;
  readonly exportName: string;
}

export interface JobVertex {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly slotSharingGroup: string;
  readonly operators: readonly OperatorNode[];
}

export interface OperatorNode {
  readonly id: string;
  /** As EXPLAIN prints it. */
  readonly name: string;
  readonly spec: OperatorSpec;
  /** One entry an input (two for a join). Empty for sources. */
  readonly inputs: readonly OperatorInput[];
}

/** `chained`: the operator at that index in the same vertex. `gate`: all edges of the vertex with that gate number (several: a UNION ALL). */
export type OperatorInput =
  { readonly kind: 'chained'; readonly operator: number } | { readonly kind: 'gate'; readonly gate: number };

export interface JobEdge {
  readonly id: string;
  readonly source: string;
  /** Index of the emitting operator in the source vertex. */
  readonly sourceOperator: number;
  readonly target: string;
  readonly gate: number;
  readonly partitioner: PartitionerSpec;
  readonly rowType: RowType;
}

/** Where a row goes (S-70, S-71). */
export type PartitionerSpec =
  | { readonly kind: 'forward' | 'rebalance' | 'rescale' | 'broadcast' | 'global' | 'shuffle' }
  | { readonly kind: 'hash'; readonly keys: readonly number[] };

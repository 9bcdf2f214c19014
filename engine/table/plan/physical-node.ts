import type { RexCall, RexNode } from '../../expressions/rex-node.ts';
import type {
  SortKeySpec,
  TableFunctionCall,
  UniqueKeyKind,
  WindowSpec,
} from '../../operators/operator-spec.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { ChangelogMode } from '../../types/row-kind.ts';
import type { PlannedTable } from './planned-table.ts';
import type {
  JoinHint,
  JoinType,
  NamedAggregateCall,
  SinkTarget,
  WholeAggregation,
  WindowProperty,
} from './rel-node.ts';

/**
 * The plan as it is run: what the physical rules make of a logical plan, EXPLAIN prints as "Optimized Physical Plan" and
 * "Optimized Execution Plan", and the StreamExec* nodes translate.
 *
 * As immutable and plain as the logical plan. `changelogMode` is set by changelog inference: the changes that the node
 * sends to its consumers.
 */
export type PhysicalNode =
  | PhysicalTableSourceScan
  | PhysicalValues
  | PhysicalWatermarkAssigner
  | PhysicalCalc
  | PhysicalExchange
  | PhysicalMiniBatchAssigner
  | PhysicalGroupAggregate
  | PhysicalLocalGroupAggregate
  | PhysicalGlobalGroupAggregate
  | PhysicalIncrementalGroupAggregate
  | PhysicalExpand
  | PhysicalWindowTableFunction
  | PhysicalWindowAggregate
  | PhysicalLocalWindowAggregate
  | PhysicalGlobalWindowAggregate
  | PhysicalJoin
  | PhysicalCorrelate
  | PhysicalAsyncCalc
  | PhysicalUnion
  | PhysicalDropUpdateBefore
  | PhysicalSort
  | PhysicalLimit
  | PhysicalBatchAggregate
  | PhysicalLocalAggregate
  | PhysicalBatchJoin
  | PhysicalReplicateRows
  | PhysicalSink;

interface PhysicalNodeBase {
  readonly rowType: RowType;
  readonly changelogMode?: ChangelogMode;
}

export interface PhysicalTableSourceScan extends PhysicalNodeBase {
  readonly kind: 'TableSourceScan';
  readonly inputs: readonly [];
  readonly table: PlannedTable;
  /** Columns that are read, by position in the table's stored columns; set once a projection was pushed into the scan. */
  readonly project?: readonly number[];
  /** What will be asked of the rows, over the stored columns; a hint. */
  readonly filter?: RexNode;
  /** Rows that are enough; a hint. */
  readonly limit?: number;
  /** The name of a table of a sub-query, beside hints on joins. */
  readonly alias?: string;
}

export interface PhysicalValues extends PhysicalNodeBase {
  readonly kind: 'Values';
  readonly inputs: readonly [];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
}

export interface PhysicalWatermarkAssigner extends PhysicalNodeBase {
  readonly kind: 'WatermarkAssigner';
  readonly inputs: readonly [PhysicalNode];
  readonly rowtime: number;
  readonly watermark: RexNode;
}

export interface PhysicalCalc extends PhysicalNodeBase {
  readonly kind: 'Calc';
  readonly inputs: readonly [PhysicalNode];
  readonly projects: readonly RexNode[];
  readonly condition?: RexNode;
}

/** `single`: all rows to one subtask; `broadcast`, in plans of batch mode: all rows to every subtask. */
export type Distribution =
  { readonly kind: 'hash'; readonly keys: readonly number[] } | { readonly kind: 'single' | 'broadcast' };

export interface PhysicalExchange extends PhysicalNodeBase {
  readonly kind: 'Exchange';
  readonly inputs: readonly [PhysicalNode];
  readonly distribution: Distribution;
}

/** Every row once for each list of `projects`. */
export interface PhysicalExpand extends PhysicalNodeBase {
  readonly kind: 'Expand';
  readonly inputs: readonly [PhysicalNode];
  readonly projects: readonly (readonly RexNode[])[];
}

/** Two levels, PARTIAL and FINAL, show an aggregation split by what is distinct; they run as one (`whole`). */
interface SplitLevel {
  readonly partialFinalType?: 'PARTIAL' | 'FINAL';
  readonly whole?: WholeAggregation;
}

export interface PhysicalGroupAggregate extends PhysicalNodeBase, SplitLevel {
  readonly kind: 'GroupAggregate';
  readonly inputs: readonly [PhysicalNode];
  readonly group: readonly number[];
  readonly calls: readonly NamedAggregateCall[];
}

/** Where bundles of mini-batch begin: `ProcTime`, by the clock; `RowTime`, for windows above, by watermarks. */
export interface PhysicalMiniBatchAssigner extends PhysicalNodeBase {
  readonly kind: 'MiniBatchAssigner';
  readonly inputs: readonly [PhysicalNode];
  readonly intervalMs: number;
  readonly mode: 'ProcTime' | 'RowTime';
}

/** First phase of a group aggregation in two: what Flink computes of a bundle before the exchange. Output: the grouped columns. */
export interface PhysicalLocalGroupAggregate extends PhysicalNodeBase, SplitLevel {
  readonly kind: 'LocalGroupAggregate';
  readonly inputs: readonly [PhysicalNode];
  readonly group: readonly number[];
  readonly calls: readonly NamedAggregateCall[];
}

/**
 * Second phase. It stands on Exchange and LocalGroupAggregate in the plan; `group` and `calls` still speak of the local aggregation's
 * input, because both phases run as one GroupAggregate behind the exchange.
 */
export interface PhysicalGlobalGroupAggregate extends PhysicalNodeBase, SplitLevel {
  readonly kind: 'GlobalGroupAggregate';
  readonly inputs: readonly [PhysicalNode];
  readonly group: readonly number[];
  readonly calls: readonly NamedAggregateCall[];
}

/**
 * Second phase of a PARTIAL level and first one of the FINAL level above it at once. `calls` speak of what the first phase reads; the
 * groups of both levels are columns of its output. Output: the columns of `group`.
 */
export interface PhysicalIncrementalGroupAggregate extends PhysicalNodeBase {
  readonly kind: 'IncrementalGroupAggregate';
  readonly inputs: readonly [PhysicalNode];
  readonly partialGroup: readonly number[];
  readonly group: readonly number[];
  readonly calls: readonly NamedAggregateCall[];
}

export interface PhysicalWindowTableFunction extends PhysicalNodeBase {
  readonly kind: 'WindowTableFunction';
  readonly inputs: readonly [PhysicalNode];
  readonly window: WindowSpec;
}

interface WindowAggregation extends PhysicalNodeBase {
  /** `timeColumn` counts through the columns of the aggregation's own input (of the local one, in two phases). */
  readonly window: WindowSpec;
  readonly group: readonly number[];
  readonly calls: readonly NamedAggregateCall[];
  readonly properties: readonly WindowProperty[];
}

/** Output: the grouped columns, the calls, then the properties. */
export interface PhysicalWindowAggregate extends WindowAggregation {
  readonly kind: 'WindowAggregate';
  readonly inputs: readonly [PhysicalNode];
}

/** First phase of a window aggregation in two: what Flink computes a slice and key before the exchange. */
export interface PhysicalLocalWindowAggregate extends WindowAggregation {
  readonly kind: 'LocalWindowAggregate';
  readonly inputs: readonly [PhysicalNode];
}

/**
 * Second phase. It stands on Exchange and LocalWindowAggregate in the plan; `group` and `calls` still speak of the local
 * aggregation's input, because here both phases run as one operator behind the exchange.
 */
export interface PhysicalGlobalWindowAggregate extends WindowAggregation {
  readonly kind: 'GlobalWindowAggregate';
  readonly inputs: readonly [PhysicalNode];
}

export interface PhysicalJoin extends PhysicalNodeBase {
  readonly kind: 'Join';
  readonly inputs: readonly [PhysicalNode, PhysicalNode];
  readonly joinType: JoinType;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly filterNulls: readonly boolean[];
  /** The whole condition over both rows, as EXPLAIN prints it. */
  readonly condition: RexNode;
  /** What is left of it without the equalities of the keys. */
  readonly residual?: RexNode;
  readonly leftUniqueKey: UniqueKeyKind;
  readonly rightUniqueKey: UniqueKeyKind;
  /** How the query wants it run, in batch mode. */
  readonly hints?: readonly JoinHint[];
  /** Whether it works in bundles. */
  readonly isMiniBatch?: true;
}

/** Every row with the results of calls that are answered later: the input's columns, then those. */
export interface PhysicalAsyncCalc extends PhysicalNodeBase {
  readonly kind: 'AsyncCalc';
  readonly inputs: readonly [PhysicalNode];
  readonly calls: readonly RexCall[];
}

/** Every row with what a table function makes of it. */
export interface PhysicalCorrelate extends PhysicalNodeBase {
  readonly kind: 'Correlate';
  readonly inputs: readonly [PhysicalNode];
  readonly joinType: 'INNER' | 'LEFT';
  readonly call: TableFunctionCall;
  /** Over the function's rows. */
  readonly condition?: RexNode;
  readonly projection?: readonly RexNode[];
  /** `$cor0.a`: how plans print the columns that operands read. */
  readonly outerNames: readonly string[];
}

export interface PhysicalUnion extends PhysicalNodeBase {
  readonly kind: 'Union';
  readonly inputs: readonly PhysicalNode[];
}

export interface PhysicalDropUpdateBefore extends PhysicalNodeBase {
  readonly kind: 'DropUpdateBefore';
  readonly inputs: readonly [PhysicalNode];
}

/** ORDER BY; with a `fetch` EXPLAIN says SortLimit, of a stream by its time TemporalSort. */
export interface PhysicalSort extends PhysicalNodeBase {
  readonly kind: 'Sort';
  readonly inputs: readonly [PhysicalNode];
  readonly keys: readonly SortKeySpec[];
  readonly offset: number;
  readonly fetch?: number;
  /** Whether rows leave as the watermark passes them. */
  readonly isTemporal?: true;
  /** Whether it is the part of a SortLimit that each subtask does before the exchange. */
  readonly isLocal?: true;
  /** Whether it only brings rows of a group together for a consumer that wants them so. */
  readonly isGrouping?: true;
}

export interface PhysicalLimit extends PhysicalNodeBase {
  readonly kind: 'Limit';
  readonly inputs: readonly [PhysicalNode];
  readonly offset: number;
  readonly fetch: number;
  readonly isLocal?: true;
}

/**
 * A group aggregation of a bounded input, in one phase, or, with `isMerge`, the second of two.
 *
 * `group` counts through the columns of its input; `calls` speak of what the first phase reads, as `NamedAggregateCall`s do in one phase.
 * Output: the grouped columns, then those that they determine (`auxGroup`), then the calls.
 */
export interface PhysicalBatchAggregate extends PhysicalNodeBase {
  readonly kind: 'HashAggregate' | 'SortAggregate';
  readonly inputs: readonly [PhysicalNode];
  readonly isMerge: boolean;
  readonly group: readonly number[];
  readonly auxGroup: readonly number[];
  readonly calls: readonly NamedAggregateCall[];
}

/** The first phase, before the exchange. Output: the grouped columns, `auxGroup`, then the accumulators of the calls. */
export interface PhysicalLocalAggregate extends PhysicalNodeBase {
  readonly kind: 'LocalHashAggregate' | 'LocalSortAggregate';
  readonly inputs: readonly [PhysicalNode];
  readonly group: readonly number[];
  readonly auxGroup: readonly number[];
  readonly calls: readonly NamedAggregateCall[];
}

/** A join of bounded inputs. */
export type PhysicalBatchJoin = Omit<PhysicalJoin, 'kind' | 'leftUniqueKey' | 'rightUniqueKey' | 'hints'> & {
  readonly kind: 'HashJoin' | 'SortMergeJoin' | 'NestedLoopJoin';
  /** The side that is held while the other passes; a SortMergeJoin has none. */
  readonly build?: 'left' | 'right';
  readonly isBroadcast?: true;
  /** Of a semi-join: rows of the build side that are equal are kept once. */
  readonly isBuildDistinct?: true;
  /** One side has one row at most. */
  readonly isSingleRow?: true;
  /** Whether the query asked for this kind. */
  readonly isHinted?: true;
};

/** Every row as often as its first column says. */
export interface PhysicalReplicateRows extends PhysicalNodeBase {
  readonly kind: 'ReplicateRows';
  readonly inputs: readonly [PhysicalNode];
}

export interface PhysicalSink extends PhysicalNodeBase {
  readonly kind: 'Sink';
  readonly inputs: readonly [PhysicalNode];
  readonly target: SinkTarget;
  /** Unique keys of the rows that arrive. */
  readonly upsertKeys: readonly (readonly number[])[];
  /** Rows of one primary key that come by other keys are put in order first. */
  readonly materializesUpserts?: boolean;
}

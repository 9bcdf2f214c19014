import type { RexCall, RexNode } from '../expressions/rex-node.ts';
import type { ChangelogMode } from '../types/row-kind.ts';
import type { RowType } from '../types/logical-type.ts';
import type { AggregateCall } from './aggregate-call.ts';

/**
 * What the planner says of an operator, as plain data; `registry.ts` finds the class for its `kind`.
 *
 * A spec is posted to workers, stored in checkpoints and compared in tests, so it holds JSON and nothing else.
 */
export type OperatorSpec =
  | TableSourceSpec
  | ValuesSourceSpec
  | WatermarkAssignerSpec
  | CalcSpec
  | CorrelateSpec
  | AsyncCalcSpec
  | ExpandSpec
  | GroupAggregateSpec
  | WindowTableFunctionSpec
  | WindowAggregateSpec
  | JoinSpec
  | HashAggregateSpec
  | HashJoinSpec
  | SortSpec
  | TemporalSortSpec
  | LimitSpec
  | ReplicateRowsSpec
  | DropUpdateBeforeSpec
  | ConstraintEnforcerSpec
  | TableSinkSpec
  | CollectSinkSpec;

/** Reads a connector's table. Leaves (`leafTypes`) whose entry in `required` is false come as absent columns. */
export interface TableSourceSpec {
  readonly kind: 'TableSource';
  readonly table: string;
  readonly connector: string;
  readonly options: Readonly<Record<string, string>>;
  /** All physical columns, then metadata columns under their keys in `metadata`. */
  readonly rowType: RowType;
  readonly metadata: readonly string[];
  readonly required: readonly boolean[];
  /** At most this many rows in each subtask, from LIMIT push-down. */
  readonly limit?: number;
  /** Names of the columns of PARTITIONED BY, in that order; absent: none. */
  readonly partitionKeys?: readonly string[];
}

/** `VALUES`: cells are literals as in `RexLiteral.value`, row by row. */
export interface ValuesSourceSpec {
  readonly kind: 'ValuesSource';
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  readonly rowType: RowType;
}

/** Emits a watermark behind the rows that raise it (S-2 to S-5). */
export interface WatermarkAssignerSpec {
  readonly kind: 'WatermarkAssigner';
  readonly rowtime: number;
  readonly expression: RexNode;
  readonly inputType: RowType;
  readonly intervalMs: number;
  /** 0: never idle. */
  readonly idleTimeoutMs: number;
}

/** Filter and projection. Rows whose condition is not TRUE are dropped before any projection is computed. */
export interface CalcSpec {
  readonly kind: 'Calc';
  readonly condition?: RexNode;
  readonly projection: readonly RexNode[];
  readonly inputType: RowType;
  readonly outputType: RowType;
}

/**
 * Every row with the rows that a table function makes of it. Output: the input's columns, then the function's (or what is projected of
 * them). The kinds of changes go along, so that what is taken back is taken back row by row.
 */
export interface CorrelateSpec {
  readonly kind: 'Correlate';
  /** LEFT keeps a row for which there is none, with NULLs. */
  readonly joinType: 'INNER' | 'LEFT';
  readonly call: TableFunctionCall;
  /** Over the function's rows: which of them count. */
  readonly condition?: RexNode;
  /** Over the function's rows; absent: their columns. */
  readonly projection?: readonly RexNode[];
  readonly inputType: RowType;
  readonly outputType: RowType;
}

/** Rows with the results of calls that are answered later, in the order of the rows (S-76). Output: the input's columns, then the results. */
export interface AsyncCalcSpec {
  readonly kind: 'AsyncCalc';
  readonly calls: readonly RexCall[];
  readonly inputType: RowType;
  readonly outputType: RowType;
}

/** A table function and its arguments. */
export interface TableFunctionCall {
  /** As plans print it: `$UNNEST_ROWS$1`, or the name of a user's function. */
  readonly name: string;
  /** Over the row that it is called for. */
  readonly operands: readonly RexNode[];
  /** Columns of its rows. */
  readonly rowType: RowType;
  /** UNNEST: the last column numbers the elements from 1. */
  readonly withOrdinality: boolean;
  /** Set for a user's function that gives other rows at every call. */
  readonly isVolatile?: true;
  /** Key in the job's list of functions; absent: UNNEST of its only operand. */
  readonly userFunction?: string;
}

/** Every row `copies` times, for GROUPING SETS: columns of the input, NULL in some of the copies, and numbers that tell copies apart. */
export interface ExpandSpec {
  readonly kind: 'Expand';
  readonly copies: number;
  readonly columns: readonly ExpandColumn[];
  readonly inputType: RowType;
  readonly outputType: RowType;
}

/** A column of the input and the copies in which it is NULL, a BIGINT for each copy, or NULL in all of them. */
export type ExpandColumn =
  | { readonly isNull: true }
  | { readonly input: number; readonly nullIn: readonly number[] }
  | { readonly numbers: readonly number[] };

/** GROUP BY without windows (S-35). Output: keys, then aggregates. Without aggregates: SELECT DISTINCT. */
export interface GroupAggregateSpec {
  readonly kind: 'GroupAggregate';
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateCall[];
  readonly inputType: RowType;
  readonly outputType: RowType;
  /** Whether the input may retract (carry -U or -D). */
  readonly inputRetracts: boolean;
  readonly generateUpdateBefore: boolean;
  /** 0: state is kept for ever, and unchanged results are silent. */
  readonly stateTtlMs: number;
  /** Rows folded before results are emitted; 0: a result a row (mini-batch off). */
  readonly miniBatchSize: number;
  readonly miniBatchLatencyMs: number;
}

/** Times in milliseconds. HOP: `size` and `slide`; CUMULATE: `size` and `step`; TUMBLE: `size`. */
export interface WindowSpec {
  readonly function: 'TUMBLE' | 'HOP' | 'CUMULATE';
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly offsetMs: number;
  /** Column of the time attribute. */
  readonly timeColumn: number;
  /** Set for TIMESTAMP_LTZ: windows are aligned in this zone (S-29). */
  readonly timeZone?: string;
}

/** A window TVF that is not fused into an aggregation: input columns, then window_start, window_end, window_time (S-17, S-21). */
export interface WindowTableFunctionSpec {
  readonly kind: 'WindowTableFunction';
  readonly window: WindowSpec;
  readonly inputType: RowType;
  readonly outputType: RowType;
}

/** GROUP BY over a window TVF (S-14 to S-21). Output: keys, aggregates, then `windowProperties`. */
export interface WindowAggregateSpec {
  readonly kind: 'WindowAggregate';
  readonly window: WindowSpec;
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateCall[];
  readonly windowProperties: readonly ('start' | 'end' | 'time')[];
  readonly inputRetracts: boolean;
  readonly inputType: RowType;
  readonly outputType: RowType;
}

/** Regular streaming join (S-38, S-39). Output: left columns, then right columns. */
export interface JoinSpec {
  readonly kind: 'Join';
  readonly joinType: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'SEMI' | 'ANTI';
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  /** Per key: `=` (NULL never matches) is true, IS NOT DISTINCT FROM is false. */
  readonly filterNulls: readonly boolean[];
  /** Residual over the concatenated row. */
  readonly condition?: RexNode;
  readonly leftType: RowType;
  readonly rightType: RowType;
  readonly outputType: RowType;
  readonly leftUniqueKey: UniqueKeyKind;
  readonly rightUniqueKey: UniqueKeyKind;
  readonly leftStateTtlMs: number;
  readonly rightStateTtlMs: number;
}

/** What is known of a join input's rows (S-39); `columns` is the unique key. */
export type UniqueKeyKind =
  | { readonly kind: 'NoUniqueKey' }
  | { readonly kind: 'HasUniqueKey' | 'JoinKeyContainsUniqueKey'; readonly columns: readonly number[] };

/** GROUP BY over a bounded input: one row a key at its end. Output: keys, then aggregates. */
export interface HashAggregateSpec {
  readonly kind: 'HashAggregate';
  readonly keys: readonly number[];
  readonly aggregates: readonly AggregateCall[];
  readonly inputType: RowType;
  readonly outputType: RowType;
}

/** A join of bounded inputs, which only inserts. As `JoinSpec` without what state needs. */
export type HashJoinSpec = Omit<
  JoinSpec,
  'kind' | 'leftUniqueKey' | 'rightUniqueKey' | 'leftStateTtlMs' | 'rightStateTtlMs'
> & { readonly kind: 'HashJoin' };

export interface SortKeySpec {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** ORDER BY over a bounded input, with OFFSET and FETCH. Absent `fetch`: all rows behind the offset. */
export interface SortSpec {
  readonly kind: 'Sort';
  readonly keys: readonly SortKeySpec[];
  readonly offset: number;
  readonly fetch?: number;
  readonly rowType: RowType;
  /** Nobody asked for the order: rows that are too many for it pass as they come. */
  readonly isOptional?: boolean;
}

/** ORDER BY a rowtime, the first key, and more; rows leave as the watermark passes them. */
export interface TemporalSortSpec {
  readonly kind: 'TemporalSort';
  readonly keys: readonly SortKeySpec[];
  readonly rowType: RowType;
}

/** The rows from `offset` on, `fetch` of them at most, in the order in which they come. */
export interface LimitSpec {
  readonly kind: 'Limit';
  readonly offset: number;
  readonly fetch: number;
}

/** Every row as often as its first column, a BIGINT, says, and behind it the other columns once more. */
export interface ReplicateRowsSpec {
  readonly kind: 'ReplicateRows';
  readonly inputType: RowType;
}

export interface DropUpdateBeforeSpec {
  readonly kind: 'DropUpdateBefore';
}

/** Refuses (or drops) rows with NULL in a NOT NULL column of the sink; cuts and pads text where asked (S-65, S-78). */
export interface ConstraintEnforcerSpec {
  readonly kind: 'ConstraintEnforcer';
  readonly rowType: RowType;
  readonly notNullColumns: readonly number[];
  readonly onNull: 'ERROR' | 'DROP';
  readonly lengths: readonly { readonly column: number; readonly length: number; readonly pad: boolean }[];
  readonly onLength: 'IGNORE' | 'TRIM_PAD' | 'ERROR';
}

export interface TableSinkSpec {
  readonly kind: 'TableSink';
  readonly table: string;
  readonly connector: string;
  readonly options: Readonly<Record<string, string>>;
  readonly rowType: RowType;
  /** Columns of the primary key; empty if there is none. */
  readonly primaryKey: readonly number[];
  readonly partitionKeys: readonly number[];
  readonly staticPartition: Readonly<Record<string, string>>;
  readonly overwrite: boolean;
  readonly changelogMode: ChangelogMode;
}

/** The result of a query, streamed to the client that asked (what Flink's `collect()` does). */
export interface CollectSinkSpec {
  readonly kind: 'CollectSink';
  readonly rowType: RowType;
  readonly maxBufferedBytes: number;
}

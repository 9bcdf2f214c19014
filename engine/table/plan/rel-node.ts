import type { RexLiteral, RexNode } from '../../expressions/rex-node.ts';
import type { AggregateCall } from '../../operators/aggregate-call.ts';
import type { SortKeySpec, TableFunctionCall, WindowSpec } from '../../operators/operator-spec.ts';
import type { SqlPosition } from '../../types/errors.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { Insert } from '../parser/ast.ts';
import type { PlannedTable } from './planned-table.ts';

/**
 * The relational plan as a query says it: what `QueryConverter` makes, the logical rules rewrite, and EXPLAIN prints as "Abstract Syntax Tree".
 *
 * Nodes are immutable plain data. Every node knows its output (`rowType`) and its inputs in order, so a rule is a function from node to
 * node and two plans are compared by their text. Expressions count columns through the inputs, left to right.
 * The kinds are the names of Calcite's and Flink's nodes.
 */
export type LogicalNode =
  | LogicalTableScan
  | LogicalValues
  | LogicalWatermarkAssigner
  | LogicalProject
  | LogicalFilter
  | LogicalAggregate
  | LogicalExpand
  | LogicalJoin
  | LogicalCorrelate
  | LogicalLateral
  | LogicalTableFunctionCall
  | LogicalUnion
  | LogicalTableFunctionScan
  | LogicalWindowAggregate
  | LogicalSort
  | LogicalSetOperation
  | LogicalReplicateRows
  | LogicalSink;

/** A table's stored columns (physical, then metadata), before computed columns and watermark. */
export interface LogicalTableScan {
  readonly kind: 'LogicalTableScan';
  readonly inputs: readonly [];
  readonly table: PlannedTable;
  /** Columns that are read, by position in the table; set by a rule. Absent: all. */
  readonly project?: readonly number[];
  /** What will be asked of the rows, over the columns of the table; a hint. */
  readonly filter?: RexNode;
  /** Rows that are enough; a hint. */
  readonly limit?: number;
  /** The name that it goes by in a query with hints on joins; the syntax tree shows it. */
  readonly alias?: string;
  /** Within a sub-query: optimized plans show the name, too. */
  readonly keepsAlias?: true;
  readonly rowType: RowType;
}

/** Rows of literals, each as in `RexLiteral.value`. `SELECT 1` without FROM reads one row of one column. */
export interface LogicalValues {
  readonly kind: 'LogicalValues';
  readonly inputs: readonly [];
  readonly rows: readonly (readonly (string | number | boolean | null)[])[];
  readonly rowType: RowType;
}

/** `WATERMARK FOR`: column `rowtime` becomes a time attribute. */
export interface LogicalWatermarkAssigner {
  readonly kind: 'LogicalWatermarkAssigner';
  readonly inputs: readonly [LogicalNode];
  readonly rowtime: number;
  readonly watermark: RexNode;
  readonly rowType: RowType;
}

export interface LogicalProject {
  readonly kind: 'LogicalProject';
  readonly inputs: readonly [LogicalNode];
  readonly projects: readonly RexNode[];
  readonly rowType: RowType;
}

export interface LogicalFilter {
  readonly kind: 'LogicalFilter';
  readonly inputs: readonly [LogicalNode];
  readonly condition: RexNode;
  readonly rowType: RowType;
}

/** Output: the grouped columns in order of `group`, then the calls. */
export interface LogicalAggregate {
  readonly kind: 'LogicalAggregate';
  readonly inputs: readonly [LogicalNode];
  readonly group: readonly number[];
  /** GROUPING SETS: parts of `group`, in Calcite's order; absent: all of it. A rule puts an Expand in their place. */
  readonly groupSets?: readonly (readonly number[])[];
  readonly calls: readonly NamedAggregateCall[];
  /** Which level it is of an aggregation that was split by what is distinct. */
  readonly partialFinalType?: 'PARTIAL' | 'FINAL';
  /** Of the second level: what both compute. */
  readonly whole?: WholeAggregation;
  /** Its input stays as wide as it is, as in Flink where no projection stands below. */
  readonly keepsInput?: true;
  readonly rowType: RowType;
}

/** An aggregation before it was split in two levels: what it did with the first `width` columns of what is below them. */
export interface WholeAggregation {
  readonly group: readonly number[];
  readonly calls: readonly NamedAggregateCall[];
  readonly width: number;
  /** Whether rows are there several times for the first level. */
  readonly isExpanded: boolean;
}

/** Every row once for each list of `projects`: columns, NULLs in their place, and numbers. Made by a rule, never by a query. */
export interface LogicalExpand {
  readonly kind: 'LogicalExpand';
  readonly inputs: readonly [LogicalNode];
  readonly projects: readonly (readonly RexNode[])[];
  readonly rowType: RowType;
}

export interface AggregateOrder {
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

export interface NamedAggregateCall extends AggregateCall {
  readonly name: string;
  /** What plans print in place of the function's name: as the query wrote it. */
  readonly written?: string;
  /** WITHIN GROUP (ORDER BY ...), which the syntax tree shows and nothing obeys. `nullsFirst`: where the query says so. */
  readonly order?: readonly AggregateOrder[];
}

export type JoinType = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'SEMI' | 'ANTI';

export interface LogicalJoin {
  readonly kind: 'LogicalJoin';
  readonly inputs: readonly [LogicalNode, LogicalNode];
  readonly joinType: JoinType;
  readonly condition: RexNode;
  /** All that the query says of its joins, as the syntax tree shows it. */
  readonly writtenHints?: readonly WrittenHint[];
  /** What of it is about the tables of this join, by preference. */
  readonly hints?: readonly JoinHint[];
  /** A semi-join without a projection straight above: its right side stays as wide as it is until columns of the left go, as in Flink. */
  readonly keepsRight?: true;
  readonly rowType: RowType;
}

/** `BROADCAST(d)`, and the way to the join from the root of its query, by numbers of inputs. */
export interface WrittenHint {
  readonly name: string;
  readonly tables: readonly string[];
  readonly inheritPath: readonly number[];
}

/** `BROADCAST(d)`: how a join is to be run, and the side that the hint names. Streams know but one way. */
export interface JoinHint {
  readonly strategy: 'BROADCAST' | 'SHUFFLE_HASH' | 'SHUFFLE_MERGE' | 'NEST_LOOP';
  readonly side: 'left' | 'right';
}

/** Each row of the left with those that the right makes of it: a `LogicalTableFunctionCall` below filters and projections. */
export interface LogicalCorrelate {
  readonly kind: 'LogicalCorrelate';
  readonly inputs: readonly [LogicalNode, LogicalNode];
  readonly joinType: 'INNER' | 'LEFT';
  readonly rowType: RowType;
}

/**
 * Each row of the left with those that the right, a query that reads it as correlation `correlation`, gives for it: LATERAL, or a query's
 * LogicalCorrelate. A rule makes a join of it.
 */
export interface LogicalLateral {
  readonly kind: 'LogicalLateral';
  readonly inputs: readonly [LogicalNode, LogicalNode];
  readonly correlation: number;
  readonly joinType: 'INNER' | 'LEFT';
  readonly rowType: RowType;
}

/** A table function, UNNEST among them, called for a row: its operands speak of the columns of the left side of the correlation. */
export interface LogicalTableFunctionCall {
  readonly kind: 'LogicalTableFunctionCall';
  readonly inputs: readonly [];
  readonly call: TableFunctionCall;
  /** Which correlation of the query, and how it calls the columns of its left side: `$cor0.ids`. */
  readonly correlation: number;
  readonly outerNames: readonly string[];
  /** Names that the query gives the columns, where it gives any. */
  readonly aliases: readonly string[];
  readonly rowType: RowType;
}

/** UNION ALL; without `all`, rows that occur several times are kept once. */
export interface LogicalUnion {
  readonly kind: 'LogicalUnion';
  readonly inputs: readonly LogicalNode[];
  readonly all: boolean;
  readonly rowType: RowType;
}

/** ORDER BY, OFFSET and LIMIT; without keys rows come in any order. Absent `fetch`: all behind the offset. */
export interface LogicalSort {
  readonly kind: 'LogicalSort';
  readonly inputs: readonly [LogicalNode];
  readonly keys: readonly SortKeySpec[];
  readonly offset: number;
  /** OFFSET 0, which the syntax tree shows. */
  readonly showsOffset?: true;
  readonly fetch?: number;
  readonly rowType: RowType;
}

/** INTERSECT [ALL] and EXCEPT [ALL] of two inputs; a rule makes joins and aggregations of it. */
export interface LogicalSetOperation {
  readonly kind: 'LogicalIntersect' | 'LogicalMinus';
  readonly inputs: readonly [LogicalNode, LogicalNode];
  readonly all: boolean;
  readonly rowType: RowType;
}

/** Every row as often as its first column says, and behind it the other columns once more. Made by a rule. */
export interface LogicalReplicateRows {
  readonly kind: 'LogicalReplicateRows';
  readonly inputs: readonly [LogicalNode];
  readonly rowType: RowType;
}

/** A window TVF: the input's columns, then window_start, window_end and window_time. */
export interface LogicalTableFunctionScan {
  readonly kind: 'LogicalTableFunctionScan';
  readonly inputs: readonly [LogicalNode];
  readonly window: WindowSpec;
  /** The literals as written: size, or slide and size, or step and size, then the offset. */
  readonly intervals: readonly RexLiteral[];
  readonly rowType: RowType;
}

/** What a window aggregation tells of its window, as a column of its output. */
export interface WindowProperty {
  readonly name: string;
  readonly kind: 'start' | 'end' | 'time';
}

/**
 * An aggregation fused with the window function below it; made by a rule, never by a query. Output: the grouped columns, the calls,
 * then the properties. `window.timeColumn` is a column of the input.
 */
export interface LogicalWindowAggregate {
  readonly kind: 'LogicalWindowAggregate';
  readonly inputs: readonly [LogicalNode];
  readonly window: WindowSpec;
  readonly group: readonly number[];
  readonly calls: readonly NamedAggregateCall[];
  readonly properties: readonly WindowProperty[];
  readonly rowType: RowType;
}

/** `staticPartition` holds the values of `PARTITION (a = 1)`, by column, as text. */
export interface LogicalSink {
  readonly kind: 'LogicalSink';
  readonly inputs: readonly [LogicalNode];
  readonly target: SinkTarget;
  readonly rowType: RowType;
}

/** Where rows go: into a table, or to the client that asked (`collect`). */
export type SinkTarget =
  | {
      readonly kind: 'table';
      readonly table: PlannedTable;
      /** Positions of the columns that INSERT named, as named; empty: no list was written. */
      readonly targetColumns: readonly number[];
      readonly staticPartition: Readonly<Record<string, string>>;
      readonly overwrite: boolean;
      /** What happens to rows of one primary key that are none by the key of the query, and where the INSERT says so. */
      readonly onConflict?: { readonly strategy: ConflictStrategy; readonly position: SqlPosition };
    }
  | { readonly kind: 'collect' };

export type ConflictStrategy = NonNullable<Insert['onConflict']>;

/**
 * What the planner and `ExpressionConverter` ask of each other while a clause is converted.
 *
 * The converter knows names, types and functions; the planner knows what becomes of an aggregate, a sub-query or an
 * OVER call, and of expressions that a GROUP BY has computed already. A hook that is absent means that the thing has
 * no place in the clause, and the converter says so in Flink's words.
 */

import type { RexNode } from '../../expressions/rex-node.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type {
  CollectionSubquery,
  Exists,
  Expression,
  FunctionCall,
  InSubquery,
  NamedWindow,
  Quantified,
  ScalarSubquery,
  WindowFrame,
} from '../parser/ast.ts';
import type { ResolvedColumn, Scope } from './scope.ts';

/** Which clause is converted, as error texts name it. */
export type Clause =
  | 'SELECT'
  | 'WHERE'
  | 'ON'
  | 'GROUP BY'
  | 'HAVING'
  | 'QUALIFY'
  | 'ORDER BY'
  | 'PARTITION BY'
  | 'VALUES'
  | 'LIMIT'
  | 'FILTER'
  | 'WATERMARK'
  | 'COMPUTED COLUMN'
  | 'MEASURES'
  | 'DEFINE'
  | 'TABLE FUNCTION';

export interface SortKey {
  readonly node: RexNode;
  readonly descending: boolean;
  /** Resolved: ascending puts NULL first, descending last, unless said otherwise. */
  readonly nullsFirst: boolean;
}

/** A user's aggregate function: its key in the job's list, and what it can do beside folding rows. */
export interface UserAggregate {
  readonly key: string;
  readonly canRetract: boolean;
  readonly canMerge: boolean;
}

/** An aggregate function with its arguments converted over the input of the aggregation. */
export interface AggregateExpression {
  /** By Flink's name: COUNT, SUM, AVG, ... */
  readonly function: string;
  /** As the query writes it, where plans do, too, and it is not `function`. */
  readonly written?: string;
  /** Empty for `COUNT(*)`. */
  readonly operands: readonly RexNode[];
  readonly distinct: boolean;
  /** The condition of FILTER (WHERE ...), a BOOLEAN. */
  readonly filter?: RexNode;
  /** ORDER BY inside the call or WITHIN GROUP. */
  readonly orderBy: readonly SortKey[];
  readonly ignoreNulls: boolean;
  readonly type: LogicalType;
  readonly userFunction?: UserAggregate;
}

/** An aggregate or ranking function with OVER. Named windows are resolved and merged. */
export interface OverExpression extends AggregateExpression {
  readonly partitionBy: readonly RexNode[];
  readonly windowOrderBy: readonly SortKey[];
  /** As written; absent: RANGE UNBOUNDED PRECEDING with an ORDER BY, all rows without. */
  readonly frame?: WindowFrame;
}

export type SubqueryExpression = ScalarSubquery | Exists | InSubquery | Quantified | CollectionSubquery;

export interface ConversionContext {
  /** The text that spans point into: the script, or the stored text of a view or computed column. */
  readonly source: string;
  readonly scope: Scope;
  readonly clause: Clause;
  /** WINDOW clause of the SELECT, for OVER w. */
  readonly windows?: readonly NamedWindow[];

  /**
   * Set where only grouping keys and aggregates may be named (SELECT, HAVING, ORDER BY of a grouped query): a column that
   * `replace` does not answer is "not being grouped". `isKeyed` is false for an aggregation without GROUP BY, whose
   * results may be of no row at all and so NULL.
   */
  readonly grouping?: { readonly isKeyed: boolean };

  /** Asked before every expression, from the outside in: a node to take instead, e.g. a grouping key by its `expressionDigest`. */
  replace?(expression: Expression): RexNode | undefined;

  /** Takes an aggregate call and answers with the node that reads its result. Absent: aggregates are illegal here. */
  aggregate?(call: AggregateExpression, syntax: FunctionCall): RexNode;

  /** Likewise for a call with OVER. */
  over?(call: OverExpression, syntax: FunctionCall): RexNode;

  /** Plans a sub-query; `operands` are the converted left sides of IN and of `= SOME`, one a column. Absent: "not supported". */
  subquery?(syntax: SubqueryExpression, operands: readonly RexNode[]): RexNode;

  /** Likewise for a sub-query in an argument of an aggregate, which is over the rows that are aggregated. Absent: as `subquery`. */
  rowSubquery?(syntax: SubqueryExpression, operands: readonly RexNode[]): RexNode;

  /** A column of a query around this one (`level` > 0). Absent: "not supported". */
  outerColumn?(column: ResolvedColumn, type: LogicalType): RexNode;

  /** A function that only the planner understands here: TUMBLE_START, GROUPING, FIRST and LAST in MATCH_RECOGNIZE, ... Undefined: not mine. */
  specialFunction?(syntax: FunctionCall): RexNode | undefined;
}

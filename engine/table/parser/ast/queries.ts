/** Queries: from WITH and set operations down to FROM items, windows and MATCH_RECOGNIZE. */

import type {
  DynamicParameter,
  Expression,
  FunctionCall,
  IntervalExpression,
  IntervalLiteral,
  NumberLiteral,
  Star,
  StringLiteral,
} from './expressions.ts';
import type { Identifier, Node, ObjectPath, Refused } from './node.ts';

/**
 * A whole query expression; sub-queries are of this kind too.
 *
 * ORDER BY, LIMIT and OFFSET hold for the whole of `body`. Parentheses around a body that has none of its own
 * clauses leave no node.
 */
export interface Query extends Node {
  readonly kind: 'Query';
  readonly with: readonly CommonTable[];
  /** WITH RECURSIVE: the validator refuses a table that does read itself. */
  readonly recursive?: true | undefined;
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly offset?: NumberLiteral | DynamicParameter | undefined;
  /** LIMIT n or FETCH NEXT n ROWS ONLY; LIMIT ALL is no limit. */
  readonly limit?: NumberLiteral | DynamicParameter | undefined;
}

/** A `Query` as a body is one in parentheses with clauses of its own. */
export type QueryBody = Select | SetOperation | Values | TableQuery | Query;

/** `name [(columns)] AS (query)`. */
export interface CommonTable extends Node {
  readonly kind: 'CommonTable';
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly query: Query;
}

/** Left-associative; INTERSECT binds tighter than UNION and EXCEPT. */
export interface SetOperation extends Node {
  readonly kind: 'SetOperation';
  readonly operator: 'UNION' | 'EXCEPT' | 'INTERSECT';
  readonly all: boolean;
  readonly left: QueryBody;
  readonly right: QueryBody;
}

/** `VALUES (1, 'a'), (2, 'b')`; `VALUES 1, 2` and `VALUES ROW(1)` give rows too. */
export interface Values extends Node {
  readonly kind: 'Values';
  readonly rows: readonly ValuesRow[];
}

export interface ValuesRow extends Node {
  readonly kind: 'ValuesRow';
  readonly items: readonly Expression[];
}

/** `TABLE t` where a query may stand. */
export interface TableQuery extends Node {
  readonly kind: 'TableQuery';
  readonly name: ObjectPath;
}

export interface Select extends Node {
  readonly kind: 'Select';
  readonly hints: readonly Hint[];
  /** SELECT STREAM, which the validator refuses. */
  readonly stream?: true | undefined;
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from?: FromItem | undefined;
  readonly where?: Expression | undefined;
  readonly groupBy?: GroupBy | undefined;
  readonly having?: Expression | undefined;
  readonly windows: readonly NamedWindow[];
  readonly qualify?: Expression | undefined;
}

export type SelectItem = Star | ExpressionItem;

export interface ExpressionItem extends Node {
  readonly kind: 'ExpressionItem';
  readonly expression: Expression;
  readonly alias?: Identifier | undefined;
}

/** One hint of a hint comment. `OPTIONS('k' = 'v')` has properties, `LOOKUP('table' = 'd')` too, `BROADCAST(t)` names. */
export interface Hint extends Node {
  readonly kind: 'Hint';
  readonly name: Identifier;
  readonly args: readonly HintArgument[];
}

export interface HintProperty extends Node {
  readonly kind: 'HintProperty';
  readonly key: Identifier | StringLiteral;
  readonly value: StringLiteral;
}

/** All arguments of a hint are of one of three sorts: properties, names, literals (whose numbers may have a minus sign). */
export type HintArgument = HintProperty | Identifier | StringLiteral | NumberLiteral;

export interface OrderItem extends Node {
  readonly kind: 'OrderItem';
  readonly expression: Expression;
  readonly descending: boolean;
  /** Absent means Flink's default: NULL is lower than every value. */
  readonly nulls?: 'FIRST' | 'LAST' | undefined;
}

export interface GroupBy extends Node {
  readonly kind: 'GroupBy';
  /** GROUP BY DISTINCT, which removes repeated grouping sets. */
  readonly distinct: boolean;
  readonly items: readonly GroupItem[];
}

/** An expression, the empty group `()`, or a set of groups. `(a, b)` as an item is a `RowConstructor`. */
export type GroupItem = Expression | GroupingSets;

/** GROUPING SETS, ROLLUP and CUBE; each element is the list of its expressions, `()` the empty one. The kind EMPTY is a plain `()`. */
export interface GroupingSets extends Node {
  readonly kind: 'GroupingSets';
  readonly operator: 'GROUPING SETS' | 'ROLLUP' | 'CUBE' | 'EMPTY';
  readonly sets: readonly (GroupingSet | GroupingSets)[];
}

export interface GroupingSet extends Node {
  readonly kind: 'GroupingSet';
  readonly items: readonly Expression[];
}

/** `WINDOW name AS (spec)`. */
export interface NamedWindow extends Node {
  readonly kind: 'NamedWindow';
  readonly name: Identifier;
  readonly window: WindowSpec;
}

/** `([name] [PARTITION BY …] [ORDER BY …] [ROWS|RANGE …])`. */
export interface WindowSpec extends Node {
  readonly kind: 'WindowSpec';
  /** A named window that this one refines. */
  readonly base?: Identifier | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame?: WindowFrame | undefined;
}

export interface WindowFrame extends Node {
  readonly kind: 'WindowFrame';
  readonly unit: 'ROWS' | 'RANGE';
  readonly start: FrameBound;
  /** Absent without BETWEEN: CURRENT ROW then. */
  readonly end?: FrameBound | undefined;
  /** ALLOW PARTIAL or DISALLOW PARTIAL. */
  readonly partial?: 'ALLOW' | 'DISALLOW' | undefined;
}

export interface FrameBound extends Node {
  readonly kind: 'FrameBound';
  readonly bound: 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';
  /** The distance of PRECEDING and FOLLOWING. */
  readonly offset?: Expression | undefined;
}

export type FromItem = AliasedItem | Join;

/** What may have an alias and a sample taken of it. */
export type AliasedItem =
  TableRef | TableFunctionRef | UnnestRef | SubqueryRef | MatchRecognize | RefusedTable;

interface Aliased extends Node {
  readonly alias?: TableAlias | undefined;
  readonly sample?: TableSample | undefined;
}

/** PIVOT, UNPIVOT and EXTEND of a table: `text` is what stands behind `input`. */
export interface RefusedTable extends Refused, Aliased {
  readonly kind: 'RefusedTable';
  readonly input: AliasedItem;
}

/** `EXTEND (z INT)` behind a table whose rows are changed; `parts` are names and types. */
export interface Extension extends Refused {
  readonly kind: 'Extension';
}

/** `AS name [(columns)]`. */
export interface TableAlias extends Node {
  readonly kind: 'TableAlias';
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
}

/** A table by name, with its hints, e.g. OPTIONS, `FOR SYSTEM_TIME AS OF x` and alias. */
export interface TableRef extends Aliased {
  readonly kind: 'TableRef';
  readonly name: ObjectPath;
  readonly hints: readonly Hint[];
  readonly systemTime?: Expression | undefined;
}

/** `TABLESAMPLE BERNOULLI (10) REPEATABLE (1)`, `TABLESAMPLE SUBSTITUTE ('name')`. */
export interface TableSample extends Node {
  readonly kind: 'TableSample';
  readonly method: 'BERNOULLI' | 'SYSTEM' | 'SUBSTITUTE';
  /** In percent; of SUBSTITUTE the name of another set of data. */
  readonly amount: NumberLiteral | StringLiteral;
  /** A whole number, which may have a sign. */
  readonly seed?: NumberLiteral | undefined;
}

/** `TABLE(f(…))`, `f(…)`, `LATERAL TABLE(f(…))`. */
export interface TableFunctionRef extends Aliased {
  readonly kind: 'TableFunctionRef';
  readonly lateral: boolean;
  readonly call: FunctionCall;
}

export interface UnnestRef extends Aliased {
  readonly kind: 'UnnestRef';
  readonly lateral: boolean;
  readonly expressions: readonly Expression[];
  readonly withOrdinality: boolean;
}

/** `[LATERAL] (query) AS a`, also `(VALUES …) AS a (x, y)`. */
export interface SubqueryRef extends Aliased {
  readonly kind: 'SubqueryRef';
  readonly lateral: boolean;
  readonly query: Query;
}

/** A comma is a join too (`COMMA`); all of them associate to the left. */
export interface Join extends Node {
  readonly kind: 'Join';
  readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | 'COMMA';
  readonly natural: boolean;
  readonly left: FromItem;
  readonly right: FromItem;
  readonly condition?: OnCondition | UsingCondition | undefined;
}

export interface OnCondition extends Node {
  readonly kind: 'On';
  readonly expression: Expression;
}

export interface UsingCondition extends Node {
  readonly kind: 'Using';
  readonly columns: readonly Identifier[];
}

export interface MatchRecognize extends Aliased {
  readonly kind: 'MatchRecognize';
  readonly input: FromItem;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly measures: readonly ExpressionItem[];
  readonly rowsPerMatch?: 'ONE ROW' | 'ALL ROWS' | undefined;
  readonly afterMatch?: AfterMatchSkip | undefined;
  readonly pattern: RowPattern;
  /** `^` before and `$` after the pattern. */
  readonly strictStart: boolean;
  readonly strictEnd: boolean;
  readonly within?: IntervalLiteral | IntervalExpression | undefined;
  readonly subsets: readonly PatternSubset[];
  readonly defines: readonly PatternDefinition[];
}

export interface AfterMatchSkip extends Node {
  readonly kind: 'AfterMatchSkip';
  readonly to: 'NEXT ROW' | 'PAST LAST ROW' | 'FIRST' | 'LAST';
  /** The variable of TO FIRST v, TO LAST v and TO v (which is LAST). */
  readonly variable?: Identifier | undefined;
}

/** All of the pattern language is parsed; what Flink refuses (groups, alternation, ...) the planner refuses. */
export type RowPattern =
  | PatternVariable
  | PatternConcatenation
  | PatternAlternation
  | PatternPermutation
  | PatternExclusion
  | PatternQuantified;

export interface PatternVariable extends Node {
  readonly kind: 'PatternVariable';
  readonly name: Identifier;
}

export interface PatternConcatenation extends Node {
  readonly kind: 'PatternConcatenation';
  readonly items: readonly RowPattern[];
}

export interface PatternAlternation extends Node {
  readonly kind: 'PatternAlternation';
  readonly items: readonly RowPattern[];
}

export interface PatternPermutation extends Node {
  readonly kind: 'PatternPermutation';
  readonly items: readonly RowPattern[];
}

/** `{- … -}`. */
export interface PatternExclusion extends Node {
  readonly kind: 'PatternExclusion';
  readonly pattern: RowPattern;
}

/** `p*`, `p+?`, `p{2,}`: `*` is 0 to no limit (`max` absent), `+` 1 to no limit, `?` 0 to 1, `{n}` n to n. */
export interface PatternQuantified extends Node {
  readonly kind: 'PatternQuantified';
  readonly pattern: RowPattern;
  readonly min: number;
  readonly max?: number | undefined;
  readonly reluctant: boolean;
}

/** `SUBSET name = (a, b)`. */
export interface PatternSubset extends Node {
  readonly kind: 'PatternSubset';
  readonly name: Identifier;
  readonly variables: readonly Identifier[];
}

/** `name AS condition`. */
export interface PatternDefinition extends Node {
  readonly kind: 'PatternDefinition';
  readonly name: Identifier;
  readonly condition: Expression;
}

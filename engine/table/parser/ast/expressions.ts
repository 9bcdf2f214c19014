/** Expressions. Operators keep the grouping that Calcite's precedence table gives them; parentheses leave no node. */

import type { DataType, IntervalQualifier } from './data-types.ts';
import type { Identifier, Node, ObjectPath, Refused } from './node.ts';
import type { ExpressionItem, OrderItem, Query, WindowSpec } from './queries.ts';

export type Expression =
  | ColumnPath
  | Literal
  | IntervalExpression
  | IntervalDifference
  | DynamicParameter
  | Unary
  | Binary
  | Is
  | Between
  | InList
  | InSubquery
  | Like
  | Quantified
  | Case
  | Cast
  | FunctionCall
  | RowConstructor
  | ArrayConstructor
  | MapConstructor
  | MultisetConstructor
  | CollectionSubquery
  | ItemAccess
  | FieldAccess
  | ScalarSubquery
  | Exists
  | Default
  | RefusedExpression;

/** DATETIME literals, NEXT VALUE FOR, functions of JDBC that there are not, and the like. */
export interface RefusedExpression extends Refused {
  readonly kind: 'RefusedExpression';
}

/** `a`, `t.a`, `t.a.b.c`: where the relation ends and the field access begins is for the resolver. */
export interface ColumnPath extends Node {
  readonly kind: 'ColumnPath';
  readonly parts: readonly Identifier[];
}

/** What is its own value. An INTERVAL with a computed amount is an `IntervalExpression`. */
export type Literal =
  | NumberLiteral
  | StringLiteral
  | BinaryLiteral
  | BooleanLiteral
  | NullLiteral
  | DateTimeLiteral
  | IntervalLiteral;

/** An unsigned number, exactly as written; a sign before it is a `Unary`. */
export interface NumberLiteral extends Node {
  readonly kind: 'NumberLiteral';
  readonly text: string;
  /** `1` is an integer, `1.0` and `.5` a decimal, `1e0` a double. */
  readonly form: 'integer' | 'decimal' | 'double';
}

/** `'…'`, `_UTF16'…'`, `U&'…' UESCAPE '…'`, `n'…'`, and pieces on several lines: `value` is the decoded whole. */
export interface StringLiteral extends Node {
  readonly kind: 'StringLiteral';
  readonly value: string;
  /** The character set of `_UTF16'…'`, upper case, without the underscore. */
  readonly charset?: string | undefined;
  /** Two pieces stand on one line, which the validator refuses (Flink: "String literal continues on same line"). */
  readonly sameLine?: true | undefined;
}

/** `x'0aff'`: hexadecimal digits as written. */
export interface BinaryLiteral extends Node {
  readonly kind: 'BinaryLiteral';
  readonly hex: string;
  /** As of `StringLiteral`. */
  readonly sameLine?: true | undefined;
}

/** TRUE, FALSE, and UNKNOWN (`undefined` is never used: UNKNOWN is `null`). */
export interface BooleanLiteral extends Node {
  readonly kind: 'BooleanLiteral';
  readonly value: boolean | null;
}

export interface NullLiteral extends Node {
  readonly kind: 'NullLiteral';
}

/** `DATE '2024-03-01'`; the text is not checked here. */
export interface DateTimeLiteral extends Node {
  readonly kind: 'DateTimeLiteral';
  readonly type: 'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMP WITH LOCAL TIME ZONE';
  readonly text: string;
}

/** `INTERVAL -'1 02' DAY TO HOUR`: `text` is what stands between the quotes. */
export interface IntervalLiteral extends Node {
  readonly kind: 'IntervalLiteral';
  readonly negative: boolean;
  readonly text: string;
  readonly qualifier: IntervalQualifier;
}

/** `INTERVAL a DAY`, `INTERVAL (a + 1) DAY`, `INTERVAL 5 DAY`: an amount that is no string literal. */
export interface IntervalExpression extends Node {
  readonly kind: 'IntervalExpression';
  readonly value: Expression;
  readonly qualifier: IntervalQualifier;
}

/** `(a - b) DAY TO SECOND`: the time from b to a, in the units given. */
export interface IntervalDifference extends Node {
  readonly kind: 'IntervalDifference';
  readonly left: Expression;
  readonly right: Expression;
  readonly qualifier: IntervalQualifier;
}

/** `?`, numbered from 0 over the statement. */
export interface DynamicParameter extends Node {
  readonly kind: 'DynamicParameter';
  readonly index: number;
}

/** RUNNING and FINAL occur in MATCH_RECOGNIZE measures. `FORMAT JSON` stands behind its operand. */
export type UnaryOperator = '+' | '-' | 'NOT' | 'RUNNING' | 'FINAL' | 'FORMAT JSON';

export interface Unary extends Node {
  readonly kind: 'Unary';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
}

export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

export type BinaryOperator =
  | 'OR'
  | 'AND'
  | ComparisonOperator
  | 'IS DISTINCT FROM'
  | 'IS NOT DISTINCT FROM'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | 'MEMBER OF'
  | 'SUBMULTISET OF'
  | 'NOT SUBMULTISET OF'
  | 'MULTISET UNION ALL'
  | 'MULTISET UNION DISTINCT'
  | 'MULTISET EXCEPT ALL'
  | 'MULTISET EXCEPT DISTINCT'
  | 'MULTISET INTERSECT ALL'
  | 'MULTISET INTERSECT DISTINCT'
  | 'OVERLAPS'
  | 'CONTAINS'
  | 'EQUALS'
  | 'PRECEDES'
  | 'SUCCEEDS'
  | 'IMMEDIATELY PRECEDES'
  | 'IMMEDIATELY SUCCEEDS';

export interface Binary extends Node {
  readonly kind: 'Binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

export type IsTest =
  | 'NULL'
  | 'TRUE'
  | 'FALSE'
  | 'UNKNOWN'
  | 'A SET'
  | 'EMPTY'
  | 'JSON'
  | 'JSON VALUE'
  | 'JSON OBJECT'
  | 'JSON ARRAY'
  | 'JSON SCALAR';

/** `operand IS [NOT] test`. IS DISTINCT FROM is a `Binary`. */
export interface Is extends Node {
  readonly kind: 'Is';
  readonly negated: boolean;
  readonly test: IsTest;
  readonly operand: Expression;
}

export interface Between extends Node {
  readonly kind: 'Between';
  readonly negated: boolean;
  readonly symmetric: boolean;
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
}

export interface InList extends Node {
  readonly kind: 'InList';
  readonly negated: boolean;
  readonly operand: Expression;
  readonly values: readonly Expression[];
}

/** The operand may be a `RowConstructor`. */
export interface InSubquery extends Node {
  readonly kind: 'InSubquery';
  readonly negated: boolean;
  readonly operand: Expression;
  readonly query: Query;
}

export interface Like extends Node {
  readonly kind: 'Like';
  readonly operator: 'LIKE' | 'SIMILAR TO' | 'ILIKE' | 'RLIKE';
  readonly negated: boolean;
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape?: Expression | undefined;
}

/** `a > ALL (SELECT …)`, `a = SOME (1, 2)`; ANY is written SOME here. */
export interface Quantified extends Node {
  readonly kind: 'Quantified';
  readonly operator: ComparisonOperator;
  readonly quantifier: 'ALL' | 'SOME';
  readonly operand: Expression;
  readonly source: Query | readonly Expression[];
}

export interface CaseBranch extends Node {
  readonly kind: 'CaseBranch';
  /** One condition, or, in a CASE with an operand, one or more values: `WHEN 1, 2 THEN`. */
  readonly when: readonly Expression[];
  readonly then: Expression;
}

/** With an operand, its branches hold values it is compared with; without, conditions. */
export interface Case extends Node {
  readonly kind: 'Case';
  readonly operand?: Expression | undefined;
  readonly branches: readonly CaseBranch[];
  readonly otherwise?: Expression | undefined;
}

/** CAST and TRY_CAST. */
export interface Cast extends Node {
  readonly kind: 'Cast';
  readonly isTry: boolean;
  readonly operand: Expression;
  readonly type: DataType;
}

/** A word of special call syntax that is no value: a time unit, BOTH, a JSON flag. `text` is upper case. */
export interface SymbolArgument extends Node {
  readonly kind: 'Symbol';
  readonly text: string;
}

/** `*`, `t.*`, `t.r.*`: in a SELECT list and in COUNT(*). */
export interface Star extends Node {
  readonly kind: 'Star';
  readonly qualifier: readonly Identifier[];
}

/** `name => value`. */
export interface NamedArgument extends Node {
  readonly kind: 'NamedArgument';
  readonly name: Identifier;
  readonly value: Argument;
}

/**
 * A table handed to a table function: `TABLE t [PARTITION BY (a, b)] [ORDER BY c]`, `(SELECT …) PARTITION BY a`.
 * A sub-query without either clause is a `ScalarSubquery`, as it is for any function.
 */
export interface TableArgument extends Node {
  readonly kind: 'TableArgument';
  readonly table: ObjectPath | Query;
  readonly partitionBy: readonly ColumnPath[];
  readonly orderBy: readonly OrderItem[];
}

/** `DESCRIPTOR(a, b.c)`. */
export interface DescriptorArgument extends Node {
  readonly kind: 'DescriptorArgument';
  readonly columns: readonly ColumnPath[];
}

/** `MODEL m`. */
export interface ModelArgument extends Node {
  readonly kind: 'ModelArgument';
  readonly name: ObjectPath;
}

export type Argument =
  Expression | Star | SymbolArgument | NamedArgument | TableArgument | DescriptorArgument | ModelArgument;

/** What JSON_VALUE and JSON_QUERY do ON EMPTY and ON ERROR, JSON_EXISTS ON ERROR. */
export type JsonBehavior =
  | 'NULL'
  | 'ERROR'
  | 'TRUE'
  | 'FALSE'
  | 'UNKNOWN'
  | 'EMPTY ARRAY'
  | 'EMPTY OBJECT'
  | { readonly defaultValue: Expression };

/** The clauses inside the parentheses of a JSON_* call. */
export interface JsonClauses extends Node {
  readonly kind: 'JsonClauses';
  /** PASSING value AS name, which nobody reads. */
  readonly passing?: readonly ExpressionItem[] | undefined;
  readonly returning?: DataType | undefined;
  readonly wrapper?: 'WITHOUT ARRAY' | 'WITH CONDITIONAL ARRAY' | 'WITH UNCONDITIONAL ARRAY' | undefined;
  readonly onEmpty?: JsonBehavior | undefined;
  readonly onError?: JsonBehavior | undefined;
  /** NULL ON NULL or ABSENT ON NULL of JSON_OBJECT, JSON_ARRAY and their aggregates. */
  readonly onNull?: 'NULL' | 'ABSENT' | undefined;
}

/**
 * Any call, from `f(x)` to `LISTAGG(DISTINCT a, ',') WITHIN GROUP (ORDER BY b) FILTER (WHERE c) OVER w`.
 *
 * Functions with syntax of their own are calls too, by their name in upper case and with arguments in this order
 * (`#X` is a `SymbolArgument`): EXTRACT(#HOUR, x), POSITION(needle, hay[, start]), SUBSTRING(s, from[, length]),
 * OVERLAY(s, new, from[, length]), TRIM(#BOTH|#LEADING|#TRAILING, chars, s) (chars is `' '` when left out),
 * FLOOR(x, #DAY), CEIL(x, #DAY), TIMESTAMPADD(#DAY, n, t), TIMESTAMPDIFF(#DAY, a, b), CONVERT and TRANSLATE USING
 * (s, #CHARSET), JSON_VALUE(doc, path), JSON_QUERY(doc, path), JSON_EXISTS(doc, path),
 * JSON_OBJECT(key, value, key, value, …), JSON_ARRAY(value, …), JSON_OBJECTAGG(key, value), JSON_ARRAYAGG(value).
 * `CURRENT_DATE` and its like, written without parentheses, are calls with `bare`.
 */
export interface FunctionCall extends Node {
  readonly kind: 'FunctionCall';
  readonly name: ObjectPath;
  readonly args: readonly Argument[];
  /** Written without parentheses: CURRENT_TIMESTAMP, LOCALTIME, USER, ... */
  readonly bare?: true | undefined;
  readonly quantifier?: 'DISTINCT' | 'ALL' | undefined;
  /** ORDER BY inside the parentheses, as in ARRAY_AGG(x ORDER BY y). */
  readonly orderBy: readonly OrderItem[];
  readonly json?: JsonClauses | undefined;
  readonly nullTreatment?: 'RESPECT' | 'IGNORE' | undefined;
  readonly withinGroup?: readonly OrderItem[] | undefined;
  /** WITHIN DISTINCT (a, b), which the validator refuses. */
  readonly withinDistinct?: readonly Expression[] | undefined;
  readonly filter?: Expression | undefined;
  /** The name of a window of the WINDOW clause, or a window. */
  readonly over?: Identifier | WindowSpec | undefined;
}

/** `ROW(a, b)` and `(a, b)`. */
export interface RowConstructor extends Node {
  readonly kind: 'RowConstructor';
  readonly items: readonly Expression[];
}

export interface ArrayConstructor extends Node {
  readonly kind: 'ArrayConstructor';
  readonly items: readonly Expression[];
}

export interface MapConstructor extends Node {
  readonly kind: 'MapConstructor';
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[];
  /** A key without a value, which the validator refuses. */
  readonly lastKey?: Expression | undefined;
}

export interface MultisetConstructor extends Node {
  readonly kind: 'MultisetConstructor';
  readonly items: readonly Expression[];
}

/** `ARRAY(SELECT …)`, `MAP(SELECT …)`, `MULTISET(SELECT …)`. */
export interface CollectionSubquery extends Node {
  readonly kind: 'CollectionSubquery';
  readonly collection: 'ARRAY' | 'MAP' | 'MULTISET';
  readonly query: Query;
}

/** `a[1]`, `m['k']`. */
export interface ItemAccess extends Node {
  readonly kind: 'ItemAccess';
  readonly operand: Expression;
  readonly index: Expression;
}

/** `(r).f`, `a[1].f`, `f(x).y`: where the left side is no plain path. */
export interface FieldAccess extends Node {
  readonly kind: 'FieldAccess';
  readonly operand: Expression;
  readonly field: Identifier;
}

export interface ScalarSubquery extends Node {
  readonly kind: 'ScalarSubquery';
  readonly query: Query;
}

/** EXISTS (…), and UNIQUE (…), which the validator refuses. NOT EXISTS is a `Unary` around it. */
export interface Exists extends Node {
  readonly kind: 'Exists';
  readonly test: 'EXISTS' | 'UNIQUE';
  readonly query: Query;
}

/** DEFAULT as an argument or a value to insert. */
export interface Default extends Node {
  readonly kind: 'Default';
}

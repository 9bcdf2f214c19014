/** Statements: a query, DDL (see `ddl.ts`), DML, and what a session does. */

import type { DdlStatement, PartitionSpec } from './ddl.ts';
import type { Argument, Expression, StringLiteral } from './expressions.ts';
import type { Identifier, Node, ObjectPath, Property, Refused } from './node.ts';
import type { Extension, Hint, Query } from './queries.ts';

export type Statement = QueryStatement | DdlStatement | DmlStatement | UtilityStatement | RefusedStatement;

/** What is read as Flink reads it and refused when it is validated: MERGE, CREATE CONNECTION, DESCRIBE of a query. */
export interface RefusedStatement extends Refused {
  readonly kind: 'RefusedStatement';
}

export interface QueryStatement extends Node {
  readonly kind: 'QueryStatement';
  readonly query: Query;
}

// ---------------------------------------------------------------------------------------------------- DML

export type DmlStatement =
  Insert | StatementSet | Update | Delete | Truncate | Analyze | Call | Execute | ExecutePlan | CompilePlan;

export interface Insert extends Node {
  readonly kind: 'Insert';
  readonly overwrite: boolean;
  /** UPSERT INTO, which the validator refuses. */
  readonly upsert?: true | undefined;
  readonly table: ObjectPath;
  readonly hints: readonly Hint[];
  readonly extension?: Extension | undefined;
  readonly partition?: PartitionSpec | undefined;
  /** Columns of the target; paths of more than one part address nested fields. */
  readonly columns: readonly ObjectPath[];
  /** The list was made for CREATE TABLE AS and not written: plans do not show it. */
  readonly hidesColumns?: true | undefined;
  readonly query: Query;
  /** ON CONFLICT DO NOTHING | ERROR | DEDUPLICATE. */
  readonly onConflict?: 'NOTHING' | 'ERROR' | 'DEDUPLICATE' | undefined;
}

/** `EXECUTE STATEMENT SET BEGIN … END` and `BEGIN STATEMENT SET; … END`; without EXECUTE inside EXPLAIN and COMPILE PLAN. */
export interface StatementSet extends Node {
  readonly kind: 'StatementSet';
  readonly statements: readonly Insert[];
}

export interface Assignment extends Node {
  readonly kind: 'Assignment';
  readonly column: Identifier;
  readonly value: Expression;
}

export interface Update extends Node {
  readonly kind: 'Update';
  readonly table: ObjectPath;
  readonly hints: readonly Hint[];
  readonly extension?: Extension | undefined;
  readonly alias?: Identifier | undefined;
  readonly assignments: readonly Assignment[];
  readonly where?: Expression | undefined;
}

export interface Delete extends Node {
  readonly kind: 'Delete';
  readonly table: ObjectPath;
  readonly hints: readonly Hint[];
  readonly extension?: Extension | undefined;
  readonly alias?: Identifier | undefined;
  readonly where?: Expression | undefined;
}

export interface Truncate extends Node {
  readonly kind: 'Truncate';
  readonly table: ObjectPath;
}

export interface Analyze extends Node {
  readonly kind: 'Analyze';
  readonly table: ObjectPath;
  readonly partition?: PartitionSpec | undefined;
  /** Column names; `all` for FOR ALL COLUMNS; absent for none. */
  readonly columns?: readonly Identifier[] | 'all' | undefined;
}

/** `CALL cat.db.procedure(1, name => 2)`. */
export interface Call extends Node {
  readonly kind: 'Call';
  readonly procedure: ObjectPath;
  readonly args: readonly Argument[];
}

/** `EXECUTE INSERT …`, `EXECUTE SELECT …`. */
export interface Execute extends Node {
  readonly kind: 'Execute';
  readonly statement: Insert | QueryStatement;
}

export interface ExecutePlan extends Node {
  readonly kind: 'ExecutePlan';
  readonly path: StringLiteral;
}

/** COMPILE PLAN, and COMPILE AND EXECUTE PLAN. */
export interface CompilePlan extends Node {
  readonly kind: 'CompilePlan';
  readonly execute: boolean;
  readonly path: StringLiteral;
  readonly ifNotExists: boolean;
  readonly statement: Insert | StatementSet;
}

// ------------------------------------------------------------------------------------------------ utility

export type UtilityStatement =
  | SetOption
  | ResetOption
  | Explain
  | Describe
  | Show
  | Use
  | UseModules
  | LoadModule
  | UnloadModule
  | StopJob
  | JarStatement
  | ClientCommand;

/** `SET 'key' = 'value'`; bare `SET` lists the options. */
export interface SetOption extends Node {
  readonly kind: 'Set';
  readonly property?: Property | undefined;
}

/** `RESET 'key'`; bare `RESET` resets all. */
export interface ResetOption extends Node {
  readonly kind: 'Reset';
  readonly key?: StringLiteral | undefined;
}

export type ExplainDetail = 'ESTIMATED_COST' | 'CHANGELOG_MODE' | 'PLAN_ADVICE' | 'JSON_EXECUTION_PLAN';

/** `EXPLAIN PLAN FOR s` has no details. */
export interface Explain extends Node {
  readonly kind: 'Explain';
  readonly details: readonly ExplainDetail[];
  readonly statement: Statement;
}

export interface Describe extends Node {
  readonly kind: 'Describe';
  readonly object: 'TABLE' | 'CATALOG' | 'DATABASE' | 'FUNCTION' | 'MODEL' | 'JOB';
  readonly extended: boolean;
  /** Absent for JOB. */
  readonly name?: ObjectPath | undefined;
  /** The id of DESCRIBE JOB. */
  readonly job?: StringLiteral | undefined;
}

export type ShowSubject =
  | 'CATALOGS'
  | 'CURRENT CATALOG'
  | 'DATABASES'
  | 'CURRENT DATABASE'
  | 'TABLES'
  | 'VIEWS'
  | 'MATERIALIZED TABLES'
  | 'COLUMNS'
  | 'PARTITIONS'
  | 'FUNCTIONS'
  | 'USER FUNCTIONS'
  | 'PROCEDURES'
  | 'MODELS'
  | 'MODULES'
  | 'FULL MODULES'
  | 'JARS'
  | 'JOBS'
  | 'CREATE TABLE'
  | 'CREATE VIEW'
  | 'CREATE CATALOG'
  | 'CREATE MODEL'
  | 'CREATE MATERIALIZED TABLE';

export interface Show extends Node {
  readonly kind: 'Show';
  readonly subject: ShowSubject;
  /** What is shown (CREATE TABLE t, PARTITIONS t), or where (TABLES FROM db, COLUMNS IN t). */
  readonly name?: ObjectPath | undefined;
  /** FROM or IN before a name, as written. */
  readonly preposition?: 'FROM' | 'IN' | undefined;
  readonly like?:
    | { readonly operator: 'LIKE' | 'ILIKE'; readonly negated: boolean; readonly pattern: StringLiteral }
    | undefined;
  readonly partition?: PartitionSpec | undefined;
}

/** `USE CATALOG c`, `USE [c.]db`. */
export interface Use extends Node {
  readonly kind: 'Use';
  readonly object: 'CATALOG' | 'DATABASE';
  readonly name: ObjectPath;
}

export interface UseModules extends Node {
  readonly kind: 'UseModules';
  readonly modules: readonly Identifier[];
}

export interface LoadModule extends Node {
  readonly kind: 'LoadModule';
  readonly name: Identifier;
  readonly properties: readonly Property[];
}

export interface UnloadModule extends Node {
  readonly kind: 'UnloadModule';
  readonly name: Identifier;
}

export interface StopJob extends Node {
  readonly kind: 'StopJob';
  readonly job: StringLiteral;
  readonly withSavepoint: boolean;
  readonly withDrain: boolean;
}

/** ADD JAR, REMOVE JAR: parsed, so that the refusal can say what to do instead. */
export interface JarStatement extends Node {
  readonly kind: 'Jar';
  readonly action: 'ADD' | 'REMOVE';
  readonly path: StringLiteral;
}

/** What only the SQL client knows: HELP, CLEAR, QUIT (EXIT is one). */
export interface ClientCommand extends Node {
  readonly kind: 'ClientCommand';
  readonly command: 'HELP' | 'CLEAR' | 'QUIT';
}

import type { JobGraph } from '../graph/job-graph.ts';
import type { Insert, QueryStatement, StatementSet } from './parser/ast.ts';

/**
 * From statements to a job: the one door to the planner.
 *
 *   AST -> logical plan (query-converter) -> rules -> physical plan -> changelog modes -> exec nodes
 *       -> Transformations -> StreamGraph -> JobGraph
 *
 * Planning reads the catalog and the options of the session and changes neither; it never touches data.
 */
export type PlannableStatement = QueryStatement | Insert | StatementSet;

export interface PlanRequest {
  /** One query, or INSERTs and statement sets, which become one job together. */
  readonly statements: readonly PlannableStatement[];
  /** The text that the statements' spans point into. */
  readonly text: string;
  readonly jobId: string;
  /** Default: `pipeline.name`, else Flink's: `collect`, `insert-into_default_catalog.default_database.t`. */
  readonly name?: string;
}

export type ExplainDetail = 'ESTIMATED_COST' | 'CHANGELOG_MODE' | 'PLAN_ADVICE' | 'JSON_EXECUTION_PLAN';

export declare class Planner {
  /** Throws ValidationException (with position where there is one) or TableException. A query ends in a collect sink. */
  planJob(request: PlanRequest): JobGraph;
  /** Flink's EXPLAIN text, section for section. */
  explain(statements: readonly PlannableStatement[], text: string, details: readonly ExplainDetail[]): string;
}

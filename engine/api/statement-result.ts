import type { Value } from '../data/value.ts';
import type { RowField, RowType } from '../types/logical-type.ts';

/** What a statement of a script gave. */
export type StatementResult = RowsResult | OkResult | JobResult;

interface Result {
  /** The statement's text, without the `;`. */
  readonly statement: string;
}

/** SHOW, DESCRIBE, EXPLAIN: a table at once. */
export interface RowsResult extends Result {
  readonly kind: 'rows';
  readonly columns: readonly RowField[];
  readonly rows: readonly (readonly Value[])[];
}

/** DDL and SET. */
export interface OkResult extends Result {
  readonly kind: 'ok';
}

/** A query or INSERT: a job was submitted. `resultType` is set for a query, whose rows come by `attachResult`. */
export interface JobResult extends Result {
  readonly kind: 'job';
  readonly jobId: string;
  readonly resultType?: RowType;
}

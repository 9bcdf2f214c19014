import type { Span, TableArgument } from '../parser/ast.ts';
import { invalid } from '../validate/validation-error.ts';

/** Refuses PARTITION BY and ORDER BY of a table that a function takes row by row. */
export function refuseKeys(
  { partitionBy, orderBy }: TableArgument,
  name: string,
  at: { readonly span: Span },
  source: string,
): void {
  const clause = partitionBy.length > 0 ? 'PARTITION' : orderBy.length > 0 ? 'ORDER' : undefined;
  if (clause === undefined) return;
  const done = clause === 'PARTITION' ? 'partitioned' : 'ordered';
  throw invalid(
    source,
    at,
    `Only tables with set semantics may be ${done}. Invalid ${clause} BY clause in the 0-th operand of table function '${name}'`,
  );
}

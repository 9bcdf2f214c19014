/** A session for planner tests: statements go in, plans come out. */

import type { JobGraph } from '../../engine/graph/job-graph.ts';
import { StatementExecutor } from '../../engine/table/operations/statement-executor.ts';
import type { Statement } from '../../engine/table/parser/ast.ts';
import { parseStatement } from '../../engine/table/parser/parser.ts';
import { Planner } from '../../engine/table/planner.ts';
import type { PlannableStatement } from '../../engine/table/planner.ts';
import { TEST_CONNECTORS } from './test-connectors.ts';

export class PlannerSession {
  readonly executor: StatementExecutor;
  readonly planner: Planner;

  constructor(options: Readonly<Record<string, string>> = {}) {
    this.executor = new StatementExecutor({
      queryType: (query, source) => this.planner.queryType(query, source),
    });
    const { catalogs, config, environment } = this.executor;
    this.planner = new Planner({ catalogs, config, environment, connectors: TEST_CONNECTORS });
    config.set('table.local-time-zone', 'UTC');
    for (const [key, value] of Object.entries(options)) config.set(key, value);
  }

  /** Runs DDL; gives the text of EXPLAIN; anything else is refused. */
  execute(sql: string): string | undefined {
    const statement = parseStatement(sql);
    if (statement.kind === 'Explain') {
      const { statement: explained, details } = statement;
      const explain = (each: PlannableStatement): string => this.planner.explain([each], sql, details);
      if (explained.kind !== 'CreateTable' || !explained.query) return explain(plannable(explained));
      return this.executor.withTableAs({ ...explained, query: explained.query }, sql, explain);
    }
    if (this.executor.execute(statement, sql) === undefined) throw new TypeError(`not DDL: ${sql}`);
    return undefined;
  }

  /** The job of a query, an INSERT or a statement set. */
  job(sql: string): JobGraph {
    return this.planner.planJob({ statements: [plannable(parseStatement(sql))], text: sql, jobId: 'job' });
  }
}

function plannable(statement: Statement): PlannableStatement {
  if (statement.kind === 'Execute') return statement.statement;
  if (
    statement.kind === 'QueryStatement' ||
    statement.kind === 'Insert' ||
    statement.kind === 'StatementSet'
  ) {
    return statement;
  }
  throw new TypeError(`not a query: ${statement.kind}`);
}

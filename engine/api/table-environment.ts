import type { LocalCluster } from '../runtime/local-cluster.ts';
import { StatementExecutor } from '../table/operations/statement-executor.ts';
import { STRING, tableOf } from '../table/operations/operation-result.ts';
import type { CatalogManager } from '../table/catalog/catalog-manager.ts';
import type { TableConfig } from '../table/catalog/table-config.ts';
import { hasRuntime } from '../expressions/functions/registry.ts';
import type { Explain, Statement } from '../table/parser/ast.ts';
import { positionOf } from '../table/parser/ast/position.ts';
import { functionNames } from '../table/functions/functions.ts';
import { expectedAt, parseScript } from '../table/parser/parser.ts';
import { type ExplainDetail, type PlannableStatement, Planner } from '../table/planner.ts';
import { MillraceError, toErrorData, type ErrorData, ValidationException } from '../types/errors.ts';
import { QueryResult } from './query-result.ts';
import type { JobResult, StatementResult } from './statement-result.ts';

export interface TableEnvironmentOptions {
  /** Asked for a cluster when the first job starts. */
  readonly cluster: () => Promise<LocalCluster>;
  /** Options as after SET. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** The URL of a module that `CREATE FUNCTION ... AS 'module#export'` names. Default: as it is written. */
  readonly moduleUrl?: (module: string) => string;
}

/** A statement of a script: its text and place, and what it is. */
export interface ScriptStatement {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly kind: Statement['kind'];
}

export interface Completion {
  readonly label: string;
  readonly kind: 'keyword' | 'function' | 'name';
}

/** What may replace the text from `from` to `to`. */
export interface Completions {
  readonly from: number;
  readonly to: number;
  readonly items: readonly Completion[];
}

/** How a script is run. */
export interface ScriptRun {
  /** Called after each statement, and awaited. */
  readonly onResult?: (result: StatementResult) => void | Promise<void>;
  /** Asked, for the text of a query or INSERT, for a job to go on with instead of starting one. */
  readonly resume?: (statement: string) => Promise<JobResult | undefined>;
  /** Aborted: no further statement is run. */
  readonly signal?: AbortSignal;
}

export interface ScriptCheck {
  readonly statements: readonly ScriptStatement[];
  readonly errors: readonly ErrorData[];
}

/**
 * Flink SQL's door: tables, views, functions and options of a session, and the jobs that its statements start.
 *
 * Parsing, validation and planning happen here, on the calling thread (milliseconds); rows are made by the cluster's workers.
 */
export class TableEnvironment {
  readonly #options: TableEnvironmentOptions;
  readonly #executor: StatementExecutor;
  readonly #planner: Planner;

  constructor(options: TableEnvironmentOptions) {
    this.#options = options;
    [this.#executor, this.#planner] = session();
    for (const [key, value] of Object.entries(options.configuration ?? {})) this.config.set(key, value);
  }

  get config(): TableConfig {
    return this.#executor.config;
  }

  get catalogs(): CatalogManager {
    return this.#executor.catalogs;
  }

  /**
   * What is wrong in a script, without running it: all its mistakes of syntax, or else the first mistake of meaning of each statement. The
   * statements are tried one after the other in a session of their own.
   */
  check(script: string): ScriptCheck {
    const { statements, errors } = parseScript(script);
    const known = statements.map(({ kind, span }) => ({
      kind,
      text: script.slice(span.start, span.end),
      ...span,
    }));
    if (errors.length > 0) return { statements: known, errors: errors.map((error) => toErrorData(error)) };
    const [executor, planner] = session();
    for (const [key, value] of Object.entries(this.#options.configuration ?? {}))
      executor.config.set(key, value);
    const found: ErrorData[] = [];
    for (const statement of statements) {
      try {
        if (executor.execute(statement, script)) continue;
        const plannable = plannableOf(statement);
        if (plannable) planner.planJob({ statements: [plannable], text: script, jobId: 'check' });
      } catch (error) {
        if (!(error instanceof MillraceError)) throw error;
        found.push({
          ...toErrorData(error),
          position: positionOfError(error) ?? positionOf(script, statement.span),
        });
      }
    }
    return { statements: known, errors: found };
  }

  /**
   * Runs the statements of a script in order and stops at the first that fails; jobs run on.
   *
   * @throws the statement's error; an AggregateError of all SqlSyntaxErrors, before anything runs, if there are several
   */
  async executeScript(script: string, run: ScriptRun = {}): Promise<StatementResult[]> {
    const results: StatementResult[] = [];
    for (const statement of parsed(script)) {
      if (run.signal?.aborted) break;
      const text = script.slice(statement.span.start, statement.span.end);
      const resumed = plannableOf(statement) && (await run.resume?.(text));
      const result = resumed ?? (await this.#executeAt(statement, script));
      results.push(result);
      await run.onResult?.(result);
    }
    return results;
  }

  /** Flink's plan of each query, INSERT and statement set; other statements are executed, since plans need their tables. */
  explainScript(script: string, details: readonly ExplainDetail[] = []): string[] {
    return parsed(script).flatMap((statement) => {
      const plannable = plannableOf(statement.kind === 'Explain' ? statement.statement : statement);
      if (plannable) return [this.#planner.explain([plannable], script, details)];
      this.#executor.execute(statement, script);
      return [];
    });
  }

  /** A mistake that has no place of its own, an option of a table for one, is shown at the statement that stumbles over it. */
  async #executeAt(statement: Statement, script: string): Promise<StatementResult> {
    try {
      return await this.#execute(statement, script);
    } catch (error) {
      if (!(error instanceof ValidationException) || error.position) throw error;
      const { message, found, expected, suggestions, cause } = error;
      const position = positionOf(script, statement.span);
      throw new ValidationException(message, { position, found, expected, suggestions }, { cause });
    }
  }

  /** Runs one statement. */
  async executeSql(statement: string): Promise<StatementResult> {
    const [only, second] = parsed(statement);
    if (!only || second) {
      const position = second && positionOf(statement, second.span);
      throw new ValidationException('One statement was expected.', { position });
    }
    return this.#execute(only, statement);
  }

  /** The rows of a job: what is kept of the past, then what comes. Undefined for a job that answers no query. */
  async attachResult(jobId: string): Promise<QueryResult | undefined> {
    const { dispatcher } = await this.#options.cluster();
    const { port1, port2 } = new MessageChannel();
    const rowType = await dispatcher.attachCollect(jobId, port2);
    if (!rowType) {
      port1.close();
      return undefined;
    }
    const result = new QueryResult(rowType);
    let taken = 0;
    port1.onmessage = ({ data }: MessageEvent<CollectDelivery>) => {
      if ('isOver' in data) return port1.close();
      result.accept(data);
      port1.postMessage({ ack: ++taken });
    };
    return result;
  }

  /** What may stand at a place of a script: keywords that the grammar takes there, functions, the tables of the session. */
  completions(script: string, offset: number): Completions {
    const { keywords, name, expression, span } = expectedAt(script, offset);
    const items: Completion[] = keywords.map((label) => ({ label, kind: 'keyword' }));
    if (expression) items.push(...functionNames().map((label): Completion => ({ label, kind: 'function' })));
    if (name) items.push(...createdNames(script).map((label): Completion => ({ label, kind: 'name' })));
    return { from: span.start, to: span.end, items };
  }

  async #execute(statement: Statement, script: string): Promise<StatementResult> {
    const text = script.slice(statement.span.start, statement.span.end);
    const done = this.#executor.execute(statement, script);
    if (done?.isOk) return { kind: 'ok', statement: text };
    if (done) return { kind: 'rows', statement: text, columns: done.columns, rows: done.rows };
    const plannable = plannableOf(statement);
    if (plannable) return this.#submit(plannable, script, text);
    const { dispatcher } = await this.#options.cluster();
    switch (statement.kind) {
      case 'Explain':
        return { kind: 'rows', statement: text, ...this.#explain(statement, script) };
      case 'StopJob':
        if (!statement.withSavepoint) await dispatcher.cancelJob(statement.job.value);
        else await dispatcher.stopWithSavepoint(statement.job.value, statement.withDrain);
        return { kind: 'ok', statement: text };
      case 'Show': {
        const jobs = await dispatcher.listJobs();
        const rows = jobs.map((job) => [
          job.jid,
          job.name,
          job.state,
          new Date(job['start-time']).toISOString(),
        ]);
        const columns = ['job id', 'job name', 'status', 'start time'].map((name) => ({
          name,
          type: STRING,
        }));
        return { kind: 'rows', statement: text, ...tableOf(columns, rows) };
      }
      case 'Describe': {
        const job = await dispatcher.jobDetails(statement.job?.value ?? '');
        const columns = ['job id', 'job name', 'status', 'start time'].map((name) => ({
          name,
          type: STRING,
        }));
        const row = [job.jid, job.name, job.state, new Date(job['start-time']).toISOString()];
        return { kind: 'rows', statement: text, ...tableOf(columns, [row]) };
      }
      default:
        throw new ValidationException(`${text.split(/\s/, 1)[0]} is not supported here.`, {
          position: positionOf(script, statement.span),
        });
    }
  }

  #explain({ statement, details }: Explain, script: string) {
    const plannable = plannableOf(statement);
    if (!plannable) {
      throw new ValidationException('Only queries, INSERT and statement sets have a plan.', {
        position: positionOf(script, statement.span),
      });
    }
    const plan = this.#planner.explain([plannable], script, details);
    return tableOf([{ name: 'result', type: STRING }], [[plan]]);
  }

  async #submit(statement: PlannableStatement, script: string, text: string): Promise<StatementResult> {
    const jobId = newJobId();
    const graph = this.#planner.planJob({ statements: [statement], text: script, jobId });
    const { moduleUrl } = this.#options;
    const functions = graph.functions?.map((each) => ({
      ...each,
      module: moduleUrl?.(each.module) ?? each.module,
    }));
    const { dispatcher } = await this.#options.cluster();
    await dispatcher.submitJob({ ...graph, text, ...(functions && { functions }) });
    const { resultType } = graph;
    return { kind: 'job', statement: text, jobId, ...(resultType && { resultType }) };
  }
}

/** Tables, views and columns that a script creates. */
function createdNames(script: string): string[] {
  const names = new Set<string>();
  for (const statement of parseScript(script).statements) {
    if (statement.kind !== 'CreateTable' && statement.kind !== 'CreateView') continue;
    names.add(statement.name.parts.at(-1)!.name);
    if (statement.kind === 'CreateTable') for (const { name } of statement.columns) names.add(name.name);
  }
  return [...names];
}

/** The statements of a script without mistakes. */
function parsed(script: string): readonly Statement[] {
  const { statements, errors } = parseScript(script);
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} mistakes in the script`);
  if (errors[0]) throw errors[0];
  return statements;
}

function session(): [StatementExecutor, Planner] {
  // The executor asks the planner what a view selects, the planner the executor what a name means.
  const executor: StatementExecutor = new StatementExecutor({
    queryType: (query, source) => planner.queryType(query, source),
    runtime: { hasRuntime },
  });
  const planner = new Planner(executor);
  return [executor, planner];
}

function plannableOf(statement: Statement): PlannableStatement | undefined {
  switch (statement.kind) {
    case 'QueryStatement':
    case 'Insert':
    case 'StatementSet':
      return statement;
    case 'Execute':
      return statement.statement;
    default:
      return undefined;
  }
}

function positionOfError(error: MillraceError): ErrorData['position'] {
  return toErrorData(error).position;
}

/** 32 hexadecimal digits, as Flink's job ids. */
function newJobId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

import type { JobGraph } from '../graph/job-graph.ts';
import { isNestedDeeper } from '../graph/nesting.ts';
import type { CollectDelivery } from '../runtime/collect-router.ts';
import type { Host } from '../runtime/host.ts';
import type { LocalCluster } from '../runtime/local-cluster.ts';
import type { MaterializedTable } from '../table/operations/materialized-table-operations.ts';
import { type CreateTableAs, StatementExecutor } from '../table/operations/statement-executor.ts';
import { StoredCatalogs } from '../table/operations/stored-catalogs.ts';
import { STRING, tableOf } from '../table/operations/operation-result.ts';
import type { CatalogStorage } from '../table/catalog/catalog-storage.ts';
import type { CatalogManager } from '../table/catalog/catalog-manager.ts';
import type { TableConfig } from '../table/catalog/table-config.ts';
import { AsyncCallRefusal } from '../table/exec/user-functions.ts';
import { hasRuntime } from '../expressions/functions/registry.ts';
import type {
  AlterMaterializedTable,
  CompilePlan,
  CreateMaterializedTable,
  Explain,
  Statement,
  StringLiteral,
} from '../table/parser/ast.ts';
import { positionOf } from '../table/parser/ast/position.ts';
import { parseScript } from '../table/parser/parser.ts';
import { type ExplainDetail, type PlannableStatement, Planner } from '../table/planner.ts';
import { type SqlErrorDetails, TableException, ValidationException } from '../types/errors.ts';
import { isStackOverflow } from '../types/stack-overflow.ts';
import { callInFrom } from './call-in-from.ts';
import { completionsAt, type Completions } from './completions.ts';
import { HELP } from './help.ts';
import { executeOnJobs } from './job-statements.ts';
import { MemoryPlanFiles, type PlanFiles } from './plan-files.ts';
import { QueryResult } from './query-result.ts';
import { allOf, checkScript, type ScriptCheck, together, tooDeep } from './script-check.ts';
import { SessionConstants } from './session-constants.ts';
import { SessionStatistics } from './session-statistics.ts';
import type { JobResult, StatementResult } from './statement-result.ts';
import { type FunctionSource, UserModules } from './user-modules.ts';

export interface TableEnvironmentOptions {
  /** Asked for a cluster when the first job starts. */
  readonly cluster: () => Promise<LocalCluster>;
  /** The wasm module of the host, with which constants are computed while planning. Default: the cluster's, once there are constants. */
  readonly kernels?: Host['wasm'];
  /** Options as after SET. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** The URL of a module that `CREATE FUNCTION ... AS 'module#export'` names. Default: as it is written. */
  readonly moduleUrl?: (module: string) => string;
  /** Source texts of JavaScript modules, by the names that `AS 'module#export'` may call them. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Where CREATE CATALOG is remembered and catalogs of type `persistent` are kept. Default: nowhere, there are none. */
  readonly catalogStorage?: CatalogStorage;
  /** Where COMPILE PLAN writes. Default: in memory. */
  readonly planFiles?: PlanFiles;
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

/**
 * Flink SQL's door: tables, views, functions and options of a session, and the jobs that its statements start.
 *
 * Parsing, validation and planning happen here, on the calling thread (milliseconds); rows are made by the cluster's workers.
 */
export class TableEnvironment {
  readonly #options: TableEnvironmentOptions;
  readonly #executor: StatementExecutor;
  readonly #planner: Planner;
  readonly #modules: UserModules;
  readonly #constants: SessionConstants;
  readonly #statistics: SessionStatistics;
  readonly #planFiles: PlanFiles;
  readonly #stored: StoredCatalogs | undefined;
  #restoring: Promise<void> | undefined;

  constructor(options: TableEnvironmentOptions) {
    this.#options = options;
    this.#modules = new UserModules(options);
    this.#constants = new SessionConstants(options.cluster, options.kernels);
    [this.#executor, this.#planner] = session(options);
    this.#statistics = new SessionStatistics(options.cluster, this.#executor.config);
    this.#planner.tableRows = this.#statistics.rowsOf;
    this.#planner.evaluateConstants = this.#constants.evaluate;
    this.#planFiles = options.planFiles ?? new MemoryPlanFiles();
    this.#stored = options.catalogStorage && new StoredCatalogs(options.catalogStorage);
    for (const [key, value] of Object.entries(options.configuration ?? {})) this.config.set(key, value);
  }

  get config(): TableConfig {
    return this.#executor.config;
  }

  get catalogs(): CatalogManager {
    return this.#executor.catalogs;
  }

  /** Reads the stored catalogs, once. Statements wait for it; `check` and `explainScript` see what was read before. */
  restoreCatalogs(): Promise<void> {
    this.#restoring ??= this.#restore();
    return this.#restoring;
  }

  async #restore(): Promise<void> {
    if (!this.#stored) return;
    await this.#stored.load();
    this.#executor.restore(this.#stored);
  }

  /**
   * What is wrong in a script, without running it: all its mistakes of syntax, and the first mistake of meaning of each statement that could be
   * read. The statements are tried one after the other in a session of their own.
   */
  check(script: string): ScriptCheck {
    const [executor, planner] = session(this.#options);
    planner.evaluateConstants = this.#constants.evaluate;
    if (this.#stored) executor.restore(this.#stored);
    for (const [key, value] of Object.entries(this.#options.configuration ?? {}))
      executor.config.set(key, value);
    return checkScript(script, (statement) => {
      this.#modules.describeKnown(executor.catalogs.functions);
      if (executor.execute(statement, script)) return;
      const plannable = toPlan(statement, script, executor);
      if (!plannable) return;
      this.#constants.plan({ statement, script }, () =>
        planner.planJob({ statements: [plannable], text: script, jobId: 'check' }),
      );
    });
  }

  /**
   * Runs the statements of a script in order and stops at the first that fails; jobs run on.
   *
   * @throws the statement's error, or an AggregateError of its mistakes, the first one being Flink's; before anything runs, all SqlSyntaxErrors
   */
  async executeScript(script: string, run: ScriptRun = {}): Promise<StatementResult[]> {
    const results: StatementResult[] = [];
    await this.restoreCatalogs();
    for (const statement of parsed(script)) {
      if (run.signal?.aborted || isQuit(statement)) break;
      const text = script.slice(statement.span.start, statement.span.end);
      const resumed = startsJob(statement) ? await run.resume?.(text) : undefined;
      // The table of a CREATE TABLE AS whose job goes on is made again.
      if (resumed) toPlan(statement, script, this.#executor);
      const result = resumed ?? (await this.#executeAt(statement, script));
      results.push(result);
      await run.onResult?.(result);
    }
    return results;
  }

  /**
   * Registers a function in JavaScript under a name of the current database: `'module#export'`, a module, source text, or the definition
   * itself, whose functions then use nothing from outside themselves. What is wrong with it is said by the statements that call it.
   */
  createTemporaryFunction(path: string, source: FunctionSource): void {
    const className = this.#modules.classNameOf(source);
    const definition = { className, language: 'JAVASCRIPT', isTemporary: true } as const;
    this.catalogs.functions.register(path.split('.'), definition, false);
  }

  /** The same under one name for all catalogs and databases; it hides a built-in function of that name. */
  createTemporarySystemFunction(name: string, source: FunctionSource): void {
    const className = this.#modules.classNameOf(source);
    const definition = { className, language: 'JAVASCRIPT', isTemporary: true } as const;
    this.catalogs.functions.registerSystem(name, definition, false);
  }

  /** Gives the source text of a module a name, for `CREATE FUNCTION ... AS 'name#export'`. A later text takes the place of an earlier one. */
  registerModule(name: string, source: string): void {
    this.#modules.register(name, source);
  }

  /** Registers every function that a module exports, as temporary system functions by the names of the exports. */
  async useModule(module: string): Promise<readonly string[]> {
    const names = await this.#modules.exportsOf(module);
    for (const name of names) this.createTemporarySystemFunction(name, `${module}#${name}`);
    return names;
  }

  /** Imports the modules that a script names, and loads the kernels that the session was given, for `check` and `explainScript`, which do not wait for them. */
  async prepareFunctions(script: string): Promise<void> {
    const modules = parseScript(script).statements.flatMap((statement) =>
      statement.kind === 'CreateFunction' ? (statement.className.value.split('#')[0] ?? []) : [],
    );
    await Promise.all([this.#modules.load([...new Set(modules)]), this.#constants.prepare()]);
    await this.#modules.describe(this.catalogs.functions);
  }

  /** Flink's plan of each query, INSERT and statement set; other statements are executed, since plans need their tables. */
  explainScript(script: string, details: readonly ExplainDetail[] = []): string[] {
    return parsed(script).flatMap((statement) => {
      this.#modules.describeKnown(this.catalogs.functions);
      const explained = statement.kind === 'Explain' ? statement.statement : statement;
      const plan = this.#constants.plan({ statement, script }, () =>
        this.#planText(explained, script, details),
      );
      if (plan !== undefined) {
        toPlan(statement, script, this.#executor);
        return [plan];
      }
      this.#executor.execute(statement, script);
      return [];
    });
  }

  /** A mistake that has no place of its own, an option of a table for one, is shown at the statement that stumbles over it. */
  async #executeAt(statement: Statement, script: string): Promise<StatementResult> {
    try {
      return await this.#execute(statement, script);
    } catch (error) {
      if (isStackOverflow(error)) throw tooDeep(statement, script);
      if (error instanceof ValidationException && error.others.length > 0) throw together(allOf(error));
      const isPlaced = error instanceof ValidationException && error.position !== undefined;
      if (isPlaced || !(error instanceof ValidationException || error instanceof TableException)) throw error;
      const details: SqlErrorDetails = error instanceof ValidationException ? error : {};
      const { found, expected, suggestions } = details;
      const call = error instanceof AsyncCallRefusal ? callInFrom(statement, error.functionName) : undefined;
      const position = positionOf(script, call ?? statement.span);
      throw new ValidationException(
        error.message,
        { position, found, expected, suggestions },
        { cause: error.cause },
      );
    }
  }

  /**
   * Runs one statement.
   *
   * @throws its error, or an AggregateError if it has several mistakes, the first one being Flink's
   */
  async executeSql(statement: string): Promise<StatementResult> {
    const [only, second] = parsed(statement);
    if (!only || second) {
      const position = second && positionOf(statement, second.span);
      throw new ValidationException('One statement was expected.', { position });
    }
    await this.restoreCatalogs();
    return this.#executeAt(only, statement);
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
    return completionsAt(script, offset);
  }

  async #execute(statement: Statement, script: string): Promise<StatementResult> {
    const text = script.slice(statement.span.start, statement.span.end);
    await this.#modules.describe(this.catalogs.functions);
    if (statement.kind === 'Drop' && statement.object === 'MATERIALIZED TABLE')
      await this.#stopRefresh(this.#executor.materializedToDrop(statement, script), 'cancel');
    const done = this.#executor.execute(statement, script);
    if (done) {
      if (this.#stored && CHANGES_CATALOGS.test(statement.kind)) await this.#executor.save(this.#stored);
      if (done.isOk) return { kind: 'ok', statement: text };
      return { kind: 'rows', statement: text, columns: done.columns, rows: done.rows };
    }
    switch (statement.kind) {
      case 'Explain':
        return {
          kind: 'rows',
          statement: text,
          ...(await this.#planned(statement, script, () => this.#explain(statement, script))),
        };
      case 'ClientCommand':
        // There is no screen to clear, and nothing behind a lone QUIT.
        if (statement.command !== 'HELP') return { kind: 'ok', statement: text };
        return { kind: 'rows', statement: text, ...tableOf([{ name: 'result', type: STRING }], [[HELP]]) };
      case 'CompilePlan':
        return this.#compilePlan(statement, script, text);
      case 'ExecutePlan':
        return this.#executePlan(statement.path, script, text);
      case 'CreateMaterializedTable':
        return this.#createMaterializedTable(statement, script, text);
      case 'AlterMaterializedTable':
        return this.#alterMaterializedTable(statement, script, text);
    }
    const plannable = toPlan(statement, script, this.#executor);
    if (!plannable) return executeOnJobs(statement, script, await this.#options.cluster());
    // The table of a CREATE TABLE AS stays, whatever comes of its job.
    if (this.#stored) await this.#executor.save(this.#stored);
    const graph = await this.#planned(statement, script, () =>
      this.#planner.planJob({ statements: [plannable], text: script, jobId: newJobId() }),
    );
    return this.#submit(graph, text);
  }

  /** Plans with all that is known of constants and of tables. */
  #planned<T>(statement: Statement, script: string, plan: () => T): Promise<T> {
    const text = { statement, script };
    const repeatable = this.#planner.repeatable(plan);
    return this.#statistics.plan(() => this.#constants.planReady(text, repeatable));
  }

  #explain({ statement, details }: Explain, script: string) {
    const plan = this.#planText(statement, script, details);
    if (plan === undefined) {
      throw new ValidationException('Only queries, INSERT and statement sets have a plan.', {
        position: positionOf(script, statement.span),
      });
    }
    return tableOf([{ name: 'result', type: STRING }], [[plan]]);
  }

  /** Undefined for what has no plan. */
  #planText(statement: Statement, script: string, details: readonly ExplainDetail[]): string | undefined {
    const explain = (plannable: PlannableStatement): string =>
      this.#planner.explain([plannable], script, details);
    if (isTableAs(statement)) return this.#executor.withTableAs(statement, script, explain);
    const plannable = plannableOf(statement);
    return plannable && explain(plannable);
  }

  async #compilePlan(
    { path, statement, ifNotExists, execute }: CompilePlan,
    script: string,
    text: string,
  ): Promise<StatementResult> {
    const isThere = (await this.#planFiles.read(path.value)) !== undefined;
    const overwrites = this.config.boolean('table.plan.force-recompile');
    // COMPILE AND EXECUTE goes on with a plan that is there.
    if (isThere && execute && !overwrites) return this.#executePlan(path, script, text);
    if (isThere && ifNotExists) return { kind: 'ok', statement: text };
    if (isThere && !overwrites) {
      const reason =
        "Either manually remove the file or set the option 'table.plan.force-recompile' to true.";
      throw new ValidationException(`Cannot overwrite the plan file '${path.value}'. ${reason}`, {
        position: positionOf(script, path.span),
      });
    }
    const source = script.slice(statement.span.start, statement.span.end);
    const plan = await this.#constants.planReady({ statement, script }, () =>
      this.#planner.compilePlan([statement], script, source),
    );
    await this.#planFiles.write(path.value, plan);
    return execute ? this.#executePlan(path, script, text) : { kind: 'ok', statement: text };
  }

  async #executePlan(path: StringLiteral, script: string, text: string): Promise<StatementResult> {
    const plan = await this.#planFiles.read(path.value);
    if (plan === undefined) {
      throw new ValidationException(`There is no plan '${path.value}': COMPILE PLAN writes one.`, {
        position: positionOf(script, path.span),
      });
    }
    return this.#submit(this.#planner.executePlan(plan, path.value, newJobId()), text);
  }

  async #createMaterializedTable(
    statement: CreateMaterializedTable,
    script: string,
    text: string,
  ): Promise<StatementResult> {
    const made = this.#executor.createMaterializedTable(statement, script);
    const { insert, previous } = made;
    if (!insert) {
      await this.#stopRefresh(previous, 'cancel');
      return { kind: 'ok', statement: text };
    }
    try {
      const graph = await this.#constants.planReady({ statement, script }, () =>
        this.#planner.planJob({ statements: [insert], text: script, jobId: newJobId() }),
      );
      await this.#stopRefresh(previous, 'cancel');
      const result = await this.#submit(graph, text);
      this.#executor.updateMaterialized(made, { jobId: graph.jobId });
      return result;
    } catch (error) {
      // Without a job that keeps it fresh there is no such table.
      this.#executor.discardMaterialized(made);
      throw error;
    }
  }

  async #alterMaterializedTable(
    statement: AlterMaterializedTable,
    script: string,
    text: string,
  ): Promise<StatementResult> {
    const found = this.#executor.materializedToAlter(statement, script);
    const { jobId } = found.table.materialized;
    if (statement.action.kind === 'Suspend') await this.#stopRefresh(found, 'suspend');
    else if (jobId !== undefined) await (await this.#options.cluster()).dispatcher.resumeJob(jobId);
    this.#executor.updateMaterialized(found, { isSuspended: statement.action.kind === 'Suspend' });
    return { kind: 'ok', statement: text };
  }

  /** Stops the job of a materialized table; nothing if it has ended. */
  async #stopRefresh(found: MaterializedTable | undefined, how: 'suspend' | 'cancel'): Promise<void> {
    const jobId = found?.table.materialized.jobId;
    if (jobId === undefined) return;
    const { dispatcher } = await this.#options.cluster();
    if ((await dispatcher.jobDetails(jobId)).state !== 'RUNNING') return;
    if (how === 'suspend') await dispatcher.stopWithSavepoint(jobId, false);
    else await dispatcher.cancelJob(jobId);
  }

  async #submit(graph: JobGraph, text: string): Promise<StatementResult> {
    if (isNestedDeeper(graph, MAX_NESTING))
      throw new ValidationException('The statement is nested too deeply.');
    const functions = graph.functions?.map((each) => ({ ...each, module: this.#modules.urlOf(each.module) }));
    const { dispatcher } = await this.#options.cluster();
    await dispatcher.submitJob({ ...graph, text, ...(functions && { functions }) });
    const { jobId, resultType } = graph;
    return { kind: 'job', statement: text, jobId, ...(resultType && { resultType }) };
  }
}

/** Levels of a job graph, half of those that workers can read: an expression takes two for each of its calls. */
const MAX_NESTING = 1200;

function isQuit(statement: Statement): boolean {
  return statement.kind === 'ClientCommand' && statement.command === 'QUIT';
}

/** Statements after which stored catalogs may have changed. */
const CHANGES_CATALOGS = /^(?:Create|Alter|Drop)/;

/** The statements of a script without mistakes. */
function parsed(script: string): readonly Statement[] {
  const { statements, errors } = parseScript(script);
  if (errors.length > 0) throw together(errors);
  return statements;
}

function session({ catalogStorage }: TableEnvironmentOptions): [StatementExecutor, Planner] {
  // The executor asks the planner what a view selects, the planner the executor what a name means.
  const executor: StatementExecutor = new StatementExecutor({
    queryType: (query, source, at, more) => planner.queryType(query, source, at, more),
    runtime: { hasRuntime },
    keepsCatalogs: catalogStorage !== undefined,
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

/** What a statement's job is planned of; the table of a CREATE TABLE AS is made for it. */
function toPlan(
  statement: Statement,
  script: string,
  executor: StatementExecutor,
): PlannableStatement | undefined {
  if (isTableAs(statement)) return executor.createTableAs(statement, script);
  if (statement.kind === 'CreateMaterializedTable')
    return executor.createMaterializedTable(statement, script).insert;
  return statement.kind === 'CompilePlan' ? statement.statement : plannableOf(statement);
}

function startsJob(statement: Statement): boolean {
  return plannableOf(statement) !== undefined || isTableAs(statement);
}

function isTableAs(statement: Statement): statement is CreateTableAs {
  return statement.kind === 'CreateTable' && statement.query !== undefined;
}

/** 32 hexadecimal digits, as Flink's job ids. */
function newJobId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

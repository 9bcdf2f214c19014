import { CONNECTOR_CATALOGUE } from '../connectors/catalogue.ts';
import type { ConnectorCatalogue } from '../connectors/connector-descriptor.ts';
import type { JobGraph, UserFunctionSpec } from '../graph/job-graph.ts';
import { generateJobGraph } from '../graph/job-graph-generator.ts';
import { QUERY_START } from '../expressions/functions/temporal.ts';
import { generateStreamGraph } from '../graph/stream-graph.ts';
import { NotSupportedException, TableException, ValidationException } from '../types/errors.ts';
import type { RowType } from '../types/logical-type.ts';
import { withoutAttribute } from '../types/type-families.ts';
import type { CatalogManager, CurrentPath } from './catalog/catalog-manager.ts';
import type { TableConfig } from './catalog/table-config.ts';
import { lowerBatch } from './exec/batch-lowering.ts';
import { translateToTransformations } from './exec/exec-graph.ts';
import { userFunctionsOf } from './exec/user-functions.ts';
import { compiledPlanText, readCompiledPlan, sinkNames } from './explain/compiled-plan.ts';
import { explainText } from './explain/explain.ts';
import type { ExplainDetail } from './explain/explain.ts';
import { nodeText } from './explain/physical-text.ts';
import type { Insert, Query, QueryStatement, StatementSet } from './parser/ast.ts';
import { CorrelationNumbers, Correlations } from './plan/correlations.ts';
import { convertInsert } from './plan/insert-converter.ts';
import type { PhysicalNode } from './plan/physical-node.ts';
import type { PlannerSession, QueryText, QueryTypeOptions } from './plan/planner-session.ts';
import { QueryConverter } from './plan/query-converter.ts';
import type { LogicalSink } from './plan/rel-node.ts';
import { rowTypeOf, uniqueNames } from './plan/rex.ts';
import { sinkChangelogMode } from './plan/table-descriptions.ts';
import { plannerOptions } from './planner-options.ts';
import type { PlannerOptions } from './planner-options.ts';
import type { TableRows } from './rules/batch/statistics.ts';
import { optimize } from './rules/optimize.ts';
import type { ComputeConstants } from './rules/simplify/constant-reducer.ts';
import { reuseScans } from './rules/reuse-scans.ts';
import { reuseSinks } from './rules/reuse-sinks.ts';
import { countReplications } from './rules/rewrite-set-operations.ts';
import { shareSubPlans } from './rules/share-sub-plans.ts';
import type { ConverterEnvironment } from './validate/converter-environment.ts';
import { Mistakes } from './validate/mistakes.ts';

export type { ExplainDetail } from './explain/explain.ts';

/** What is planned: a query, or writing. */
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

type JobDescription = Pick<JobGraph, 'jobId' | 'text'> & {
  readonly name?: string | undefined;
  readonly resultType?: RowType | undefined;
};

/** The parts of a session that plans are made of. `StatementExecutor` has the first three. */
export interface PlannerContext {
  readonly catalogs: CatalogManager;
  readonly config: TableConfig;
  readonly environment: ConverterEnvironment;
  /** Default: all connectors of this build. */
  readonly connectors?: ConnectorCatalogue;
}

/** Computes expressions without columns under the options of a session; undefined where that cannot be done at the moment. */
export type EvaluateConstants = (
  expressions: Parameters<ComputeConstants>[0],
  configuration: Readonly<Record<string, string>>,
) => ReturnType<ComputeConstants>;

/**
 * From statements to a job: the one door to the planner.
 *
 *   AST -> logical plan (query-converter) -> rules -> physical plan -> changelog modes -> exec nodes
 *       -> Transformations -> StreamGraph -> JobGraph
 *
 * Planning reads the catalog and the options of the session and changes neither; it never touches data.
 */
export class Planner {
  readonly #context: PlannerContext;
  readonly #connectors: ConnectorCatalogue;
  /** What is known of the size of tables. Plans of batch mode depend on it. */
  tableRows: TableRows = () => undefined;
  /** What the constants of plans are. */
  evaluateConstants: EvaluateConstants = () => undefined;
  readonly #correlationNumbers = new CorrelationNumbers();
  readonly #compute: ComputeConstants = (expressions) =>
    this.evaluateConstants(expressions, this.#context.config.toConfiguration());

  constructor(context: PlannerContext) {
    this.#context = context;
    this.#connectors = context.connectors ?? CONNECTOR_CATALOGUE;
  }

  /** What plans the same statement, maybe several times, and gives its correlations the same numbers each time. */
  repeatable<T>(plan: () => T): () => T {
    const { mark } = this.#correlationNumbers;
    return () => {
      this.#correlationNumbers.returnTo(mark);
      return plan();
    };
  }

  /**
   * Validates a query: the columns it selects, with their time attributes, under the names it gives them. For views and DESCRIBE.
   * `isAgain`: the query was seen before, in other words; its correlations have their numbers.
   */
  queryType(
    query: Query,
    source: string,
    at?: CurrentPath,
    { isAgain = false, noteCast }: QueryTypeOptions = {},
  ): RowType {
    const plain = this.#session(true, isAgain ? new CorrelationNumbers() : this.#correlationNumbers);
    const session = noteCast ? { ...plain, environment: { ...plain.environment, noteCast } } : plain;
    const { mistakes } = session;
    const plan = mistakes.attempt(() =>
      new QueryConverter(session, this.#text(source, at)).convert(query, undefined, true),
    );
    mistakes.throwAny();
    return rowTypeOf(plan?.fields ?? []);
  }

  /** Throws ValidationException (with position where there is one) or TableException. A query ends in a collect sink. */
  planJob({ statements, text, jobId, name }: PlanRequest): JobGraph {
    const options = plannerOptions(this.#context.config);
    const logical = this.#logical(statements, text, options);
    const physical = this.#physical(logical, options, true);
    const resultType = logical.find((sink) => sink.target.kind === 'collect')?.rowType;
    const shared = this.#share(physical, options);
    const running = options.isBatch ? lowerBatch(shared) : shared;
    return this.#job(running, { jobId, text, name, resultType }, options);
  }

  /** The plan of INSERTs as the text of a file (COMPILE PLAN). */
  compilePlan(statements: readonly PlannableStatement[], text: string, statement: string): string {
    const options = plannerOptions(this.#context.config);
    const logical = this.#logical(statements, text, options);
    const physical = this.#physical(logical, options, true);
    return compiledPlanText(this.#share(physical, options), statement);
  }

  /** The job of a compiled plan, under the options of the session. `path` names the plan in messages. */
  executePlan(plan: string, path: string, jobId: string): JobGraph {
    const { roots, statement } = readCompiledPlan(plan, path);
    return this.#job(roots, { jobId, text: statement }, plannerOptions(this.#context.config));
  }

  #job(
    roots: readonly PhysicalNode[],
    { jobId, text, name, resultType }: JobDescription,
    options: PlannerOptions,
  ): JobGraph {
    const streamGraph = generateStreamGraph(
      translateToTransformations(roots, options.exec),
      options.defaultParallelism,
    );
    const functions = this.#functions(roots);
    return generateJobGraph(
      streamGraph,
      {
        jobId,
        name: name ?? options.pipelineName ?? jobName(roots),
        configuration: {
          ...jobConfiguration(this.#context.config, options),
          'parallelism.default': String(options.defaultParallelism),
        },
        text,
        ...(resultType && { resultType }),
        ...(functions.length > 0 && { functions }),
      },
      options,
    );
  }

  /** Flink's EXPLAIN text, section for section. */
  explain(
    statements: readonly PlannableStatement[],
    text: string,
    details: readonly ExplainDetail[],
  ): string {
    const options = plannerOptions(this.#context.config);
    const logical = this.#logical(statements, text, options);
    const physical = this.#physical(logical, options, false);
    return explainText(
      {
        logical,
        physical,
        shared: this.#share(physical, options),
        transformations: (roots) => translateToTransformations(roots, options.exec),
        defaultParallelism: options.defaultParallelism,
        isMiniBatchEnabled: options.exec.miniBatchSize > 0,
        ...(options.isBatch && { batch: { ...options.batchExecution, tableRows: this.tableRows } }),
      },
      details,
    );
  }

  #session(allowsOptionHints: boolean, numbers = this.#correlationNumbers): PlannerSession {
    const { catalogs, environment } = this.#context;
    return {
      catalogManager: catalogs,
      environment,
      connectors: this.#connectors,
      allowsOptionHints,
      hinted: { hasJoins: false },
      mistakes: new Mistakes(),
      refusals: [],
      impossible: [],
      correlations: new Correlations(numbers),
      compute: this.#compute,
    };
  }

  #text(source: string, at: CurrentPath = this.#context.catalogs.current): QueryText {
    return { source, at, commonTables: [] };
  }

  /** Throws all mistakes. As in Flink, a statement that is not valid is never converted: its correlations take no numbers. */
  #validated<T>(mistakes: Mistakes, convert: () => T): T {
    const { mark } = this.#correlationNumbers;
    try {
      const converted = convert();
      mistakes.throwAny();
      return converted;
    } catch (error) {
      if (error instanceof ValidationException && !(error instanceof NotSupportedException))
        this.#correlationNumbers.returnTo(mark);
      throw error;
    }
  }

  #logical(statements: readonly PlannableStatement[], text: string, options: PlannerOptions): LogicalSink[] {
    const session = this.#session(options.allowsOptionHints);
    const queryText = this.#text(text);
    const { mistakes } = session;
    const single = statements.flatMap((each): readonly (QueryStatement | Insert)[] =>
      each.kind === 'StatementSet' ? each.statements : [each],
    );
    const sinks = this.#validated(mistakes, () =>
      single.flatMap(
        (statement): LogicalSink | readonly LogicalSink[] =>
          mistakes.attempt(() =>
            statement.kind === 'Insert'
              ? convertInsert(statement, session, queryText)
              : collectSink(new QueryConverter(session, queryText).convert(statement.query, undefined, true)),
          ) ?? [],
      ),
    );
    const [refusal] = [...session.impossible, ...session.refusals];
    if (refusal) throw refusal;
    const replications = sinks.reduce((sum, sink) => sum + countReplications(sink), 0);
    for (let i = 0; i < replications; i++) this.#correlationNumbers.next();
    const queries = sinks.filter((sink) => sink.target.kind === 'collect');
    if (sinks.length === 0 || (queries.length > 0 && sinks.length > 1)) {
      throw new TableException('A job is one query, or one or more INSERT statements.');
    }
    return sinks;
  }

  #physical(
    logical: readonly LogicalSink[],
    options: PlannerOptions,
    collectsUpdateBefore: boolean,
  ): PhysicalNode[] {
    const roots = logical.map((sink) => this.#optimize(sink, options, collectsUpdateBefore));
    const isEnabled = options.sharesSubPlans && options.sharesSources;
    return reuseScans(options.reusesSinks ? reuseSinks(roots) : roots, { isEnabled });
  }

  #optimize(sink: LogicalSink, options: PlannerOptions, collectsUpdateBefore: boolean): PhysicalNode {
    return optimize(sink, {
      isBatch: options.isBatch,
      compute: this.#compute,
      supportsProjection: (table) => READING_CONNECTORS.has(table.connector),
      supportsFilter: (table) => READING_CONNECTORS.has(table.connector),
      supportsLimit: (table, limit) =>
        LIMITED_CONNECTORS.has(table.connector) &&
        !(options.isBatch && (this.tableRows(table) ?? Infinity) <= limit),
      sinkMode: (table, requested) => sinkChangelogMode(table, requested, this.#connectors),
      describe: (node) => nodeText(node, 'digest'),
      collectsUpdateBefore,
      upsertMaterialize: options.upsertMaterialize,
      requiresOnConflict: options.requiresOnConflict,
      splitsAggregates: options.splitsAggregates,
      ...(options.distinctBuckets !== undefined && { distinctBuckets: options.distinctBuckets }),
      batch: { ...options.batch, tableRows: this.tableRows },
      ...(options.exec.miniBatchSize > 0 && {
        miniBatch: {
          latencyMs: options.exec.miniBatchLatencyMs,
          splitsAggregates: options.splitsAggregates,
          isIncremental: options.isIncremental,
        },
      }),
    });
  }

  #share(roots: readonly PhysicalNode[], options: PlannerOptions): PhysicalNode[] {
    return shareSubPlans(roots, { isEnabled: options.sharesSubPlans, sharesSources: options.sharesSources });
  }

  #functions(roots: readonly PhysicalNode[]): UserFunctionSpec[] {
    const { functions } = this.#context.catalogs;
    return userFunctionsOf(roots).map((key) => {
      const found = functions.find(key.split('.'));
      const [module = '', exportName = 'default'] = (found?.className ?? '').split('#');
      if (!found) throw new TableException(`Function '${key}', by which a table is computed, was dropped.`);
      return { key, module, exportName };
    });
  }
}

// Connectors whose scans take projections and filters, as Flink's do, and show it in EXPLAIN. (Unread columns are decoded nowhere.)
const READING_CONNECTORS = new Set(['filesystem']);

// Connectors whose scans stop after as many rows as are enough.
const LIMITED_CONNECTORS = new Set(['filesystem', 'datagen']);

/**
 * What runs to its end and says its result there takes no checkpoints: it starts anew after a failure, as in Flink, and at the same
 * moment.
 */
function jobConfiguration(config: TableConfig, { isBatch }: PlannerOptions): Record<string, string> {
  const { 'execution.checkpointing.interval': interval, ...others } = config.toConfiguration();
  if (isBatch) return { ...others, [QUERY_START]: String(Date.now()) };
  return interval === undefined ? others : { ...others, 'execution.checkpointing.interval': interval };
}

function collectSink({ node, fields }: ReturnType<QueryConverter['convert']>): LogicalSink {
  const names = uniqueNames(fields.map((field) => field.name));
  const columns = node.rowType.fields.map(({ type }, i) => ({
    name: names[i] as string,
    type: withoutAttribute(type),
  }));
  return { kind: 'LogicalSink', inputs: [node], target: { kind: 'collect' }, rowType: rowTypeOf(columns) };
}

function jobName(roots: readonly PhysicalNode[]): string {
  const tables = sinkNames(roots);
  return tables.length === 0 ? 'collect' : `insert-into_${tables.join(',')}`;
}

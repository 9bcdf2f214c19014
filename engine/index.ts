/** What others may use: SQL sessions, clusters, results, and the views of a running job. */
export type { Completion, Completions } from './api/completions.ts';
export { TableEnvironment } from './api/table-environment.ts';
export type { ScriptRun, TableEnvironmentOptions } from './api/table-environment.ts';
export type { ScriptCheck, ScriptStatement } from './api/script-check.ts';
export { PageStoreCatalogs } from './api/page-store-catalogs.ts';
export { type PlanFiles, StoredPlanFiles } from './api/plan-files.ts';
export type { FunctionSource } from './api/user-modules.ts';
export { QueryResult } from './api/query-result.ts';
export type { JobResult, OkResult, RowsResult, StatementResult } from './api/statement-result.ts';
export type { ChangelogRow, TimestampValue, Value } from './data/value.ts';
export { defineFunction } from './expressions/user-function.ts';
export type {
  AggregateFunctionDefinition,
  ArgumentColumn,
  AsyncScalarFunctionDefinition,
  ColumnFunctionDefinition,
  ColumnResult,
  ParameterDefinition,
  ScalarFunctionDefinition,
  TableFunctionDefinition,
  UserFunctionDefinition,
} from './expressions/user-function.ts';
export { printText, valueText } from './data/value-text.ts';
export type { JobGraph } from './graph/job-graph.ts';
export { IndexedDbPageStore } from './state/page-store-indexed-db.ts';
export type { CatalogStorage } from './table/catalog/catalog-storage.ts';
export type { DispatcherGateway } from './runtime/gateways.ts';
export type { Host } from './runtime/host.ts';
export type {
  CheckpointDetails,
  CheckpointStatistics,
  JobDetails,
  JobStatus,
  JobVertexDetails,
  TaskManagerView,
} from './runtime/job-views.ts';
export { LocalCluster } from './runtime/local-cluster.ts';
export { formatScript } from './table/parser/format.ts';
export { FUNCTION_NAMES, KEYWORDS, TYPE_NAMES } from './table/vocabulary.ts';
export {
  fromErrorData,
  MillraceError,
  SqlSyntaxError,
  toErrorData,
  ValidationException,
} from './types/errors.ts';
export type { ErrorData, SqlPosition } from './types/errors.ts';
export type { LogicalType, RowField, RowType } from './types/logical-type.ts';
export { ROW_KIND_TEXT, RowKind } from './types/row-kind.ts';

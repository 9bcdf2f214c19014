/**
 * Executes DDL and what else works on the session alone: CREATE, ALTER, DROP, USE, SET, SHOW, DESCRIBE.
 *
 * Queries, INSERT, CREATE TABLE AS, EXPLAIN and plans are the planner's, jobs are the client's: for them `execute` answers undefined.
 */

import { CatalogManager } from '../catalog/catalog-manager.ts';
import { quotedName } from '../catalog/object-identifier.ts';
import { ModuleManager } from '../catalog/module-manager.ts';
import { TableConfig } from '../catalog/table-config.ts';
import type { MaterializedDefinition } from '../catalog/table-definition.ts';
import type {
  AlterMaterializedTable,
  AlterView,
  CreateMaterializedTable,
  CreateTable,
  Drop,
  Insert,
  Query,
  ResetOption,
  SetOption,
  Statement,
  Use,
} from '../parser/ast.ts';
import type { ConverterEnvironment } from '../validate/converter-environment.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { alterTable, renameTable } from './alter-table.ts';
import { alterCatalog, createCatalog } from './catalog-operations.ts';
import { createFunction, createTable, createView, identify, viewOf } from './create-operations.ts';
import { createTableAs, withTableAs } from './create-table-as.ts';
import { alterDatabase, createDatabase } from './database-operations.ts';
import { describe } from './describe-operations.ts';
import { drop } from './drop-operations.ts';
import { alterFunction } from './function-operations.ts';
import {
  alterMaterializedTable,
  createMaterializedTable,
  materializedToAlter,
  materializedToDrop,
  updateMaterialized,
} from './materialized-table-operations.ts';
import type { MadeMaterializedTable, MaterializedTable } from './materialized-table-operations.ts';
import { alterModel, createModel } from './model-operations.ts';
import { analyze, call, deleteRows, truncate, update } from './modify-operations.ts';
import { loadModule, unloadModule, useModules } from './module-operations.ts';
import { OK, STRING, tableOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import { environmentOf } from './session.ts';
import type { Session } from './session.ts';
import { show } from './show-operations.ts';
import type { StoredCatalogs } from './stored-catalogs.ts';

export interface StatementExecutorOptions {
  readonly catalogs?: CatalogManager;
  readonly config?: TableConfig;
  /** Validates a query and says what it selects: the planner's. */
  readonly queryType: Session['queryType'];
  /** What can be computed; absent: everything is taken to be. */
  readonly runtime?: Pick<ConverterEnvironment, 'hasRuntime' | 'hasAggregate'>;
  /** Whether catalogs of type `persistent` may be created. Default: no. */
  readonly keepsCatalogs?: boolean;
}

/** CREATE TABLE ... AS in all its forms. */
export type CreateTableAs = CreateTable & { readonly query: Query };

export class StatementExecutor {
  readonly catalogs: CatalogManager;
  readonly config: TableConfig;
  /** For converters of the same session; follows USE and SET. */
  readonly environment: ConverterEnvironment;
  readonly #session: Session;

  constructor({ catalogs, config, queryType, runtime, keepsCatalogs }: StatementExecutorOptions) {
    this.catalogs = catalogs ?? new CatalogManager();
    this.config = config ?? new TableConfig();
    this.environment = environmentOf(this.catalogs, this.config, runtime);
    this.#session = {
      catalogs: this.catalogs,
      config: this.config,
      modules: new ModuleManager(),
      environment: this.environment,
      keepsCatalogs: keepsCatalogs ?? false,
      queryType,
    };
  }

  /** Puts the catalogs of a store into the session. */
  restore(catalogs: StoredCatalogs): void {
    catalogs.restore(this.#session);
  }

  /** Writes what the session has changed in its catalogs. */
  save(catalogs: StoredCatalogs): Promise<void> {
    return catalogs.save(this.#session);
  }

  /** Makes the table of a CREATE TABLE AS and gives the INSERT that fills it. */
  createTableAs(statement: CreateTableAs, source: string): Insert {
    return createTableAs(statement, source, this.#session);
  }

  /** Makes or alters a materialized table and gives the INSERT that keeps it fresh. */
  createMaterializedTable(statement: CreateMaterializedTable, source: string): MadeMaterializedTable {
    return createMaterializedTable(statement, source, this.#session);
  }

  /** The materialized table whose job is to be suspended or resumed. */
  materializedToAlter(statement: AlterMaterializedTable, source: string): MaterializedTable {
    return materializedToAlter(statement, source, this.#session);
  }

  /** The materialized table that DROP is about, while it is there. */
  materializedToDrop(statement: Drop, source: string): MaterializedTable | undefined {
    return materializedToDrop(statement, source, this.#session);
  }

  /** Takes back a materialized table whose job could not be started. */
  discardMaterialized({ identifier, previous }: MadeMaterializedTable): void {
    if (previous) this.catalogs.replace(identifier, previous.table, false);
    else this.catalogs.remove(identifier, false);
  }

  /** Remembers the job of a materialized table, or that it is suspended. */
  updateMaterialized(
    table: MaterializedTable,
    change: Partial<Pick<MaterializedDefinition, 'jobId' | 'isSuspended'>>,
  ): void {
    updateMaterialized(table, change, this.#session);
  }

  /** Runs `body` with that INSERT as if the table were there. */
  withTableAs<T>(statement: CreateTableAs, source: string, body: (insert: Insert) => T): T {
    return withTableAs(statement, source, this.#session, body);
  }

  /** `source` is the text that the statement's spans point into. Undefined: a statement for the planner or the client. */
  execute(statement: Statement, source: string): OperationResult | undefined {
    const session = this.#session;
    switch (statement.kind) {
      case 'CreateTable':
        return statement.query ? undefined : createTable(statement, source, session);
      case 'CreateView':
        return createView(statement, source, session);
      case 'CreateFunction':
        return createFunction(statement, source, session);
      case 'CreateDatabase':
        return createDatabase(statement, source, session);
      case 'CreateCatalog':
        return createCatalog(statement, source, session);
      case 'AlterTable':
        return alterTable(statement, source, session);
      case 'AlterView':
        return this.#alterView(statement, source);
      case 'AlterDatabase':
        return alterDatabase(statement, source, session);
      case 'AlterCatalog':
        return alterCatalog(statement, source, session);
      case 'AlterFunction':
        return alterFunction(statement, source, session);
      case 'CreateModel':
        return createModel(statement, source, session);
      case 'AlterModel':
        return alterModel(statement, source, session);
      case 'Drop':
        return drop(statement, source, session);
      case 'Use':
        return this.#use(statement);
      case 'Set':
        return this.#set(statement, source);
      case 'Reset':
        return this.#reset(statement);
      case 'Show':
        return statement.subject === 'JOBS' ? undefined : show(statement, source, session);
      case 'Describe':
        return statement.object === 'JOB' ? undefined : describe(statement, source, session);
      case 'QueryStatement':
      case 'Insert':
      case 'StatementSet':
      case 'Execute':
      case 'Explain':
      case 'StopJob':
      case 'ClientCommand':
      case 'CompilePlan':
      case 'ExecutePlan':
      case 'CreateMaterializedTable':
        return undefined;
      case 'AlterMaterializedTable':
        return alterMaterializedTable(statement, source, session);
      case 'RefusedStatement':
        throw notSupported(source, statement, statement.what);
      case 'LoadModule':
        return loadModule(statement, source, session);
      case 'UnloadModule':
        return unloadModule(statement, source, session);
      case 'UseModules':
        return useModules(statement, source, session);
      case 'Update':
        return update(statement, source, session);
      case 'Delete':
        return deleteRows(statement, source, session);
      case 'Truncate':
        return truncate(statement, source, session);
      case 'Analyze':
        return analyze(statement, source, session);
      case 'Call':
        return call(statement, source, session);
      case 'Jar':
        throw notSupported(
          source,
          statement,
          `${statement.action} JAR (a browser runs no Java: CREATE FUNCTION ... LANGUAGE JAVASCRIPT)`,
        );
    }
  }

  #alterView(statement: AlterView, source: string): OperationResult {
    const identifier = identify(statement.name, this.#session);
    // A temporary object hides the permanent one.
    const view = this.catalogs.findTemporary(identifier)
      ? undefined
      : this.catalogs.findPermanent(identifier);
    if (!view) {
      throw invalid(
        source,
        statement.name,
        `View ${quotedName(identifier)} doesn't exist or is a temporary view.`,
      );
    }
    if (view.kind === 'table') throw invalid(source, statement.name, 'ALTER VIEW for a table is not allowed');
    const { action } = statement;
    if (action.kind === 'RenameTo') return renameTable(identifier, action, this.#session);
    this.catalogs.replace(identifier, viewOf(action.query, [], source, this.#session, view.comment), false);
    return OK;
  }

  #use({ object, name }: Use): OperationResult {
    const path = name.parts.map((part) => part.name);
    if (object === 'CATALOG') this.catalogs.useCatalog(path.join('.'));
    else this.catalogs.useDatabase(path);
    return OK;
  }

  // Bare SET lists what was set.
  #set({ property }: SetOption, source: string): OperationResult {
    if (!property) {
      const rows = this.config.entries();
      return tableOf(
        [
          { name: 'key', type: STRING },
          { name: 'value', type: STRING },
        ],
        rows,
      );
    }
    try {
      this.config.set(property.key.value, property.value.value);
    } catch (error) {
      throw error instanceof Error ? invalid(source, property.value, error.message) : error;
    }
    return OK;
  }

  #reset({ key }: ResetOption): OperationResult {
    this.config.reset(key?.value);
    return OK;
  }
}

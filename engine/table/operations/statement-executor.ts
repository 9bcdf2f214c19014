/**
 * Executes DDL and what else works on the session alone: CREATE, ALTER, DROP, USE, SET, SHOW, DESCRIBE.
 *
 * Queries, INSERT and EXPLAIN are the planner's, jobs are the client's: for them `execute` answers undefined.
 */

import type { RowType } from '../../types/logical-type.ts';
import { CatalogManager } from '../catalog/catalog-manager.ts';
import { quotedName } from '../catalog/object-identifier.ts';
import { TableConfig } from '../catalog/table-config.ts';
import type {
  AlterCatalog,
  AlterDatabase,
  AlterView,
  Query,
  ResetOption,
  SetOption,
  Statement,
  Use,
} from '../parser/ast.ts';
import type { ConverterEnvironment } from '../validate/converter-environment.ts';
import { invalid, notSupported } from '../validate/validation-error.ts';
import { alterTable, renameTable } from './alter-table.ts';
import {
  createCatalog,
  createDatabase,
  createFunction,
  createTable,
  createView,
  databasePath,
  identify,
  viewOf,
} from './create-operations.ts';
import { drop } from './drop-operations.ts';
import { OK, STRING, tableOf } from './operation-result.ts';
import type { OperationResult } from './operation-result.ts';
import { environmentOf } from './session.ts';
import type { Session } from './session.ts';
import { describe, show } from './show-operations.ts';
import { propertiesOf } from './table-definitions.ts';

export interface StatementExecutorOptions {
  readonly catalogs?: CatalogManager;
  readonly config?: TableConfig;
  /** Validates a query and says what it selects: the planner's. */
  readonly queryType: (query: Query, source: string) => RowType;
  /** What can be computed; absent: everything is taken to be. */
  readonly runtime?: Pick<ConverterEnvironment, 'hasRuntime' | 'hasAggregate'>;
}

export class StatementExecutor {
  readonly catalogs: CatalogManager;
  readonly config: TableConfig;
  /** For converters of the same session; follows USE and SET. */
  readonly environment: ConverterEnvironment;
  readonly #session: Session;

  constructor({ catalogs, config, queryType, runtime }: StatementExecutorOptions) {
    this.catalogs = catalogs ?? new CatalogManager();
    this.config = config ?? new TableConfig();
    this.environment = environmentOf(this.catalogs, this.config, runtime);
    this.#session = {
      catalogs: this.catalogs,
      config: this.config,
      environment: this.environment,
      queryType,
    };
  }

  /** `source` is the text that the statement's spans point into. Undefined: a statement for the planner or the client. */
  execute(statement: Statement, source: string): OperationResult | undefined {
    const session = this.#session;
    switch (statement.kind) {
      case 'CreateTable':
        return createTable(statement, source, session);
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
        return this.#alterDatabase(statement, source);
      case 'AlterCatalog':
        return this.#alterCatalog(statement, source);
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
        return undefined;
      case 'Jar':
        throw notSupported(
          source,
          statement,
          `${statement.action} JAR (a browser runs no Java: CREATE FUNCTION ... LANGUAGE JAVASCRIPT)`,
        );
      default:
        throw notSupported(source, statement, words(statement.kind));
    }
  }

  #alterView(statement: AlterView, source: string): OperationResult {
    const identifier = identify(statement.name, this.#session);
    const view = this.catalogs.findPermanent(identifier);
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

  #alterDatabase({ name, action }: AlterDatabase, source: string): OperationResult {
    const [catalog, database] = databasePath(name, source, this.#session);
    const { properties } = this.catalogs.database(catalog, database);
    this.catalogs
      .catalog(catalog)
      .alterDatabase(database, { ...properties, ...propertiesOf(action.properties) });
    return OK;
  }

  #alterCatalog({ name, action }: AlterCatalog, source: string): OperationResult {
    this.catalogs.catalog(name.name);
    throw notSupported(source, action, 'ALTER CATALOG');
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

/** `CreateModel` as `CREATE MODEL`. */
function words(kind: string): string {
  return kind.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toUpperCase();
}

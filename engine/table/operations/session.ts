/** What statements of a session work on. */

import type { RowType } from '../../types/logical-type.ts';
import type { CatalogManager, CurrentPath } from '../catalog/catalog-manager.ts';
import type { ModuleManager } from '../catalog/module-manager.ts';
import type { TableConfig } from '../catalog/table-config.ts';
import type { Query } from '../parser/ast.ts';
import type { QueryTypeOptions } from '../plan/planner-session.ts';
import type { ConverterEnvironment } from '../validate/converter-environment.ts';

export interface Session {
  readonly catalogs: CatalogManager;
  readonly config: TableConfig;
  readonly modules: ModuleManager;
  readonly environment: ConverterEnvironment;
  /** Whether catalogs of type `persistent` outlive the session. */
  readonly keepsCatalogs: boolean;
  /**
   * Validates a query and says what it selects; the planner's. `source` is the text its spans point into, `at` what is current for its
   * names (default: of the session).
   */
  queryType(query: Query, source: string, at?: CurrentPath, more?: QueryTypeOptions): RowType;
}

/** What expressions may ask of a session, as it is at every question. */
export function environmentOf(
  catalogs: CatalogManager,
  config: TableConfig,
  runtime?: Pick<ConverterEnvironment, 'hasRuntime' | 'hasAggregate'>,
): ConverterEnvironment {
  return {
    get timeZone() {
      return config.timeZone;
    },
    get isStreaming() {
      return config.isStreaming;
    },
    get currentDatabase() {
      return catalogs.current.database;
    },
    findUserFunction: (path) => catalogs.functions.find(path),
    ...runtime,
  };
}

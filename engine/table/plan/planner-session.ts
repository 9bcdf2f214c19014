import type { ConnectorCatalogue } from '../../connectors/connector-descriptor.ts';
import type { ValidationException } from '../../types/errors.ts';
import type { CatalogManager, CurrentPath } from '../catalog/catalog-manager.ts';
import type { Query } from '../parser/ast.ts';
import type { Mistakes } from '../validate/mistakes.ts';
import type { Scope } from '../validate/scope.ts';
import type { ConverterEnvironment } from '../validate/converter-environment.ts';
import type { ComputeConstants } from '../rules/simplify/constant-reducer.ts';
import type { Correlations } from './correlations.ts';

/** What planning may ask of a session: names, options, connectors. Nothing of the session is changed. */
export interface PlannerSession {
  readonly catalogManager: CatalogManager;
  readonly environment: ConverterEnvironment;
  readonly connectors: ConnectorCatalogue;
  /** `table.dynamic-table-options.enabled`. */
  readonly allowsOptionHints: boolean;
  /** What is wrong, of all clauses that can be checked beside each other: thrown before `impossible`. */
  readonly mistakes: Mistakes;
  /** What was checked and has no operator: thrown when the whole statement has been checked. */
  readonly refusals: ValidationException[];
  /** What is valid SQL and Flink's planner refuses, so that a view may say it: thrown before `refusals`. */
  readonly impossible: ValidationException[];
  readonly correlations: Correlations;
  /** Computes constants that syntax trees show as literals. */
  readonly compute: ComputeConstants;
  /** Whether a query had hints on joins: from there on, syntax trees show what tables are called. */
  readonly hinted: { hasJoins: boolean };
}

export interface QueryTypeOptions {
  /** The query was asked about before, in other words. */
  readonly isAgain?: boolean;
  readonly noteCast?: ConverterEnvironment['noteCast'];
}

/** The text that is being converted: a statement, or the stored text of a view, with what is current for its names. */
export interface QueryText {
  readonly source: string;
  readonly at: CurrentPath;
  /** Queries of WITH that are visible, innermost first. */
  readonly commonTables: readonly CommonTableEntry[];
}

export interface CommonTableEntry {
  readonly name: string;
  readonly columns: readonly string[];
  readonly query: Query;
  /** What is visible inside of it. */
  readonly text: QueryText;
  /** The query around the one that it belongs to, where that may be seen. */
  readonly parent: Scope | undefined;
  /** Whether it was read; one that nobody reads is checked all the same. */
  isRead: boolean;
}

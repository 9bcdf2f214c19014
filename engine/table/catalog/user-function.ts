/** A function that a user registered: where its code is, and, once that is known, what it takes and gives. */

import type { LogicalType } from '../../types/logical-type.ts';
import type { FunctionLanguage } from '../parser/ast.ts';

export interface UserFunction {
  /** As SHOW FUNCTIONS lists it: lower case. */
  readonly name: string;
  /** `module#export` for JAVASCRIPT. */
  readonly className: string;
  readonly language: FunctionLanguage;
  /** Catalog and database; absent for a temporary system function. */
  readonly database?: { readonly catalog: string; readonly database: string };
  readonly isTemporary: boolean;
  /** Absent until the module was loaded or the API has said it. */
  readonly signature?: UserFunctionSignature;
}

export interface UserFunctionSignature {
  readonly kind: 'scalar' | 'aggregate' | 'table';
  readonly arguments: readonly LogicalType[];
  /** The last argument may be repeated. */
  readonly isVariadic: boolean;
  /** For a table function, a ROW: its columns. */
  readonly result: LogicalType;
  readonly isDeterministic: boolean;
}

/** The key of a function in `RexCall.userFunction` and in the job's list of functions. */
export function userFunctionKey({ name, database }: UserFunction): string {
  return database ? `${database.catalog}.${database.database}.${name}` : name;
}

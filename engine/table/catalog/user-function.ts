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
  /** Absent until the module was loaded. */
  readonly signature?: UserFunctionSignature;
  /** Why there is no signature, once the module was tried. */
  readonly problem?: string;
}

export interface UserFunctionSignature {
  readonly kind: 'scalar' | 'async-scalar' | 'aggregate' | 'table';
  readonly parameters: readonly UserFunctionParameter[];
  /** The last parameter may be repeated, or left out. */
  readonly isVariadic: boolean;
  /** For a table function, a ROW: its columns. */
  readonly result: ResultOf;
  readonly isDeterministic: boolean;
  /** An aggregate function that can take rows back, and one whose accumulators can be added up. */
  readonly canRetract: boolean;
  readonly canMerge: boolean;
}

/** Throws where the function refuses the types. */
export type ResultOf = (argumentTypes: readonly LogicalType[]) => LogicalType;

export interface UserFunctionParameter {
  readonly name?: string;
  /** Absent: any type, as the caller has it. */
  readonly type?: LogicalType;
  readonly isOptional: boolean;
}

/** The key of a function in `RexCall.userFunction` and in the job's list of functions. */
export function userFunctionKey({ name, database }: UserFunction): string {
  return database ? `${database.catalog}.${database.database}.${name}` : name;
}

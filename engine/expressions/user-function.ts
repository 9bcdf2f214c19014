import type { Value } from '../data/value.ts';

/** A function of a user: called for every row with its arguments (NULL is null), or once a batch with whole columns. */
export type UserFunction = ScalarFunction | ColumnFunction;

export type ScalarFunction = (...args: Value[]) => Value;

/** `evalColumns` gets a column of values for each argument and gives a column of as many results. */
export interface ColumnFunction {
  evalColumns(columns: readonly (readonly Value[])[], rowCount: number): readonly Value[];
}

/** What modules exported, by the key of the function; checked when an expression is compiled. */
export type UserFunctions = ReadonlyMap<string, unknown>;

export function isColumnFunction(value: unknown): value is ColumnFunction {
  return typeof value === 'object' && value !== null && 'evalColumns' in value;
}

export function isScalarFunction(value: unknown): value is ScalarFunction {
  return typeof value === 'function';
}

import type { Value } from '../data/value.ts';

/**
 * Functions of users in JavaScript: what a module exports for `CREATE FUNCTION f AS 'module#export' LANGUAGE JAVASCRIPT`.
 *
 * An export is a plain object that says what it takes and gives, as SQL type texts, beside the code. `defineFunction` only checks its types:
 * a module that imports nothing writes the same object by hand. Values are those of `data/value.ts` (BIGINT is a bigint, DECIMAL a text, NULL null).
 * One object serves all rows of a task, so what it keeps between calls is not part of a checkpoint.
 */
export type UserFunctionDefinition =
  | ScalarFunctionDefinition
  | ColumnFunctionDefinition
  | AsyncScalarFunctionDefinition
  | TableFunctionDefinition
  | AggregateFunctionDefinition;

/** A type as SQL writes it (`'BIGINT'`, `'ROW<a INT, b STRING> NOT NULL'`), or `'ANY'`: as the caller has it. */
export type TypeText = string;

/** A parameter. With a name it may be given as `f(name => value)`, and left out where it is optional: it is NULL then. */
export interface ParameterDefinition {
  readonly name?: string;
  readonly type: TypeText;
  readonly isOptional?: boolean;
}

interface Definition {
  readonly parameters?: readonly (TypeText | ParameterDefinition)[];
  /** The last parameter may be given any number of times, also not at all. */
  readonly isVariadic?: boolean;
  /** Or worked out of the arguments' types. A table function's columns are the fields of a ROW; another type is one column. */
  readonly returns: TypeText | ((argumentTypes: readonly TypeText[]) => TypeText);
  /** False for one that may give another result for the same arguments: it is called for every row, and never planned away. Default: true. */
  readonly isDeterministic?: boolean;
}

/** Called for every row. */
export interface ScalarFunctionDefinition extends Definition {
  readonly kind: 'scalar';
  readonly eval: (...args: never[]) => Value | undefined;
}

/** Called for whole columns, once a batch of up to 4096 rows. */
export interface ColumnFunctionDefinition extends Definition {
  readonly kind: 'scalar';
  readonly evalColumns: (columns: readonly ArgumentColumn[], rows: number) => ColumnResult;
}

/** Results come when they come; rows keep their order. See `table.exec.async-scalar.*` for how many calls are open, for how long. */
export interface AsyncScalarFunctionDefinition extends Definition {
  readonly kind: 'async-scalar';
  readonly eval: (...args: never[]) => Promise<Value | undefined>;
}

/** Gives any number of rows for one: an array, a generator. A row is an array of its cells, or the one value of a function of one column. */
export interface TableFunctionDefinition extends Definition {
  readonly kind: 'table';
  readonly eval: (...args: never[]) => Iterable<Value | undefined>;
}

/**
 * Folds the rows of a group. An accumulator is data that `JSON.stringify` keeps (bigint is kept, too): it is stored with every checkpoint.
 * The functions change it, or give another one.
 */
export interface AggregateFunctionDefinition extends Definition {
  readonly kind: 'aggregate';
  readonly createAccumulator: () => unknown;
  readonly accumulate: (accumulator: never, ...args: never[]) => unknown;
  /** Takes a row back: needed where the input has updates. */
  readonly retract?: (accumulator: never, ...args: never[]) => unknown;
  /** Adds another accumulator: needed for windows that are put together of slices (HOP, CUMULATE). */
  readonly merge?: (accumulator: never, other: never) => unknown;
  readonly getValue: (accumulator: never) => Value | undefined;
}

/** An argument of a whole-column function. Everything in it is good for this call alone. */
export interface ArgumentColumn {
  readonly length: number;
  /** The same value in all rows. */
  readonly isConstant: boolean;
  /** A value a row: a typed array where the type has one and no value is NULL, else an array. */
  readonly values: ArrayLike<Value>;
  /** Which rows are not NULL, a byte each; undefined: all. */
  readonly validity: Uint8Array | undefined;
  /** Texts (UTF-8) and binary values as they lie in memory: row r is `bytes.subarray(starts[2 * r], starts[2 * r] + starts[2 * r + 1])`. */
  readonly bytes: Uint8Array;
  /** Pairs of start and length, a row each (one pair for all if `isConstant`); undefined for other types. */
  readonly views: Uint32Array | undefined;
}

/** An array of values, NULL among them; or numbers in a typed array, with a byte a row that is 0 where they are NULL. */
export type ColumnResult =
  | readonly (Value | undefined)[]
  | TypedResult
  | { readonly values: TypedResult; readonly validity: Uint8Array | undefined };

/** Numbers of a result type: Int32Array for INT, Float64Array for DOUBLE, BigInt64Array or Float64Array (whole numbers) for BIGINT, ... */
export type TypedResult =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array;

/** The definition as it is, with its types checked: `export const f = defineFunction({ kind: 'scalar', ... })`. */
export function defineFunction<const D extends UserFunctionDefinition>(definition: D): D {
  return definition;
}

/** What modules exported, by the key of the function; checked when an operator is made. */
export type UserFunctions = ReadonlyMap<string, unknown>;

export type UserFunctionKind = UserFunctionDefinition['kind'];

/** What each kind has to have. */
const METHODS: Readonly<Record<UserFunctionKind, readonly string[]>> = {
  scalar: [],
  'async-scalar': ['eval'],
  table: ['eval'],
  aggregate: ['createAccumulator', 'accumulate', 'getValue'],
};

/** What keeps an export from being a function that can be called; undefined: nothing. */
export function flawOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null)
    return `it is ${value === null || value === undefined ? String(value) : `a ${typeof value}`}, not an object { kind, parameters, returns, eval }`;
  const { kind, parameters, returns, eval: evaluate, evalColumns } = value as Record<string, unknown>;
  if (typeof kind !== 'string' || !(kind in METHODS))
    return `its kind is ${JSON.stringify(kind) ?? 'missing'}: ${Object.keys(METHODS).join(', ')} are known`;
  if (parameters !== undefined && (!Array.isArray(parameters) || !parameters.every(isParameter)))
    return "its parameters are no list of type texts or { name, type } (such as ['STRING', { name: 'n', type: 'INT' }])";
  if (typeof returns !== 'string' && typeof returns !== 'function')
    return "it does not say what it returns (such as returns: 'BIGINT')";
  const missing = METHODS[kind as UserFunctionKind].find(
    (name) => typeof (value as Record<string, unknown>)[name] !== 'function',
  );
  if (missing !== undefined) return `as ${kind} it needs a function '${missing}'`;
  if (kind === 'scalar' && typeof evaluate !== 'function' && typeof evalColumns !== 'function')
    return "as scalar it needs a function 'eval', or 'evalColumns' for whole columns";
  return undefined;
}

function isParameter(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

export function isColumnFunction(value: unknown): value is Pick<ColumnFunctionDefinition, 'evalColumns'> {
  return typeof value === 'object' && value !== null && 'evalColumns' in value;
}

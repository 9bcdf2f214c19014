import { Column, isView } from '../../data/column.ts';
import type { Value } from '../../data/value.ts';
import type { Wasm } from '../../memory/kernels.ts';
import { MillraceError, RuntimeFailure, TableException } from '../../types/errors.ts';
import { isCharacter } from '../../types/type-families.ts';
import { typeText } from '../../types/type-text.ts';
import { readTexts, readValues } from '../column-values.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime } from '../function-runtime.ts';
import { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { storeTyped } from '../typed-result.ts';
import { argumentColumn, messageOf, shownResult, shownValue } from '../user-function-values.ts';
import {
  flawOf,
  isColumnFunction,
  type ColumnFunctionDefinition,
  type ScalarFunctionDefinition,
} from '../user-function.ts';
import { userValueCheck } from '../user-value-check.ts';
import { ValueWriter } from '../value-writer.ts';

/**
 * Functions of users (`RexCall.userFunction`): they get decoded rows or whole columns, and whatever they throw, or give that is not of their
 * type, fails the job with their name and arguments. A deterministic call of constants is made once.
 */
export const USER_FUNCTION: FunctionRuntime = {
  cost: 100,
  canFail: true,
  compile: compileUserFunction,
};

function compileUserFunction(call: RexCall, emitter: Emitter): Register {
  const code = definitionOf(call, emitter);
  const result = new Register(call.type);
  // What is written for NULL is an empty view.
  result.areViewsSafe = isView(call.type);
  const operands = call.operands
    .map((operand) => emitter.value(operand))
    .map((operand) => (isCharacter(operand.type) ? emitter.views(operand) : operand));
  const compute = new ComputedCalls(call, code, operands, emitter);
  const isFolded = !call.isVolatile && operands.every((operand) => operand.isConstant);
  let folded: Column | undefined;
  emitter.emit(operands, result, (rows) => {
    result.column = isFolded ? (folded ??= compute.once()) : compute.column(rows);
  });
  return result;
}

type Code = ScalarFunctionDefinition | ColumnFunctionDefinition;

function definitionOf(call: RexCall, { context }: Emitter): Code {
  const key = call.userFunction ?? call.operator;
  const code = context.userFunctions?.get(key);
  if (code === undefined) {
    throw new TableException(
      `The code of function ${call.operator} is not there: nothing is registered as '${key}'.`,
    );
  }
  const flaw = flawOf(code);
  if (flaw !== undefined) throw new TableException(`Function ${call.operator} cannot be called: ${flaw}.`);
  const { kind } = code as { readonly kind: string };
  if (kind !== 'scalar')
    throw new TableException(`Function ${call.operator} is of kind ${kind}, which is not supported here.`);
  return code as Code; // has no flaw
}

const WRITTEN_STRICTLY: ReadonlySet<string> = new Set([
  'BOOLEAN',
  'INTEGER',
  'BIGINT',
  'DOUBLE',
  'DATE',
  'INTERVAL_YEAR_MONTH',
  'INTERVAL_DAY_TIME',
]);

/** The calls of one function in one expression. */
class ComputedCalls {
  readonly #call: RexCall;
  readonly #code: Code;
  readonly #operands: readonly Register[];
  readonly #emitter: Emitter;
  readonly #writer: ValueWriter;
  /** Of types whose values the writer does not look into. */
  readonly #isValue: ((value: Value) => boolean) | undefined;

  constructor(call: RexCall, code: Code, operands: readonly Register[], emitter: Emitter) {
    this.#call = call;
    this.#code = code;
    this.#operands = operands;
    this.#emitter = emitter;
    this.#writer = new ValueWriter(emitter.program.wasm, call.type);
    this.#isValue = WRITTEN_STRICTLY.has(call.type.root) ? undefined : userValueCheck(call.type);
  }

  /** Results of a batch. */
  column(rows: number): Column {
    return this.#column(rows, this.#emitter.heap);
  }

  /** The result of constants, for ever. */
  once(): Column {
    const { type, values, validity, children } = this.#column(1, this.#emitter.program.constantHeap);
    const isSet = validity === 0 || new Uint8Array(this.#emitter.program.wasm.memory.buffer)[validity] !== 0;
    return new Column(type, values, isSet ? 0 : validity, 0, children);
  }

  #column(rows: number, heap: Emitter['heap']): Column {
    const code = this.#code;
    const { results, validity }: ColumnOfResults = isColumnFunction(code)
      ? this.#ofColumns(code, rows)
      : { results: this.#ofRows(code, rows) };
    for (const { length } of [results, ...(validity ? [validity] : [])])
      if (length !== rows) throw this.#failure(0, `it gave ${length} results for ${rows} rows`);
    const mayBeNull = this.#call.type.nullable || !validity;
    if (!Array.isArray(results) && mayBeNull) {
      const { wasm } = this.#emitter.program;
      const stored = storeTyped(wasm, heap, this.#call.type, results, validity);
      if (stored) return stored;
    }
    const values = validity
      ? Array.from(results as ArrayLike<Value>, (value, row) => (validity[row] ? value : null))
      : (results as readonly Value[]);
    if (!this.#call.type.nullable) {
      const row = values.findIndex((value) => value === null || value === undefined);
      if (row >= 0) throw this.#failure(row, `it gave NULL, but returns ${typeText(this.#call.type)}`);
    }
    let badRow = this.#badRow(values);
    try {
      if (badRow >= 0) throw new TypeError('a value of another type');
      return this.#writer.write(values, heap, (row) => (badRow = row));
    } catch (error) {
      if (badRow < 0) throw this.#notStored(error);
      const type = typeText(this.#call.type);
      throw this.#failure(
        badRow,
        `it gave ${shownResult(values[badRow])}, which is no value of type ${type}`,
        error,
      );
    }
  }

  /** The first row whose value is none of the type; -1 if there is none, or the writer will find it. */
  #badRow(values: readonly Value[]): number {
    const isValue = this.#isValue;
    if (!isValue) return -1;
    return values.findIndex((value) => value !== null && value !== undefined && !isValue(value));
  }

  #ofColumns(code: Pick<ColumnFunctionDefinition, 'evalColumns'>, rows: number): ColumnOfResults {
    const { wasm } = this.#emitter.program;
    const columns = this.#operands.map(({ column }) => argumentColumn(wasm, column, rows));
    let results: unknown;
    try {
      results = code.evalColumns(columns, rows);
    } catch (error) {
      throw new RuntimeFailure(
        `Function ${this.#call.operator} failed: ${messageOf(error)}`,
        {},
        { cause: error },
      );
    }
    if (isList(results)) return { results: own(results, wasm) };
    if (typeof results === 'object' && results !== null && 'values' in results && isList(results.values)) {
      const validity = 'validity' in results ? results.validity : undefined;
      if (validity === undefined || validity instanceof Uint8Array)
        return { results: own(results.values, wasm), ...(validity && { validity: own(validity, wasm) }) };
    }
    throw new RuntimeFailure(
      `Function ${this.#call.operator} failed: evalColumns gave ${shownResult(results)}, and not an array of results`,
    );
  }

  #ofRows(code: ScalarFunctionDefinition, rows: number): readonly unknown[] {
    const columns = this.#values(rows);
    const results = new Array<unknown>(rows);
    const [first = [], second = []] = columns;
    const evaluate = code.eval.bind(code) as (...values: Value[]) => unknown;
    let row = 0;
    try {
      // A loop for each common number of arguments, so that no array is made for a row.
      if (columns.length === 1) for (; row < rows; row++) results[row] = evaluate(first[row]!);
      else if (columns.length === 2)
        for (; row < rows; row++) results[row] = evaluate(first[row]!, second[row]!);
      else for (; row < rows; row++) results[row] = evaluate(...columns.map((column) => column[row]!));
    } catch (error) {
      throw this.#failure(row, messageOf(error), error);
    }
    return results;
  }

  /** Texts may be longer, all together, than JavaScript can have. */
  #notStored(error: unknown): unknown {
    if (error instanceof MillraceError) return error;
    const text = `Function ${this.#call.operator} failed: its results cannot be stored: ${messageOf(error)}`;
    return new RuntimeFailure(text, {}, { cause: error });
  }

  #values(rows: number): (readonly Value[])[] {
    const { program, heap } = this.#emitter;
    const { wasm } = program;
    return this.#operands.map(({ column }) =>
      isCharacter(column.type) ? readTexts(wasm, heap, column, rows) : readValues(wasm, column, rows),
    );
  }

  #failure(row: number, reason: string, cause?: unknown): RuntimeFailure {
    const { wasm } = this.#emitter.program;
    const values = this.#operands.map(({ column }) =>
      shownValue(readValues(wasm, column, row + 1)[row] ?? null),
    );
    const text = `Function ${this.#call.operator} failed for (${values.join(', ')}): ${reason}`;
    return this.#emitter.failure(text, this.#call, row, cause);
  }
}

/** Results of a batch, and which of them are not NULL where that is said apart. */
interface ColumnOfResults {
  readonly results: ArrayLike<unknown>;
  readonly validity?: Uint8Array;
}

/** A function may hand back what it was lent: a copy, since linear memory may grow before it is read. */
function own<T extends ArrayLike<unknown>>(list: T, { memory }: Wasm): T {
  const isLent = ArrayBuffer.isView(list) && list.buffer === memory.buffer;
  return isLent ? ((list as unknown as Uint8Array).slice() as unknown as T) : list;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

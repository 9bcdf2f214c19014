import type { Value } from '../data/value.ts';
import { isView } from '../data/column.ts';
import { RuntimeFailure } from '../types/errors.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { isCharacter } from '../types/type-families.ts';
import { readTexts, readValues } from './column-values.ts';
import { ValueWriter } from './value-writer.ts';
import type { Emitter } from './emitter.ts';
import type { FunctionRuntime } from './function-runtime.ts';
import { STRING } from './physical-type.ts';
import { isNullConstant, Register } from './register.ts';
import type { RexCall, RexNode } from './rex-node.ts';

/** Whole columns in, a column out: how functions without a kernel run. */
export type ComputeColumn = (columns: readonly (readonly Value[])[], rows: number) => readonly Value[];

/**
 * A function in JavaScript over decoded columns, one call a batch.
 *
 * @param node what failures name; a RuntimeFailure passes as it is, every other error becomes one
 */
export function overColumns(
  emitter: Emitter,
  type: LogicalType,
  operands: readonly Register[],
  node: RexNode,
  compute: ComputeColumn,
): Register {
  const { wasm } = emitter.program;
  const writer = new ValueWriter(wasm, type);
  const result = new Register(type);
  // What is written for NULL is an empty view.
  result.areViewsSafe = isView(type);
  const inputs = operands.map((operand) => (isCharacter(operand.type) ? emitter.views(operand) : operand));
  emitter.emit(inputs, result, (rows) => {
    const columns = inputs.map(({ column }) =>
      isCharacter(column.type) ? readTexts(wasm, emitter.heap, column, rows) : readValues(wasm, column, rows),
    );
    const values = compute(columns, rows);
    if (values.length !== rows) throw emitter.failure(`${values.length} results for ${rows} rows`, node, 0);
    let badRow = -1;
    try {
      result.column = writer.write(values, emitter.heap, (row) => (badRow = row));
    } catch (error) {
      if (badRow < 0) throw error;
      throw emitter.failure((error as Error).message, node, badRow, error);
    }
  });
  return result;
}

/** A function of one row's values, NULL where one of them is; computed once if all are constants. */
export function perRow(
  emitter: Emitter,
  type: LogicalType,
  operands: readonly Register[],
  node: RexNode,
  compute: (...values: never[]) => Value,
): Register {
  if (operands.some(isNullConstant)) return emitter.program.nullConstant(type);
  return withNulls(emitter, type, operands, node, (...values) =>
    values.includes(null) ? null : (compute as (...values: Value[]) => Value)(...values),
  );
}

/** The same for functions that look at NULLs themselves. */
export function withNulls(
  emitter: Emitter,
  type: LogicalType,
  operands: readonly Register[],
  node: RexNode,
  compute: (...values: Value[]) => Value,
): Register {
  return overColumns(emitter, type, operands, node, (columns, rows) => {
    const [first = [], second, third, ...others] = columns;
    const results = new Array<Value>(rows);
    let row = 0;
    try {
      for (; row < rows; row++) {
        const a = first[row] ?? null;
        if (!second) results[row] = columns.length === 0 ? compute() : compute(a);
        else if (!third) results[row] = compute(a, second[row] ?? null);
        else {
          const rest = others.map((column) => column[row] ?? null);
          results[row] = compute(a, second[row] ?? null, third[row] ?? null, ...rest);
        }
      }
    } catch (error) {
      if (error instanceof RuntimeFailure) throw error;
      throw emitter.failure(error instanceof Error ? error.message : String(error), node, row, error);
    }
    return results;
  });
}

/**
 * The same function in JavaScript, for batches that a kernel of texts does not take: writes views over those that the kernel would have
 * written.
 */
export function inViews(
  emitter: Emitter,
  operand: Register,
  compute: (value: never) => string,
): (rows: number, out: number) => void {
  const { wasm } = emitter.program;
  const writer = new ValueWriter(wasm, STRING);
  return (rows, out) => {
    const values = readValues(wasm, operand.column, rows);
    const texts = values.map((value) => (value === null ? null : compute(value as never)));
    const column = writer.write(texts, emitter.heap);
    new Uint8Array(wasm.memory.buffer).copyWithin(out, column.values, column.values + 8 * rows);
  };
}

/** The runtime of a function over decoded columns that is NULL where an argument is. */
export function strictFunction(compute: (...values: never[]) => Value): FunctionRuntime {
  return { cost: 100, compile: (call, emitter) => strictCall(call, emitter, compute) };
}

/** A call over decoded columns that is NULL where an argument is. */
export function strictCall(
  call: RexCall,
  emitter: Emitter,
  compute: (...values: never[]) => Value,
): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  return perRow(emitter, call.type, operands, call, compute);
}

/** The runtime of one that looks at NULLs itself. */
export function nullableFunction(compute: (...values: Value[]) => Value): FunctionRuntime {
  return {
    cost: 100,
    compile: (call, emitter) =>
      withNulls(
        emitter,
        call.type,
        call.operands.map((operand) => emitter.value(operand)),
        call,
        compute,
      ),
  };
}

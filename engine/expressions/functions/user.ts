import type { Value } from '../../data/value.ts';
import { RuntimeFailure, TableException } from '../../types/errors.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionRuntime } from '../function-runtime.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import {
  isColumnFunction,
  isScalarFunction,
  type ColumnFunction,
  type ScalarFunction,
} from '../user-function.ts';
import { overColumns } from '../value-function.ts';

/** Functions of users (`RexCall.userFunction`): they get decoded columns, and whatever they throw fails the job with their name and arguments. */
export const USER_FUNCTION: FunctionRuntime = {
  cost: 100,
  canFail: true,
  compile: compileUserFunction,
};

function compileUserFunction(call: RexCall, emitter: Emitter): Register {
  const key = call.userFunction ?? call.operator;
  const code = emitter.context.userFunctions?.get(key);
  if (code === undefined) {
    throw new TableException(
      `The code of function ${call.operator} is not there: nothing is registered as '${key}'.`,
    );
  }
  const operands = call.operands.map((operand) => emitter.value(operand));
  if (isColumnFunction(code)) return overWholeColumns(call, code, operands, emitter);
  if (!isScalarFunction(code)) {
    throw new TableException(
      `Function ${call.operator} is a ${typeof code}, which is not supported: a function was expected.`,
    );
  }
  return overRows(call, code, operands, emitter);
}

function overWholeColumns(
  call: RexCall,
  code: ColumnFunction,
  operands: readonly Register[],
  emitter: Emitter,
) {
  return overColumns(emitter, call.type, operands, call, (columns, rows) => {
    try {
      const results: unknown = code.evalColumns(columns, rows);
      if (Array.isArray(results)) return results as readonly Value[];
      throw new TypeError('no array was returned');
    } catch (error) {
      throw new RuntimeFailure(`Function ${call.operator} failed: ${messageOf(error)}`, {}, { cause: error });
    }
  });
}

function overRows(
  call: RexCall,
  code: ScalarFunction,
  operands: readonly Register[],
  emitter: Emitter,
): Register {
  return overColumns(emitter, call.type, operands, call, (columns, rows) => {
    const results = new Array<Value>(rows);
    const [first = [], second = []] = columns;
    let row = 0;
    try {
      // A loop for each common number of arguments, so that no array is made for a row.
      if (columns.length === 1) for (; row < rows; row++) results[row] = code(first[row]!);
      else if (columns.length === 2) for (; row < rows; row++) results[row] = code(first[row]!, second[row]!);
      else for (; row < rows; row++) results[row] = code(...columns.map((column) => column[row]!));
    } catch (error) {
      const values = columns.map((column) => shown(column[row] ?? null)).join(', ');
      const reason = `Function ${call.operator} failed for (${values}): ${messageOf(error)}`;
      throw emitter.failure(reason, call, row, error);
    }
    return results;
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function shown(value: Value): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object')
    return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
  return String(value);
}

import { Column } from '../../data/column.ts';
import type { Value } from '../../data/value.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { overColumns, withNulls } from '../value-function.ts';
import { castRegister } from './cast.ts';
import { variantPart } from './variant.ts';

/** Rows, arrays and maps made of values, and their elements (S-60k). */
export const CONSTRUCTION_RUNTIMES: FunctionTable = {
  ROW: { cost: 0, compile: row },
  ARRAY: { cost: 100, compile: array },
  MAP: { cost: 100, compile: map },
  ITEM: { cost: 100, canFail: ({ operands: [of] }) => of?.type.root === 'VARIANT', compile: item },
};

function operands(call: RexCall, emitter: Emitter): Register[] {
  return call.operands.map((operand) => emitter.value(operand));
}

/** Its fields are the operands' columns. */
function row(call: RexCall, emitter: Emitter): Register {
  const { type } = call;
  const fields = operands(call, emitter).map((register, index) => {
    const field = type.root === 'ROW' ? type.fields[index] : undefined;
    return field ? castRegister(emitter, register, field.type) : register;
  });
  const result = new Register(type);
  result.aliases.push(...fields);
  emitter.emit(fields, result, () => {
    result.column = new Column(
      type,
      0,
      0,
      0,
      fields.map((field) => field.column),
    );
  });
  return result;
}

function array(call: RexCall, emitter: Emitter): Register {
  const { type } = call;
  const values = operands(call, emitter).map((register) =>
    type.root === 'ARRAY' ? castRegister(emitter, register, type.element) : register,
  );
  return overColumns(emitter, type, values, call, (columns, rows) =>
    Array.from({ length: rows }, (_, i): Value => columns.map((column) => column[i] ?? null)),
  );
}

/** Of equal keys the last one stays. */
function map(call: RexCall, emitter: Emitter): Register {
  const { type } = call;
  const values = operands(call, emitter).map((register, index) => {
    if (type.root !== 'MAP') return register;
    return castRegister(emitter, register, index % 2 === 0 ? type.key : type.value);
  });
  return overColumns(emitter, type, values, call, (columns, rows) =>
    Array.from({ length: rows }, (_, i): Value => {
      const entries = new Map<string, Value>();
      for (let at = 0; at + 1 < columns.length; at += 2) {
        const key = columns[at]![i] ?? null;
        entries.set(keyText(key), [key, columns[at + 1]![i] ?? null]);
      }
      return [...entries.values()];
    }),
  );
}

function item(call: RexCall, emitter: Emitter): Register {
  if (call.operands[0]?.type.root === 'VARIANT') return variantPart(call, emitter);
  const isMap = call.operands[0]?.type.root === 'MAP';
  return withNulls(emitter, call.type, operands(call, emitter), call, (container, key) => {
    if (!Array.isArray(container) || key === null) return null;
    const items = container as readonly Value[];
    if (!isMap) return items[Number(key) - 1] ?? null;
    const wanted = keyText(key);
    const entry = items.find(
      (pair) => Array.isArray(pair) && keyText((pair as Value[])[0] ?? null) === wanted,
    );
    return Array.isArray(entry) ? ((entry as Value[])[1] ?? null) : null;
  });
}

/** Numbers of any type by their digits: a key may be looked up by a number of another type. Texts begin with a quote. */
function keyText(value: Value): string {
  if (typeof value === 'string') return `"${value}`;
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
}

import type { Value } from '../../data/value.ts';
import { Column } from '../../data/column.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { literalText } from '../literal-value.ts';
import { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { withNulls } from '../value-function.ts';

/** Structured objects, which are rows with a class name. */
export const STRUCTURED_RUNTIMES: FunctionTable = {
  OBJECT_OF: { cost: 0, compile: objectOf },
  OBJECT_UPDATE: { cost: 200, compile: objectUpdate },
};

/** Class name, then names and values in turn: the values' columns are the fields. */
function objectOf(call: RexCall, emitter: Emitter): Register {
  const fields = call.operands
    .filter((_, i) => i > 0 && i % 2 === 0)
    .map((operand) => emitter.value(operand));
  const result = new Register(call.type);
  result.aliases.push(...fields);
  emitter.emit(fields, result, () => {
    const columns = fields.map((field) => field.column);
    result.column = new Column(call.type, 0, 0, 0, columns);
  });
  return result;
}

/** An object, then names and values in turn. */
function objectUpdate(call: RexCall, emitter: Emitter): Register {
  const [object, ...entries] = call.operands;
  const names = call.type.root === 'ROW' ? call.type.fields.map((field) => field.name) : [];
  const places = entries.filter((_, i) => i % 2 === 0).map((name) => names.indexOf(literalText(name) ?? ''));
  const values = entries.filter((_, i) => i % 2 === 1);
  const registers = [object!, ...values].map((operand) => emitter.value(operand));
  return withNulls(emitter, call.type, registers, call, (row, ...changes) => {
    if (row === null) return null;
    const result = [...(row as readonly Value[])];
    places.forEach((place, i) => (result[place] = changes[i] ?? null));
    return result;
  });
}

import { inHashOrder } from '../../data/java-hash.ts';
import { packValue, unpackValue } from '../../data/packed-value.ts';
import type { Value } from '../../data/value.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { perRow, strictFunction as strict } from '../value-function.ts';

/** Rows and arrays as bytes, and back: plans put them around what groups by such a value. No SQL text calls them. */
export const PACKING_RUNTIMES: FunctionTable = {
  $PACK: { cost: 100, compile: pack },
  $UNPACK: strict((bytes: Uint8Array) => unpackValue(bytes)),
};

function pack(call: RexCall, emitter: Emitter): Register {
  const value = emitter.value(call.operands[0]!);
  const { type } = value;
  const hasMultisets = containsMultiset(type);
  return perRow(emitter, call.type, [value], call, (each: Value) =>
    packValue(hasMultisets ? ordered(each, type) : each),
  );
}

function containsMultiset(type: LogicalType): boolean {
  switch (type.root) {
    case 'MULTISET':
      return true;
    case 'ARRAY':
      return containsMultiset(type.element);
    case 'MAP':
      return containsMultiset(type.value);
    case 'ROW':
      return type.fields.some((field) => containsMultiset(field.type));
    default:
      return false;
  }
}

/** With multisets in the order of their hash table, so that they are equal whatever order their values came in. */
function ordered(value: Value, type: LogicalType): Value {
  if (value === null) return null;
  const items = value as readonly Value[];
  switch (type.root) {
    case 'MULTISET':
      return inHashOrder(items as readonly (readonly Value[])[], ([item = null]) => item, type.element);
    case 'ARRAY':
      return items.map((item) => ordered(item, type.element));
    case 'MAP':
      return (items as readonly (readonly Value[])[]).map(([key = null, item = null]) => [
        key,
        ordered(item, type.value),
      ]);
    case 'ROW':
      return type.fields.map((field, i) => ordered(items[i] ?? null, field.type));
    default:
      return value;
  }
}

import { JsonSyntaxError } from '../json/parse-json.ts';
import { tryVariantOf, variantItem, variantOf } from '../json/variant.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { perRow, strictFunction as strict } from '../value-function.ts';

/** VARIANTs: made of JSON (S-87). Their parts are ITEM's. */
export const VARIANT_RUNTIMES: FunctionTable = {
  PARSE_JSON: { ...strict(parsed), cost: 1000, canFail: true },
  TRY_PARSE_JSON: {
    ...strict((json: string, allowsRepeats = false) => tryVariantOf(json, allowsRepeats) ?? null),
    cost: 1000,
  },
};

/** `variant[1]`, `variant['key']`: NULL for what is not there, and a failure for a VARIANT of the wrong kind. */
export function variantPart(call: RexCall, emitter: Emitter): Register {
  const operands = call.operands.map((operand) => emitter.value(operand));
  return perRow(emitter, call.type, operands, call, (variant: string, key: number | bigint | string) =>
    variantItem(variant, typeof key === 'string' ? key : Number(key)),
  );
}

function parsed(json: string, allowsRepeats = false): string {
  try {
    return variantOf(json, allowsRepeats);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw new Error(`Failed to parse json string: ${json}\n${error.message}`, { cause: error });
  }
}

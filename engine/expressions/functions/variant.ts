import { JsonSyntaxError } from '../json/parse-json.ts';
import { tryVariantOf, variantItem, variantOf } from '../json/variant.ts';
import type { Emitter } from '../emitter.ts';
import type { FunctionTable } from '../function-runtime.ts';
import type { Register } from '../register.ts';
import type { RexCall } from '../rex-node.ts';
import { writeNormalForms } from '../json/json-normal.ts';
import { textAt, writeText } from '../json/json-scan.ts';
import { perRow } from '../value-function.ts';

/** VARIANTs: made of JSON (S-87). Their parts are ITEM's. */
export const VARIANT_RUNTIMES: FunctionTable = {
  PARSE_JSON: { cost: 500, canFail: true, compile: (call, emitter) => ofJson(call, emitter, parsed) },
  TRY_PARSE_JSON: {
    cost: 500,
    compile: (call, emitter) =>
      ofJson(call, emitter, (json, allowsRepeats = false) => tryVariantOf(json, allowsRepeats) ?? null),
  },
};

type Parse = (json: string, allowsRepeats?: boolean) => string | null;

/** A kernel writes what is plain JSON; the other documents are parsed. */
function ofJson(call: RexCall, emitter: Emitter, parse: Parse): Register {
  const operands = call.operands.map((operand) => emitter.value(operand)) as [Register, ...Register[]];
  if (operands.length > 1 || operands[0].isConstant) return perRow(emitter, call.type, operands, call, parse);
  const documents = emitter.views(operands[0]);
  const { kernels, program } = emitter;
  const { wasm } = program;
  return emitter.partial(call.type, [documents], (rows, out, validity, outValidity, heap) => {
    const { column } = documents;
    writeNormalForms(kernels, heap, { rows, documents: column, ofVariants: true, out, decided: outValidity });
    if (kernels.countSet(rows, outValidity) === rows) return;
    for (let row = 0; row < rows; row++) {
      const memory = new Uint8Array(wasm.memory.buffer);
      if (memory[outValidity + row] !== 0 || (validity !== 0 && memory[validity + row] === 0)) continue;
      const text = parsedRow(parse, textAt(wasm, column, row), call, emitter, row);
      if (text !== null) writeText(wasm, heap, text, out + 8 * row, outValidity + row);
    }
  });
}

function parsedRow(parse: Parse, json: string, call: RexCall, emitter: Emitter, row: number): string | null {
  try {
    return parse(json);
  } catch (error) {
    throw emitter.failure((error as Error).message, call, row, error);
  }
}

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

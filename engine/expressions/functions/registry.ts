import type { LogicalType } from '../../types/logical-type.ts';
import type { FunctionRuntime, FunctionTable } from '../function-runtime.ts';
import type { RexCall } from '../rex-node.ts';
import { ARITHMETIC_RUNTIMES } from './arithmetic.ts';
import { BITMAP_RUNTIMES } from './bitmap.ts';
import { CAST_RUNTIMES } from './cast.ts';
import { COLLECTION_RUNTIMES } from './collection.ts';
import { COMPARISON_RUNTIMES } from './comparison.ts';
import { CONDITIONAL_RUNTIMES } from './conditional.ts';
import { CONSTRUCTION_RUNTIMES } from './construction.ts';
import { ENCODING_RUNTIMES } from './encoding.ts';
import { HASH_RUNTIMES } from './hash.ts';
import { JSON_RUNTIMES } from './json.ts';
import { LOGIC_RUNTIMES } from './logic.ts';
import { MATH_RUNTIMES } from './math.ts';
import { PACKING_RUNTIMES } from './packing.ts';
import { PATTERN_RUNTIMES } from './pattern.ts';
import { PLANNED_RUNTIMES } from './planned.ts';
import { PRINTF_RUNTIMES } from './printf.ts';
import { REAL_RUNTIMES } from './real.ts';
import { STRING_RUNTIMES } from './string.ts';
import { SHORT_TEXT_RUNTIMES } from '../short-text.ts';
import { TEXT_PIECES_RUNTIMES } from './text-pieces.ts';
import { STRUCTURED_RUNTIMES } from './structured.ts';
import { TEXT_RUNTIMES } from './text.ts';
import { TEMPORAL_RUNTIMES } from './temporal.ts';
import { TIME_TEXT_RUNTIMES } from './time-text.ts';
import { URL_RUNTIMES } from './url.ts';
import { UTF8_AND_ADDRESS_RUNTIMES } from './utf8-and-address.ts';
import { VARIANT_RUNTIMES } from './variant.ts';
import { USER_FUNCTION } from './user.ts';

let runtimes: ReadonlyMap<string, FunctionRuntime> | undefined;

/** Everything that can be computed, by the name that plans use. Adding a function is adding an entry to one of these tables. */
function allRuntimes(): ReadonlyMap<string, FunctionRuntime> {
  const tables: readonly FunctionTable[] = [
    ARITHMETIC_RUNTIMES,
    BITMAP_RUNTIMES,
    CAST_RUNTIMES,
    COLLECTION_RUNTIMES,
    COMPARISON_RUNTIMES,
    CONDITIONAL_RUNTIMES,
    CONSTRUCTION_RUNTIMES,
    ENCODING_RUNTIMES,
    HASH_RUNTIMES,
    JSON_RUNTIMES,
    LOGIC_RUNTIMES,
    MATH_RUNTIMES,
    PACKING_RUNTIMES,
    PATTERN_RUNTIMES,
    PLANNED_RUNTIMES,
    PRINTF_RUNTIMES,
    REAL_RUNTIMES,
    STRING_RUNTIMES,
    TEXT_PIECES_RUNTIMES,
    TEXT_RUNTIMES,
    URL_RUNTIMES,
    SHORT_TEXT_RUNTIMES,
    STRUCTURED_RUNTIMES,
    TEMPORAL_RUNTIMES,
    TIME_TEXT_RUNTIMES,
    UTF8_AND_ADDRESS_RUNTIMES,
    VARIANT_RUNTIMES,
  ];
  // Made at the first call: these modules import each other.
  return (runtimes ??= new Map(tables.flatMap((table) => Object.entries(table))));
}

export function runtimeOf(call: RexCall): FunctionRuntime | undefined {
  if (call.userFunction !== undefined) return USER_FUNCTION;
  const runtime = allRuntimes().get(call.operator);
  return runtime && (runtime.supports?.(call) ?? true) ? runtime : undefined;
}

/**
 * Whether a function or operator can be computed for operands of these types: what the validator asks, so that a query that
 * cannot run is refused with its place in the text.
 */
export function hasRuntime(
  operator: string,
  operandTypes: readonly LogicalType[],
  resultType: LogicalType = { root: 'NULL', nullable: true },
): boolean {
  const operands = operandTypes.map((type, index) => ({ kind: 'input', index, type }) as const);
  return runtimeOf({ kind: 'call', operator, operands, type: resultType }) !== undefined;
}

import { packValue, unpackValue } from '../../data/packed-value.ts';
import type { Value } from '../../data/value.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { strictFunction as strict } from '../value-function.ts';

/** Rows and arrays as bytes, and back: plans put them around what groups by such a value. No SQL text calls them. */
export const PACKING_RUNTIMES: FunctionTable = {
  $PACK: strict((value: Value) => packValue(value)),
  $UNPACK: strict((bytes: Uint8Array) => unpackValue(bytes)),
};

/** BITMAPs: sets of 32-bit numbers. */

import type { LogicalType } from '../../types/logical-type.ts';
import { defineBridging } from './define.ts';
import type { CallSite, FunctionDefinition } from './function-definition.ts';
import { arrayOf, BIGINT, BYTES, INTEGER, nullIfAny, STRING } from './result-types.ts';

const bridging = defineBridging('bitmap');

const BITMAP: LogicalType = { root: 'BITMAP', nullable: false };
const NUMBERS = new Set(['TINYINT', 'SMALLINT', 'INTEGER']);

function elementsFit({ operands: [array] }: CallSite): string | undefined {
  if (array?.type.root !== 'ARRAY' || NUMBERS.has(array.type.element.root)) return undefined;
  return 'Invalid input arguments. Expected signatures are:\nBITMAP_BUILD(ARRAY<INT>)';
}

export const BITMAP_FUNCTIONS: readonly FunctionDefinition[] = [
  bridging('BITMAP_BUILD', 'Numbers of an array as a bitmap, NULLs left out.', 'ARRAY', nullIfAny(BITMAP), {
    check: elementsFit,
    acceptsNull: true,
  }),
  bridging('BITMAP_AND', 'Numbers in both bitmaps.', 'BITMAP BITMAP', nullIfAny(BITMAP)),
  bridging('BITMAP_OR', 'Numbers in either bitmap.', 'BITMAP BITMAP', nullIfAny(BITMAP)),
  bridging('BITMAP_XOR', 'Numbers in one of the bitmaps.', 'BITMAP BITMAP', nullIfAny(BITMAP)),
  bridging('BITMAP_ANDNOT', 'Numbers in the first bitmap only.', 'BITMAP BITMAP', nullIfAny(BITMAP)),
  bridging('BITMAP_CARDINALITY', 'How many numbers a bitmap has.', 'BITMAP', nullIfAny(BIGINT)),
  bridging('BITMAP_FROM_BYTES', 'A bitmap from bytes.', 'BINARY', nullIfAny(BITMAP)),
  bridging('BITMAP_TO_BYTES', 'A bitmap as bytes.', 'BITMAP', nullIfAny(BYTES)),
  bridging(
    'BITMAP_TO_ARRAY',
    'Numbers of a bitmap as an array.',
    'BITMAP',
    nullIfAny(arrayOf({ ...INTEGER, nullable: true })),
  ),
  bridging('BITMAP_TO_STRING', 'Numbers of a bitmap as a text.', 'BITMAP', nullIfAny(STRING)),
];

import { RoaringBitmap } from '../../data/roaring-bitmap.ts';
import type { FunctionTable } from '../function-runtime.ts';
import { strictFunction as strict } from '../value-function.ts';

/** Sets of 32-bit numbers, which columns hold in their byte form (S-88). */
export const BITMAP_RUNTIMES: FunctionTable = {
  BITMAP_BUILD: strict((items: readonly (number | null)[]) =>
    RoaringBitmap.of(items.filter((item) => item !== null)).toBytes(),
  ),
  BITMAP_CARDINALITY: strict((bitmap: Uint8Array) => RoaringBitmap.fromBytes(bitmap).cardinality),
  BITMAP_FROM_BYTES: { ...strict(read), canFail: true },
  BITMAP_TO_BYTES: strict((bitmap: Uint8Array) => bitmap),
  BITMAP_TO_ARRAY: strict((bitmap: Uint8Array) =>
    Array.from(RoaringBitmap.fromBytes(bitmap).values(), (item) => item | 0),
  ),
  BITMAP_TO_STRING: strict((bitmap: Uint8Array) => RoaringBitmap.fromBytes(bitmap).toString()),
  BITMAP_AND: combination((left, right) => left.and(right)),
  BITMAP_OR: combination((left, right) => left.or(right)),
  BITMAP_XOR: combination((left, right) => left.xor(right)),
  BITMAP_ANDNOT: combination((left, right) => left.andNot(right)),
};

function combination(combine: (left: RoaringBitmap, right: RoaringBitmap) => RoaringBitmap) {
  return strict((left: Uint8Array, right: Uint8Array) =>
    combine(RoaringBitmap.fromBytes(left), RoaringBitmap.fromBytes(right)).toBytes(),
  );
}

function read(bytes: Uint8Array): Uint8Array {
  try {
    return RoaringBitmap.fromBytes(bytes).toBytes();
  } catch (error) {
    throw new RangeError('Failed to deserialize bitmap from bytes.', { cause: error });
  }
}

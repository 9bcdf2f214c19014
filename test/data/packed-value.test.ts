import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packValue, unpackValue } from '../../engine/data/packed-value.ts';
import type { Value } from '../../engine/data/value.ts';

const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, false, '', 0, -0, NaN),
    fc.double(),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
    fc.string({ unit: 'grapheme' }),
    fc.uint8Array(),
    fc.record({
      epochMs: fc.integer({ min: -1e15, max: 1e15 }),
      nanoOfMs: fc.integer({ min: 0, max: 999_999 }),
    }),
    fc.array(tie('value'), { maxLength: 4 }),
  ),
})).value;

test('a value comes back from its bytes', () => {
  fc.assert(
    fc.property(value, (each) => {
      expect(unpackValue(packValue(each))).toEqual(each);
    }),
  );
});

test('values have the same bytes exactly if they are equal', () => {
  fc.assert(
    fc.property(value, value, (one, other) => {
      const isSame = packValue(one).join() === packValue(other).join();
      expect(isSame).toBe(packValue(unpackValue(packValue(other))).join() === packValue(one).join());
      if (isSame) expect(one).toEqual(other);
    }),
  );
});

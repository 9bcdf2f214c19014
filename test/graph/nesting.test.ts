import { assert, test } from 'vitest';
import { isNestedDeeper } from '../../engine/graph/nesting.ts';

const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce<unknown>(
    (inner, _, i) => (i % 2 ? [1, inner] : { inner, a: 'b' }),
    7,
  );

test('levels are counted, however many there are', () => {
  assert.isFalse(isNestedDeeper('plain', 0));
  assert.isFalse(isNestedDeeper(nested(20), 20));
  assert.isTrue(isNestedDeeper(nested(22), 20));
  assert.isTrue(isNestedDeeper(nested(100_000), 1000));
});

test('bytes and width are no depth', () => {
  assert.isFalse(
    isNestedDeeper({ bytes: new Uint8Array(1 << 20), list: Array.from({ length: 5000 }, () => [null]) }, 3),
  );
});

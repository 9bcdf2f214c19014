import assert from 'node:assert/strict';
import { test } from 'vitest';
import { tryVariantOf, variantItem, variantOf } from '../../../engine/expressions/json/variant.ts';

const NUMBERS: readonly (readonly [json: string, variant: string])[] = [
  ['1', '1'],
  ['-0', '0'],
  ['1.50', '1.5'],
  ['100.00', '100'],
  ['1e2', '100.0'],
  ['1e400', 'Infinity'],
  ['-1e400', '-Infinity'],
  ['99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
  ['999999999999999999999999999999999999999', '1.0E39'],
];
for (const [json, variant] of NUMBERS)
  test(`${json} is ${variant}`, () => assert.equal(variantOf(json, false), variant));

test('parts are variants again, and numbers stay what they are', () => {
  const variant = variantOf('{"b": [1.50, 1e2, 1e400, "Infinity", null], "a": {"d": -0.0, "c": 5}}', false);
  assert.equal(variant, '{"a":{"c":5,"d":0},"b":[1.5,100.0,Infinity,"Infinity",null]}');
  const list = variantItem(variant, 'b') ?? '';
  assert.equal(list, '[1.5,100.0,Infinity,"Infinity",null]');
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6].map((index) => variantItem(list, index)),
    [null, '1.5', '100.0', 'Infinity', '"Infinity"', 'null', null],
  );
  assert.equal(variantItem(variantItem(variant, 'a') ?? '', 'd'), '0');
  assert.equal(variantItem(variant, 'none'), null);
});

test('what is no object has no members, what is no array no items', () => {
  for (const variant of ['1', 'null', '"a"', '[1]', 'true', 'Infinity'])
    assert.throws(() => variantItem(variant, 'a'), TypeError);
  for (const variant of ['1', 'null', '"a"', '{"1":1}'])
    assert.throws(() => variantItem(variant, 1), TypeError);
});

test('repeated names are refused on every level, unless they are allowed', () => {
  assert.equal(tryVariantOf('[{"a": 1, "a": 2}]', false), undefined);
  assert.equal(tryVariantOf('[{"a": 1, "a": 2}]', true), '[{"a":2}]');
});

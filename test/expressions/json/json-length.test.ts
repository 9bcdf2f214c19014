import assert from 'node:assert/strict';
import { test } from 'vitest';
import { call, input, T, text, texts } from '../evaluation.ts';

const DOCUMENT = '{"a": [1, 2, null], "b": {"c": 1, "d": []}, "e": null, "f": "text"}';

const LENGTHS: readonly (readonly [
  document: string | null,
  path: string | undefined,
  length: string | null,
])[] = [
  [DOCUMENT, undefined, '4'],
  ['[1, [2, 3]]', undefined, '2'],
  ['"text"', undefined, '1'],
  ['null', undefined, '1'],
  ['[]', undefined, '0'],
  ['{', undefined, null],
  ['', undefined, null],
  [null, undefined, null],
  [DOCUMENT, '$', '4'],
  [DOCUMENT, '$.a', '3'],
  [DOCUMENT, '$.b', '2'],
  [DOCUMENT, '$.b.d', '0'],
  [DOCUMENT, '$.e', '1'],
  [DOCUMENT, '$.f', '1'],
  [DOCUMENT, '$.none', null],
  [DOCUMENT, '$.a[9]', null],
  [DOCUMENT, '$.a[*]', null],
  [DOCUMENT, '$.b.*', null],
  [DOCUMENT, '$..c', '1'],
  [DOCUMENT, '$[', null],
  [DOCUMENT, '', null],
];

for (const [document, path, length] of LENGTHS) {
  test(`JSON_LENGTH of ${document} at ${path}`, () => {
    const operands = [input(0, T.string), ...(path === undefined ? [] : [text(path)])];
    assert.deepEqual(texts({ j: T.string }, [[document]], call('JSON_LENGTH', T.int, ...operands)), [length]);
  });
}

test('bytes that are UTF-8, and those that are not', () => {
  const bytes = [[], [0x61], [0xc3, 0xa9], [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf]];
  const rows = bytes.map((each) => [Uint8Array.from(each)]);
  const valid = call('IS_VALID_UTF8', T.boolean, input(0, T.bytes));
  const made = call('MAKE_VALID_UTF8', T.string, input(0, T.bytes));
  assert.deepEqual(texts({ b: T.bytes }, [...rows, [null]], valid), [
    'TRUE',
    'TRUE',
    'TRUE',
    'FALSE',
    'FALSE',
    'FALSE',
    'TRUE',
    null,
  ]);
  assert.deepEqual(texts({ b: T.bytes }, [...rows, [null]], made), [
    '',
    'a',
    'é',
    '\ufffd',
    '\ufffd',
    '\ufffd\ufffd\ufffd',
    '\ufeff',
    null,
  ]);
});

import { assert, describe, test } from 'vitest';
import type { Value } from '../../engine/data/value.ts';
import { messageOf, shownResult, shownValue } from '../../engine/expressions/user-function-values.ts';
import { userValueCheck } from '../../engine/expressions/user-value-check.ts';
import { parseDataType } from '../../engine/table/parser/parser.ts';
import { typeOfAst } from '../../engine/table/validate/type-of-ast.ts';

const cases: readonly (readonly [type: string, good: readonly unknown[], bad: readonly unknown[]])[] = [
  [
    'DECIMAL(5, 2)',
    ['0', '-123.45', '.5', '7.', '+1', '000123.4500'],
    ['', '.', 'abc', '1.234', '1234', 1.5, '1e2'],
  ],
  ['VARCHAR(3)', ['', 'abc', '😀😀😀'], ['abcd', 5, {}]],
  ['CHAR(2)', ['ab', '😀x'], ['a', 'abc']],
  ['BINARY(2)', [new Uint8Array(2)], [new Uint8Array(1), [1, 2]]],
  ['VARBINARY(2)', [new Uint8Array(0)], [new Uint8Array(3), new ArrayBuffer(2)]],
  ['TIME', [0, 86_399_999], [-1, 86_400_000, 1.5]],
  [
    'TIMESTAMP(3)',
    [5, { epochMs: -1, nanoOfMs: 999_999 }, { epochMs: 0 }],
    [NaN, new Date(0), { epochMs: 0.5 }],
  ],
  ['TIMESTAMP_LTZ(9)', [{ epochMs: 0, nanoOfMs: 0 }], [{ epochMs: 0, nanoOfMs: 1_000_000 }, '2024-01-01']],
  ['ARRAY<INT NOT NULL>', [[], [1, 2]], [[1, null], [1, 'x'], 'x', [1.5]]],
  ['ARRAY<STRING>', [['a', null]], [[1]]],
  [
    'MAP<STRING, INT>',
    [[], [['a', 1]], [['a', null]]],
    [[['a']], { a: 1 }, new Map([['a', 1]]), [['a', 'b']]],
  ],
  ['MULTISET<STRING>', [[['a', 2]]], [[['a', 0]], [['a']], ['a']]],
  [
    'ROW<a INT, b STRING>',
    [
      [1, 'x'],
      [null, null],
    ],
    [[1], ['x', 'y'], { a: 1, b: 'x' }, [1, 'x', 2]],
  ],
  ['ROW<a ROW<b ARRAY<TINYINT>>>', [[[[1, 2]]]], [[[[200]]]]],
];

describe('what functions give', () => {
  for (const [text, good, bad] of cases) {
    test(text, () => {
      const isValue = userValueCheck(typeOfAst(parseDataType(text), text));
      for (const value of good) assert.isTrue(isValue(value as Value), shownValue(value));
      for (const value of bad) assert.isFalse(isValue(value as Value), shownValue(value));
    });
  }
});

test('anything has a text in an error', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  assert.equal(shownValue(circle), 'an object that is no data');
  assert.equal(shownValue(new Map()), 'a Map');
  assert.equal(shownValue('x'.repeat(500)).length, 203);
  assert.deepEqual([shownValue(3n), shownResult(3n)], ['3', '3n']);
  const thrown: [unknown, string][] = [
    [new Error('bad luck'), 'bad luck'],
    ['bad luck', 'bad luck'],
    [null, 'it threw null'],
    [{ code: 5 }, 'it threw {"code":5}'],
    [circle, 'it threw an object that is no data'],
  ];
  for (const [error, text] of thrown) assert.equal(messageOf(error), text);
});

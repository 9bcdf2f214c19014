import { assert, describe, test } from 'vitest';
import type { RexCall, RexNode } from '../../engine/expressions/rex-node.ts';
import { RuntimeFailure } from '../../engine/types/errors.ts';
import type { ArgumentColumn } from '../../engine/expressions/user-function.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import { T, evaluate, input, text } from './evaluation.ts';

function userCall(operator: string, type: LogicalType, ...operands: RexNode[]): RexCall {
  return { kind: 'call', operator, operands, type, userFunction: `jobs.${operator}` };
}
const functions = (entries: Record<string, unknown>): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(entries).map(([name, code]) => [`jobs.${name}`, scalar(code)]));

/** What a module would export for a bare function, or for the whole-column form of one. */
function scalar(code: unknown): unknown {
  if (typeof code === 'function') return { kind: 'scalar', returns: 'ANY', eval: code };
  return typeof code === 'object' ? { kind: 'scalar', returns: 'ANY', ...code } : code;
}

const inputType = T.row({ s: T.string, n: T.bigint });
const [s, n] = [input(0, T.string), input(1, T.bigint)];

/** Nexmark's: how often a character occurs. */
const countChar = (value: string | null, character: string): number | null =>
  value === null ? null : value.split(character).length - 1;

describe('functions of users', () => {
  test('are called for every row, NULL being null', () => {
    const results = evaluate(
      inputType,
      [
        ['abcc', 1n],
        [null, 2n],
        ['', 3n],
        ['ćc漢c', 4n],
      ],
      [userCall('count_char', T.bigint, s, text('c'))],
      { userFunctions: functions({ count_char: countChar }) },
    );
    assert.deepEqual(results, [[2n], [null], [0n], [2n]]);
  });

  test('get BIGINT as bigint, and may give any type', () => {
    const results = evaluate(
      inputType,
      [
        ['a', 9007199254740993n],
        ['b', -1n],
      ],
      [
        userCall('half', T.double, n),
        userCall('pair', T.row({ a: T.string, b: T.bigint }), s, n),
        userCall('is', T.boolean, n),
      ],
      {
        userFunctions: functions({
          half: (value: bigint) => Number(value) / 2,
          pair: (a: string, b: bigint) => [a, b + 1n],
          is: (value: bigint) => value < 0n,
        }),
      },
    );
    assert.deepEqual(results, [
      [4503599627370496, ['a', 9007199254740994n], false],
      [-0.5, ['b', 0n], true],
    ]);
  });

  test('may take whole columns', () => {
    let calls = 0;
    const evalColumns = ([texts]: readonly ArgumentColumn[]) => {
      calls++;
      return Array.from(texts!.values, (value) => (value === null ? null : (value as string).length));
    };
    const results = evaluate(
      inputType,
      [
        ['abc', 1n],
        [null, 2n],
        ['d', 3n],
      ],
      [userCall('len', T.int, s)],
      { userFunctions: functions({ len: { evalColumns } }) },
    );
    assert.deepEqual(results, [[3], [null], [1]]);
    assert.equal(calls, 1);
  });

  test('a call that occurs twice is made once', () => {
    let calls = 0;
    const twice = userCall('f', T.bigint, n);
    evaluate(inputType, [['a', 1n]], [twice, { ...twice }], {
      userFunctions: functions({ f: (value: bigint) => (calls++, value) }),
    });
    assert.equal(calls, 1);
  });
});

const failures: readonly [name: string, code: unknown, message: RegExp][] = [
  [
    'one that throws is named with its row and arguments',
    (value: string) => {
      if (value === 'bad') throw new Error('no such luck');
      return 1n;
    },
    /^Function f failed for \('bad', 2\): no such luck in `f\(s, n\)`, row 2$/,
  ],
  [
    'a result of the wrong type is named',
    (value: string) => value,
    /^Function f failed for \('good', 1\): it gave 'good', which is no value of type BIGINT in `f\(s, n\)`, row 1$/,
  ],
  ['a fraction is no BIGINT', () => 1.5, /it gave 1\.5, which is no value of type BIGINT/],
  [
    'a column of another length',
    { evalColumns: () => [1n] },
    /^Function f failed for \('good', 1\): it gave 1 results for 2 rows in `f\(s, n\)`/,
  ],
  [
    'a column function that throws',
    {
      evalColumns: () => {
        throw new Error('broken');
      },
    },
    /^Function f failed: broken$/,
  ],
  ['something that is no function', 7, /Function f cannot be called: it is a number, not an object/],
  ['nothing', undefined, /nothing is registered as 'jobs\.f'/],
];
describe('failures of user functions', () => {
  for (const [name, code, message] of failures) {
    test(name, () => {
      const run = () =>
        evaluate(
          inputType,
          [
            ['good', 1n],
            ['bad', 2n],
          ],
          [userCall('f', T.bigint, s, n)],
          { userFunctions: functions({ f: code }) },
        );
      assert.throws(run, message);
    });
  }

  test('keep their cause', () => {
    const cause = new Error('why');
    const fail = () => {
      throw cause;
    };
    try {
      evaluate(inputType, [['a', 1n]], [userCall('f', T.bigint, s)], {
        userFunctions: functions({ f: fail }),
      });
      assert.fail('it should have thrown');
    } catch (error) {
      assert.instanceOf(error, RuntimeFailure);
      assert.equal(error.cause, cause);
    }
  });
});

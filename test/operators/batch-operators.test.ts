import { assert, describe, test } from 'vitest';
import { HashAggregate } from '../../engine/operators/hash-aggregate.ts';
import { Limit } from '../../engine/operators/limit.ts';
import type { HashAggregateSpec } from '../../engine/operators/operator-spec.ts';
import { ReplicateRows } from '../../engine/operators/replicate-rows.ts';
import type { OneInputStreamOperator, OperatorContext } from '../../engine/operators/stream-operator.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { T } from '../expressions/evaluation.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';

const environment = await testEnvironment();

async function run(
  inputType: RowType,
  outputType: RowType,
  operator: (context: OperatorContext) => OneInputStreamOperator,
  batches: readonly (readonly string[])[],
): Promise<string[]> {
  const harness = await OneInputStreamOperatorTestHarness.open(environment, {
    inputType,
    outputType,
    operator,
  });
  try {
    for (const batch of batches) harness.process(...batch);
    await harness.endInput();
    return harness.takeRows();
  } finally {
    harness.close();
  }
}

describe('HashAggregate', () => {
  const inputType = T.row({ k: T.string, n: T.bigint });
  const bigint = { ...T.bigint, nullable: false };
  const call = { distinct: false, filter: -1 } as const;
  const specOf = (keys: readonly number[]): HashAggregateSpec => ({
    kind: 'HashAggregate',
    keys,
    aggregates: [
      { ...call, function: 'COUNT', arguments: [-1], argumentTypes: [], type: bigint },
      { ...call, function: 'SUM', arguments: [1], argumentTypes: [T.bigint], type: T.bigint },
      { ...call, function: 'MAX', arguments: [0], argumentTypes: [T.string], type: T.string },
    ],
    inputType,
    outputType: T.row({ ...(keys.length > 0 && { k: T.string }), c: bigint, s: T.bigint, m: T.string }),
  });
  const aggregate = (keys: readonly number[], ...batches: (readonly string[])[]) =>
    run(inputType, specOf(keys).outputType, (context) => new HashAggregate(context, specOf(keys)), batches);

  test('gives one row a key, at the end', async () =>
    assert.deepEqual(
      (await aggregate([0], ['+I[a, 1]', '+I[b, 5]'], ['+I[a, null]', '+I[null, 7]', '+I[a, 2]'])).sort(),
      ['+I[a, 3, 3, a]', '+I[b, 1, 5, b]', '+I[null, 1, 7, null]'],
    ));
  test('of no rows gives no groups, but one row without keys', async () => {
    assert.deepEqual(await aggregate([0]), []);
    assert.deepEqual(await aggregate([]), ['+I[0, null, null]']);
  });
  test('without keys gives one row', async () =>
    assert.deepEqual(await aggregate([], ['+I[a, 1]'], ['+I[b, 5]']), ['+I[2, 6, b]']));
});

describe('Limit', () => {
  const inputType = T.row({ n: T.int });
  const limit = (offset: number, fetch: number) =>
    run(inputType, inputType, (context) => new Limit(context, { kind: 'Limit', offset, fetch }), [
      ['+I[1]', '+I[2]', '+I[3]'],
      ['+I[4]'],
      ['+I[5]', '+I[6]'],
    ]);
  const cases: [offset: number, fetch: number, expected: number[]][] = [
    [0, 2, [1, 2]],
    [2, 3, [3, 4, 5]],
    [5, 9, [6]],
    [9, 1, []],
    [0, 0, []],
  ];
  for (const [offset, fetch, expected] of cases) {
    test(`OFFSET ${offset} FETCH ${fetch}`, async () =>
      assert.deepEqual(
        await limit(offset, fetch),
        expected.map((n) => `+I[${n}]`),
      ));
  }

  test('goes on counting after a restore', async () => {
    const setup = {
      inputType,
      outputType: inputType,
      operator: (context: OperatorContext) => new Limit(context, { kind: 'Limit', offset: 1, fetch: 2 }),
    };
    const before = await OneInputStreamOperatorTestHarness.open(environment, setup);
    before.process('+I[1]', '+I[2]');
    assert.deepEqual(before.takeRows(), ['+I[2]']);
    const snapshot = await before.snapshot();
    before.close();
    const after = await OneInputStreamOperatorTestHarness.open(environment, {
      ...setup,
      restore: [snapshot],
    });
    after.process('+I[3]', '+I[4]');
    assert.deepEqual(after.takeRows(), ['+I[3]']);
    after.close();
  });
});

describe('ReplicateRows', () => {
  const inputType = T.row({ count: T.bigint, s: T.string });
  const outputType = T.row({ count: T.bigint, s: T.string, s0: T.string });
  const replicate = (...rows: string[]) =>
    run(
      inputType,
      outputType,
      (context) => new ReplicateRows(context, { kind: 'ReplicateRows', inputType }),
      [rows],
    );

  test('gives a row as often as it says, with its kind', async () =>
    assert.deepEqual(await replicate('+I[2, a]', '+I[0, b]', '-D[1, c]', '+I[-1, d]'), [
      '+I[2, a, a]',
      '+I[2, a, a]',
      '-D[1, c, c]',
    ]));
  test('goes on in another batch when one is full', async () => {
    const rows = await replicate('+I[4095, a]', '+I[4099, b]', '+I[2, c]');
    assert.equal(rows.length, 8196);
    assert.deepEqual(rows.slice(4094, 4096), ['+I[4095, a, a]', '+I[4099, b, b]']);
    assert.deepEqual(rows.slice(-3), ['+I[4099, b, b]', '+I[2, c, c]', '+I[2, c, c]']);
  });
});

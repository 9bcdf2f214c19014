import { assert, test } from 'vitest';
import type { OperatorContext } from '../../engine/operators/stream-operator.ts';
import { TemporalSort } from '../../engine/operators/sort/temporal-sort.ts';
import { T } from '../expressions/evaluation.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';

const environment = await testEnvironment();
const rowType = T.row({ ms: T.bigint, s: T.string });
const keys = [
  { column: 0, descending: false, nullsFirst: true },
  { column: 1, descending: true, nullsFirst: false },
];
const setup = {
  inputType: rowType,
  outputType: rowType,
  operator: (context: OperatorContext) => new TemporalSort(context, { kind: 'TemporalSort', keys, rowType }),
};

test('rows leave in order as the watermark passes them', async () => {
  const harness = await OneInputStreamOperatorTestHarness.open(environment, setup);
  harness.process('+I[30, a]', '+I[10, a]', '+I[10, b]');
  harness.process('+I[20, null]');
  assert.deepEqual(harness.take(), []);
  harness.watermark(20);
  assert.deepEqual(harness.take(), ['+I[10, b]', '+I[10, a]', '+I[20, null]', 'watermark 20']);
  harness.process('+I[25, c]');
  await harness.endInput();
  assert.deepEqual(harness.take(), ['+I[25, c]', '+I[30, a]', 'watermark end']);
  harness.close();
});

test('a row behind one that has left is dropped; the watermark alone drops none', async () => {
  const harness = await OneInputStreamOperatorTestHarness.open(environment, setup);
  harness.process('+I[10, a]');
  harness.watermark(50);
  harness.process('+I[10, late]', '+I[9, late]', '+I[11, not yet]', '+I[60, b]');
  await harness.endInput();
  assert.deepEqual(harness.takeRows(), ['+I[10, a]', '+I[11, not yet]', '+I[60, b]']);
  harness.close();
});

test('what waits, and what has left, is in the checkpoint', async () => {
  const before = await OneInputStreamOperatorTestHarness.open(environment, setup);
  before.process('+I[10, a]', '+I[40, a text that is longer than sixteen bytes]');
  before.process('+I[30, x]');
  before.watermark(20);
  const snapshot = await before.snapshot();
  assert.deepEqual(before.takeRows(), ['+I[10, a]']);
  before.close();
  const after = await OneInputStreamOperatorTestHarness.open(environment, { ...setup, restore: [snapshot] });
  after.process('+I[5, late]', '+I[35, y]');
  await after.endInput();
  assert.deepEqual(after.takeRows(), [
    '+I[30, x]',
    '+I[35, y]',
    '+I[40, a text that is longer than sixteen bytes]',
  ]);
  after.close();
});

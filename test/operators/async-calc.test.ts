import { assert, describe, test } from 'vitest';
import { AsyncCalc } from '../../engine/operators/async-calc.ts';
import type { AsyncCalcSpec } from '../../engine/operators/operator-spec.ts';
import { T, input } from '../expressions/evaluation.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import type { SubtaskSnapshot } from '../harness/test-operator-context.ts';

const environment = await testEnvironment();
const spec: AsyncCalcSpec = {
  kind: 'AsyncCalc',
  calls: [
    {
      kind: 'call',
      operator: 'f',
      operands: [input(0, T.int)],
      type: T.int,
      userFunction: 'f',
      isAsync: true,
    },
  ],
  inputType: T.row({ n: T.int, s: T.string }),
  outputType: T.row({ n: T.int, s: T.string, f0: T.int }),
};

/** A function whose answers the test gives, by argument. */
class Asked {
  readonly open = new Map<number, { resolve: (value: number) => void; reject: (error: Error) => void }>();
  readonly definition = {
    kind: 'async-scalar',
    returns: 'INT',
    eval: (n: number) => new Promise<number>((resolve, reject) => this.open.set(n, { resolve, reject })),
  };
  answer(...numbers: number[]): void {
    for (const n of numbers) this.open.get(n)!.resolve(10 * n); // asked before
  }
}

async function open(
  asked: Asked,
  configuration: Record<string, string> = {},
  restore?: readonly SubtaskSnapshot[],
) {
  const harness = await OneInputStreamOperatorTestHarness.open(environment, {
    inputType: spec.inputType,
    outputType: spec.outputType,
    operator: (context) => new AsyncCalc(context, spec),
    userFunctions: new Map([['f', asked.definition]]),
    configuration,
    ...(restore && { restore }),
  });
  /** Promises settle, and the task takes its turn. */
  const turn = async (ms = 0): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve));
    harness.advanceTo(harness.context.clock.now() + ms);
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { harness, turn };
}

describe('AsyncCalc', () => {
  test('keeps the order of rows, kinds and watermarks, whatever comes first', async () => {
    const asked = new Asked();
    const { harness, turn } = await open(asked);
    harness.watermark(1);
    harness.process('+I[1, a]', '-U[2, b]');
    harness.watermark(5);
    harness.process('+U[3, c]');
    asked.answer(3, 2);
    await turn();
    assert.deepEqual(harness.take(), ['watermark 1']);
    asked.answer(1);
    await turn();
    assert.deepEqual(harness.take(), ['+I[1, a, 10]', '-U[2, b, 20]', 'watermark 5', '+U[3, c, 30]']);
    harness.operator.close();
  });

  test('asks for no more rows at a time than it may, and takes no more meanwhile', async () => {
    const asked = new Asked();
    const { harness, turn } = await open(asked, { 'table.exec.async-scalar.max-concurrent-operations': '2' });
    harness.process('+I[1, a]', '+I[2, b]', '+I[3, c]');
    assert.deepEqual([...asked.open.keys()], [1, 2]);
    assert.notEqual(harness.operator.blocked(), undefined);
    asked.answer(1);
    await turn();
    assert.deepEqual([...asked.open.keys()], [1, 2, 3]);
    assert.equal(harness.operator.blocked(), undefined);
    assert.deepEqual(harness.take(), ['+I[1, a, 10]']);
    harness.operator.close();
  });

  test('asks again after a restart for what was not through', async () => {
    const asked = new Asked();
    const before = await open(asked);
    before.harness.process('+I[1, a]', '-D[2, null]', '+I[3, c]');
    before.harness.watermark(7);
    asked.answer(1);
    await before.turn();
    assert.deepEqual(before.harness.take(), ['+I[1, a, 10]']);
    const snapshot = await before.harness.snapshot();
    before.harness.operator.close();

    const again = new Asked();
    const after = await open(again, {}, [snapshot]);
    await after.turn();
    assert.deepEqual([...again.open.keys()], [2, 3]);
    again.answer(2, 3);
    await after.turn();
    assert.deepEqual(after.harness.take(), ['-D[2, null, 20]', '+I[3, c, 30]', 'watermark 7']);
    after.harness.operator.close();
  });

  test('repeats a call that fails, as often as it may', async () => {
    const asked = new Asked();
    const { harness, turn } = await open(asked, {
      'table.exec.async-scalar.max-attempts': '2',
      'table.exec.async-scalar.retry-delay': '50 ms',
    });
    harness.process('+I[1, a]');
    asked.open.get(1)!.reject(new Error('not now'));
    await turn(50);
    asked.answer(1);
    await turn();
    assert.deepEqual(harness.take(), ['+I[1, a, 10]']);
    harness.process('+I[2, b]');
    asked.open.get(2)!.reject(new Error('not now'));
    await turn(50);
    asked.open.get(2)!.reject(new Error('never'));
    await new Promise((resolve) => setTimeout(resolve));
    assert.throws(() => harness.advanceTo(harness.context.clock.now()), /Function f failed for \(2\): never/);
    harness.operator.close();
  });

  test('waits at the end of the input until all rows are through', async () => {
    const asked = new Asked();
    const { harness, turn } = await open(asked);
    harness.process('+I[1, a]');
    const ended = harness.endInput();
    asked.answer(1);
    await turn();
    await ended;
    assert.deepEqual(harness.take(), ['+I[1, a, 10]', 'watermark end']);
    harness.operator.close();
  });
});

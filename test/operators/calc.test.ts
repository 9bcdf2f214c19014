import { assert, describe, test } from 'vitest';
import type { RexNode } from '../../engine/expressions/rex-node.ts';
import { Calc } from '../../engine/operators/calc.ts';
import type { CalcSpec } from '../../engine/operators/operator-spec.ts';
import { T, call, input, literal, text } from '../expressions/evaluation.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import type { RowLike } from '../harness/rows.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { TestOperatorContext } from '../harness/test-operator-context.ts';

const environment = await testEnvironment();
const inputType = T.row({ id: T.bigint, name: T.string });
const isAboveOne = call('>', T.boolean, input(0, T.bigint), literal('1', T.bigint));
const doubled = call('*', T.bigint, input(0, T.bigint), literal('2', T.bigint));

interface Case {
  readonly condition?: RexNode;
  readonly projection: readonly RexNode[];
  readonly rows: readonly RowLike[];
  readonly expected: readonly string[];
}

const cases: Record<string, Case> = {
  'projects every row, and RowKinds go along': {
    projection: [doubled, input(1, T.string)],
    rows: ['+I[1, a]', '-U[2, b]', '+U[3, null]', '-D[null, d]'],
    expected: ['+I[2, a]', '-U[4, b]', '+U[6, null]', '-D[null, d]'],
  },
  'drops rows whose condition is FALSE or NULL': {
    condition: isAboveOne,
    projection: [input(1, T.string), doubled],
    rows: ['+I[1, a]', '-U[2, b]', '+U[null, c]', '+I[3, d]'],
    expected: ['-U[b, 4]', '+I[d, 6]'],
  },
  'emits nothing for a batch without a row left': {
    condition: isAboveOne,
    projection: [input(0, T.bigint)],
    rows: ['+I[1, a]', '+I[0, b]'],
    expected: [],
  },
  'does not compute a projection for dropped rows': {
    condition: call('<>', T.boolean, input(0, T.bigint), literal('0', T.bigint)),
    projection: [call('/', T.bigint, literal('12', T.bigint), input(0, T.bigint))],
    rows: ['+I[0, a]', '+I[5, b]'],
    expected: ['+I[2]'],
  },
  'constants are columns too': {
    projection: [text('x'), literal(null, T.int), input(0, T.bigint)],
    rows: ['+I[1, a]', '+I[2, b]'],
    expected: ['+I[x, null, 1]', '+I[x, null, 2]'],
  },
};

function spec({ condition, projection }: Pick<Case, 'condition' | 'projection'>): CalcSpec {
  const outputType = T.row(Object.fromEntries(projection.map((node, i) => [`c${i}`, node.type])));
  return { kind: 'Calc', projection, inputType, outputType, ...(condition && { condition }) };
}

async function open(of: CalcSpec, userFunctions?: ReadonlyMap<string, unknown>) {
  return OneInputStreamOperatorTestHarness.open(environment, {
    inputType,
    outputType: of.outputType,
    operator: (context) => new Calc(context, of),
    ...(userFunctions && { userFunctions }),
  });
}

describe('Calc', () => {
  for (const [name, each] of Object.entries(cases)) {
    test(name, async () => {
      const harness = await open(spec(each));
      harness.process(...each.rows);
      assert.deepEqual(harness.take(), each.expected);
      harness.operator.close();
    });
  }

  test('knows the watermark of its own, before the row', async () => {
    const watermark = call('CURRENT_WATERMARK', T.timestamp(3), input(0, T.timestamp(3)));
    const harness = await open(spec({ projection: [input(0, T.bigint), watermark] }));
    harness.process('+I[1, a]');
    harness.watermark(1000);
    harness.process('+I[2, a]');
    assert.deepEqual(harness.take(), ['+I[1, null]', 'watermark 1000', '+I[2, 1970-01-01T00:00:01]']);
    harness.operator.close();
  });

  test('a failing row names the expression and the row', async () => {
    const harness = await open(
      spec({ projection: [call('/', T.bigint, literal('1', T.bigint), input(0, T.bigint))] }),
    );
    assert.throws(() => harness.process('+I[1, a]', '+I[0, b]'), 'Division by zero in `1 / id`, row 2');
    harness.operator.close();
  });

  test('passes columns on without a copy while no row is dropped', async () => {
    const of = spec({ condition: isAboveOne, projection: [input(1, T.string)] });
    const harness = await open(of);
    harness.process('+I[2, a]', '+I[3, b]');
    assert.deepEqual(harness.take(), ['+I[a]', '+I[b]']);
    harness.operator.close();
  });

  test('gives all pages back', () => {
    const before = environment.pool.usedBytes;
    const operator = new Calc(
      new TestOperatorContext(environment),
      spec({ condition: isAboveOne, projection: [doubled] }),
    );
    operator.open();
    assert.isAbove(environment.pool.usedBytes, before);
    operator.close();
    assert.equal(environment.pool.usedBytes, before);
  });
});

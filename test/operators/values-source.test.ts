import { expect, test } from 'vitest';
import { ValuesSource } from '../../engine/operators/values-source.ts';
import type { ValuesSourceSpec } from '../../engine/operators/operator-spec.ts';
import type { Json } from '../../engine/state/paged-state.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { collectInto, drain, rowTypeOf, stored, taskContext } from '../connectors/task-context.ts';

const { wasm, pool } = await testEnvironment();

function start(spec: ValuesSourceSpec, restored?: Json[], subtask = 0) {
  const setup = { wasm, pool, subtask, parallelism: 2, ...(restored && { restored }) };
  const started = collectInto(new ValuesSource(taskContext(setup), spec), wasm);
  void started.operator.open();
  return started;
}

const nullable = true;
const LITERALS: ValuesSourceSpec = {
  kind: 'ValuesSource',
  rowType: rowTypeOf({
    i: { root: 'INTEGER', nullable },
    b: { root: 'BIGINT', nullable },
    m: { root: 'DECIMAL', precision: 20, scale: 3, nullable },
    d: { root: 'DOUBLE', nullable },
    t: { root: 'TIMESTAMP', precision: 9, nullable },
    x: { root: 'VARBINARY', length: 3, nullable },
    s: { root: 'VARCHAR', length: 3, nullable },
  }),
  rows: [
    [1, '9223372036854775807', '0.908', 'NaN', '1709251200000.5', '00ff10', 'é'],
    [null, '-1', '12345678901234567', -0.5, '-1.5', '', null],
  ],
};

test('VALUES come as the plan has them', () => {
  const { operator, output } = start(LITERALS);
  expect(drain(operator)).toBe('end');
  expect(output.rows.map((row) => row.values)).toEqual([
    [
      1,
      9223372036854775807n,
      '0.908',
      NaN,
      { epochMs: 1709251200000, nanoOfMs: 500_000 },
      new Uint8Array([0, 255, 16]),
      'é',
    ],
    [null, -1n, '12345678901234567.000', -0.5, { epochMs: -1, nanoOfMs: 500_000 }, new Uint8Array(), null],
  ]);
  operator.close();
});

test('VALUES come from one subtask, and go on where a checkpoint was', () => {
  const rows = Array.from({ length: 5000 }, (_, n) => [n]);
  const spec: ValuesSourceSpec = {
    kind: 'ValuesSource',
    rowType: rowTypeOf({ n: { root: 'INTEGER', nullable } }),
    rows,
  };
  const other = start(spec, undefined, 1);
  expect(other.operator.poll()).toBe('end');
  const first = start(spec);
  expect(first.operator.poll()).toBe('more');
  const states = [stored(first.operator.snapshotState()), stored(other.operator.snapshotState())];
  const second = start(spec, states);
  expect(drain(second.operator)).toBe('end');
  expect([...first.output.rows, ...second.output.rows].map((row) => row.values)).toEqual(rows);
  for (const { operator } of [first, second, other]) operator.close();
});

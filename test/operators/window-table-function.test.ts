import fc from 'fast-check';
import { assert, test } from 'vitest';
import { printText } from '../../engine/data/value-text.ts';
import type { WindowSpec, WindowTableFunctionSpec } from '../../engine/operators/operator-spec.ts';
import { WindowTableFunction } from '../../engine/operators/window-table-function.ts';
import { OneInputStreamOperatorTestHarness as Harness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { windowsOf } from '../reference/window-aggregate.ts';
import * as t from '../state/test-memory.ts';
import { piecesOf } from './changelogs.ts';

const environment = await testEnvironment();
const inputType = t.rowType({ id: t.INTEGER, ts: t.timestamp(3) });
const outputType = t.rowType({
  id: t.INTEGER,
  ts: t.timestamp(3),
  window_start: t.timestamp(3),
  window_end: t.timestamp(3),
  window_time: t.timestamp(3),
});
const windowOf = (overrides: Partial<WindowSpec>): WindowSpec => ({
  function: 'TUMBLE',
  sizeMs: 10,
  slideMs: 0,
  offsetMs: 0,
  timeColumn: 1,
  ...overrides,
});
const open = (window: WindowSpec) =>
  Harness.open(environment, {
    inputType,
    outputType,
    operator: (context) =>
      new WindowTableFunction(context, { kind: 'WindowTableFunction', window, inputType, outputType }),
  });
const timestamp = (ms: number) => ({ epochMs: ms, nanoOfMs: 0 });

const shapes = fc.oneof(
  fc.constant<Partial<WindowSpec>>({ function: 'TUMBLE', sizeMs: 10 }),
  fc
    .constantFrom(1, 3, 4, 10)
    .map((slideMs): Partial<WindowSpec> => ({ function: 'HOP', sizeMs: 10, slideMs })),
  fc
    .constantFrom(1, 5, 20)
    .map((slideMs): Partial<WindowSpec> => ({ function: 'CUMULATE', sizeMs: 20, slideMs })),
);
const rows = fc.array(fc.option(fc.integer({ min: -40, max: 40 })), { maxLength: 60 });

test('S-17, S-21 gives each row once a window, in order, however the rows are cut into batches', async () => {
  await fc.assert(
    fc.asyncProperty(
      shapes,
      fc.constantFrom(0, 3, -4),
      rows,
      fc.integer({ min: 1, max: 30 }),
      async (shape, offsetMs, times, size) => {
        const window = windowOf({ ...shape, offsetMs });
        const harness = await open(window);
        const input = times.map((ms, id) => [id, ms === null ? null : timestamp(ms)] as const);
        for (const piece of piecesOf(size, input)) harness.process(...piece);
        const expected = input.flatMap(([id, ts]) =>
          ts === null
            ? []
            : windowsOf(window, ts.epochMs).map(({ start, end }) => [
                id,
                ts,
                timestamp(start),
                timestamp(end),
                timestamp(end - 1),
              ]),
        );
        const types = outputType.fields.map(({ type }) => type);
        assert.deepEqual(
          harness.takeRows(),
          expected.map((values) => printText({ kind: 0, values }, types)),
        );
        assert.equal(
          harness.context.counter('numNullRowTimeRecordsDropped').count,
          times.filter((ms) => ms === null).length,
        );
        harness.close();
      },
    ),
    { numRuns: 150 },
  );
});

test('rows that are in many windows are emitted in batches of 4096', async () => {
  const harness = await open(windowOf({ function: 'HOP', sizeMs: 5000, slideMs: 1 }));
  harness.process([1, timestamp(0)], [2, timestamp(0)]);
  assert.lengthOf(harness.takeRows(), 10_000);
  harness.close();
});

test('S-29 windows of TIMESTAMP_LTZ have local bounds and an instant as window_time', async () => {
  const LTZ = { root: 'TIMESTAMP_LTZ', precision: 3, nullable: true } as const;
  const input = t.rowType({ id: t.INTEGER, ts: LTZ });
  const output = {
    ...outputType,
    fields: outputType.fields.map((field) =>
      /ts|window_time/.test(field.name) ? { ...field, type: LTZ } : field,
    ),
  };
  const window = windowOf({ sizeMs: 3_600_000, timeZone: 'America/New_York' });
  const spec: WindowTableFunctionSpec = {
    kind: 'WindowTableFunction',
    window,
    inputType: input,
    outputType: output,
  };
  const harness = await Harness.open(environment, {
    inputType: input,
    outputType: output,
    operator: (context) => new WindowTableFunction(context, spec),
  });
  harness.process([1, timestamp(Date.parse('2024-07-01T04:30:00Z'))], [2, null]);
  assert.deepEqual(harness.takeRows(), [
    '+I[1, 2024-07-01T04:30:00Z, 2024-07-01T00:00, 2024-07-01T01:00, 2024-07-01T04:59:59.999Z]',
  ]);
  harness.close();
});

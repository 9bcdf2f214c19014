import fc from 'fast-check';
import { assert, test } from 'vitest';
import { printText } from '../../engine/data/value-text.ts';
import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { WindowAggregateSpec, WindowSpec } from '../../engine/operators/operator-spec.ts';
import { WindowAggregate } from '../../engine/operators/window-aggregate.ts';
import { MAX_WATERMARK } from '../../engine/time/watermark.ts';
import { OneInputStreamOperatorTestHarness as Harness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import type { TestSubtask } from '../harness/test-operator-context.ts';
import { WindowAggregateReference } from '../reference/window-aggregate.ts';
import * as t from '../state/test-memory.ts';
import { anyCall, anyRow, call, columnOf, inputType, piecesOf, subtaskOf } from './changelogs.ts';

const environment = await testEnvironment();
const TS = columnOf('ts3');

const windowOf = (overrides: Partial<WindowSpec>): WindowSpec => ({
  function: 'TUMBLE',
  sizeMs: 10,
  slideMs: 0,
  offsetMs: 0,
  timeColumn: TS,
  ...overrides,
});

function specOf(
  window: Partial<WindowSpec>,
  overrides: Partial<WindowAggregateSpec> = {},
): WindowAggregateSpec {
  const { keys = [columnOf('k')], aggregates = [call('COUNT'), call('SUM', 'few')] } = overrides;
  const properties = ['start', 'end'] as const;
  return {
    kind: 'WindowAggregate',
    window: windowOf(window),
    keys,
    aggregates,
    windowProperties: properties,
    inputRetracts: false,
    inputType,
    outputType: {
      root: 'ROW',
      nullable: false,
      fields: [
        ...keys.map((key) => inputType.fields[key]!),
        ...aggregates.map(({ type }, i) => ({ name: `a${i}`, type })),
        ...properties.map((name) => ({ name, type: t.timestamp(3) })),
      ],
    },
    ...overrides,
  };
}

const open = (spec: WindowAggregateSpec, subtask: TestSubtask = {}) =>
  Harness.open(environment, {
    inputType,
    outputType: spec.outputType,
    operator: (context) => new WindowAggregate(context, spec),
    ...subtask,
  });
const print = (rows: readonly ChangelogRow[], spec: WindowAggregateSpec) =>
  rows.map((row) => printText(row, spec.outputType.fields.map(({ type }) => type))); // prettier-ignore

/** Rows around the epoch, with a watermark (or none) behind each piece. */
const input = (retracts: boolean) => {
  const at = (row: readonly Value[], ms: number | null) =>
    row.map((cell, i) => (i === TS ? (ms === null ? null : { epochMs: ms, nanoOfMs: 0 }) : cell));
  const row = fc
    .tuple(anyRow, fc.option(fc.integer({ min: -60, max: 60 }), { freq: 12 }))
    .map(([row, ms]) => at(row, ms));
  const step = fc.tuple(
    fc.array(fc.tuple(row, fc.nat(9)), { maxLength: 25 }),
    fc.option(fc.integer({ min: -60, max: 80 })),
  );
  return fc.array(step, { maxLength: 6 }).map((steps) => {
    // Only what stands in windows that have not fired may be taken back: rows of the same step.
    return steps.map(([rows, watermark]) => {
      const live: (readonly Value[])[] = [];
      const changes: ChangelogRow[] = [];
      for (const [values, choice] of rows) {
        if (!retracts || choice < 7 || live.length === 0) {
          live.push(values);
          changes.push({ kind: 0, values });
        } else changes.push({ kind: choice === 8 ? 1 : 3, values: live.splice(choice % live.length, 1)[0]! });
      }
      return { changes, watermark };
    });
  });
};

const shapes: fc.Arbitrary<Partial<WindowSpec>> = fc.oneof(
  fc.constant({ function: 'TUMBLE' as const, sizeMs: 10 }),
  fc.constantFrom(1, 2, 5).map((n) => ({ function: 'HOP' as const, sizeMs: 10, slideMs: 10 / n })),
  fc.constantFrom(1, 2, 5).map((n) => ({ function: 'CUMULATE' as const, sizeMs: 20, slideMs: 20 / n })),
);
const keysOf = fc.constantFrom<number[]>([], [columnOf('k')], [columnOf('s'), columnOf('k')]);
/** Aggregates that HOP takes back, or any. */
const calls = fc.oneof(
  fc.array(
    fc.constantFrom(
      call('COUNT'),
      call('SUM', 'int'),
      call('AVG', 'few'),
      call('COUNT', 'text'),
      call('SUM', 'narrow'),
    ),
    { maxLength: 4 },
  ),
  fc.array(anyCall, { maxLength: 4 }),
);
const spec = fc
  .record({
    window: shapes,
    offsetMs: fc.constantFrom(0, 3, -7),
    keys: keysOf,
    aggregates: calls,
    inputRetracts: fc.boolean(),
  })
  .map(({ window, offsetMs, ...rest }) => specOf({ ...window, offsetMs }, rest));
const anyCase = spec.chain((spec) => fc.tuple(fc.constant(spec), input(spec.inputRetracts)));

test('agrees with windows that keep all their rows, however the rows are cut into batches', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, fc.integer({ min: 1, max: 20 }), async ([spec, steps], size) => {
      const harness = await open(spec);
      const reference = new WindowAggregateReference(spec);
      for (const { changes, watermark } of [...steps, { changes: [], watermark: MAX_WATERMARK }]) {
        for (const piece of piecesOf(size, changes)) harness.process(...piece);
        for (const change of changes) reference.process(change);
        if (watermark !== null) harness.watermark(watermark);
        const expected = watermark === null ? [] : reference.watermark(watermark);
        assert.deepEqual(harness.takeRows().sort(), print(expected, spec).sort());
      }
      assert.equal(harness.context.counter('numLateRecordsDropped').count, reference.late);
      assert.equal(harness.context.counter('numNullRowTimeRecordsDropped').count, reference.nulls);
      harness.close();
    }),
    { numRuns: 200 },
  );
});

test('goes on after a restart at another parallelism: 1 subtask, then 3, then 2', async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async ([spec, steps]) => {
      const reference = new WindowAggregateReference(spec);
      let subtasks = [await open(spec)];
      for (const [index, { changes, watermark }] of [
        ...steps,
        { changes: [], watermark: MAX_WATERMARK },
      ].entries()) {
        if (index === 1 || index === 3) {
          const parallelism = index === 1 ? 3 : 2;
          const restore = await Promise.all(subtasks.map((subtask) => subtask.snapshot()));
          subtasks.forEach((subtask) => subtask.close());
          subtasks = await Promise.all(
            Array.from({ length: parallelism }, (_, subtask) =>
              open(spec, { subtask, parallelism, restore }),
            ),
          );
        }
        const lines: string[] = [];
        for (const [i, subtask] of subtasks.entries()) {
          const ours = changes.filter((row) =>
            spec.keys.length === 0 ? i === 0 : subtaskOf(row, spec.keys, subtasks.length) === i,
          );
          if (ours.length > 0) subtask.process(...ours);
          await subtask.snapshot();
          if (watermark !== null) subtask.watermark(watermark);
          lines.push(...subtask.takeRows());
          await subtask.snapshot();
        }
        for (const change of changes) reference.process(change);
        const expected = watermark === null ? [] : reference.watermark(watermark);
        assert.deepEqual(lines.sort(), print(expected, spec).sort());
      }
      subtasks.forEach((subtask) => subtask.close());
    }),
    { numRuns: 100 },
  );
});

const row = (k: number, few: number, ms: number | null): readonly Value[] =>
  inputType.fields.map(({ name }) => {
    if (name === 'k') return BigInt(k);
    if (name === 'few') return BigInt(few);
    if (name === 'ts3') return ms === null ? null : { epochMs: ms, nanoOfMs: 0 };
    return name === 'sure' ? 0n : null;
  });
const line = (k: number, count: number, sum: number, start: number, end: number) => {
  const [from, to] = [start, end].map((ms) =>
    printText({ kind: 0, values: [{ epochMs: ms, nanoOfMs: 0 }] }, [t.timestamp(3)]).slice(3, -1),
  );
  return `+I[${k}, ${count}, ${sum}, ${from}, ${to}]`;
};

test('S-15 a window fires when the watermark reaches its end less a millisecond, before the watermark goes on', async () => {
  const harness = await open(specOf({ sizeMs: 1000 }));
  harness.process(row(1, 5, 0), row(1, 2, 999), row(1, 1, 1000));
  harness.watermark(998);
  assert.deepEqual(harness.take(), ['watermark 998']);
  harness.watermark(999);
  assert.deepEqual(harness.take(), [line(1, 2, 7, 0, 1000), 'watermark 999']);
  harness.close();
});

test('S-20 a late row of a HOP window counts in the windows that have not fired; numLateRecordsDropped only if there is none', async () => {
  const harness = await open(specOf({ function: 'HOP', sizeMs: 15, slideMs: 5 }));
  harness.process(row(1, 4, 12), row(1, 8, 21));
  harness.watermark(21);
  harness.take();
  harness.process(row(1, 16, 13), row(1, 1000, 9), row(2, 32, 14));
  harness.watermark(24);
  assert.deepEqual(harness.takeRows().sort(), [line(1, 3, 28, 10, 25), line(2, 1, 32, 10, 25)].sort());
  assert.equal(harness.context.counter('numLateRecordsDropped').count, 1);
  harness.close();
});

test('S-18 CUMULATE shows a key again in every longer window, new rows or not', async () => {
  const harness = await open(specOf({ function: 'CUMULATE', sizeMs: 30, slideMs: 10 }));
  harness.process(row(1, 1, 5), row(2, 1, 25));
  await harness.endInput();
  assert.deepEqual(harness.takeRows().sort(), [
    line(1, 1, 1, 0, 10), line(1, 1, 1, 0, 20), line(1, 1, 1, 0, 30), line(2, 1, 1, 0, 30),
  ].sort()); // prettier-ignore
  harness.close();
});

test('keys come out in the order of their first rows in this window or those before, also after a restart', async () => {
  const spec = specOf({ function: 'HOP', sizeMs: 10, slideMs: 5 });
  const first = await open(spec);
  first.process(row(9, 1, 1), row(3, 1, 2), row(7, 1, 3), row(3, 1, 4));
  const harness = await open(spec, { restore: [await first.snapshot()] });
  harness.process(row(1, 1, 4), row(8, 1, 6), row(7, 1, 6));
  await harness.endInput();
  assert.deepEqual(
    harness.takeRows().map((text) => text.slice(3, 4)),
    [...'9371', ...'93718', ...'78'],
  );
  first.close();
  harness.close();
});

test('S-29 days of TIMESTAMP_LTZ are those of the time zone, and fire at their local end', async () => {
  const TS_LTZ = { root: 'TIMESTAMP_LTZ', precision: 3, nullable: true } as const;
  const type = {
    ...inputType,
    fields: inputType.fields.map((field, i) => (i === TS ? { ...field, type: TS_LTZ } : field)),
  };
  const base = specOf({ sizeMs: 86_400_000, timeZone: 'America/New_York' });
  const spec = { ...base, inputType: type, windowProperties: ['start', 'end', 'time'] as const,
    outputType: { ...base.outputType, fields: [...base.outputType.fields, { name: 'time', type: TS_LTZ }] } }; // prettier-ignore
  const harness = await Harness.open(environment, {
    inputType: type,
    outputType: spec.outputType,
    operator: (context) => new WindowAggregate(context, spec),
  });
  const utc = (text: string) => Date.parse(`${text}Z`);
  harness.process(
    row(1, 1, utc('2024-03-10T05:00:00')),
    row(1, 1, utc('2024-03-11T03:59:59.999')),
    row(1, 1, utc('2024-03-11T04:00:00')),
  );
  harness.watermark(utc('2024-03-11T03:59:59.998'));
  assert.deepEqual(harness.takeRows(), []);
  harness.watermark(utc('2024-03-11T03:59:59.999'));
  assert.deepEqual(harness.takeRows(), [
    '+I[1, 2, 2, 2024-03-10T00:00, 2024-03-11T00:00, 2024-03-11T03:59:59.999Z]',
  ]);
  harness.close();
});

test('many slices in one batch, and state that gives its memory back', async () => {
  const before = environment.pool.usedBytes;
  const harness = await open(specOf({ function: 'HOP', sizeMs: 10, slideMs: 5 }));
  harness.process(...Array.from({ length: 2000 }, (_, i) => row(1, 1, (i * 7919) % 10_000)));
  await harness.endInput();
  const rows = harness.takeRows();
  const total = rows.reduce((sum, text) => sum + Number(text.split(', ')[1]), 0);
  assert.equal(total, 4000, 'every row in two windows');
  assert.equal(new Set(rows).size, rows.length);
  harness.close();
  assert.equal(environment.pool.usedBytes, before);
});

import fc from 'fast-check';
import { assert, test } from 'vitest';
import { printText } from '../../engine/data/value-text.ts';
import type { ChangelogRow } from '../../engine/data/value.ts';
import type { AggregateCall } from '../../engine/operators/aggregate-call.ts';
import { GroupAggregate } from '../../engine/operators/group-aggregate.ts';
import type { GroupAggregateSpec, WindowAggregateSpec } from '../../engine/operators/operator-spec.ts';
import { WindowAggregate } from '../../engine/operators/window-aggregate.ts';
import { MAX_WATERMARK } from '../../engine/time/watermark.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { OneInputStreamOperatorTestHarness as Harness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import type { TestSubtask } from '../harness/test-operator-context.ts';
import { GroupAggregateReference, resultOf, textOf } from '../reference/group-aggregate.ts';
import * as t from '../state/test-memory.ts';
import { anyChangelog, call, columnOf, inputType, insertsOnly, piecesOf, subtaskOf } from './changelogs.ts';

/** Aggregates that remember many values of a key, and those that go by the order of the rows. */

const environment = await testEnvironment();
const DOUBLE: LogicalType = { root: 'DOUBLE', nullable: true };

const arrayOf = (element: LogicalType): LogicalType => ({ root: 'ARRAY', element, nullable: true });
const typeOf = (column: string): LogicalType => inputType.fields[columnOf(column)]!.type;

const kept = ['few', 'text', 'ts9', 'wide', 'keep', 'float', 'tinyint', 'date'];
const options = fc
  .record({ distinct: fc.boolean(), filter: fc.constantFrom(undefined, 'keep') })
  .map(({ distinct, filter }) => (filter ? { distinct, filter } : { distinct }));

const anyList = fc
  .tuple(
    fc.constantFrom('FIRST_VALUE', 'LAST_VALUE', 'ARRAY_AGG'),
    fc.constantFrom(...kept),
    options,
    fc.boolean(),
  )
  .map(([name, column, options, ignoreNulls]): AggregateCall => {
    const type = name === 'ARRAY_AGG' ? arrayOf(typeOf(column)) : { ...typeOf(column), nullable: true };
    return { ...call(name, column, options), type, ...(name === 'ARRAY_AGG' && { ignoreNulls }) };
  });
const anyTexts = fc
  .tuple(fc.constantFrom('LISTAGG', 'JSON_ARRAYAGG_NULL_ON_NULL', 'JSON_ARRAYAGG_ABSENT_ON_NULL'), options)
  .map(([name, options]): AggregateCall => {
    const literals = name === 'LISTAGG' && { literals: [null, '; '] };
    return { ...call(name, 'text', options), type: t.STRING, ...literals };
  });
const anyMultiset = fc
  .tuple(fc.constantFrom('few', 'text', 'double'), options)
  .map(([column, options]): AggregateCall => {
    const element = { ...typeOf(column), nullable: false };
    return { ...call('COLLECT', column, options), type: { root: 'MULTISET', element, nullable: false } };
  });
const anyPercentile = fc
  .tuple(
    fc.constantFrom('few', 'tinyint', 'float', 'narrow', 'double'),
    options,
    fc.constantFrom<number | readonly number[]>(0.5, 0, 1, 0.3, [0.9, 0.1], [0.5]),
    fc.boolean(),
  )
  .map(([column, options, shares, isWeighed]): AggregateCall => {
    const plain = call('PERCENTILE', column, options);
    const distinct = plain.distinct && !isWeighed;
    const weights = isWeighed ? [columnOf('sure'), columnOf('tinyint')] : [columnOf('sure')];
    return {
      ...plain,
      distinct,
      arguments: [...plain.arguments, ...weights],
      literals: [null, shares],
      type: typeof shares === 'number' ? DOUBLE : arrayOf(DOUBLE),
    };
  });
const anySpread = fc
  .tuple(fc.constantFrom('few', 'tinyint', 'float', 'double', 'narrow'), options)
  .map(([column, options]): AggregateCall => ({ ...call('$WELFORD_M2$1', column, options), type: DOUBLE }));

const anyCall = fc.oneof(
  anyList,
  anyTexts,
  anyMultiset,
  anyPercentile,
  anySpread,
  fc.constant(call('COUNT')),
);
const calls = fc.array(anyCall, { minLength: 1, maxLength: 5 });
const input = fc.oneof(
  fc.tuple(fc.constant(false), insertsOnly()),
  fc.tuple(fc.constant(true), anyChangelog()),
);

function specOf(overrides: Partial<GroupAggregateSpec>): GroupAggregateSpec {
  const { keys = [columnOf('k')], aggregates = [] } = overrides;
  return {
    kind: 'GroupAggregate',
    keys,
    aggregates,
    inputType,
    outputType: t.rowType(
      Object.fromEntries([
        ...keys.map((key) => [inputType.fields[key]!.name, inputType.fields[key]!.type] as const),
        ...aggregates.map(({ type }, i) => [`a${i}`, type] as const),
      ]),
    ),
    inputRetracts: false,
    generateUpdateBefore: true,
    stateTtlMs: 0,
    miniBatchSize: 0,
    miniBatchLatencyMs: 0,
    ...overrides,
  };
}

const open = (spec: GroupAggregateSpec, subtask: TestSubtask = {}) =>
  Harness.open(environment, {
    inputType,
    outputType: spec.outputType,
    operator: (context) => new GroupAggregate(context, spec),
    ...subtask,
  });
const print = (rows: readonly ChangelogRow[], { fields }: RowType) =>
  rows.map((row) => printText(row, fields.map(({ type }) => type))); // prettier-ignore

/** Lines with the pieces of multisets in any order: those that share a place in the hash table are as they came, which the reference does not know. */
const sorted = (lines: readonly string[]): string[] =>
  lines.map((line) =>
    line.includes('{')
      ? `${line.slice(0, 2)}${line
          .slice(2)
          .split(/[{}]|, /)
          .sort()
          .join(', ')}`
      : line,
  );

test('agrees with groups that keep their history, however the rows are cut into batches', async () => {
  await fc.assert(
    fc.asyncProperty(
      calls,
      input,
      fc.integer({ min: 1, max: 50 }),
      fc.boolean(),
      async (aggregates, [inputRetracts, rows], size, generateUpdateBefore) => {
        const spec = specOf({ aggregates, inputRetracts, generateUpdateBefore });
        const harness = await open(spec);
        for (const piece of piecesOf(size, rows)) harness.process(...piece);
        const reference = new GroupAggregateReference(spec);
        const expected = rows.flatMap((row) => reference.process(row));
        assert.deepEqual(sorted(harness.takeRows()), sorted(print(expected, spec.outputType)));
        harness.close();
      },
    ),
    { numRuns: 150 },
  );
});

test('goes on after a restart at another parallelism: 1 subtask, then 3, then 2', async () => {
  await fc.assert(
    fc.asyncProperty(calls, input, async (aggregates, [inputRetracts, rows]) => {
      const spec = specOf({ aggregates, inputRetracts });
      const lines: string[] = [];
      let subtasks = [await open(spec)];
      for (const [index, piece] of piecesOf(25, rows).entries()) {
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
        for (const [i, subtask] of subtasks.entries()) {
          const ours = piece.filter((row) => subtaskOf(row, spec.keys, subtasks.length) === i);
          if (ours.length > 0) subtask.process(...ours);
          lines.push(...subtask.takeRows());
          await subtask.snapshot(); // pages of later snapshots build on it
        }
      }
      const reference = new GroupAggregateReference(spec);
      const expected = rows.flatMap((row) => reference.process(row));
      assert.deepEqual(sorted(lines).sort(), sorted(print(expected, spec.outputType)).sort());
      subtasks.forEach((subtask) => subtask.close());
    }),
    { numRuns: 60 },
  );
});

/** The rows that a changelog leaves. */
function tableOf(lines: readonly string[]): string[] {
  const live: string[] = [];
  for (const line of lines) {
    const row = line.slice(2);
    if (line.startsWith('+')) live.push(row);
    else {
      const place = live.indexOf(row);
      assert.isAtLeast(place, 0, `${line} takes back what is there`);
      live.splice(place, 1);
    }
  }
  return live.sort();
}

test('leaves the same rows in bundles as row by row', async () => {
  await fc.assert(
    fc.asyncProperty(
      calls,
      input,
      fc.integer({ min: 1, max: 40 }),
      async (aggregates, [inputRetracts, rows], miniBatchSize) => {
        const spec = specOf({ aggregates, inputRetracts });
        const bundled = await open({ ...spec, miniBatchSize });
        for (const piece of piecesOf(30, rows)) bundled.process(...piece);
        await bundled.endInput();
        const reference = new GroupAggregateReference(spec);
        const expected = print(rows.flatMap((row) => reference.process(row)), spec.outputType); // prettier-ignore
        assert.deepEqual(tableOf(sorted(bundled.takeRows())), tableOf(sorted(expected)));
        bundled.close();
      },
    ),
    { numRuns: 100 },
  );
});

test('agrees with windows that keep all their rows', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(anyList, anyTexts, anyMultiset, anyPercentile), { minLength: 1, maxLength: 4 }),
      insertsOnly(),
      fc.integer({ min: 1, max: 50 }),
      async (aggregates, all, size) => {
        const time = columnOf('ts3');
        const rows = all.filter(({ values }) => values[time] !== null);
        const { outputType, keys } = specOf({ aggregates });
        const spec: WindowAggregateSpec = {
          kind: 'WindowAggregate',
          window: { function: 'TUMBLE', sizeMs: 100, slideMs: 0, offsetMs: -50, timeColumn: time },
          keys,
          aggregates,
          windowProperties: [],
          inputRetracts: false,
          inputType,
          outputType,
        };
        const harness = await Harness.open(environment, {
          inputType,
          outputType,
          operator: (context) => new WindowAggregate(context, spec),
        });
        for (const piece of piecesOf(size, rows)) harness.process(...piece);
        harness.watermark(MAX_WATERMARK);
        const groups = new Map<string, ChangelogRow[]>();
        for (const row of rows) {
          const name = textOf([row.values[columnOf('k')] ?? null]);
          groups.set(name, [...(groups.get(name) ?? []), row]);
        }
        const expected = [...groups.values()].map((group): ChangelogRow => ({
          kind: 0,
          values: [group[0]!.values[columnOf('k')] ?? null, ...resultOf(aggregates, group.map(({ values }) => values))], // prettier-ignore
        }));
        assert.deepEqual(sorted(harness.takeRows()).sort(), sorted(print(expected, outputType)).sort());
        harness.close();
      },
    ),
    { numRuns: 80 },
  );
});

test('long lists are done in steps, and state gives its memory back', async () => {
  const aggregates = [
    { ...call('LISTAGG', 'text'), type: t.STRING },
    { ...call('LAST_VALUE', 'few'), type: t.BIGINT },
  ];
  const spec = specOf({ aggregates, inputRetracts: true });
  const values = inputType.fields.map(({ name }) => (name === 'k' ? 1n : name === 'few' ? 2n : name === 'text' ? 'a' : name === 'sure' ? 0n : null)); // prettier-ignore
  const { pool } = environment;
  const free = pool.usedBytes;
  const harness = await open(spec);
  for (let i = 0; i < 3; i++) harness.process(...Array.from({ length: 1000 }, () => ({ kind: 0, values })));
  const grown = harness.takeRows();
  assert.lengthOf(grown, 2 * 3000 - 1);
  assert.include(grown.at(-1), `${'a,'.repeat(2999)}a`);
  harness.process(...Array.from({ length: 3000 }, () => ({ kind: 3, values })));
  const shrunk = harness.takeRows();
  assert.lengthOf(shrunk, 2 * 3000 - 1);
  assert.equal(shrunk.at(-1), '-D[1, a, 2]');
  harness.close();
  assert.equal(pool.usedBytes, free);
});

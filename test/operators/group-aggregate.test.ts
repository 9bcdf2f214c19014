import fc from 'fast-check';
import { assert, test } from 'vitest';
import { printText } from '../../engine/data/value-text.ts';
import type { ChangelogRow } from '../../engine/data/value.ts';
import { GroupAggregate } from '../../engine/operators/group-aggregate.ts';
import type { GroupAggregateSpec } from '../../engine/operators/operator-spec.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { OneInputStreamOperatorTestHarness as Harness } from '../harness/one-input-stream-operator-test-harness.ts';
import type { TestSubtask } from '../harness/test-operator-context.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { GroupAggregateReference } from '../reference/group-aggregate.ts';
import {
  anyCall,
  anyChangelog,
  call,
  columnOf,
  inputType,
  insertsOnly,
  piecesOf,
  subtaskOf,
} from './changelogs.ts';

const environment = await testEnvironment();

function specOf(overrides: Partial<GroupAggregateSpec>): GroupAggregateSpec {
  const { keys = [0], aggregates = [] } = overrides;
  return {
    kind: 'GroupAggregate',
    keys,
    aggregates,
    inputType,
    outputType: {
      root: 'ROW',
      nullable: false,
      fields: [
        ...keys.map((key) => inputType.fields[key]!),
        ...aggregates.map(({ type }, i) => ({ name: `a${i}`, type })),
      ],
    },
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

const keysOf = fc.constantFrom<number[]>(
  [],
  [columnOf('k')],
  [columnOf('s')],
  [columnOf('k'), columnOf('s')],
);
const shape = fc.record({
  keys: keysOf,
  aggregates: fc.array(anyCall, { maxLength: 5 }),
  generateUpdateBefore: fc.boolean(),
});
const input = fc.oneof(
  fc.tuple(fc.constant(false), insertsOnly()),
  fc.tuple(fc.constant(true), anyChangelog()),
);

test('agrees with groups that keep all their rows, however the rows are cut into batches', async () => {
  await fc.assert(
    fc.asyncProperty(
      shape,
      input,
      fc.integer({ min: 1, max: 50 }),
      async (shape, [inputRetracts, rows], size) => {
        const spec = specOf({ ...shape, inputRetracts });
        const harness = await open(spec);
        for (const piece of piecesOf(size, rows)) harness.process(...piece);
        const reference = new GroupAggregateReference(spec);
        const expected = rows.flatMap((row) => reference.process(row));
        assert.deepEqual(harness.takeRows(), print(expected, spec.outputType));
        harness.close();
      },
    ),
    { numRuns: 150 },
  );
});

test('goes on after a restart at another parallelism: 1 subtask, then 3, then 2', async () => {
  await fc.assert(
    fc.asyncProperty(shape, input, async (shape, [inputRetracts, rows]) => {
      const spec = specOf({ ...shape, inputRetracts });
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
          const isOurs = (row: ChangelogRow) =>
            spec.keys.length === 0 ? i === 0 : subtaskOf(row, spec.keys, subtasks.length) === i;
          const ours = piece.filter(isOurs);
          if (ours.length > 0) subtask.process(...ours);
          lines.push(...subtask.takeRows());
          await subtask.snapshot(); // pages of later snapshots build on it
        }
      }
      const reference = new GroupAggregateReference(spec);
      const expected = rows.flatMap((row) => reference.process(row));
      assert.deepEqual(lines.sort(), print(expected, spec.outputType).sort());
      subtasks.forEach((subtask) => subtask.close());
    }),
    { numRuns: 80 },
  );
});

const COUNT = call('COUNT');
const SUM = call('SUM', 'few');
type Cells = [kind: '+I' | '-U' | '+U' | '-D', k: number | null, few: number | null];
const row = ([kind, k, few]: Cells): ChangelogRow => ({
  kind: ['+I', '-U', '+U', '-D'].indexOf(kind),
  values: inputType.fields.map(({ name }) =>
    name === 'k'
      ? k === null
        ? null
        : BigInt(k)
      : name === 'few' && few !== null
        ? BigInt(few)
        : name === 'sure'
          ? 0n
          : null,
  ),
});

const cases: [name: string, spec: Partial<GroupAggregateSpec>, rows: Cells[], expected: string[]][] = [
  [
    'S-33 a result a row, with -U for those who need it',
    { aggregates: [COUNT, SUM] },
    [['+I', 1, 5], ['+I', 1, 2], ['+I', 2, 1]],
    ['+I[1, 1, 5]', '-U[1, 1, 5]', '+U[1, 2, 7]', '+I[2, 1, 1]'],
  ],
  [
    'S-33 and without -U for the others',
    { aggregates: [COUNT, SUM], generateUpdateBefore: false },
    [['+I', 1, 5], ['+I', 1, 2]],
    ['+I[1, 1, 5]', '+U[1, 2, 7]'],
  ],
  [
    'S-35 an unchanged result is silent',
    { aggregates: [call('MAX', 'few')] },
    [['+I', 1, 2], ['+I', 1, 1], ['+I', 1, 3]],
    ['+I[1, 2]', '-U[1, 2]', '+U[1, 3]'],
  ],
  [
    'S-35 with a TTL it is sent again',
    { aggregates: [call('MAX', 'few')], stateTtlMs: 1000 },
    [['+I', 1, 2], ['+I', 1, 1]],
    ['+I[1, 2]', '-U[1, 2]', '+U[1, 2]'],
  ],
  [
    'S-35 an emptied group is deleted, a retraction of an unknown one ignored',
    { aggregates: [COUNT, SUM], inputRetracts: true },
    [['-D', 1, 5], ['+I', 1, 5], ['-D', 1, 5], ['-U', 1, 5]],
    ['+I[1, 1, 5]', '-D[1, 1, 5]'],
  ],
  [
    'S-81 an update of a lonely row deletes and inserts its group, even if nothing changed',
    { aggregates: [COUNT, SUM], inputRetracts: true },
    [['+I', 1, 5], ['-U', 1, 5], ['+U', 1, 5]],
    ['+I[1, 1, 5]', '-D[1, 1, 5]', '+I[1, 1, 5]'],
  ],
  [
    'S-36 a global aggregation has no keys, and nothing to say before the first row',
    { keys: [], aggregates: [COUNT, call('COUNT', 'few', { distinct: true })], inputRetracts: true },
    [['+I', 1, 5], ['+I', 2, 5], ['-D', 1, 5]],
    ['+I[1, 1]', '-U[1, 1]', '+U[2, 1]', '-U[2, 1]', '+U[1, 1]'],
  ],
  [
    'S-55 AVG of integers cuts towards zero, and NULLs do not count',
    { aggregates: [call('AVG', 'few')] },
    [['+I', 1, -1], ['+I', 1, -2], ['+I', 1, null]],
    ['+I[1, -1]'],
  ],
  ['SELECT DISTINCT has no aggregates', {}, [['+I', 1, 5], ['+I', null, 1], ['+I', 1, 7], ['+I', null, 2]], ['+I[1]', '+I[null]']],
  [
    'DISTINCT that loses its last row',
    { inputRetracts: true },
    [['+I', 1, 5], ['+I', 1, 5], ['-D', 1, 5], ['-D', 1, 5]],
    ['+I[1]', '-D[1]'],
  ],
]; // prettier-ignore
for (const [name, overrides, rows, expected] of cases) {
  test(name, async () => {
    const harness = await open(specOf(overrides));
    harness.process(...rows.map(row));
    assert.deepEqual(harness.takeRows(), expected);
    harness.close();
  });
}

test('S-55 AVG of BIGINT adds up without overflow of INT, SUM of INT wraps', async () => {
  const harness = await open(specOf({ aggregates: [call('SUM', 'int'), call('AVG', 'int')] }));
  const rows = [2147483647, 2147483647].map((n) =>
    inputType.fields.map(({ name }) => (name === 'int' ? n : name === 'sure' ? 0n : null)),
  );
  harness.process(...rows);
  assert.deepEqual(harness.takeRows().at(-1), '+U[null, -2, 2147483647]');
  harness.close();
});

test('S-56 a SUM of DECIMALs beyond 38 digits is NULL and begins anew; its AVG stays NULL', async () => {
  const harness = await open(
    specOf({ aggregates: [call('SUM', 'wide'), call('AVG', 'wide')], generateUpdateBefore: false }),
  );
  const big = `${'9'.repeat(35)}.000`;
  const rows = [big, '1.000', '2.000'].map((n) =>
    inputType.fields.map(({ name }) => (name === 'wide' ? n : name === 'sure' ? 0n : null)),
  );
  harness.process(...rows);
  assert.deepEqual(
    harness.takeRows().map((line) => line.split(', ').slice(1).join(' ')),
    [`${big} null]`, 'null null]', '2.000 null]'],
  );
  harness.close();
});

test('S-47 a mini-batch sends one change a key for a bundle, at its size, its latency, a barrier and the end', async () => {
  const spec = specOf({
    aggregates: [COUNT, SUM],
    miniBatchSize: 4,
    miniBatchLatencyMs: 100,
    inputRetracts: true,
  });
  const harness = await open(spec);
  const rows: Cells[] = [['+I', 1, 1], ['+I', 1, 2], ['+I', 2, 1], ['-D', 2, 1], ['+I', 1, 3]]; // prettier-ignore
  harness.process(...rows.map(row));
  assert.deepEqual(harness.takeRows(), ['+I[1, 2, 3]'], 'key 2 came and went');
  harness.advanceTo(100);
  assert.deepEqual(harness.takeRows(), ['-U[1, 2, 3]', '+U[1, 3, 6]']);
  harness.process(row(['-D', 1, 3]), row(['+I', 1, 3]));
  await harness.snapshot();
  assert.deepEqual(harness.takeRows(), [], 'a bundle that changes nothing is silent');
  harness.process(row(['-D', 1, 1]), row(['-D', 1, 2]), row(['-D', 1, 3]));
  await harness.endInput();
  assert.deepEqual(harness.take(), ['-D[1, 3, 6]', 'watermark end']);
  harness.close();
});

test('mini-batch: bundles come to the same table as rows one by one', async () => {
  const bundled = fc.record({
    keys: keysOf,
    aggregates: fc.array(anyCall, { maxLength: 4 }),
    miniBatchSize: fc.integer({ min: 1, max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(
      bundled,
      input,
      fc.integer({ min: 1, max: 50 }),
      async (shape, [inputRetracts, rows], size) => {
        const spec = specOf({ ...shape, inputRetracts });
        const harness = await open(spec);
        for (const piece of piecesOf(size, rows)) harness.process(...piece);
        await harness.endInput();
        const reference = new GroupAggregateReference(spec);
        const expected = new Map<string, number>();
        const actual = new Map<string, number>();
        const apply = (table: Map<string, number>, line: string) => {
          const isAdded = line.startsWith('+');
          const count = (table.get(line.slice(2)) ?? 0) + (isAdded ? 1 : -1);
          assert.isAtLeast(count, 0, `${line} takes back what was not there`);
          if (count === 0) table.delete(line.slice(2));
          else table.set(line.slice(2), count);
        };
        print(
          rows.flatMap((row) => reference.process(row)),
          spec.outputType,
        ).forEach((line) => apply(expected, line));
        harness.takeRows().forEach((line) => apply(actual, line));
        assert.deepEqual([...actual].sort(), [...expected].sort());
        harness.close();
      },
    ),
    { numRuns: 100 },
  );
});

test('S-48 a key that was not written for the TTL starts anew', async () => {
  const harness = await open(
    specOf({ aggregates: [COUNT, call('MIN', 'few')], stateTtlMs: 1000, inputRetracts: true }),
  );
  harness.process(row(['+I', 1, 1]), row(['+I', 2, 1]));
  harness.advanceTo(600);
  harness.process(row(['+I', 1, 2]));
  harness.advanceTo(1100);
  harness.take();
  harness.process(row(['+I', 1, 3]), row(['-D', 2, 1]), row(['+I', 2, 5]));
  assert.deepEqual(harness.takeRows(), ['-U[1, 2, 1]', '+U[1, 3, 1]', '+I[2, 1, 5]']);
  harness.close();
});

test('state gives its memory back, and expired keys make room without growth', async () => {
  const before = environment.pool.usedBytes;
  const spec = specOf({
    aggregates: [COUNT, call('MAX', 'text'), call('COUNT', 'text', { distinct: true })],
    stateTtlMs: 1000,
  });
  const harness = await open(spec);
  let now = 0;
  const fill = (from: number) => {
    for (let at = from; at < from + 4000; at += 1000) {
      harness.process(
        ...Array.from({ length: 1000 }, (_, i) =>
          inputType.fields.map(({ name }) =>
            name === 'k'
              ? BigInt(at + i)
              : name === 'text'
                ? `a text of some length ${at}`
                : name === 'sure'
                  ? 0n
                  : null,
          ),
        ),
      );
    }
    harness.take();
    harness.advanceTo((now += 2000));
  };
  for (let round = 0; round < 5; round++) fill(round * 4000);
  const used = environment.pool.usedBytes;
  for (let round = 5; round < 15; round++) fill(round * 4000);
  assert.equal(environment.pool.usedBytes, used);
  harness.close();
  assert.equal(environment.pool.usedBytes, before);
});

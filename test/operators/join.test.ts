import fc from 'fast-check';
import { assert, test } from 'vitest';
import { printText } from '../../engine/data/value-text.ts';
import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { RexNode } from '../../engine/expressions/rex-node.ts';
import { StreamingJoin } from '../../engine/operators/join.ts';
import type { JoinSpec, UniqueKeyKind } from '../../engine/operators/operator-spec.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import type { TestSubtask } from '../harness/test-operator-context.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { TwoInputStreamOperatorTestHarness as Harness } from '../harness/two-input-stream-operator-test-harness.ts';
import { JoinReference } from '../reference/join.ts';
import * as t from '../state/test-memory.ts';
import { anyChangelog, anyRow, columnOf, inputType, piecesOf, subtaskOf } from './changelogs.ts';

const environment = await testEnvironment();

type JoinType = JoinSpec['joinType'];
const NO_KEY: UniqueKeyKind = { kind: 'NoUniqueKey' };

function specOf(overrides: Partial<JoinSpec>): JoinSpec {
  const { joinType = 'INNER', leftType = inputType, rightType = inputType } = overrides;
  const isHalf = joinType === 'SEMI' || joinType === 'ANTI';
  const keys = overrides.leftKeys ?? [0];
  const fields = [...leftType.fields, ...(isHalf ? [] : rightType.fields)];
  return {
    kind: 'Join',
    joinType,
    leftKeys: keys,
    rightKeys: keys,
    filterNulls: keys.map(() => true),
    leftType,
    rightType,
    outputType: {
      root: 'ROW',
      nullable: false,
      fields: fields.map(({ name, type }) => ({ name, type: { ...type, nullable: true } })),
    },
    leftUniqueKey: NO_KEY,
    rightUniqueKey: NO_KEY,
    leftStateTtlMs: 0,
    rightStateTtlMs: 0,
    ...overrides,
  };
}

const open = (spec: JoinSpec, subtask: TestSubtask = {}, in_ = environment) =>
  Harness.open(in_, {
    inputTypes: [spec.leftType, spec.rightType],
    outputType: spec.outputType,
    operator: (context) => new StreamingJoin(context, spec),
    ...subtask,
  });

const print = (rows: readonly ChangelogRow[], { fields }: RowType) =>
  rows.map((row) => printText(row, fields.map(({ type }) => type))); // prettier-ignore

const FEW = columnOf('few');
const input = (index: number, type = t.BIGINT): RexNode => ({ kind: 'input', index, type });
const condition: RexNode = {
  kind: 'call',
  operator: '<',
  operands: [input(FEW), input(inputType.fields.length + FEW)],
  type: t.BOOLEAN,
};
const isLess = (left: readonly Value[], right: readonly Value[]): boolean => {
  const [a, b] = [left[FEW], right[FEW]];
  return typeof a === 'bigint' && typeof b === 'bigint' && a < b;
};

const uniqueKey = fc.constantFrom<UniqueKeyKind>(
  NO_KEY,
  { kind: 'HasUniqueKey', columns: [FEW] },
  { kind: 'JoinKeyContainsUniqueKey', columns: [0] },
);
const shape = fc
  .record({
    joinType: fc.constantFrom<JoinType>('INNER', 'LEFT', 'RIGHT', 'FULL', 'SEMI', 'ANTI'),
    leftKeys: fc.constantFrom([], [columnOf('k')], [columnOf('s')], [columnOf('k'), columnOf('s')]),
    isNullSafe: fc.boolean(),
    hasCondition: fc.boolean(),
    leftUniqueKey: uniqueKey,
    rightUniqueKey: uniqueKey,
  })
  .map(({ isNullSafe, hasCondition, leftKeys, ...rest }) =>
    specOf({
      ...rest,
      leftKeys,
      rightKeys: leftKeys,
      filterNulls: leftKeys.map(() => !isNullSafe),
      ...(hasCondition && { condition }),
    }),
  );

/** Rows that are often equal to earlier ones. */
const rows = fc
  .array(anyRow, { minLength: 1, maxLength: 12 })
  .chain((some) => anyChangelog(fc.constantFrom(...some)));
/** Pieces of both inputs' changelogs, in some order. */
const inputs = fc
  .tuple(rows, rows, fc.integer({ min: 1, max: 40 }), fc.infiniteStream(fc.boolean()))
  .map(([left, right, size, turns]) => {
    const pieces = [piecesOf(size, left), piecesOf(size, right)];
    const order: [input: 0 | 1, rows: ChangelogRow[]][] = [];
    while (pieces[0]!.length + pieces[1]!.length > 0) {
      const wanted = turns.next().value ? 1 : 0;
      const input = pieces[wanted]!.length > 0 ? wanted : wanted === 0 ? 1 : 0;
      order.push([input, pieces[input]!.shift()!]); // one of them has pieces
    }
    return order;
  });

const referenceOf = (spec: JoinSpec) =>
  new JoinReference({ ...spec, ...(spec.condition && { test: isLess }) });

test('agrees with lists that are gone through for every row, however the rows are cut into batches', async () => {
  await fc.assert(
    fc.asyncProperty(shape, inputs, async (spec, order) => {
      const harness = await open(spec);
      const reference = referenceOf(spec);
      for (const [input, piece] of order) {
        harness.process(input, ...piece);
        const expected = piece.flatMap((row) => reference.process(input, row));
        assert.deepEqual(harness.takeRows(), print(expected, spec.outputType));
      }
      harness.close();
    }),
    { numRuns: 300 },
  );
});

test('goes on after a restart at another parallelism: 1 subtask, then 3, then 2', async () => {
  await fc.assert(
    fc.asyncProperty(shape, inputs, async (spec, order) => {
      let subtasks = [await open(spec)];
      const reference = referenceOf(spec);
      for (const [index, [input, piece]] of order.entries()) {
        if (index === 2 || index === 4) {
          const parallelism = index === 2 ? 3 : 2;
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
          const isOurs = (row: ChangelogRow) =>
            spec.leftKeys.length === 0 ? i === 0 : subtaskOf(row, spec.leftKeys, subtasks.length) === i;
          const ours = piece.filter(isOurs);
          if (ours.length > 0) subtask.process(input, ...ours);
          lines.push(...subtask.takeRows());
          await subtask.snapshot(); // pages of later snapshots build on it
        }
        const expected = piece.flatMap((row) => reference.process(input, row));
        assert.deepEqual(lines.sort(), print(expected, spec.outputType).sort());
      }
      subtasks.forEach((subtask) => subtask.close());
    }),
    { numRuns: 150 },
  );
});

const LEFT = t.rowType({ k: t.BIGINT, l: t.STRING });
const RIGHT = t.rowType({ k: t.BIGINT, r: t.STRING });
const small = (overrides: Partial<JoinSpec>) => specOf({ leftType: LEFT, rightType: RIGHT, ...overrides });
const KEY_IS_UNIQUE: UniqueKeyKind = { kind: 'JoinKeyContainsUniqueKey', columns: [0] };
const OTHER_IS_UNIQUE: UniqueKeyKind = { kind: 'HasUniqueKey', columns: [0, 1] };

type Step = [side: 'L' | 'R', ...rows: string[]];
const cases: [name: string, spec: Partial<JoinSpec>, steps: Step[], expected: string[]][] = [
  [
    'S-38 an inner join forwards the kinds of its input',
    {},
    [['L', '+I[1, a]'], ['R', '+I[1, x]', '-U[1, x]', '+U[1, y]', '-D[1, y]']],
    ['+I[1, a, 1, x]', '-U[1, a, 1, x]', '+U[1, a, 1, y]', '-D[1, a, 1, y]'],
  ],
  [
    'S-38 a left row stands alone until it has a match, and again when the last one is gone',
    { joinType: 'LEFT' },
    [['L', '+I[1, a]'], ['R', '+I[1, x]', '+U[1, y]', '-U[1, x]', '-D[1, y]'], ['L', '-U[1, a]']],
    [
      '+I[1, a, null, null]', '-D[1, a, null, null]', '+I[1, a, 1, x]', '+I[1, a, 1, y]', '-U[1, a, 1, x]', '-D[1, a, 1, y]',
      '+I[1, a, null, null]', '-D[1, a, null, null]',
    ],
  ],
  [
    'S-38 so does a right one',
    { joinType: 'RIGHT' },
    [['R', '+I[1, x]'], ['L', '+U[1, a]', '-U[1, a]'], ['R', '-D[1, x]']],
    [
      '+I[null, null, 1, x]', '-D[null, null, 1, x]', '+I[1, a, 1, x]', '-U[1, a, 1, x]', '+I[null, null, 1, x]', '-D[null, null, 1, x]',
    ],
  ],
  [
    'S-38 a full join pads both sides',
    { joinType: 'FULL' },
    [['L', '+I[1, a]', '+I[2, b]'], ['R', '+I[1, x]', '+I[3, z]'], ['L', '-D[1, a]']],
    [
      '+I[1, a, null, null]', '+I[2, b, null, null]', '-D[1, a, null, null]', '+I[1, a, 1, x]', '+I[null, null, 3, z]', '-D[1, a, 1, x]',
      '+I[null, null, 1, x]',
    ],
  ],
  [
    'S-39 NULL keys match nothing, but outer rows with them are there',
    { joinType: 'FULL' },
    [['L', '+I[null, a]'], ['R', '+I[null, x]'], ['L', '-D[null, a]']],
    ['+I[null, a, null, null]', '+I[null, null, null, x]', '-D[null, a, null, null]'],
  ],
  [
    'S-39 with IS NOT DISTINCT FROM they match',
    { filterNulls: [false] },
    [['L', '+I[null, a]'], ['R', '+I[null, x]', '+I[0, x]']],
    ['+I[null, a, null, x]'],
  ],
  [
    'S-39 equal rows are counted',
    {},
    [['L', '+I[1, a]', '+I[1, a]', '+I[1, b]', '-D[1, a]'], ['R', '+I[1, x]'], ['L', '-D[1, a]'], ['R', '+I[1, y]']],
    ['+I[1, a, 1, x]', '+I[1, b, 1, x]', '-D[1, a, 1, x]', '+I[1, b, 1, y]'],
  ],
  [
    'S-39 a second row of a unique key overwrites the first, in its place',
    { leftUniqueKey: OTHER_IS_UNIQUE, leftType: t.rowType({ k: t.BIGINT, id: t.BIGINT, l: t.STRING }) },
    [['L', '+I[1, 7, a]', '+I[1, 8, b]', '+U[1, 7, c]', '+I[2, 7, d]'], ['R', '+I[1, x]']],
    ['+I[1, 7, c, 1, x]', '+I[1, 8, b, 1, x]'],
  ],
  [
    'S-39 and so it does where the join key has the unique key in it',
    { rightUniqueKey: KEY_IS_UNIQUE },
    [['R', '+I[1, x]', '+U[1, y]'], ['L', '+I[1, a]'], ['R', '-D[1, whatever]'], ['L', '+I[1, b]']],
    ['+I[1, a, 1, y]', '-D[1, a, 1, whatever]'],
  ],
  [
    'an overwritten row is not counted as a further match',
    { joinType: 'LEFT', rightUniqueKey: KEY_IS_UNIQUE },
    [['L', '+I[1, a]'], ['R', '+I[1, x]', '+U[1, y]', '-D[1, y]']],
    ['+I[1, a, null, null]', '-D[1, a, null, null]', '+I[1, a, 1, x]', '+I[1, a, 1, y]', '-D[1, a, 1, y]', '+I[1, a, null, null]'],
  ],
  [
    'a row that is taken away and was not there changes no state; its joined rows are taken away as Flink does',
    {},
    [['L', '+I[1, a]'], ['R', '-D[1, x]', '-D[2, x]', '+I[1, x]']],
    ['-D[1, a, 1, x]', '+I[1, a, 1, x]'],
  ],
  [
    'a semi join has a left row once, while it has a match',
    { joinType: 'SEMI' },
    [['L', '+I[1, a]', '+I[2, b]'], ['R', '+I[1, x]', '+I[1, y]', '+U[2, z]'], ['L', '+U[1, c]'], ['R', '-D[1, x]', '-U[1, y]']],
    ['+I[1, a]', '+U[2, b]', '+U[1, c]', '-U[1, a]', '-U[1, c]'],
  ],
  [
    'an anti join while it has none',
    { joinType: 'ANTI' },
    [['L', '+I[1, a]', '+U[null, b]'], ['R', '+I[1, x]', '+I[null, x]', '-U[1, x]'], ['L', '-D[1, a]']],
    ['+I[1, a]', '+U[null, b]', '-D[1, a]', '+I[1, a]', '-D[1, a]'],
  ],
  [
    'without keys every row meets every other',
    { leftKeys: [], rightKeys: [], filterNulls: [] },
    [['L', '+I[1, a]', '+I[null, b]'], ['R', '+I[5, x]']],
    ['+I[1, a, 5, x]', '+I[null, b, 5, x]'],
  ],
]; // prettier-ignore
for (const [name, overrides, steps, expected] of cases) {
  test(name, async () => {
    const harness = await open(small(overrides));
    for (const [side, ...rows] of steps) harness.process(side === 'L' ? 0 : 1, ...rows);
    assert.deepEqual(harness.takeRows(), expected);
    harness.close();
  });
}

test('S-48 a row that was not written for the TTL is gone, and each side has its own', async () => {
  const clock = new ManualClock();
  const harness = await open(small({ joinType: 'LEFT', leftStateTtlMs: 100, rightStateTtlMs: 1000 }), {
    clock,
  });
  harness.process(0, '+I[1, a]');
  harness.process(1, '+I[2, x]');
  clock.advanceTo(99);
  harness.process(1, '+I[1, y]'); // a match is a write, too
  clock.advanceTo(198);
  harness.process(1, '+I[1, z]');
  clock.advanceTo(298);
  harness.process(1, '+I[1, late]');
  harness.process(0, '+I[2, b]', '+I[1, a]');
  clock.advanceTo(1200);
  harness.process(0, '-D[1, a]');
  assert.deepEqual(harness.takeRows(), [
    '+I[1, a, null, null]',
    '-D[1, a, null, null]',
    '+I[1, a, 1, y]',
    '+I[1, a, 1, z]',
    '+I[2, b, 2, x]',
    '+I[1, a, 1, y]',
    '+I[1, a, 1, z]',
    '+I[1, a, 1, late]',
    '-D[1, a, 1, late]',
  ]);
  harness.close();
});

test('a row with more matches than a batch has rows comes whole and in order', async () => {
  const harness = await open(small({ joinType: 'LEFT' }));
  const count = 10_000;
  const names = Array.from({ length: count }, (_, i) => `a name that is long, ${i}`);
  for (const piece of piecesOf(4000, names)) harness.process(0, ...piece.map((name) => [1n, name]));
  assert.lengthOf(harness.takeRows(), count);
  harness.process(1, '+I[1, x]', '+I[2, y]', '-D[1, x]');
  assert.deepEqual(harness.takeRows(), [
    ...names.flatMap((name) => [`-D[1, ${name}, null, null]`, `+I[1, ${name}, 1, x]`]),
    ...names.flatMap((name) => [`-D[1, ${name}, 1, x]`, `+I[1, ${name}, null, null]`]),
  ]);
  harness.close();
});

test('one row that came ten thousand times joins as often', async () => {
  const harness = await open(small({}));
  for (let i = 0; i < 4; i++) harness.process(0, ...Array.from({ length: 2500 }, () => '+I[1, a]'));
  harness.process(1, '+I[1, x]');
  assert.deepEqual(
    harness.takeRows(),
    Array.from({ length: 10_000 }, () => '+I[1, a, 1, x]'),
  );
  harness.close();
});

test('rows may have more columns than a word has bits, and ROWs in ROWs', async () => {
  const inner = { ...t.rowType({ a: t.INTEGER, b: t.STRING }), nullable: true };
  const nested = { ...t.rowType({ x: t.BOOLEAN, inner, y: t.SMALLINT }), nullable: true };
  const columns = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`c${i}`, t.TINYINT]));
  const type = t.rowType({ k: t.BIGINT, nested, ...columns });
  const numbers = Array.from({ length: 70 }, (_, i) => (i % 3 === 0 ? null : i));
  const rows: Value[][] = [
    [1n, [true, [7, 'a text of more than fifteen bytes'], 3], ...numbers],
    [1n, [null, null, 4], ...numbers],
    [1n, null, ...numbers],
  ];
  const harness = await open(specOf({ leftType: type, rightType: RIGHT, joinType: 'FULL' }));
  harness.process(0, ...rows, ...rows.map((values) => ({ kind: 3, values })), ...rows);
  harness.takeRows();
  harness.process(1, '+I[1, x]', '+I[2, y]');
  const joinedType = { ...type, fields: [...type.fields, ...RIGHT.fields] };
  const empty = type.fields.map(() => null);
  const expected: ChangelogRow[] = [
    ...rows.flatMap((row) => [
      { kind: 3, values: [...row, null, null] },
      { kind: 0, values: [...row, 1n, 'x'] },
    ]),
    { kind: 0, values: [...empty, 2n, 'y'] },
  ];
  assert.deepEqual(harness.takeRows(), print(expected, joinedType));
  harness.close();
});

test('takes no more memory once as many rows come as go', async () => {
  const own = await testEnvironment();
  const spec = small({ joinType: 'FULL', rightUniqueKey: { kind: 'HasUniqueKey', columns: [0] } });
  const harness = await open(spec, {}, own);
  const kinds = [
    [0, 0],
    [1, 2],
    [0, 3],
    [1, 3],
  ] as const;
  const round = (i: number) => {
    const name = (n: number) => `${'long '.repeat(1 + ((n * 7) % 40))}${n}`;
    const rows = Array.from({ length: 400 }, (_, n) => [BigInt(i * 1000 + (n % 200)), name(i * 1000 + n)]);
    for (const [side, kind] of kinds) harness.process(side, ...rows.map((values) => ({ kind, values })));
    harness.takeRows();
  };
  for (let i = 0; i < 10; i++) round(i);
  const used = own.pool.usedBytes;
  for (let i = 10; i < 30; i++) round(i);
  assert.equal(own.pool.usedBytes, used);
  harness.close();
  assert.equal(own.pool.usedBytes, 0);
}, 20_000);

test('snapshots of what changed add up to the state', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<JoinType>('INNER', 'FULL'),
      fc.constantFrom(NO_KEY, OTHER_IS_UNIQUE),
      fc.array(fc.tuple(fc.nat(1), fc.constantFrom(0, 3), fc.nat(599)), { minLength: 10, maxLength: 60 }),
      async (joinType, leftUniqueKey, changes) => {
        const spec = small({ joinType, leftUniqueKey });
        const harness = await open(spec);
        // A few rows a page, and the rows of a key far apart.
        const row = (n: number): Value[] => [BigInt(n % 20), `${n} ${'x'.repeat(1500)}`];
        const all = Array.from({ length: 600 }, (_, n) => row(n));
        harness.process(0, ...all.slice(0, 500));
        harness.process(1, ...all.slice(0, 20));
        let restore = [await harness.snapshot()];
        for (const [side, kind, n] of changes) {
          harness.process(side as 0 | 1, { kind, values: row(n) });
          restore = [await harness.snapshot(false)];
        }
        harness.takeRows();
        const restored = await open(spec, { restore });
        for (const side of [0, 1] as const) {
          const probes = Array.from({ length: 20 }, (_, k): ChangelogRow => ({
            kind: 0,
            values: [BigInt(k), 'new'],
          }));
          for (const subtask of [harness, restored]) subtask.process(side, ...probes);
          assert.deepEqual(restored.takeRows(), harness.takeRows());
        }
        for (const subtask of [harness, restored]) {
          subtask.process(0, ...all.map((values) => ({ kind: 3, values })));
        }
        assert.deepEqual(restored.takeRows(), harness.takeRows());
        harness.close();
        restored.close();
      },
    ),
    { numRuns: 12 },
  );
}, 20_000);

test('with a TTL, rows that expire make room for new ones', async () => {
  const own = await testEnvironment();
  const clock = new ManualClock();
  const harness = await open(small({ leftStateTtlMs: 50, rightStateTtlMs: 50 }), { clock }, own);
  let peak = 0;
  for (let i = 0; i < 150; i++) {
    clock.advanceTo(i * 10);
    harness.process(
      0,
      ...Array.from({ length: 1000 }, (_, n) => [BigInt(i * 1000 + n), `row ${i} of long names`]),
    );
    if (i === 50) peak = own.pool.usedBytes;
  }
  assert.isAtMost(own.pool.usedBytes, peak);
  harness.close();
});

const refused: [name: string, overrides: Partial<JoinSpec>][] = [
  ['keys of other types', { leftType: t.rowType({ k: t.INTEGER, l: t.STRING }) }],
  ['DECIMALs of another scale', { leftType: t.rowType({ k: t.decimal(9, 2) }), rightType: t.rowType({ k: t.decimal(9, 3) }) }],
  ['ARRAYs in rows', { leftType: t.rowType({ k: t.BIGINT, l: { root: 'ARRAY', element: t.BIGINT, nullable: true } }) }],
]; // prettier-ignore
for (const [name, overrides] of refused) {
  test(`refuses ${name}`, async () => {
    const failure = await open(small(overrides)).catch((error: unknown) => error);
    assert.match(String(failure), /RuntimeFailure: .* not supported/);
  });
}

import fc from 'fast-check';
import { assert, test } from 'vitest';
import { printText } from '../../engine/data/value-text.ts';
import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { RexNode } from '../../engine/expressions/rex-node.ts';
import { StreamingJoin } from '../../engine/operators/join.ts';
import type { JoinSpec, UniqueKeyKind } from '../../engine/operators/operator-spec.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
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
const test_ = (left: readonly Value[], right: readonly Value[]): boolean => {
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
  new JoinReference({ ...spec, ...(spec.condition && { test: test_ }) });

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

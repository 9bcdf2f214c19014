import fc from 'fast-check';
import { assert, test } from 'vitest';
import { printText } from '../../engine/data/value-text.ts';
import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import { Expand } from '../../engine/operators/expand.ts';
import type { ExpandColumn, ExpandSpec } from '../../engine/operators/operator-spec.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import { OneInputStreamOperatorTestHarness as Harness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import * as t from '../state/test-memory.ts';
import { anyChangelog, anyRow, inputType, piecesOf } from './changelogs.ts';

const environment = await testEnvironment();
const ROW: LogicalType = t.rowType({ a: t.BIGINT, b: t.STRING });
const type = t.rowType({
  ...Object.fromEntries(inputType.fields.map((field) => [field.name, field.type])),
  r: { ...ROW, nullable: true },
});

const anyColumn = (copies: number): fc.Arbitrary<ExpandColumn> =>
  fc.oneof(
    fc.record({
      input: fc.nat(type.fields.length - 1),
      nullIn: fc.uniqueArray(fc.nat(copies - 1)),
    }),
    fc.constant({ isNull: true as const }),
    fc.record({ numbers: fc.array(fc.nat(9), { minLength: copies, maxLength: copies }) }),
  );
const shape = fc.integer({ min: 1, max: 7 }).chain((copies) =>
  fc.record({
    copies: fc.constant(copies),
    columns: fc.array(anyColumn(copies), { minLength: 1, maxLength: 5 }),
  }),
);
const rows = anyChangelog(
  fc
    .tuple(
      anyRow,
      fc.option(fc.tuple(fc.option(fc.bigInt({ min: 0n, max: 9n })), fc.constantFrom('', 'long enough'))),
    )
    .map(([row, nested]): readonly Value[] => [...row, nested]),
);

function specOf({ copies, columns }: Pick<ExpandSpec, 'copies' | 'columns'>): ExpandSpec {
  const outputType = t.rowType(
    Object.fromEntries(
      columns.map((column, i) => [
        `c${i}`,
        'input' in column
          ? { ...type.fields[column.input]!.type, nullable: true }
          : { root: 'BIGINT', nullable: false },
      ]),
    ),
  );
  return { kind: 'Expand', copies, columns, inputType: type, outputType };
}

test('gives every row once for each set, its copies behind one another', async () => {
  await fc.assert(
    fc.asyncProperty(shape, rows, fc.integer({ min: 1, max: 60 }), async (shape, rows, size) => {
      const spec = specOf(shape);
      const harness = await Harness.open(environment, {
        inputType: type,
        outputType: spec.outputType,
        operator: (context) => new Expand(context, spec),
      });
      for (const piece of piecesOf(size, rows)) harness.process(...piece);
      const expected = rows.flatMap(({ kind, values }) =>
        Array.from({ length: spec.copies }, (_, copy): ChangelogRow => ({
          kind,
          values: spec.columns.map((column) => {
            if ('isNull' in column) return null;
            if ('numbers' in column) return BigInt(column.numbers[copy]!);
            return column.nullIn.includes(copy) ? null : (values[column.input] ?? null);
          }),
        })),
      );
      const types = spec.outputType.fields.map((field) => field.type);
      assert.deepEqual(harness.takeRows(), expected.map((row) => printText(row, types))); // prettier-ignore
      harness.close();
    }),
    { numRuns: 100 },
  );
});

import { assert, describe, test } from 'vitest';
import * as fc from 'fast-check';
import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import { printText } from '../../engine/data/value-text.ts';
import { Correlate } from '../../engine/operators/correlate.ts';
import type { CorrelateSpec, TableFunctionCall } from '../../engine/operators/operator-spec.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { T, call, input, literal } from '../expressions/evaluation.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';
import { correlated, unnested } from '../reference/correlate.ts';

const environment = await testEnvironment();

const pair = T.row({ p: T.int, q: T.string });
const cell = fc.option(fc.integer({ min: -3, max: 9 }));
const text = fc.option(fc.string({ maxLength: 40 }));
const short = { maxLength: 7 };

interface Shape {
  readonly type: LogicalType;
  readonly columns: Readonly<Record<string, LogicalType>>;
  readonly values: fc.Arbitrary<Value>;
}
const SHAPES: Readonly<Record<string, Shape>> = {
  'an array of numbers': {
    type: { root: 'ARRAY', element: T.int, nullable: true },
    columns: { f0: T.int },
    values: fc.array(cell, short),
  },
  'an array of texts': {
    type: { root: 'ARRAY', element: T.string, nullable: true },
    columns: { f0: T.string },
    values: fc.array(text, short),
  },
  'an array of rows': {
    type: { root: 'ARRAY', element: { ...pair, nullable: true }, nullable: true },
    columns: { p: T.int, q: T.string },
    values: fc.array(fc.option(fc.tuple(cell, text)), short),
  },
  'an array of arrays': {
    type: { root: 'ARRAY', element: { root: 'ARRAY', element: T.int, nullable: true }, nullable: true },
    columns: { f0: { root: 'ARRAY', element: T.int, nullable: true } },
    values: fc.array(fc.option(fc.array(cell, { maxLength: 3 })), short),
  },
  'a map': {
    type: { root: 'MAP', key: T.string, value: T.int, nullable: true },
    columns: { f0: T.string, f1: T.int },
    values: fc.uniqueArray(fc.tuple(fc.string({ maxLength: 3 }), cell), {
      ...short,
      selector: ([key]) => key,
    }),
  },
  'a multiset': {
    type: { root: 'MULTISET', element: T.int, nullable: true },
    columns: { f0: T.int },
    values: fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 4 })), {
      ...short,
      selector: ([element]) => element,
    }),
  },
};

function specOf(
  { type, columns }: Shape,
  joinType: 'INNER' | 'LEFT',
  withOrdinality: boolean,
  isFiltered: boolean,
): CorrelateSpec {
  const inputType = T.row({ id: T.int, c: type, t: T.string });
  const rowType = T.row(withOrdinality ? { ...columns, ORDINALITY: T.int } : columns);
  const fields =
    joinType === 'LEFT'
      ? rowType.fields.map((each) => ({ ...each, type: { ...each.type, nullable: true } }))
      : rowType.fields;
  const condition = isFiltered && call('IS NOT NULL', T.boolean, input(0, rowType.fields[0]!.type));
  return {
    kind: 'Correlate',
    joinType,
    call: { name: '$UNNEST_ROWS$1', operands: [input(1, type)], rowType, withOrdinality },
    ...(condition && { condition }),
    inputType,
    outputType: { ...inputType, fields: [...inputType.fields, ...fields] },
  };
}

async function open(spec: CorrelateSpec, userFunctions?: ReadonlyMap<string, unknown>) {
  return OneInputStreamOperatorTestHarness.open(environment, {
    inputType: spec.inputType,
    outputType: spec.outputType,
    operator: (context) => new Correlate(context, spec),
    ...(userFunctions && { userFunctions }),
  });
}

function lines(rows: readonly ChangelogRow[], { fields }: RowType): string[] {
  const types = fields.map((field) => field.type);
  return rows.map((row) => printText(row, types));
}

describe('UNNEST of', () => {
  for (const [name, shape] of Object.entries(SHAPES)) {
    test(`${name} gives the rows that it has, for any cut into batches`, async () => {
      const row = fc.record({
        kind: fc.constantFrom(0, 0, 0, 1, 2, 3),
        values: fc.tuple(cell, fc.option(shape.values), text),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(row, { maxLength: 30 }),
          fc.constantFrom('INNER', 'LEFT'),
          fc.boolean(),
          fc.boolean(),
          fc.integer({ min: 1, max: 9 }),
          async (rows, joinType, withOrdinality, isFiltered, size) => {
            const spec = specOf(shape, joinType, withOrdinality, isFiltered);
            const harness = await open(spec);
            for (let at = 0; at < rows.length; at += size) harness.process(...rows.slice(at, at + size));
            const expected = correlated(
              rows,
              ([, collection]) => unnested(collection ?? null, shape.type, withOrdinality),
              (cells) => !isFiltered || cells[0] !== null,
              spec.call.rowType.fields.length,
              joinType === 'LEFT',
            );
            assert.deepEqual(harness.take(), lines(expected, spec.outputType));
            harness.operator.close();
          },
        ),
        { numRuns: 60 },
      );
    });
  }

  test('large collections comes in many batches, with rows without elements in their places', async () => {
    const shape = SHAPES['a multiset']!; // it is there
    const rows = [5000, 0, 4096, 1, 0, 0, 9000, 0].map((times, id) => ({
      kind: 0,
      values: [id, times === 0 ? [] : [[7, times]], 'x'],
    }));
    const spec = specOf(shape, 'LEFT', true, false);
    const harness = await open(spec);
    harness.process(...rows);
    const rowsOf = ([, collection]: readonly Value[]) => unnested(collection ?? null, shape.type, true);
    const expected = correlated(rows, rowsOf, () => true, 2, true);
    assert.deepEqual(harness.take(), lines(expected, spec.outputType));
    harness.operator.close();
  });
});

describe("a user's table function", () => {
  const inputType = T.row({ n: T.int });
  const countTo: TableFunctionCall = {
    name: 'count_to',
    operands: [input(0, T.int)],
    rowType: T.row({ x: T.int, y: T.string }),
    withOrdinality: false,
    userFunction: 'count_to',
  };
  const spec = (joinType: 'INNER' | 'LEFT', projection?: CorrelateSpec['projection']): CorrelateSpec => ({
    kind: 'Correlate',
    joinType,
    call: countTo,
    ...(projection && { projection }),
    inputType,
    outputType: T.row(projection ? { n: T.int, z: T.int } : { n: T.int, x: T.int, y: T.string }),
  });
  const functions = new Map([
    [
      'count_to',
      {
        kind: 'table',
        returns: 'ROW<x INT, y STRING>',
        *eval(n: number | null) {
          for (let i = 1; i <= (n ?? 0); i++) yield [i, i % 2 === 0 ? null : `${i}`];
        },
      },
    ],
  ]);

  test('is called for each row, and its rows go where they belong', async () => {
    const harness = await open(spec('LEFT'), functions);
    harness.process('+I[2]', '-U[0]', '+U[1]', '-D[null]');
    assert.deepEqual(harness.take(), [
      '+I[2, 1, 1]',
      '+I[2, 2, null]',
      '-U[0, null, null]',
      '+U[1, 1, 1]',
      '-D[null, null, null]',
    ]);
    harness.operator.close();
  });

  test('gives more rows than a batch holds', async () => {
    const harness = await open(
      spec('INNER', [call('+', T.int, input(0, T.int), literal(1, T.int))]),
      functions,
    );
    harness.process('+I[10000]', '+I[1]');
    const taken = harness.take();
    assert.equal(taken.length, 10001);
    assert.deepEqual([taken[0], taken[9999], taken[10000]], ['+I[10000, 2]', '+I[10000, 10001]', '+I[1, 2]']);
    harness.operator.close();
  });
});

import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import type { Value } from '../../engine/data/value.ts';
import type { SortKeySpec, SortSpec } from '../../engine/operators/operator-spec.ts';
import { Sort } from '../../engine/operators/sort/sort.ts';
import { T } from '../expressions/evaluation.ts';
import { OneInputStreamOperatorTestHarness } from '../harness/one-input-stream-operator-test-harness.ts';
import { testEnvironment } from '../harness/test-environment.ts';

const environment = await testEnvironment();
const rowType = T.row({
  n: T.int,
  b: T.bigint,
  s: T.string,
  d: T.double,
  f: T.boolean,
  list: { root: 'ARRAY', element: T.string, nullable: true },
});

type Row = readonly Value[];

async function sorted(
  rows: readonly Row[],
  { batch = 4096, ...of }: Partial<SortSpec> & { batch?: number },
): Promise<string[]> {
  const spec: SortSpec = { kind: 'Sort', keys: [], offset: 0, rowType, ...of };
  const harness = await OneInputStreamOperatorTestHarness.open(environment, {
    inputType: rowType,
    outputType: rowType,
    operator: (context) => new Sort(context, spec),
  });
  try {
    for (let from = 0; from < rows.length; from += batch) harness.process(...rows.slice(from, from + batch));
    assert.deepEqual(harness.takeRows(), []);
    await harness.endInput();
    const all = harness.take();
    assert.equal(all.pop(), 'watermark end');
    return all;
  } finally {
    harness.close();
  }
}

/** Below, at or above zero as Flink orders two values: numbers by value, texts by their bytes in UTF-8. NaN is above all. */
function order(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (Object.is(a, b)) return 0;
  if (Number.isNaN(a)) return 1;
  if (Number.isNaN(b)) return -1;
  if (a === 0 && b === 0) return Object.is(a, -0) ? -1 : 1;
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

function reference(rows: readonly Row[], keys: readonly SortKeySpec[]): Row[] {
  return [...rows].sort((left, right) => {
    for (const { column, descending, nullsFirst } of keys) {
      const [a, b] = [left[column] ?? null, right[column] ?? null];
      if (a === null && b === null) continue;
      if (a === null || b === null) return (a === null) === nullsFirst ? -1 : 1;
      const found = order(a, b);
      if (found !== 0) return descending ? -found : found;
    }
    return 0;
  });
}

const orNull = <V extends Value>(values: fc.Arbitrary<V>) => fc.option(values, { nil: null, freq: 4 });
// Few different ones, so that keys tie; long ones that differ late; some beyond ASCII.
const anyText = fc.oneof(
  fc.constantFrom('', 'a', 'ab', 'abcdefgh', 'abcdefghi', 'é', '漢字', '\u0000', 'a\u0000'),
  fc.string({ maxLength: 3 }).map((tail) => `abcdefgh-${tail.replace(/[^ -~]/g, '')}`),
);
const anyRow = fc.tuple(
  orNull(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-2147483648, 2147483647))),
  orNull(fc.constantFrom(-(2n ** 63n), -1n, 0n, 1n, 2n ** 63n - 1n)),
  orNull(anyText),
  orNull(fc.constantFrom(-Infinity, -1.5, -0, 0, 4.9e-324, 2, Infinity, NaN)),
  orNull(fc.boolean()),
  orNull(fc.array(fc.constantFrom<Value>('x', null, 'yz'), { maxLength: 2 })),
);
const anyKey = fc.record({
  column: fc.integer({ min: 0, max: 4 }),
  descending: fc.boolean(),
  nullsFirst: fc.boolean(),
});

describe('Sort', () => {
  test('is a stable sort by all keys, for any cut into batches', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRow, { maxLength: 60 }),
        fc.array(anyKey, { maxLength: 3 }),
        fc.integer({ min: 1, max: 30 }),
        async (rows, keys, batch) => {
          assert.deepEqual(
            await sorted(rows, { keys, batch }),
            await sorted(reference(rows, keys), { keys: [], batch: 4096 }),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test('OFFSET and FETCH cut the sorted rows', async () => {
    const rows = [3, 1, null, 2, 5, 4].map((n): Row => [n, null, null, null, null, null]);
    const keys = [{ column: 0, descending: false, nullsFirst: true }];
    const all = await sorted(rows, { keys });
    assert.deepEqual(await sorted(rows, { keys, offset: 1, fetch: 2 }), all.slice(1, 3));
    assert.deepEqual(await sorted(rows, { keys, offset: 4, fetch: 9 }), all.slice(4));
    assert.deepEqual(await sorted(rows, { keys, offset: 6, fetch: 1 }), []);
    assert.deepEqual(await sorted(rows, { keys, fetch: 0 }), []);
  });

  test('with a FETCH, more rows than are kept give the same first rows', { timeout: 60_000 }, async () => {
    const rows = Array.from({ length: 70_000 }, (_, i): Row => {
      const n = (i * 7919) % 70_001;
      return [n, null, `t${n % 10}`, null, null, null];
    });
    const keys = [
      { column: 2, descending: true, nullsFirst: false },
      { column: 0, descending: false, nullsFirst: true },
    ];
    const expected = await sorted(reference(rows, keys).slice(2, 7), {});
    assert.deepEqual(await sorted(rows, { keys, offset: 2, fetch: 5 }), expected);
  });
});

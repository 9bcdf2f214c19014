import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import bytes from '#wasm?bytes';
import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import { decimalText, decimalWords } from '../../engine/data/decimal-words.ts';
import type { Value } from '../../engine/data/value.ts';
import { loadWasm } from '../../engine/memory/kernels.ts';
import { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { batchRows } from './batch-values.ts';

const wasm = await loadWasm(bytes);
const pool = new MemorySegmentPool(wasm);

const nullable = true;
const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable };
const decimal = (precision: number, scale: number): LogicalType => ({
  root: 'DECIMAL',
  precision,
  scale,
  nullable,
});

/** Types with cells that are theirs. */
const scalars: [LogicalType, fc.Arbitrary<Value>][] = [
  [{ root: 'BOOLEAN', nullable }, fc.boolean()],
  [{ root: 'TINYINT', nullable }, fc.integer({ min: -128, max: 127 })],
  [{ root: 'SMALLINT', nullable }, fc.integer({ min: -32768, max: 32767 })],
  [{ root: 'INTEGER', nullable }, fc.integer()],
  [{ root: 'BIGINT', nullable }, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [{ root: 'FLOAT', nullable }, fc.float()],
  [{ root: 'DOUBLE', nullable }, fc.double()],
  [{ root: 'DATE', nullable }, fc.integer()],
  [{ root: 'TIME', precision: 3, nullable }, fc.integer({ min: 0, max: 86_399_999 })],
  [{ root: 'TIMESTAMP', precision: 3, nullable }, instants(0)],
  [{ root: 'TIMESTAMP_LTZ', precision: 9, nullable }, instants(999_999)],
  [{ root: 'INTERVAL_YEAR_MONTH', units: 'YEAR TO MONTH', nullable }, fc.integer()],
  [{ root: 'INTERVAL_DAY_TIME', units: 'DAY TO SECOND(3)', nullable }, fc.maxSafeInteger()],
  [decimal(5, 2), decimals(5, 2)],
  [decimal(18, 0), decimals(18, 0)],
  [decimal(38, 10), decimals(38, 10)],
  [STRING, fc.string({ unit: 'grapheme' })],
  [{ root: 'VARBINARY', length: 2147483647, nullable }, fc.uint8Array()],
];

function instants(maxNano: number): fc.Arbitrary<Value> {
  const epochMs = fc.integer({ min: -(2 ** 47), max: 2 ** 47 });
  return fc.record({ epochMs, nanoOfMs: fc.integer({ min: 0, max: maxNano }) }, { noNullPrototype: true });
}

function decimals(precision: number, scale: number): fc.Arbitrary<Value> {
  const max = 10n ** BigInt(precision) - 1n;
  return fc.bigInt({ min: -max, max }).map((unscaled) => decimalText(unscaled, scale));
}

type Typed = readonly [LogicalType, fc.Arbitrary<Value>];

const anyTyped: fc.Arbitrary<Typed> = fc.letrec<{ type: Typed }>((tie) => ({
  type: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: fc.constantFrom(...scalars), weight: 8 },
    {
      arbitrary: tie('type').map(([element, cell]): Typed => [
        { root: 'ARRAY', element, nullable },
        fc.array(orNull(cell)),
      ]),
      weight: 1,
    },
    {
      arbitrary: fc
        .tuple(tie('type'), tie('type'))
        .map(([[key, k], [value, v]]): Typed => [
          { root: 'MAP', key, value, nullable },
          fc.array(fc.tuple(k, orNull(v))),
        ]),
      weight: 1,
    },
    {
      arbitrary: tie('type').map(([element, cell]): Typed => [
        { root: 'MULTISET', element, nullable },
        fc.array(fc.tuple(cell, fc.nat())),
      ]),
      weight: 1,
    },
    {
      arbitrary: fc
        .array(tie('type'), { minLength: 1, maxLength: 3 })
        .map((fields): Typed => [
          { root: 'ROW', fields: fields.map(([type], i) => ({ name: `f${i}`, type })), nullable },
          fc.tuple(...fields.map(([, cell]) => orNull(cell))),
        ]),
      weight: 1,
    },
  ),
})).type;

function orNull(cell: fc.Arbitrary<Value>): fc.Arbitrary<Value> {
  return fc.option(cell, { nil: null, freq: 4 });
}

const anyTable = fc.array(anyTyped, { minLength: 1, maxLength: 4 }).chain((columns) =>
  fc.record({
    types: fc.constant(columns.map(([type]) => type)),
    rows: fc.array(
      fc.record(
        {
          kind: fc.integer({ min: 0, max: 3 }),
          values: fc.tuple(...columns.map(([, cell]) => orNull(cell))),
        },
        { noNullPrototype: true },
      ),
      { maxLength: 30 },
    ),
  }),
);

function rowTypeOf(types: readonly LogicalType[]): RowType {
  return { root: 'ROW', fields: types.map((type, i) => ({ name: `c${i}`, type })), nullable: false };
}

describe('BatchBuilder', () => {
  test('gives back the values of every type, nested ones too, batch after batch', () => {
    fc.assert(
      fc.property(anyTable, fc.integer({ min: 1, max: 10 }), ({ types, rows }, size) => {
        const builder = new BatchBuilder(wasm, pool, rowTypeOf(types));
        for (let from = 0; from < rows.length; from += size) {
          const expected = rows.slice(from, from + size);
          for (const { values, kind } of expected) builder.append(values, kind);
          expect(batchRows(wasm, builder.build())).toEqual(expected);
        }
        builder.release();
      }),
      { numRuns: 150 },
    );
    expect(pool.usedBytes).toBe(0);
  });

  test('grows with big batches and keeps the batch lent while the next one is collected', () => {
    const builder = new BatchBuilder(
      wasm,
      pool,
      rowTypeOf([STRING, { root: 'ARRAY', element: STRING, nullable }]),
    );
    const row = (n: number): Value[] => [`text ${n} é`, ['a', `b${n}`, null]];
    const fill = (from: number): void => {
      for (let i = 0; i < 4096; i++) builder.append(row(from + i));
    };
    fill(0);
    expect(builder.isFull).toBe(true);
    expect(() => builder.append(row(0))).toThrow('4096 rows at most');
    const batch = builder.build();
    fill(4096);
    expect(batchRows(wasm, batch)).toEqual(
      Array.from({ length: 4096 }, (_, n) => ({ kind: 0, values: row(n) })),
    );
    expect(batch.kinds).toBe(0);
    builder.release();
  });

  test('leaves columns absent that nobody reads', () => {
    const inner = rowTypeOf([STRING, STRING]);
    const builder = new BatchBuilder(wasm, pool, rowTypeOf([STRING, { ...inner, nullable }, STRING]), [
      false,
      true,
      false,
      true,
    ]);
    builder.append(['a', ['b', 'c'], 'd']);
    builder.append(['a', null, 'd']);
    const batch = builder.build();
    expect(batch.column(0).values).toBe(0);
    expect(batch.column(1).children[1]?.values).toBe(0);
    expect(batchRows(wasm, batch).map((row) => row.values)).toEqual([
      [null, ['b', null], 'd'],
      [null, null, 'd'],
    ]);
    expect(() => new BatchBuilder(wasm, pool, inner, [true])).toThrow('1 flags for 2 leaves');
    builder.release();
  });

  test('does not join halves of surrogate pairs of neighbouring cells', () => {
    const builder = new BatchBuilder(wasm, pool, rowTypeOf([STRING]));
    for (const text of ['a\ud83d', '\ude00b', '😀']) builder.append([text]);
    expect(batchRows(wasm, builder.build()).map((row) => row.values)).toEqual([
      ['a\ufffd'],
      ['\ufffdb'],
      ['😀'],
    ]);
    builder.release();
  });

  test('forgets rows on reset', () => {
    const builder = new BatchBuilder(
      wasm,
      pool,
      rowTypeOf([STRING, { root: 'ARRAY', element: STRING, nullable }]),
    );
    builder.append(['lost', ['x']], 3);
    builder.reset();
    builder.append(['kept', ['y']]);
    expect(batchRows(wasm, builder.build())).toEqual([{ kind: 0, values: ['kept', ['y']] }]);
    builder.release();
  });

  test('takes safe integers for BIGINT and milliseconds for TIMESTAMP', () => {
    const builder = new BatchBuilder(
      wasm,
      pool,
      rowTypeOf([
        { root: 'BIGINT', nullable },
        { root: 'TIMESTAMP', precision: 6, nullable },
      ]),
    );
    const numbers = [
      0,
      -0,
      1,
      -1,
      2 ** 32,
      -(2 ** 32),
      -(2 ** 32) - 1,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ];
    for (const number of numbers) builder.append([number, number]);
    expect(batchRows(wasm, builder.build()).map((row) => row.values)).toEqual(
      numbers.map((number) => [BigInt(number), { epochMs: Number(BigInt(number)), nanoOfMs: 0 }]),
    );
    builder.release();
  });

  test('refuses a value of another type', () => {
    const builder = new BatchBuilder(wasm, pool, rowTypeOf([{ root: 'INTEGER', nullable }]));
    expect(() => builder.append(['1'])).toThrow('a number was expected, not a string');
  });
});

test('a decimal text and its unscaled value', () => {
  expect(decimalWords('-12.5', 3)).toBe(-12500);
  expect(decimalWords('12345678901234567890', 2)).toBe(1234567890123456789000n);
  expect(() => decimalWords('1.234', 2)).toThrow('more than 2 digits');
  expect(() => decimalWords('1e3', 2)).toThrow('no decimal number');
  expect(decimalText(-5n, 2)).toBe('-0.05');
});

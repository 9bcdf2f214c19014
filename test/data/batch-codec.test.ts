import fc from 'fast-check';
import { assert, test } from 'vitest';
import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import { BatchDecoder, BatchEncoder, decodeBatch, encodeBatch } from '../../engine/data/batch-codec.ts';
import { Column } from '../../engine/data/column.ts';
import { RecordBatch } from '../../engine/data/record-batch.ts';
import { decodeRows } from '../../engine/data/row-decoder.ts';
import type { ChangelogRow, Value } from '../../engine/data/value.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { linesOf, rowOf } from '../harness/rows.ts';
import { testEnvironment } from '../harness/test-environment.ts';

const { wasm, pool } = await testEnvironment();

const nullable = true;
const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable };
const INT: LogicalType = { root: 'INTEGER', nullable };
const BIGINT: LogicalType = { root: 'BIGINT', nullable };

const rowTypeOf = (...types: LogicalType[]): RowType => ({
  root: 'ROW',
  nullable: false,
  fields: types.map((type, index) => ({ name: `f${index}`, type })),
});

const orNull = (values: fc.Arbitrary<Value>): fc.Arbitrary<Value> =>
  fc.option(values, { nil: null, freq: 4 });
const text = orNull(fc.oneof(fc.string({ maxLength: 200 }), fc.string({ unit: 'grapheme', maxLength: 20 })));
const int = orNull(fc.integer());

/** One type of every width and shape, with values for it. */
const kindsOfColumns: [type: LogicalType, values: fc.Arbitrary<Value>][] = [
  [{ root: 'BOOLEAN', nullable }, orNull(fc.boolean())],
  [{ root: 'SMALLINT', nullable }, orNull(fc.integer({ min: -32768, max: 32767 }))],
  [INT, int],
  [BIGINT, orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))],
  [{ root: 'DOUBLE', nullable }, orNull(fc.double({ noNaN: true }))],
  [
    { root: 'DECIMAL', precision: 38, scale: 2, nullable },
    orNull(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map((whole) => `${whole}.05`)),
  ],
  [
    { root: 'TIMESTAMP', precision: 9, nullable },
    orNull(
      fc.record({
        epochMs: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
        nanoOfMs: fc.integer({ min: 0, max: 999_999 }),
      }),
    ),
  ],
  [STRING, text],
  [{ root: 'VARBINARY', length: 100, nullable }, orNull(fc.uint8Array({ maxLength: 40 }))],
  [{ ...rowTypeOf(INT, STRING), nullable }, orNull(fc.tuple(int, text))],
  [{ root: 'ARRAY', element: STRING, nullable }, orNull(fc.array(text, { maxLength: 5 }))],
  [
    { root: 'MAP', key: INT, value: { root: 'ARRAY', element: BIGINT, nullable }, nullable },
    orNull(
      fc.array(
        fc.tuple(fc.integer(), orNull(fc.array(orNull(fc.bigInt({ min: 0n, max: 9n })), { maxLength: 3 }))),
        {
          maxLength: 4,
        },
      ),
    ),
  ],
  [
    { root: 'MULTISET', element: STRING, nullable },
    orNull(fc.array(fc.tuple(text, fc.integer({ min: 1, max: 9 })), { maxLength: 4 })),
  ],
];

const anyBatch = fc.subarray(kindsOfColumns, { minLength: 1 }).chain((columns) =>
  fc.record({
    rowType: fc.constant(rowTypeOf(...columns.map(([type]) => type))),
    rows: fc.array(
      fc.record({
        kind: fc.constantFrom(0, 0, 0, 1, 2, 3),
        values: fc.tuple(...columns.map(([, values]) => values)),
      }),
      { maxLength: 40 },
    ),
  }),
);

function build(
  rowType: RowType,
  rows: readonly ChangelogRow[],
): { batch: RecordBatch; readonly release: () => void } {
  const builder = new BatchBuilder(wasm, pool, rowType);
  for (const { values, kind } of rows) builder.append(values, kind);
  return { batch: builder.build(), release: () => builder.release() };
}

test('rows come out of the bytes as they went in, through JavaScript and through columns', () =>
  fc.assert(
    fc.property(anyBatch, ({ rowType, rows }) => {
      const { batch, release } = build(rowType, rows);
      const bytes = encodeBatch(batch, wasm, pool, rowType);
      assert.deepEqual(decodeRows(bytes, rowType), rows);
      const again = decodeBatch(bytes, wasm, pool, rowType, (decoded) =>
        encodeBatch(decoded, wasm, pool, rowType),
      );
      assert.deepEqual(decodeRows(again, rowType), rows);
      release();
    }),
  ));

test('a selection is what its rows alone would be', () =>
  fc.assert(
    fc.property(anyBatch, fc.infiniteStream(fc.boolean()), ({ rowType, rows }, coins) => {
      const { batch, release } = build(rowType, rows);
      const picked = rows.flatMap((_, row) => (coins.next().value ? [row] : []));
      const room = pool.allocate(1 << 20);
      new Uint32Array(wasm.memory.buffer, room, picked.length).set(picked);
      const encoder = new BatchEncoder(wasm, pool, rowType);
      encoder.describe(batch);
      const bytes = encoder.write(picked.length, room, room + 4096, (1 << 20) - 4096);
      assert.isAbove(bytes, 0);
      assert.deepEqual(
        decodeRows(new Uint8Array(wasm.memory.buffer, room + 4096, bytes), rowType),
        picked.map((row) => rows[row]!),
      );
      encoder.release();
      pool.release(room, 1 << 20);
      release();
    }),
  ));

/** The second text ends where the numbers of the elements wait. */
const TEXTS_AT_THE_END = {
  rowType: {
    root: 'ROW' as const,
    nullable: false,
    fields: [
      { name: 'f0', type: { root: 'TIMESTAMP' as const, precision: 9, nullable: true } },
      {
        name: 'f1',
        type: {
          root: 'ARRAY' as const,
          element: { root: 'VARCHAR' as const, length: 2147483647, nullable: true },
          nullable: true,
        },
      },
    ],
  },
  rows: [
    { kind: 1 as const, values: [null, [' ']] as Value[] },
    { kind: 0 as const, values: [null, [' \u{10000}\u0800']] as Value[] },
  ],
};

test('nothing is written past the room, and what fits exactly is accepted', () =>
  fc.assert(
    fc.property(
      anyBatch,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      ({ rowType, rows }, share) => {
        const { batch, release } = build(rowType, rows);
        const encoder = new BatchEncoder(wasm, pool, rowType);
        const room = pool.allocate(1 << 20);
        const memory = () => new Uint8Array(wasm.memory.buffer, room, 1 << 20);
        encoder.describe(batch);
        const needed = encoder.write(rows.length, 0, room, 1 << 20);
        const capacity = Math.floor((needed * share) / 8) * 8;
        memory().fill(0xee);
        assert.equal(
          encoder.write(rows.length, 0, room, capacity),
          0,
          `${needed} bytes do not fit into ${capacity}`,
        );
        assert.isTrue(
          memory()
            .subarray(capacity)
            .every((byte) => byte === 0xee),
        );
        // The numbers of a collection's elements need room while it is written.
        const hasCollection = JSON.stringify(rowType).match(/ARRAY|MAP|MULTISET/) !== null;
        if (!hasCollection) assert.equal(encoder.write(rows.length, 0, room, needed), needed);
        encoder.release();
        pool.release(room, 1 << 20);
        release();
      },
    ),
    { examples: [[TEXTS_AT_THE_END, 0.9615384615384616]] },
  ));

test('constants stay one cell, absent columns absent, and both are read back as such', () => {
  const rowType = rowTypeOf(INT, STRING, BIGINT, rowTypeOf(STRING, INT));
  const rows = [0, 1, 2].map((n): ChangelogRow => ({ kind: 0, values: [n, 'c', 7n, ['x', n]] }));
  const { batch, release } = build(rowType, rows);
  const [number, string, , row] = batch.columns as [Column, Column, Column, Column];
  const given = new RecordBatch(3, [
    number,
    new Column(STRING, string.values, 0, 0),
    new Column(BIGINT, 0, 0),
    new Column(row.type, 0, 0, 0, [new Column(STRING, 0, 0), row.children[1]!]),
  ]);
  const bytes = encodeBatch(given, wasm, pool, rowType);
  assert.deepEqual(linesOf(bytes, rowType), [
    '+I[0, c, null, +I[null, 0]]',
    '+I[1, c, null, +I[null, 1]]',
    '+I[2, c, null, +I[null, 2]]',
  ]);
  decodeBatch(bytes, wasm, pool, rowType, ({ columns }) => {
    assert.isTrue(columns[1]!.isConstant);
    assert.equal(columns[2]!.values, 0);
    assert.equal(columns[3]!.children[0]!.values, 0);
    assert.isAbove(columns[3]!.children[1]!.values, 0);
  });
  release();
});

test('bytes that have moved are read where they are', () => {
  const rowType = rowTypeOf(STRING);
  const { batch, release } = build(
    rowType,
    ['+I[a]', '-U[bb]', '+U[ccc]'].map((line) => rowOf(line, rowType)),
  );
  const decoder = new BatchDecoder(wasm, pool, rowType);
  const encoder = new BatchEncoder(wasm, pool, rowType);
  const bytes = encoder.encode(batch);
  const room = pool.allocate(8192);
  const memory = new Uint8Array(wasm.memory.buffer);
  memory.set(bytes, room);
  decoder.decode(room);
  memory.copyWithin(room + 4096, room, room + bytes.length);
  memory.fill(0, room, room + bytes.length);
  const moved = encodeBatch(decoder.decode(room + 4096), wasm, pool, rowType);
  assert.deepEqual(linesOf(moved, rowType), ['+I[a]', '-U[bb]', '+U[ccc]']);
  encoder.release();
  decoder.release();
  pool.release(room, 8192);
  release();
});

test('rows that share their text share it in the bytes', () => {
  const rowType = rowTypeOf(STRING);
  const long = 'x'.repeat(1000);
  const { batch, release } = build(rowType, [{ kind: 0, values: [long] }]);
  const cell = new BigUint64Array(wasm.memory.buffer, batch.column(0).values, 1)[0]!;
  const room = pool.allocate(8192);
  new BigUint64Array(wasm.memory.buffer, room, 1000).fill(cell);
  const bytes = encodeBatch(new RecordBatch(1000, [new Column(STRING, room, 0)]), wasm, pool, rowType);
  assert.isBelow(bytes.length, 10_000);
  assert.deepEqual(linesOf(bytes, rowType), new Array<string>(1000).fill(`+I[${long}]`));
  pool.release(room, 8192);
  release();
});

test('an encoder takes any size, and no page is lost', () => {
  const rowType = rowTypeOf(STRING);
  const { batch, release } = build(rowType, [{ kind: 0, values: ['y'.repeat(300_000)] }]);
  const before = pool.usedBytes;
  assert.lengthOf(
    decodeRows(encodeBatch(batch, wasm, pool, rowType), rowType)[0]!.values[0] as string,
    300_000,
  );
  assert.equal(pool.usedBytes, before);
  release();
});

import fc from 'fast-check';
import { assert, test } from 'vitest';
import { KeyHasher } from '../../engine/state/key-hasher.ts';
import { subtaskOfKeyGroup } from '../../engine/state/key-group-range.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';
import * as t from './test-memory.ts';
import { rowHash, keyGroupOf } from '../reference/key-hasher.ts';

const memory = await t.TestMemory.create();
const hasher = new KeyHasher(memory.wasm, memory.pool);

function hashOf(types: readonly LogicalType[], cells: readonly t.Cell[]): number {
  const columns = types.map((type, index) => memory.column(type, [cells[index] ?? null]));
  const address = hasher.hashColumns(1, columns);
  return new DataView(memory.wasm.memory.buffer).getInt32(address, true);
}

const nested = t.rowType({ a: t.BIGINT, b: t.STRING });
const wide = t.decimal(38, 0);

// What Flink 2.3 answers: BinaryRowData.hashCode() and KeyGroupRangeAssignment.assignToKeyGroup(row, 128).
const flink: [name: string, types: LogicalType[], cells: t.Cell[], hash: number, keyGroup: number][] = [
  ['BIGINT 0', [t.BIGINT], [0n], -300363099, 102],
  ['BIGINT 1', [t.BIGINT], [1n], 1465514398, 94],
  ['BIGINT -1', [t.BIGINT], [-1n], -821098432, 65],
  ['BIGINT 1234567890123', [t.BIGINT], [1234567890123n], -1873221036, 62],
  ['BIGINT NULL', [t.BIGINT], [null], -1748325344, 99],
  ['INTEGER 42', [t.INTEGER], [42], 907821237, 69],
  ['INTEGER -7', [t.INTEGER], [-7], 1485184587, 0],
  ['TINYINT -1', [t.TINYINT], [-1], 2004758659, 46],
  ['SMALLINT -2', [t.SMALLINT], [-2], 557672611, 20],
  ['TRUE', [t.BOOLEAN], [true], 1465514398, 94],
  ['FLOAT 1.5', [t.FLOAT], [1.5], -173842779, 17],
  ['DOUBLE -0.0', [t.DOUBLE], [-0], 302122119, 102],
  ['empty text', [t.STRING], [''], 302122119, 102],
  ['abc', [t.STRING], ['abc'], -101922419, 92],
  ['7 bytes lie inline', [t.STRING], ['Goethes'], -940235896, 76],
  ['8 bytes do not', [t.STRING], ['Facebook'], 699102032, 79],
  ['padding is zero', [t.STRING], ['https://example.com'], -582791647, 103],
  [
    'four columns',
    [t.BIGINT, t.STRING, t.BIGINT, t.STRING],
    [1n, 'Facebook', null, 'channel-17'],
    1139379611,
    118,
  ],
  ['DECIMAL(10, 2) 12.34', [t.decimal(10, 2)], [1234n], -1096042293, 111],
  ['DECIMAL(38) 0', [wide], [0n], 728486185, 52],
  ['DECIMAL(38) 1', [wide], [1n], 1322040517, 122],
  ['DECIMAL(38) -1', [wide], [-1n], 907730780, 10],
  ['DECIMAL(38) 127', [wide], [127n], 1891628258, 93],
  ['DECIMAL(38) 128', [wide], [128n], -795104203, 120],
  ['DECIMAL(38) -128', [wide], [-128n], 1196242097, 17],
  ['DECIMAL(38) -129', [wide], [-129n], -104809469, 9],
  ['DECIMAL(38) 2^64', [wide], [1n << 64n], -1037944221, 111],
  ['DECIMAL(38) lowest', [wide], [1n - 10n ** 38n], 2078814714, 90],
  ['DECIMAL(38) highest', [wide], [10n ** 38n - 1n], -1064641625, 44],
  ['DECIMAL(38) 2^63-1', [wide], [(1n << 63n) - 1n], -1582252248, 117],
  ['DECIMAL(38) 2^63', [wide], [1n << 63n], 672101069, 81],
  ['DECIMAL(38) -2^63', [wide], [-(1n << 63n)], -295701232, 9],
  ['DECIMAL(38) -2^63-1', [wide], [-(1n << 63n) - 1n], 1948331642, 109],
  ['DECIMAL(38) 2^80-1', [wide], [(1n << 80n) - 1n], 59885444, 85],
  ['DECIMAL(38) NULL', [wide], [null], -1380280760, 47],
  ['TIMESTAMP(3)', [t.timestamp(3)], [1709251200123n], -664074650, 107],
  ['TIMESTAMP(6)', [t.timestamp(6)], [[1709251200123n, 456000]], 433328353, 65],
  ['TIMESTAMP(6) NULL', [t.timestamp(6)], [null], -340882661, 92],
  ['a ROW and text', [nested, t.STRING], [[5n, 'nested text'], 'Facebook'], 1067565108, 20],
  [
    '60 columns, the 58th NULL',
    Array.from({ length: 60 }, () => t.BIGINT),
    Array.from({ length: 60 }, (_, i) => (i === 57 ? null : BigInt(i))),
    1222243745,
    37,
  ],
];
for (const [name, types, cells, hash, keyGroup] of flink) {
  test(`S-70 hash of ${name} is Flink's`, () => {
    assert.equal(hashOf(types, cells), hash);
    assert.equal(rowHash(types, cells), hash, 'the reference');
    assert.equal(keyGroupOf(hash, 128), keyGroup);
  });
}

const text = fc.string({ maxLength: 20, unit: 'grapheme' });
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary);
const cellOf: [LogicalType, fc.Arbitrary<t.Cell>][] = [
  [t.BOOLEAN, fc.boolean()],
  [t.TINYINT, fc.integer({ min: -128, max: 127 })],
  [t.SMALLINT, fc.integer({ min: -32768, max: 32767 })],
  [t.INTEGER, fc.integer()],
  [t.BIGINT, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [t.DOUBLE, fc.double({ noNaN: true })],
  [t.STRING, text],
  [t.decimal(38, 3), fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n })],
  [t.timestamp(9), fc.tuple(fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }), fc.nat(999999))],
  [nested, fc.tuple(fc.bigInt({ min: -9n, max: 9n }), orNull(text))],
  [
    t.rowType({ x: nested, y: wide }),
    fc.tuple(orNull(fc.tuple(fc.bigInt({ min: 0n, max: 9n }), text)), fc.constant(7n)),
  ],
];
const anyRows = fc.array(fc.constantFrom(...cellOf), { minLength: 1, maxLength: 5 }).chain((columns) =>
  fc.tuple(
    fc.constant(columns.map(([type]) => type)),
    fc.array(fc.tuple(...columns.map(([, cell]) => fc.option(cell, { freq: 4 }))), {
      minLength: 1,
      maxLength: 20,
    }),
  ),
);

test('hashes and targets agree with the hash of a row that was really built', () =>
  fc.assert(
    fc.property(anyRows, fc.integer({ min: 1, max: 5 }), ([types, rows], parallelism) => {
      memory.reset();
      const type = t.rowType(Object.fromEntries(types.map((type, i) => [`f${i}`, type])));
      const batch = memory.batch(type, rows);
      const keys = types.map((_, i) => i);
      const read = (address: number) => [...new Int32Array(memory.wasm.memory.buffer, address, rows.length)];
      const expected = rows.map((row) => rowHash(types, row));
      assert.deepEqual(read(hasher.hash(batch, keys)), expected);
      assert.deepEqual(
        read(hasher.targets(batch, keys, 128, parallelism)),
        expected.map((hash) => subtaskOfKeyGroup(128, parallelism, keyGroupOf(hash, 128))),
      );
    }),
  ));

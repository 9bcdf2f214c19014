import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'vitest';
import { RoaringBitmap } from '../../engine/data/roaring-bitmap.ts';

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/** As Flink 2.3 wrote them. */
const WRITTEN: readonly (readonly [numbers: number[], bytes: string])[] = [
  [[], '3a30000000000000'],
  [[5], '3a3000000100000000000000100000000500'],
  [[1, 2, 3, 70000], '3a300000020000000000020001000000180000001e0000000100020003007011'],
  [[1, 2, 3, 4, 5, 6], '3b3000000100000500010001000500'],
  [[1, 2, 3, 4, 5, 100000], '3b300100010000040001000000010001000400a086'],
];

for (const [numbers, bytes] of WRITTEN) {
  test(`the bytes of {${numbers.join(',')}}`, () => {
    assert.equal(hex(RoaringBitmap.of(numbers).toBytes()), bytes);
    assert.deepEqual([...RoaringBitmap.fromBytes(bytesOf(bytes)).values()], numbers);
  });
}

/** Numbers that lie close, in containers that differ. */
const anyNumbers = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 1, 2, 3, 4, 65535),
      fc.constantFrom(0, 1000, 65500),
      fc.nat(60),
      fc.constantFrom(1, 1, 40, 6000),
    ),
    { maxLength: 8 },
  )
  .map((runs) =>
    runs.flatMap(([high, low, offset, count]) =>
      Array.from({ length: count }, (_, i) => high * 65536 + Math.min(low + offset + i, 65535)),
    ),
  );

test('combines as sets do, and comes back from its bytes', () => {
  fc.assert(
    fc.property(anyNumbers, anyNumbers, (left, right) => {
      const [a, b] = [new Set(left), new Set(right)];
      const [x, y] = [RoaringBitmap.of(left), RoaringBitmap.fromBytes(RoaringBitmap.of(right).toBytes())];
      const check = (bitmap: RoaringBitmap, expected: readonly number[]): void => {
        const sorted = [...new Set(expected)].sort((p, q) => p - q);
        assert.deepEqual([...bitmap.values()], sorted);
        assert.equal(bitmap.cardinality, sorted.length);
        assert.deepEqual([...RoaringBitmap.fromBytes(bitmap.toBytes()).values()], sorted);
      };
      check(x, left);
      check(
        x.and(y),
        left.filter((number) => b.has(number)),
      );
      check(x.or(y), [...left, ...right]);
      check(x.xor(y), [
        ...left.filter((number) => !b.has(number)),
        ...right.filter((number) => !a.has(number)),
      ]);
      check(
        x.andNot(y),
        left.filter((number) => !b.has(number)),
      );
      assert.equal(hex(x.or(y).toBytes()), hex(RoaringBitmap.of([...left, ...right]).toBytes()));
    }),
    { numRuns: 25 },
  );
});

test('refuses what is no bitmap', () => {
  for (const bytes of [
    '',
    '00',
    '3a3000',
    '3a30000001000000',
    '3a300000ffffffff',
    '3a30000001000000000001001000000005000400',
  ]) {
    assert.throws(() => RoaringBitmap.fromBytes(bytesOf(bytes)), RangeError, bytes);
  }
});

test('a long text ends in points', () => {
  const text = RoaringBitmap.of(Array.from({ length: 200_000 }, (_, i) => i)).toString();
  assert.match(text, /^\{0,1,2,.*,\.\.\.\}$/);
  assert.ok(text.length < 0x80000 + 20);
});

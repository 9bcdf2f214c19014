import fc from 'fast-check';
import { assert, describe, test } from 'vitest';
import { quickOrder } from '../../engine/operators/sort/quick-order.ts';
import { topRows } from '../../engine/operators/sort/top-heap.ts';

const anyRanks = fc.array(fc.nat({ max: 8 }), { maxLength: 200 }).map((ranks) => Uint32Array.from(ranks));

const inOrder = (rows: Uint32Array, ranks: Uint32Array): number[] => [...rows].map((row) => ranks[row]!);
const sorted = (ranks: Uint32Array): number[] => [...ranks].sort((a, b) => a - b);

describe('rows that are equal by an order', () => {
  test('stand as a quicksort in three parts leaves them', () => {
    // DE is 0, FR 1, US 2: thirteen rows are just enough to be split.
    const ranks = Uint32Array.from([2, 2, 2, 1, 0, 0, 1, 2, 0, 0, 0, 0, 0]);
    assert.deepEqual([...quickOrder(ranks)], [9, 8, 10, 11, 4, 5, 12, 6, 3, 7, 2, 1, 0]);
  });

  test('stay in their order where there are few', () => {
    assert.deepEqual([...quickOrder(Uint32Array.of(1, 0, 1, 0, 0))], [1, 3, 4, 0, 2]);
  });

  test('fall out of a heap by how it moves them', () => {
    assert.deepEqual([...topRows(Uint32Array.of(1, 2, 2, 3, 0), 3)], [4, 0, 2]);
  });

  test('are all there, in an order', () =>
    fc.assert(
      fc.property(anyRanks, (ranks) => {
        const rows = quickOrder(ranks);
        assert.deepEqual(inOrder(rows, ranks), sorted(ranks));
        assert.equal(new Set(rows).size, ranks.length);
      }),
    ));

  test('of the first rows as many as are asked for', () =>
    fc.assert(
      fc.property(anyRanks, fc.integer({ min: 1, max: 220 }), (ranks, reach) => {
        const rows = topRows(ranks, reach);
        assert.deepEqual(inOrder(rows, ranks), sorted(ranks).slice(0, reach));
        assert.equal(new Set(rows).size, Math.min(reach, ranks.length));
      }),
    ));
});

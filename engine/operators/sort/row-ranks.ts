import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { KeyLayout, KeyRecords } from '../../state/key-records.ts';
import { KeyedTable } from '../../state/keyed-table.ts';

/** Where each row stands in an order, equal rows in the same place; undefined if no two rows are equal. */
export function rowRanks(
  wasm: Wasm,
  pool: MemorySegmentPool,
  keys: readonly Column[],
  permutation: Uint32Array,
): Uint32Array | undefined {
  const { groups, count } = groupNumbers(wasm, pool, keys, permutation.length);
  if (count === permutation.length) return undefined;
  const ranks = new Uint32Array(permutation.length);
  let rank = 0;
  let last: number | undefined;
  for (const row of permutation) {
    const group = groups[row]!; // a number for each row
    if (last !== undefined && group !== last) rank++;
    last = group;
    ranks[row] = rank;
  }
  return ranks;
}

/** The same number for rows that agree in all keys, from 1. */
function groupNumbers(
  wasm: Wasm,
  pool: MemorySegmentPool,
  keys: readonly Column[],
  rows: number,
): { readonly groups: Uint32Array; readonly count: number } {
  const layout = new KeyLayout(keys.map(({ type }) => type));
  const records = new KeyRecords(wasm, pool, layout);
  const table = new KeyedTable(wasm, pool, layout, 8, rows);
  table.mayDie = false;
  const slots = SlotAllocator.of(pool).allocate(4 * MAX_BATCH_ROWS);
  const groups = new Uint32Array(rows);
  const batch = new RecordBatch(rows, keys);
  let next = 1;
  try {
    for (let from = 0; from < rows; from += MAX_BATCH_ROWS) {
      const count = Math.min(MAX_BATCH_ROWS, rows - from);
      records.pack(count, batch.slice(from, from + count).columns);
      table.lookup(count, records, slots);
      next = wasm.kernels.windowNumber(count, slots, table.valueOffset, next) >>> 0;
      const { buffer } = wasm.memory;
      const entries = new Uint32Array(buffer, slots, count);
      const words = new Uint32Array(buffer);
      for (let i = 0; i < count; i++) groups[from + i] = words[(entries[i]! + table.valueOffset) >>> 2]!;
    }
    return { groups, count: next - 1 };
  } finally {
    SlotAllocator.of(pool).release(slots, 4 * MAX_BATCH_ROWS);
    records.release();
    table.release();
  }
}

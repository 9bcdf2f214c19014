import { ByteHeap } from '../../data/byte-heap.ts';
import { Column, physicalWidth } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { AggregateTable } from './aggregate-table.ts';
import type { DistinctWeights } from './distinct-weights.ts';

/**
 * The DISTINCT values of entries once more, in order of value: how an accumulator that cannot tell which values two entries share is made
 * anew after their sets were merged.
 */
export class DistinctReplay {
  readonly #wasm: Wasm;
  readonly #heap: ByteHeap;
  readonly #type: LogicalType;
  readonly #distinct: DistinctWeights;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType, distinct: DistinctWeights) {
    this.#wasm = wasm;
    this.#heap = new ByteHeap(pool);
    this.#type = type;
    this.#distinct = distinct;
  }

  /** Calls back with up to 4096 values at a time and the entry of each. */
  run(
    rows: number,
    slots: number,
    storage: AggregateTable,
    visit: (rows: number, slots: number, values: Column) => void,
  ): void {
    const { kernels } = this.#wasm;
    const { offset, keys: valueKeys } = this.#distinct;
    const most = kernels.setNodes(rows, slots, offset) >>> 0;
    const width = physicalWidth(this.#type);
    this.#heap.reset();
    const keys = this.#reserve(16 * most);
    const counts = this.#reserve(8 * most);
    const ranges = this.#reserve(8 * rows);
    const values = this.#reserve(width * most);
    const entries = this.#reserve(4 * most);
    const nodes = this.#distinct.nodes(storage);
    const count = kernels.bagRead(rows, slots, offset, nodes, 0, 0, keys, counts, ranges) >>> 0;
    kernels.bagSlots(rows, slots, ranges, entries);
    valueKeys.values(count, keys, values);
    for (let from = 0; from < count; from += MAX_BATCH_ROWS) {
      const column = new Column(this.#type, values + from * width, 0);
      visit(Math.min(MAX_BATCH_ROWS, count - from), entries + 4 * from, column);
    }
  }

  release(): void {
    this.#heap.release();
  }

  #reserve(bytes: number): number {
    return Math.ceil(this.#heap.reserve(bytes + 16) / 16) * 16;
  }
}

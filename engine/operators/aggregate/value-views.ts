import { isView, physicalWidth, type Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { isNested, PackedValues } from './packed-values.ts';

const BYTES = 8 * MAX_BATCH_ROWS;

/** The values of a column as views of bytes, by which lists remember them (`value-list.ts`). */
export class ValueViews {
  readonly type: LogicalType;
  /** Bytes of a value, 0 where views have their own length. */
  readonly width: number;
  readonly packed: PackedValues | undefined;
  readonly #kernels: Kernels;
  readonly #slots: SlotAllocator;
  readonly #views: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType) {
    this.type = type;
    this.#kernels = wasm.kernels;
    this.#slots = SlotAllocator.of(pool);
    this.#views = this.#slots.allocate(BYTES);
    this.packed = isNested(type) ? new PackedValues(wasm, pool, type) : undefined;
    this.width = this.packed || isView(type) ? 0 : physicalWidth(type);
  }

  /** 8 bytes a row, good until the next call. */
  of(rows: number, column: Column): number {
    if (this.packed) return this.packed.pack(rows, column);
    const { values, stride, validity } = column;
    this.#kernels.listViews(rows, values, stride, validity, this.width, this.#views);
    return this.#views;
  }

  release(): void {
    this.#slots.release(this.#views, BYTES);
    this.packed?.release();
  }
}

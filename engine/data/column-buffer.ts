import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { LogicalType } from '../types/logical-type.ts';
import { Column, physicalWidth } from './column.ts';
import { MAX_BATCH_ROWS } from './record-batch.ts';
import { SlotAllocator } from './slot-allocator.ts';

/**
 * Pages for one column of up to MAX_BATCH_ROWS rows, written again batch after batch: values, and a validity byte a row.
 *
 * A ROW has no values of its own: its fields are ColumnBuffers in `children`. ARRAY, MULTISET and MAP cells point into columns that belong
 * to somebody else, given to `column`. Contents are not cleared.
 */
export class ColumnBuffer {
  readonly type: LogicalType;
  readonly values: number;
  readonly validity: number;
  readonly children: readonly ColumnBuffer[];
  readonly #slots: SlotAllocator;
  readonly #valueBytes: number;
  readonly #rows: number;
  #withNulls: Column | undefined;
  #withoutNulls: Column | undefined;

  constructor(pool: MemorySegmentPool, type: LogicalType, rows = MAX_BATCH_ROWS) {
    this.type = type;
    this.#slots = SlotAllocator.of(pool);
    this.#rows = rows;
    this.#valueBytes = rows * physicalWidth(type);
    this.values = this.#valueBytes === 0 ? 0 : this.#slots.allocate(this.#valueBytes);
    this.validity = this.#slots.allocate(rows);
    this.children =
      type.root === 'ROW' ? type.fields.map((field) => new ColumnBuffer(pool, field.type, rows)) : [];
  }

  /**
   * The column over these pages.
   *
   * @param hasNulls whether the validity was written; without it every row is set
   * @param children columns that the cells of an ARRAY, MULTISET or MAP point into, or fields of a ROW if they are not
   *   this buffer's own with their validities
   */
  column(type: LogicalType = this.type, hasNulls = true, children?: readonly Column[]): Column {
    if (type !== this.type || children) {
      const fields = children ?? this.children.map((child) => child.column());
      return new Column(type, this.values, hasNulls ? this.validity : 0, undefined, fields);
    }
    if (hasNulls) return (this.#withNulls ??= this.#make(this.validity));
    return (this.#withoutNulls ??= this.#make(0));
  }

  release(): void {
    if (this.#valueBytes > 0) this.#slots.release(this.values, this.#valueBytes);
    this.#slots.release(this.validity, this.#rows);
    for (const child of this.children) child.release();
  }

  #make(validity: number): Column {
    return new Column(
      this.type,
      this.values,
      validity,
      undefined,
      this.children.map((child) => child.column()),
    );
  }
}

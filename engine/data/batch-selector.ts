import type { Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { LogicalType, RowType } from '../types/logical-type.ts';
import { cellKernels, type CellKernels } from './cell-kernels.ts';
import { Column, physicalWidth } from './column.ts';
import { ColumnBuffer } from './column-buffer.ts';
import { MAX_BATCH_ROWS, RecordBatch } from './record-batch.ts';
import { SlotAllocator } from './slot-allocator.ts';

/**
 * Copies the selected rows of a batch into buffers of its own: what a filter does when it drops rows.
 *
 * The result is good until the next `select`. Constants and absent columns pass as they are; bytes of strings and the
 * elements of collections are not copied, their views are. Buffers are taken when a column first needs them.
 */
export class BatchSelector {
  readonly #columns: readonly ColumnSelector[];
  readonly #kinds: KindSelector;

  constructor(wasm: Wasm, pool: MemorySegmentPool, rowType: RowType) {
    this.#columns = rowType.fields.map((field) => new ColumnSelector(wasm, pool, field.type));
    this.#kinds = new KindSelector(wasm, pool);
  }

  /** Rows `selection[0..count)`, u32 row numbers at an address, in that order. */
  select(batch: RecordBatch, selection: number, count: number): RecordBatch {
    const columns = batch.columns.map((column, index) => {
      const selector = this.#columns[index];
      if (!selector) throw new RangeError(`no column ${index} in the row type of the selector`);
      return selector.select(column, selection, count);
    });
    return new RecordBatch(count, columns, this.#kinds.select(batch.kinds, selection, count));
  }

  release(): void {
    for (const column of this.#columns) column.release();
    this.#kinds.release();
  }
}

/** The selected rows of one column. */
export class ColumnSelector {
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #type: LogicalType;
  readonly #cells: CellKernels | undefined;
  readonly #fields: readonly ColumnSelector[];
  #buffer: ColumnBuffer | undefined;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#type = type;
    this.#cells = type.root === 'ROW' ? undefined : cellKernels(wasm.kernels, physicalWidth(type));
    this.#fields =
      type.root === 'ROW' ? type.fields.map((field) => new ColumnSelector(wasm, pool, field.type)) : [];
  }

  select(column: Column, selection: number, count: number): Column {
    if (column.isConstant || (column.values === 0 && column.width !== 0)) return column;
    const isRow = this.#cells === undefined;
    const children = isRow ? this.#selectFields(column, selection, count) : column.children;
    if (isRow && column.validity === 0) return new Column(column.type, 0, 0, 0, children);
    this.#buffer ??= new ColumnBuffer(this.#pool, isRow ? ROW_ITSELF : this.#type);
    const { values, validity } = this.#buffer;
    this.#cells?.gather(count, column.values, column.stride, selection, values);
    if (column.validity !== 0) {
      this.#wasm.kernels.gather8(count, column.validity, 1, selection, validity);
    }
    return new Column(column.type, isRow ? 0 : values, column.validity && validity, column.width, children);
  }

  release(): void {
    this.#buffer?.release();
    this.#buffer = undefined;
    for (const field of this.#fields) field.release();
  }

  #selectFields(column: Column, selection: number, count: number): Column[] {
    return column.children.map((child, index) => {
      const selector = this.#fields[index];
      if (!selector) throw new RangeError(`no field ${index} in the row type of the selector`);
      return selector.select(child, selection, count);
    });
  }
}

/** A ROW's own buffer: nothing but its validity, the fields have theirs. */
const ROW_ITSELF: RowType = { root: 'ROW', fields: [], nullable: true };

/** The RowKinds of the selected rows. */
export class KindSelector {
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  #address = 0;

  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
  }

  select(kinds: number, selection: number, count: number): number {
    if (kinds === 0) return 0;
    this.#address ||= this.#slots.allocate(MAX_BATCH_ROWS);
    this.#wasm.kernels.gather8(count, kinds, 1, selection, this.#address);
    return this.#address;
  }

  release(): void {
    if (this.#address !== 0) this.#slots.release(this.#address, MAX_BATCH_ROWS);
    this.#address = 0;
  }
}

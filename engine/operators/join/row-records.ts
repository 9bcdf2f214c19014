import { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS, type RecordBatch } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { MemoryViews } from '../../memory/memory-views.ts';
import { packKernel } from '../../state/key-records.ts';
import type { RowLayout, RowSection } from './row-layout.ts';

/** A cell is written as a whole word, over what comes behind it and is written later. */
const SLACK = 8;
const NULL_CELL = 32;

/** Packs the rows of a batch into records, to be put into a join's state. */
export class RowRecords {
  /** Overwritten by every `pack`. */
  readonly address: number;
  readonly stride: number;
  readonly #layout: RowLayout;
  readonly #kernels: Kernels;
  readonly #slots: SlotAllocator;
  /** Zeros: cell and validity of a column that is absent. */
  readonly #nullCell: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool, layout: RowLayout) {
    this.#layout = layout;
    this.#kernels = wasm.kernels;
    this.#slots = SlotAllocator.of(pool);
    this.stride = layout.rowBytes + SLACK;
    this.address = this.#slots.allocate(MAX_BATCH_ROWS * this.stride);
    this.#nullCell = this.#slots.allocate(NULL_CELL);
    new MemoryViews(wasm).u8.fill(0, this.#nullCell, this.#nullCell + NULL_CELL);
  }

  pack(batch: RecordBatch): void {
    const leaves: Column[] = [];
    const add = (column: Column): void => {
      const isAbsent = column.values === 0 && column.width !== 0;
      leaves.push(isAbsent ? new Column(column.type, this.#nullCell, this.#nullCell, 0) : column);
      if (column.type.root === 'ROW') column.children.forEach(add);
    };
    batch.columns.forEach(add);
    this.#packSection(batch.rowCount, leaves, this.#layout.identity);
    this.#packSection(batch.rowCount, leaves, this.#layout.other);
  }

  release(): void {
    this.#slots.release(this.address, MAX_BATCH_ROWS * this.stride);
    this.#slots.release(this.#nullCell, NULL_CELL);
  }

  #packSection(rows: number, leaves: readonly Column[], section: RowSection): void {
    const { stride, address } = this;
    const kernels = this.#kernels;
    kernels.joinClearNulls(rows, stride, section.start, section.nullBytes, address);
    for (const index of section.cells) {
      const { type, values, validity, width, stride: valueStride } = leaves[index]!; // the batch has the layout's columns
      const { offset, nullWord, nullBit } = this.#layout.cells[index]!;
      // These kernels have their NULL bits in the second word of a record.
      const records = address + nullWord - 4;
      if (type.root === 'ROW') {
        if (validity !== 0) kernels.packKeyRow(rows, validity, nullBit, stride, records);
      } else {
        packKernel(kernels, type, width)(
          rows, values, valueStride, validity, nullBit, offset - nullWord + 4, stride, records,
        ); // prettier-ignore
      }
    }
  }
}

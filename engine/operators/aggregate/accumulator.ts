import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { AggregateTable } from './aggregate-table.ts';

/** Rows whose results before and after are at hand at a time: their changelog is then one batch at most. */
export const STEP = MAX_BATCH_ROWS / 2;

/** Before: the results as they were before each row. After: as they are after it. */
export type Part = 'before' | 'after';

/** One batch on its way into the accumulators. */
export interface AccumulateStep {
  readonly rows: number;
  readonly columns: readonly Column[];
  /** Entry addresses. */
  readonly slots: number;
  /** i8 a row, or 0: every row adds. */
  readonly signs: number;
  /** u8 a row, or 0: keys do not die. */
  readonly life: number;
  readonly storage: AggregateTable;
  /** Whether values before and after each row are asked for; then there are at most STEP rows. */
  readonly wantsBefore: boolean;
  readonly wantsAfter: boolean;
}

/** Entries of one table to be added to those of another. */
export interface MergeStep {
  readonly rows: number;
  readonly from: number;
  readonly to: number;
  /** -1 takes back; only where `canTakeBack`. */
  readonly sign: 1 | -1;
  readonly source: AggregateTable;
  readonly target: AggregateTable;
}

/**
 * One accumulator of the entries of a table, and an array of its values for a batch: after `accumulate`, what it was before each
 * row, and STEP cells further what it was after it; after `read`, what entries hold.
 */
export abstract class Accumulator {
  /** Bytes of an entry, a multiple of 8. */
  abstract readonly bytes: number;
  /** What of the table's heaps and sets it uses. */
  readonly needsTexts: boolean = false;
  readonly needsSets: boolean = false;
  readonly needsTextSets: boolean = false;
  /** Bytes of a value in the array. */
  readonly width: number;
  /** Address of the array. */
  readonly values: number;
  /** Whether an entry that was copied can be read when the entry itself has gone on, until the heap settles. */
  readonly readsImages: boolean = true;
  /** Place in the entry. */
  offset = 0;
  protected readonly kernels: Kernels;
  readonly #slots: SlotAllocator;

  constructor(wasm: Wasm, pool: MemorySegmentPool, width: number) {
    this.kernels = wasm.kernels;
    this.#slots = SlotAllocator.of(pool);
    this.width = width;
    this.values = this.#slots.allocate(MAX_BATCH_ROWS * width);
  }

  /** Where the values of a part begin. */
  at(part: Part): number {
    return part === 'before' ? this.values : this.values + STEP * this.width;
  }

  abstract accumulate(step: AccumulateStep): void;
  abstract merge(step: MergeStep): void;
  abstract read(rows: number, slots: number, part: Part, storage: AggregateTable): void;

  /** How many rows may be done at a time so that what is shown of entries like these does not fill the memory. */
  limit(_rows: number, _slots: number): number {
    return MAX_BATCH_ROWS;
  }

  /** After entries were copied as bytes from another table: brings what they point to along. */
  adopt(_rows: number, _from: number, _to: number, _source: AggregateTable, _target: AggregateTable): void {}

  /** Gives back what entries point to, before they are given up. */
  clear(_rows: number, _slots: number, _storage: AggregateTable): void {}

  release(): void {
    this.#slots.release(this.values, MAX_BATCH_ROWS * this.width);
  }
}

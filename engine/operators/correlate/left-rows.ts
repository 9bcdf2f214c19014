import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { FunctionChunk } from './function-rows.ts';
import { PaddedColumn } from './padded-columns.ts';

const BYTES = 4 * MAX_BATCH_ROWS;

/** A piece of a LEFT join's result: row numbers of the batch at `parents`, and the right side's columns. */
export type EmitPiece = (count: number, parents: number, columns: readonly Column[]) => void;

/**
 * Puts rows of a batch for which a function gave none between the others, in the order of the batch.
 *
 * A row's turn to be padded comes when the function has been asked for all of it, so the rows of one may come in several chunks.
 */
export class LeftRows {
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  readonly #columns: readonly PaddedColumn[];
  readonly #parents: number;
  readonly #selection: number;
  readonly #present: number;
  /** The first row of the batch that is not known to have a partner or none. */
  #next = 0;

  constructor(wasm: Wasm, pool: MemorySegmentPool, rowType: RowType) {
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
    this.#columns = rowType.fields.map((field) => new PaddedColumn(wasm, pool, field.type));
    this.#parents = this.#slots.allocate(BYTES);
    this.#selection = this.#slots.allocate(BYTES);
    this.#present = this.#slots.allocate(MAX_BATCH_ROWS);
  }

  begin(): void {
    this.#next = 0;
  }

  /** @param chunk rows that are left of a function's chunk */
  add(chunk: FunctionChunk, emit: EmitPiece): void {
    let from = 0;
    do {
      const { count, taken } = this.#merge(chunk, from);
      from = taken;
      if (count > 0) emit(count, this.#parents, this.#padded(chunk.columns, count));
      if (count < MAX_BATCH_ROWS) return;
    } while (from < chunk.count || this.#next < chunk.completedRows);
  }

  release(): void {
    for (const column of this.#columns) column.release();
    this.#slots.release(this.#parents, BYTES);
    this.#slots.release(this.#selection, BYTES);
    this.#slots.release(this.#present, MAX_BATCH_ROWS);
  }

  /** Fills a piece with rows of the chunk from `from` on, and with rows that have none. */
  #merge(chunk: FunctionChunk, from: number): { count: number; taken: number } {
    const { buffer } = this.#wasm.memory;
    const given = new Uint32Array(buffer, chunk.parents, chunk.count);
    const parents = new Uint32Array(buffer, this.#parents, MAX_BATCH_ROWS);
    const selection = new Uint32Array(buffer, this.#selection, MAX_BATCH_ROWS);
    const present = new Uint8Array(buffer, this.#present, MAX_BATCH_ROWS);
    let [count, taken, next] = [0, from, this.#next];
    while (count < MAX_BATCH_ROWS) {
      const parent = taken < chunk.count ? given[taken]! : chunk.completedRows;
      if (next < parent) {
        parents[count] = next++;
        selection[count] = 0;
        present[count] = 0;
      } else if (taken < chunk.count) {
        parents[count] = parent;
        selection[count] = taken++;
        present[count] = 1;
        next = parent + 1;
      } else break;
      count++;
    }
    this.#next = next;
    return { count, taken };
  }

  #padded(columns: readonly Column[], count: number): Column[] {
    return this.#columns.map(
      (padded, i) => padded.select(columns[i]!, this.#selection, this.#present, count), // one a column
    );
  }
}

import type { Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { leafTypes } from './column.ts';
import type { RowType } from '../types/logical-type.ts';
import { ByteHeap } from './byte-heap.ts';
import { cellWriter, type CellWriter } from './cell-writer.ts';
import { MAX_BATCH_ROWS, RecordBatch } from './record-batch.ts';
import type { Value } from './value.ts';

/**
 * From JavaScript values (value.ts) to columns: what VALUES, text formats and tests fill their batches with.
 *
 * The batch that `build` gives is lent until the next `build`; rows may be appended meanwhile. BIGINT takes a safe integer as a
 * number too, TIMESTAMP its milliseconds.
 */
export class BatchBuilder {
  readonly #wasm: Wasm;
  readonly #heap: ByteHeap;
  readonly #columns: readonly CellWriter[];
  readonly #kinds = new Uint8Array(MAX_BATCH_ROWS);
  #rowCount = 0;
  #hasKinds = false;

  /** @param required one flag a leaf (`leafTypes`), depth first: values of the others are ignored, their columns absent */
  constructor(wasm: Wasm, pool: MemorySegmentPool, rowType: RowType, required?: readonly boolean[]) {
    const leaves = leafTypes(rowType).length;
    if (required && required.length !== leaves) {
      throw new RangeError(`${required.length} flags for ${leaves} leaves`);
    }
    this.#wasm = wasm;
    this.#heap = new ByteHeap(pool);
    const flags = [...(required ?? [])];
    this.#columns = rowType.fields.map((field) => cellWriter(wasm, field.type, flags));
  }

  /** Rows appended since the last `build` or `reset`. */
  get rowCount(): number {
    return this.#rowCount;
  }

  get isFull(): boolean {
    return this.#rowCount === MAX_BATCH_ROWS;
  }

  /** Adds a row; `kind` is a RowKind. A full builder has to be built first. */
  append(values: readonly Value[], kind = 0): void {
    if (this.isFull) throw new RangeError(`a batch holds ${MAX_BATCH_ROWS} rows at most`);
    for (let column = 0; column < this.#columns.length; column++) {
      this.#columns[column]!.append(values[column] ?? null);
    }
    this.#kinds[this.#rowCount++] = kind;
    if (kind !== 0) this.#hasKinds = true;
  }

  /** The rows so far as a batch; the builder is empty afterwards. */
  build(): RecordBatch {
    const rows = this.#rowCount;
    this.#heap.reset();
    const columns = this.#columns.map((column) => column.build(this.#heap));
    let kinds = 0;
    if (this.#hasKinds) {
      kinds = this.#heap.reserve(rows);
      new Uint8Array(this.#wasm.memory.buffer, kinds, rows).set(this.#kinds.subarray(0, rows));
    }
    this.#rowCount = 0;
    this.#hasKinds = false;
    return new RecordBatch(rows, columns, kinds);
  }

  /** Forgets the rows that were appended and not built. */
  reset(): void {
    for (const column of this.#columns) column.clear();
    this.#rowCount = 0;
    this.#hasKinds = false;
  }

  /** Gives the pages back; the last batch must not be read any more. */
  release(): void {
    this.#heap.release();
  }
}

import { BatchSelector } from '../data/batch-selector.ts';
import { MAX_BATCH_ROWS, type RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import { RowKind } from '../types/row-kind.ts';
import { OneInputStreamOperator } from './stream-operator.ts';

const SELECTION_BYTES = 4 * MAX_BATCH_ROWS;

/** Drops the `-U` rows that a source sends and nobody downstream needs (S-46). */
export class DropUpdateBefore extends OneInputStreamOperator {
  #selector: BatchSelector | undefined;
  #selection = 0;

  override open(): void {
    this.#selection = SlotAllocator.of(this.context.pool).allocate(SELECTION_BYTES);
  }

  override processBatch(batch: RecordBatch): void {
    if (batch.kinds === 0) return this.output.emit(batch);
    const { wasm, pool } = this.context;
    const kept = wasm.kernels.selectOtherKinds(
      batch.rowCount,
      batch.kinds,
      RowKind.UPDATE_BEFORE,
      this.#selection,
    );
    if (kept === batch.rowCount) return this.output.emit(batch);
    this.#selector ??= new BatchSelector(wasm, pool, {
      root: 'ROW',
      nullable: false,
      fields: batch.columns.map(({ type }, i) => ({ name: String(i), type })),
    });
    if (kept > 0) this.output.emit(this.#selector.select(batch, this.#selection, kept));
  }

  override close(): void {
    this.#selector?.release();
    if (this.#selection) SlotAllocator.of(this.context.pool).release(this.#selection, SELECTION_BYTES);
  }
}

import { BatchSelector } from '../data/batch-selector.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import type { ReplicateRowsSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';

const POSITION = 8;

/**
 * Flink's `$REPLICATE_ROWS$1`, behind INTERSECT ALL and EXCEPT ALL: every row as often as its first column says, with its kind. Behind the
 * row come the columns without the count once more, as a table function's result.
 */
export class ReplicateRows extends OneInputStreamOperator {
  readonly #selector: BatchSelector;
  readonly #views: MemoryViews;
  readonly #selection: number;
  readonly #position: number;

  constructor(context: OperatorContext, { inputType }: ReplicateRowsSpec) {
    super(context);
    const { wasm, pool } = context;
    this.#selector = new BatchSelector(wasm, pool, inputType);
    this.#views = new MemoryViews(wasm);
    const slots = SlotAllocator.of(pool);
    this.#selection = slots.allocate(4 * MAX_BATCH_ROWS);
    this.#position = slots.allocate(POSITION);
  }

  override processBatch(batch: RecordBatch): void {
    const { kernels } = this.context.wasm;
    const counts = batch.column(0);
    this.#views.u8.fill(0, this.#position, this.#position + POSITION);
    for (let listed = MAX_BATCH_ROWS; listed === MAX_BATCH_ROWS;) {
      listed = kernels.replicateRows(
        batch.rowCount,
        counts.values,
        counts.stride,
        this.#position,
        MAX_BATCH_ROWS,
        this.#selection,
      );
      if (listed > 0) this.output.emit(withCopies(this.#selector.select(batch, this.#selection, listed)));
    }
  }

  override close(): void {
    const slots = SlotAllocator.of(this.context.pool);
    slots.release(this.#selection, 4 * MAX_BATCH_ROWS);
    slots.release(this.#position, POSITION);
    this.#selector.release();
  }
}

function withCopies({ rowCount, columns, kinds }: RecordBatch): RecordBatch {
  return new RecordBatch(rowCount, [...columns, ...columns.slice(1)], kinds);
}

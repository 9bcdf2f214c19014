import { BatchSelector } from '../../data/batch-selector.ts';
import { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { WindowTime } from './window-time.ts';

/** Slices found in one go; the last number is taken. */
const LIMIT = 254;
const SLICE_ROWS = 24;
const CUTTER = 24;
const FIRST_SLICE = 32;

/**
 * Cuts batches into slices (`window.ts`): mostly a batch lies in one or two, and those that do not mix are passed on without copying.
 */
export class WindowSlicer {
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  readonly #time: WindowTime;
  readonly #timeColumn: number;
  readonly #selector: BatchSelector;
  /** Columns that nobody reads are left out of copies. */
  readonly #needed: readonly boolean[];
  readonly #control: number;
  readonly #numbers: number;
  readonly #selection: number;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    inputType: RowType,
    time: WindowTime,
    timeColumn: number,
    needed: ReadonlySet<number>,
  ) {
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
    this.#time = time;
    this.#timeColumn = timeColumn;
    this.#selector = new BatchSelector(wasm, pool, inputType);
    this.#needed = inputType.fields.map((_, index) => needed.has(index));
    this.#control = this.#slots.allocate(FIRST_SLICE + LIMIT * SLICE_ROWS);
    this.#numbers = this.#slots.allocate(MAX_BATCH_ROWS);
    this.#selection = this.#slots.allocate(4 * MAX_BATCH_ROWS + 4);
  }

  /**
   * Calls back with each slice's start and its rows, good until it returns. Returns how many rows have no time.
   *
   * @param lengthMs of a slice; @param offsetMs any slice's start
   */
  cut(
    batch: RecordBatch,
    lengthMs: number,
    offsetMs: number,
    visit: (start: number, rows: RecordBatch) => void,
  ): number {
    let nulls = 0;
    for (let from = 0; from < batch.rowCount;) {
      const rest = batch.slice(from, batch.rowCount);
      const { values, stride, validity } = this.#time.wallClock(rest.rowCount, rest.column(this.#timeColumn));
      const view = new DataView(this.#wasm.memory.buffer, this.#control);
      view.setBigInt64(0, BigInt(lengthMs), true);
      view.setBigInt64(8, BigInt(offsetMs), true);
      const slices = this.#control + FIRST_SLICE;
      const found = this.#wasm.kernels.windowCut(
        rest.rowCount,
        values,
        stride,
        validity,
        this.#control,
        slices,
        LIMIT,
        this.#numbers,
      );
      from += view.getUint32(CUTTER - 8, true);
      nulls += view.getUint32(CUTTER - 4, true);
      for (let number = 0; number < found; number++) this.#visit(rest, number, visit);
    }
    return nulls;
  }

  release(): void {
    this.#selector.release();
    this.#slots.release(this.#control, FIRST_SLICE + LIMIT * SLICE_ROWS);
    this.#slots.release(this.#numbers, MAX_BATCH_ROWS);
    this.#slots.release(this.#selection, 4 * MAX_BATCH_ROWS + 4);
  }

  #visit(batch: RecordBatch, number: number, visit: (start: number, rows: RecordBatch) => void): void {
    const slice = new DataView(
      this.#wasm.memory.buffer,
      this.#control + FIRST_SLICE + number * SLICE_ROWS,
      SLICE_ROWS,
    );
    const start = Number(slice.getBigInt64(0, true));
    const count = slice.getUint32(8, true);
    const first = slice.getUint32(12, true);
    const last = slice.getUint32(16, true);
    if (last - first + 1 === count) return visit(start, batch.slice(first, last + 1));
    this.#wasm.kernels.windowSelect(first, last, this.#numbers, number, this.#selection);
    const columns = batch.columns.map((column, i) => (this.#needed[i] ? column : absent(column)));
    const needed = new RecordBatch(batch.rowCount, columns, batch.kinds);
    visit(start, this.#selector.select(needed, this.#selection, count));
  }
}

function absent({ type, stride, children }: Column): Column {
  return new Column(type, 0, 0, stride, children.map(absent));
}

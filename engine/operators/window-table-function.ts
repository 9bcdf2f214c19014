import { BatchSelector } from '../data/batch-selector.ts';
import { ColumnBuffer } from '../data/column-buffer.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import type { WindowTableFunctionSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';
import { WindowTime } from './window/window-time.ts';

/** `WindowCursor` of window.ts, and behind it a cell for a constant. */
const CURSOR = 40;
const CONSTANT = CURSOR;
const ROW = 24;
const NULLS = 32;

/**
 * TUMBLE, HOP or CUMULATE without an aggregation behind it: each row once for each of its windows, with their bounds (S-17).
 *
 * Late rows are kept, there is nothing they could be late for; rows without a time are dropped (S-21).
 */
export class WindowTableFunction extends OneInputStreamOperator {
  readonly #spec: WindowTableFunctionSpec;
  readonly #time: WindowTime;
  readonly #selector: BatchSelector;
  readonly #cursor: number;
  readonly #rowNumbers: number;
  /** window_start, window_end, window_time. */
  readonly #buffers: readonly [ColumnBuffer, ColumnBuffer, ColumnBuffer];
  readonly #nullRows;

  constructor(context: OperatorContext, spec: WindowTableFunctionSpec) {
    super(context);
    this.#spec = spec;
    const { wasm, pool } = context;
    const slots = SlotAllocator.of(pool);
    this.#time = new WindowTime(wasm, pool, spec.window.timeZone);
    this.#selector = new BatchSelector(wasm, pool, spec.inputType);
    this.#cursor = slots.allocate(CURSOR + 8);
    this.#rowNumbers = slots.allocate(4 * MAX_BATCH_ROWS);
    const [start, end, time] = spec.outputType.fields
      .slice(-3)
      .map(({ type }) => new ColumnBuffer(pool, type));
    this.#buffers = [start!, end!, time!]; // the window columns are the last three
    this.#nullRows = context.counter('numNullRowTimeRecordsDropped');
  }

  override processBatch(batch: RecordBatch): void {
    const { kernels, memory } = this.context.wasm;
    const { function: kind, sizeMs, slideMs, offsetMs, timeColumn } = this.#spec.window;
    const rows = batch.rowCount;
    const { values, stride, validity } = this.#time.wallClock(rows, batch.column(timeColumn));
    const cursor = new DataView(memory.buffer, this.#cursor, CURSOR);
    cursor.setBigInt64(0, BigInt(sizeMs), true);
    cursor.setBigInt64(8, BigInt(kind === 'TUMBLE' ? sizeMs : slideMs), true);
    cursor.setBigInt64(16, BigInt(offsetMs), true);
    for (let at = ROW; at < CURSOR; at += 4) cursor.setUint32(at, 0, true);
    const [start, end] = this.#buffers;
    const isCumulate = kind === 'CUMULATE' ? 1 : 0;
    for (;;) {
      const count = kernels.windowExpand(
        rows, values, stride, validity, this.#cursor, isCumulate, MAX_BATCH_ROWS, this.#rowNumbers, start.values, end.values,
      ); // prettier-ignore
      if (count > 0) this.#emit(batch, count, kind === 'TUMBLE' && count === rows);
      const state = new DataView(memory.buffer, this.#cursor, CURSOR);
      if (state.getUint32(ROW, true) === rows) {
        this.#nullRows.count += state.getUint32(NULLS, true);
        return;
      }
    }
  }

  override close(): void {
    const slots = SlotAllocator.of(this.context.pool);
    slots.release(this.#cursor, CURSOR + 8);
    slots.release(this.#rowNumbers, 4 * MAX_BATCH_ROWS);
    for (const buffer of this.#buffers) buffer.release();
    this.#selector.release();
    this.#time.release();
  }

  /** @param isWhole whether each row is there once, so that it can be passed on as it is */
  #emit(batch: RecordBatch, count: number, isWhole: boolean): void {
    const { columns, kinds } = isWhole ? batch : this.#selector.select(batch, this.#rowNumbers, count);
    const [start, end, time] = this.#buffers;
    this.#fillTime(count, end.values, time.values);
    const bounds = [start, end, time].map((buffer) => buffer.column(buffer.type, false));
    this.output.emit(new RecordBatch(count, [...columns, ...bounds], kinds));
  }

  /** window_time: the last millisecond of a window, an instant if the time attribute is one. */
  #fillTime(count: number, ends: number, out: number): void {
    const { kernels, memory } = this.context.wasm;
    new BigInt64Array(memory.buffer, this.#cursor + CONSTANT, 1)[0] = -1n;
    kernels.addConstant64(count, ends, this.#cursor + CONSTANT, out);
    this.#time.toInstants(count, out);
  }
}

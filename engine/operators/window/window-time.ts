import { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import { ZoneOffsets } from '../../expressions/time-zone.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { MAX_WATERMARK, MIN_WATERMARK } from '../../time/watermark.ts';

const DAY = 86_400_000;
const SPAN = 16;

/**
 * The time that windows are cut in: wall-clock time. For TIMESTAMP it is the value itself, for TIMESTAMP_LTZ the local time of the session's zone,
 * so that a day is a day there, be it 23 or 25 hours long (S-29).
 */
export class WindowTime {
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  readonly #offsets: ZoneOffsets | undefined;
  /** Smallest and greatest instant of a batch. */
  readonly #range: number;
  readonly #local: number;
  #spans = 0;
  #spanBytes = 0;

  constructor(wasm: Wasm, pool: MemorySegmentPool, timeZone: string | undefined) {
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
    this.#offsets = timeZone === undefined ? undefined : new ZoneOffsets(timeZone);
    this.#range = this.#slots.allocate(16);
    this.#local = this.#offsets ? this.#slots.allocate(8 * MAX_BATCH_ROWS) : 0;
  }

  /** The wall-clock times of a column: good until the next call. */
  wallClock(rows: number, column: Column): Column {
    const { values, stride, validity, type } = column;
    if (!this.#offsets) return column;
    const { kernels, memory } = this.#wasm;
    if (!kernels.rangeOfI64(rows, values, stride, column.isConstant ? 0 : validity, this.#range))
      return column;
    const range = new BigInt64Array(memory.buffer, this.#range, 2);
    const spans = this.#offsets.spans(Number(range[0]), Number(range[1]), false);
    this.#write(spans);
    kernels.shiftBySpans(rows, values, stride, this.#spans, spans.length, 1, this.#local);
    return new Column(type, this.#local, validity);
  }

  /** Turns a column of wall-clock times, i64 cells, into instants, in place. */
  toInstants(rows: number, values: number): void {
    if (!this.#offsets) return;
    const { kernels, memory } = this.#wasm;
    kernels.rangeOfI64(rows, values, 8, 0, this.#range);
    const range = new BigInt64Array(memory.buffer, this.#range, 2);
    const spans = this.#offsets.spans(Number(range[0]) - DAY, Number(range[1]) + DAY, true);
    this.#write(spans);
    kernels.shiftBySpans(rows, values, 8, this.#spans, spans.length, -1, values);
  }

  /** The instant of a wall-clock time, as Java's `atZone`: the earlier of two, and past a gap by its length. */
  instant(local: number): number {
    if (!this.#offsets) return local;
    const spans = this.#offsets.spans(local - DAY, local + DAY, true);
    return local - spans.findLast(({ ms }) => ms <= local)!.offset; // the first span has no beginning
  }

  /**
   * The watermark at which a window that ends at a wall-clock time is complete: its last millisecond has passed, for the second time if the clock was
   * set back. In a gap that is where the gap begins.
   */
  fireTime(localEnd: number): number {
    const last = localEnd - 1;
    if (!this.#offsets) return last;
    const spans = this.#offsets.spans(last - 2 * DAY, last + 2 * DAY, false);
    let latest = MIN_WATERMARK;
    spans.forEach(({ ms, offset }, i) => {
      const end = spans[i + 1]?.ms ?? MAX_WATERMARK;
      const before = spans[i - 1]?.offset ?? offset;
      if (last - offset >= ms && last - offset < end) latest = Math.max(latest, last - offset);
      else if (last - before >= ms && last - offset < ms) latest = Math.max(latest, ms);
    });
    return latest;
  }

  release(): void {
    this.#slots.release(this.#range, 16);
    if (this.#local !== 0) this.#slots.release(this.#local, 8 * MAX_BATCH_ROWS);
    if (this.#spanBytes > 0) this.#slots.release(this.#spans, this.#spanBytes);
  }

  #write(spans: readonly { readonly ms: number; readonly offset: number }[]): void {
    const bytes = spans.length * SPAN;
    if (bytes > this.#spanBytes) {
      if (this.#spanBytes > 0) this.#slots.release(this.#spans, this.#spanBytes);
      this.#spanBytes = 2 * bytes;
      this.#spans = this.#slots.allocate(this.#spanBytes);
    }
    const view = new DataView(this.#wasm.memory.buffer, this.#spans, bytes);
    spans.forEach(({ ms, offset }, i) => {
      view.setBigInt64(SPAN * i, BigInt(ms), true);
      view.setBigInt64(SPAN * i + 8, BigInt(offset), true);
    });
  }
}

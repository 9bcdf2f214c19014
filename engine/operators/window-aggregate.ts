import { Column } from '../data/column.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import { KeyColumns, KeyLayout, KeyRecords } from '../state/key-records.ts';
import { PagedStateGroup, RestoredPagedStateGroup } from '../state/paged-state-group.ts';
import { MAX_WATERMARK, MIN_WATERMARK } from '../time/watermark.ts';
import type { AggregateTable } from './aggregate/aggregate-table.ts';
import { AggsHandleFunction } from './aggregate/aggs-handle-function.ts';
import type { WindowAggregateSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';
import { WindowSlicer } from './window/window-slicer.ts';
import { WindowTime } from './window/window-time.ts';

const STATE = 'window-aggregate';
/** Each entry has a number, by which keys come out in the order of their first rows. */
const NUMBER_BYTES = 8;
const SORT_BYTES = 4 * MAX_BATCH_ROWS + 1024;

/** The rows between two neighbouring window bounds. Times are wall-clock milliseconds. */
interface Slice {
  readonly start: number;
  readonly end: number;
  /** End of the last window that the slice is in. */
  readonly lastEnd: number;
  /** End of the next window that it will be in: the first that has not fired. */
  nextEnd: number;
  readonly name: string;
  readonly table: AggregateTable;
  /** Whether its rows are in the running table. */
  isMerged: boolean;
}

/**
 * GROUP BY over TUMBLE, HOP or CUMULATE (S-14 to S-21): a table of accumulators for each slice, joined into windows when they fire, which they do
 * once the watermark has reached their last millisecond.
 *
 * A HOP window is the one before it, with its oldest slice taken back and the newest added, where all accumulators can be taken back exactly (counts
 * and sums of integers); else its slices are merged. A CUMULATE window is the one before it and one slice more. That running
 * table is not state: it is made again from the slices. Late rows go into the windows that have not fired, and are dropped if there is none.
 */
export class WindowAggregate extends OneInputStreamOperator {
  readonly #spec: WindowAggregateSpec;
  /** Length of a slice, and distance between window ends. */
  readonly #stepMs: number;
  readonly #layout: KeyLayout;
  readonly #records: KeyRecords;
  readonly #keys: KeyColumns;
  readonly #handler: AggsHandleFunction;
  readonly #time: WindowTime;
  readonly #slicer: WindowSlicer;
  readonly #slices = new Map<number, Slice>();
  readonly #state: PagedStateGroup;
  readonly #slots: number;
  readonly #targets: number;
  readonly #sorted: number;
  /** i64 cells of the window columns. */
  readonly #bounds: number;
  readonly #lateRows;
  readonly #nullRows;
  #running: AggregateTable | undefined;
  #watermark = MIN_WATERMARK;
  /** End of the next window to fire; undefined if there is none. */
  #nextEnd: number | undefined;
  /** Keys of the last window: what the next slices and windows make room for. */
  #expectedSlice = 0;
  #expectedWindow = 0;

  constructor(context: OperatorContext, spec: WindowAggregateSpec) {
    super(context);
    this.#spec = spec;
    const { wasm, pool } = context;
    const { function: kind, sizeMs, slideMs, timeZone, timeColumn } = spec.window;
    this.#stepMs = kind === 'TUMBLE' ? sizeMs : slideMs;
    const keyTypes = spec.keys.map((key) => spec.inputType.fields[key]!.type); // checked by the planner
    this.#layout = new KeyLayout(keyTypes);
    this.#records = new KeyRecords(wasm, pool, this.#layout);
    this.#keys = new KeyColumns(wasm, pool, keyTypes);
    this.#handler = new AggsHandleFunction(wasm, pool, this.#layout, spec.aggregates, {
      userFunctions: context.userFunctions,
      retracts: spec.inputRetracts,
      isReborn: spec.inputRetracts,
      ownBytes: NUMBER_BYTES,
      distinct: { kind: 'sets' },
    });
    this.#time = new WindowTime(wasm, pool, timeZone);
    const needed = new Set([
      ...spec.keys,
      ...spec.aggregates.flatMap(({ arguments: columns, filter }) => [...columns, filter]),
    ]);
    this.#slicer = new WindowSlicer(wasm, pool, spec.inputType, this.#time, timeColumn, needed);
    this.#state = new PagedStateGroup(STATE, wasm);
    this.#state.extra = () => ({
      watermark: this.#watermark,
      slices: [...this.#slices.values()].map(({ start, name, nextEnd, table }) => ({
        start,
        name,
        nextEnd,
        nextNumber: table.nextNumber,
      })),
    });
    const slots = SlotAllocator.of(pool);
    this.#slots = slots.allocate(4 * MAX_BATCH_ROWS);
    this.#targets = slots.allocate(4 * MAX_BATCH_ROWS);
    this.#sorted = slots.allocate(SORT_BYTES);
    this.#bounds = slots.allocate(24);
    this.#lateRows = context.counter('numLateRecordsDropped');
    this.#nullRows = context.counter('numNullRowTimeRecordsDropped');
  }

  override open(): void {
    for (const state of this.context.restoredPagedState(STATE))
      this.#restore(new RestoredPagedStateGroup(state));
    this.context.registerPagedState(this.#state);
  }

  override processBatch(batch: RecordBatch): void {
    const { offsetMs } = this.#spec.window;
    this.#nullRows.count += this.#slicer.cut(batch, this.#stepMs, offsetMs, (start, rows) => {
      const slice = this.#slices.get(start) ?? this.#addSlice(start);
      if (!slice) {
        this.#lateRows.count += rows.rowCount;
        return;
      }
      this.#accumulate(rows, slice.table);
      // Rows that are late for some windows: the running table has the slice already.
      if (slice.isMerged && this.#running) this.#accumulate(rows, this.#running);
    });
  }

  override processWatermark(timestamp: number): void {
    if (timestamp > this.#watermark) {
      this.#watermark = timestamp;
      while (this.#nextEnd !== undefined && this.#isFired(this.#nextEnd)) this.#fire(this.#nextEnd);
    }
    this.output.emitWatermark(timestamp);
  }

  override close(): void {
    const slots = SlotAllocator.of(this.context.pool);
    slots.release(this.#slots, 4 * MAX_BATCH_ROWS);
    slots.release(this.#targets, 4 * MAX_BATCH_ROWS);
    slots.release(this.#sorted, SORT_BYTES);
    slots.release(this.#bounds, 24);
    for (const { table } of this.#slices.values()) table.release();
    this.#running?.release();
    this.#slicer.release();
    this.#time.release();
    this.#records.release();
    this.#keys.release();
    this.#handler.release();
  }

  #accumulate(batch: RecordBatch, storage: AggregateTable): void {
    const { rowCount: rows, columns, kinds } = batch;
    const slots = this.#slots;
    this.#records.pack(
      rows,
      this.#spec.keys.map((key) => batch.column(key)),
    );
    storage.table.lookup(rows, this.#records, slots);
    this.#number(rows, slots, storage);
    this.#handler.accumulate({ rows, columns, kinds, slots, storage, wantsBefore: false, wantsAfter: false });
    storage.settle();
  }

  /** Undefined if all windows of the slice have fired. */
  #addSlice(start: number, restoredEnd?: number): Slice | undefined {
    const end = start + this.#stepMs;
    const lastEnd = this.#lastEnd(start);
    const nextEnd = restoredEnd ?? this.#firstUnfired(end, lastEnd);
    if (nextEnd === undefined) return undefined;
    const table = this.#handler.createTable(this.#layout, this.#expectedSlice);
    const slice: Slice = { start, end, lastEnd, nextEnd, name: `slice ${start}`, table, isMerged: false };
    table.register(this.#state, slice.name);
    this.#slices.set(start, slice);
    this.#nextEnd = Math.min(this.#nextEnd ?? nextEnd, nextEnd);
    return slice;
  }

  #lastEnd(start: number): number {
    const { function: kind, sizeMs, offsetMs } = this.#spec.window;
    if (kind === 'CUMULATE') return Math.floor((start - offsetMs) / sizeMs) * sizeMs + offsetMs + sizeMs;
    return start + sizeMs;
  }

  /** The first of the window ends from `end` to `lastEnd` whose window has not fired. */
  #firstUnfired(end: number, lastEnd: number): number | undefined {
    let low = 0;
    let high = (lastEnd - end) / this.#stepMs + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#isFired(end + middle * this.#stepMs)) low = middle + 1;
      else high = middle;
    }
    const first = end + low * this.#stepMs;
    return first > lastEnd ? undefined : first;
  }

  #isFired(end: number): boolean {
    return this.#watermark === MAX_WATERMARK || this.#time.fireTime(end) <= this.#watermark;
  }

  #fire(end: number): void {
    const slices = [...this.#slices.values()].filter(({ nextEnd }) => nextEnd === end);
    this.#emit(this.#windowOf(slices), end);
    for (const slice of slices) {
      if (slice.lastEnd === end) this.#drop(slice);
      else slice.nextEnd = end + this.#stepMs;
    }
    this.#endRunning();
    const ends = [...this.#slices.values()].map(({ nextEnd }) => nextEnd);
    this.#nextEnd = ends.length === 0 ? undefined : Math.min(...ends);
  }

  /** The table of a window: its only slice, or all of its slices in the running table. */
  #windowOf(slices: readonly Slice[]): AggregateTable {
    const [first] = slices;
    const isTumble = this.#spec.window.function === 'TUMBLE';
    if (first && (isTumble || (!this.#runs && slices.length === 1))) return first.table;
    if (!this.#runs) this.#resetRunning();
    if (!this.#running) {
      this.#running = this.#handler.createTable(this.#layout, this.#expectedWindow);
      this.#running.table.mayDie = true; // by being taken back
    }
    // As Flink puts them together: the last one first. Sums of floats and lists show it.
    for (const slice of [...slices].sort((a, b) => b.start - a.start)) {
      if (!slice.isMerged) this.#merge(slice, this.#running, 1);
      slice.isMerged = this.#runs;
    }
    return this.#running;
  }

  /** Whether a window's table goes on as the next window's. */
  get #runs(): boolean {
    return this.#spec.window.function === 'CUMULATE' || this.#handler.canTakeBack;
  }

  #merge(slice: Slice, target: AggregateTable, sign: 1 | -1): void {
    const source = slice.table;
    this.#scan(source, (rows) => {
      this.#records.packEntries(rows, this.#slots, source.table.control);
      target.table.lookup(rows, this.#records, this.#targets);
      this.#number(rows, this.#targets, target);
      this.#handler.merge({ rows, from: this.#slots, to: this.#targets, sign, source, target });
    });
    target.settle();
  }

  #number(rows: number, slots: number, storage: AggregateTable): void {
    const { kernels } = this.context.wasm;
    const { valueOffset } = storage.table;
    storage.nextNumber = kernels.windowNumber(rows, slots, valueOffset, storage.nextNumber) >>> 0;
  }

  /** The live entries of a table, in `#slots`: in the order of their numbers, unless there are so many that it would cost. */
  #scan(storage: AggregateTable, visit: (rows: number) => void): void {
    const { table } = storage;
    const isSorted = table.used <= MAX_BATCH_ROWS;
    table.scan(this.#slots, (rows) => {
      if (isSorted) this.context.wasm.kernels.windowSort(rows, this.#slots, table.valueOffset, this.#sorted);
      visit(rows);
    });
  }

  #drop(slice: Slice): void {
    // The slices of a CUMULATE window end together, so there is nothing to be taken back.
    const isTakenBack = slice.isMerged && this.#spec.window.function === 'HOP';
    if (isTakenBack && this.#running) this.#merge(slice, this.#running, -1);
    this.#expectedSlice = slice.table.table.used;
    slice.table.unregister(this.#state, slice.name);
    slice.table.release();
    this.#slices.delete(slice.start);
  }

  /** Drops what is dead in the running table, or all of it once none of its slices is left. */
  #endRunning(): void {
    if (!this.#running) return;
    const isInUse = [...this.#slices.values()].some(({ isMerged }) => isMerged);
    if (!isInUse) return this.#resetRunning();
    if (this.#running.table.used > 2 * this.#expectedWindow + MAX_BATCH_ROWS) this.#running.table.compact();
  }

  #resetRunning(): void {
    this.#running?.release();
    this.#running = undefined;
  }

  #emit(window: AggregateTable, end: number): void {
    const properties = this.#windowColumns(end);
    let keys = 0;
    this.#scan(window, (rows) => {
      keys += rows;
      const columns = this.#keys.unpack(rows, this.#slots, window.table.control);
      this.#handler.read(rows, this.#slots, 'before', window);
      this.#handler.evaluate(rows, 'before');
      this.output.emit(
        new RecordBatch(rows, [...columns, ...this.#handler.columns('before'), ...properties]),
      );
    });
    this.#expectedWindow = keys;
  }

  /** window_start, window_end and window_time as constants. */
  #windowColumns(end: number): Column[] {
    const { windowProperties, outputType, window } = this.#spec;
    const start =
      window.function === 'CUMULATE'
        ? this.#lastEnd(end - this.#stepMs) - window.sizeMs
        : end - window.sizeMs;
    const view = new DataView(this.context.wasm.memory.buffer, this.#bounds, 24);
    view.setBigInt64(0, BigInt(start), true);
    view.setBigInt64(8, BigInt(end), true);
    view.setBigInt64(16, BigInt(this.#time.instant(end - 1)), true);
    const first = outputType.fields.length - windowProperties.length;
    return windowProperties.map((property, i) => {
      const { type } = outputType.fields[first + i]!; // one field a property
      const cell = this.#bounds + { start: 0, end: 8, time: 16 }[property];
      return new Column(type, cell, 0, 0);
    });
  }

  #restore(restored: RestoredPagedStateGroup): void {
    const { task, keyGroups } = this.context;
    const { watermark, slices } = restored.extra as {
      watermark: number;
      slices: readonly { start: number; name: string; nextEnd: number; nextNumber: number }[];
    };
    // Every old subtask saw the same watermarks before the barrier.
    this.#watermark = this.#watermark === MIN_WATERMARK ? watermark : Math.min(this.#watermark, watermark);
    // An aggregation without keys has one, which is the first subtask's whatever its hash.
    const hasKeys = this.#spec.keys.length > 0;
    if (!hasKeys && task.subtask > 0) return;
    const range = hasKeys ? keyGroups : { start: 0, end: task.maxParallelism - 1 };
    for (const { start, name, nextEnd, nextNumber } of slices) {
      const slice = this.#slices.get(start) ?? this.#addSlice(start, nextEnd);
      if (slice) slice.table.nextNumber = Math.max(slice.table.nextNumber, nextNumber);
      slice?.table.restore(restored, name, range, task.maxParallelism, this.#records, (rows, from, to, old) =>
        this.#handler.adopt(rows, from, to, old, slice.table),
      );
    }
  }
}

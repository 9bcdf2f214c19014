import { ColumnSelector } from '../data/batch-selector.ts';
import type { Column } from '../data/column.ts';
import { MAX_BATCH_ROWS, RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import { KeyLayout, KeyRecords } from '../state/key-records.ts';
import { PagedStateGroup, RestoredPagedStateGroup } from '../state/paged-state-group.ts';
import { MAX_WATERMARK } from '../time/watermark.ts';
import { STEP } from './aggregate/accumulator.ts';
import type { AggregateTable } from './aggregate/aggregate-table.ts';
import { AggsHandleFunction } from './aggregate/aggs-handle-function.ts';
import { Bundle } from './aggregate/bundle.ts';
import type { GroupAggregateSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';

const STATE = 'group-aggregate';

/**
 * GROUP BY without windows (S-35): keeps accumulators for each key and says how the key's row changes, row by row or, in mini-batch
 * mode, bundle by bundle.
 *
 * All rows of a step are done at once: keys are looked up, each accumulator runs over the rows and leaves its values before and
 * after each of them, and from those arrays the changelog is picked. Without aggregates this is SELECT DISTINCT.
 */
export class GroupAggregate extends OneInputStreamOperator {
  readonly #spec: GroupAggregateSpec;
  readonly #records: KeyRecords;
  readonly #keySelectors: readonly ColumnSelector[];
  readonly #handler: AggsHandleFunction;
  readonly #groups: AggregateTable;
  readonly #slots: number;
  readonly #changed: number;
  /** Of the changelog: chosen cells, their rows, their kinds. */
  readonly #cells: number;
  readonly #rowNumbers: number;
  readonly #kinds: number;
  /** i64 cells: now, TTL. */
  readonly #times: number;
  readonly #timeOffset: number;
  readonly #bundle: Bundle | undefined;

  constructor(context: OperatorContext, spec: GroupAggregateSpec) {
    super(context);
    this.#spec = spec;
    const { wasm, pool } = context;
    const keyTypes = spec.keys.map((key) => spec.inputType.fields[key]!.type); // checked by the planner
    const layout = new KeyLayout(keyTypes);
    const hasTtl = spec.stateTtlMs > 0;
    const slots = SlotAllocator.of(pool);
    this.#times = slots.allocate(16);
    this.#records = new KeyRecords(wasm, pool, layout);
    this.#keySelectors = keyTypes.map((type) => new ColumnSelector(wasm, pool, type));
    this.#handler = new AggsHandleFunction(wasm, pool, layout, spec.aggregates, {
      userFunctions: context.userFunctions,
      retracts: spec.inputRetracts,
      isReborn: spec.inputRetracts || hasTtl,
      keepsImages: spec.miniBatchSize > 0,
      ownBytes: 8 * (Number(hasTtl) + Number(spec.miniBatchSize > 0)),
      distinct: { kind: 'tables', times: hasTtl ? this.#times : 0 },
    });
    this.#groups = this.#handler.createTable(layout);
    this.#timeOffset = this.#groups.table.valueOffset;
    this.#slots = slots.allocate(4 * MAX_BATCH_ROWS);
    this.#changed = slots.allocate(MAX_BATCH_ROWS);
    this.#cells = slots.allocate(4 * MAX_BATCH_ROWS);
    this.#rowNumbers = slots.allocate(4 * MAX_BATCH_ROWS);
    this.#kinds = slots.allocate(MAX_BATCH_ROWS);
    if (hasTtl) this.#groups.table.beforeGrowth = () => this.#expireAll();
    // Multisets show what they are, not what they were: with one of them, each row has its result.
    if (spec.miniBatchSize > 0 && this.#handler.readsImages) {
      const offset = this.#timeOffset + (hasTtl ? 8 : 0);
      this.#bundle = new Bundle(context, keyTypes, this.#groups, offset);
    }
  }

  override open(): void {
    const { context } = this;
    const group = new PagedStateGroup(STATE, context.wasm);
    this.#groups.register(group, 'groups');
    this.#handler.registerDistinct(group);
    for (const state of context.restoredPagedState(STATE)) this.#restore(new RestoredPagedStateGroup(state));
    context.registerPagedState(group);
  }

  override processBatch(batch: RecordBatch): void {
    const size = this.#bundle ? MAX_BATCH_ROWS : STEP;
    for (let from = 0; from < batch.rowCount;) {
      let rows = Math.min(size, batch.rowCount - from);
      if (this.#bundle) rows = Math.min(rows, this.#spec.miniBatchSize - this.#bundle.rows);
      from += this.#process(batch.slice(from, from + rows));
    }
  }

  override processWatermark(timestamp: number): void {
    // Results have no event time, so a bundle need not end for any watermark but the last.
    if (timestamp === MAX_WATERMARK) this.#flush();
    this.output.emitWatermark(timestamp);
  }

  override prepareSnapshotPreBarrier(): void {
    this.#flush();
  }

  override finish(): void {
    this.#flush();
  }

  override close(): void {
    const slots = SlotAllocator.of(this.context.pool);
    slots.release(this.#slots, 4 * MAX_BATCH_ROWS);
    slots.release(this.#changed, MAX_BATCH_ROWS);
    slots.release(this.#cells, 4 * MAX_BATCH_ROWS);
    slots.release(this.#rowNumbers, 4 * MAX_BATCH_ROWS);
    slots.release(this.#kinds, MAX_BATCH_ROWS);
    slots.release(this.#times, 16);
    for (const selector of this.#keySelectors) selector.release();
    this.#records.release();
    this.#bundle?.release();
    this.#groups.release();
    this.#handler.release();
  }

  #restore(restored: RestoredPagedStateGroup): void {
    const keyGroups = this.#keyGroups();
    if (!keyGroups) return;
    const { maxParallelism } = this.context.task;
    const groups = this.#groups;
    this.#handler.restoreDistinct(restored, (renamed) => {
      groups.restore(restored, 'groups', keyGroups, maxParallelism, this.#records, (rows, from, to, old) => {
        this.#handler.adopt(rows, from, to, old, groups);
        renamed(rows, from, to);
      });
    });
  }

  /** A global aggregation has one key, which is the first subtask's whatever its hash. */
  #keyGroups() {
    const { task, keyGroups } = this.context;
    if (this.#spec.keys.length > 0) return keyGroups;
    return task.subtask === 0 ? { start: 0, end: task.maxParallelism - 1 } : undefined;
  }

  /** Returns how many rows were done: fewer where results are large. */
  #process(batch: RecordBatch): number {
    const { rowCount: rows, columns, kinds } = batch;
    const keys = this.#spec.keys.map((key) => batch.column(key));
    this.#records.pack(rows, keys);
    this.#groups.table.lookup(rows, this.#records, this.#slots);
    const limit = this.#handler.limit(rows, this.#slots);
    if (limit < rows) return this.#process(batch.slice(0, limit));
    if (this.#spec.stateTtlMs > 0) this.#expire(rows);
    const storage = this.#groups;
    const slots = this.#slots;
    if (this.#bundle) {
      this.#bundle.add(rows, slots, this.#spec.miniBatchLatencyMs, () => this.#flush());
      this.#handler.accumulate({
        rows,
        columns,
        kinds,
        slots,
        storage,
        wantsBefore: false,
        wantsAfter: false,
      });
      if (this.#bundle.rows === this.#spec.miniBatchSize) this.#flush();
      return rows;
    }
    const wantsBefore = this.#wantsBefore;
    this.#handler.accumulate({ rows, columns, kinds, slots, storage, wantsBefore, wantsAfter: true });
    if (wantsBefore) this.#handler.evaluate(rows, 'before');
    this.#handler.evaluate(rows, 'after');
    this.#emit(rows, keys);
    this.#groups.settle();
    return rows;
  }

  get #wantsBefore(): boolean {
    const { generateUpdateBefore, inputRetracts } = this.#spec;
    return generateUpdateBefore || inputRetracts || this.#mayBeSilent;
  }

  /** A count of rows changes with each of them, if not with a bundle. Unchanged results are silent, unless state expires: then downstream state has to be refreshed (S-35). */
  get #mayBeSilent(): boolean {
    return this.#spec.stateTtlMs === 0 && !(this.#handler.alwaysChanges && !this.#bundle);
  }

  /** The changes of at most STEP rows, whose results are evaluated. */
  #emit(rows: number, keys: readonly Column[]): void {
    const { kernels } = this.context.wasm;
    const { generateUpdateBefore, inputRetracts, aggregates } = this.#spec;
    if (this.#mayBeSilent) this.#handler.markChanged(rows, this.#changed);
    const count = kernels.aggChangelog(
      rows,
      this.#handler.life,
      this.#mayBeSilent ? this.#changed : 0,
      generateUpdateBefore ? 1 : 0,
      STEP,
      this.#cells,
      this.#rowNumbers,
      this.#kinds,
    );
    if (count === 0) return;
    const isInsertOnly = aggregates.length === 0 && this.#mayBeSilent && !inputRetracts;
    const kinds = isInsertOnly ? 0 : this.#kinds;
    if (count === rows && !generateUpdateBefore && !inputRetracts) {
      // One change a row, the row's result: nothing has to be picked.
      this.output.emit(new RecordBatch(rows, [...keys, ...this.#handler.columns('after')], kinds));
      return;
    }
    const selected = keys.map((key, i) => this.#keySelectors[i]!.select(key, this.#rowNumbers, count)); // one a key
    this.output.emit(
      new RecordBatch(count, [...selected, ...this.#handler.select(count, this.#cells)], kinds),
    );
  }

  #flush(): void {
    const handler = this.#handler;
    this.#bundle?.flush(this.#records, handler.life, (rows, before, after, keys) => {
      handler.read(rows, before, 'before', this.#groups);
      handler.read(rows, after, 'after', this.#groups);
      handler.evaluate(rows, 'before');
      handler.evaluate(rows, 'after');
      this.#emit(rows, keys);
    });
    this.#groups.settle();
  }

  /** State TTL by processing time (S-48): a key not written for so long starts anew. */
  #expire(rows: number): void {
    this.#setTimes();
    this.context.wasm.kernels.aggExpire(rows, this.#slots, this.#timeOffset, this.#times, this.#times + 8);
  }

  #setTimes(): void {
    const view = new DataView(this.context.wasm.memory.buffer, this.#times, 16);
    view.setBigInt64(0, BigInt(Math.floor(this.context.clock.now())), true);
    view.setBigInt64(8, BigInt(this.#spec.stateTtlMs), true);
  }

  #expireAll(): void {
    const { kernels } = this.context.wasm;
    const slots = SlotAllocator.of(this.context.pool);
    const entries = slots.allocate(4 * MAX_BATCH_ROWS);
    this.#setTimes();
    this.#groups.table.scan(entries, (rows) => {
      const expired = kernels.aggSelectExpired(rows, entries, this.#timeOffset, this.#times, this.#times + 8);
      this.#handler.clear(expired, entries, this.#groups);
      kernels.aggKill(expired, entries);
    });
    slots.release(entries, 4 * MAX_BATCH_ROWS);
  }
}

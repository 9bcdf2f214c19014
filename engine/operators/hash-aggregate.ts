import { MAX_BATCH_ROWS, RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import { KeyColumns, KeyLayout, KeyRecords } from '../state/key-records.ts';
import { MAX_WATERMARK } from '../time/watermark.ts';
import { STEP } from './aggregate/accumulator.ts';
import type { AggregateTable } from './aggregate/aggregate-table.ts';
import { AggsHandleFunction } from './aggregate/aggs-handle-function.ts';
import type { HashAggregateSpec } from './operator-spec.ts';
import { OneInputStreamOperator, type OperatorContext } from './stream-operator.ts';

/** Of an entry, for its number: groups leave in the order in which they came, as Flink's do while memory suffices. */
const NUMBER_BYTES = 8;
const SORTED_BYTES = 4 * MAX_BATCH_ROWS + 1024;

/**
 * GROUP BY in batch mode: folds the rows of a bounded input into the accumulators of their keys, and emits one row a key when it has
 * ended, in the order of their first rows unless there are more than 4096. Without keys there is one row, also for an input without rows.
 */
export class HashAggregate extends OneInputStreamOperator {
  readonly #spec: HashAggregateSpec;
  readonly #records: KeyRecords;
  readonly #keys: KeyColumns;
  readonly #handler: AggsHandleFunction;
  readonly #groups: AggregateTable;
  readonly #slots: number;
  readonly #sorted: number;

  constructor(context: OperatorContext, spec: HashAggregateSpec) {
    super(context);
    this.#spec = spec;
    const { wasm, pool } = context;
    const keyTypes = spec.keys.map((key) => spec.inputType.fields[key]!.type); // checked by the planner
    const layout = new KeyLayout(keyTypes);
    this.#records = new KeyRecords(wasm, pool, layout);
    this.#keys = new KeyColumns(wasm, pool, keyTypes);
    this.#handler = new AggsHandleFunction(wasm, pool, layout, spec.aggregates, {
      userFunctions: context.userFunctions,
      retracts: false,
      isReborn: false,
      ownBytes: NUMBER_BYTES,
      distinct: { kind: 'tables', times: 0 },
    });
    this.#groups = this.#handler.createTable(layout);
    this.#slots = SlotAllocator.of(pool).allocate(4 * MAX_BATCH_ROWS);
    this.#sorted = SlotAllocator.of(pool).allocate(SORTED_BYTES);
  }

  override processBatch(batch: RecordBatch): void {
    for (let from = 0; from < batch.rowCount; from += STEP) {
      this.#accumulate(batch.slice(from, Math.min(from + STEP, batch.rowCount)));
    }
  }

  override processWatermark(): void {}
  override processWatermarkStatus(): void {}

  override finish(): void {
    if (this.#spec.keys.length === 0) this.#emitOnly();
    else {
      const { table } = this.#groups;
      const isSorted = table.used <= MAX_BATCH_ROWS;
      table.scan(this.#slots, (found) => {
        if (isSorted)
          this.context.wasm.kernels.windowSort(found, this.#slots, table.valueOffset, this.#sorted);
        for (let from = 0; from < found; from += STEP) {
          this.#emit(Math.min(STEP, found - from), this.#slots + 4 * from);
        }
      });
    }
    this.output.emitWatermark(MAX_WATERMARK);
  }

  override close(): void {
    SlotAllocator.of(this.context.pool).release(this.#slots, 4 * MAX_BATCH_ROWS);
    SlotAllocator.of(this.context.pool).release(this.#sorted, SORTED_BYTES);
    this.#records.release();
    this.#keys.release();
    this.#groups.release();
    this.#handler.release();
  }

  #accumulate(batch: RecordBatch): void {
    const { rowCount: rows, columns } = batch;
    this.#records.pack(
      rows,
      this.#spec.keys.map((key) => batch.column(key)),
    );
    const { table } = this.#groups;
    table.lookup(rows, this.#records, this.#slots);
    const { kernels } = this.context.wasm;
    this.#groups.nextNumber =
      kernels.windowNumber(rows, this.#slots, table.valueOffset, this.#groups.nextNumber) >>> 0;
    this.#handler.accumulate({
      rows,
      columns,
      kinds: 0,
      slots: this.#slots,
      storage: this.#groups,
      wantsBefore: false,
      wantsAfter: false,
    });
    this.#groups.settle();
  }

  /** The one row of an aggregation without keys: its entry is made here, if no row has made it. */
  #emitOnly(): void {
    if (this.context.task.subtask > 0) return;
    this.#records.pack(1, []);
    this.#groups.table.lookup(1, this.#records, this.#slots);
    this.#emit(1, this.#slots);
  }

  #emit(rows: number, entries: number): void {
    const keys = this.#keys.unpack(rows, entries, this.#groups.table.control);
    this.#handler.read(rows, entries, 'after', this.#groups);
    this.#handler.evaluate(rows, 'after');
    this.output.emit(new RecordBatch(rows, [...keys, ...this.#handler.columns('after')]));
  }
}

import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { KeyColumns, KeyLayout, KeyRecords } from '../../state/key-records.ts';
import { KeyedTable } from '../../state/keyed-table.ts';
import type { PagedStateGroup, RestoredPagedStateGroup } from '../../state/paged-state-group.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { AccumulateStep } from './accumulator.ts';
import type { IdRenaming } from './group-ids.ts';
import { OwnWeights, type RowWeights } from './row-weights.ts';

const BIGINT = { root: 'BIGINT', nullable: false } as const;
const SLOT_BYTES = 4 * MAX_BATCH_ROWS;

export interface DistinctTableOptions {
  readonly argument: number;
  readonly type: LogicalType;
  /** Whether values may be taken back. */
  readonly retracts: boolean;
  /** Two i64 cells, now and the state TTL, or 0. Values expire one by one, as in Flink. */
  readonly times: number;
}

/**
 * The DISTINCT values of an argument in all groups of a GROUP BY (`distinct.ts`): one lookup a row, however many aggregates with different filters
 * look at them. Windows, whose groups are merged, have `DistinctWeights` instead.
 */
export class DistinctTable {
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #slots: SlotAllocator;
  readonly #options: DistinctTableOptions;
  readonly #layout: KeyLayout;
  readonly #records: KeyRecords;
  readonly #weights: OwnWeights[] = [];
  readonly #entries: number;
  readonly #mask: number;
  #table: KeyedTable | undefined;

  constructor(wasm: Wasm, pool: MemorySegmentPool, options: DistinctTableOptions) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#slots = SlotAllocator.of(pool);
    this.#options = options;
    this.#layout = new KeyLayout([BIGINT, options.type]);
    this.#records = new KeyRecords(wasm, pool, this.#layout);
    this.#entries = this.#slots.allocate(SLOT_BYTES);
    this.#mask = this.#slots.allocate(MAX_BATCH_ROWS);
  }

  /** Weights of the rows that pass a filter; NULL may count as a value. All are made before the table is used. */
  addWeights(filter: number, countsNulls = false): RowWeights {
    const argument = countsNulls ? -1 : this.#options.argument;
    const weights = new OwnWeights(this.#wasm, this.#pool, argument, filter);
    this.#weights.push(weights);
    return weights;
  }

  /** Makes the weights, which say by now which rows count at all, those of DISTINCT. */
  prepare({ rows, columns }: AccumulateStep, ids: Column): void {
    const { kernels } = this.#wasm;
    const table = this.#open();
    this.#weights.forEach(({ current }, i) =>
      kernels.distinctMask(rows, current, this.#mask, i === 0 ? 1 : 0),
    );
    this.#records.pack(rows, [ids, columns[this.#options.argument] as Column]);
    table.lookup(rows, this.#records, this.#entries, this.#mask);
    this.#expire(rows, table);
    this.#weights.forEach(({ current }, i) =>
      kernels.distinctCount(rows, this.#entries, this.#offset(table, i), current),
    );
    table.mark(rows, this.#entries);
    table.heap?.settle();
  }

  register(group: PagedStateGroup, name: string): void {
    this.#open().register(group, name);
  }

  /** Inserts the values of the groups that were renamed. */
  restore(restored: RestoredPagedStateGroup, name: string, renaming: IdRenaming): void {
    const { kernels } = this.#wasm;
    const table = this.#open();
    const old = table.open(restored, name);
    const columns = new KeyColumns(this.#wasm, this.#pool, this.#layout.types);
    const from = this.#slots.allocate(SLOT_BYTES);
    const bytes = table.entrySize - table.valueOffset;
    old.scan(from, (rows) => {
      const [ids, values] = columns.unpack(rows, from, old.control) as [Column, Column];
      this.#records.pack(rows, [renaming.newIds(rows, ids), values]);
      table.lookup(rows, this.#records, this.#entries);
      kernels.tableCopy(rows, from, this.#entries, table.valueOffset, bytes);
      table.mark(rows, this.#entries);
    });
    this.#slots.release(from, SLOT_BYTES);
    columns.release();
    old.release();
  }

  release(): void {
    this.#records.release();
    this.#table?.release();
    this.#slots.release(this.#entries, SLOT_BYTES);
    this.#slots.release(this.#mask, MAX_BATCH_ROWS);
  }

  /** The count of a filter in an entry; with a TTL the time comes first. */
  #offset({ valueOffset }: KeyedTable, filter: number): number {
    return valueOffset + (this.#options.times === 0 ? 0 : 8) + 8 * filter;
  }

  #open(): KeyedTable {
    if (this.#table) return this.#table;
    const words = this.#weights.length + (this.#options.times === 0 ? 0 : 1);
    const table = new KeyedTable(this.#wasm, this.#pool, this.#layout, 8 * words);
    table.mayDie = this.#options.retracts || this.#options.times !== 0;
    if (this.#options.times !== 0) table.beforeGrowth = () => this.#expireAll(table);
    this.#table = table;
    return table;
  }

  #expire(rows: number, table: KeyedTable): void {
    const { times } = this.#options;
    if (times === 0) return;
    const { valueOffset } = table;
    const bytes = 8 * this.#weights.length;
    this.#wasm.kernels.distinctExpire(rows, this.#entries, valueOffset, bytes, times, times + 8);
  }

  #expireAll(table: KeyedTable): void {
    const { kernels } = this.#wasm;
    const { times } = this.#options;
    const entries = this.#slots.allocate(SLOT_BYTES);
    table.scan(entries, (rows) => {
      kernels.aggKill(kernels.aggSelectExpired(rows, entries, table.valueOffset, times, times + 8), entries);
    });
    this.#slots.release(entries, SLOT_BYTES);
  }
}

import { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { KeyLayout, KeyRecords } from '../../state/key-records.ts';
import { KeyedTable } from '../../state/keyed-table.ts';
import type { AccumulateStep } from './accumulator.ts';

const BIGINT = { root: 'BIGINT', nullable: false } as const;
const BYTES = 8 * MAX_BATCH_ROWS;

/** A number for every group, by which its DISTINCT values are found (`distinct.ts`). Ids are a subtask's own and change when it is restored. */
export class GroupIds {
  readonly bytes = 8;
  /** Place of the id in the entry. */
  offset = 0;
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #slots: SlotAllocator;
  readonly #ids: number;
  readonly #newIds: number;
  readonly #counter: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#slots = SlotAllocator.of(pool);
    this.#ids = this.#slots.allocate(BYTES);
    this.#newIds = this.#slots.allocate(BYTES);
    this.#counter = this.#slots.allocate(8);
    new BigInt64Array(wasm.memory.buffer, this.#counter, 1)[0] = 0n;
  }

  /** The ids of the rows' groups, good until the next call. */
  prepare({ rows, slots, life }: AccumulateStep): Column {
    this.#wasm.kernels.distinctIds(rows, slots, this.offset, life, this.#counter, this.#ids);
    return new Column(BIGINT, this.#ids, 0);
  }

  /** Begins to read the groups of one old subtask. */
  startRenaming(): IdRenaming {
    const rename = (rows: number, from: number, to: number) =>
      this.#wasm.kernels.distinctRename(rows, from, to, this.offset, this.#counter, this.#ids, this.#newIds);
    return new IdRenaming(this.#wasm, this.#pool, this.#ids, this.#newIds, rename);
  }

  release(): void {
    this.#slots.release(this.#ids, BYTES);
    this.#slots.release(this.#newIds, BYTES);
    this.#slots.release(this.#counter, 8);
  }
}

/** Which new id a group has whose old one is known. */
export class IdRenaming {
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  readonly #records: KeyRecords;
  readonly #table: KeyedTable;
  readonly #entries: number;
  readonly #oldIds: number;
  readonly #newIds: number;
  readonly #rename: (rows: number, from: number, to: number) => void;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    oldIds: number,
    newIds: number,
    rename: (rows: number, from: number, to: number) => void,
  ) {
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
    const layout = new KeyLayout([BIGINT]);
    this.#records = new KeyRecords(wasm, pool, layout);
    this.#table = new KeyedTable(wasm, pool, layout, 8);
    this.#entries = this.#slots.allocate(4 * MAX_BATCH_ROWS);
    this.#oldIds = oldIds;
    this.#newIds = newIds;
    this.#rename = rename;
  }

  /** Groups were copied `from` old entries `to` new ones. */
  add(rows: number, from: number, to: number): void {
    this.#rename(rows, from, to);
    this.#lookup(rows, new Column(BIGINT, this.#oldIds, 0));
    this.#wasm.kernels.distinctStore(rows, this.#entries, this.#table.valueOffset, this.#newIds);
  }

  /** New ids for old ones, 0 for groups that are not ours; good until the next call. */
  newIds(rows: number, oldIds: Column): Column {
    this.#lookup(rows, oldIds);
    this.#wasm.kernels.unpackKey64(rows, this.#entries, this.#table.valueOffset, 0, this.#newIds, 0);
    return new Column(BIGINT, this.#newIds, 0);
  }

  release(): void {
    this.#records.release();
    this.#table.release();
    this.#slots.release(this.#entries, 4 * MAX_BATCH_ROWS);
  }

  #lookup(rows: number, ids: Column): void {
    this.#records.pack(rows, [ids]);
    this.#table.lookup(rows, this.#records, this.#entries);
  }
}

import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import { SEGMENT_SIZE, runBytes, type MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { MemoryViews } from '../../memory/memory-views.ts';
import type { KeyGroupRange } from '../../state/key-group-range.ts';
import type { KeyLayout, KeyRecords } from '../../state/key-records.ts';
import { KeyedTable } from '../../state/keyed-table.ts';
import type { Json } from '../../state/paged-state.ts';
import type { PagedStateGroup, RestoredPagedStateGroup } from '../../state/paged-state-group.ts';
import { StateHeap } from '../../state/state-heap.ts';
import type { RowType } from '../../types/logical-type.ts';
import type { UniqueKeyKind } from '../operator-spec.ts';
import { RowLayout } from './row-layout.ts';
import type { RowRecords } from './row-records.ts';

const CONTROL = 4096;
const HEADER = 24;
const HEADER_WITH_TIME = 32;
const INDEX_SLOT = 8;
const FIRST_INDEX = 1 << 15;
const MAX_LOAD = 0.6;
/** From this size on, index and table are touched before rows are looked up in them. */
const TOUCH_BYTES = 1 << 20;
/** Expired rows are swept when the heap has doubled since they were. */
const FIRST_SWEEP = 1 << 20;

/** Words of `Side` in join-layout.ts, behind its two i64. */
const Field = {
  table: 4, heap: 5, index: 6, indexMask: 7, indexUsed: 8, indexLimit: 9, listOffset: 10, rowOffset: 11, rowBytes: 12, identityBytes: 13,
  identityTexts: 14, identityTextsEnd: 15, otherTexts: 16, otherTextsEnd: 17, replaces: 18,
} as const; // prettier-ignore

export interface JoinInputSideSpec {
  readonly type: RowType;
  readonly keys: readonly number[];
  readonly uniqueKey: UniqueKeyKind;
  readonly timeToLiveMs: number;
}

/** A batch's rows of this side, packed. */
export interface PackedRows {
  readonly rows: number;
  readonly kinds: number;
  /** Their keys' entries, from `lookup`. */
  readonly slots: number;
  readonly records: RowRecords;
}

/**
 * The rows of one input by join key (S-39): the twin of `join-state.ts`. With a unique key a row takes the place of the old one; without, equal
 * rows are counted.
 *
 * Blocks are found by key through a table, and by identity through an index, which is made anew when state comes back.
 */
export class JoinRecordStateView {
  readonly table: KeyedTable;
  readonly heap: StateHeap;
  readonly layout: RowLayout;
  /** Where rows begin in blocks. */
  readonly rowOffset: number;
  /** What kernels take. */
  readonly control: number;
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #views: MemoryViews;
  readonly #timeToLiveMs: number;
  /** u32 a row. */
  readonly #hashes: number;
  readonly #hasIndex: boolean;
  #index = 0;
  #indexBytes = 0;
  #sweepAt = FIRST_SWEEP;

  constructor(wasm: Wasm, pool: MemorySegmentPool, spec: JoinInputSideSpec, keys: KeyLayout) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#views = new MemoryViews(wasm);
    this.#timeToLiveMs = spec.timeToLiveMs;
    this.layout = new RowLayout(spec.type, identityOf(spec));
    this.rowOffset = spec.timeToLiveMs > 0 ? HEADER_WITH_TIME : HEADER;
    this.table = new KeyedTable(wasm, pool, keys, 8);
    this.heap = new StateHeap(wasm, pool);
    const slots = SlotAllocator.of(pool);
    this.control = slots.allocate(CONTROL);
    this.#hashes = slots.allocate(4 * MAX_BATCH_ROWS);
    this.#hasIndex = spec.uniqueKey.kind !== 'JoinKeyContainsUniqueKey';
    this.#views.u8.fill(0, this.control, this.control + CONTROL);
    const { identity, other, rowBytes } = this.layout;
    this.#set(Field.table, this.table.control);
    this.#set(Field.heap, this.heap.control);
    this.#set(Field.listOffset, this.table.valueOffset);
    this.#set(Field.rowOffset, this.rowOffset);
    this.#set(Field.rowBytes, rowBytes);
    this.#set(Field.identityBytes, identity.end);
    this.#set(Field.identityTexts, identity.textsStart);
    this.#set(Field.identityTextsEnd, identity.textsEnd);
    this.#set(Field.otherTexts, other.textsStart);
    this.#set(Field.otherTextsEnd, other.textsEnd);
    this.#set(Field.replaces, spec.uniqueKey.kind === 'NoUniqueKey' ? 0 : 1);
    if (this.#hasIndex) this.#growIndex(FIRST_INDEX);
    if (spec.timeToLiveMs > 0) {
      this.table.beforeGrowth = () => this.#sweep();
      this.#views.data.setBigInt64(this.control + 8, BigInt(spec.timeToLiveMs), true);
    }
  }

  /** Processing time for what follows: rows not written for the TTL are as good as gone (S-48). */
  setTime(now: number): void {
    if (this.#timeToLiveMs > 0) this.#views.data.setBigInt64(this.control, BigInt(Math.floor(now)), true);
  }

  /**
   * Finds the rows that keys have here: writes a u32 a row to `heads`, the first block, or 0; gives how many rows found some.
   *
   * @param mask a byte a row, 0: the row finds nothing; or 0
   */
  find(rows: number, keys: KeyRecords, mask: number, heads: number): number {
    const { kernels } = this.#wasm;
    if (this.table.pageCount * SEGMENT_SIZE >= TOUCH_BYTES) {
      kernels.tableTouch(rows, keys.address, this.table.control);
    }
    return kernels.joinFind(rows, keys.address, mask, this.control, heads);
  }

  /**
   * Adds and takes away a batch's rows.
   *
   * @param stored u32 a row, address of the block it was put into, or 0
   * @param replaced u8 a row, whether it took the place of another
   */
  update({ rows, kinds, slots, records }: PackedRows, stored: number, replaced: number): void {
    const { kernels } = this.#wasm;
    const { address, stride } = records;
    if (this.#hasIndex) {
      this.#reserveIndex(rows);
      kernels.joinHash(rows, stride, address, this.control, this.#hashes);
      if (this.#indexBytes >= TOUCH_BYTES) kernels.joinTouch(rows, this.#hashes, this.control);
    }
    for (let row = 0; ;) {
      row = kernels.joinUpdate(
        row, rows, slots, kinds, stride, address, this.#hashes, this.control, stored, replaced,
      ); // prettier-ignore
      if (row >= rows) return;
      this.#makeRoom();
    }
  }

  /** Nothing that was emitted points into the state any more. */
  settle(): void {
    this.heap.settle();
    this.table.heap?.settle();
  }

  register(group: PagedStateGroup, name: string): void {
    this.table.register(group, name);
    group.add(`${name}.rows`, this.heap);
  }

  /** What must be equal for stored rows to be read. */
  get signature(): Json {
    const { identity, other, rowBytes } = this.layout;
    return [this.rowOffset, identity.textsEnd, identity.end, other.textsEnd, rowBytes];
  }

  /** Puts in the rows that an old subtask has for our key groups. */
  restore(
    restored: RestoredPagedStateGroup,
    name: string,
    keyGroups: KeyGroupRange,
    maxParallelism: number,
    keys: KeyRecords,
  ): void {
    const old = new StateHeap(this.#wasm, this.#pool);
    const slots = SlotAllocator.of(this.#pool);
    const cursor = slots.allocate(8);
    this.#views.u8.fill(0, cursor, cursor + 8);
    try {
      old.load(restored.bytes(`${name}.rows`));
      this.table.restore(restored, name, keyGroups, maxParallelism, keys, (rows, from, to) => {
        this.#reserveIndex(rows);
        while (this.#wasm.kernels.joinAdopt(rows, from, to, old.control, this.control, cursor) < rows) {
          if (this.#hasIndex && this.#get(Field.indexUsed) >= this.#get(Field.indexLimit)) {
            this.#growIndex(2 * this.#indexBytes);
          } else this.heap.grow();
        }
      });
    } finally {
      slots.release(cursor, 8);
      old.release();
    }
  }

  release(): void {
    this.table.release();
    this.heap.release();
    if (this.#indexBytes > 0) this.#pool.release(this.#index, this.#indexBytes);
    const slots = SlotAllocator.of(this.#pool);
    slots.release(this.control, CONTROL);
    slots.release(this.#hashes, 4 * MAX_BATCH_ROWS);
  }

  #makeRoom(): void {
    if (this.#timeToLiveMs > 0 && this.heap.usedBytes >= this.#sweepAt) {
      this.#sweep();
      this.#sweepAt = Math.max(FIRST_SWEEP, 2 * this.heap.usedBytes);
      return; // and if no block of the wanted size is free now, the next call adds pages
    }
    this.heap.grow();
  }

  #sweep(): void {
    const slots = SlotAllocator.of(this.#pool);
    const entries = slots.allocate(4 * MAX_BATCH_ROWS);
    this.table.scan(entries, (rows) => this.#wasm.kernels.joinSweep(rows, entries, this.control));
    slots.release(entries, 4 * MAX_BATCH_ROWS);
    this.heap.settle();
  }

  #reserveIndex(rows: number): void {
    if (!this.#hasIndex) return;
    const wanted = this.#get(Field.indexUsed) + rows;
    let bytes = this.#indexBytes;
    while (Math.floor((bytes / INDEX_SLOT) * MAX_LOAD) < wanted) bytes *= 2;
    if (bytes > this.#indexBytes) this.#growIndex(bytes);
  }

  #growIndex(bytes: number): void {
    const old = { address: this.#index, bytes: this.#indexBytes };
    this.#indexBytes = runBytes(bytes);
    this.#index = this.#pool.allocate(this.#indexBytes);
    this.#views.u8.fill(0, this.#index, this.#index + this.#indexBytes);
    const slots = this.#indexBytes / INDEX_SLOT;
    this.#set(Field.index, this.#index);
    this.#set(Field.indexMask, slots - 1);
    this.#set(Field.indexLimit, Math.floor(slots * MAX_LOAD));
    if (old.bytes === 0) return;
    this.#wasm.kernels.joinRehash(old.address, old.bytes / INDEX_SLOT, this.control);
    this.#pool.release(old.address, old.bytes);
  }

  #get(field: number): number {
    return this.#views.u32[(this.control >>> 2) + field]!; // the control block lies in memory
  }

  #set(field: number, value: number): void {
    this.#views.u32[(this.control >>> 2) + field] = value;
  }
}

/** Columns by which a row is found among those of its key. */
function identityOf({ type, keys, uniqueKey }: JoinInputSideSpec): ReadonlySet<number> {
  switch (uniqueKey.kind) {
    case 'NoUniqueKey':
      return new Set(type.fields.keys());
    case 'HasUniqueKey':
      return new Set([...keys, ...uniqueKey.columns]);
    case 'JoinKeyContainsUniqueKey':
      return new Set();
  }
}

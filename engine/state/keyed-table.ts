import { SlotAllocator } from '../data/slot-allocator.ts';
import { MAX_BATCH_ROWS } from '../data/record-batch.ts';
import type { Wasm } from '../memory/kernels.ts';
import { SEGMENT_SIZE, runBytes, type MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import type { KeyGroupRange } from './key-group-range.ts';
import { KeyHasher } from './key-hasher.ts';
import { KeyColumns, type KeyLayout, type KeyRecords } from './key-records.ts';
import type { Json } from './paged-state.ts';
import type { PageSource, PagedStateGroup, RestoredPagedStateGroup } from './paged-state-group.ts';
import { StateHeap } from './state-heap.ts';

const CONTROL = 4096;
/** Behind the control block, while they fit: a dirty byte a page. */
const FIRST_DIRTY = 64;
const FIRST_PAGES = CONTROL - FIRST_DIRTY;
const MAX_LOAD = 0.6;
/** From this size on, entries are touched before they are looked up. */
const TOUCH_BYTES = 1 << 20;

/** Words of `Table` in keyed-table-layout.ts. */
const Field = {
  entries: 0, dirty: 1, heap: 2, capacity: 3, entrySize: 4, keyWords: 5, textMask: 6, used: 7, limit: 8, cursor: 9,
} as const; // prettier-ignore

export const ENTRY_COUNT = 8;
const ENTRY_KEYS = 16;

/**
 * A hash table of keys and fixed-width values: the twin of `keyed-table.ts`, which says how entries lie. Owns the pages, lets
 * them grow by doubling, and copies a snapshot's entries back in, whatever the parallelism was.
 *
 * A lookup returns addresses of entries. They are good until the next call of `lookup` or `reserve`.
 */
export class KeyedTable implements PageSource {
  /** What kernels take. */
  readonly control: number;
  readonly heap: StateHeap | undefined;
  readonly layout: KeyLayout;
  /** Where an entry's values begin: `valueBytes` of them, a multiple of 8. */
  readonly valueOffset: number;
  readonly entrySize: number;
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #views: MemoryViews;
  /** Whether counts may come to 0, so that it pays to look for dead entries. */
  mayDie = true;
  /** Called before the table grows: the owner may let entries die that nobody will miss. */
  beforeGrowth: () => void = () => undefined;
  #entries = 0;
  #bytes = 0;
  #dirty: number;
  #dirtyBytes = 0;

  /** @param expected entries to make room for at once */
  constructor(wasm: Wasm, pool: MemorySegmentPool, layout: KeyLayout, valueBytes: number, expected = 0) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#views = new MemoryViews(wasm);
    this.layout = layout;
    this.valueOffset = ENTRY_KEYS + 8 * layout.words;
    this.entrySize = this.valueOffset + valueBytes;
    this.control = SlotAllocator.of(pool).allocate(CONTROL);
    this.#dirty = this.control + FIRST_DIRTY;
    if (layout.textMask !== 0) this.heap = new StateHeap(wasm, pool);
    this.#set(Field.heap, this.heap?.control ?? 0);
    this.#set(Field.entrySize, this.entrySize);
    this.#set(Field.keyWords, layout.words);
    this.#set(Field.textMask, layout.textMask);
    this.#allocate(Math.ceil(expected / MAX_LOAD) * this.entrySize);
  }

  /** Entries that are taken, dead ones too. */
  get used(): number {
    return this.#get(Field.used);
  }

  get pageCount(): number {
    return this.#bytes / SEGMENT_SIZE;
  }

  get meta(): Json {
    return { entrySize: this.entrySize, capacity: this.#get(Field.capacity), used: this.used };
  }

  pageAddress(page: number): number {
    return this.#entries + page * SEGMENT_SIZE;
  }

  isDirty(page: number): boolean {
    return this.#views.u8[this.#dirty + page] !== 0;
  }

  markClean(): void {
    this.#views.u8.fill(0, this.#dirty, this.#dirty + this.pageCount);
  }

  /**
   * Writes the address of each record's entry to `slots`, making entries for new keys: their count and values are 0.
   *
   * @param mask a byte a row, 0: leave the row out, its slot is 0; or 0
   */
  lookup(rows: number, records: KeyRecords, slots: number, mask = 0): void {
    const { kernels } = this.#wasm;
    if (this.#bytes >= TOUCH_BYTES) kernels.tableTouch(rows, records.address, this.control);
    // Rows that were done before a table grew are found again: entries moved, so all start anew.
    const { address, textMask } = records;
    while (kernels.tableLookup(rows, address, textMask, mask, this.control, slots) < rows) {
      if (this.used >= this.#get(Field.limit)) this.#grow(rows);
      else this.heap!.grow(); // only a table with texts stops for another reason
    }
  }

  /** Marks the pages of entries whose values were written. */
  mark(rows: number, slots: number): void {
    this.#wasm.kernels.tableMark(rows, slots, this.control);
  }

  /** Calls back with up to 4096 live entries at a time, their addresses at `slots`, in the order of the table. */
  scan(slots: number, visit: (count: number) => void): void {
    this.#set(Field.cursor, 0);
    for (;;) {
      const count = this.#wasm.kernels.tableScan(this.control, MAX_BATCH_ROWS, slots);
      if (count === 0) return;
      visit(count);
    }
  }

  /** Drops dead entries now. */
  compact(): void {
    this.#rehash(this.#bytes);
  }

  /** Empties the table. */
  clear(): void {
    this.#views.u8.fill(0, this.#entries, this.#entries + this.#bytes);
    this.#views.u8.fill(1, this.#dirty, this.#dirty + this.pageCount);
    this.#set(Field.used, 0);
  }

  release(): void {
    this.#pool.release(this.#entries, this.#bytes);
    this.#releaseDirty();
    this.heap?.release();
    SlotAllocator.of(this.#pool).release(this.control, CONTROL);
  }

  /** Adds the table, and its heap, to an operator's state. */
  register(group: PagedStateGroup, name: string): void {
    group.add(name, this);
    if (this.heap) group.add(`${name}.heap`, this.heap);
  }

  unregister(group: PagedStateGroup, name: string): void {
    group.remove(name);
    if (this.heap) group.remove(`${name}.heap`);
  }

  /**
   * Inserts the entries that an old subtask's table holds for our key groups. `copied` is told of each batch of entries, `from`
   * in the old table and `to` in this one, whose values were copied as they are.
   */
  restore(
    restored: RestoredPagedStateGroup,
    name: string,
    keyGroups: KeyGroupRange,
    maxParallelism: number,
    records: KeyRecords,
    copied: (rows: number, from: number, to: number) => void = () => undefined,
  ): void {
    const old = this.open(restored, name);
    const slots = SlotAllocator.of(this.#pool);
    const from = slots.allocate(4 * MAX_BATCH_ROWS);
    const to = slots.allocate(4 * MAX_BATCH_ROWS);
    const hasher = new KeyHasher(this.#wasm, this.#pool);
    const columns = new KeyColumns(this.#wasm, this.#pool, this.layout.types);
    try {
      for (;;) {
        const { start, end } = keyGroups;
        const { kernels } = this.#wasm;
        const all = kernels.tableScan(old.control, MAX_BATCH_ROWS, from);
        if (all === 0) break;
        const hashes = hasher.hashColumns(all, columns.unpack(all, from, old.control));
        const rows = kernels.tableSelectGroups(all, from, hashes, maxParallelism, start, end);
        records.packEntries(rows, from, old.control);
        this.lookup(rows, records, to);
        kernels.tableCopy(rows, from, to, this.valueOffset, this.entrySize - this.valueOffset);
        this.mark(rows, to);
        copied(rows, from, to);
      }
    } finally {
      slots.release(from, 4 * MAX_BATCH_ROWS);
      slots.release(to, 4 * MAX_BATCH_ROWS);
      hasher.release();
      columns.release();
      old.release();
    }
  }

  /** An old subtask's table of the same layout, to read from. Whoever asks for it releases it. */
  open(restored: RestoredPagedStateGroup, name: string): KeyedTable {
    const { entrySize, capacity } = restored.meta(name) as { entrySize: number; capacity: number };
    if (entrySize !== this.entrySize) {
      throw new Error(
        `The state '${name}' has entries of ${entrySize} bytes where ${this.entrySize} are needed: the query changed.`,
      );
    }
    const old = new KeyedTable(this.#wasm, this.#pool, this.layout, this.entrySize - this.valueOffset);
    old.#load(restored.bytes(name), capacity);
    old.heap?.load(restored.bytes(`${name}.heap`));
    return old;
  }

  #load(bytes: Uint8Array, capacity: number): void {
    this.#pool.release(this.#entries, this.#bytes);
    this.#releaseDirty();
    this.#allocate(bytes.length, false);
    this.#views.u8.set(bytes, this.#entries);
    this.#set(Field.capacity, capacity);
    this.#set(Field.cursor, 0);
  }

  #grow(rows: number): void {
    this.beforeGrowth();
    // Where many entries are dead, dropping them makes room enough. (Keys of this very batch count as dead still.)
    const live = this.mayDie ? this.#wasm.kernels.tableCountLive(this.control) : this.used;
    const isCrowded = live + rows > 0.75 * this.#get(Field.limit);
    this.#rehash(isCrowded ? 2 * this.#bytes : this.#bytes);
  }

  #rehash(bytes: number): void {
    const old = { entries: this.#entries, bytes: this.#bytes };
    const copy = SlotAllocator.of(this.#pool).allocate(CONTROL);
    const { u8 } = this.#views;
    u8.copyWithin(copy, this.control, this.control + FIRST_DIRTY);
    this.#releaseDirty();
    this.#allocate(bytes);
    this.#wasm.kernels.tableMove(copy, this.control);
    SlotAllocator.of(this.#pool).release(copy, CONTROL);
    this.#pool.release(old.entries, old.bytes);
  }

  /** Takes a fresh run for the entries; all its pages are dirty. */
  #allocate(bytes: number, isCleared = true): void {
    this.#bytes = runBytes(bytes);
    this.#entries = this.#pool.allocate(this.#bytes);
    const pages = this.pageCount;
    if (pages > FIRST_PAGES) {
      this.#dirtyBytes = pages;
      this.#dirty = SlotAllocator.of(this.#pool).allocate(pages);
    }
    const { u8 } = this.#views;
    if (isCleared) u8.fill(0, this.#entries, this.#entries + this.#bytes);
    u8.fill(1, this.#dirty, this.#dirty + pages);
    const capacity = Math.floor(this.#bytes / this.entrySize);
    this.#set(Field.entries, this.#entries);
    this.#set(Field.dirty, this.#dirty);
    this.#set(Field.capacity, capacity);
    this.#set(Field.used, 0);
    this.#set(Field.limit, Math.floor(capacity * MAX_LOAD));
  }

  #releaseDirty(): void {
    if (this.#dirtyBytes > 0) SlotAllocator.of(this.#pool).release(this.#dirty, this.#dirtyBytes);
    this.#dirtyBytes = 0;
    this.#dirty = this.control + FIRST_DIRTY;
  }

  #get(field: number): number {
    return this.#views.u32[(this.control >>> 2) + field]!; // the control block lies in memory
  }

  #set(field: number, value: number): void {
    this.#views.u32[(this.control >>> 2) + field] = value;
  }
}

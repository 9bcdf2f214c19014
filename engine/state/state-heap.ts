import { SlotAllocator } from '../data/slot-allocator.ts';
import type { Wasm } from '../memory/kernels.ts';
import { SEGMENT_SIZE, runBytes, type MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import type { Json } from './paged-state.ts';
import type { PageSource } from './paged-state-group.ts';

const CONTROL = 4096;
/** Heap and its free lists, 512 bytes at most. Behind them, while they fit: 512 directory entries and their dirty bytes. */
const FIRST_DIRECTORY = 512;
const FIRST_PAGES = 512;
const LARGEST_RUN = 1 << 20;
const SLACK = 16;

/** Words of `Heap` in state-heap.ts. */
const Field = { directory: 0, dirty: 1, next: 2, end: 3, pending: 4, used: 5 } as const;

/**
 * Texts and rows in keyed state: the twin of `state-heap.ts`, which says how blocks lie. Adds runs of pages when kernels ask for room.
 *
 * Offsets stay good as long as the block is not freed; addresses too, for pages never move.
 */
export class StateHeap implements PageSource {
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #views: MemoryViews;
  readonly #runs: { readonly address: number; readonly bytes: number }[] = [];
  /** What kernels take. */
  readonly control: number;
  #pages = 0;
  #directory: number;
  #dirty: number;
  #capacity = FIRST_PAGES;

  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#views = new MemoryViews(wasm);
    this.control = SlotAllocator.of(pool).allocate(CONTROL);
    this.#views.u8.fill(0, this.control, this.control + CONTROL);
    this.#directory = this.control + FIRST_DIRECTORY;
    this.#dirty = this.#directory + 4 * FIRST_PAGES;
    this.#set(Field.directory, this.#directory);
    this.#set(Field.dirty, this.#dirty);
    // Offset 0 means nothing, and the next run begins at a whole page.
    this.#set(Field.next, 8);
  }

  /** Bytes in blocks that are in use. */
  get usedBytes(): number {
    return this.#get(Field.used);
  }

  get pageCount(): number {
    return this.#pages;
  }

  get meta(): Json {
    return null;
  }

  pageAddress(page: number): number {
    return this.#views.u32[(this.#directory >>> 2) + page]!; // a page below pageCount
  }

  isDirty(page: number): boolean {
    return this.#views.u8[this.#dirty + page] !== 0;
  }

  markClean(): void {
    this.#views.u8.fill(0, this.#dirty, this.#dirty + this.#pages);
  }

  /** Makes sure that blocks of `bytes` in all, headers included, can be allocated without asking again. */
  reserve(bytes: number): void {
    if (this.#get(Field.next) + bytes > this.#get(Field.end)) this.grow(bytes);
  }

  /** Adds a run with room for a block of `bytes` at least; what is left of the last one stays unused. */
  grow(bytes = 0): void {
    const wanted = Math.max(bytes + bytes / 4 + 4 * SLACK, Math.min(this.#pages * SEGMENT_SIZE, LARGEST_RUN));
    const size = runBytes(wanted);
    const address = this.#pool.allocate(size);
    this.#runs.push({ address, bytes: size });
    const first = this.#pages;
    this.#pages += size / SEGMENT_SIZE;
    if (this.#pages > this.#capacity) this.#growDirectory();
    const { u32 } = this.#views;
    for (let page = first; page < this.#pages; page++) {
      u32[(this.#directory >>> 2) + page] = address + (page - first) * SEGMENT_SIZE;
    }
    this.#set(Field.next, first * SEGMENT_SIZE + (first === 0 ? 8 : 0));
    this.#set(Field.end, this.#pages * SEGMENT_SIZE - SLACK);
  }

  /** Bytes of freed blocks may be written again from now on. */
  settle(): void {
    if (this.#get(Field.pending) !== 0) this.#wasm.kernels.heapSettle(this.control);
  }

  /** Takes the pages of a snapshot as they are, to read from: nothing can be allocated in it. */
  load(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.grow(bytes.length);
    this.#views.u8.set(bytes, this.pageAddress(0));
    this.#set(Field.next, 0);
    this.#set(Field.end, 0);
  }

  release(): void {
    for (const { address, bytes } of this.#runs.splice(0)) this.#pool.release(address, bytes);
    if (this.#capacity > FIRST_PAGES)
      SlotAllocator.of(this.#pool).release(this.#directory, 5 * this.#capacity);
    SlotAllocator.of(this.#pool).release(this.control, CONTROL);
  }

  #growDirectory(): void {
    const capacity = 2 ** Math.ceil(Math.log2(this.#pages));
    const slots = SlotAllocator.of(this.#pool);
    const directory = slots.allocate(5 * capacity);
    const dirty = directory + 4 * capacity;
    const { u8 } = this.#views;
    u8.fill(0, directory, directory + 5 * capacity);
    u8.copyWithin(directory, this.#directory, this.#directory + 4 * this.#capacity);
    u8.copyWithin(dirty, this.#dirty, this.#dirty + this.#capacity);
    if (this.#capacity > FIRST_PAGES) slots.release(this.#directory, 5 * this.#capacity);
    this.#directory = directory;
    this.#dirty = dirty;
    this.#capacity = capacity;
    this.#set(Field.directory, directory);
    this.#set(Field.dirty, dirty);
  }

  #get(field: number): number {
    return this.#views.u32[(this.control >>> 2) + field]!; // the control block lies in memory
  }

  #set(field: number, value: number): void {
    this.#views.u32[(this.control >>> 2) + field] = value;
  }
}

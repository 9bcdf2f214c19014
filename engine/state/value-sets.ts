import { SlotAllocator } from '../data/slot-allocator.ts';
import type { Wasm } from '../memory/kernels.ts';
import { SEGMENT_SIZE, runBytes, type MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import type { Json } from './paged-state.ts';
import type { PageSource } from './paged-state-group.ts';
import type { StateHeap } from './state-heap.ts';

const CONTROL = 4096;
const FIRST_DIRTY = 64;
const FIRST_PAGES = CONTROL - FIRST_DIRTY;
const NODE = 32;

/** Words of `NodeHeap` in value-set-layout.ts. */
const Field = { nodes: 0, dirty: 1, capacity: 2, next: 3, free: 4, texts: 5 } as const;

/**
 * The nodes of the value sets that entries of one table have: the twin of `value-set-layout.ts`. One run of pages that doubles; nodes
 * are known by number, so they may move.
 */
export class ValueSets implements PageSource {
  readonly control: number;
  readonly texts: StateHeap | undefined;
  readonly #pool: MemorySegmentPool;
  readonly #views: MemoryViews;
  #nodes = 0;
  #bytes = 0;
  #dirty: number;
  #dirtyBytes = 0;

  /** @param texts where values that are texts have their bytes; such sets and others cannot share their nodes */
  constructor(wasm: Wasm, pool: MemorySegmentPool, texts?: StateHeap) {
    this.#pool = pool;
    this.#views = new MemoryViews(wasm);
    this.texts = texts;
    this.control = SlotAllocator.of(pool).allocate(CONTROL);
    this.#dirty = this.control + FIRST_DIRTY;
    this.#allocate(SEGMENT_SIZE);
    this.#set(Field.next, 1);
    this.#set(Field.free, 0);
    this.#set(Field.texts, texts?.control ?? 0);
  }

  get pageCount(): number {
    return Math.ceil((this.#get(Field.next) * NODE) / SEGMENT_SIZE);
  }

  get meta(): Json {
    return null;
  }

  pageAddress(page: number): number {
    return this.#nodes + page * SEGMENT_SIZE;
  }

  isDirty(page: number): boolean {
    return this.#views.u8[this.#dirty + page] !== 0;
  }

  markClean(): void {
    this.#views.u8.fill(0, this.#dirty, this.#dirty + this.#bytes / SEGMENT_SIZE);
  }

  /** Makes room for so many more nodes. (Freed ones are not counted on: they are few or will be used next time.) */
  reserve(nodes: number): void {
    const wanted = (this.#get(Field.next) + nodes) * NODE;
    if (wanted <= this.#bytes) return;
    const old = { nodes: this.#nodes, bytes: this.#bytes };
    this.#releaseDirty();
    this.#allocate(wanted);
    this.#views.u8.copyWithin(this.#nodes, old.nodes, old.nodes + old.bytes);
    this.#pool.release(old.nodes, old.bytes);
  }

  /** Takes the pages of a snapshot as they are, to read from. */
  load(bytes: Uint8Array): void {
    this.reserve(bytes.length / NODE);
    this.#views.u8.set(bytes, this.#nodes);
  }

  release(): void {
    this.#pool.release(this.#nodes, this.#bytes);
    this.#releaseDirty();
    SlotAllocator.of(this.#pool).release(this.control, CONTROL);
  }

  #allocate(bytes: number): void {
    this.#bytes = runBytes(bytes);
    this.#nodes = this.#pool.allocate(this.#bytes);
    const pages = this.#bytes / SEGMENT_SIZE;
    if (pages > FIRST_PAGES) {
      this.#dirtyBytes = pages;
      this.#dirty = SlotAllocator.of(this.#pool).allocate(pages);
    }
    this.#views.u8.fill(1, this.#dirty, this.#dirty + pages);
    this.#set(Field.nodes, this.#nodes);
    this.#set(Field.dirty, this.#dirty);
    this.#set(Field.capacity, this.#bytes / NODE);
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

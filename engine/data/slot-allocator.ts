import { SEGMENT_SIZE, type MemorySegmentPool } from '../memory/memory-segment-pool.ts';

const SMALLEST = 4096;

/**
 * Cuts segments into slots of 4, 8 and 16 KiB, so that the validity of a column does not take a segment for itself.
 *
 * One allocator a pool (`SlotAllocator.of`). What is asked for is rounded up to a power of two; from 32 KiB on it is a run of
 * the pool. A segment whose slots have all come back goes back to the pool. Contents are not cleared.
 */
export class SlotAllocator {
  static readonly #byPool = new WeakMap<MemorySegmentPool, SlotAllocator>();

  readonly #pool: MemorySegmentPool;
  /** Free slots by size. */
  readonly #free = new Map<number, number[]>();
  /** Slots handed out by segment. */
  readonly #taken = new Map<number, number>();

  private constructor(pool: MemorySegmentPool) {
    this.#pool = pool;
  }

  static of(pool: MemorySegmentPool): SlotAllocator {
    let allocator = this.#byPool.get(pool);
    if (!allocator) this.#byPool.set(pool, (allocator = new SlotAllocator(pool)));
    return allocator;
  }

  allocate(bytes: number): number {
    if (bytes > SEGMENT_SIZE / 2) return this.#pool.allocate(bytes);
    const size = sizeOf(bytes);
    const free = this.#free.get(size) ?? [];
    this.#free.set(size, free);
    if (free.length === 0) {
      const segment = this.#pool.allocate(SEGMENT_SIZE);
      for (let slot = segment + SEGMENT_SIZE - size; slot >= segment; slot -= size) free.push(slot);
    }
    const slot = free.pop()!; // just filled
    const segment = segmentOf(slot);
    this.#taken.set(segment, (this.#taken.get(segment) ?? 0) + 1);
    return slot;
  }

  /** Takes back what `allocate(bytes)` gave. */
  release(address: number, bytes: number): void {
    if (bytes > SEGMENT_SIZE / 2) return this.#pool.release(address, bytes);
    const size = sizeOf(bytes);
    const segment = segmentOf(address);
    const taken = (this.#taken.get(segment) ?? 0) - 1;
    const free = this.#free.get(size) ?? [];
    if (taken > 0) {
      this.#taken.set(segment, taken);
      free.push(address);
      return;
    }
    this.#taken.delete(segment);
    this.#free.set(
      size,
      free.filter((slot) => segmentOf(slot) !== segment),
    );
    this.#pool.release(segment, SEGMENT_SIZE);
  }
}

/** Runs of the pool begin at multiples of the segment size. */
function segmentOf(address: number): number {
  return address - (address % SEGMENT_SIZE);
}

function sizeOf(bytes: number): number {
  return Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(bytes)));
}

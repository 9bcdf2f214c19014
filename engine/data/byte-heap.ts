import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { SEGMENT_SIZE, runBytes } from '../memory/memory-segment-pool.ts';

/** Bytes that may be read (SIMD) or written past the end of what was reserved. */
const SLACK = 16;

/**
 * A bump arena for the bytes of string views: filled during a batch, emptied at the next.
 *
 * Addresses stay good until `reset`. A batch that did not fit one run makes the next one big enough, so in steady state
 * the heap is a single run that is written again and again.
 */
export class ByteHeap {
  readonly #pool: MemorySegmentPool;
  readonly #runs: { address: number; bytes: number }[] = [];
  #next = 0;
  #end = 0;

  constructor(pool: MemorySegmentPool) {
    this.#pool = pool;
  }

  /** Address of `bytes` bytes, 16 bytes of slack behind them. */
  reserve(bytes: number): number {
    if (this.#next + bytes + SLACK > this.#end) {
      const last = this.#runs.at(-1)?.bytes ?? SEGMENT_SIZE / 2;
      this.#addRun(Math.max(bytes + SLACK, 2 * last));
    }
    const address = this.#next;
    this.#next += bytes;
    return address;
  }

  /** Gives back the tail of the last `reserve`: `end` is the first byte that was not used. */
  truncate(end: number): void {
    this.#next = end;
  }

  /** Forgets all bytes. */
  reset(): void {
    if (this.#runs.length > 1) {
      const total = this.#runs.reduce((sum, run) => sum + run.bytes, 0);
      this.release();
      this.#addRun(total);
    }
    this.#next = this.#runs[0]?.address ?? 0;
  }

  release(): void {
    for (const run of this.#runs) this.#pool.release(run.address, run.bytes);
    this.#runs.length = 0;
    this.#next = this.#end = 0;
  }

  #addRun(bytes: number): void {
    const size = runBytes(bytes);
    const address = this.#pool.allocate(size);
    this.#runs.push({ address, bytes: size });
    this.#next = address;
    this.#end = address + size;
  }
}

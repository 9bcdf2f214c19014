import { runBytes, type MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { Wasm } from '../../memory/kernels.ts';

/** A run of pages for what a batch shows, which grows and is kept for the next batch. */
export class GrowingRun {
  address = 0;
  /** How many there are, which may be more than were asked for. */
  bytes = 0;
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;

  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    this.#wasm = wasm;
    this.#pool = pool;
  }

  /** Room for so many bytes, of which the first `kept` stay; they may move. */
  reserve(bytes: number, kept = 0): void {
    if (bytes <= this.bytes) return;
    const old = { address: this.address, bytes: this.bytes };
    this.bytes = runBytes(bytes);
    this.address = this.#pool.allocate(this.bytes);
    if (kept > 0)
      new Uint8Array(this.#wasm.memory.buffer).copyWithin(this.address, old.address, old.address + kept);
    if (old.bytes > 0) this.#pool.release(old.address, old.bytes);
  }

  release(): void {
    if (this.bytes > 0) this.#pool.release(this.address, this.bytes);
  }
}

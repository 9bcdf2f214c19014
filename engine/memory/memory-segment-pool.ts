import type { Wasm } from './kernels.ts';

/** Flink's `taskmanager.memory.segment-size`: 32 KiB. */
export const SEGMENT_SIZE = 32768;

const GROWTH_BYTES = 16 * 1024 * 1024;
const WASM_PAGE = 65536;

/**
 * Hands out contiguous runs of 1, 2, 4, ... segments of one linear memory and takes them back.
 *
 * A run of 2^k segments is kept in free list k when it comes back and given again to the next who asks for that size, so a job in steady
 * state neither grows the memory nor touches new pages (first touch costs about 1 ms a MiB). Contents are not cleared.
 * Growing detaches every JavaScript view of the memory: take views afresh, never keep one across a call.
 */
export class MemorySegmentPool {
  readonly #wasm: Wasm;
  readonly #limit: number;
  readonly #free: number[][] = [];
  #end: number;
  #used = 0;

  /** @param limitBytes budget of the whole pool; asking beyond it throws `OutOfMemoryError`. */
  constructor(wasm: Wasm, limitBytes = 3 * 1024 ** 3) {
    this.#wasm = wasm;
    this.#limit = limitBytes;
    this.#end = Math.ceil(wasm.base / SEGMENT_SIZE) * SEGMENT_SIZE;
  }

  /** Bytes handed out at the moment. */
  get usedBytes(): number {
    return this.#used;
  }

  /** Address of a run of at least `bytes`, rounded up to a power of two of segments (`runBytes`). */
  allocate(bytes: number): number {
    const order = orderOf(bytes);
    const size = SEGMENT_SIZE << order;
    if (this.#used + size > this.#limit) throw new OutOfMemoryError(size, this.#used, this.#limit);
    const address = this.#free[order]?.pop() ?? this.#extend(size);
    this.#used += size;
    return address;
  }

  /** Takes back a run that `allocate(bytes)` gave. */
  release(address: number, bytes: number): void {
    const order = orderOf(bytes);
    (this.#free[order] ??= []).push(address);
    this.#used -= SEGMENT_SIZE << order;
  }

  #extend(size: number): number {
    const address = this.#end;
    const missing = address + size - this.#wasm.memory.buffer.byteLength;
    if (missing > 0) {
      try {
        this.#wasm.memory.grow(Math.ceil(Math.max(missing, GROWTH_BYTES) / WASM_PAGE));
      } catch {
        throw new OutOfMemoryError(size, this.#used, this.#limit);
      }
    }
    this.#end += size;
    return address;
  }
}

/** Bytes that `allocate(bytes)` really gives. */
export function runBytes(bytes: number): number {
  return SEGMENT_SIZE << orderOf(bytes);
}

function orderOf(bytes: number): number {
  const segments = Math.max(1, Math.ceil(bytes / SEGMENT_SIZE));
  return 32 - Math.clz32(segments - 1);
}

/** The pool's budget, or the browser's memory, is used up. Fails the task; the checkpoint stays. */
export class OutOfMemoryError extends Error {
  constructor(wanted: number, used: number, limit: number) {
    super(
      `Out of managed memory: ${mib(wanted)} MiB more were asked for, ${mib(used)} of ${mib(limit)} MiB are in use. ` +
        `Raise 'taskmanager.memory.managed.size', lower the parallelism, or set 'table.exec.state.ttl'.`,
    );
    this.name = 'OutOfMemoryError';
  }
}

function mib(bytes: number): string {
  return (bytes / 1048576).toFixed(1);
}

import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { NetworkBuffer } from './network-buffer.ts';
import type { NetworkOptions } from './network-options.ts';
import { ResultSubpartition, type ChannelMedium } from './result-subpartition.ts';

/**
 * What a task writes to one edge: a subpartition for each channel, and the buffers that they share.
 *
 * The partition may have `buffersPerChannel` buffers a channel and as many floating ones as a gate; once they are in use, or one
 * channel has `maxBuffersPerChannel` waiting, it is not available and its task stops reading. What the task
 * is in the middle of is still taken (overdraft): a task cannot stop within a batch.
 */
export class ResultPartition {
  readonly subpartitions: readonly ResultSubpartition[];
  /** Called when the partition has become available again. */
  onAvailable: () => void = () => {};
  /** Called when there is something to flush that was not there before. */
  onUnflushed: () => void = () => {};
  /** Bytes in finished buffers since the start. */
  bytesOut = 0;
  readonly #pool: MemorySegmentPool;
  readonly #budget: number;
  readonly #maxBacklog: number;
  #inUse = 0;
  /** Subpartitions whose backlog is at its limit. */
  #full = 0;
  #isReleased = false;

  /** @param channels in the order of the target's subtasks */
  constructor(pool: MemorySegmentPool, options: NetworkOptions, channels: readonly ChannelMedium[]) {
    this.#pool = pool;
    this.#budget = channels.length * options.buffersPerChannel + options.floatingBuffersPerGate;
    this.#maxBacklog = options.maxBuffersPerChannel;
    this.subpartitions = channels.map((medium) => new ResultSubpartition(this, medium));
  }

  get isAvailable(): boolean {
    return this.#inUse < this.#budget && this.#full === 0;
  }

  /** Whether everything written has been taken by its readers. */
  get isConsumed(): boolean {
    return this.#inUse === 0;
  }

  requestBuffer(bytes: number): NetworkBuffer {
    this.#inUse++;
    this.onUnflushed();
    return new NetworkBuffer(this.#pool.allocate(bytes), bytes, this);
  }

  recycle(buffer: NetworkBuffer): void {
    this.#pool.release(buffer.address, buffer.capacity);
    const wasAvailable = this.isAvailable;
    this.#inUse--;
    if (!wasAvailable) this.#announce();
  }

  flush(): void {
    for (const subpartition of this.subpartitions) subpartition.flush();
  }

  /** Only what is read in this worker, which costs no message. */
  flushLocal(): void {
    for (const subpartition of this.subpartitions) if (subpartition.isLocal) subpartition.flush();
  }

  /** Drops what has not been taken; buffers that were taken come back by themselves. */
  release(): void {
    this.#isReleased = true;
    for (const subpartition of this.subpartitions) subpartition.release();
  }

  /** For subpartitions: a buffer was finished. */
  bufferFinished(bytes: number): void {
    this.bytesOut += bytes;
    this.#full = this.#countFull();
  }

  /** For subpartitions: a buffer was taken, and is not back yet. */
  bufferTaken(subpartition: ResultSubpartition): void {
    if (subpartition.backlog !== this.#maxBacklog - 1 || this.#full === 0) return;
    this.#full = this.#countFull();
    this.#announce();
  }

  #countFull(): number {
    let full = 0;
    for (const { backlog } of this.subpartitions) if (backlog >= this.#maxBacklog) full++;
    return full;
  }

  #announce(): void {
    if (this.isAvailable && !this.#isReleased) this.onAvailable();
  }
}

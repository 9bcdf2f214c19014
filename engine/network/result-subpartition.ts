import type { NetworkBuffer } from './network-buffer.ts';
import type { ResultPartition } from './result-partition.ts';

/** Who reads a subpartition: an input channel of the same worker, or a connection to another. */
export interface SubpartitionReader {
  /** There are buffers to `take`. Called while a task emits: what it does is short, and runs no task. */
  notifyDataAvailable(): void;
}

/** How the data of a channel will get to its reader. */
export interface ChannelMedium {
  readonly bufferBytes: number;
  readonly isLocal: boolean;
}

/**
 * The data of one channel at its sender: finished buffers in order, and the one being filled.
 *
 * Elements are written by `reserve` and `commit`; a buffer is finished when the next element does not fit, or by `flush`.
 */
export class ResultSubpartition {
  /** Size of a buffer, as its transport likes them. */
  readonly bufferBytes: number;
  /** Whether its reader is a task of this worker. */
  readonly isLocal: boolean;
  readonly #partition: ResultPartition;
  readonly #finished: NetworkBuffer[] = [];
  #open: NetworkBuffer | undefined;
  #reader: SubpartitionReader | undefined;

  constructor(partition: ResultPartition, { bufferBytes, isLocal }: ChannelMedium) {
    this.#partition = partition;
    this.bufferBytes = bufferBytes;
    this.isLocal = isLocal;
  }

  /** Finished buffers that wait. */
  get backlog(): number {
    return this.#finished.length;
  }

  /** Room for elements in the buffer being filled. */
  get room(): number {
    return this.#open ? this.#open.capacity - this.#open.size : 0;
  }

  /** The address where the next element goes; there are `room` bytes, at least `bytes`. */
  reserve(bytes: number): number {
    if (this.room < bytes) {
      this.flush();
      this.#open = this.#partition.requestBuffer(Math.max(bytes, this.bufferBytes));
    }
    const buffer = this.#open!; // there is room in it
    return buffer.address + buffer.size;
  }

  /** `bytes` have been written to what `reserve` gave. */
  commit(bytes: number): void {
    this.#open!.size += bytes; // reserve was called before
  }

  /** Everything written so far becomes readable, and the reader knows it. */
  flush(): void {
    const buffer = this.#open;
    this.#open = undefined;
    if (!buffer) return;
    if (buffer.size === 0) return buffer.recycle();
    this.#finished.push(buffer);
    this.#partition.bufferFinished(buffer.size);
    this.#reader?.notifyDataAvailable();
  }

  attach(reader: SubpartitionReader): void {
    this.#reader = reader;
    if (this.#finished.length > 0) reader.notifyDataAvailable();
  }

  /** The next finished buffer. Whoever takes it recycles it. */
  take(): NetworkBuffer | undefined {
    const buffer = this.#finished.shift();
    if (buffer) this.#partition.bufferTaken(this);
    return buffer;
  }

  /** Drops everything. */
  release(): void {
    this.#reader = undefined;
    this.#open?.recycle();
    this.#open = undefined;
    for (const buffer of this.#finished.splice(0)) buffer.recycle();
  }
}

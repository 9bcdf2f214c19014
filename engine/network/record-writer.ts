import { BatchEncoder } from '../data/batch-codec.ts';
import type { RecordBatch } from '../data/record-batch.ts';
import type { Wasm } from '../memory/kernels.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { RowType } from '../types/logical-type.ts';
import type { ResultPartition } from './result-partition.ts';
import type { ResultSubpartition } from './result-subpartition.ts';
import {
  ELEMENT_HEADER_BYTES,
  ElementKind,
  eventBytes,
  writeElementHeader,
  writeEvent,
} from './stream-element.ts';
import type { StreamEvent } from './stream-element.ts';
import type { RouteRows, StreamPartitioner } from './stream-partitioner.ts';

/** Buffers of wide rows are larger than usual, so that the reader's batches do not become too small; up to this. */
const MAX_BUFFER_BYTES = 512 * 1024;
const WANTED_ROWS = 1024;

/** Fewer rows say more of the header than of what a row takes. */
const TELLING_ROWS = 64;

/** How much of a buffer is planned to be used: rows differ, and an attempt that fails costs as much as one that succeeds. */
const FILL = 0.9;

/**
 * Writes a task's batches and events to one edge: rows are encoded once, straight into the buffers of their channels.
 *
 * A batch that does not fit into a buffer is cut by rows; only a single row may make a buffer larger than usual.
 */
export class RecordWriter {
  readonly partition: ResultPartition;
  readonly #partitioner: StreamPartitioner;
  readonly #encoder: BatchEncoder;
  readonly #views: MemoryViews;
  readonly #route: RouteRows;
  #batch: RecordBatch | undefined;
  #describedFrom = 0;
  /** What a row took lately: tells how many are worth trying at once. */
  #bytesPerRow = 16;
  recordsOut = 0;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    rowType: RowType,
    partition: ResultPartition,
    partitioner: StreamPartitioner,
  ) {
    this.partition = partition;
    this.#partitioner = partitioner;
    this.#encoder = new BatchEncoder(wasm, pool, rowType);
    this.#views = new MemoryViews(wasm);
    this.#route = (channel, rows, selection) => this.#writeRows(this.#subpartition(channel), rows, selection);
  }

  emit(batch: RecordBatch): void {
    if (batch.rowCount === 0) return;
    this.#batch = batch;
    this.#encoder.describe(batch);
    this.#describedFrom = 0;
    this.#partitioner.partition(batch, this.#route);
    this.#batch = undefined;
  }

  /** To every channel, behind what was written so far. Goes out with the buffer it is in: `flush` sends it at once. */
  broadcastEvent(event: StreamEvent): void {
    const bytes = eventBytes(event);
    for (const subpartition of this.partition.subpartitions) {
      const address = subpartition.reserve(bytes);
      writeEvent(event, this.#views.data, address);
      subpartition.commit(bytes);
    }
  }

  flush(): void {
    this.partition.flush();
  }

  release(): void {
    this.#encoder.release();
    this.#partitioner.release();
  }

  #writeRows(subpartition: ResultSubpartition, rows: number, selection: number): void {
    this.recordsOut += rows;
    for (let done = 0; done < rows;) {
      const fitting = Math.max(1, Math.floor((FILL * this.#bufferBytes(subpartition)) / this.#bytesPerRow));
      done += this.#writePiece(subpartition, selection, done, Math.min(rows - done, fitting));
    }
  }

  /** Writes up to `count` rows from the `from`th on; returns how many. */
  #writePiece(subpartition: ResultSubpartition, selection: number, from: number, count: number): number {
    const { room } = subpartition;
    if (room >= count * this.#bytesPerRow && this.#tryWrite(subpartition, selection, from, count, room)) {
      return count;
    }
    for (let capacity = subpartition.bufferBytes; ;) {
      subpartition.flush();
      if (this.#tryWrite(subpartition, selection, from, count, capacity)) return count;
      this.#bytesPerRow = Math.max(this.#bytesPerRow, capacity / count) / FILL;
      if (count > 1) count = Math.ceil(count / 2);
      else capacity *= 2;
    }
  }

  #bufferBytes(subpartition: ResultSubpartition): number {
    let bytes = subpartition.bufferBytes;
    while (bytes < MAX_BUFFER_BYTES && bytes < WANTED_ROWS * this.#bytesPerRow) bytes *= 2;
    return bytes;
  }

  #tryWrite(
    subpartition: ResultSubpartition,
    selection: number,
    from: number,
    count: number,
    capacity: number,
  ): boolean {
    if (capacity <= ELEMENT_HEADER_BYTES) return false;
    let picked = 0;
    if (selection !== 0) picked = selection + from * 4;
    else if (from !== this.#describedFrom) this.#describeFrom(from);
    const address = subpartition.reserve(capacity);
    const room = capacity - ELEMENT_HEADER_BYTES;
    const bytes = this.#encoder.write(count, picked, address + ELEMENT_HEADER_BYTES, room);
    if (bytes === 0) return false;
    writeElementHeader(this.#views.data, address, ElementKind.BATCH, bytes + ELEMENT_HEADER_BYTES, 0);
    subpartition.commit(bytes + ELEMENT_HEADER_BYTES);
    if (count >= TELLING_ROWS) this.#bytesPerRow = bytes / count;
    return true;
  }

  /** Makes the encoder begin at a row: for batches that are cut and have no selection. */
  #describeFrom(from: number): void {
    const batch = this.#batch!; // set while `emit` runs
    this.#encoder.describe(batch.slice(from, batch.rowCount));
    this.#describedFrom = from;
  }

  #subpartition(channel: number): ResultSubpartition {
    const subpartition = this.partition.subpartitions[channel];
    if (!subpartition)
      throw new RangeError(`no channel ${channel} of ${this.partition.subpartitions.length}`);
    return subpartition;
  }
}

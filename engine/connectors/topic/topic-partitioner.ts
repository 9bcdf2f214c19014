import { BatchEncoder } from '../../data/batch-codec.ts';
import { BatchSelector } from '../../data/batch-selector.ts';
import { MAX_BATCH_ROWS, type RecordBatch } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { KeyHasher } from '../../state/key-hasher.ts';
import type { RowType } from '../../types/logical-type.ts';

const SELECTION_BYTES = MAX_BATCH_ROWS * 4;

/** Encoded rows for one partition. */
export interface PartitionRecords {
  readonly partition: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly count: number;
}

/**
 * Spreads rows over the partitions of a topic: by the hash of the primary key, so that the changes of a key stay in order, and batch by
 * batch in turn where there is no key.
 */
export class TopicPartitioner {
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #partitions: number;
  readonly #keys: readonly number[];
  readonly #encoder: BatchEncoder;
  readonly #selector: BatchSelector;
  readonly #hasher: KeyHasher;
  readonly #selection: number;
  #turn: number;

  /** @param turn the partition that has its turn first */
  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    rowType: RowType,
    partitions: number,
    keys: readonly number[],
    turn: number,
  ) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#partitions = partitions;
    this.#keys = keys;
    this.#turn = turn;
    this.#encoder = new BatchEncoder(wasm, pool, rowType);
    this.#selector = new BatchSelector(wasm, pool, rowType);
    this.#hasher = new KeyHasher(wasm, pool);
    this.#selection = SlotAllocator.of(pool).allocate(SELECTION_BYTES);
  }

  spread(batch: RecordBatch): PartitionRecords[] {
    if (this.#partitions === 1 || this.#keys.length === 0) {
      const partition = this.#turn++ % this.#partitions;
      return [{ partition, bytes: this.#encoder.encode(batch), count: batch.rowCount }];
    }
    const { rowCount } = batch;
    const address = this.#hasher.hash(batch, this.#keys);
    const targets = new Int32Array(this.#wasm.memory.buffer, address, rowCount).map(
      (hash) => (hash & 0x7fffffff) % this.#partitions,
    );
    const pieces: PartitionRecords[] = [];
    for (let partition = 0; partition < this.#partitions; partition++) {
      const selection = new Uint32Array(this.#wasm.memory.buffer, this.#selection, rowCount);
      let count = 0;
      for (let row = 0; row < rowCount; row++) if (targets[row] === partition) selection[count++] = row;
      if (count === 0) continue;
      const bytes = this.#encoder.encode(this.#selector.select(batch, this.#selection, count));
      pieces.push({ partition, bytes, count });
    }
    return pieces;
  }

  release(): void {
    this.#encoder.release();
    this.#selector.release();
    this.#hasher.release();
    SlotAllocator.of(this.#pool).release(this.#selection, SELECTION_BYTES);
  }
}

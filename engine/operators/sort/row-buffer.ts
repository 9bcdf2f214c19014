import { BatchDecoder, BatchEncoder } from '../../data/batch-codec.ts';
import type { RecordBatch } from '../../data/record-batch.ts';
import type { Wasm } from '../../memory/kernels.ts';
import { runBytes, type MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { RowType } from '../../types/logical-type.ts';

const FIRST_RUN = 64 * 1024;
const LARGEST_RUN = 4 * 1024 * 1024;
/** May be read behind the bytes of a text. */
const SLACK = 16;

/**
 * Rows that are kept until the end of the input: batches in their byte form, one behind the other in runs of the pool. They take what
 * their bytes take, and are read where they lie.
 */
export class RowBuffer {
  readonly #pool: MemorySegmentPool;
  readonly #encoder: BatchEncoder;
  readonly #decoder: BatchDecoder;
  readonly #runs: { readonly address: number; readonly bytes: number }[] = [];
  readonly #batches: RecordBatch[] = [];
  #next = 0;
  #end = 0;
  #rowCount = 0;

  constructor(wasm: Wasm, pool: MemorySegmentPool, rowType: RowType) {
    this.#pool = pool;
    this.#encoder = new BatchEncoder(wasm, pool, rowType);
    this.#decoder = new BatchDecoder(wasm, pool, rowType);
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** In the order in which they came; good until `clear`. */
  get batches(): readonly RecordBatch[] {
    return this.#batches;
  }

  append(batch: RecordBatch): void {
    if (batch.rowCount === 0) return;
    this.#encoder.describe(batch);
    let bytes = this.#write(batch.rowCount);
    const last = this.#runs.at(-1)?.bytes ?? FIRST_RUN / 2;
    for (let size = Math.min(2 * last, LARGEST_RUN); bytes === 0; size *= 2) {
      this.#addRun(size);
      bytes = this.#write(batch.rowCount);
      if (bytes === 0) this.#dropRun();
    }
    this.#batches.push(this.#decoder.decode(this.#next));
    this.#next += bytes;
    this.#rowCount += batch.rowCount;
  }

  clear(): void {
    while (this.#runs.length > 0) this.#dropRun();
    this.#batches.length = 0;
    this.#rowCount = 0;
  }

  release(): void {
    this.clear();
    this.#encoder.release();
    this.#decoder.release();
  }

  #write(rows: number): number {
    const room = this.#end - SLACK - this.#next;
    return room <= 0 ? 0 : this.#encoder.write(rows, 0, this.#next, room);
  }

  #addRun(size: number): void {
    const bytes = runBytes(size);
    const address = this.#pool.allocate(bytes);
    this.#runs.push({ address, bytes });
    this.#next = address;
    this.#end = address + bytes;
  }

  #dropRun(): void {
    const run = this.#runs.pop();
    if (run) this.#pool.release(run.address, run.bytes);
    this.#next = this.#end = 0;
  }
}

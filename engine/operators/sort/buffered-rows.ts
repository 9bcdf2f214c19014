import { BatchDecoder, BatchEncoder } from '../../data/batch-codec.ts';
import type { RecordBatch } from '../../data/record-batch.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { Json, PagedState, PagedStateSnapshot, RestoredPagedState } from '../../state/paged-state.ts';
import type { RowType } from '../../types/logical-type.ts';
import { RowBuffer } from './row-buffer.ts';

const PAGE_BYTES = 32768;

/** A RowBuffer that a checkpoint keeps: its batches in their byte form, one behind the other, all of them each time. */
export class BufferedRows implements PagedState {
  readonly name: string;
  readonly rows: RowBuffer;
  /** Kept with the rows. */
  extra: Json = null;
  readonly #encoder: BatchEncoder;
  readonly #decoder: BatchDecoder;

  constructor(name: string, wasm: Wasm, pool: MemorySegmentPool, rowType: RowType) {
    this.name = name;
    this.rows = new RowBuffer(wasm, pool, rowType);
    this.#encoder = new BatchEncoder(wasm, pool, rowType);
    this.#decoder = new BatchDecoder(wasm, pool, rowType);
  }

  snapshot(): PagedStateSnapshot {
    const pieces = this.rows.batches.map((batch) => this.#encoder.encode(batch));
    const lengths = pieces.map((piece) => piece.length);
    const pageCount = Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / PAGE_BYTES);
    const bytes = new Uint8Array(pageCount * PAGE_BYTES);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    const pages = Array.from({ length: pageCount }, (_, index) => ({
      index,
      bytes: bytes.slice(index * PAGE_BYTES, (index + 1) * PAGE_BYTES),
    }));
    return { name: this.name, meta: { lengths, extra: this.extra }, pageSize: PAGE_BYTES, pageCount, pages };
  }

  /** Adds what an old subtask kept; gives its `extra`. */
  restore({ meta, bytes }: RestoredPagedState, add: (batch: RecordBatch) => void): Json {
    const { lengths, extra } = meta as { readonly lengths: readonly number[]; readonly extra: Json };
    let at = 0;
    for (const length of lengths) {
      add(this.#decoder.load(bytes.subarray(at, at + length)));
      at += length;
    }
    return extra;
  }

  release(): void {
    this.rows.release();
    this.#encoder.release();
    this.#decoder.release();
  }
}

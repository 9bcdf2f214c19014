import type { Kernels, Wasm } from '../memory/kernels.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { RowType } from '../types/logical-type.ts';
import {
  BATCH_ENTRY_BYTES,
  BATCH_HEADER_BYTES,
  ENTRY_CONSTANT,
  ENTRY_PRESENT,
  NodeShape,
  batchNodes,
  countNodes,
  type BatchNode,
} from './batch-layout.ts';
import { Column } from './column.ts';
import { RecordBatch } from './record-batch.ts';
import { SlotAllocator } from './slot-allocator.ts';

/** u32 words of a node in the table that the kernel reads: shape, width, children, values, validity, stride. */
const NODE_WORDS = 6;
const SMALLEST_RUN = 32768;

/**
 * Writes batches in their byte form (batch-layout.ts), straight from the columns: `describe` says which batch, `write`
 * may then be called once for each selection of its rows. One wasm call a `write`.
 */
export class BatchEncoder {
  readonly #kernels: Kernels;
  readonly #views: MemoryViews;
  readonly #pool: MemorySegmentPool;
  readonly #slots: SlotAllocator;
  readonly #nodes: readonly BatchNode[];
  readonly #nodeCount: number;
  readonly #table: number;
  #kinds = 0;
  #run = 0;
  #runBytes = 0;

  constructor(wasm: Wasm, pool: MemorySegmentPool, rowType: RowType) {
    this.#kernels = wasm.kernels;
    this.#views = new MemoryViews(wasm);
    this.#pool = pool;
    this.#slots = SlotAllocator.of(pool);
    this.#nodes = batchNodes(rowType);
    this.#nodeCount = countNodes(this.#nodes);
    this.#table = this.#slots.allocate(this.#tableBytes);
    this.#writeShapes(this.#table >>> 2, this.#nodes);
  }

  /** Takes the columns' addresses; good for as long as the batch is lent. */
  describe(batch: RecordBatch): void {
    this.#kinds = batch.kinds;
    this.#writeColumns(this.#views.u32, this.#table >>> 2, this.#nodes, batch.columns);
  }

  /**
   * Writes `rows` rows of the described batch: those listed at address `selection` (u32 row numbers), or the first
   * ones if it is 0.
   *
   * @param target a multiple of 8
   * @param capacity bytes that may be written, a multiple of 8
   * @returns bytes written, a multiple of 16; 0 if they do not fit
   */
  write(rows: number, selection: number, target: number, capacity: number): number {
    return (
      this.#kernels.encodeBatch(
        this.#table,
        this.#nodeCount,
        rows,
        this.#kinds,
        selection,
        target,
        capacity,
      ) >>> 0
    );
  }

  /** The batch, whatever its size, as bytes of their own. */
  encode(batch: RecordBatch): Uint8Array<ArrayBuffer> {
    this.describe(batch);
    for (let capacity = this.#runBytes || SMALLEST_RUN; ; capacity *= 2) {
      this.#reserve(capacity);
      const bytes = this.write(batch.rowCount, 0, this.#run, capacity);
      if (bytes > 0) return this.#views.u8.slice(this.#run, this.#run + bytes);
    }
  }

  release(): void {
    this.#slots.release(this.#table, this.#tableBytes);
    if (this.#run !== 0) this.#pool.release(this.#run, this.#runBytes);
    this.#run = 0;
  }

  get #tableBytes(): number {
    return Math.max(1, this.#nodeCount) * NODE_WORDS * 4;
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#runBytes) return;
    if (this.#run !== 0) this.#pool.release(this.#run, this.#runBytes);
    this.#run = this.#pool.allocate(bytes);
    this.#runBytes = bytes;
  }

  #writeShapes(at: number, nodes: readonly BatchNode[]): number {
    for (const { shape, width, children } of nodes) {
      const { u32 } = this.#views;
      u32[at] = shape;
      u32[at + 1] = width;
      u32[at + 2] = children.length;
      at = this.#writeShapes(at + NODE_WORDS, children);
    }
    return at;
  }

  /** Columns may be missing below a collection that is absent itself. */
  #writeColumns(
    u32: Uint32Array,
    at: number,
    nodes: readonly BatchNode[],
    columns: readonly (Column | undefined)[],
  ): number {
    for (let i = 0; i < nodes.length; i++) {
      const column = columns[i];
      u32[at + 3] = column ? column.values : 0;
      u32[at + 4] = column ? column.validity : 0;
      u32[at + 5] = column ? column.stride : 0;
      at += NODE_WORDS;
      const { children } = nodes[i]!; // i is below their count
      if (children.length > 0) at = this.#writeColumns(u32, at, children, column ? column.children : []);
    }
    return at;
  }
}

/** Reads the byte form in place: its columns point into the bytes, which must lie in linear memory and stay while they are used. */
export class BatchDecoder {
  readonly #kernels: Kernels;
  readonly #views: MemoryViews;
  readonly #pool: MemorySegmentPool;
  readonly #nodes: readonly BatchNode[];
  readonly #nodeCount: number;
  #run = 0;
  #runBytes = 0;
  // Where the walk over the entries is: index of the next one's first word.
  #at = 0;

  constructor(wasm: Wasm, pool: MemorySegmentPool, rowType: RowType) {
    this.#kernels = wasm.kernels;
    this.#views = new MemoryViews(wasm);
    this.#pool = pool;
    this.#nodes = batchNodes(rowType);
    this.#nodeCount = countNodes(this.#nodes);
  }

  /** The batch whose bytes begin at `address`, a multiple of 8. */
  decode(address: number): RecordBatch {
    this.#kernels.relocateBatch(address, this.#nodeCount, address);
    const { u32 } = this.#views;
    const word = address >>> 2;
    const kinds = u32[word + 3]!;
    this.#at = word + BATCH_HEADER_BYTES / 4;
    const columns = this.#columns(u32, address, this.#nodes);
    return new RecordBatch(u32[word + 1]!, columns, kinds === 0 ? 0 : address + kinds);
  }

  /** Copies the bytes into pages of its own first; the batch is good until the next `load`. */
  load(bytes: Uint8Array): RecordBatch {
    if (bytes.length > this.#runBytes) {
      this.release();
      this.#run = this.#pool.allocate(bytes.length);
      this.#runBytes = bytes.length;
    }
    this.#views.u8.set(bytes, this.#run);
    return this.decode(this.#run);
  }

  release(): void {
    if (this.#run !== 0) this.#pool.release(this.#run, this.#runBytes);
    this.#run = this.#runBytes = 0;
  }

  #columns(u32: Uint32Array, address: number, nodes: readonly BatchNode[]): Column[] {
    const columns = new Array<Column>(nodes.length);
    for (let i = 0; i < nodes.length; i++) columns[i] = this.#column(u32, address, nodes[i]!);
    return columns;
  }

  #column(u32: Uint32Array, address: number, node: BatchNode): Column {
    const at = this.#at;
    this.#at += BATCH_ENTRY_BYTES / 4;
    const flags = u32[at]!;
    const children = node.children.length > 0 ? this.#columns(u32, address, node.children) : NO_COLUMNS;
    if ((flags & ENTRY_PRESENT) === 0) return new Column(node.type, 0, 0, node.width, children);
    const validity = u32[at + 2]!;
    return new Column(
      node.type,
      node.shape === NodeShape.ROW ? 0 : address + u32[at + 1]!,
      validity === 0 ? 0 : address + validity,
      (flags & ENTRY_CONSTANT) === 0 ? node.width : 0,
      children,
    );
  }
}

const NO_COLUMNS: readonly Column[] = [];

/** The byte form of one batch, for callers that encode seldom; others keep a `BatchEncoder`. */
export function encodeBatch(
  batch: RecordBatch,
  wasm: Wasm,
  pool: MemorySegmentPool,
  rowType: RowType,
): Uint8Array<ArrayBuffer> {
  const encoder = new BatchEncoder(wasm, pool, rowType);
  try {
    return encoder.encode(batch);
  } finally {
    encoder.release();
  }
}

/** Runs `use` on the batch that `bytes` hold, which is lent to it; for callers that decode seldom. */
export function decodeBatch<T>(
  bytes: Uint8Array,
  wasm: Wasm,
  pool: MemorySegmentPool,
  rowType: RowType,
  use: (batch: RecordBatch) => T,
): T {
  const decoder = new BatchDecoder(wasm, pool, rowType);
  try {
    return use(decoder.load(bytes));
  } finally {
    decoder.release();
  }
}

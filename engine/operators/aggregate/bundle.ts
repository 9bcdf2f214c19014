import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import { runBytes } from '../../memory/memory-segment-pool.ts';
import { KeyColumns, type KeyRecords } from '../../state/key-records.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { OperatorContext } from '../stream-operator.ts';
import { STEP } from './accumulator.ts';
import type { AggregateTable } from './aggregate-table.ts';

/** Up to STEP keys of a bundle: entries as they were (`before`) and are (`after`), and the key columns. */
export type BundleVisitor = (rows: number, before: number, after: number, keys: readonly Column[]) => void;

/**
 * Mini-batch (S-47): the entries that a bundle touched, each as it was before, in order of first touch. Rows go into the entries at once;
 * when the bundle ends, each key's result is compared with what it was.
 */
export class Bundle {
  /** Rows in the bundle. */
  rows = 0;
  readonly #context: OperatorContext;
  readonly #groups: AggregateTable;
  /** Where an entry keeps the number of its image. */
  readonly #offset: number;
  readonly #keys: KeyColumns;
  readonly #slots: SlotAllocator;
  readonly #before: number;
  readonly #after: number;
  #images = 0;
  #bytes = 0;
  #count = 0;
  #cancel: (() => void) | undefined;

  constructor(
    context: OperatorContext,
    keyTypes: readonly LogicalType[],
    groups: AggregateTable,
    offset: number,
  ) {
    this.#context = context;
    this.#groups = groups;
    this.#offset = offset;
    this.#keys = new KeyColumns(context.wasm, context.pool, keyTypes);
    this.#slots = SlotAllocator.of(context.pool);
    this.#before = this.#slots.allocate(4 * MAX_BATCH_ROWS);
    this.#after = this.#slots.allocate(4 * MAX_BATCH_ROWS);
  }

  /** Notes the entries at `slots` before rows go into them. Calls `flush` when the first row is `latencyMs` old (0: never). */
  add(rows: number, slots: number, latencyMs: number, flush: () => void): void {
    const { kernels } = this.#context.wasm;
    const { entrySize } = this.#groups.table;
    this.#reserve((this.#count + rows) * entrySize);
    this.#count = kernels.aggBundle(rows, slots, this.#offset, entrySize, this.#images, this.#count);
    if (this.rows === 0 && latencyMs > 0) {
      const { clock } = this.#context;
      this.#cancel = clock.schedule(clock.now() + latencyMs, flush);
    }
    this.rows += rows;
  }

  /** Ends the bundle. `life` is written as by `AggsHandleFunction.accumulate`. */
  flush(records: KeyRecords, life: number, visit: BundleVisitor): void {
    const { kernels } = this.#context.wasm;
    const { table } = this.#groups;
    this.#cancel?.();
    this.#cancel = undefined;
    for (let from = 0; from < this.#count; from += STEP) {
      const rows = Math.min(STEP, this.#count - from);
      kernels.fillSlots(rows, this.#images + from * table.entrySize, table.entrySize, this.#before);
      records.packEntries(rows, this.#before, table.control);
      table.lookup(rows, records, this.#after);
      kernels.aggUnbundle(rows, this.#before, this.#after, this.#offset, life);
      table.mark(rows, this.#after);
      const keys = this.#keys.unpack(rows, this.#before, table.control);
      visit(rows, this.#before, this.#after, keys);
    }
    this.#count = 0;
    this.rows = 0;
  }

  release(): void {
    this.#cancel?.();
    this.#keys.release();
    this.#slots.release(this.#before, 4 * MAX_BATCH_ROWS);
    this.#slots.release(this.#after, 4 * MAX_BATCH_ROWS);
    if (this.#bytes > 0) this.#context.pool.release(this.#images, this.#bytes);
  }

  #reserve(bytes: number): void {
    if (bytes <= this.#bytes) return;
    const { pool, wasm } = this.#context;
    const old = { address: this.#images, bytes: this.#bytes };
    this.#bytes = runBytes(bytes);
    this.#images = pool.allocate(this.#bytes);
    if (old.bytes === 0) return;
    new Uint8Array(wasm.memory.buffer).copyWithin(this.#images, old.address, old.address + old.bytes);
    pool.release(old.address, old.bytes);
  }
}

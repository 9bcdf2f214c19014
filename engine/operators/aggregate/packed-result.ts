import { ByteHeap } from '../../data/byte-heap.ts';
import { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { STEP, type Accumulator, type Part } from './accumulator.ts';
import type { CallResult } from './call-result.ts';
import { ListAccumulator } from './list-accumulator.ts';
import { PackedValues } from './packed-values.ts';
import type { ValueViews } from './value-views.ts';

const BYTES = 8 * MAX_BATCH_ROWS;

/** FIRST_VALUE and LAST_VALUE of rows and collections: values that are kept packed, and unpacked where they are shown. */
export class PackedResult implements CallResult {
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  readonly #packed: PackedValues;
  readonly #owned: ValueViews | undefined;
  readonly #value: Accumulator;
  readonly #isLast: boolean;
  /** Counts of what is not NULL; a list has its own. */
  readonly #counts: Accumulator;
  /** Views and validity of both parts, and the chosen ones. */
  readonly #views: number;
  readonly #validity: number;
  readonly #chosen: number;
  readonly #heaps: Readonly<Record<Part | 'chosen', ByteHeap>>;
  /** How many rows of a part there are; what lies behind them is of other batches. */
  readonly #rows: Record<Part, number> = { before: 0, after: 0 };

  /** @param packed is released by whoever made it; views of values are this result's own */
  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    packed: PackedValues | ValueViews,
    value: Accumulator,
    counts: Accumulator,
    isLast: boolean,
  ) {
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
    this.#owned = packed instanceof PackedValues ? undefined : packed;
    this.#packed = packed instanceof PackedValues ? packed : packed.packed!; // of values that are packed
    this.#value = value;
    this.#counts = counts;
    this.#isLast = isLast;
    this.#views = this.#slots.allocate(BYTES);
    this.#validity = this.#slots.allocate(MAX_BATCH_ROWS);
    this.#chosen = this.#slots.allocate(BYTES);
    this.#heaps = { before: new ByteHeap(pool), after: new ByteHeap(pool), chosen: new ByteHeap(pool) };
  }

  evaluate(rows: number, part: Part): void {
    const { kernels, memory } = this.#wasm;
    const value = this.#value;
    this.#rows[part] = rows;
    const shift = part === 'before' ? 0 : STEP;
    const [views, validity] = [this.#views + 8 * shift, this.#validity + shift];
    if (value instanceof ListAccumulator) {
      kernels.rangeValidity(rows, value.at(part), validity);
      kernels.listEdge(rows, value.at(part), value.items, 0, this.#isLast ? 1 : 0, views);
    } else {
      kernels.countValidity(rows, this.#counts.at(part), validity);
      new Uint8Array(memory.buffer).copyWithin(views, value.at(part), value.at(part) + 8 * rows);
    }
    kernels.listMask(rows, views, validity);
  }

  markChanged(rows: number, changed: number): void {
    const [views, validity] = [this.#views, this.#validity];
    const { kernels } = this.#wasm;
    kernels.markChangedView(rows, views, views + 8 * STEP, validity, validity + STEP, changed);
  }

  column(part: Part): Column {
    return this.#unpack(
      this.#rows[part],
      this.#views + (part === 'before' ? 0 : 8 * STEP),
      this.#heaps[part],
    );
  }

  select(count: number, cells: number): Column {
    this.#wasm.kernels.gather64(count, this.#views, 8, cells, this.#chosen);
    return this.#unpack(count, this.#chosen, this.#heaps.chosen);
  }

  release(): void {
    this.#slots.release(this.#views, BYTES);
    this.#slots.release(this.#validity, MAX_BATCH_ROWS);
    this.#slots.release(this.#chosen, BYTES);
    for (const heap of Object.values(this.#heaps)) heap.release();
    this.#owned?.release();
  }

  #unpack(count: number, views: number, heap: ByteHeap): Column {
    heap.reset();
    return this.#packed.unpack(count, views, heap);
  }
}

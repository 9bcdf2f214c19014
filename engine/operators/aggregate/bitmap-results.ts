import { ByteHeap } from '../../data/byte-heap.ts';
import type { Column } from '../../data/column.ts';
import { RoaringBitmap } from '../../data/roaring-bitmap.ts';
import type { Value } from '../../data/value.ts';
import { readValues } from '../../expressions/column-values.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Accumulator, Part } from './accumulator.ts';
import type { BagAccumulator, BagInput, BagSource } from './bag-accumulator.ts';
import { CellsResult, WrittenResult } from './cells-result.ts';

/**
 * Which numbers of a bag an aggregate of bitmaps has: all that are there (`or`, which is also how a bitmap is built), those that all bitmaps
 * have, or those that an odd number of bitmaps has.
 */
export type BitmapMode = 'or' | 'and' | 'xor';

const MODES: Readonly<Record<BitmapMode, number>> = { or: 0, and: 1, xor: 2 };

/** The numbers of bitmaps: each is a value of the bag. */
export class BitmapBagSource implements BagSource {
  readonly isText = false;
  readonly #wasm: Wasm;
  readonly #argument: number;
  readonly #heap: ByteHeap;

  constructor(wasm: Wasm, pool: MemorySegmentPool, argument: number) {
    this.#wasm = wasm;
    this.#argument = argument;
    this.#heap = new ByteHeap(pool);
  }

  read(rows: number, columns: readonly Column[]): BagInput {
    const bitmaps = readValues(this.#wasm, columns[this.#argument] as Column, rows); // planned with this column
    const numbers = bitmaps.map((bitmap) =>
      bitmap instanceof Uint8Array ? RoaringBitmap.fromBytes(bitmap).values() : new Uint32Array(),
    );
    const total = numbers.reduce((sum, each) => sum + each.length, 0);
    this.#heap.reset();
    const ranges = this.#reserve(8 * rows);
    const keys = this.#reserve(16 * total);
    const cells = new Uint32Array(this.#wasm.memory.buffer);
    let next = 0;
    numbers.forEach((each, row) => {
      cells[ranges / 4 + 2 * row] = next;
      cells[ranges / 4 + 2 * row + 1] = each.length;
      for (const number of each) {
        // A number of 32 bits without a sign, as a key of `value-set.ts`.
        const at = keys / 4 + 4 * next++;
        cells[at] = 0;
        cells[at + 1] = 0;
        cells[at + 2] = number;
        cells[at + 3] = 0x80000000;
      }
    });
    return { keys, ranges, multiples: 0, textBytes: 0 };
  }

  release(): void {
    this.#heap.release();
  }

  #reserve(bytes: number): number {
    return Math.ceil(this.#heap.reserve(bytes + 16) / 16) * 16;
  }
}

/** How many numbers a bitmap has; NULL where none was built, or no bitmap came. */
export class BitmapCardinalityResult extends CellsResult {
  readonly #bag: BagAccumulator;
  readonly #bitmaps: Accumulator | undefined;
  readonly #mode: BitmapMode;

  /** @param bitmaps counts them; undefined where numbers are put together, and none is NULL */
  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    type: LogicalType,
    bag: BagAccumulator,
    mode: BitmapMode,
    bitmaps: Accumulator | undefined,
  ) {
    super(wasm, pool, type);
    this.#bag = bag;
    this.#mode = mode;
    this.#bitmaps = bitmaps;
  }

  override evaluate(rows: number, part: Part): void {
    const { kernels } = this.wasm;
    const bag = this.#bag;
    const out = this.cells.valuesOf(part);
    const totals = this.#bitmaps?.at(part) ?? out;
    kernels.bagCardinality(rows, bag.at(part), bag.counts, MODES[this.#mode], totals, out);
    kernels.countValidity(rows, totals, this.cells.validityOf(part));
  }
}

/** The bitmap itself. */
export class BitmapResult extends WrittenResult {
  readonly #bag: BagAccumulator;
  readonly #bitmaps: Accumulator | undefined;
  readonly #mode: BitmapMode;

  /** @param bitmaps as above */
  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    type: LogicalType,
    bag: BagAccumulator,
    mode: BitmapMode,
    bitmaps: Accumulator | undefined,
  ) {
    super(wasm, pool, type);
    this.#bag = bag;
    this.#mode = mode;
    this.#bitmaps = bitmaps;
  }

  protected override valuesOf(rows: number, part: Part): readonly Value[] {
    const { buffer } = this.wasm.memory;
    const bag = this.#bag;
    const ranges = new Uint32Array(buffer, bag.at(part), 2 * rows);
    const keys = new Uint32Array(buffer, bag.keys, 4 * bag.count);
    const counts = new BigInt64Array(buffer, bag.counts, bag.count);
    const totals = this.#bitmaps && new BigInt64Array(buffer, this.#bitmaps.at(part), rows);
    const values: Value[] = [];
    for (let row = 0; row < rows; row++) {
      const first = ranges[2 * row]!; // two cells a row
      const end = first + ranges[2 * row + 1]!; // as above
      const total = totals?.[row] ?? 0n;
      const numbers: number[] = [];
      for (let i = first; i < end; i++) {
        if (this.#has(counts[i]!, total)) numbers.push(keys[4 * i + 2]!); // within the ranges
      }
      const isNull = totals ? total <= 0n : numbers.length === 0;
      values.push(isNull ? null : RoaringBitmap.of(numbers).toBytes());
    }
    return values;
  }

  #has(count: bigint, total: bigint): boolean {
    if (this.#mode === 'or') return count > 0n;
    return this.#mode === 'and' ? count === total : (count & 1n) !== 0n;
  }
}

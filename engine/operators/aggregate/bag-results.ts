import { ByteHeap } from '../../data/byte-heap.ts';
import { Column, physicalWidth } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { STEP, type Part } from './accumulator.ts';
import type { BagAccumulator } from './bag-accumulator.ts';
import type { ValueBagSource } from './bag-sources.ts';
import { CellsResult } from './cells-result.ts';
import { copyRanges } from './list-results.ts';

const COUNT: LogicalType = { root: 'INTEGER', nullable: false };

/** COLLECT: the bag as a multiset, which is never NULL. */
export class MultisetResult extends CellsResult {
  readonly #bag: BagAccumulator;
  readonly #source: ValueBagSource;
  readonly #element: LogicalType;
  readonly #heap: ByteHeap;
  #version = -1;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    type: LogicalType,
    bag: BagAccumulator,
    source: ValueBagSource,
    element: LogicalType,
  ) {
    super(wasm, pool, type);
    this.#bag = bag;
    this.#source = source;
    this.#element = element;
    this.#heap = new ByteHeap(pool);
  }

  override evaluate(rows: number, part: Part): void {
    if (this.#version !== this.#bag.version) this.#begin();
    copyRanges(this.wasm, rows, this.#bag.at(part), this.cells.valuesOf(part));
    new Uint8Array(this.wasm.memory.buffer, this.cells.validityOf(part), rows).fill(1);
  }

  override markChanged(rows: number, changed: number): void {
    const bag = this.#bag;
    const [before, after] = [bag.at('before'), bag.at('after')];
    const isText = bag.isText ? 1 : 0;
    this.wasm.kernels.markChangedBags(rows, before, after, bag.keys, bag.counts, isText, changed);
  }

  override release(): void {
    super.release();
    this.#heap.release();
  }

  #begin(): void {
    const { kernels } = this.wasm;
    const { keys, counts, count, version } = this.#bag;
    const { packed, keys: valueKeys } = this.#source;
    this.#version = version;
    this.#heap.reset();
    const values = this.#reserve(count * (packed ? 8 : physicalWidth(this.#element)));
    valueKeys.values(count, keys, values);
    const occurrences = this.#reserve(4 * count);
    kernels.narrow64To32(count, counts, occurrences);
    const elements = packed ? packed.unpack(count, values, this.#heap) : new Column(this.#element, values, 0);
    this.children = [elements, new Column(COUNT, occurrences, 0)];
  }

  #reserve(bytes: number): number {
    return Math.ceil(this.#heap.reserve(bytes + 16) / 16) * 16;
  }
}

/** PERCENTILE: the value at one share, or an array of those at several. */
export class PercentileResult extends CellsResult {
  readonly #slots: SlotAllocator;
  readonly #bag: BagAccumulator;
  readonly #isArray: boolean;
  /** f64 cells of the shares; of arrays, the numbers of both parts, those of a row side by side. */
  readonly #shares: number;
  readonly #shareCount: number;
  readonly #numbers: number;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    type: LogicalType,
    bag: BagAccumulator,
    shares: readonly number[],
  ) {
    super(wasm, pool, type);
    this.#slots = SlotAllocator.of(pool);
    this.#bag = bag;
    this.#isArray = type.root === 'ARRAY';
    this.#shareCount = shares.length;
    this.#shares = this.#slots.allocate(8 * shares.length);
    new Float64Array(wasm.memory.buffer, this.#shares, shares.length).set(shares);
    this.#numbers = this.#isArray ? this.#slots.allocate(this.#numberBytes) : 0;
    this.children = type.root === 'ARRAY' ? [new Column(type.element, this.#numbers, 0)] : undefined;
  }

  override evaluate(rows: number, part: Part): void {
    const { kernels, memory } = this.wasm;
    const { keys, counts } = this.#bag;
    const count = this.#shareCount;
    const first = part === 'before' ? 0 : STEP;
    const out = this.#isArray ? this.#numbers + first * 8 * count : this.cells.valuesOf(part);
    const stride = this.#isArray ? 8 * count : 8;
    const validity = this.cells.validityOf(part);
    for (let i = 0; i < count; i++) {
      const share = this.#shares + 8 * i;
      kernels.bagPercentile(rows, this.#bag.at(part), keys, counts, share, out + 8 * i, stride, validity);
    }
    if (!this.#isArray) return;
    const cells = new Uint32Array(memory.buffer, this.cells.valuesOf(part), 2 * rows);
    for (let row = 0; row < rows; row++) {
      cells[2 * row] = (first + row) * count;
      cells[2 * row + 1] = count;
    }
    if (count === 0) new Uint8Array(memory.buffer, validity, rows).fill(0);
  }

  override markChanged(rows: number, changed: number): void {
    if (!this.#isArray) return super.markChanged(rows, changed);
    const { buffer } = this.wasm.memory;
    const cells = new Uint8Array(buffer);
    const numbers = new BigUint64Array(buffer, this.#numbers, MAX_BATCH_ROWS * this.#shareCount);
    const [before, after] = [this.cells.validityOf('before'), this.cells.validityOf('after')];
    for (let row = 0; row < rows; row++) {
      let differs = cells[before + row] !== cells[after + row];
      for (let i = 0; i < this.#shareCount && cells[before + row] !== 0 && !differs; i++) {
        const at = row * this.#shareCount + i;
        differs = numbers[at] !== numbers[at + STEP * this.#shareCount];
      }
      if (differs) cells[changed + row] = 1;
    }
  }

  override release(): void {
    super.release();
    this.#slots.release(this.#shares, 8 * this.#shareCount);
    if (this.#isArray) this.#slots.release(this.#numbers, this.#numberBytes);
  }

  get #numberBytes(): number {
    return 8 * MAX_BATCH_ROWS * this.#shareCount;
  }
}

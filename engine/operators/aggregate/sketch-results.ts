import type { Column } from '../../data/column.ts';
import { isView } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Part } from './accumulator.ts';
import type { BagAccumulator, BagInput, BagSource } from './bag-accumulator.ts';
import { CellsResult } from './cells-result.ts';

const KEYS = 16 * MAX_BATCH_ROWS;
const SCRATCH = 32;
const SUMS = 16 * MAX_BATCH_ROWS;
const REGISTERS = 1 << 14;
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);
/** Up to here the empty registers tell more than the full ones. */
const MOST_LINEAR = 11_500;

/** The registers that hashes of a column's values set: `hyper-log-log.ts` has their keys. */
export class SketchBagSource implements BagSource {
  readonly isText = false;
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  readonly #argument: number;
  readonly #keys: number;
  readonly #scratch: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool, argument: number) {
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
    this.#argument = argument;
    this.#keys = this.#slots.allocate(KEYS);
    this.#scratch = this.#slots.allocate(SCRATCH);
  }

  read(rows: number, columns: readonly Column[]): BagInput {
    const { kernels } = this.#wasm;
    const { type, values, stride, width } = columns[this.#argument]!; // planned with this column
    const keys = this.#keys;
    if (isView(type)) kernels.sketchKeysView(rows, values, stride, keys);
    else if (type.root === 'FLOAT') kernels.sketchKeysF32(rows, values, stride, keys);
    else if (type.root === 'DOUBLE') kernels.sketchKeysF64(rows, values, stride, keys);
    else if (type.root === 'DECIMAL' && width === 16)
      kernels.sketchKeysDecimal(rows, values, stride, this.#scratch, keys);
    else if (width >= 8 || type.root === 'DATE' || type.root === 'TIME')
      kernels.sketchKeysLong(rows, values, stride, width, keys);
    else kernels.sketchKeysInt(rows, values, stride, width, keys);
    return { keys, ranges: 0, multiples: 0, textBytes: 0 };
  }

  release(): void {
    this.#slots.release(this.#keys, KEYS);
    this.#slots.release(this.#scratch, SCRATCH);
  }
}

/** APPROX_COUNT_DISTINCT: how many values set these registers, about (HyperLogLog++). */
export class SketchResult extends CellsResult {
  readonly #slots: SlotAllocator;
  readonly #bag: BagAccumulator;
  readonly #sums: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType, bag: BagAccumulator) {
    super(wasm, pool, type);
    this.#slots = SlotAllocator.of(pool);
    this.#bag = bag;
    this.#sums = this.#slots.allocate(SUMS);
  }

  override evaluate(rows: number, part: Part): void {
    const { kernels, memory } = this.wasm;
    kernels.sketchSums(rows, this.#bag.at(part), this.#bag.keys, this.#sums);
    const sums = new DataView(memory.buffer, this.#sums, SUMS);
    const counts = new DataView(memory.buffer, this.cells.valuesOf(part), 8 * rows);
    for (let row = 0; row < rows; row++) {
      const count = estimate(sums.getFloat64(16 * row, true), sums.getUint32(16 * row + 8, true));
      counts.setUint32(8 * row, count, true);
      counts.setUint32(8 * row + 4, Math.floor(count / 2 ** 32), true);
    }
    new Uint8Array(memory.buffer, this.cells.validityOf(part), rows).fill(1);
  }

  override release(): void {
    super.release();
    this.#slots.release(this.#sums, SUMS);
  }
}

/** @param sum of 2^-rank over all registers @param empty registers */
function estimate(sum: number, empty: number): number {
  const linear = empty > 0 ? REGISTERS * Math.log(REGISTERS / empty) : Infinity;
  if (linear <= MOST_LINEAR) return Math.round(linear);
  const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
  return Math.round(raw < 5 * REGISTERS ? withoutBias(raw) : raw);
}

/** How many values lead to a raw estimate on average: it is too high where registers are still empty. */
function withoutBias(raw: number): number {
  let [least, most] = [0, raw];
  for (let i = 0; i < 40; i++) {
    const middle = (least + most) / 2;
    if (expected(middle) < raw) least = middle;
    else most = middle;
  }
  return least;
}

/** The raw estimate to be expected of so many values: a register holds at most k with probability e^(-load / 2^k). */
function expected(values: number): number {
  const load = values / REGISTERS;
  let mean = 0;
  let below = 0;
  for (let rank = 0; rank <= 50; rank++) {
    const upTo = Math.exp(-load / 2 ** rank);
    mean += (upTo - below) / 2 ** rank;
    below = upTo;
  }
  return (ALPHA * REGISTERS) / mean;
}

import { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { RuntimeFailure } from '../../types/errors.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { BagInput, BagSource } from './bag-accumulator.ts';
import { DoubleColumn } from './double-column.ts';
import { isNested, PackedValues } from './packed-values.ts';
import { ValueKeys } from './value-keys.ts';

const BYTES = { root: 'VARBINARY', length: 2147483647, nullable: true } as const;
const DOUBLE = { root: 'DOUBLE', nullable: true } as const;

/** The values of one column: what COLLECT and BITMAP_BUILD_AGG put into a bag. */
export class ValueBagSource implements BagSource {
  readonly isText: boolean;
  readonly keys: ValueKeys;
  readonly packed: PackedValues | undefined;
  readonly #kernels: Kernels;
  readonly #argument: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool, argument: number, type: LogicalType) {
    this.#kernels = wasm.kernels;
    this.#argument = argument;
    this.packed = isNested(type) ? new PackedValues(wasm, pool, type) : undefined;
    this.keys = new ValueKeys(wasm, pool, this.packed ? BYTES : type);
    this.isText = this.keys.isText;
  }

  read(rows: number, columns: readonly Column[]): BagInput {
    const column = columns[this.#argument] as Column; // planned with this column
    const { validity } = column;
    const views = this.packed ? new Column(BYTES, this.packed.pack(rows, column), validity) : column;
    this.keys.write(rows, views);
    const { values, stride } = views;
    const textBytes = this.isText ? this.#kernels.textBytes(rows, values, stride, validity) >>> 0 : 0;
    return { keys: this.keys.address, ranges: 0, multiples: 0, textBytes };
  }

  release(): void {
    this.keys.release();
    this.packed?.release();
  }
}

/** Numbers as DOUBLEs, each as often as a column says: what PERCENTILE puts into a bag. */
export class NumberBagSource implements BagSource {
  readonly isText = false;
  readonly #kernels: Kernels;
  readonly #slots: SlotAllocator;
  readonly #argument: number;
  readonly #frequency: number;
  readonly #doubles: DoubleColumn;
  readonly #keys: ValueKeys;
  readonly #multiples: number;
  readonly #wrongShare: number | undefined;

  /**
   * @param frequency column of integers, or -1; rows where it is NULL or not above 0 are left out
   * @param shares what will be asked for; the first row fails the job where one is not between 0 and 1
   */
  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    argument: number,
    type: LogicalType,
    frequency: number,
    shares: readonly number[],
  ) {
    this.#wrongShare = shares.find((share) => !(share >= 0 && share <= 1));
    this.#kernels = wasm.kernels;
    this.#slots = SlotAllocator.of(pool);
    this.#argument = argument;
    this.#frequency = frequency;
    this.#doubles = new DoubleColumn(wasm, pool, type);
    this.#keys = new ValueKeys(wasm, pool, DOUBLE);
    this.#multiples = this.#slots.allocate(8 * MAX_BATCH_ROWS);
  }

  read(rows: number, columns: readonly Column[], weights: number): BagInput {
    if (this.#wrongShare !== undefined) {
      throw new RuntimeFailure(
        `Percentage of PERCENTILE should be between [0.0, 1.0], but was '${this.#wrongShare}'.`,
      );
    }
    this.#keys.write(rows, this.#doubles.convert(rows, columns[this.#argument] as Column)); // planned with this column
    const frequency = columns[this.#frequency];
    if (frequency) {
      const { values, stride, validity, width } = frequency;
      this.#kernels.bagMultiples(rows, values, stride, validity, width, this.#multiples, weights);
    }
    return { keys: this.#keys.address, ranges: 0, multiples: frequency ? this.#multiples : 0, textBytes: 0 };
  }

  release(): void {
    this.#doubles.release();
    this.#keys.release();
    this.#slots.release(this.#multiples, 8 * MAX_BATCH_ROWS);
  }
}

import { Column, physicalWidth } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';

const DOUBLE = { root: 'DOUBLE', nullable: true } as const;
const BYTES = 8 * MAX_BATCH_ROWS;

/** A column of numbers as DOUBLEs, for aggregates that compute with nothing else. */
export class DoubleColumn {
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  readonly #type: LogicalType;
  readonly #doubles: number;
  /** Integers on their way; rows that a kernel left over. */
  readonly #scratch: number;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType) {
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
    this.#type = type;
    this.#doubles = this.#slots.allocate(BYTES);
    this.#scratch = this.#slots.allocate(BYTES);
  }

  /** Good until the next call; a column of DOUBLEs is itself. */
  convert(rows: number, column: Column): Column {
    const { kernels } = this.#wasm;
    const { values, stride } = column;
    const [doubles, scratch] = [this.#doubles, this.#scratch];
    switch (this.#type.root) {
      case 'DOUBLE':
        return column;
      case 'FLOAT':
        kernels.castF32ToF64(rows, values, stride, doubles);
        break;
      case 'TINYINT':
        kernels.castI8ToI32(rows, values, stride, scratch);
        kernels.castI32ToF64(rows, scratch, 4, doubles);
        break;
      case 'SMALLINT':
        kernels.castI16ToI32(rows, values, stride, scratch);
        kernels.castI32ToF64(rows, scratch, 4, doubles);
        break;
      case 'INTEGER':
        kernels.castI32ToF64(rows, values, stride, doubles);
        break;
      case 'BIGINT':
        kernels.castI64ToF64(rows, values, stride, doubles);
        break;
      case 'DECIMAL':
        this.#decimals(rows, column, this.#type.scale);
        break;
      default:
        throw new Error(`Numbers of type ${this.#type.root} are not supported.`);
    }
    return new Column(DOUBLE, doubles, column.validity);
  }

  release(): void {
    this.#slots.release(this.#doubles, BYTES);
    this.#slots.release(this.#scratch, BYTES);
  }

  /** Where the digits are more than a double division rounds right, they are read as text. */
  #decimals(rows: number, { values, stride }: Column, scale: number): void {
    const { kernels, memory } = this.#wasm;
    const isWide = physicalWidth(this.#type) === 16;
    const kernel = isWide ? kernels.wideDecimalToF64 : kernels.decimalToF64;
    const count = kernel(rows, values, stride, scale, this.#doubles, this.#scratch);
    if (count === 0) return;
    const view = new DataView(memory.buffer);
    for (let i = 0; i < count; i++) {
      const row = view.getUint32(this.#scratch + 4 * i, true);
      const at = values + row * stride;
      let unscaled = isWide ? view.getBigUint64(at, true) : view.getBigInt64(at, true);
      if (isWide) unscaled += view.getBigInt64(at + 8, true) << 64n;
      view.setFloat64(this.#doubles + 8 * row, Number(`${unscaled}e-${scale}`), true);
    }
  }
}

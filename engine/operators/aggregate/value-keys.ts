import { isView, type Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { numberName, primaryWord, type NumberName } from './extreme-accumulator.ts';

const KEY = 16;

/** Values of one type as keys of value sets (`value-set.ts`), and back. */
export class ValueKeys {
  /** 16 bytes a row, overwritten by `write`. */
  readonly address: number;
  readonly isText: boolean;
  readonly #kernels: Kernels;
  readonly #pool: MemorySegmentPool;
  readonly #type: LogicalType;
  readonly #name: NumberName | undefined;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType) {
    this.#kernels = wasm.kernels;
    this.#pool = pool;
    this.#type = type;
    this.isText = isView(type);
    this.#name = this.isText ? undefined : numberName(type);
    this.address = pool.allocate(MAX_BATCH_ROWS * KEY);
  }

  write(rows: number, { values, stride }: Column): void {
    const kernels = this.#kernels;
    if (!this.#name) kernels.orderKeysView(rows, values, stride, this.address);
    else if (this.#name === '128') {
      kernels.orderKeys128(rows, values, stride, this.address, primaryWord(this.#type));
    } else kernels[`orderKeys${this.#name}`](rows, values, stride, this.address);
  }

  /** Turns keys at an address into values of the type. */
  values(rows: number, keys: number, out: number): void {
    const kernels = this.#kernels;
    if (!this.#name) kernels.orderValuesView(rows, keys, out);
    else if (this.#name === '128') kernels.orderValues128(rows, keys, out, primaryWord(this.#type));
    else kernels[`orderValues${this.#name}`](rows, keys, out);
  }

  release(): void {
    this.#pool.release(this.address, MAX_BATCH_ROWS * KEY);
  }
}

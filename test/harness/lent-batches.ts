import { BatchBuilder } from '../../engine/data/batch-builder.ts';
import { BatchDecoder, encodeBatch } from '../../engine/data/batch-codec.ts';
import type { RecordBatch } from '../../engine/data/record-batch.ts';
import type { RowType } from '../../engine/types/logical-type.ts';
import { rowOf, type RowLike } from './rows.ts';
import type { TestEnvironment } from './test-environment.ts';

/**
 * Lends batches as strictly as a batch may be lent: its bytes must be unchanged when the call returns, and are
 * overwritten then, so that an operator that writes to its input or keeps an address of it is found out.
 */
export class LentBatches {
  readonly #environment: TestEnvironment;
  readonly #rowType: RowType;
  readonly #builder: BatchBuilder;
  readonly #decoder: BatchDecoder;

  constructor(environment: TestEnvironment, rowType: RowType) {
    this.#environment = environment;
    this.#rowType = rowType;
    this.#builder = new BatchBuilder(environment.wasm, environment.pool, rowType);
    this.#decoder = new BatchDecoder(environment.wasm, environment.pool, rowType);
  }

  lend(rows: readonly RowLike[], use: (batch: RecordBatch) => void): void {
    const { wasm, pool } = this.#environment;
    for (const row of rows) {
      const { values, kind } = rowOf(row, this.#rowType);
      this.#builder.append(values, kind);
    }
    const bytes = encodeBatch(this.#builder.build(), wasm, pool, this.#rowType);
    const address = pool.allocate(bytes.length);
    const memory = (): Uint8Array => new Uint8Array(wasm.memory.buffer, address, bytes.length);
    try {
      memory().set(bytes);
      const batch = this.#decoder.decode(address);
      const lent = memory().slice();
      use(batch);
      if (!memory().every((byte, index) => byte === lent[index]))
        throw new Error('the operator wrote to its input');
    } finally {
      memory().fill(0xee);
      pool.release(address, bytes.length);
    }
  }

  release(): void {
    this.#builder.release();
    this.#decoder.release();
  }
}

import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Kernels, Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { AccumulateStep } from './accumulator.ts';

/**
 * Which rows count for an argument, and how: sign of the row, FILTER, NULL. Aggregates over the same argument with the same
 * filter share it.
 */
export class RowWeights {
  readonly argument: number;
  readonly filter: number;
  /** i8 a row, or 0 while every row counts as 1: good for the batch that was last prepared. */
  current = 0;
  protected readonly kernels: Kernels;
  readonly #slots: SlotAllocator;
  readonly #address: number;

  /** @param argument column whose NULLs do not count, or -1; @param filter BOOLEAN column, or -1 */
  constructor(wasm: Wasm, pool: MemorySegmentPool, argument: number, filter: number) {
    this.argument = argument;
    this.filter = filter;
    this.kernels = wasm.kernels;
    this.#slots = SlotAllocator.of(pool);
    this.#address = this.#slots.allocate(MAX_BATCH_ROWS);
  }

  prepare(step: AccumulateStep): void {
    const filter = this.filter < 0 ? undefined : step.columns[this.filter];
    const argument = this.argument < 0 ? undefined : step.columns[this.argument];
    const isTrivial = !filter && !argument?.validity && !this.isAlwaysNeeded;
    if (isTrivial) {
      this.current = step.signs;
      return;
    }
    this.kernels.aggWeights(
      step.rows,
      step.signs,
      filter?.values ?? 0,
      filter?.stride ?? 0,
      filter?.validity ?? 0,
      argument?.validity ?? 0,
      argument && !argument.isConstant ? 1 : 0,
      this.#address,
    );
    this.current = this.#address;
  }

  release(): void {
    this.#slots.release(this.#address, MAX_BATCH_ROWS);
  }

  protected get isAlwaysNeeded(): boolean {
    return false;
  }
}

/** Of what is added alone: rows that are taken back are passed over. */
export class AddedWeights extends RowWeights {
  override prepare(step: AccumulateStep): void {
    super.prepare(step);
    this.kernels.aggAdded(step.rows, this.current);
  }

  protected override get isAlwaysNeeded(): boolean {
    return true;
  }
}

/** Weights that somebody else writes to: always bytes of their own. */
export class OwnWeights extends RowWeights {
  protected override get isAlwaysNeeded(): boolean {
    return true;
  }
}

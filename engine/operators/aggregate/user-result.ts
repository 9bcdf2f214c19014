import { ByteHeap } from '../../data/byte-heap.ts';
import type { Column } from '../../data/column.ts';
import type { Value } from '../../data/value.ts';
import { ValueWriter } from '../../expressions/value-writer.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import { STEP, type Part } from './accumulator.ts';
import type { CallResult } from './call-result.ts';
import type { UserAccumulator } from './user-accumulator.ts';

/** What a user's aggregate function gives before and after each row: values in JavaScript, written as a column where they are shown. */
export class UserResult implements CallResult {
  readonly #wasm: Wasm;
  readonly #accumulator: UserAccumulator;
  readonly #writer: ValueWriter;
  readonly #heaps: Readonly<Record<Part | 'chosen', ByteHeap>>;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType, accumulator: UserAccumulator) {
    this.#wasm = wasm;
    this.#accumulator = accumulator;
    this.#writer = new ValueWriter(wasm, type);
    this.#heaps = { before: new ByteHeap(pool), after: new ByteHeap(pool), chosen: new ByteHeap(pool) };
  }

  evaluate(): void {}

  markChanged(rows: number, changed: number): void {
    const { before, after } = this.#accumulator.results;
    const flags = new Uint8Array(this.#wasm.memory.buffer, changed, rows);
    for (let row = 0; row < rows; row++) if (!isSame(before[row] ?? null, after[row] ?? null)) flags[row] = 1;
  }

  column(part: Part): Column {
    return this.#written(this.#accumulator.results[part], part);
  }

  select(count: number, cells: number): Column {
    const { before, after } = this.#accumulator.results;
    const chosen = Array.from(new Uint32Array(this.#wasm.memory.buffer, cells, count), (cell) =>
      cell < STEP ? before[cell] : after[cell - STEP],
    );
    return this.#written(
      chosen.map((value) => value ?? null),
      'chosen',
    );
  }

  release(): void {
    for (const heap of Object.values(this.#heaps)) heap.release();
  }

  #written(values: readonly Value[], place: Part | 'chosen'): Column {
    const heap = this.#heaps[place];
    heap.reset();
    return this.#writer.write(values, heap);
  }
}

function isSame(left: Value, right: Value): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  return textOf(left) === textOf(right);
}

function textOf(value: Value): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item));
}

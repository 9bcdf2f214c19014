import { ByteHeap } from '../../data/byte-heap.ts';
import type { Column } from '../../data/column.ts';
import type { Value } from '../../data/value.ts';
import { ValueWriter } from '../../expressions/value-writer.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Part } from './accumulator.ts';
import type { CallResult } from './call-result.ts';
import { ResultCells } from './result-cells.ts';

/** A result that is shown from cells of its own: who extends this says what stands in them. */
export abstract class CellsResult implements CallResult {
  protected readonly wasm: Wasm;
  protected readonly cells: ResultCells;
  /** Of a collection: the columns that its cells speak of. */
  protected children: readonly Column[] | undefined;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType) {
    this.wasm = wasm;
    this.cells = new ResultCells(wasm, pool, type);
  }

  abstract evaluate(rows: number, part: Part): void;

  /** Of collections, whose cells say little, another one. */
  markChanged(rows: number, changed: number): void {
    this.cells.markChanged(rows, changed);
  }

  column(part: Part): Column {
    return this.cells.column(part, this.children);
  }

  select(count: number, cells: number): Column {
    return this.cells.select(count, cells, this.children);
  }

  release(): void {
    this.cells.release();
  }
}

/** Texts or bytes that are made in JavaScript, a value a row. */
export abstract class WrittenResult extends CellsResult {
  readonly #writer: ValueWriter;
  readonly #heaps: Readonly<Record<Part, ByteHeap>>;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType) {
    super(wasm, pool, type);
    this.#writer = new ValueWriter(wasm, type);
    this.#heaps = { before: new ByteHeap(pool), after: new ByteHeap(pool) };
  }

  override evaluate(rows: number, part: Part): void {
    const values = this.valuesOf(rows, part);
    const heap = this.#heaps[part];
    heap.reset();
    const column = this.#writer.write(values, heap);
    const bytes = new Uint8Array(this.wasm.memory.buffer);
    bytes.copyWithin(this.cells.valuesOf(part), column.values, column.values + 8 * rows);
    const validity = this.cells.validityOf(part);
    for (let row = 0; row < rows; row++) bytes[validity + row] = values[row] === null ? 0 : 1;
  }

  override release(): void {
    super.release();
    for (const heap of Object.values(this.#heaps)) heap.release();
  }

  protected abstract valuesOf(rows: number, part: Part): readonly Value[];
}

import { ByteHeap } from '../../data/byte-heap.ts';
import type { Column } from '../../data/column.ts';
import { PackReader, PackWriter } from '../../data/packed-value.ts';
import type { Value } from '../../data/value.ts';
import { readValues } from '../../expressions/column-values.ts';
import { ValueWriter } from '../../expressions/value-writer.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';

/** Whether values of a type lie in several columns, so that they have to be packed to be remembered. */
export function isNested({ root }: LogicalType): boolean {
  return root === 'ROW' || root === 'ARRAY' || root === 'MAP' || root === 'MULTISET';
}

/** Rows and collections of a column as bytes (`packed-value.ts`), and back. */
export class PackedValues {
  readonly #wasm: Wasm;
  readonly #heap: ByteHeap;
  readonly #writer: ValueWriter;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType) {
    this.#wasm = wasm;
    this.#heap = new ByteHeap(pool);
    this.#writer = new ValueWriter(wasm, type);
  }

  /** Views of the rows' bytes, 8 bytes each; NULL is a view of length 0xffffffff. Good until the next call. */
  pack(rows: number, column: Column): number {
    return this.packValues(readValues(this.#wasm, column, rows));
  }

  /** The same for values that are at hand. */
  packValues(values: readonly Value[]): number {
    const rows = values.length;
    const writer = new PackWriter();
    const ends = values.map((value) => (value === null ? -1 : writer.write(value)));
    this.#heap.reset();
    const bytes = this.#heap.reserve(writer.length + 16);
    const views = Math.ceil(this.#heap.reserve(8 * rows + 24) / 8) * 8;
    new Uint8Array(this.#wasm.memory.buffer).set(writer.bytes, bytes);
    const target = new Uint32Array(this.#wasm.memory.buffer, views, 2 * rows);
    let start = 0;
    ends.forEach((end, row) => {
      target[2 * row] = bytes + start;
      target[2 * row + 1] = end < 0 ? 0xffffffff : end - start;
      if (end >= 0) start = end;
    });
    return views;
  }

  /** The values that views show, as a column in a heap. */
  unpack(count: number, views: number, heap: ByteHeap): Column {
    return this.#writer.write(this.read(count, views), heap);
  }

  /** The values that views show. */
  read(count: number, views: number): Value[] {
    const { buffer } = this.#wasm.memory;
    const cells = new Uint32Array(buffer, views, 2 * count);
    const values: Value[] = [];
    for (let i = 0; i < count; i++) {
      const length = cells[2 * i + 1]!; // two cells a view
      if (length === 0xffffffff || length === 0) values.push(null);
      else values.push(new PackReader(new DataView(buffer, cells[2 * i], length)).read()); // as above
    }
    return values;
  }

  release(): void {
    this.#heap.release();
  }
}

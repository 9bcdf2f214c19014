import { Column } from '../../data/column.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType, RowField } from '../../types/logical-type.ts';
import { rowRanks } from './row-ranks.ts';
import { RowSorter } from './row-sorter.ts';

/**
 * Columns by which rows are sorted, in types that `RowSorter` and `rowRanks` know: an ARRAY becomes the place of each array among all of them, as
 * an INTEGER. Arrays compare element by element, a NULL being the lowest, and one that ends first comes first.
 */
export class OrderableColumns {
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #taken: [address: number, bytes: number][] = [];

  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    this.#wasm = wasm;
    this.#pool = pool;
  }

  release(): void {
    for (const [address, bytes] of this.#taken) this.#pool.release(address, bytes);
    this.#taken.length = 0;
  }

  /** The column itself where it has no arrays; good until `release`. */
  of(column: Column, rows: number): Column {
    const { type } = column;
    if (type.root === 'ARRAY') return this.#arrays(column, rows);
    if (type.root !== 'ROW') return column;
    const children = column.children.map((child) => this.of(child, rows));
    if (children.every((child, i) => child === column.children[i])) return column;
    const fields = type.fields.map((field, i): RowField => ({
      ...field,
      type: children[i]?.type ?? field.type,
    }));
    return new Column({ ...type, fields }, column.values, column.validity, column.stride, children);
  }

  #arrays({ type, values, validity, stride, children }: Column, rows: number): Column {
    const count = stride === 0 ? 1 : rows;
    const [child] = children;
    if (!child) throw new RangeError('an ARRAY without elements');
    const elements = this.#wasm.kernels.sortElements(count, values, stride, validity) >>> 0;
    const places = this.#places(this.of(child, elements), elements);
    const words = new Uint32Array(this.#wasm.memory.buffer, values, 2 * count).slice();
    const isSet = (row: number): boolean =>
      validity === 0 || new Uint8Array(this.#wasm.memory.buffer)[validity + row] !== 0;
    const order = Array.from({ length: count }, (_, row) => row).filter(isSet);
    const compare = (a: number, b: number): number => compareArrays(words, places, a, b);
    order.sort(compare);
    const ranks = new Int32Array(count);
    let rank = 0;
    order.forEach((row, i) => {
      const before = order[i - 1];
      if (before !== undefined && compare(before, row) !== 0) rank++;
      ranks[row] = rank;
    });
    const address = this.#allocate(4 * count);
    new Int32Array(this.#wasm.memory.buffer, address, count).set(ranks);
    const integer: LogicalType = { root: 'INTEGER', nullable: type.nullable };
    return new Column(integer, address, validity, stride === 0 ? 0 : 4);
  }

  /** The place of each element among all, the same for equal ones; NULL has the first. */
  #places(elements: Column, count: number): Uint32Array {
    const places = new Uint32Array(count);
    if (count === 0) return places;
    const bytes = 4 * count;
    const permutation = this.#pool.allocate(bytes);
    try {
      const sorter = new RowSorter(this.#wasm, this.#pool, [
        { column: 0, descending: false, nullsFirst: true },
      ]);
      sorter.sort(count, [elements], permutation);
      const sorted = new Uint32Array(this.#wasm.memory.buffer, permutation, count).slice();
      const ranks = rowRanks(this.#wasm, this.#pool, [elements], sorted);
      if (ranks) return ranks;
      sorted.forEach((element, place) => (places[element] = place));
      return places;
    } finally {
      this.#pool.release(permutation, bytes);
    }
  }

  #allocate(bytes: number): number {
    const address = this.#pool.allocate(bytes);
    this.#taken.push([address, bytes]);
    return address;
  }
}

/** `words`: the first element and the count of each array; `places`: those of the elements. */
function compareArrays(words: Uint32Array, places: Uint32Array, a: number, b: number): number {
  const [first, second] = [words[2 * a]!, words[2 * b]!]; // two words an array
  const [length, other] = [words[2 * a + 1]!, words[2 * b + 1]!];
  for (let i = 0; i < Math.min(length, other); i++) {
    const difference = places[first + i]! - places[second + i]!; // elements have places
    if (difference !== 0) return difference;
  }
  return length - other;
}

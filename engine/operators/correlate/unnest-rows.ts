import { Column } from '../../data/column.ts';
import { ColumnSelector } from '../../data/batch-selector.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { TableFunctionCall } from '../operator-spec.ts';
import type { FunctionChunk, FunctionRows } from './function-rows.ts';

const BYTES = 4 * MAX_BATCH_ROWS;
const PLACE: LogicalType = { root: 'INTEGER', nullable: false };

/**
 * The elements of a collection: of an array in order, of a map by entry, of a multiset each as often as it is in it. Elements that are
 * ROWs spread into their fields; a NULL among them gives no row, but has its place.
 *
 * Elements stay where they are: what is made is a list of their numbers, by which columns are gathered.
 */
export class UnnestRows implements FunctionRows {
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  readonly #selectors: readonly ColumnSelector[];
  readonly #types: readonly LogicalType[];
  readonly #withOrdinality: boolean;
  readonly #isMultiset: boolean;
  readonly #spreads: boolean;
  readonly #parents: number;
  readonly #elements: number;
  readonly #places: number;
  #collection: Column | undefined;
  #rows = 0;
  #allRows = 0;
  /** Where the next chunk begins: row, element of it, and how often that has been given. */
  #row = 0;
  #element = 0;
  #repeat = 0;
  /** Rows that the current collection has given. */
  #place = 0;

  constructor(wasm: Wasm, pool: MemorySegmentPool, { operands, rowType, withOrdinality }: TableFunctionCall) {
    const type = operands[0]!.type; // UNNEST has one operand
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
    this.#types = rowType.fields.map((field) => field.type);
    this.#withOrdinality = withOrdinality;
    this.#isMultiset = type.root === 'MULTISET';
    this.#spreads = (type.root === 'ARRAY' || type.root === 'MULTISET') && type.element.root === 'ROW';
    const fields = withOrdinality ? rowType.fields.slice(0, -1) : rowType.fields;
    this.#selectors = fields.map((field) => new ColumnSelector(wasm, pool, field.type));
    this.#parents = this.#slots.allocate(BYTES);
    this.#elements = this.#slots.allocate(BYTES);
    this.#places = this.#slots.allocate(BYTES);
  }

  begin([collection]: readonly Column[], rows: number): void {
    this.#collection = collection;
    // A constant that is NULL has no elements at all.
    this.#rows = collection?.children.length === 0 ? 0 : rows;
    this.#allRows = rows;
    this.#row = 0;
    this.#element = 0;
    this.#repeat = 0;
    this.#place = 0;
  }

  next(): FunctionChunk {
    const collection = this.#collection!; // begun
    if (this.#rows === 0) return this.#nothing();
    const count = this.#isMultiset ? this.#listRepeated(collection) : this.#list(collection);
    const sources = this.#sources(collection);
    const columns = this.#selectors.map(
      (selector, i) => selector.select(sources[i]!, this.#elements, count), // one a column
    );
    if (this.#withOrdinality) columns.push(new Column(PLACE, this.#places, 0));
    const isLast = this.#row === this.#rows;
    return { count, columns, parents: this.#parents, completedRows: this.#row, isLast };
  }

  release(): void {
    for (const selector of this.#selectors) selector.release();
    for (const address of [this.#parents, this.#elements, this.#places]) this.#slots.release(address, BYTES);
  }

  #nothing(): FunctionChunk {
    const columns = this.#types.map((type) => new Column(type, 0, 0));
    return { count: 0, columns, parents: this.#parents, completedRows: this.#allRows, isLast: true };
  }

  #sources({ children }: Column): readonly Column[] {
    const [elements] = children as readonly [Column];
    if (this.#spreads) return elements.children;
    return this.#isMultiset ? [elements] : children;
  }

  /** Lists elements of arrays and maps until a chunk is full or the batch is done. */
  #list(collection: Column): number {
    const { buffer } = this.#wasm.memory;
    const words = new Uint32Array(buffer);
    const bytes = new Uint8Array(buffer);
    const { values, validity, stride } = collection;
    const validityStep = stride === 0 ? 0 : 1;
    const nulls = this.#spreads ? (collection.children[0]?.validity ?? 0) : 0;
    const [parents, elements, places] = [this.#parents >>> 2, this.#elements >>> 2, this.#places >>> 2];
    let count = 0;
    for (; this.#row < this.#rows; this.#row++) {
      const cell = (values + this.#row * stride) >>> 2;
      const isSet = validity === 0 || bytes[validity + this.#row * validityStep] !== 0;
      const first = words[cell]!;
      const length = isSet ? words[cell + 1]! : 0;
      let element = this.#element;
      for (; element < length && count < MAX_BATCH_ROWS; element++) {
        if (nulls !== 0 && bytes[nulls + first + element] === 0) continue;
        words[parents + count] = this.#row;
        words[elements + count] = first + element;
        words[places + count] = element + 1;
        count++;
      }
      if (element < length) {
        this.#element = element;
        return count;
      }
      this.#element = 0;
    }
    return count;
  }

  /** The same for multisets, whose second child says how often an element is in them. */
  #listRepeated(collection: Column): number {
    const { buffer } = this.#wasm.memory;
    const words = new Uint32Array(buffer);
    const bytes = new Uint8Array(buffer);
    const { values, validity, stride, children } = collection;
    const validityStep = stride === 0 ? 0 : 1;
    const [own, counts] = children as readonly [Column, Column];
    const nulls = this.#spreads ? own.validity : 0;
    const [parents, elements, places] = [this.#parents >>> 2, this.#elements >>> 2, this.#places >>> 2];
    let count = 0;
    for (; this.#row < this.#rows; this.#row++) {
      const cell = (values + this.#row * stride) >>> 2;
      const isSet = validity === 0 || bytes[validity + this.#row * validityStep] !== 0;
      const first = words[cell]!;
      const length = isSet ? words[cell + 1]! : 0;
      for (; this.#element < length; this.#element++) {
        const at = first + this.#element;
        const times = words[(counts.values + at * counts.stride) >>> 2]!;
        const isSkipped = nulls !== 0 && bytes[nulls + at] === 0;
        for (; this.#repeat < times; this.#repeat++) {
          if (count === MAX_BATCH_ROWS) return count;
          this.#place++;
          if (isSkipped) continue;
          words[parents + count] = this.#row;
          words[elements + count] = at;
          words[places + count] = this.#place;
          count++;
        }
        this.#repeat = 0;
      }
      this.#element = 0;
      this.#place = 0;
    }
    return count;
  }
}

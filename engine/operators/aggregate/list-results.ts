import { ByteHeap } from '../../data/byte-heap.ts';
import { Column } from '../../data/column.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { Part } from './accumulator.ts';
import { CellsResult } from './cells-result.ts';
import type { ListAccumulator } from './list-accumulator.ts';
import type { ValueViews } from './value-views.ts';

const encoder = new TextEncoder();

/** What the results of lists have in common: bytes that are made once a batch from all items. */
abstract class ListResult extends CellsResult {
  protected readonly list: ListAccumulator;
  protected readonly heap: ByteHeap;
  #version = -1;

  constructor(wasm: Wasm, pool: MemorySegmentPool, type: LogicalType, list: ListAccumulator) {
    super(wasm, pool, type);
    this.list = list;
    this.heap = new ByteHeap(pool);
  }

  override evaluate(rows: number, part: Part): void {
    if (this.#version !== this.list.version) {
      this.#version = this.list.version;
      this.heap.reset();
      this.begin();
    }
    this.wasm.kernels.rangeValidity(rows, this.list.at(part), this.cells.validityOf(part));
    this.show(rows, part);
  }

  override release(): void {
    super.release();
    this.heap.release();
  }

  /** Makes of all items what the results point into; the heap is empty. */
  protected begin(): void {}

  protected abstract show(rows: number, part: Part): void;

  protected reserve(bytes: number): number {
    return Math.ceil(this.heap.reserve(bytes + 16) / 16) * 16;
  }
}

/** ARRAY_AGG: the list as an array. */
export class ArrayResult extends ListResult {
  readonly #values: ValueViews;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    type: LogicalType,
    list: ListAccumulator,
    values: ValueViews,
  ) {
    super(wasm, pool, type, list);
    this.#values = values;
  }

  override markChanged(rows: number, changed: number): void {
    const { list } = this;
    this.wasm.kernels.markChangedRanges(rows, list.at('before'), list.at('after'), list.items, changed);
  }

  override release(): void {
    super.release();
    this.#values.release();
  }

  protected override begin(): void {
    const { list } = this;
    const { packed, type, width } = this.#values;
    if (packed) {
      this.children = [packed.unpack(list.itemCount, list.items, this.heap)];
      return;
    }
    const values = this.reserve(list.itemCount * (width || 8));
    const validity = this.reserve(list.itemCount);
    this.wasm.kernels.listCells(list.itemCount, list.items, width, values, validity);
    this.children = [new Column(type, values, type.nullable ? validity : 0)];
  }

  protected show(rows: number, part: Part): void {
    copyRanges(this.wasm, rows, this.list.at(part), this.cells.valuesOf(part));
  }
}

/** LISTAGG, and the JSON arrays of JSON_ARRAYAGG: the texts with a separator between them. */
export class JoinedResult extends ListResult {
  readonly #separator: Uint8Array;
  readonly #isJson: boolean;
  #ends = 0;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    type: LogicalType,
    list: ListAccumulator,
    separator: string,
    isJson: boolean,
  ) {
    super(wasm, pool, type, list);
    this.#separator = encoder.encode(separator);
    this.#isJson = isJson;
  }

  protected override begin(): void {
    const { kernels, memory } = this.wasm;
    const { items, itemCount } = this.list;
    const { length } = this.#separator;
    const bytes = kernels.listTextBytes(itemCount, items, length) >>> 0;
    const separator = this.reserve(length);
    this.#ends = this.reserve(8 * itemCount);
    const texts = this.reserve(bytes);
    new Uint8Array(memory.buffer).set(this.#separator, separator);
    kernels.listJoin(itemCount, items, separator, length, texts, this.#ends);
  }

  protected show(rows: number, part: Part): void {
    const { kernels, memory } = this.wasm;
    const views = this.cells.valuesOf(part);
    kernels.listTexts(rows, this.list.at(part), this.#ends, views);
    if (!this.#isJson) return;
    // An array of nothing is an array.
    kernels.listBrackets(rows, views, this.reserve(kernels.bracketBytes(rows, views) >>> 0));
    new Uint8Array(memory.buffer, this.cells.validityOf(part), rows).fill(1);
  }
}

/** FIRST_VALUE and LAST_VALUE of an input that takes rows back. */
export class EdgeResult extends ListResult {
  readonly #values: ValueViews;
  readonly #isLast: boolean;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    type: LogicalType,
    list: ListAccumulator,
    values: ValueViews,
    isLast: boolean,
  ) {
    super(wasm, pool, type, list);
    this.#values = values;
    this.#isLast = isLast;
  }

  override release(): void {
    super.release();
    this.#values.release();
  }

  protected show(rows: number, part: Part): void {
    const { list, cells } = this;
    const { width } = this.#values;
    const isLast = this.#isLast ? 1 : 0;
    this.wasm.kernels.listEdge(rows, list.at(part), list.items, width, isLast, cells.valuesOf(part));
  }
}

/** The ranges of a list as cells of an array. */
export function copyRanges({ memory }: Wasm, rows: number, from: number, to: number): void {
  new Uint8Array(memory.buffer).copyWithin(to, from, from + 8 * rows);
}

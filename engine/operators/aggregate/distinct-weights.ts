import type { Column } from '../../data/column.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { AccumulateStep } from './accumulator.ts';
import type { AggregateTable } from './aggregate-table.ts';
import { RowWeights } from './row-weights.ts';
import { ValueKeys } from './value-keys.ts';

/**
 * Weights of DISTINCT: a row adds when its value is the first of its kind for the key, and takes back when it was the last.
 * The entry has a set of the values with their counts, so retraction works (S-36).
 */
export class DistinctWeights extends RowWeights {
  readonly bytes = 8;
  /** Place of the set in the entry. */
  offset = 0;
  readonly keys: ValueKeys;

  readonly #value: number;

  /** @param countsNulls whether NULL is a value */
  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    argument: number,
    filter: number,
    type: LogicalType,
    countsNulls = false,
  ) {
    super(wasm, pool, countsNulls ? -1 : argument, filter);
    this.#value = argument;
    this.keys = new ValueKeys(wasm, pool, type);
  }

  override prepare(step: AccumulateStep): void {
    super.prepare(step);
    const { rows, slots, life, storage } = step;
    const argument = step.columns[this.#value] as Column;
    this.keys.write(rows, argument);
    if (this.argument < 0 && argument.validity !== 0) {
      this.kernels.orderKeysNull(rows, argument.validity, argument.stride, this.keys.address);
    }
    this.reserve(rows, argument, storage);
    const nodes = this.nodes(storage);
    this.kernels.setDistinct(rows, slots, this.offset, this.current, life, this.keys.address, nodes);
  }

  /** The sets of a table that this one's belong to, as kernels take them. */
  nodes(storage: AggregateTable): number {
    return this.#sets(storage).control;
  }

  reserve(rows: number, { values, stride, validity }: Column, storage: AggregateTable): void {
    this.#sets(storage).reserve(rows);
    if (this.keys.isText) {
      storage.texts!.reserve(this.kernels.textBytes(rows, values, stride, validity) >>> 0); // texts have a heap
    }
  }

  /** Adds the sets of entries of another table; with `isCopy` as the only ones. */
  merge(
    rows: number,
    from: number,
    to: number,
    source: AggregateTable,
    target: AggregateTable,
    isCopy = false,
  ): void {
    mergeSets(this.kernels, rows, from, to, this.offset, this.keys.isText, source, target, isCopy);
  }

  clear(rows: number, slots: number, storage: AggregateTable): void {
    this.kernels.setRelease(rows, slots, this.offset, this.nodes(storage));
  }

  override release(): void {
    super.release();
    this.keys.release();
  }

  protected override get isAlwaysNeeded(): boolean {
    return true;
  }

  #sets(storage: AggregateTable) {
    return this.keys.isText ? storage.textSets! : storage.sets!; // planned with this set
  }
}

/** Adds the sets at `offset` of entries of one table to those of another. */
export function mergeSets(
  kernels: RowWeights['kernels'],
  rows: number,
  from: number,
  to: number,
  offset: number,
  isText: boolean,
  source: AggregateTable,
  target: AggregateTable,
  isCopy: boolean,
): void {
  const old = isText ? source.textSets! : source.sets!; // planned with the sets
  const sets = isText ? target.textSets! : target.sets!;
  sets.reserve(kernels.setNodes(rows, from, offset) >>> 0);
  if (isText) target.texts!.reserve(kernels.setTextBytes(rows, from, offset, old.control) >>> 0);
  kernels.setMerge(rows, from, to, offset, old.control, sets.control, isCopy ? 1 : 0);
}

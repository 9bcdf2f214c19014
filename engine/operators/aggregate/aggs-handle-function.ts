import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { KeyLayout } from '../../state/key-records.ts';
import type { PagedStateGroup, RestoredPagedStateGroup } from '../../state/paged-state-group.ts';
import type { AggregateCall } from '../aggregate-call.ts';
import type { Accumulator, AccumulateStep, MergeStep, Part } from './accumulator.ts';
import type { ResultValidity } from './aggregate-result.ts';
import { AggregateTable, type AggregateStorageNeeds } from './aggregate-table.ts';
import { BagAccumulator } from './bag-accumulator.ts';
import { CallPlanner } from './call-planner.ts';
import type { CallResult } from './call-result.ts';
import { type CountAccumulator, RowCount } from './count-accumulator.ts';
import type { DistinctTable } from './distinct-table.ts';
import type { DistinctWeights } from './distinct-weights.ts';
import { GroupIds } from './group-ids.ts';
import { ListAccumulator } from './list-accumulator.ts';
import type { RowWeights } from './row-weights.ts';
import { SumAccumulator } from './sum-accumulator.ts';

export interface AggsHandleOptions {
  /** Whether rows may be taken back. */
  readonly retracts: boolean;
  /** Whether a key may be forgotten and come back (retraction, TTL). */
  readonly isReborn: boolean;
  /** Whether entries are copied and read as they were until the heap settles (mini-batch). */
  readonly keepsImages?: boolean;
  /** Functions of users, by key. */
  readonly userFunctions?: ReadonlyMap<string, unknown> | undefined;
  /** Bytes that the operator keeps in an entry itself, before the accumulators. */
  readonly ownBytes: number;
  /**
   * How DISTINCT values are kept: as a set in each entry, which can be merged, or in tables of all groups, which are faster. Those
   * expire by `times`, two i64 cells with now and the TTL, if that is not 0.
   */
  readonly distinct: { readonly kind: 'sets' } | { readonly kind: 'tables'; readonly times: number };
}

/** What `accumulate` is given of a batch. */
export interface AccumulateInput {
  readonly rows: number;
  readonly columns: readonly Column[];
  readonly kinds: number;
  readonly slots: number;
  readonly storage: AggregateTable;
  readonly wantsBefore: boolean;
  readonly wantsAfter: boolean;
}

/**
 * All aggregate functions of an operator: takes batches into accumulators (`CallPlanner` says which), merges them, and shows results. A
 * count of rows is the entry's own.
 */
export class AggsHandleFunction {
  readonly needs: AggregateStorageNeeds;
  /** u8 a row, written by `accumulate`: bit 0: the key existed before the row, bit 1: it exists after it. */
  readonly life: number;
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #options: AggsHandleOptions;
  readonly #signs: number;
  readonly #rowCount: RowCount;
  readonly #weights: ReadonlyMap<string, RowWeights>;
  readonly #distincts: readonly DistinctWeights[];
  readonly #distinctTables: ReadonlyMap<number, DistinctTable>;
  readonly #ids: GroupIds | undefined;
  readonly #counts: ReadonlyMap<string, CountAccumulator>;
  readonly #others: ReadonlyMap<string, Accumulator>;
  /** Of these, those whose results may be larger than their rows. */
  readonly #growing: readonly Accumulator[];
  readonly #validities: ReadonlyMap<Accumulator, ResultValidity>;
  readonly #results: readonly CallResult[];
  /** Whether a result changes with every row, so that none is ever silent. */
  readonly alwaysChanges: boolean;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    layout: KeyLayout,
    calls: readonly AggregateCall[],
    options: AggsHandleOptions,
  ) {
    this.#wasm = wasm;
    this.#pool = pool;
    this.#options = options;
    const slots = SlotAllocator.of(pool);
    this.life = slots.allocate(MAX_BATCH_ROWS);
    this.#signs = slots.allocate(MAX_BATCH_ROWS);
    this.#rowCount = new RowCount(wasm, pool);
    this.#rowCount.offset = 8;
    const planner = new CallPlanner(wasm, pool, options, this.#rowCount);
    this.#results = calls.map((call) => planner.plan(call));
    this.alwaysChanges = calls.some((call) => planner.countsRows(call));
    this.#weights = planner.weights;
    this.#distincts = planner.distincts;
    this.#distinctTables = planner.distinctTables;
    this.#counts = planner.counts;
    this.#others = planner.others;
    this.#validities = planner.validities;
    if (this.#distinctTables.size > 0) this.#ids = new GroupIds(wasm, pool);
    let offset = 16 + 8 * layout.words + options.ownBytes;
    for (const part of [
      ...(this.#ids ? [this.#ids] : []),
      ...this.#distincts,
      ...this.#counts.values(),
      ...this.#others.values(),
    ]) {
      part.offset = offset;
      offset += part.bytes;
    }
    const others = [...this.#others.values()];
    this.#growing = others.filter(
      (each) => each instanceof ListAccumulator || each instanceof BagAccumulator,
    );
    const distincts = this.#distincts.map(({ keys }) => keys);
    const hasTextSets = distincts.some(({ isText }) => isText) || others.some((each) => each.needsTextSets);
    this.needs = {
      valueBytes: offset - 16 - 8 * layout.words,
      texts: others.some((each) => each.needsTexts),
      sets: distincts.some(({ isText }) => !isText) || others.some((each) => each.needsSets),
      textSets: hasTextSets,
    };
  }

  /** Whether entries as they were can be read to the end of a bundle (mini-batch). */
  get readsImages(): boolean {
    return [...this.#others.values()].every((each) => each.readsImages);
  }

  /** How many rows of those with entries at `slots` may be done at a time. */
  limit(rows: number, slots: number): number {
    return this.#growing.reduce((least, each) => Math.min(least, each.limit(rows, slots)), MAX_BATCH_ROWS);
  }

  /** Whether entries can be taken out of a merged one again. */
  get canTakeBack(): boolean {
    const others = [...this.#others.values()];
    return this.#distincts.length === 0 && others.every((a) => a instanceof SumAccumulator && a.canTakeBack);
  }

  createTable(layout: KeyLayout, expected = 0): AggregateTable {
    const storage = new AggregateTable(this.#wasm, this.#pool, layout, this.needs, expected);
    storage.table.mayDie = this.#options.isReborn;
    return storage;
  }

  /** Takes a batch into the entries at `slots`. At most STEP rows where results are wanted. */
  accumulate({ rows, columns, kinds, slots, storage, wantsBefore, wantsAfter }: AccumulateInput): void {
    const { kernels } = this.#wasm;
    const counts = this.#rowCount;
    const after = wantsAfter ? counts.at('after') : 0;
    const { control } = storage.table;
    kernels.aggRows(rows, slots, kinds, this.life, this.#signs, counts.values, after, control);
    const step: AccumulateStep = {
      rows,
      columns,
      slots,
      signs: kinds === 0 ? 0 : this.#signs,
      life: this.#options.isReborn ? this.life : 0,
      storage,
      wantsBefore,
      wantsAfter,
    };
    for (const weights of this.#weights.values()) weights.prepare(step);
    const ids = this.#ids?.prepare(step);
    if (ids) for (const table of this.#distinctTables.values()) table.prepare(step, ids);
    for (const count of this.#counts.values()) count.accumulate(step);
    for (const other of this.#others.values()) other.accumulate(step);
  }

  /** Loads a part from entries instead. */
  read(rows: number, slots: number, part: Part, storage: AggregateTable): void {
    this.#rowCount.read(rows, slots, part);
    for (const count of this.#counts.values()) count.read(rows, slots, part);
    for (const other of this.#others.values()) other.read(rows, slots, part, storage);
  }

  /** Makes results of what `accumulate` or `read` left. */
  evaluate(rows: number, part: Part): void {
    for (const validity of this.#validities.values()) validity.evaluate(rows, part);
    for (const result of this.#results) result.evaluate(rows, part);
  }

  /** Sets bytes of `changed` where a result differs from before to after; both parts are evaluated. */
  markChanged(rows: number, changed: number): void {
    new Uint8Array(this.#wasm.memory.buffer, changed, rows).fill(0);
    for (const result of this.#results) result.markChanged(rows, changed);
  }

  columns(part: Part): Column[] {
    return this.#results.map((result) => result.column(part));
  }

  select(count: number, cells: number): Column[] {
    for (const validity of this.#validities.values()) validity.select(count, cells);
    return this.#results.map((result) => result.select(count, cells));
  }

  merge(step: MergeStep): void {
    const { rows, from, to, source, target } = step;
    for (const distinct of this.#distincts) distinct.merge(rows, from, to, source, target);
    for (const other of this.#others.values()) other.merge(step);
    for (const count of this.#counts.values()) count.merge(step);
    this.#rowCount.merge(step);
    target.table.mark(rows, to);
  }

  /** Makes entries whose bytes were copied from another table whole. */
  adopt(rows: number, from: number, to: number, source: AggregateTable, target: AggregateTable): void {
    for (const distinct of this.#distincts) distinct.merge(rows, from, to, source, target, true);
    for (const other of this.#others.values()) other.adopt(rows, from, to, source, target);
  }

  /** Adds the tables of DISTINCT values to an operator's state. */
  registerDistinct(group: PagedStateGroup): void {
    for (const [argument, table] of this.#distinctTables) table.register(group, `distinct ${argument}`);
  }

  /**
   * Reads the DISTINCT values of an old subtask. `restoreGroups` restores its groups, and adopts them with the callback that it is given
   * instead of `adopt`.
   */
  restoreDistinct(
    restored: RestoredPagedStateGroup,
    restoreGroups: (renamed: (rows: number, from: number, to: number) => void) => void,
  ): void {
    const renaming = this.#ids?.startRenaming();
    restoreGroups((rows, from, to) => renaming?.add(rows, from, to));
    if (!renaming) return;
    for (const [argument, table] of this.#distinctTables)
      table.restore(restored, `distinct ${argument}`, renaming);
    renaming.release();
  }

  /** Gives back what entries point to, before they are given up. */
  clear(rows: number, slots: number, storage: AggregateTable): void {
    for (const distinct of this.#distincts) distinct.clear(rows, slots, storage);
    for (const other of this.#others.values()) other.clear(rows, slots, storage);
  }

  release(): void {
    const slots = SlotAllocator.of(this.#pool);
    slots.release(this.life, MAX_BATCH_ROWS);
    slots.release(this.#signs, MAX_BATCH_ROWS);
    this.#rowCount.release();
    for (const weights of this.#weights.values()) weights.release();
    for (const table of this.#distinctTables.values()) table.release();
    this.#ids?.release();
    for (const count of this.#counts.values()) count.release();
    for (const validity of this.#validities.values()) validity.release();
    // An accumulator may be its own result.
    for (const part of new Set<Accumulator | CallResult>([...this.#others.values(), ...this.#results])) {
      part.release();
    }
  }
}

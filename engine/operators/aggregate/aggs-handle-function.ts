import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { isView } from '../../data/column.ts';
import type { LogicalType } from '../../types/logical-type.ts';
import type { KeyLayout } from '../../state/key-records.ts';
import type { PagedStateGroup, RestoredPagedStateGroup } from '../../state/paged-state-group.ts';
import type { AggregateCall } from '../aggregate-call.ts';
import type { Accumulator, AccumulateStep, MergeStep, Part } from './accumulator.ts';
import { AggregateResult, ResultValidity } from './aggregate-result.ts';
import { AggregateTable, type AggregateStorageNeeds } from './aggregate-table.ts';
import { CountAccumulator, RowCount } from './count-accumulator.ts';
import { DistinctTable } from './distinct-table.ts';
import { DistinctWeights } from './distinct-weights.ts';
import { ExtremeAccumulator } from './extreme-accumulator.ts';
import { GroupIds } from './group-ids.ts';
import { RowWeights } from './row-weights.ts';
import { SumAccumulator } from './sum-accumulator.ts';
import { ValueSetAccumulator } from './value-set-accumulator.ts';

export interface AggsHandleOptions {
  /** Whether rows may be taken back. */
  readonly retracts: boolean;
  /** Whether a key may be forgotten and come back (retraction, TTL). */
  readonly isReborn: boolean;
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
 * All aggregate functions of an operator: takes batches into accumulators, merges them, and shows results.
 *
 * Calls are broken down into accumulators that are shared: SUM(x), AVG(x), MIN(x) and COUNT(x) have one count of x between them, and
 * SUM and AVG of an integer one sum. A count of rows is the entry's own.
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
  readonly #weights = new Map<string, RowWeights>();
  readonly #distincts: DistinctWeights[] = [];
  /** By argument. */
  readonly #distinctTables = new Map<number, DistinctTable>();
  readonly #ids: GroupIds | undefined;
  /** Counts come after all that reads them in a merge, and before in a batch. */
  readonly #counts = new Map<string, CountAccumulator>();
  readonly #others = new Map<string, Accumulator>();
  readonly #validities = new Map<Accumulator, ResultValidity>();
  readonly #results: readonly AggregateResult[];
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
    this.#results = calls.map((call) => this.#plan(call));
    this.alwaysChanges = calls.some(
      (call) => this.#countsOf(call) === this.#rowCount && call.function === 'COUNT',
    );
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
    const sets = [
      ...this.#distincts.map(({ keys }) => keys),
      ...others.filter((a) => a instanceof ValueSetAccumulator),
    ];
    const views = calls.some(
      ({ function: name, type }) => (name === 'MIN' || name === 'MAX') && isView(type),
    );
    this.needs = {
      valueBytes: offset - 16 - 8 * layout.words,
      texts: views,
      sets: sets.some(({ isText }) => !isText),
      textSets: sets.some(({ isText }) => isText),
    };
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
    for (const other of this.#others.values()) other.release();
    for (const validity of this.#validities.values()) validity.release();
    for (const result of this.#results) result.release();
  }

  #plan(call: AggregateCall): AggregateResult {
    const counts = this.#countsOf(call);
    const value = this.#valueOf(call, counts);
    return new AggregateResult(this.#wasm, this.#pool, call, counts, value, this.#validityOf(call, counts));
  }

  /** Undefined where a result is never NULL. */
  #validityOf(call: AggregateCall, counts: Accumulator): ResultValidity | undefined {
    if (counts === this.#rowCount || call.function === 'COUNT' || call.function === 'SUM0') return undefined;
    let validity = this.#validities.get(counts);
    if (!validity)
      this.#validities.set(counts, (validity = new ResultValidity(this.#wasm, this.#pool, counts)));
    return validity;
  }

  #countsOf(call: AggregateCall): CountAccumulator | RowCount {
    const [argument = -1] = call.arguments;
    const isNullable = argument >= 0 && call.argumentTypes[0]?.nullable !== false;
    if (call.filter < 0 && !isNullable && !isDistinct(call)) return this.#rowCount;
    const key = weightsKey(call);
    let counts = this.#counts.get(key);
    if (!counts) {
      const weights = this.#weightsOf(call);
      const distinct = weights instanceof DistinctWeights ? weights : undefined;
      counts = new CountAccumulator(this.#wasm, this.#pool, weights, distinct);
      this.#counts.set(key, counts);
    }
    return counts;
  }

  #weightsOf(call: AggregateCall): RowWeights {
    const key = weightsKey(call);
    let weights = this.#weights.get(key);
    if (!weights) {
      const [argument = -1] = call.arguments;
      const [type] = call.argumentTypes;
      const { distinct: kept, retracts } = this.#options;
      if (isDistinct(call) && type && kept.kind === 'tables') {
        let table = this.#distinctTables.get(argument);
        if (!table) {
          table = new DistinctTable(this.#wasm, this.#pool, { argument, type, retracts, times: kept.times });
          this.#distinctTables.set(argument, table);
        }
        weights = table.addWeights(call.filter);
      } else if (isDistinct(call) && type) {
        const distinct = new DistinctWeights(this.#wasm, this.#pool, argument, call.filter, type);
        this.#distincts.push(distinct);
        weights = distinct;
      } else weights = new RowWeights(this.#wasm, this.#pool, argument, call.filter);
      this.#weights.set(key, weights);
    }
    return weights;
  }

  #valueOf(call: AggregateCall, counts: Accumulator): Accumulator | undefined {
    const [argument = -1] = call.arguments;
    const [type] = call.argumentTypes;
    const name = call.function;
    if (call.arguments.length > 1)
      throw new Error(`${name} of ${call.arguments.length} columns is not supported.`);
    if (name === 'COUNT') return undefined;
    if (!type || !['SUM', 'SUM0', 'AVG', 'MIN', 'MAX'].includes(name)) {
      throw new Error(`The aggregate function ${name} is not supported.`);
    }
    const weights = this.#weightsOf(call);
    const isSum = name === 'SUM' || name === 'SUM0' || name === 'AVG';
    // Integers add up alike for SUM and AVG.
    const isTotal = isSum && name !== 'SUM' && isTotalled(type, name);
    const key = `${isSum ? (isTotal ? 'total' : 'sum') : name} ${weightsKey(call)}`;
    let value = this.#others.get(key);
    if (!value) {
      if (isSum) {
        const distinct = weights instanceof DistinctWeights ? weights : undefined;
        const spec = { argument, type, isTotal };
        value = new SumAccumulator(
          this.#wasm,
          this.#pool,
          spec,
          weights,
          counts,
          this.#options.isReborn,
          distinct,
        );
      } else {
        const spec = { argument, type, isMax: name === 'MAX' };
        value = this.#options.retracts
          ? new ValueSetAccumulator(this.#wasm, this.#pool, spec, weights)
          : new ExtremeAccumulator(this.#wasm, this.#pool, spec, weights, counts);
      }
      this.#others.set(key, value);
    }
    return value;
  }
}

/** Whether AVG or SUM0 need a sum that SUM cannot share. */
function isTotalled({ root }: LogicalType, name: string): boolean {
  return root === 'DOUBLE' || root === 'DECIMAL' || (root === 'FLOAT' && name === 'AVG');
}

/** MIN and MAX are the same with and without. */
function isDistinct(call: AggregateCall): boolean {
  return call.distinct && call.function !== 'MIN' && call.function !== 'MAX';
}

function weightsKey(call: AggregateCall): string {
  return `${isDistinct(call) ? 'distinct ' : ''}${call.arguments.join()} filter ${call.filter}`;
}

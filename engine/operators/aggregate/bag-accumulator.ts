import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { Accumulator, STEP, type AccumulateStep, type MergeStep, type Part } from './accumulator.ts';
import type { AggregateTable } from './aggregate-table.ts';
import { mergeSets } from './distinct-weights.ts';
import { GrowingRun } from './growing-run.ts';
import type { RowWeights } from './row-weights.ts';

const KEY = 16;

/** What a row puts into a bag: one key, or a range of keys. */
export interface BagInput {
  /** Keys of `value-set.ts`; of texts, views. */
  readonly keys: number;
  /** Ranges of `keys`, u32 first and u32 count a row; 0: row r has key r. */
  readonly ranges: number;
  /** How often each row counts, i64 cells; 0: once. */
  readonly multiples: number;
  /** Bytes of all texts as blocks; of others 0. */
  readonly textBytes: number;
}

/** Where a bag's values come from. */
export interface BagSource {
  readonly isText: boolean;
  /** Good until the next call. May leave rows out by writing 0 into their `weights`, if those are its own. */
  read(rows: number, columns: readonly Column[], weights: number): BagInput;
  release(): void;
}

export interface BagOptions {
  /** Values whose count is not above 0 are shown, too. */
  readonly isWhole: boolean;
  /** Values are shown once, however often they are there. */
  readonly isDistinct: boolean;
  /** Values are shown in order of arrival, not of value. */
  readonly isByArrival: boolean;
}

/** All values of a key with their counts (`value-bag.ts`). Its array has ranges of `keys` and `counts`. */
export class BagAccumulator extends Accumulator {
  readonly bytes = 24;
  override readonly readsImages = false;
  override readonly needsTexts: boolean;
  override readonly needsSets: boolean;
  override readonly needsTextSets: boolean;
  /** Keys and counts that ranges speak of. */
  keys = 0;
  counts = 0;
  count = 0;
  /** Changes whenever ranges, keys and counts do. */
  version = 0;
  readonly isText: boolean;
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #source: BagSource;
  readonly #weights: RowWeights;
  readonly #options: BagOptions;
  readonly #fresh: number;
  readonly #run: GrowingRun;
  #stamp = 1;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    source: BagSource,
    weights: RowWeights,
    options: BagOptions,
  ) {
    super(wasm, pool, 8);
    this.isText = source.isText;
    this.needsTexts = this.needsTextSets = source.isText;
    this.needsSets = !source.isText;
    this.#wasm = wasm;
    this.#pool = pool;
    this.#source = source;
    this.#weights = weights;
    this.#options = options;
    this.#run = new GrowingRun(wasm, pool);
    this.#fresh = SlotAllocator.of(pool).allocate(4);
  }

  override limit(rows: number, slots: number): number {
    const largest = this.kernels.bagLargest(rows, slots, this.offset) >>> 0;
    return Math.max(1, Math.floor(MOST_VALUES / (largest + 1)));
  }

  accumulate({ rows, columns, slots, life, storage, wantsBefore, wantsAfter }: AccumulateStep): void {
    const { kernels, offset } = this;
    const weights = this.#weights.current;
    const input = this.#source.read(rows, columns, weights);
    const stamp = this.#stamp;
    this.#stamp = stamp + 2;
    const values = kernels.bagPlan(rows, slots, offset, input.ranges, stamp, this.#fresh) >>> 0;
    const sets = this.#sets(storage);
    sets.reserve(new DataView(this.#wasm.memory.buffer).getUint32(this.#fresh, true));
    if (this.isText) storage.texts!.reserve(input.textBytes); // texts have a heap
    const isShown = wantsBefore || wantsAfter;
    if (isShown) this.#reserve(values);
    const count = kernels.bagAccumulate(
      rows,
      slots,
      offset,
      weights,
      input.multiples,
      life,
      input.ranges,
      input.keys,
      sets.control,
      stamp + 1,
      this.#isWhole,
      this.#isByArrival,
      this.keys,
      this.counts,
      wantsBefore ? this.values : 0,
      wantsAfter ? this.values + STEP * 8 : 0,
    );
    this.#show(count >>> 0);
  }

  merge({ rows, from, to, source, target }: MergeStep): void {
    this.#merge(rows, from, to, source, target, false);
  }

  read(rows: number, slots: number, part: Part, storage: AggregateTable): void {
    const { kernels, offset } = this;
    this.#reserve(kernels.setNodes(rows, slots, offset) >>> 0);
    const { control } = this.#sets(storage);
    const { keys, counts } = this;
    const isWhole = this.#isWhole;
    const isByArrival = this.#isByArrival;
    const ranges = this.at(part);
    this.#show(
      kernels.bagRead(rows, slots, offset, control, isWhole, isByArrival, keys, counts, ranges) >>> 0,
    );
  }

  override adopt(
    rows: number,
    from: number,
    to: number,
    source: AggregateTable,
    target: AggregateTable,
  ): void {
    this.#merge(rows, from, to, source, target, true);
    this.kernels.bagReset(rows, to, this.offset);
  }

  override clear(rows: number, slots: number, storage: AggregateTable): void {
    this.kernels.setRelease(rows, slots, this.offset, this.#sets(storage).control);
  }

  override release(): void {
    super.release();
    this.#source.release();
    SlotAllocator.of(this.#pool).release(this.#fresh, 4);
    this.#run.release();
  }

  #merge(
    rows: number,
    from: number,
    to: number,
    source: AggregateTable,
    target: AggregateTable,
    isCopy: boolean,
  ): void {
    const { kernels, offset, isText } = this;
    if (!this.#options.isByArrival)
      return mergeSets(kernels, rows, from, to, offset, isText, source, target, isCopy);
    const [old, sets] = [this.#sets(source), this.#sets(target)];
    sets.reserve(kernels.setNodes(rows, from, offset) >>> 0);
    if (isText) target.texts!.reserve(kernels.setTextBytes(rows, from, offset, old.control) >>> 0); // texts have a heap
    this.#reserve(kernels.bagLargest(rows, from, offset) >>> 0);
    kernels.bagMerge(rows, from, to, offset, old.control, sets.control, isCopy ? 1 : 0, this.counts);
  }

  #show(count: number): void {
    this.count = count;
    this.version++;
    if (this.#options.isDistinct) this.kernels.bagOnce(count, this.counts);
  }

  get #isWhole(): number {
    return this.#options.isWhole ? 1 : 0;
  }

  get #isByArrival(): number {
    return this.#options.isByArrival ? 1 : 0;
  }

  #sets(storage: AggregateTable) {
    return this.isText ? storage.textSets! : storage.sets!; // planned with this set
  }

  #reserve(count: number): void {
    this.#run.reserve(Math.max(count, MAX_BATCH_ROWS) * (KEY + 8));
    this.keys = this.#run.address;
    this.counts = this.keys + Math.floor(this.#run.bytes / (KEY + 8)) * KEY;
  }
}

/** Of large bags, fewer rows are done at a time, so that results do not fill the memory. */
const MOST_VALUES = 1 << 18;

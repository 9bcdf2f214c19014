import type { Column } from '../../data/column.ts';
import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { Accumulator, STEP, type AccumulateStep, type MergeStep, type Part } from './accumulator.ts';
import type { AggregateTable } from './aggregate-table.ts';
import { GrowingRun } from './growing-run.ts';
import type { RowWeights } from './row-weights.ts';
import type { ValueViews } from './value-views.ts';

/** What a list remembers of a row: a column, or what `views` makes of several. */
export interface ListSource {
  /** Views of the rows' values as `value-list.ts` takes them; good until the next call. */
  views(rows: number, columns: readonly Column[]): number;
  release(): void;
}

/** The values of one column. */
export function columnSource(values: ValueViews, argument: number): ListSource {
  return {
    views: (rows, columns) => values.of(rows, columns[argument] as Column), // planned with this column
    release: () => values.release(),
  };
}

export interface ListOptions {
  /** Whether merging leaves out values that are there already. */
  readonly isDistinct: boolean;
  /** Whether what an entry was has to be readable until the heap settles. */
  readonly keepsImages: boolean;
}

/**
 * All values of a key in order of arrival (`value-list.ts`). Its array has ranges of `items`, from which each call that shares the list makes
 * its own result.
 */
export class ListAccumulator extends Accumulator {
  readonly bytes = 32;
  override readonly needsTexts = true;
  /** Views of the values that ranges speak of. */
  items = 0;
  itemCount = 0;
  /** Changes whenever ranges and items do. */
  version = 0;
  readonly #wasm: Wasm;
  readonly #pool: MemorySegmentPool;
  readonly #source: ListSource;
  readonly #weights: RowWeights;
  readonly #options: ListOptions;
  readonly #needed: number;
  readonly #run: GrowingRun;
  #stamp = 1;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    source: ListSource,
    weights: RowWeights,
    options: ListOptions,
  ) {
    super(wasm, pool, 8);
    this.#wasm = wasm;
    this.#pool = pool;
    this.#source = source;
    this.#weights = weights;
    this.#options = options;
    this.#run = new GrowingRun(wasm, pool);
    this.#needed = SlotAllocator.of(pool).allocate(4);
  }

  override limit(rows: number, slots: number): number {
    const longest = this.kernels.listLongest(rows, slots, this.offset) >>> 0;
    return Math.max(1, Math.floor(MOST_ITEMS / (longest + 1)));
  }

  accumulate({ rows, columns, slots, life, storage, wantsBefore, wantsAfter }: AccumulateStep): void {
    const { kernels, offset } = this;
    const texts = storage.texts!; // planned with one
    const views = this.#source.views(rows, columns);
    const weights = this.#weights.current;
    const keepsImages = this.#options.keepsImages ? 1 : 0;
    const stamp = this.#stamp;
    this.#stamp = stamp + 2;
    const count =
      kernels.listPlan(
        rows, slots, offset, weights, life, views, texts.control, stamp, keepsImages, this.#needed,
      ) >>> 0; // prettier-ignore
    texts.reserve(new DataView(this.#wasm.memory.buffer).getUint32(this.#needed, true));
    const isShown = wantsBefore || wantsAfter;
    if (isShown) this.#reserve(0, count);
    const used = kernels.listAccumulate(
      rows,
      slots,
      offset,
      weights,
      life,
      views,
      texts.control,
      stamp + 1,
      keepsImages,
      isShown ? this.items : 0,
      wantsBefore ? this.values : 0,
      wantsAfter ? this.values + STEP * 8 : 0,
    );
    this.itemCount = isShown ? used >>> 0 : 0;
    this.version++;
  }

  merge({ rows, from, to, source, target }: MergeStep): void {
    this.#merge(rows, from, to, source, target, false);
  }

  read(rows: number, slots: number, part: Part, storage: AggregateTable): void {
    const { kernels, offset } = this;
    const texts = storage.texts!; // planned with one
    if (part === 'before') this.itemCount = 0;
    const count = kernels.listCount(rows, slots, offset) >>> 0;
    this.#reserve(this.itemCount, this.itemCount + count);
    kernels.listRead(rows, slots, offset, texts.control, this.items, this.itemCount, this.at(part));
    this.itemCount += count;
    this.version++;
  }

  override adopt(
    rows: number,
    from: number,
    to: number,
    source: AggregateTable,
    target: AggregateTable,
  ): void {
    this.#merge(rows, from, to, source, target, true);
  }

  override clear(rows: number, slots: number, storage: AggregateTable): void {
    this.kernels.listClear(rows, slots, this.offset, storage.texts!.control); // planned with one
  }

  override release(): void {
    super.release();
    this.#source.release();
    SlotAllocator.of(this.#pool).release(this.#needed, 4);
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
    const { kernels, offset } = this;
    const [old, texts] = [source.texts!, target.texts!]; // planned with them
    texts.reserve(kernels.listBytes(rows, from, offset, old.control) >>> 0);
    const isDistinct = this.#options.isDistinct && !isCopy ? 1 : 0;
    kernels.listMerge(rows, from, to, offset, old.control, texts.control, isDistinct, isCopy ? 1 : 0);
  }

  /** Room for `count` items, of which the first `kept` stay. */
  #reserve(kept: number, count: number): void {
    this.#run.reserve(8 * Math.max(count, MAX_BATCH_ROWS), 8 * kept);
    this.items = this.#run.address;
  }
}

/** Of long lists, fewer rows are done at a time, so that results do not fill the memory. */
const MOST_ITEMS = 1 << 19;

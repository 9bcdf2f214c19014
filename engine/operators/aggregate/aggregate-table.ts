import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import type { KeyGroupRange } from '../../state/key-group-range.ts';
import type { KeyLayout, KeyRecords } from '../../state/key-records.ts';
import { KeyedTable } from '../../state/keyed-table.ts';
import type { PageSource, PagedStateGroup, RestoredPagedStateGroup } from '../../state/paged-state-group.ts';
import { StateHeap } from '../../state/state-heap.ts';
import { ValueSets } from '../../state/value-sets.ts';

/** What the accumulators of an entry need beside its fixed width. */
export interface AggregateStorageNeeds {
  readonly valueBytes: number;
  readonly texts: boolean;
  readonly sets: boolean;
  readonly textSets: boolean;
}

/** A table of accumulators by key, with the heaps and value sets that they point into: a group's state, or a window slice. */
export class AggregateTable {
  readonly table: KeyedTable;
  readonly #create: () => AggregateTable;
  readonly texts: StateHeap | undefined;
  readonly sets: ValueSets | undefined;
  readonly textSets: ValueSets | undefined;
  /** For owners that number their entries, from 1. */
  nextNumber = 1;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    layout: KeyLayout,
    needs: AggregateStorageNeeds,
    expected = 0,
  ) {
    this.#create = () => new AggregateTable(wasm, pool, layout, needs);
    this.table = new KeyedTable(wasm, pool, layout, needs.valueBytes, expected);
    if (needs.texts || needs.textSets) this.texts = new StateHeap(wasm, pool);
    if (needs.sets) this.sets = new ValueSets(wasm, pool);
    if (needs.textSets) this.textSets = new ValueSets(wasm, pool, this.texts);
  }

  /** Nothing that was emitted points into the heaps any more. */
  settle(): void {
    this.table.heap?.settle();
    this.texts?.settle();
  }

  register(group: PagedStateGroup, name: string): void {
    this.table.register(group, name);
    for (const [suffix, source] of this.#sources()) group.add(name + suffix, source);
  }

  unregister(group: PagedStateGroup, name: string): void {
    this.table.unregister(group, name);
    for (const [suffix] of this.#sources()) group.remove(name + suffix);
  }

  /**
   * Inserts what an old subtask has for our key groups. The values of `rows` entries are copied as bytes; `adopt` makes
   * those that point into heaps and sets of `old` point into ours.
   */
  restore(
    restored: RestoredPagedStateGroup,
    name: string,
    keyGroups: KeyGroupRange,
    maxParallelism: number,
    records: KeyRecords,
    adopt: (rows: number, from: number, to: number, old: AggregateTable) => void,
  ): void {
    const old = this.#create();
    try {
      old.texts?.load(restored.bytes(`${name}.texts`));
      old.sets?.load(restored.bytes(`${name}.sets`));
      old.textSets?.load(restored.bytes(`${name}.textSets`));
      this.table.restore(restored, name, keyGroups, maxParallelism, records, (rows, from, to) =>
        adopt(rows, from, to, old),
      );
    } finally {
      old.release();
    }
  }

  release(): void {
    this.table.release();
    this.texts?.release();
    this.sets?.release();
    this.textSets?.release();
  }

  #sources(): [suffix: string, source: PageSource][] {
    const sources: [string, PageSource | undefined][] = [
      ['.texts', this.texts],
      ['.sets', this.sets],
      ['.textSets', this.textSets],
    ];
    return sources.filter((source): source is [string, PageSource] => source[1] !== undefined);
  }
}

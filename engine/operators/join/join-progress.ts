import { MAX_BATCH_ROWS } from '../../data/record-batch.ts';
import { SlotAllocator } from '../../data/slot-allocator.ts';
import type { Wasm } from '../../memory/kernels.ts';
import type { MemorySegmentPool } from '../../memory/memory-segment-pool.ts';
import { MemoryViews } from '../../memory/memory-views.ts';
import type { JoinChanges } from './join-changes.ts';

const CONTROL = 4096;
const WORDS = 4 * MAX_BATCH_ROWS;

/** Words of `Progress` in join-pairs.ts. */
const Field = {
  row: 0, block: 1, pair: 2, copy: 3, closing: 4, pairs: 5, rows: 6, side: 7, heads: 8, pairRows: 9, pairBlocks: 10, kinds: 11, matches: 12,
  replaced: 13, outRows: 14, outBlocks: 15, outKinds: 16, hasRow: 17, hasBlock: 18, counts: 19, joined: 20, turned: 21, matched: 22, unmatched: 23,
} as const; // prettier-ignore

/** How far a batch is joined, and the arrays it takes: the twin of `join-pairs.ts`. */
export class JoinProgress {
  readonly heads: number;
  /** Rows and blocks of pairs, and the blocks' addresses. */
  readonly #pairRows: readonly [number, number];
  readonly #pairBlocks: readonly [number, number];
  readonly pairAddresses: number;
  readonly matches: number;
  readonly replaced: number;
  /** Of changes: rows, addresses of blocks, kinds, and whether there is a row, and a block. */
  readonly rows: number;
  readonly blocks: number;
  readonly kinds: number;
  readonly hasRow: number;
  readonly hasBlock: number;
  readonly #control: number;
  readonly #wasm: Wasm;
  readonly #views: MemoryViews;
  readonly #slots: SlotAllocator;
  readonly #taken: [address: number, bytes: number][] = [];

  constructor(wasm: Wasm, pool: MemorySegmentPool) {
    this.#wasm = wasm;
    this.#views = new MemoryViews(wasm);
    this.#slots = SlotAllocator.of(pool);
    this.#control = this.#take(CONTROL);
    this.heads = this.#take(WORDS);
    this.#pairRows = [this.#take(WORDS), this.#take(WORDS)];
    this.#pairBlocks = [this.#take(WORDS), this.#take(WORDS)];
    this.pairAddresses = this.#take(WORDS);
    this.matches = this.#take(WORDS);
    this.replaced = this.#take(MAX_BATCH_ROWS);
    this.rows = this.#take(WORDS);
    this.blocks = this.#take(WORDS);
    this.kinds = this.#take(MAX_BATCH_ROWS);
    this.hasRow = this.#take(MAX_BATCH_ROWS);
    this.hasBlock = this.#take(MAX_BATCH_ROWS);
    this.#set(Field.heads, this.heads);
    this.#set(Field.matches, this.matches);
    this.#set(Field.replaced, this.replaced);
    this.#set(Field.outRows, this.rows);
    this.#set(Field.outBlocks, this.blocks);
    this.#set(Field.outKinds, this.kinds);
    this.#set(Field.hasRow, this.hasRow);
    this.#set(Field.hasBlock, this.hasBlock);
  }

  /** Rows of pairs, as listed. */
  get pairRows(): number {
    return this.#pairRows[0];
  }

  /**
   * Begins a batch of the rows whose `heads` were found.
   *
   * @param side control block of the other input's state
   * @param hasHeads whether any row has a head
   */
  begin(rows: number, kinds: number, side: number, changes: JoinChanges, hasHeads: boolean): void {
    this.#set(Field.row, hasHeads ? 0 : rows);
    this.#set(Field.block, this.#views.u32[this.heads >>> 2]!); // a batch has a row
    this.#set(Field.pair, 0);
    this.#set(Field.copy, 0);
    this.#set(Field.closing, 0);
    this.#set(Field.pairs, 0);
    this.#set(Field.rows, rows);
    this.#set(Field.side, side);
    this.#set(Field.kinds, kinds);
    this.#set(Field.counts, changes.counts ? 1 : 0);
    this.#set(Field.joined, packKinds(changes.joined));
    this.#set(Field.turned, packKinds(changes.turned));
    this.#set(Field.matched, packKinds(changes.matched));
    this.#set(Field.unmatched, packKinds(changes.unmatched));
    this.#views.u8.fill(0, this.matches, this.matches + 4 * rows);
  }

  /** Whether all rows are paired to the end. */
  get isPaired(): boolean {
    return this.#get(Field.row) >= this.#get(Field.rows);
  }

  /** Lists the next pairs; how many. */
  nextPairs(): number {
    this.#set(Field.pairRows, this.#pairRows[0]);
    this.#set(Field.pairBlocks, this.#pairBlocks[0]);
    return this.#wasm.kernels.joinPairs(MAX_BATCH_ROWS, this.#control, this.pairAddresses);
  }

  /** Keeps only these of the listed pairs. */
  select(selection: number, count: number): void {
    const { gather32 } = this.#wasm.kernels;
    gather32(count, this.#pairRows[0], 4, selection, this.#pairRows[1]);
    gather32(count, this.#pairBlocks[0], 4, selection, this.#pairBlocks[1]);
    this.#set(Field.pairRows, this.#pairRows[1]);
    this.#set(Field.pairBlocks, this.#pairBlocks[1]);
    this.#set(Field.pairs, count);
  }

  /** Calls back with up to a batch of changes at a time, until all that the listed pairs bring were told. */
  tell(emit: (count: number) => void): void {
    for (let count = MAX_BATCH_ROWS; count > MAX_BATCH_ROWS - 2;) {
      count = this.#wasm.kernels.joinChanges(MAX_BATCH_ROWS, this.#control);
      if (count > 0) emit(count);
    }
  }

  release(): void {
    for (const [address, bytes] of this.#taken.splice(0)) this.#slots.release(address, bytes);
  }

  #take(bytes: number): number {
    const address = this.#slots.allocate(bytes);
    this.#taken.push([address, bytes]);
    return address;
  }

  #get(field: number): number {
    return this.#views.u32[(this.#control >>> 2) + field]!; // the control block lies in memory
  }

  #set(field: number, value: number): void {
    this.#views.u32[(this.#control >>> 2) + field] = value;
  }
}

function packKinds(kinds: readonly number[]): number {
  return kinds.reduce((word, kind, i) => word | (kind << (8 * i)), 0) >>> 0;
}

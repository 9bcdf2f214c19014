import { MAX_BATCH_ROWS, type RecordBatch } from '../data/record-batch.ts';
import { SlotAllocator } from '../data/slot-allocator.ts';
import type { PartitionerSpec } from '../graph/job-graph.ts';
import type { Wasm } from '../memory/kernels.ts';
import { MemoryViews } from '../memory/memory-views.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import { KeyHasher } from '../state/key-hasher.ts';

/** Takes a whole batch for a channel, or the rows that `selection` (an address, 0 for all) lists. */
export type RouteRows = (channel: number, rows: number, selection: number) => void;

/** Says which rows of a batch go to which channel (S-70, S-71). Chance comes from a seed, so that a run can be run again. */
export interface StreamPartitioner {
  /** Calls `route` once for each channel that gets rows, in ascending order. */
  partition(batch: RecordBatch, route: RouteRows): void;
  release(): void;
}

export interface PartitionerSetup {
  readonly wasm: Wasm;
  readonly pool: MemorySegmentPool;
  readonly channels: number;
  /** Of the edge's target. */
  readonly maxParallelism: number;
  readonly seed: number;
}

export function createPartitioner(spec: PartitionerSpec, setup: PartitionerSetup): StreamPartitioner {
  const { wasm, pool, channels, maxParallelism, seed } = setup;
  if (spec.kind === 'broadcast') return new BroadcastPartitioner(channels);
  if (channels === 1 || spec.kind === 'global' || (spec.kind === 'hash' && spec.keys.length === 0)) {
    return FIRST_CHANNEL;
  }
  switch (spec.kind) {
    case 'forward':
      throw new Error(`a forward edge has one channel, not ${channels}`);
    case 'hash':
      return new SplittingPartitioner(
        setup,
        new HashTargets(wasm, pool, spec.keys, maxParallelism, channels),
      );
    case 'rebalance':
      return new SplittingPartitioner(setup, new RoundRobinTargets(setup, randomBelow(seed, channels)()));
    case 'rescale':
      return new SplittingPartitioner(setup, new RoundRobinTargets(setup, 0));
    case 'shuffle':
      return new SplittingPartitioner(setup, new ShuffleTargets(setup, randomBelow(seed, channels)));
  }
}

const FIRST_CHANNEL: StreamPartitioner = {
  partition: (batch, route) => route(0, batch.rowCount, 0),
  release: () => {},
};

class BroadcastPartitioner implements StreamPartitioner {
  readonly #channels: number;

  constructor(channels: number) {
    this.#channels = channels;
  }

  partition(batch: RecordBatch, route: RouteRows): void {
    for (let channel = 0; channel < this.#channels; channel++) route(channel, batch.rowCount, 0);
  }

  release(): void {}
}

/** A channel for each row. */
interface Targets {
  /** Address of a u32 a row, good until the next call. */
  targets(batch: RecordBatch): number;
  release(): void;
}

const TARGETS_BYTES = MAX_BATCH_ROWS * 4;
/** The kernel writes eight entries at a time. */
const SELECTION_BYTES = (MAX_BATCH_ROWS + 8) * 4;

/** Sorts the rows of a batch by their channels: one selection a channel, one wasm call. */
class SplittingPartitioner implements StreamPartitioner {
  readonly #wasm: Wasm;
  readonly #views: MemoryViews;
  readonly #slots: SlotAllocator;
  readonly #channels: number;
  readonly #targets: Targets;
  readonly #selection: number;
  readonly #ends: number;

  constructor({ wasm, pool, channels }: PartitionerSetup, targets: Targets) {
    this.#wasm = wasm;
    this.#views = new MemoryViews(wasm);
    this.#slots = SlotAllocator.of(pool);
    this.#channels = channels;
    this.#targets = targets;
    this.#selection = this.#slots.allocate(SELECTION_BYTES);
    this.#ends = this.#slots.allocate(channels * 4);
  }

  partition(batch: RecordBatch, route: RouteRows): void {
    const targets = this.#targets.targets(batch);
    this.#wasm.kernels.partitionRows(batch.rowCount, targets, this.#channels, this.#ends, this.#selection);
    let begin = 0;
    for (let channel = 0; channel < this.#channels; channel++) {
      const end = this.#views.u32[(this.#ends >>> 2) + channel]!;
      if (end > begin) route(channel, end - begin, this.#selection + begin * 4);
      begin = end;
    }
  }

  release(): void {
    this.#slots.release(this.#selection, SELECTION_BYTES);
    this.#slots.release(this.#ends, this.#channels * 4);
    this.#targets.release();
  }
}

class HashTargets implements Targets {
  readonly #hasher: KeyHasher;
  readonly #keys: readonly number[];
  readonly #maxParallelism: number;
  readonly #channels: number;

  constructor(
    wasm: Wasm,
    pool: MemorySegmentPool,
    keys: readonly number[],
    maxParallelism: number,
    channels: number,
  ) {
    this.#hasher = new KeyHasher(wasm, pool);
    this.#keys = keys;
    this.#maxParallelism = maxParallelism;
    this.#channels = channels;
  }

  targets(batch: RecordBatch): number {
    return this.#hasher.targets(batch, this.#keys, this.#maxParallelism, this.#channels);
  }

  release(): void {
    this.#hasher.release();
  }
}

class RoundRobinTargets implements Targets {
  readonly #wasm: Wasm;
  readonly #slots: SlotAllocator;
  readonly #channels: number;
  readonly #address: number;
  #next: number;

  constructor({ wasm, pool, channels }: PartitionerSetup, first: number) {
    this.#wasm = wasm;
    this.#slots = SlotAllocator.of(pool);
    this.#channels = channels;
    this.#address = this.#slots.allocate(TARGETS_BYTES);
    this.#next = first;
  }

  targets({ rowCount }: RecordBatch): number {
    this.#wasm.kernels.roundRobinTargets(rowCount, this.#next, this.#channels, this.#address);
    this.#next = (this.#next + rowCount) % this.#channels;
    return this.#address;
  }

  release(): void {
    this.#slots.release(this.#address, TARGETS_BYTES);
  }
}

class ShuffleTargets implements Targets {
  readonly #views: MemoryViews;
  readonly #slots: SlotAllocator;
  readonly #address: number;
  readonly #random: () => number;

  constructor({ wasm, pool }: PartitionerSetup, random: () => number) {
    this.#views = new MemoryViews(wasm);
    this.#slots = SlotAllocator.of(pool);
    this.#address = this.#slots.allocate(TARGETS_BYTES);
    this.#random = random;
  }

  targets({ rowCount }: RecordBatch): number {
    const { u32 } = this.#views;
    for (let row = 0; row < rowCount; row++) u32[(this.#address >>> 2) + row] = this.#random();
    return this.#address;
  }

  release(): void {
    this.#slots.release(this.#address, TARGETS_BYTES);
  }
}

/** Integers from 0 to below `bound`, from a seed (mulberry32). */
function randomBelow(seed: number, bound: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

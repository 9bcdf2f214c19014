import type { Wasm } from '../../engine/memory/kernels.ts';
import type { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import type {
  Counter,
  OperatorContext,
  OperatorHost,
  StreamOperator,
  TaskInfo,
} from '../../engine/operators/stream-operator.ts';
import { keyGroupRangeOf, type KeyGroupRange } from '../../engine/state/key-group-range.ts';
import type { Json, PagedState, RestoredPagedState } from '../../engine/state/paged-state.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import type { TestEnvironment } from './test-environment.ts';

/** One subtask's part of a checkpoint, with the pages of earlier ones put in their places. */
export interface SubtaskSnapshot {
  readonly subtask: number;
  readonly keyGroups: KeyGroupRange;
  readonly operatorState: Json | undefined;
  readonly paged: Readonly<Record<string, { readonly meta: Json; readonly bytes: Uint8Array<ArrayBuffer> }>>;
}

/** What a test says of the subtask; everything has a default. */
export interface TestSubtask {
  readonly subtask?: number;
  readonly parallelism?: number;
  readonly maxParallelism?: number;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly host?: OperatorHost;
  readonly clock?: ManualClock;
  readonly userFunctions?: ReadonlyMap<string, unknown>;
  /** Every subtask of the old run; each takes what its key groups need. */
  readonly restore?: readonly SubtaskSnapshot[];
}

/** An OperatorContext without a task: a clock that stands, state kept here, failures thrown at the next call. */
export class TestOperatorContext implements OperatorContext {
  readonly task: TaskInfo;
  readonly wasm: Wasm;
  readonly pool: MemorySegmentPool;
  readonly keyGroups: KeyGroupRange;
  readonly clock: ManualClock;
  readonly configuration: Readonly<Record<string, string>>;
  readonly host: OperatorHost;
  readonly userFunctions: ReadonlyMap<string, unknown>;
  readonly restoredOperatorState: readonly Json[];
  readonly isRestored: boolean;
  readonly counters = new Map<string, Counter>();
  /** What `fail` was called with. */
  failure: { readonly error: unknown } | undefined;
  readonly #states: PagedState[] = [];
  /** Pages of the states by name, as of the last snapshot. */
  readonly #pages = new Map<string, Uint8Array[]>();
  readonly #restore: readonly SubtaskSnapshot[];

  constructor({ wasm, pool }: TestEnvironment, subtask: TestSubtask = {}) {
    const { parallelism = 1, maxParallelism = 128 } = subtask;
    this.task = {
      jobId: 'job',
      vertexId: 'vertex',
      operatorId: 'operator',
      taskName: 'test',
      subtask: subtask.subtask ?? 0,
      parallelism,
      maxParallelism,
      attempt: 0,
    };
    this.wasm = wasm;
    this.pool = pool;
    this.keyGroups = keyGroupRangeOf(maxParallelism, parallelism, this.task.subtask);
    this.clock = subtask.clock ?? new ManualClock();
    this.configuration = subtask.configuration ?? {};
    this.host = subtask.host ?? {};
    this.userFunctions = subtask.userFunctions ?? new Map<string, unknown>();
    this.#restore = subtask.restore ?? [];
    this.isRestored = subtask.restore !== undefined;
    this.restoredOperatorState = this.#restore.flatMap(({ operatorState }) =>
      operatorState === undefined ? [] : [operatorState],
    );
  }

  restoredPagedState(name: string): readonly RestoredPagedState[] {
    const { start, end } = this.keyGroups;
    return this.#restore.flatMap(({ subtask, keyGroups, paged }) => {
      const state = paged[name];
      const meets = keyGroups.start <= end && start <= keyGroups.end;
      return state && meets ? [{ subtask, ...state }] : [];
    });
  }

  registerPagedState(state: PagedState): void {
    if (this.#states.some(({ name }) => name === state.name)) {
      throw new Error(`two states of the name ${state.name}`);
    }
    this.#states.push(state);
  }

  counter(name: string): Counter {
    let counter = this.counters.get(name);
    if (!counter) this.counters.set(name, (counter = { count: 0 }));
    return counter;
  }

  fail(error: unknown): void {
    this.failure ??= { error };
  }

  throwFailure(): void {
    if (this.failure) throw this.failure.error;
  }

  /** What a task does at a barrier, but for the barrier. */
  async snapshot(operator: StreamOperator, checkpointId: number, full: boolean): Promise<SubtaskSnapshot> {
    operator.prepareSnapshotPreBarrier();
    const own = operator.snapshotState(checkpointId);
    const paged = Object.fromEntries(this.#states.map((state) => [state.name, this.#copyPages(state, full)]));
    await own?.completion;
    this.throwFailure();
    return {
      subtask: this.task.subtask,
      keyGroups: this.keyGroups,
      // As it comes back from disk: a state that is no JSON is found out.
      operatorState: own && (JSON.parse(JSON.stringify(own.state)) as Json),
      paged,
    };
  }

  #copyPages(state: PagedState, full: boolean): { meta: Json; bytes: Uint8Array<ArrayBuffer> } {
    const { meta, pageSize, pageCount, pages } = state.snapshot(full);
    const kept = full ? [] : (this.#pages.get(state.name) ?? []);
    for (const { index, bytes } of pages) kept[index] = bytes;
    kept.length = pageCount;
    this.#pages.set(state.name, kept);
    // A place that no snapshot has is one that the state does not use.
    const bytes = new Uint8Array(
      kept.reduce((end, page, index) => Math.max(end, index * pageSize + page.length), 0),
    );
    kept.forEach((page, index) => {
      if (page.length !== pageSize && index < pageCount - 1)
        throw new Error(`page ${index} is ${page.length} bytes long`);
      bytes.set(page, index * pageSize);
    });
    return { meta: JSON.parse(JSON.stringify(meta)) as Json, bytes };
  }
}

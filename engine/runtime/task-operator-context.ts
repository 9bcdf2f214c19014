import type { Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { Counter, OperatorContext, OperatorHost, TaskInfo } from '../operators/stream-operator.ts';
import type { KeyGroupRange } from '../state/key-group-range.ts';
import type { Json, PagedState, RestoredPagedState } from '../state/paged-state.ts';
import type { Clock } from '../time/clock.ts';
import type { TaskMetrics } from './task-metrics.ts';
import type { RestoredStates } from './task-state-reader.ts';

/** What the operators of a task have in common. */
export interface TaskEnvironment {
  readonly wasm: Wasm;
  readonly pool: MemorySegmentPool;
  readonly keyGroups: KeyGroupRange;
  readonly clock: Clock;
  readonly configuration: Readonly<Record<string, string>>;
  readonly host: OperatorHost;
  readonly userFunctions: ReadonlyMap<string, unknown>;
  readonly metrics: TaskMetrics;
  readonly isRestored: boolean;
  fail(error: unknown): void;
}

/** What one operator comes back to after a restart. */
export interface RestoredOperator {
  readonly operatorState: readonly Json[];
  readonly paged: RestoredStates;
}

/** The context of one operator within its task: the paged states it registers are kept here for the next checkpoint. */
export class TaskOperatorContext implements OperatorContext {
  readonly task: TaskInfo;
  readonly pagedStates: PagedState[] = [];
  readonly #environment: TaskEnvironment;
  readonly #restored: RestoredOperator | undefined;

  constructor(environment: TaskEnvironment, task: TaskInfo, restored: RestoredOperator | undefined) {
    this.#environment = environment;
    this.task = task;
    this.#restored = restored;
  }

  get wasm(): Wasm {
    return this.#environment.wasm;
  }

  get pool(): MemorySegmentPool {
    return this.#environment.pool;
  }

  get keyGroups(): KeyGroupRange {
    return this.#environment.keyGroups;
  }

  get clock(): Clock {
    return this.#environment.clock;
  }

  get configuration(): Readonly<Record<string, string>> {
    return this.#environment.configuration;
  }

  get host(): OperatorHost {
    return this.#environment.host;
  }

  get userFunctions(): ReadonlyMap<string, unknown> {
    return this.#environment.userFunctions;
  }

  get isRestored(): boolean {
    return this.#environment.isRestored;
  }

  /** Subtasks without a state (a checkpoint says null) are left out. */
  get restoredOperatorState(): readonly Json[] {
    return this.#restored?.operatorState.filter((state) => state !== null) ?? [];
  }

  restoredPagedState(name: string): readonly RestoredPagedState[] {
    return this.#restored?.paged.get(name) ?? [];
  }

  registerPagedState(state: PagedState): void {
    if (this.pagedStates.some(({ name }) => name === state.name)) {
      throw new Error(`${this.task.taskName} registers two states of the name ${state.name}`);
    }
    this.pagedStates.push(state);
  }

  counter(name: string): Counter {
    return this.#environment.metrics.counter(name);
  }

  fail(error: unknown): void {
    this.#environment.fail(error);
  }
}

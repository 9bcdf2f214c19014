import type { RecordBatch } from '../../engine/data/record-batch.ts';
import type { ChangelogRow } from '../../engine/data/value.ts';
import type { Wasm } from '../../engine/memory/kernels.ts';
import type { MemorySegmentPool } from '../../engine/memory/memory-segment-pool.ts';
import type {
  OperatorContext,
  OperatorHost,
  OperatorSnapshot,
  Output,
  SourceOperator,
  StreamOperator,
} from '../../engine/operators/stream-operator.ts';
import { keyGroupRangeOf } from '../../engine/state/key-group-range.ts';
import type { Json } from '../../engine/state/paged-state.ts';
import { ManualClock } from '../../engine/time/manual-clock.ts';
import type { LogicalType, RowType } from '../../engine/types/logical-type.ts';
import { batchRows } from '../data/batch-values.ts';

export interface TaskSetup {
  readonly wasm: Wasm;
  readonly pool: MemorySegmentPool;
  readonly subtask?: number;
  readonly parallelism?: number;
  readonly attempt?: number;
  /** Snapshots of the old subtasks; absent: a first start. */
  readonly restored?: readonly Json[];
  readonly clock?: ManualClock;
  readonly host?: OperatorHost;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly jobId?: string;
}

/** What a task gives to a connector, without a task. */
export function taskContext(setup: TaskSetup): OperatorContext & { readonly failures: unknown[] } {
  const failures: unknown[] = [];
  const { subtask = 0, parallelism = 1 } = setup;
  return {
    task: {
      jobId: setup.jobId ?? 'job',
      vertexId: 'vertex',
      operatorId: 'operator',
      taskName: 'Task',
      subtask,
      parallelism,
      maxParallelism: 128,
      attempt: setup.attempt ?? 0,
    },
    wasm: setup.wasm,
    pool: setup.pool,
    keyGroups: keyGroupRangeOf(128, parallelism, subtask),
    clock: setup.clock ?? new ManualClock(),
    configuration: setup.configuration ?? {},
    host: setup.host ?? {},
    restoredOperatorState: setup.restored ?? [],
    isRestored: setup.restored !== undefined,
    restoredPagedState: () => [],
    registerPagedState: () => {},
    counter: () => ({ count: 0 }),
    fail: (error) => failures.push(error),
    failures,
  };
}

/** Keeps what comes out, as rows. */
export class RowCollector implements Output {
  readonly rows: ChangelogRow[] = [];
  readonly batchSizes: number[] = [];
  readonly watermarks: number[] = [];
  readonly #wasm: Wasm;

  constructor(wasm: Wasm) {
    this.#wasm = wasm;
  }

  emit(batch: RecordBatch): void {
    this.batchSizes.push(batch.rowCount);
    this.rows.push(...batchRows(this.#wasm, batch));
  }

  emitWatermark(timestamp: number): void {
    this.watermarks.push(timestamp);
  }

  emitWatermarkStatus(): void {}
}

export function collectInto<T extends StreamOperator>(
  operator: T,
  wasm: Wasm,
): { operator: T; output: RowCollector } {
  const output = new RowCollector(wasm);
  operator.output = output;
  return { operator, output };
}

/** Polls until there is nothing, or the end. */
export function drain(source: SourceOperator, maxPolls = 100_000): 'nothing' | 'end' {
  for (let i = 0; i < maxPolls; i++) {
    const status = source.poll();
    if (status !== 'more') return status;
  }
  throw new Error('the source does not stop');
}

/** Polls and waits until the end, for sources that read asynchronously. */
export async function drainAsync(source: SourceOperator, maxPolls = 100_000): Promise<void> {
  for (let i = 0; i < maxPolls; i++) {
    const status = source.poll();
    if (status === 'end') return;
    if (status === 'nothing') await source.whenAvailable();
  }
  throw new Error('the source does not stop');
}

/** As it comes back from storage. */
export function stored(snapshot: OperatorSnapshot | undefined): Json {
  return JSON.parse(JSON.stringify(snapshot?.state ?? null)) as Json;
}

export function rowTypeOf(fields: Readonly<Record<string, LogicalType>>): RowType {
  return {
    root: 'ROW',
    nullable: false,
    fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
  };
}

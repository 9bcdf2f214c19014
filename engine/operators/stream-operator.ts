import type { RecordBatch } from '../data/record-batch.ts';
import type { Wasm } from '../memory/kernels.ts';
import type { MemorySegmentPool } from '../memory/memory-segment-pool.ts';
import type { KeyGroupRange } from '../state/key-group-range.ts';
import type { Json, PagedState, RestoredPagedState } from '../state/paged-state.ts';
import type { Clock } from '../time/clock.ts';
import type { RowType } from '../types/logical-type.ts';

/** Where an operator's results go: the next operator of the chain, or the wire. A batch is lent until `emit` returns. */
export interface Output {
  emit(batch: RecordBatch): void;
  emitWatermark(timestamp: number): void;
  emitWatermarkStatus(isIdle: boolean): void;
}

/** Who an operator is: set once, the same after a restart. */
export interface TaskInfo {
  readonly jobId: string;
  readonly vertexId: string;
  readonly operatorId: string;
  readonly taskName: string;
  readonly subtask: number;
  readonly parallelism: number;
  readonly maxParallelism: number;
  readonly attempt: number;
}

/** What a StreamTask gives to each of its operators. */
export interface OperatorContext {
  readonly task: TaskInfo;
  readonly wasm: Wasm;
  readonly pool: MemorySegmentPool;
  readonly keyGroups: KeyGroupRange;
  /** Processing time. Callbacks run in the mailbox, between batches. */
  readonly clock: Clock;
  /** Job and cluster options under Flink's keys. */
  readonly configuration: Readonly<Record<string, string>>;
  readonly host: OperatorHost;
  /** Functions that users registered, by the key in `RexCall.userFunction`; imported before the task is deployed. */
  readonly userFunctions?: ReadonlyMap<string, unknown>;
  /** Operator state of every old subtask, by subtask; empty on a first start. */
  readonly restoredOperatorState: readonly Json[];
  /** Whether the job goes on from a checkpoint. */
  readonly isRestored: boolean;
  /** Paged state that was registered under this name, from every old subtask whose key groups meet ours. */
  restoredPagedState(name: string): readonly RestoredPagedState[];
  registerPagedState(state: PagedState): void;
  /** A counter under Flink's metric name, e.g. `numLateRecordsDropped`. */
  counter(name: string): Counter;
  /** Ends the task as failed; the restart strategy decides what follows. For errors that come from outside a call. */
  fail(error: unknown): void;
}

export interface Counter {
  count: number;
}

/** What the world outside a task offers to connectors. Every entry may be missing in a unit test. */
export interface OperatorHost {
  /** Opens a file or URL as bytes; `${dir}`-like names are resolved before. */
  readonly files?: FileAccess;
  /** The store behind topics. */
  readonly topics?: TopicStore;
  /** Text of print sinks, a line at a time, without line end. */
  readonly print?: (line: string, isError: boolean) => void;
  /** Result rows for the client: encoded batches (`encodeBatch`), in order; resolves when more may be sent. */
  readonly collect?: (message: CollectMessage) => Promise<void> | undefined;
}

/**
 * A piece of a query's result. `position` counts the rows that this subtask emitted before it since the job first started:
 * after a restart a message may start at an earlier position than was already reached, and the receiver takes
 * back what lies beyond it. That makes a result exactly-once without waiting for checkpoints.
 */
export interface CollectMessage {
  readonly operatorId: string;
  readonly subtask: number;
  readonly position: number;
  readonly rowCount: number;
  /** `encodeBatch` bytes. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** End of this subtask's result. */
  readonly isLast: boolean;
}

export interface FileAccess {
  /** Files at a path: itself, or for a folder all below it (S-93), in order of name. */
  list(path: string): Promise<{ readonly path: string; readonly size: number }[]>;
  /** Bytes of a file from an offset, in pieces. Throws with the path if it cannot be read. */
  read(path: string, offset: number): AsyncIterable<Uint8Array<ArrayBuffer>>;
  write(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Partitioned, offset-addressed logs (see connectors/topic). */
export interface TopicStore {
  /**
   * Makes the topic on first use, with `partitions` (1) of them; gives how many it has. Throws a RuntimeFailure if it holds rows of other
   * columns, or has not the partitions that are asked for.
   */
  openTopic(topic: string, rowType: RowType, partitions?: number): Promise<number>;
  /** Writes records (encoded batches, `count` rows in all) of an open transaction; they are invisible until `commit`. */
  prepare(
    topic: string,
    partition: number,
    transaction: string,
    records: Uint8Array<ArrayBuffer>,
    count: number,
  ): Promise<void>;
  /** Makes a transaction's records readable, once however often it is called. */
  commit(topic: string, transactions: readonly string[]): Promise<void>;
  abort(topic: string, transactions: readonly string[]): Promise<void>;
  /** Transactions by prefix (of a writer) that were prepared and neither committed nor aborted: what a restart has to clean up. */
  listTransactions(topic: string, prefix: string): Promise<string[]>;
  /**
   * Committed batches from the one that holds row `offset` on, at most about `maxBytes`; undefined at the end. The first row is
   * `nextOffset - count`, which may lie before `offset`.
   */
  read(
    topic: string,
    partition: number,
    offset: number,
    maxBytes: number,
  ): Promise<
    | { readonly records: Uint8Array<ArrayBuffer>; readonly count: number; readonly nextOffset: number }
    | undefined
  >;
  endOffset(topic: string, partition: number): Promise<number>;
  /** Calls back when a commit (by any tab) made records readable; returns a function that unsubscribes. */
  onCommit(topic: string, callback: () => void): () => void;
}

/** What an operator adds to a checkpoint beside its paged state. */
export interface OperatorSnapshot {
  readonly state: Json;
  /** Work (a flush, a pre-commit) that must succeed before the checkpoint may be acknowledged. */
  readonly completion?: Promise<void>;
}

/**
 * What every operator does. All calls come from one thread, in this order: `open`, then batches, watermarks, timers and
 * snapshots in any order, then `finish` (at the end of the input only), then `close` (always, also after a failure).
 */
export abstract class StreamOperator {
  protected readonly context: OperatorContext;
  /** Set by the chain before `open`. */
  output!: Output;

  constructor(context: OperatorContext) {
    this.context = context;
  }

  /** Takes pages, reads restored state. May be asynchronous (connectors). */
  open(): void | Promise<void> {}

  /** Called at a barrier, before paged state is copied. Flush into `output` here what must not wait. */
  prepareSnapshotPreBarrier(): void {}

  /** Operator state; undefined if there is none. */
  snapshotState(_checkpointId: number): OperatorSnapshot | undefined {
    return undefined;
  }

  /** May be lost; a later one covers it (S-72). */
  notifyCheckpointComplete(_checkpointId: number): void | Promise<void> {}

  notifyCheckpointAborted(_checkpointId: number): void {}

  /** Set while the operator cannot take more; the task stops reading until it resolves (backpressure). */
  blocked(): Promise<void> | undefined {
    return undefined;
  }

  /** The input has ended: emit what is left. Comes after the last watermark. */
  finish(): void | Promise<void> {}

  /** Gives pages back. */
  close(): void {}
}

/** An operator with one input. Watermarks and statuses pass through unless it says otherwise. */
export abstract class OneInputStreamOperator extends StreamOperator {
  abstract processBatch(batch: RecordBatch): void;

  processWatermark(timestamp: number): void {
    this.output.emitWatermark(timestamp);
  }

  processWatermarkStatus(isIdle: boolean): void {
    this.output.emitWatermarkStatus(isIdle);
  }
}

/** An operator with two inputs. The task combines the two inputs' watermarks (S-8) and calls `processWatermark` with the result. */
export abstract class TwoInputStreamOperator extends StreamOperator {
  abstract processBatch(input: 0 | 1, batch: RecordBatch): void;

  processWatermark(timestamp: number): void {
    this.output.emitWatermark(timestamp);
  }

  processWatermarkStatus(isIdle: boolean): void {
    this.output.emitWatermarkStatus(isIdle);
  }
}

/** The head of a chain that reads from outside. Position is operator state (`snapshotState`), restored in `open`. */
export abstract class SourceOperator extends StreamOperator {
  /**
   * Emits at most one batch. `nothing`: there is none now, call again after `whenAvailable()`;
   * `end`: there will be none any more.
   */
  abstract poll(): 'more' | 'nothing' | 'end';

  whenAvailable(): Promise<void> {
    return Promise.resolve();
  }
}

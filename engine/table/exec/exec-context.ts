import type { PhysicalNode, PhysicalTableSourceScan } from '../plan/physical-node.ts';

/** What exec nodes are told while they are translated: the session's options and what was worked out over the whole plan. */
export interface ExecContext {
  readonly options: ExecOptions;
  /** Per leaf of a scan's row: whether anybody reads it. */
  readonly requiredLeaves: (scan: PhysicalTableSourceScan) => readonly boolean[];
  /** Whether anybody reads a column of a node, or part of it. */
  readonly isRead: (node: PhysicalNode, column: number) => boolean;
}

/** Options of execution, read once (Flink's keys behind them). */
export interface ExecOptions {
  /** `execution.runtime-mode`. */
  readonly isStreaming: boolean;
  /** `parallelism.default`. */
  readonly defaultParallelism: number;
  /** `table.exec.state.ttl`; 0: for ever. */
  readonly stateTtlMs: number;
  /** `table.exec.mini-batch.size` and `.allow-latency`; 0 while `table.exec.mini-batch.enabled` is off. */
  readonly miniBatchSize: number;
  readonly miniBatchLatencyMs: number;
  /** `pipeline.auto-watermark-interval`. */
  readonly watermarkIntervalMs: number;
  /** `table.exec.source.idle-timeout`; 0: never idle. */
  readonly idleTimeoutMs: number;
  /** `table.exec.sink.not-null-enforcer`. */
  readonly onNull: 'ERROR' | 'DROP';
  /** `table.exec.sink.type-length-enforcer`. */
  readonly onLength: 'IGNORE' | 'TRIM_PAD' | 'ERROR';
  /** `table.local-time-zone`. */
  readonly timeZone: string;
  /** Bytes of result rows that a query keeps for a client that comes back. */
  readonly collectBufferBytes: number;
}

/**
 * What can be seen of a job from outside, shaped like the answers of Flink's REST API (`/jobs/:id`, `/jobs/:id/checkpoints`, ...):
 * whoever knows Flink's console knows these. Times are milliseconds since the epoch, durations milliseconds; plain data.
 */
export type JobStatus =
  | 'INITIALIZING'
  | 'CREATED'
  | 'RUNNING'
  | 'FAILING'
  | 'RESTARTING'
  | 'CANCELLING'
  | 'SUSPENDED'
  | 'FINISHED'
  | 'CANCELED'
  | 'FAILED';

export type ExecutionState =
  | 'CREATED'
  | 'SCHEDULED'
  | 'DEPLOYING'
  | 'INITIALIZING'
  | 'RUNNING'
  | 'FINISHED'
  | 'CANCELING'
  | 'CANCELED'
  | 'FAILED';

export interface JobDetails {
  readonly jid: string;
  readonly name: string;
  readonly state: JobStatus;
  readonly 'start-time': number;
  readonly 'end-time': number;
  readonly duration: number;
  readonly now: number;
  readonly maxParallelism: number;
  /** How often the job was restarted since it was submitted. */
  readonly restarts: number;
  readonly text: string;
  readonly vertices: readonly JobVertexDetails[];
  readonly plan: JobPlan;
  readonly exceptions: readonly JobException[];
  /** Another tab or process runs this job; what is shown is what the catalogue knows of it. */
  readonly isOwnedElsewhere?: boolean;
}

export interface JobVertexDetails {
  readonly id: string;
  readonly name: string;
  readonly parallelism: number;
  readonly status: ExecutionState;
  readonly metrics: VertexMetrics;
  readonly subtasks: readonly SubtaskDetails[];
}

/** Sums over the subtasks; the shares of time are the mean and, as `max…`, the greatest. */
export interface VertexMetrics extends IoMetrics {
  readonly maxBusyTimeMsPerSecond: number;
  readonly maxBackPressuredTimeMsPerSecond: number;
  /** The lowest of the subtasks' watermarks; null before the first. */
  readonly currentInputWatermark: number | null;
}

export interface IoMetrics {
  readonly numRecordsIn: number;
  readonly numRecordsOut: number;
  readonly numRecordsInPerSecond: number;
  readonly numRecordsOutPerSecond: number;
  readonly numBytesOut: number;
  /** These three add up to 1000. */
  readonly busyTimeMsPerSecond: number;
  readonly idleTimeMsPerSecond: number;
  readonly backPressuredTimeMsPerSecond: number;
  readonly numLateRecordsDropped: number;
}

export interface SubtaskDetails extends IoMetrics {
  readonly subtask: number;
  readonly status: ExecutionState;
  readonly attempt: number;
  readonly taskManager: string;
  readonly currentInputWatermark: number | null;
  readonly currentOutputWatermark: number | null;
}

export interface JobPlan {
  readonly jid: string;
  readonly name: string;
  readonly nodes: readonly {
    readonly id: string;
    readonly parallelism: number;
    readonly description: string;
    readonly inputs: readonly { readonly id: string; readonly ship_strategy: string }[];
  }[];
}

export interface JobException {
  readonly timestamp: number;
  readonly taskName: string | null;
  readonly taskManager: string | null;
  readonly message: string;
}

export interface CheckpointStatistics {
  readonly counts: {
    readonly completed: number;
    readonly failed: number;
    readonly in_progress: number;
    readonly restored: number;
    readonly total: number;
  };
  /** Newest first, at most ten. */
  readonly history: readonly CheckpointDetails[];
  readonly restored: { readonly id: number; readonly restore_timestamp: number } | null;
}

export interface CheckpointDetails {
  readonly id: number;
  readonly status: 'IN_PROGRESS' | 'COMPLETED' | 'FAILED';
  readonly is_savepoint: boolean;
  readonly trigger_timestamp: number;
  readonly end_to_end_duration: number;
  /** Bytes written for this checkpoint, and bytes that it refers to in all. */
  readonly checkpointed_size: number;
  readonly state_size: number;
  readonly num_subtasks: number;
  readonly num_acknowledged_subtasks: number;
  /** Longest time that a subtask stood still for it. */
  readonly sync_duration: number;
  readonly alignment_duration: number;
  readonly failure_message: string | null;
}

export interface TaskManagerView {
  readonly id: string;
  readonly slotsNumber: number;
  readonly freeSlots: number;
  readonly timeSinceLastHeartbeat: number;
  readonly memoryUsedBytes: number;
}

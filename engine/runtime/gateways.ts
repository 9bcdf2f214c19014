import type { JobEdge, JobGraph, JobVertex, UserFunctionSpec } from '../graph/job-graph.ts';
import type { CollectMessage } from '../operators/stream-operator.ts';
import type { Json } from '../state/paged-state.ts';
import type { ErrorData } from '../types/errors.ts';
import type { RowType } from '../types/logical-type.ts';
import type { FileSample } from './files/file-sample.ts';
import type {
  CheckpointStatistics,
  ExecutionState,
  IoMetrics,
  JobDetails,
  TaskManagerView,
} from './job-views.ts';

/**
 * Who may ask what of whom: the RPC interfaces (Comlink) between client, JobManager and TaskManagers.
 * All arguments and answers are plain data, ports and transferred buffers.
 */

// ---- client -> JobManager -------------------------------------------------------------------------------------------

export interface DispatcherGateway {
  /** Starts a job; resolves once it is in the catalogue. Throws if its slots do not fit, with both numbers. */
  submitJob(graph: JobGraph): Promise<void>;
  /** Jobs this origin knows, running or ended, newest first. */
  listJobs(): Promise<JobDetails[]>;
  jobDetails(jobId: string): Promise<JobDetails>;
  checkpoints(jobId: string): Promise<CheckpointStatistics>;
  taskManagers(): Promise<TaskManagerView[]>;
  /** Flink's REST paths for all of the above: `/jobs/overview`, `/jobs/:id`, `/jobs/:id/checkpoints`, `/taskmanagers`, ... */
  rest(path: string): Promise<Json>;
  /** Calls back (a Comlink proxy) with fresh details at most every `intervalMs`, and at every change of status. */
  subscribe(
    jobId: string,
    listener: (details: JobDetails, checkpoints: CheckpointStatistics) => void,
    intervalMs: number,
  ): Promise<() => void>;
  /** The rows of the job's collect sink: what is kept of the past, then what comes. Gives their type, null if the job answers no query. */
  attachCollect(jobId: string, port: MessagePort): Promise<RowType | null>;
  /** What print sinks write: a line, or several joined by line ends, without the last line end. */
  attachPrint(jobId: string, listener: (line: string, isError: boolean) => void): Promise<void>;
  /** Resolves with the last status once the job has ended. */
  awaitTermination(
    jobId: string,
  ): Promise<{ status: 'FINISHED' | 'CANCELED' | 'FAILED' | 'SUSPENDED'; error?: ErrorData }>;
  cancelJob(jobId: string): Promise<void>;
  /** Takes a last checkpoint, then stops; the job can be resumed. `drain`: sources end and windows fire first. */
  stopWithSavepoint(jobId: string, drain: boolean): Promise<{ checkpointId: number }>;
  /** Starts a job of the catalogue again from its last completed checkpoint, at another parallelism if given. */
  resumeJob(jobId: string, parallelism?: number): Promise<void>;
  /** Resumes every job that was running when the page went away and whose lease is free; gives their ids. */
  recoverJobs(): Promise<string[]>;
  triggerCheckpoint(jobId: string): Promise<{ checkpointId: number }>;
  /** Ends the worker of a TaskManager for real, as a crash would. */
  killTaskManager(id: string): Promise<void>;
  /** Forgets an ended job and deletes its checkpoints. */
  disposeJob(jobId: string): Promise<void>;
  /** The size of a file, or of all files below a folder, and of their first lines. Rejects if there is none. */
  sampleFiles(path: string): Promise<FileSample>;
}

/** Collect messages come on the port; the client posts `{ ack: number }`, the count of messages it has taken. */
export type CollectPortMessage = CollectMessage;

// ---- JobManager -> whoever can start workers (the page, Node's main thread) ---------------------------------------------

/** What Flink calls a ResourceManager driver. */
export interface WorkerProvider {
  /** Starts a TaskManager and gives a port for its RPC. */
  startTaskManager(id: string): Promise<MessagePort>;
  terminateTaskManager(id: string): Promise<void>;
}

// ---- JobManager -> TaskManager ----------------------------------------------------------------------------------------

export interface TaskExecutorGateway {
  /** First call: wasm, options, and which store to open for checkpoints. */
  start(options: TaskExecutorOptions, jobManager: JobMasterGateway): Promise<void>;
  /** A data connection to another TaskManager: one raw port each pair, and a ring where memory can be shared. */
  connectPeer(taskManagerId: string, port: MessagePort, ring: SharedArrayBuffer | null): Promise<void>;
  /** Gives up the connection to a TaskManager that is gone; no task uses it any more. */
  disconnectPeer(taskManagerId: string): Promise<void>;
  /** Builds a subtask: operators opened, state restored. It runs once `startTasks` is called. */
  deployTask(descriptor: TaskDeploymentDescriptor): Promise<void>;
  startTasks(jobId: string): Promise<void>;
  /** Barriers start at the sources; answers come by `acknowledgeCheckpoint`. */
  triggerCheckpoint(
    jobId: string,
    checkpointId: number,
    timestamp: number,
    options: { drain: boolean; stop: boolean; full: boolean },
  ): Promise<void>;
  notifyCheckpointComplete(jobId: string, checkpointId: number): Promise<void>;
  notifyCheckpointAborted(jobId: string, checkpointId: number): Promise<void>;
  cancelTasks(jobId: string): Promise<void>;
  heartbeat(): Promise<TaskManagerReport>;
  sampleFiles(path: string): Promise<FileSample>;
}

export interface TaskExecutorOptions {
  readonly taskManagerId: string;
  readonly wasm: WebAssembly.Module | BufferSource;
  readonly configuration: Readonly<Record<string, string>>;
  /** Name of the database (browser) or folder (Node). */
  readonly storeName: string;
}

export interface TaskDeploymentDescriptor {
  readonly jobId: string;
  readonly vertex: JobVertex;
  readonly subtask: number;
  readonly attempt: number;
  readonly inputs: readonly { readonly edge: JobEdge; readonly channels: readonly ChannelDescriptor[] }[];
  /** `maxParallelism` is that of the edge's target: what its key groups are counted by. */
  readonly outputs: readonly {
    readonly edge: JobEdge;
    readonly maxParallelism: number;
    readonly channels: readonly ChannelDescriptor[];
  }[];
  readonly configuration: Readonly<Record<string, string>>;
  readonly restore: TaskRestore | null;
  readonly functions?: readonly UserFunctionSpec[];
}

/**
 * One pair of subtasks on an edge: `id` is the same at both ends and a new one for every attempt (what is still on its way
 * from an attempt before must not reach this one); `peer` the TaskManager at the other end.
 */
export interface ChannelDescriptor {
  readonly id: string;
  readonly subtask: number;
  readonly peer: string;
}

/** Where a subtask finds its state: of each operator, every old subtask's pieces that concern it. */
export interface TaskRestore {
  readonly checkpointId: number;
  readonly operators: Readonly<Record<string, OperatorRestore>>;
}

export interface OperatorRestore {
  readonly operatorState: readonly Json[];
  readonly paged: readonly { readonly subtask: number; readonly state: PagedStateHandle }[];
}

/** A paged state on disk: which piece of which segment each page is. */
export interface PagedStateHandle {
  readonly name: string;
  readonly meta: Json;
  readonly pageSize: number;
  readonly pages: readonly PageLocation[];
}
/** Name of the stored segment, offset and length in bytes. */
export type PageLocation = readonly [segment: string, offset: number, length: number];

// ---- TaskManager -> JobManager ----------------------------------------------------------------------------------------

export interface JobMasterGateway {
  updateTaskState(
    jobId: string,
    vertexId: string,
    subtask: number,
    attempt: number,
    state: ExecutionState,
    error?: ErrorData,
  ): Promise<void>;
  acknowledgeCheckpoint(
    jobId: string,
    checkpointId: number,
    vertexId: string,
    subtask: number,
    attempt: number,
    snapshot: TaskSnapshot,
  ): Promise<void>;
  /**
   * The subtask has emitted its last record and waits for a checkpoint to complete before it ends (only where
   * `execution.checkpointing.interval` is set). Once every running subtask of the job has said so, the coordinator
   * triggers one at once. A subtask that is FINISHED keeps its snapshot in all later checkpoints.
   */
  notifyEndOfData(jobId: string, vertexId: string, subtask: number, attempt: number): Promise<void>;
  declineCheckpoint(
    jobId: string,
    checkpointId: number,
    vertexId: string,
    subtask: number,
    error: ErrorData,
  ): Promise<void>;
  /** Rows of a collect sink, on their way to the client; resolves when more may come. */
  collect(jobId: string, message: CollectMessage): Promise<void>;
  /** A line, or several joined by line ends. */
  print(jobId: string, lines: string, isError: boolean): Promise<void>;
}

/**
 * What one subtask adds to a checkpoint. Segments are already written when it is sent. Pages may lie in segments of any earlier
 * checkpoint, also of one that was aborted: segments that nobody refers to are removed after a commit, never at an abort.
 * New segments of checkpoint n have names that begin with `checkpointFolder(jobId, n)` (state/checkpoint-folder.ts).
 */
export interface TaskSnapshot {
  readonly operators: Readonly<
    Record<string, { readonly operatorState: Json | null; readonly paged: readonly PagedStateHandle[] }>
  >;
  readonly writtenBytes: number;
  readonly syncMs: number;
  readonly alignmentMs: number;
}

export interface TaskManagerReport {
  readonly id: string;
  readonly memoryUsedBytes: number;
  readonly tasks: readonly (IoMetrics & {
    readonly jobId: string;
    readonly vertexId: string;
    readonly subtask: number;
    readonly currentInputWatermark: number | null;
    readonly currentOutputWatermark: number | null;
  })[];
}

import type { FileSample } from '../../engine/runtime/files/file-sample.ts';
import type {
  JobMasterGateway,
  TaskDeploymentDescriptor,
  TaskExecutorGateway,
  TaskExecutorOptions,
  TaskManagerReport,
  TaskSnapshot,
} from '../../engine/runtime/gateways.ts';
import type { ResourceManagerDriver } from '../../engine/runtime/resource-manager.ts';

export const EMPTY_SNAPSHOT: TaskSnapshot = { operators: {}, writtenBytes: 0, syncMs: 0, alignmentMs: 0 };

/** A TaskManager whose tasks do nothing but answer. What was asked of it is in its cluster's log. */
export class FakeTaskExecutor implements TaskExecutorGateway {
  readonly id: string;
  tasks: TaskDeploymentDescriptor[] = [];
  jobMaster!: JobMasterGateway; // given by `start`, the first call
  options: TaskExecutorOptions | undefined;
  readonly #cluster: FakeCluster;

  constructor(id: string, cluster: FakeCluster) {
    this.id = id;
    this.#cluster = cluster;
  }

  async start(options: TaskExecutorOptions, jobMaster: JobMasterGateway): Promise<void> {
    this.options = options;
    this.jobMaster = jobMaster;
  }

  async connectPeer(peer: string): Promise<void> {
    this.#cluster.log.push(`${this.id} connects ${peer}`);
  }

  async disconnectPeer(peer: string): Promise<void> {
    this.#cluster.log.push(`${this.id} disconnects ${peer}`);
  }

  async deployTask(task: TaskDeploymentDescriptor): Promise<void> {
    await this.#cluster.onDeploy?.(task);
    this.tasks.push(task);
    const from = task.restore ? ` from ${task.restore.checkpointId}` : '';
    this.#cluster.log.push(`${this.id} deploys ${task.vertex.id}${task.subtask}${from}`);
  }

  async startTasks(): Promise<void> {
    await this.#reportAll('RUNNING');
  }

  async triggerCheckpoint(
    jobId: string,
    id: number,
    _timestamp: number,
    options: { drain: boolean; stop: boolean; full: boolean },
  ): Promise<void> {
    this.#cluster.log.push(
      `${this.id} checkpoint ${id}${options.stop ? ' stop' : ''}${options.drain ? ' drain' : ''}`,
    );
    if (!this.#cluster.acknowledges) return;
    for (const { vertex, subtask, attempt } of this.tasks) {
      const snapshot = this.#cluster.snapshotOf(vertex.id, subtask);
      await this.jobMaster.acknowledgeCheckpoint(jobId, id, vertex.id, subtask, attempt, snapshot);
    }
    if (options.stop) this.#stopsAfter = id;
  }

  #stopsAfter = -1;

  async notifyCheckpointComplete(_jobId: string, id: number): Promise<void> {
    this.#cluster.log.push(`${this.id} completed ${id}`);
    if (id === this.#stopsAfter && this.#cluster.stopsAfterSavepoint) await this.#reportAll('FINISHED');
  }

  async notifyCheckpointAborted(_jobId: string, id: number): Promise<void> {
    this.#cluster.log.push(`${this.id} aborted ${id}`);
  }

  async cancelTasks(): Promise<void> {
    this.#cluster.log.push(`${this.id} cancels`);
    await this.#cluster.onCancel?.(this.id);
    await this.#reportAll('CANCELED');
    this.tasks = [];
  }

  async sampleFiles(): Promise<FileSample> {
    return { bytes: 0, lines: 0, lineBytes: 0 };
  }

  async heartbeat(): Promise<TaskManagerReport> {
    if (this.#cluster.silent.has(this.id)) return new Promise(() => {});
    return { id: this.id, memoryUsedBytes: 1000, tasks: [] };
  }

  /** The task fails, as if an operator had thrown. */
  async fail(vertexId: string, subtask: number, error = { name: 'Error', message: 'boom' }): Promise<void> {
    const task = this.tasks.find(({ vertex, subtask: own }) => vertex.id === vertexId && own === subtask);
    if (!task) throw new Error(`${this.id} has no ${vertexId}${subtask}`);
    await this.jobMaster.updateTaskState(task.jobId, vertexId, subtask, task.attempt, 'FAILED', error);
  }

  finishAll(): Promise<void> {
    return this.#reportAll('FINISHED');
  }

  async #reportAll(state: 'RUNNING' | 'FINISHED' | 'CANCELED'): Promise<void> {
    for (const { jobId, vertex, subtask, attempt } of this.tasks) {
      await this.jobMaster.updateTaskState(jobId, vertex.id, subtask, attempt, state);
    }
  }
}

/** Starts fake TaskManagers; what happens to them is in `log`. */
export class FakeCluster implements ResourceManagerDriver {
  readonly log: string[] = [];
  readonly taskManagers = new Map<string, FakeTaskExecutor>();
  /** TaskManagers that answer no heartbeat. */
  readonly silent = new Set<string>();
  acknowledges = true;
  stopsAfterSavepoint = true;
  snapshotOf: (vertexId: string, subtask: number) => TaskSnapshot = () => EMPTY_SNAPSHOT;
  onDeploy: ((task: TaskDeploymentDescriptor) => Promise<void>) | undefined;
  onCancel: ((taskManager: string) => Promise<void>) | undefined;

  async start(id: string): Promise<TaskExecutorGateway> {
    const taskExecutor = new FakeTaskExecutor(id, this);
    this.taskManagers.set(id, taskExecutor);
    this.log.push(`start ${id}`);
    return taskExecutor;
  }

  async terminate(id: string): Promise<void> {
    this.taskManagers.delete(id);
    this.log.push(`terminate ${id}`);
  }

  /** The TaskManager with this number. */
  taskManager(number: number): FakeTaskExecutor {
    const found = this.taskManagers.get(`taskmanager-${number}`);
    if (!found) throw new Error(`There is no TaskManager ${number}.`);
    return found;
  }

  /** What was logged since the last call, without the number's long form. */
  said(): string {
    return this.log.splice(0).join(', ').replaceAll('taskmanager-', 'tm');
  }
}

/** Lets everything that waits for nothing but promises happen. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 200; i++) await Promise.resolve();
}

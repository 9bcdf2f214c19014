import type { Clock } from '../time/clock.ts';
import { TableException } from '../types/errors.ts';
import type {
  JobMasterGateway,
  TaskExecutorGateway,
  TaskExecutorOptions,
  TaskManagerReport,
} from './gateways.ts';
import { HeartbeatMonitor } from './heartbeat.ts';
import { durationOption, integerOption, type Configuration } from './job-options.ts';
import type { TaskManagerView } from './job-views.ts';
import { PendingCalls } from './rpc.ts';

/** Starts and ends TaskManagers: workers in the end, plain objects in tests. */
export interface ResourceManagerDriver {
  start(id: string): Promise<TaskExecutorGateway>;
  terminate(id: string): Promise<void>;
}

/** What all TaskManagers are started with. */
export interface ResourceManagerSettings {
  readonly configuration: Configuration;
  readonly executorOptions: Pick<TaskExecutorOptions, 'wasm' | 'storeName'>;
  /** How many TaskManagers there may be at a time. */
  readonly maxTaskManagers: number;
  /** Memory that a pair of TaskManagers shares to exchange data; null where memory cannot be shared. */
  readonly createRing: () => SharedArrayBuffer | null;
}

interface TaskManager {
  readonly id: string;
  readonly gateway: TaskExecutorGateway;
  readonly monitor: HeartbeatMonitor;
  /** Job in each slot, or null. */
  readonly slots: (string | null)[];
  readonly calls: PendingCalls;
  report: TaskManagerReport | undefined;
  lastHeartbeat: number;
  idleSince: number;
}

/** How a TaskManager ends: by order, by itself, or because it was there and did not answer: something in it runs and runs. */
export type TaskManagerEnd = 'killed' | 'died' | 'silent';

/** A TaskManager ended while something depended on it. */
export class TaskManagerLostError extends Error {
  readonly taskManagerId: string;
  readonly why: string;
  readonly end: TaskManagerEnd;
  constructor(taskManagerId: string, why: string, end: TaskManagerEnd = 'killed') {
    super(`TaskManager ${taskManagerId} is gone: ${why}`);
    this.name = 'TaskManagerLostError';
    this.taskManagerId = taskManagerId;
    this.why = why;
    this.end = end;
  }
}

/**
 * The TaskManagers of the cluster and their slots: starts TaskManagers as slots are asked for, notices when one dies, connects
 * those that exchange data, and ends those that have long had nothing to do.
 */
export class ResourceManager {
  readonly #driver: ResourceManagerDriver;
  readonly #settings: ResourceManagerSettings;
  readonly #jobMaster: JobMasterGateway;
  readonly #clock: Clock;
  readonly #onLost: (id: string, error: TaskManagerLostError) => void;
  readonly #onReport: (report: TaskManagerReport) => void;
  readonly #slotsEach: number;
  readonly #heartbeatTimeoutMs: number;
  readonly #idleTimeoutMs: number;
  readonly #taskManagers = new Map<string, TaskManager>();
  /** What rejects the start of a TaskManager that died meanwhile. */
  readonly #starting = new Map<string, (error: Error) => void>();
  readonly #connections = new Map<string, Promise<void>>();
  /** TaskManagers that have a connection to a dead one: given up when the tasks that used it are gone, before the next attempt. */
  readonly #widowed: [survivor: string, dead: string][] = [];
  /** Allocations come one after the other, so that two do not count on the same slots. */
  #allocation: Promise<unknown> = Promise.resolve();
  #nextNumber = 1;
  #isClosed = false;
  /** Milliseconds between two questions for reports; lowered while somebody watches. */
  #tickMs: number;

  constructor(
    driver: ResourceManagerDriver,
    settings: ResourceManagerSettings,
    jobMaster: JobMasterGateway,
    clock: Clock,
    listeners: {
      lost: (id: string, error: TaskManagerLostError) => void;
      report: (report: TaskManagerReport) => void;
    },
  ) {
    const { configuration } = settings;
    this.#driver = driver;
    this.#settings = settings;
    this.#jobMaster = jobMaster;
    this.#clock = clock;
    this.#onLost = listeners.lost;
    this.#onReport = listeners.report;
    this.#slotsEach = integerOption(configuration, 'taskmanager.numberOfTaskSlots', 1, 1);
    this.#heartbeatTimeoutMs = durationOption(configuration, 'heartbeat.timeout', 50_000);
    this.#idleTimeoutMs = durationOption(configuration, 'resourcemanager.taskmanager-timeout', 30_000);
    this.#tickMs = durationOption(configuration, 'heartbeat.interval', 10_000);
  }

  /** How often TaskManagers are asked for their reports. */
  get tickMs(): number {
    return this.#tickMs;
  }

  set tickMs(value: number) {
    if (value === this.#tickMs) return;
    this.#tickMs = value;
    for (const { monitor } of this.#taskManagers.values()) monitor.tickChanged();
  }

  /** Slots of all TaskManagers there may be, and how many of them no job has. */
  capacity(): { total: number; free: number } {
    const total = this.#settings.maxTaskManagers * this.#slotsEach;
    const used = [...this.#taskManagers.values()].flatMap(({ slots }) => slots).filter((job) => job !== null);
    return { total, free: total - used.length };
  }

  /** Throws with both numbers if a job could not get that many slots. */
  check(wanted: number): void {
    const { total, free } = this.capacity();
    if (wanted <= free) return;
    const { maxTaskManagers } = this.#settings;
    throw new TableException(
      `The job needs ${wanted} ${plural(wanted, 'slot')}, but ` +
        (free === total ? 'the cluster has only' : `${free} of the cluster's`) +
        ` ${total} (${maxTaskManagers} ${plural(maxTaskManagers, 'TaskManager')} with ${this.#slotsEach} each)` +
        (free === total ? '' : ' are free') +
        `. Lower 'parallelism.default', cancel another job, or raise 'taskmanager.numberOfTaskSlots'.`,
    );
  }

  /** Starts a TaskManager before a job asks for it, unless there are as many as may be. Whoever allocates waits for it. */
  warmUp(): void {
    const start = async (): Promise<void> => {
      if (this.#taskManagers.size < this.#settings.maxTaskManagers) await this.#start();
    };
    this.#allocation = this.#allocation.then(start).catch(() => {}); // an allocation tries again, and tells
  }

  /** Gives the job slots, in new TaskManagers where needed: the TaskManager of each. Throws as `check` does. */
  allocate(jobId: string, count: number): Promise<string[]> {
    const allocation = this.#allocation.then(() => this.#allocate(jobId, count));
    this.#allocation = allocation.catch(() => {});
    return allocation;
  }

  release(jobId: string): void {
    for (const taskManager of this.#taskManagers.values()) {
      taskManager.slots.forEach((job, i) => {
        if (job === jobId) taskManager.slots[i] = null;
      });
      if (isIdle(taskManager)) taskManager.idleSince = this.#clock.now();
    }
  }

  /** Asks a TaskManager; rejects when it is gone, also while the answer is awaited. */
  call<T>(id: string, ask: (gateway: TaskExecutorGateway) => Promise<T>): Promise<T> {
    const taskManager = this.#taskManagers.get(id);
    if (!taskManager) return Promise.reject(new TaskManagerLostError(id, 'it ended before it was asked.'));
    return taskManager.calls.guard(ask(taskManager.gateway));
  }

  /** Asks any TaskManager, one that is started for it if there is none. */
  async ask<T>(question: (gateway: TaskExecutorGateway) => Promise<T>): Promise<T> {
    const [id] = this.#taskManagers.keys();
    if (id === undefined) this.warmUp();
    await this.#allocation;
    const [found] = this.#taskManagers.keys();
    if (found === undefined) throw new Error('There is no TaskManager.');
    return this.call(found, question);
  }

  /** Makes sure that each pair of TaskManagers can exchange data, and has connections to dead ones given up. */
  async connect(pairs: readonly (readonly [string, string])[]): Promise<void> {
    const surviving = this.#widowed.splice(0).filter(([id]) => this.#taskManagers.has(id));
    await Promise.all(
      surviving.map(([id, dead]) => this.call(id, (gateway) => gateway.disconnectPeer(dead))),
    );
    await Promise.all(
      pairs.map(([first, second]) => {
        const key = `${first} ${second}`;
        const connection = this.#connections.get(key) ?? this.#connect(first, second);
        this.#connections.set(key, connection);
        connection.catch(() => this.#connections.delete(key));
        return connection;
      }),
    );
  }

  /** Ends a TaskManager for real. What ran on it fails. */
  async kill(id: string, why = 'it was killed.', end: TaskManagerEnd = 'killed'): Promise<void> {
    if (!this.#taskManagers.has(id)) throw new Error(`There is no TaskManager ${id}.`);
    const termination = this.#driver.terminate(id);
    this.lost(id, why, end);
    await termination;
  }

  /** Takes a TaskManager that died out of the books and tells those who depend on it. */
  lost(id: string, why: string, end: TaskManagerEnd = 'died'): void {
    this.#starting.get(id)?.(new TaskManagerLostError(id, why));
    const taskManager = this.#taskManagers.get(id);
    if (!taskManager) return;
    this.#forget(taskManager);
    const error = new TaskManagerLostError(id, why, end);
    taskManager.calls.fail(error);
    this.#onLost(id, error);
    // Whoever had a slot there will soon want another, after the backoff: it is ready by then.
    if (!isIdle(taskManager)) this.warmUp();
  }

  /** Asks for fresh reports now. */
  refresh(): void {
    for (const { monitor } of this.#taskManagers.values()) monitor.ask();
  }

  views(): TaskManagerView[] {
    const now = this.#clock.now();
    return [...this.#taskManagers.values()].map(({ id, slots, lastHeartbeat, report }) => ({
      id,
      slotsNumber: slots.length,
      freeSlots: slots.filter((job) => job === null).length,
      timeSinceLastHeartbeat: now - lastHeartbeat,
      memoryUsedBytes: report?.memoryUsedBytes ?? 0,
    }));
  }

  /** Ends all TaskManagers. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const all = [...this.#taskManagers.values()];
    for (const taskManager of all) this.#forget(taskManager);
    await Promise.all(all.map(({ id }) => this.#driver.terminate(id)));
  }

  async #allocate(jobId: string, count: number): Promise<string[]> {
    this.check(count);
    const free = (): TaskManager[] =>
      [...this.#taskManagers.values()].flatMap((taskManager) =>
        taskManager.slots.filter((job) => job === null).map(() => taskManager),
      );
    const missing = Math.ceil((count - free().length) / this.#slotsEach);
    if (missing > 0) await Promise.all(Array.from({ length: missing }, () => this.#start()));
    const slots = free().slice(0, count);
    if (slots.length < count)
      throw new Error(`A TaskManager ended while the job waited for its ${count} slots.`);
    for (const taskManager of slots) taskManager.slots[taskManager.slots.indexOf(null)] = jobId;
    return slots.map(({ id }) => id);
  }

  async #start(): Promise<void> {
    if (this.#isClosed) throw new Error('The cluster is shut down.');
    const id = `taskmanager-${this.#nextNumber++}`;
    const { configuration, executorOptions } = this.#settings;
    const died = new Promise<never>((_resolve, reject) => this.#starting.set(id, reject));
    let gateway: TaskExecutorGateway;
    try {
      gateway = await Promise.race([this.#driver.start(id), died]);
      const start = gateway.start({ ...executorOptions, configuration, taskManagerId: id }, this.#jobMaster);
      await Promise.race([start, died]);
      if (this.#isClosed) throw new Error('The cluster was shut down.');
    } catch (error) {
      await this.#driver.terminate(id);
      throw error;
    } finally {
      this.#starting.delete(id);
    }
    const now = this.#clock.now();
    const monitor = new HeartbeatMonitor(
      {
        ping: () => gateway.heartbeat(),
        answered: (report) => this.#answered(id, report),
        timedOut: () => void this.kill(id, `no answer for ${this.#heartbeatTimeoutMs} ms.`, 'silent'),
      },
      this.#clock,
      () => this.tickMs,
      this.#heartbeatTimeoutMs,
    );
    this.#taskManagers.set(id, {
      id,
      gateway,
      monitor,
      slots: Array.from({ length: this.#slotsEach }, () => null),
      calls: new PendingCalls(),
      report: undefined,
      lastHeartbeat: now,
      idleSince: now,
    });
  }

  #answered(id: string, report: TaskManagerReport): void {
    const taskManager = this.#taskManagers.get(id);
    if (!taskManager) return;
    taskManager.report = report;
    taskManager.lastHeartbeat = this.#clock.now();
    this.#onReport(report);
    const isSurplus = this.#taskManagers.size > 1 && isIdle(taskManager);
    if (isSurplus && this.#clock.now() - taskManager.idleSince >= this.#idleTimeoutMs) {
      this.#forget(taskManager);
      void this.#driver.terminate(id);
    }
  }

  async #connect(first: string, second: string): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    const ring = this.#settings.createRing();
    await Promise.all([
      this.call(first, (gateway) => gateway.connectPeer(second, port1, ring)),
      this.call(second, (gateway) => gateway.connectPeer(first, port2, ring)),
    ]);
  }

  #forget({ id, monitor }: TaskManager): void {
    monitor.stop();
    this.#taskManagers.delete(id);
    for (const key of [...this.#connections.keys()]) {
      const [first = '', second = ''] = key.split(' ');
      if (first !== id && second !== id) continue;
      this.#connections.delete(key);
      this.#widowed.push([first === id ? second : first, id]);
    }
  }
}

function isIdle({ slots }: TaskManager): boolean {
  return slots.every((job) => job === null);
}

function plural(count: number, word: string): string {
  return count === 1 ? word : `${word}s`;
}

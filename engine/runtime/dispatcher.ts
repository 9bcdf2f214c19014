import * as Comlink from 'comlink';
import type { JobGraph } from '../graph/job-graph.ts';
import { jobFolder } from '../state/checkpoint-folder.ts';
import type { Json } from '../state/paged-state.ts';
import type { LockingPageStore, ReleaseLock } from '../state/store-locks.ts';
import type { Clock } from '../time/clock.ts';
import type { ErrorData } from '../types/errors.ts';
import type { RowType } from '../types/logical-type.ts';
import { CollectRouter } from './collect-router.ts';
import type { FileSample } from './files/file-sample.ts';
import type { DispatcherGateway, JobMasterGateway } from './gateways.ts';
import { JobCatalogue, type JobRecord } from './job-catalogue.ts';
import { recordDetails } from './job-details.ts';
import { JobMaster, type TerminalStatus } from './job-master.ts';
import { integerOption, type Configuration } from './job-options.ts';
import type { CheckpointStatistics, JobDetails, TaskManagerView } from './job-views.ts';
import { PrintRouter } from './print-router.ts';
import {
  ResourceManager,
  type ResourceManagerDriver,
  type ResourceManagerSettings,
} from './resource-manager.ts';
import { restAnswer } from './rest.ts';
import { slotRequests } from './slot-sharing.ts';
import { assignState, rescale } from './state-assignment.ts';

export interface DispatcherSettings extends ResourceManagerSettings {
  readonly store: LockingPageStore;
  readonly clock: Clock;
  readonly random: () => number;
}

interface Termination {
  readonly status: TerminalStatus;
  readonly error?: ErrorData;
}

/** A job that this Dispatcher runs or ran, or that the catalogue tells of. */
interface JobEntry {
  record: JobRecord;
  master: JobMaster | undefined;
  /** Resolves once the job has ended and the catalogue knows. Undefined for a job that is not run here. */
  termination: Promise<Termination> | undefined;
  readonly collect: CollectRouter;
  readonly print: PrintRouter;
}

const NO_CHECKPOINTS: CheckpointStatistics = {
  counts: { completed: 0, failed: 0, in_progress: 0, restored: 0, total: 0 },
  history: [],
  restored: null,
};

/**
 * The JobManager's door: takes jobs, knows all jobs of this origin, and gives each a JobMaster while it runs.
 *
 * A job runs in one place at a time: whoever runs it holds its lease, a lock that goes with him. Jobs that stand in the catalogue as running
 * and whose lease is free were interrupted, and `recoverJobs` goes on with them.
 */
export class Dispatcher implements DispatcherGateway {
  readonly #settings: DispatcherSettings;
  readonly #catalogue: JobCatalogue;
  readonly #resources: ResourceManager;
  readonly #entries = new Map<string, JobEntry>();
  readonly #watchers = new Set<{ readonly intervalMs: number; readonly jobId: string; tell: () => void }>();
  readonly #leases = new Map<string, ReleaseLock>();
  readonly #tickMs: number;

  /** Opens the catalogue; a first TaskManager is started meanwhile. */
  static async open(settings: DispatcherSettings, driver: ResourceManagerDriver): Promise<Dispatcher> {
    const dispatcher = new Dispatcher(settings, driver);
    dispatcher.#resources.warmUp();
    for (const record of await dispatcher.#catalogue.loadAll()) dispatcher.#enter(record);
    return dispatcher;
  }

  private constructor(settings: DispatcherSettings, driver: ResourceManagerDriver) {
    this.#settings = settings;
    this.#catalogue = new JobCatalogue(settings.store);
    const listeners = {
      lost: (id: string, error: Parameters<JobMaster['taskManagerLost']>[1]) => {
        for (const { master } of this.#entries.values()) master?.taskManagerLost(id, error);
      },
      report: (report: Parameters<JobMaster['report']>[0]) => {
        for (const { master, record } of this.#entries.values()) {
          const hasNews = master?.report(report) ?? false;
          // While a job runs, its watchers are told at their intervals; the last numbers come after its end.
          if (hasNews && record.status !== 'RUNNING') this.#tellWatchers(record.graph.jobId);
        }
      },
    };
    this.#resources = new ResourceManager(
      driver,
      settings,
      this.#jobMasterGateway(),
      settings.clock,
      listeners,
    );
    this.#tickMs = this.#resources.tickMs;
  }

  async submitJob(graph: JobGraph): Promise<void> {
    if (this.#entries.has(graph.jobId)) throw new Error(`There is a job ${graph.jobId} already.`);
    const configuration: Configuration = { ...this.#settings.configuration, ...graph.configuration };
    await this.#launch({ ...graph, configuration }, 'anew');
  }

  async listJobs(): Promise<JobDetails[]> {
    for (const record of await this.#catalogue.loadAll()) {
      const entry = this.#entries.get(record.graph.jobId);
      if (!entry) this.#enter(record);
      else if (!entry.master) entry.record = record; // whoever runs it may have written more
    }
    const details = [...this.#entries.values()].map((entry) => this.#detailsOf(entry));
    return details.sort((a, b) => b['start-time'] - a['start-time']);
  }

  async jobDetails(jobId: string): Promise<JobDetails> {
    const entry = await this.#find(jobId);
    this.#resources.refresh();
    return this.#detailsOf(entry);
  }

  async checkpoints(jobId: string): Promise<CheckpointStatistics> {
    return (await this.#find(jobId)).master?.statistics() ?? NO_CHECKPOINTS;
  }

  async taskManagers(): Promise<TaskManagerView[]> {
    return this.#resources.views();
  }

  rest(path: string): Promise<Json> {
    return restAnswer(path, this);
  }

  async subscribe(
    jobId: string,
    listener: (details: JobDetails, checkpoints: CheckpointStatistics) => void,
    intervalMs: number,
  ): Promise<() => void> {
    const entry = await this.#find(jobId);
    let isBusy = false; // a page that draws is not sent more than it can take
    let isStale = false;
    const tell = (): void => {
      isStale = isBusy;
      if (isBusy) return;
      isBusy = true;
      const told = Promise.resolve(
        listener(this.#detailsOf(entry), entry.master?.statistics() ?? NO_CHECKPOINTS),
      );
      void told
        .catch(() => stop()) // nobody listens any more
        .finally(() => {
          isBusy = false;
          if (isStale) tell();
        });
    };
    const watcher = { intervalMs: Math.max(100, intervalMs), jobId, tell };
    const { clock } = this.#settings;
    let cancelTimer = (): void => {};
    const stop = (): void => {
      cancelTimer();
      if (this.#watchers.delete(watcher)) this.#adjustTicks();
    };
    const next = (): void => {
      cancelTimer = clock.schedule(clock.now() + watcher.intervalMs, () => {
        if (entry.record.status === 'RUNNING') tell(); // an ended job changes no more
        next();
      });
    };
    this.#watchers.add(watcher);
    this.#adjustTicks();
    this.#resources.refresh();
    tell();
    next();
    return Comlink.proxy(stop);
  }

  async attachCollect(jobId: string, port: MessagePort): Promise<RowType | null> {
    const { collect, record } = await this.#find(jobId);
    collect.attach(port);
    return record.graph.resultType ?? null;
  }

  async attachPrint(jobId: string, listener: (line: string, isError: boolean) => void): Promise<void> {
    (await this.#find(jobId)).print.attach(listener);
  }

  async awaitTermination(jobId: string): Promise<Termination> {
    const { termination, record } = await this.#find(jobId);
    if (termination) return termination;
    if (record.status === 'RUNNING') throw new OwnedElsewhereError(jobId);
    return { status: record.status, ...(record.error && { error: record.error }) };
  }

  async cancelJob(jobId: string): Promise<void> {
    const entry = this.#running(await this.#find(jobId));
    await entry.master.cancel();
    await entry.termination;
  }

  async stopWithSavepoint(jobId: string, drain: boolean): Promise<{ checkpointId: number }> {
    const entry = this.#running(await this.#find(jobId));
    const checkpointId = await entry.master.stopWithSavepoint(drain);
    await entry.termination;
    return { checkpointId };
  }

  async resumeJob(jobId: string, parallelism?: number): Promise<void> {
    const { record } = await this.#find(jobId);
    if (record.status === 'FINISHED')
      throw new Error(`The job ${jobId} has finished: nothing is left to resume.`);
    if (this.#leases.has(jobId)) throw new Error(`The job ${jobId} is running.`);
    const graph = parallelism === undefined ? record.graph : rescale(record.graph, parallelism);
    await this.#launch(graph, 'resume');
  }

  async recoverJobs(): Promise<string[]> {
    const recovered: string[] = [];
    for (const { graph, status, startTime } of await this.#catalogue.loadAll()) {
      if (status !== 'RUNNING' || this.#leases.has(graph.jobId)) continue;
      try {
        await this.#launch(graph, 'recover', startTime);
        recovered.push(graph.jobId);
      } catch (error) {
        if (!(error instanceof OwnedElsewhereError)) throw error;
      }
    }
    return recovered;
  }

  async triggerCheckpoint(jobId: string): Promise<{ checkpointId: number }> {
    const { master } = this.#running(await this.#find(jobId));
    return { checkpointId: await master.triggerCheckpoint() };
  }

  async killTaskManager(id: string): Promise<void> {
    await this.#resources.kill(id);
  }

  async disposeJob(jobId: string): Promise<void> {
    const { record } = await this.#find(jobId);
    if (record.status === 'RUNNING') throw new Error(`The job ${jobId} has not ended.`);
    await this.#dispose(jobId);
  }

  /** What the page learns before this side does: the worker of a TaskManager failed. */
  sampleFiles(path: string): Promise<FileSample> {
    return this.#resources.ask((taskManager) => taskManager.sampleFiles(path));
  }

  taskManagerLost(id: string, why: string): void {
    this.#resources.lost(id, why);
  }

  /** Ends all TaskManagers. Jobs that run are left as they are: another JobManager recovers them. */
  async shutdown(): Promise<void> {
    for (const { master, collect } of this.#entries.values()) {
      if (master?.endTime === -1) await master.suspend();
      collect.close();
    }
    await this.#resources.close();
    for (const release of this.#leases.values()) await release();
    this.#settings.store.close();
  }

  // ---- starting and ending a job -----------------------------------------------------------------------------------

  async #launch(graph: JobGraph, how: 'anew' | 'resume' | 'recover', startTime?: number): Promise<void> {
    const { jobId } = graph;
    const { resources, settings } = { resources: this.#resources, settings: this.#settings };
    if (how !== 'recover') resources.check(slotRequests(graph).length);
    const release = await settings.store.locks.tryAcquire(`job/${jobId}`);
    if (!release) throw new OwnedElsewhereError(jobId);
    this.#leases.set(jobId, release);
    try {
      const services = { resources, store: settings.store, clock: settings.clock, random: settings.random };
      const master = new JobMaster(graph, services, () => this.#tellWatchers(jobId), startTime);
      const checkpoint = await master.recover();
      if (how === 'resume') {
        if (!checkpoint) throw new Error(`The job ${jobId} has no checkpoint to go on from.`);
        assignState(checkpoint, graph); // throws if it cannot be done
      }
      const record: JobRecord = {
        graph,
        status: 'RUNNING',
        startTime: startTime ?? settings.clock.now(),
        endTime: -1,
        restarts: 0,
      };
      await this.#catalogue.save(record);
      const entry = this.#enter(record);
      entry.master = master;
      entry.termination = master.termination.then((status) => this.#ended(entry, master, status));
      master.start();
    } catch (error) {
      this.#leases.delete(jobId);
      await release();
      throw error;
    }
  }

  async #ended(entry: JobEntry, master: JobMaster, status: TerminalStatus): Promise<Termination> {
    const { graph, startTime } = entry.record;
    const { error, endTime, restarts } = master;
    entry.record = { graph, status, startTime, endTime, restarts, error };
    try {
      await this.#catalogue.save(entry.record);
      if (!keepsCheckpoints(status, graph.configuration)) await master.disposeCheckpoints();
      await this.#prune();
    } catch {
      // The disk is full or gone. The job has ended all the same; the next page finds it as interrupted.
    }
    if (status === 'FINISHED') entry.collect.finish();
    await this.#leases.get(graph.jobId)?.();
    this.#leases.delete(graph.jobId);
    this.#tellWatchers(graph.jobId);
    return { status, ...(error && { error }) };
  }

  /** Forgets the oldest ended jobs beyond `jobstore.max-capacity`, except those that could be resumed. */
  async #prune(): Promise<void> {
    const capacity = integerOption(this.#settings.configuration, 'jobstore.max-capacity', 50);
    const ended = [...this.#entries.values()]
      .filter(({ record }) => record.status === 'FINISHED' || record.status === 'CANCELED')
      .sort((a, b) => b.record.endTime - a.record.endTime);
    for (const { record } of ended.slice(capacity)) await this.#dispose(record.graph.jobId);
  }

  async #dispose(jobId: string): Promise<void> {
    const { store } = this.#settings;
    await this.#catalogue.remove(jobId);
    await store.remove(await store.list(jobFolder(jobId)));
    this.#entries.get(jobId)?.collect.close();
    this.#entries.delete(jobId);
  }

  #enter(record: JobRecord): JobEntry {
    const { jobId } = record.graph;
    const entry = this.#entries.get(jobId) ?? {
      record,
      master: undefined,
      termination: undefined,
      collect: new CollectRouter(),
      print: new PrintRouter(),
    };
    entry.record = record;
    this.#entries.set(jobId, entry);
    return entry;
  }

  async #find(jobId: string): Promise<JobEntry> {
    const entry = this.#entries.get(jobId);
    if (entry?.master) return entry;
    const record = await this.#catalogue.load(jobId);
    if (!record) throw new Error(`There is no job ${jobId}.`);
    return this.#enter(record);
  }

  #running(entry: JobEntry): JobEntry & { readonly master: JobMaster } {
    const { master, record } = entry;
    if (record.status !== 'RUNNING')
      throw new Error(`The job ${record.graph.jobId} has ended: it is ${record.status}.`);
    if (!master) throw new OwnedElsewhereError(record.graph.jobId);
    return { ...entry, master };
  }

  #detailsOf({ master, record }: JobEntry): JobDetails {
    return master?.details() ?? recordDetails(record, this.#settings.clock.now());
  }

  // ---- watching ----------------------------------------------------------------------------------------------------

  #tellWatchers(jobId: string): void {
    for (const watcher of this.#watchers) if (watcher.jobId === jobId) watcher.tell();
  }

  /** Reports come as often as the most eager watcher wants to see them. */
  #adjustTicks(): void {
    this.#resources.tickMs = Math.min(
      this.#tickMs,
      ...[...this.#watchers].map(({ intervalMs }) => intervalMs),
    );
  }

  /** What TaskManagers call; reports of a job that is not here any more are dropped. */
  #jobMasterGateway(): JobMasterGateway {
    const entry = (jobId: string): JobEntry | undefined => this.#entries.get(jobId);
    return Comlink.proxy({
      updateTaskState: async (jobId, ...update) => entry(jobId)?.master?.updateTaskState(...update),
      acknowledgeCheckpoint: async (jobId, ...ack) => entry(jobId)?.master?.acknowledgeCheckpoint(...ack),
      declineCheckpoint: async (jobId, ...decline) => entry(jobId)?.master?.declineCheckpoint(...decline),
      notifyEndOfData: async (jobId, ...end) => entry(jobId)?.master?.notifyEndOfData(...end),
      collect: async (jobId, message) => entry(jobId)?.collect.collect(message),
      print: async (jobId, lines, isError) => entry(jobId)?.print.print(lines, isError),
    });
  }
}

/** Another tab or process holds the job's lease. */
export class OwnedElsewhereError extends Error {
  constructor(jobId: string) {
    super(`The job ${jobId} is run by another tab or program. Stop it there, or close that and try again.`);
    this.name = 'OwnedElsewhereError';
  }
}

/** A job that could be resumed keeps its checkpoints; a canceled one only if `RETAIN_ON_CANCELLATION` says so, as in Flink. */
function keepsCheckpoints(status: TerminalStatus, configuration: Configuration): boolean {
  if (status === 'CANCELED') {
    const retention = configuration['execution.checkpointing.externalized-checkpoint-retention'];
    return retention?.toUpperCase() === 'RETAIN_ON_CANCELLATION';
  }
  return status !== 'FINISHED';
}

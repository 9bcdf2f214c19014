import {
  type CheckpointStatistics,
  type DispatcherGateway,
  type ErrorData,
  type JobDetails,
  IndexedDbPageStore,
  LocalCluster,
  type Host,
  PageStoreCatalogs,
  type QueryResult,
  type StatementResult,
  StoredPlanFiles,
  TableEnvironment,
  toErrorData,
} from '../../engine/index.ts';

/** One job of a session: what is known of it, and its rows if it answers a query. */
export interface SessionJob {
  readonly jobId: string;
  readonly statement: string;
  details: JobDetails | undefined;
  checkpoints: CheckpointStatistics | undefined;
  result: QueryResult | undefined;
  readonly printed: string[];
}

export interface SessionOptions {
  readonly host: Host;
  /** Database of this session: jobs, checkpoints, topics. Sessions with one name see each other's. */
  readonly storeName: string;
  readonly configuration?: Readonly<Record<string, string>>;
  /** Whether catalogs of type `persistent` and compiled plans are kept in the store. */
  readonly keepsCatalogs?: boolean;
  /** Source texts of JavaScript modules, by the names that CREATE FUNCTION calls them. */
  readonly modules?: Readonly<Record<string, string>>;
}

const DETAILS_INTERVAL_MS = 1000;
const PRINTED_LINES = 1000;

/**
 * A visitor's session: a cluster of workers, a table environment on it, and the jobs of the last script.
 *
 * The cluster starts with `warmUp` (or the first job). Fires `change` whenever anything to be seen has changed, at
 * most once a frame; components read the fields and draw.
 */
export class JobSession extends EventTarget {
  readonly #options: SessionOptions;
  #cluster: Promise<LocalCluster> | undefined;
  #environment: TableEnvironment | undefined;
  #store: Promise<IndexedDbPageStore> | undefined;
  #unsubscribe: (() => void)[] = [];
  #isAnnounced = false;

  /** Results of the statements that ran, in order. */
  results: StatementResult[] = [];
  jobs: SessionJob[] = [];
  errors: ErrorData[] = [];
  isStarting = false;

  constructor(options: SessionOptions) {
    super();
    this.#options = options;
  }

  get environment(): TableEnvironment {
    this.#environment ??= new TableEnvironment({
      cluster: () => this.warmUp(),
      kernels: this.#options.host.wasm,
      configuration: this.#options.configuration ?? {},
      modules: this.#options.modules ?? {},
      ...(this.#options.keepsCatalogs && {
        catalogStorage: new PageStoreCatalogs(() => this.#openStore()),
        planFiles: new StoredPlanFiles(() => this.#openStore()),
      }),
    });
    return this.#environment;
  }

  #openStore(): Promise<IndexedDbPageStore> {
    return (this.#store ??= IndexedDbPageStore.open(this.#options.storeName));
  }

  /** Starts the workers, once. */
  warmUp(): Promise<LocalCluster> {
    this.#cluster ??= LocalCluster.start(this.#options.host, {
      ...this.#options.configuration,
      'millrace.store': this.#options.storeName,
    });
    return this.#cluster;
  }

  async dispatcher(): Promise<DispatcherGateway> {
    return (await this.warmUp()).dispatcher;
  }

  /** Stops what runs, then runs the script in a fresh catalog. */
  async run(script: string): Promise<void> {
    await this.cancelAll();
    this.#forget();
    this.#environment = undefined;
    this.isStarting = true;
    this.#announce();
    try {
      const onResult = (result: StatementResult): void => {
        this.results.push(result);
        if (result.kind === 'job')
          this.#follow(result.jobId, result.statement).catch((e: unknown) => this.#fail(e));
        this.#announce();
      };
      await this.environment.executeScript(script, { onResult });
    } catch (error) {
      if (this.results.length === 0) this.#failAtOnce(script, error);
      else this.#fail(error);
    } finally {
      this.isStarting = false;
      this.#announce();
    }
  }

  /** Takes up the jobs that were running when the page went away; true if there was one. A failure is one of `errors`. */
  async recover(): Promise<boolean> {
    try {
      return await this.#recover();
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  async #recover(): Promise<boolean> {
    const dispatcher = await this.dispatcher();
    const recovered = await dispatcher.recoverJobs();
    for (const jobId of recovered) {
      const details = await dispatcher.jobDetails(jobId);
      await this.#follow(jobId, details.text);
    }
    this.#announce();
    return recovered.length > 0;
  }

  async cancelAll(): Promise<void> {
    const running = this.jobs.filter((job) => isActive(job.details));
    if (running.length === 0) return;
    const dispatcher = await this.dispatcher();
    await Promise.all(running.map((job) => dispatcher.cancelJob(job.jobId).catch(() => undefined)));
  }

  /** Terminates a worker that runs tasks of the job, as a crash would. */
  async killTaskManager(job: SessionJob): Promise<void> {
    const taskManager = job.details?.vertices.flatMap((vertex) => vertex.subtasks)[0]?.taskManager;
    if (taskManager) await (await this.dispatcher()).killTaskManager(taskManager);
  }

  async close(): Promise<void> {
    this.#forget();
    const cluster = this.#cluster;
    this.#cluster = undefined;
    if (cluster) await (await cluster).shutdown();
  }

  async #follow(jobId: string, statement: string): Promise<void> {
    const job: SessionJob = {
      jobId,
      statement,
      details: undefined,
      checkpoints: undefined,
      result: undefined,
      printed: [],
    };
    this.jobs.push(job);
    const dispatcher = await this.dispatcher();
    job.result = await this.environment.attachResult(jobId);
    if (job.result) this.#unsubscribe.push(job.result.subscribe(() => this.#announce()));
    const print = (text: string): void => {
      job.printed.push(...text.split('\n'));
      if (job.printed.length > PRINTED_LINES) job.printed.splice(0, job.printed.length - PRINTED_LINES);
      this.#announce();
    };
    await dispatcher.attachPrint(jobId, print);
    const listen = (details: JobDetails, checkpoints: CheckpointStatistics): void => {
      job.details = details;
      job.checkpoints = checkpoints;
      this.#announce();
    };
    const stop = await dispatcher.subscribe(jobId, listen, DETAILS_INTERVAL_MS);
    this.#unsubscribe.push(stop);
  }

  #forget(): void {
    for (const stop of this.#unsubscribe) stop();
    this.#unsubscribe = [];
    this.results = [];
    this.jobs = [];
    this.errors = [];
  }

  #fail(error: unknown): void {
    const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
    this.errors = [...this.errors, ...errors.map((each) => toErrorData(each))]; // another array: what shows it looks at that
    this.#announce();
  }

  /** Nothing has run: all that can be told of the script is told together. */
  #failAtOnce(script: string, error: unknown): void {
    const { errors } = this.environment.check(script);
    if (errors.length > 1) this.errors = [...errors];
    else this.#fail(error);
    this.#announce();
  }

  #announce(): void {
    if (this.#isAnnounced) return;
    this.#isAnnounced = true;
    requestAnimationFrame(() => {
      this.#isAnnounced = false;
      this.dispatchEvent(new Event('change'));
    });
  }
}

/** Whether a job still does or will do something. */
export function isActive(details: JobDetails | undefined): boolean {
  return !details || !['FINISHED', 'CANCELED', 'FAILED', 'SUSPENDED'].includes(details.state);
}

import type { JobGraph } from '../graph/job-graph.ts';
import type { PageStore } from '../state/page-store.ts';
import type { ErrorData } from '../types/errors.ts';
import type { JobStatus } from './job-views.ts';

/** What is known of a job after the page was closed: enough to show it and to start it again. */
export interface JobRecord {
  readonly graph: JobGraph;
  /** `RUNNING` stands for every status of a job that has not ended. */
  readonly status: Extract<JobStatus, 'RUNNING' | 'FINISHED' | 'CANCELED' | 'FAILED' | 'SUSPENDED'>;
  readonly startTime: number;
  /** -1 while it runs. */
  readonly endTime: number;
  readonly restarts: number;
  readonly error?: ErrorData | undefined;
}

const PREFIX = 'catalogue/';

/**
 * The jobs of this origin on disk, a value each. A job is written when it starts and when it ends, so one that stands here as
 * running without anybody who runs it was interrupted.
 */
export class JobCatalogue {
  readonly #store: PageStore;

  constructor(store: PageStore) {
    this.#store = store;
  }

  async save(record: JobRecord): Promise<void> {
    const bytes = new TextEncoder().encode(JSON.stringify(record));
    await this.#store.put(PREFIX + record.graph.jobId, bytes, 'strict');
  }

  async load(jobId: string): Promise<JobRecord | undefined> {
    const bytes = await this.#store.get(PREFIX + jobId);
    return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as JobRecord);
  }

  /** All jobs; a damaged record is left out, since there is nothing to start the job from. */
  async loadAll(): Promise<JobRecord[]> {
    const names = await this.#store.list(PREFIX);
    const records = await Promise.all(
      names.map((name) => this.load(name.slice(PREFIX.length)).catch(() => undefined)),
    );
    return records.filter((record) => record !== undefined);
  }

  async remove(jobId: string): Promise<void> {
    await this.#store.remove([PREFIX + jobId]);
  }
}

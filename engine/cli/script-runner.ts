import type { QueryResult } from '../api/query-result.ts';
import type { JobResult, StatementResult } from '../api/statement-result.ts';
import type { TableEnvironment } from '../api/table-environment.ts';
import type { LocalCluster } from '../runtime/local-cluster.ts';
import { fromErrorData } from '../types/errors.ts';
import { ChangelogTableau, tableau, type TableauOptions } from './tableau.ts';

export interface ScriptRunnerOptions {
  /** Jobs that were stopped with a savepoint are looked for, and gone on with. */
  readonly keepsJobs: boolean;
  readonly write: (line: string) => void;
}

/**
 * Runs a script and writes what it gives as the SQL client's tableau mode does.
 *
 * A query is shown to its end before the next statement runs; INSERT jobs run beside each other (unless `table.dml-sync`) and are awaited in the end.
 */
export class ScriptRunner {
  readonly #environment: TableEnvironment;
  readonly #cluster: () => Promise<LocalCluster>;
  readonly #options: ScriptRunnerOptions;
  readonly #stopping = new AbortController();
  readonly #running = new Set<string>();

  constructor(
    environment: TableEnvironment,
    cluster: () => Promise<LocalCluster>,
    options: ScriptRunnerOptions,
  ) {
    this.#environment = environment;
    this.#cluster = cluster;
    this.#options = options;
  }

  /** Throws the error of the first statement or job that failed. */
  async run(script: string): Promise<void> {
    const jobs: Promise<void>[] = [];
    await this.#environment.executeScript(script, {
      signal: this.#stopping.signal,
      resume: (statement) => this.#stoppedJob(statement),
      onResult: async (result) => {
        const done = this.#show(result);
        if (
          result.kind !== 'job' ||
          result.resultType ||
          this.#environment.config.get('table.dml-sync') === 'true'
        ) {
          await done;
          return;
        }
        done.catch(() => {}); // thrown by Promise.all below, not before the script has run
        jobs.push(done);
      },
    });
    await Promise.all(jobs);
  }

  explain(script: string): void {
    for (const plan of this.#environment.explainScript(script)) this.#options.write(plan);
  }

  /** Stops what runs with a savepoint; no further statement runs. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#running.size === 0) return;
    const { dispatcher } = await this.#cluster();
    for (const jobId of this.#running) {
      const { checkpointId } = await dispatcher.stopWithSavepoint(jobId, false);
      this.#options.write(`Job ${jobId} was stopped with a savepoint (checkpoint ${checkpointId}).`);
    }
  }

  async #show(result: StatementResult): Promise<void> {
    const { write } = this.#options;
    switch (result.kind) {
      case 'ok':
        write('[INFO] Execute statement succeeded.');
        return;
      case 'rows': {
        const only = result.rows.length === 1 && result.columns.length === 1 ? result.rows[0]![0] : undefined;
        if (typeof only === 'string' && only.includes('\n')) write(only);
        else for (const line of tableau(result.columns, result.rows, this.#tableauOptions())) write(line);
        return;
      }
      case 'job':
        await this.#follow(result);
    }
  }

  /** Writes a job's rows and printed lines until it has ended. Throws if it failed. */
  async #follow({ jobId }: JobResult): Promise<void> {
    const { dispatcher } = await this.#cluster();
    this.#running.add(jobId);
    await dispatcher.attachPrint(jobId, (lines, isError) => {
      if (isError) console.error(lines);
      else this.#options.write(lines);
    });
    const result = await this.#environment.attachResult(jobId);
    const drawing = result && this.#draw(result);
    const { status, error } = await dispatcher.awaitTermination(jobId);
    this.#running.delete(jobId);
    if (status === 'FINISHED') await drawing?.complete;
    drawing?.end();
    if (status === 'FAILED') throw error ? fromErrorData(error) : new Error(`Job ${jobId} failed.`);
  }

  #draw(result: QueryResult): { complete: Promise<void>; end: () => void } {
    const { write } = this.#options;
    const drawing = new ChangelogTableau(result.rowType.fields, this.#tableauOptions());
    let written = 0;
    for (const line of drawing.header()) write(line);
    const draw = (): void => {
      // Rows that a restart took back have been written already; they are not written again.
      for (; written < result.position; written++)
        write(drawing.row(result.changes[written - result.firstKept]!));
    };
    const complete = new Promise<void>((resolve) => {
      const look = (): void => {
        draw();
        if (result.isComplete) resolve();
      };
      result.subscribe(look);
      look();
    });
    const end = (): void => {
      for (const line of drawing.footer()) write(line);
    };
    return { complete, end };
  }

  /** A job of an earlier run with the same statement that was stopped or interrupted. */
  async #stoppedJob(statement: string): Promise<JobResult | undefined> {
    if (!this.#options.keepsJobs) return undefined;
    const { dispatcher } = await this.#cluster();
    const jobs = await dispatcher.listJobs();
    const stopped = jobs.find(
      ({ text, state }) => text === statement && (state === 'SUSPENDED' || state === 'RUNNING'),
    );
    if (!stopped) return undefined;
    const parallelism = Number(this.#environment.config.get('parallelism.default') ?? 1);
    await dispatcher.resumeJob(stopped.jid, parallelism);
    return { kind: 'job', statement, jobId: stopped.jid };
  }

  #tableauOptions(): TableauOptions {
    const { config } = this.#environment;
    return {
      timeZone: config.timeZone,
      maxColumnWidth: Number(config.get('table.display.max-column-width') ?? 30),
    };
  }
}

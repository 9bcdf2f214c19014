import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { QueryResult } from '../../engine/api/query-result.ts';
import type { StatementResult } from '../../engine/api/statement-result.ts';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { valueText } from '../../engine/data/value-text.ts';
import type { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { fromErrorData, MillraceError, RuntimeFailure } from '../../engine/types/errors.ts';
import { ROW_KIND_TEXT } from '../../engine/types/row-kind.ts';
import { STRING } from '../../engine/table/operations/operation-result.ts';
import type { Answer, Case, Phase } from './case-file.ts';
import { tableOf } from './compare.ts';

/** How a case is run. */
export interface RunOptions {
  /** Asked when the case starts its first job. */
  readonly startCluster: () => Promise<LocalCluster>;
  /** Whether the cluster serves other cases, too, and is left as it is. */
  readonly isShared?: boolean;
  /** The folder that `${shared}` stands for. */
  readonly shared: string;
  readonly parallelism?: number;
  /** Options after those of the case. */
  readonly options?: Readonly<Record<string, string>>;
  /** Called while the query's job runs: kills, checkpoints. */
  readonly disturb?: (cluster: LocalCluster, jobId: string) => Promise<void>;
  readonly timeoutMs?: number;
}

/** What a run gave; `unsupported` is set if it is the refusal of something that the engine does not do. */
export interface Outcome {
  readonly answer: Answer;
  readonly unsupported?: string;
}

const DEFAULTS = { 'pipeline.auto-watermark-interval': '0', 'table.local-time-zone': 'UTC' };

/** Runs a case in a folder and a session of its own, and in a cluster of its own unless it is shared. */
export async function runCase(question: Case, run: RunOptions): Promise<Outcome> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-case-'));
  let cluster: Promise<LocalCluster> | undefined;
  const start = (): Promise<LocalCluster> => (cluster ??= run.startCluster());
  try {
    for (const [name, content] of Object.entries(question.files)) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    const fill = (sql: string): string =>
      sql.replaceAll('${dir}', folder).replaceAll('${shared}', run.shared);
    const configuration = {
      ...DEFAULTS,
      'parallelism.default': String(run.parallelism ?? 1),
      ...question.options,
      ...run.options,
    };
    const environment = new TableEnvironment({ cluster: start, configuration });
    return { answer: await answerOf(environment, start, fill(question.sql), fill(question.query), run) };
  } catch (error) {
    return outcomeOfError(error);
  } finally {
    if (!run.isShared) await (await cluster?.catch(() => undefined))?.shutdown();
    await rm(folder, { recursive: true, force: true });
  }
}

async function answerOf(
  environment: TableEnvironment,
  start: () => Promise<LocalCluster>,
  sql: string,
  query: string,
  run: RunOptions,
): Promise<Answer> {
  await environment.executeScript(sql, {
    onResult: async (result) => {
      if (result.kind === 'job') await rowsOf(environment, start, result, run.timeoutMs);
    },
  });
  const result = await environment.executeSql(query);
  if (result.kind === 'job' && run.disturb) {
    const disturbing = run.disturb(await start(), result.jobId);
    const answer = await rowsOf(environment, start, result, run.timeoutMs);
    await disturbing;
    return answer;
  }
  return rowsOf(environment, start, result, run.timeoutMs);
}

async function rowsOf(
  environment: TableEnvironment,
  start: () => Promise<LocalCluster>,
  result: StatementResult,
  timeoutMs = 60_000,
): Promise<Answer> {
  if (result.kind !== 'job') {
    // What only does something answers OK.
    const columns = result.kind === 'rows' ? result.columns : [{ name: 'result', type: STRING }];
    const values = result.kind === 'rows' ? result.rows : [['OK']];
    const rows = values.map((row) => columns.map(({ type }, i) => valueText(row[i] ?? null, type)));
    const changelog = { ordered: false, rows: rows.map((cells) => ({ kind: '+I', cells })) };
    const text = columns[0]?.name === 'result' ? rows[0]?.[0] : undefined;
    return typeof text === 'string' ? { changelog, plan: text.trimEnd() } : { changelog };
  }
  const { dispatcher } = await start();
  const collected = await environment.attachResult(result.jobId);
  const ended = await within(timeoutMs, dispatcher.awaitTermination(result.jobId));
  if (ended.status === 'FAILED')
    throw ended.error ? fromErrorData(ended.error) : new RuntimeFailure('The job failed.');
  if (!collected) return { changelog: { ordered: false, rows: [] } };
  await within(timeoutMs, completion(collected));
  const { fields } = collected.rowType;
  const timeZone = environment.config.timeZone;
  const rows = collected.changes.map(({ kind, values }) => ({
    kind: ROW_KIND_TEXT[kind]!,
    cells: fields.map(({ type }, i) => valueText(values[i] ?? null, type, timeZone)),
  }));
  return { changelog: { ordered: true, rows }, table: { ordered: true, rows: tableOf(rows) } };
}

function completion(result: QueryResult): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (result.isComplete) resolve();
    };
    result.subscribe(look);
    look();
  });
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The job did not end within ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function outcomeOfError(error: unknown): Outcome {
  const text = textOfError(error);
  const unsupported = /not supported/i.test(text) ? { unsupported: text } : {};
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const phases: Readonly<Record<string, Phase>> = {
    parse: 'parse',
    validate: 'validate',
    table: 'validate',
    run: 'run',
  };
  const phase = first instanceof MillraceError ? phases[first.phase] : undefined;
  return { answer: { error: { phase: phase ?? 'run', text } }, ...unsupported };
}

function textOfError(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOfError).join('\n');
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${textOfError(error.cause)}`;
}

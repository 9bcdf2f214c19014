import { describe, expect, test } from 'vitest';
import type { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { NEXMARK_QUERIES, nexmarkTables } from '../../ui/examples/nexmark.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';
import { ResultDigest } from '../nexmark/digest.ts';

/** Few enough that a paced run takes a second, many enough for checkpoints in the middle of it. */
const EVENTS = 10_000;
const OPTIONS = {
  'execution.checkpointing.interval': '60 ms',
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': '10',
  'restart-strategy.fixed-delay.delay': '10 ms',
};

/** Nothing here is about time: a machine that has other work takes longer. */
const PATIENCE = { timeout: 30_000 };

type Disturb = (cluster: LocalCluster, jobId: string) => Promise<void>;

async function digestOf(
  sql: string,
  parallelism: number,
  isPaced: boolean,
  disturb?: Disturb,
): Promise<string> {
  const cluster = await startNodeCluster();
  try {
    const configuration = { ...OPTIONS, 'parallelism.default': String(parallelism) };
    const environment = new TableEnvironment({ cluster: async () => cluster, configuration });
    const limits = { 'events.num': String(EVENTS), 'rate.limited': String(isPaced) };
    await environment.executeScript(nexmarkTables(10_000, limits));
    const job = await environment.executeSql(sql);
    if (job.kind !== 'job') throw new Error('a query was expected');
    const result = (await environment.attachResult(job.jobId))!; // a query has a result
    await disturb?.(cluster, job.jobId);
    const { status, error } = await cluster.dispatcher.awaitTermination(job.jobId);
    expect(status, error?.message).toBe('FINISHED');
    await expect.poll(() => result.isComplete, PATIENCE).toBe(true);
    const digest = new ResultDigest(result.rowType);
    for (const change of result.changes) digest.add(change);
    return `${digest.rows} rows, ${digest.hash}`;
  } finally {
    await cluster.shutdown();
  }
}

/** A TaskManager dies behind a checkpoint; then the job is stopped and goes on in three subtasks. */
const killThenRescale: Disturb = async (cluster, jobId) => {
  const { dispatcher } = cluster;
  const completed = async () => (await dispatcher.checkpoints(jobId)).counts.completed;
  await expect.poll(completed, PATIENCE).toBeGreaterThan(0);
  const { vertices } = await dispatcher.jobDetails(jobId);
  await dispatcher.killTaskManager(vertices[0]!.subtasks[0]!.taskManager);
  await expect.poll(async () => (await dispatcher.jobDetails(jobId)).restarts, PATIENCE).toBe(1);
  await expect.poll(async () => (await dispatcher.jobDetails(jobId)).state, PATIENCE).toBe('RUNNING');
  await dispatcher.stopWithSavepoint(jobId, false);
  await dispatcher.resumeJob(jobId, 3);
};

describe('a Nexmark query gives the same rows', () => {
  for (const { id, sql } of NEXMARK_QUERIES) {
    test(
      `${id}, in 1, 2 and 4 subtasks, each killed once and restored in 3`,
      { timeout: 120_000 },
      async () => {
        const undisturbed = await digestOf(sql, 1, false);
        for (const parallelism of [1, 2, 4]) {
          expect(await digestOf(sql, parallelism, true, killThenRescale)).toBe(undisturbed);
        }
      },
    );
  }
});

import { describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { nexmarkTables, NEXMARK_QUERIES } from '../../ui/examples/nexmark.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';
import { ResultDigest } from './digest.ts';

/** What Apache Flink 2.3 leaves of each query's result over the first 500,000 events at 20,000 a second: rows, and their hash. */
const FLINK: Readonly<Record<string, readonly [rows: number, hash: string]>> = {
  q0: [460000, '2e00e9d5ea6e929b'],
  q1: [460000, 'd4b203401bb2688b'],
  q2: [3486, '19593fb001a6140d'],
  q3: [3086, 'a1349f321780e91f'],
  q10: [460000, 'de86524e10f78249'],
  q12: [11603, '80bfcf02b3c855e5'],
  q14: [130234, '30d987057865c229'],
  q17: [29977, 'e4cccaedad81650f'],
  q21: [438551, 'c6263783a074eed7'],
  q22: [460000, '9defc03f8842bce2'],
};

async function digestOf(sql: string, parallelism: number): Promise<readonly [number, string]> {
  const cluster = await startNodeCluster();
  try {
    const configuration = { 'parallelism.default': String(parallelism) };
    const environment = new TableEnvironment({ cluster: async () => cluster, configuration });
    await environment.executeScript(nexmarkTables(20_000, { 'events.num': '500000' }));
    const job = await environment.executeSql(sql);
    if (job.kind !== 'job') throw new Error('a query was expected');
    const result = (await environment.attachResult(job.jobId))!; // a query has a result
    const { status, error } = await cluster.dispatcher.awaitTermination(job.jobId);
    expect(status, error?.message).toBe('FINISHED');
    await expect.poll(() => result.isComplete, { timeout: 10_000 }).toBe(true);
    const digest = new ResultDigest(result.rowType);
    for (const change of result.changes) digest.add(change);
    return [digest.rows, digest.hash];
  } finally {
    await cluster.shutdown();
  }
}

describe('half a million Nexmark events give the rows that Flink gives', () => {
  for (const { id, sql } of NEXMARK_QUERIES.filter((query) => query.id in FLINK)) {
    const parallelism = id === 'q3' || id === 'q12' || id === 'q17' ? 2 : 1;
    test(`${id}, parallelism ${parallelism}`, { timeout: 60_000 }, async () => {
      expect(await digestOf(sql, parallelism)).toEqual(FLINK[id]);
    });
  }
});

import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { fromErrorData } from '../../engine/types/errors.ts';
import { nexmarkTables } from '../../ui/examples/nexmark.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';
import { ResultDigest } from './digest.ts';

/** Rows and their hash. */
export type Digest = readonly [rows: number, hash: string];

/** What Apache Flink 2.3 leaves of each query's result over the first 500,000 events at 20,000 a second. */
export const FLINK_DIGESTS: Readonly<Record<string, Digest>> = {
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

/** Runs a query over those events and digests what is left. */
export async function digestOf(
  sql: string,
  parallelism: number,
  prepare?: (environment: TableEnvironment) => Promise<void>,
): Promise<Digest> {
  const cluster = await startNodeCluster();
  try {
    const configuration = { 'parallelism.default': String(parallelism) };
    const environment = new TableEnvironment({ cluster: async () => cluster, configuration });
    await environment.executeScript(nexmarkTables(20_000, { 'events.num': '500000' }));
    await prepare?.(environment);
    const job = await environment.executeSql(sql);
    if (job.kind !== 'job') throw new Error('a query was expected');
    const result = await environment.attachResult(job.jobId);
    const { status, error } = await cluster.dispatcher.awaitTermination(job.jobId);
    if (status !== 'FINISHED' || !result) throw error ? fromErrorData(error) : new Error(status);
    while (!result.isComplete) await new Promise((resolve) => setTimeout(resolve, 5));
    const digest = new ResultDigest(result.rowType);
    for (const change of result.changes) digest.add(change);
    return [digest.rows, digest.hash];
  } finally {
    await cluster.shutdown();
  }
}

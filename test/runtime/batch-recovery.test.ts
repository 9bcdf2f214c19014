import { expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { nexmarkTables } from '../../ui/examples/nexmark.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';

const EVENTS = 10_000;
const PATIENCE = { timeout: 30_000 };

const QUERIES = {
  aggregation: 'SELECT channel, COUNT(*), SUM(price), MAX(bidder) FROM bid GROUP BY channel',
  join: `SELECT a.category, COUNT(*), SUM(b.price) FROM auction AS a JOIN bid AS b ON a.id = b.auction
    WHERE b.price > a.initialBid GROUP BY a.category`,
  sort: 'SELECT auction, price, channel FROM bid ORDER BY price DESC, auction, channel LIMIT 50',
};

/** The rows of a query in batch mode; with `isKilled`, its source's TaskManager dies while rows come. */
async function rowsOf(sql: string, isKilled: boolean): Promise<{ rows: unknown[]; restarts: number }> {
  const cluster = await startNodeCluster();
  try {
    const { dispatcher } = cluster;
    const configuration = {
      'execution.runtime-mode': 'batch',
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.delay': '10 ms',
    };
    const environment = new TableEnvironment({ cluster: async () => cluster, configuration });
    await environment.executeScript(
      nexmarkTables(10_000, { 'events.num': String(EVENTS), 'rate.limited': String(isKilled) }),
    );
    const job = await environment.executeSql(sql);
    if (job.kind !== 'job') throw new Error('a query was expected');
    const result = (await environment.attachResult(job.jobId))!; // a query has a result
    const details = () => dispatcher.jobDetails(job.jobId);
    if (isKilled) {
      const read = async () => (await details()).vertices[0]!.metrics.numRecordsOut;
      await expect.poll(read, PATIENCE).toBeGreaterThan(0);
      await dispatcher.killTaskManager((await details()).vertices[0]!.subtasks[0]!.taskManager);
    }
    const { status, error } = await dispatcher.awaitTermination(job.jobId);
    expect(status, error?.message).toBe('FINISHED');
    await expect.poll(() => result.isComplete, PATIENCE).toBe(true);
    return { rows: result.changes.map(({ values }) => values), restarts: (await details()).restarts };
  } finally {
    await cluster.shutdown();
  }
}

test.each(Object.entries(QUERIES))(
  'batch, %s: a killed TaskManager starts the job again, and every row comes once',
  { timeout: 60_000 },
  async (_, sql) => {
    const undisturbed = await rowsOf(sql, false);
    const killed = await rowsOf(sql, true);
    expect(undisturbed.restarts).toBe(0);
    expect(killed.restarts).toBe(1);
    expect(killed.rows.length).toBeGreaterThan(3);
    expect(new Set(killed.rows.map(String))).toEqual(new Set(undisturbed.rows.map(String)));
    expect(killed.rows.length).toBe(undisturbed.rows.length);
  },
);

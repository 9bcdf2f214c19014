import assert from 'node:assert/strict';
import { afterEach, expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import type { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';

const KEYS = 400_000;
/** Room for about half of the keys. */
const MEMORY = '16 mb';

let cluster: LocalCluster | undefined;
afterEach(() => cluster?.shutdown());

test('a task that has used up its memory fails with a message, keeps its checkpoint, and goes on where there is more', async () => {
  cluster = await startNodeCluster({ 'taskmanager.memory.managed.size': MEMORY });
  const { dispatcher } = cluster;
  const environment = new TableEnvironment({
    cluster: async () => cluster!,
    configuration: {
      'parallelism.default': '1',
      'execution.checkpointing.interval': '20 ms',
      'restart-strategy.type': 'none',
    },
  });
  await environment.executeScript(`
    CREATE TABLE keys (k BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '400000',
      'fields.k.kind' = 'sequence', 'fields.k.start' = '1', 'fields.k.end' = '${KEYS}');`);
  const job = await environment.executeSql(
    'SELECT SUM(n), COUNT(*) FROM (SELECT k, COUNT(*) AS n FROM keys GROUP BY k)',
  );
  if (job.kind !== 'job') throw new Error('a query was expected');
  await environment.attachResult(job.jobId); // a query whose rows nobody takes waits
  const { status, error } = await dispatcher.awaitTermination(job.jobId);
  assert.equal(status, 'FAILED');
  assert.match(error?.message ?? '', /Out of managed memory: .* of 16\.0 MiB are in use/);
  assert.match(error?.message ?? '', /taskmanager\.memory\.managed\.size/);
  const { completed, failed } = (await dispatcher.checkpoints(job.jobId)).counts;
  assert.ok(completed > 0, `${completed} checkpoints completed, ${failed} failed`);

  await dispatcher.resumeJob(job.jobId, 4);
  const result = await environment.attachResult(job.jobId);
  const ended = await dispatcher.awaitTermination(job.jobId);
  assert.equal(ended.status, 'FINISHED', ended.error?.message);
  assert.equal((await dispatcher.checkpoints(job.jobId)).counts.restored, 1);
  await expect.poll(() => result?.isComplete).toBe(true);
  assert.deepEqual([...result!.rows()], [[BigInt(KEYS), BigInt(KEYS)]]);
}, 60_000);

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import { nodeHost } from '../../engine/runtime/host-node.ts';
import { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';
import { bundleWorker } from '../harness/worker-bundle.ts';

let workerEntry: URL;
let folder: string;
beforeAll(async () => {
  workerEntry = pathToFileURL(await bundleWorker('engine/runtime/worker-node.ts'));
  folder = await mkdtemp(path.join(os.tmpdir(), 'millrace-functions-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let cluster: LocalCluster | undefined;
afterEach(async () => {
  await cluster?.shutdown();
  cluster = undefined;
});

const ROWS = 3000;
/** Row 2000 comes a second after the first. */
const SOURCE = `CREATE TABLE numbers (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '2000',
  'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '${ROWS}');`;

/** A module whose functions misbehave at row 2000, the first time that `flag` is not there. */
const module = (flag: string): string => `
import { existsSync, writeFileSync } from 'node:fs';
function isFirst() {
  if (existsSync(${JSON.stringify(flag)})) return false;
  writeFileSync(${JSON.stringify(flag)}, '');
  return true;
}
export const loops = { kind: 'scalar', parameters: ['INT'], returns: 'INT',
  eval(n) { if (n === 2000 && isFirst()) for (;;); return n; } };
export const throws = { kind: 'scalar', parameters: ['INT'], returns: 'INT',
  eval(n) { if (n === 2000 && isFirst()) throw new Error('not this one'); return n; } };
export const wrong = { kind: 'scalar', parameters: ['INT'], returns: 'INT',
  eval: (n) => (n === 2000 && isFirst() ? 'two thousand' : n) };
export const twice = { kind: 'table', parameters: ['INT'], returns: 'INT',
  *eval(n) { yield n; if (n === 2000 && isFirst()) throw new Error('in the middle'); yield n; } };
export const later = { kind: 'async-scalar', parameters: ['INT'], returns: 'INT',
  eval: async (n) => {
    await new Promise((resolve) => setTimeout(resolve, n % 3));
    if (n === 2000 && isFirst()) throw new Error('no answer');
    return n;
  } };
export const total = { kind: 'aggregate', parameters: ['INT'], returns: 'BIGINT',
  createAccumulator: () => ({ sum: 0n, seen: new Set() }),
  accumulate(accumulator, n) {
    if (n === 2000 && isFirst()) throw new Error('too much');
    accumulator.sum += BigInt(n);
    accumulator.seen.add(n % 7);
  },
  getValue: ({ sum, seen }) => sum * 10n + BigInt(seen.size) };
`;

interface Failing {
  readonly name: string;
  readonly query: string;
  readonly message: RegExp;
  readonly result: readonly (bigint | number)[];
}
const SUM = (BigInt(ROWS) * BigInt(ROWS + 1)) / 2n;
const FAILING: readonly Failing[] = [
  {
    name: 'throws',
    query: 'SELECT CAST(SUM(throws(n)) AS BIGINT), COUNT(*) FROM numbers',
    message: /Function throws failed for \(2000\): not this one in `throws\(n\)`, row \d+/,
    result: [SUM, BigInt(ROWS)],
  },
  {
    name: 'gives a value of another type',
    query: 'SELECT CAST(SUM(wrong(n)) AS BIGINT), COUNT(*) FROM numbers',
    message: /Function wrong failed for \(2000\): it gave 'two thousand', which is no value of type INT/,
    result: [SUM, BigInt(ROWS)],
  },
  {
    name: 'throws among its rows',
    query: 'SELECT CAST(SUM(x) AS BIGINT), COUNT(*) FROM numbers, LATERAL TABLE(twice(n)) AS t (x)',
    message: /Function twice failed for \(2000\): in the middle, row \d+/,
    result: [2n * SUM, 2n * BigInt(ROWS)],
  },
  {
    name: 'throws while it aggregates',
    query: 'SELECT total(n), COUNT(*) FROM numbers',
    message: /Aggregate function total failed for \(2000\): too much, row \d+/,
    result: [SUM * 10n + 7n, BigInt(ROWS)],
  },
  {
    name: 'rejects',
    query: 'SELECT CAST(SUM(later(n)) AS BIGINT), COUNT(*) FROM numbers',
    message: /Function later failed for \(2000\): no answer/,
    result: [SUM, BigInt(ROWS)],
  },
];

async function environmentOf(name: string, options: Record<string, string> = {}): Promise<TableEnvironment> {
  const environment = new TableEnvironment({
    cluster: async () => cluster!, // started by the test
    configuration: {
      'parallelism.default': '1',
      'execution.checkpointing.interval': '50 ms',
      'restart-strategy.type': 'none',
      'table.exec.async-scalar.max-attempts': '1',
      'table.exec.async-scalar.max-concurrent-operations': '40',
      ...options,
    },
    modules: { own: module(path.join(folder, name)) },
  });
  await environment.executeScript(SOURCE);
  for (const each of ['loops', 'throws', 'wrong', 'twice', 'later', 'total'])
    environment.createTemporarySystemFunction(each, `own#${each}`);
  return environment;
}

describe('a function of a user that', () => {
  for (const { name, query, message, result: expected } of FAILING) {
    test(`${name} fails the job, which goes on from its checkpoint in three subtasks`, async () => {
      cluster = await startNodeCluster();
      const { dispatcher } = cluster;
      const environment = await environmentOf(name);
      const job = await environment.executeSql(query);
      if (job.kind !== 'job') throw new Error('a query was expected');
      await environment.attachResult(job.jobId);
      const { status, error } = await dispatcher.awaitTermination(job.jobId);
      assert.equal(status, 'FAILED');
      assert.match(error?.message ?? '', message);
      assert.ok((await dispatcher.checkpoints(job.jobId)).counts.completed > 0);

      await dispatcher.resumeJob(job.jobId, 3);
      const result = await environment.attachResult(job.jobId);
      const ended = await dispatcher.awaitTermination(job.jobId);
      assert.equal(ended.status, 'FINISHED', ended.error?.message);
      assert.equal((await dispatcher.checkpoints(job.jobId)).counts.restored, 1);
      await expect.poll(() => result?.isComplete).toBe(true);
      assert.deepEqual([...result!.rows()], [expected]);
    });
  }

  test('never returns is named, its thread ended, and the job goes on from its checkpoint', async () => {
    const store = path.join(folder, 'store');
    const wasm = new Uint8Array(await readFile('wasm/build/millrace.debug.wasm'));
    cluster = await LocalCluster.start(
      { ...nodeHost(workerEntry, store), wasm },
      { 'millrace.store': store, 'heartbeat.interval': '200 ms', 'heartbeat.timeout': '1500 ms' },
    );
    const { dispatcher } = cluster;
    const environment = await environmentOf('loops', {
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': '1',
      'restart-strategy.fixed-delay.delay': '1 ms',
    });
    const job = await environment.executeSql('SELECT CAST(SUM(loops(n)) AS BIGINT), COUNT(*) FROM numbers');
    if (job.kind !== 'job') throw new Error('a query was expected');
    const result = await environment.attachResult(job.jobId);
    const ended = await dispatcher.awaitTermination(job.jobId);
    assert.equal(ended.status, 'FINISHED', ended.error?.message);
    const { counts } = await dispatcher.checkpoints(job.jobId);
    assert.equal(counts.restored, 1);
    const { exceptions } = await dispatcher.jobDetails(job.jobId);
    assert.match(
      JSON.stringify(exceptions),
      /no answer for 1500 ms\. Function loops, called in Calc\[\d+\] \(subtask 0\), seems not to return\./,
    );
    await expect.poll(() => result?.isComplete).toBe(true);
    assert.deepEqual([...result!.rows()], [[SUM, BigInt(ROWS)]]);
  });
});

import { deleteDB } from 'idb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import type { FunctionSource } from '../../engine/api/user-modules.ts';
import { host } from '../../engine/runtime/host-browser.ts';
import { LocalCluster } from '../../engine/runtime/local-cluster.ts';

const STORE = 'user-functions-test';
let cluster: LocalCluster;
beforeAll(async () => {
  cluster = await LocalCluster.start(host, { 'millrace.store': STORE });
});
afterAll(async () => {
  await cluster.shutdown();
  await deleteDB(STORE);
});

const DOUBLE =
  "export const double = { kind: 'scalar', parameters: ['INT'], returns: 'INT', eval: (n) => 2 * n };";
const sources: Readonly<Record<string, () => FunctionSource>> = {
  'source text': () => ({ source: DOUBLE, exportName: 'double' }),
  'the URL of a Blob': () => ({
    module: URL.createObjectURL(new Blob([DOUBLE], { type: 'text/javascript' })),
    exportName: 'double',
  }),
  'a definition': () => ({ kind: 'scalar', parameters: ['INT'], returns: 'INT', eval: (n: number) => 2 * n }),
};

for (const [name, source] of Object.entries(sources)) {
  test(`workers of a browser call a function given as ${name}`, { timeout: 60_000 }, async () => {
    const environment = new TableEnvironment({ cluster: () => Promise.resolve(cluster) });
    environment.createTemporaryFunction('f', source());
    const job = await environment.executeSql('SELECT f(n) FROM (VALUES (1), (2)) AS t (n)');
    const result = await environment.attachResult(job.kind === 'job' ? job.jobId : '');
    await expect.poll(() => result?.isComplete, { timeout: 30_000 }).toBe(true);
    expect([...result!.rows()]).toEqual([[2], [4]]);
  });
}

import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/index.ts';
import { signatureOf } from '../../engine/table/catalog/user-function-signature.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';

const text = readFileSync(new URL('../../docs/user-functions.md', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/```js\n(.*?)```/gs)].map(([, code = '']) => code);
const cluster = startNodeCluster();
afterAll(async () => (await cluster).shutdown());

/** What the documentation's functions give for a call. */
const CALLS: Readonly<Record<string, readonly [query: string, rows: readonly unknown[]]>> = {
  count_char: ["SELECT count_char(s, 'c') FROM (VALUES ('abcc')) AS t (s)", [[2n]]],
  twice: ['SELECT twice(n) FROM (VALUES (1), (2)) AS t (n)', [[2], [4]]],
  words: [
    "SELECT w.a, w.b FROM (VALUES ('x-yy')) AS t (s), LATERAL TABLE(words(`by` => '-', text => s)) AS w (a, b)",
    [
      ['x', 1],
      ['yy', 2],
    ],
  ],
  weighted_avg: ['SELECT weighted_avg(v, w) FROM (VALUES (1.0E0, 1), (4.0E0, 2)) AS t (v, w)', [[3]]],
};

describe('the functions of docs/user-functions.md', () => {
  for (const code of blocks) {
    const [, name = ''] = /export const (\w+)/.exec(code) ?? [];
    test(`${name} has a signature, and gives what it should`, async () => {
      const module = (await import(
        /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(code)}`
      )) as object;
      for (const exported of Object.values(module)) expect(() => signatureOf(exported)).not.toThrow();
      const environment = new TableEnvironment({ cluster: () => cluster, modules: { docs: code } });
      environment.createTemporarySystemFunction(name, `docs#${name}`);
      const [query, rows] = CALLS[name]!; // every example has one
      const job = await environment.executeSql(query);
      const result = await environment.attachResult(job.kind === 'job' ? job.jobId : '');
      await expect.poll(() => result?.isComplete).toBe(true);
      expect([...result!.rows()]).toEqual(rows);
    });
  }
});

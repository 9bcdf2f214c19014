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

/** Every kind of function, called by the workers of a browser: what it gives, or the words of its failure. */
const KINDS = `
export const plus = { kind: 'scalar', parameters: ['INT', { name: 'b', type: 'INT', isOptional: true }], returns: 'INT', eval: (a, b) => (a === null ? null : a + (b ?? 100)) };
export const named = { kind: 'scalar', parameters: [{ name: 'x', type: 'INT' }, { name: 'y', type: 'STRING', isOptional: true }], returns: 'STRING', eval: (x, y) => x + '/' + y };
export const join = { kind: 'scalar', parameters: ['STRING', 'INT'], isVariadic: true, returns: 'STRING', eval: (s, ...n) => s + n.join('') };
export const same = { kind: 'scalar', parameters: ['ANY'], returns: ([type]) => type, eval: (x) => x };
export const column = { kind: 'scalar', parameters: ['INT'], returns: 'DOUBLE', evalColumns: ([n], rows) => Float64Array.from({ length: rows }, (_, i) => n.values[n.isConstant ? 0 : i] / 2) };
export const nested = { kind: 'scalar', parameters: ['ROW<a INT, b ARRAY<STRING>>'], returns: 'MAP<STRING, ROW<n INT>>', eval: ([a, b]) => b.map((key) => [key, [a]]) };
export const upto = { kind: 'table', parameters: ['INT'], returns: 'ROW<i INT, t STRING>', *eval(n) { for (let i = 0; i < n; i++) yield [i, 'r' + i]; } };
export const total = { kind: 'aggregate', parameters: ['INT'], returns: 'INT', createAccumulator: () => ({ sum: 0 }), accumulate(a, n) { a.sum += n; }, retract(a, n) { a.sum -= n; }, merge(a, b) { a.sum += b.sum; }, getValue: (a) => a.sum };
export const later = { kind: 'async-scalar', parameters: ['INT'], returns: 'INT', eval: (n) => new Promise((done) => setTimeout(() => done(10 * n), 5)) };
export const throws = { kind: 'scalar', parameters: ['INT'], returns: 'INT', eval: (n) => { if (n === 2) throw new RangeError('two is too much'); return n; } };
export const wrong = { kind: 'scalar', parameters: ['INT'], returns: 'INT', eval: (n) => 'text' + n };
export const rejects = { kind: 'async-scalar', parameters: ['INT'], returns: 'INT', eval: async () => { throw new Error('nobody answers'); } };
`;
const NAMES = KINDS.match(/(?<=export const )\w+/g) ?? [];

async function answerOf(query: string): Promise<unknown[][]> {
  const environment = new TableEnvironment({
    cluster: () => Promise.resolve(cluster),
    modules: { kinds: KINDS },
    configuration: { 'table.exec.async-scalar.max-attempts': '1' },
  });
  for (const name of NAMES)
    await environment.executeSql(`CREATE FUNCTION my_${name} AS 'kinds#${name}' LANGUAGE JAVASCRIPT`);
  const job = await environment.executeSql(query);
  const jobId = job.kind === 'job' ? job.jobId : '';
  const result = await environment.attachResult(jobId);
  const { status, error } = await cluster.dispatcher.awaitTermination(jobId);
  if (status === 'FAILED') throw new Error(error?.message);
  await expect.poll(() => result?.isComplete, { timeout: 30_000 }).toBe(true);
  return [...result!.rows()].map((row) => [...row]);
}

const T = `(VALUES (1, 'a'), (2, 'b')) AS t (n, g)`;
const answers: Readonly<Record<string, unknown[][]>> = {
  [`SELECT my_plus(n, 1), my_plus(n, DEFAULT), my_named(y => g, x => n) FROM ${T}`]: [
    [2, 101, '1/a'],
    [3, 102, '2/b'],
  ],
  [`SELECT my_join(g, n, n), my_same(g), my_same(n) + 1, my_column(n) FROM ${T}`]: [
    ['a11', 'a', 2, 0.5],
    ['b22', 'b', 3, 1],
  ],
  [`SELECT my_nested(ROW(n, ARRAY[g]))[g].n, my_later(n), my_later(my_later(3)) FROM ${T}`]: [
    [1, 10, 300],
    [2, 20, 300],
  ],
  [`SELECT n, i, t FROM ${T.replace('AS t', 'AS s')}, LATERAL TABLE(my_upto(my_later(n) - 9)) AS u (i, t) WHERE n = 1`]:
    [[1, 0, 'r0']],
  [`SELECT my_total(n), my_total(DISTINCT n) FILTER (WHERE n > 1) FROM ${T}`]: [[3, 2]],
};
for (const [query, rows] of Object.entries(answers)) {
  test(`in a browser: ${query}`, { timeout: 60_000 }, async () => {
    expect(await answerOf(query)).toEqual(rows);
  });
}

test.each([
  [`SELECT my_throws(n) FROM ${T}`, /Function my_throws failed for \(2\): two is too much in .*, row 2/],
  [
    `SELECT my_wrong(n) FROM ${T}`,
    /Function my_wrong failed for \(1\): it gave 'text1', which is no value of type INT in .*, row 1/,
  ],
  [`SELECT my_rejects(n) FROM ${T}`, /Function my_rejects failed for \(1\): nobody answers/],
])('a failure in a browser names function and row: %s', { timeout: 60_000 }, async (query, words) => {
  await expect(answerOf(query)).rejects.toThrow(words);
});

import assert from 'node:assert/strict';
import { test } from 'vitest';
import bytes from '#wasm?bytes';
import { TableEnvironment, type TableEnvironmentOptions } from '../../engine/api/table-environment.ts';
import type { StatementResult } from '../../engine/api/statement-result.ts';
import type { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { ValidationException } from '../../engine/types/errors.ts';

const noCluster = (): Promise<LocalCluster> => Promise.reject(new Error('nothing runs here'));

function environment(options: Partial<TableEnvironmentOptions> = {}): TableEnvironment {
  return new TableEnvironment({ cluster: noCluster, ...options });
}

/** What EXPLAIN answers. */
function planOf(result: StatementResult): string {
  const [text] = result.kind === 'rows' ? (result.rows[0] ?? []) : [];
  return typeof text === 'string' ? text : '';
}

/** The physical projection of a query. */
function projection(plan: string | undefined): string {
  const section = plan?.split('== Optimized Physical Plan ==\n')[1] ?? '';
  return section.split('\n')[0] ?? '';
}

function explained(query: string, options: Partial<TableEnvironmentOptions> = {}): string {
  return projection(environment({ kernels: bytes, ...options }).explainScript(`${query};`)[0]);
}

test('bytes of the kernels are enough for a plan that nobody waits for', () => {
  assert.equal(explained("SELECT UPPER('a')"), "Calc(select=[_UTF-16LE'A' AS EXPR$0])");
});

test('a module, too, in the zone of the session', async () => {
  const kernels = await WebAssembly.compile(bytes);
  const configuration = { 'table.local-time-zone': 'Asia/Tokyo' };
  assert.match(explained('SELECT FROM_UNIXTIME(0)', { kernels, configuration }), /1970-01-01 09:00:00/);
});

test('without kernels the job computes what is no plain arithmetic', async () => {
  const [plan] = environment().explainScript("SELECT UPPER('a'), 1 + 2;");
  assert.equal(projection(plan), "Calc(select=[UPPER(_UTF-16LE'a') AS EXPR$0, +(1, 2) AS EXPR$1])");
  const waited = await environment().executeSql("EXPLAIN SELECT UPPER('a')");
  assert.match(planOf(waited), /UPPER/);
});

test('the cluster is asked for kernels when there are constants, once, and not before', async () => {
  let asked = 0;
  const cluster = (): Promise<LocalCluster> => {
    asked++;
    return Promise.resolve({ kernels: bytes } as unknown as LocalCluster);
  };
  const session = environment({ cluster });
  await session.executeSql('EXPLAIN SELECT 1 + 1');
  assert.equal(asked, 0);
  for (const text of ['a', 'b']) {
    const result = await session.executeSql(`EXPLAIN SELECT UPPER('${text}')`);
    assert.match(planOf(result), new RegExp(`'${text.toUpperCase()}'`));
  }
  assert.equal(asked, 1);
});

test('a division by zero is shown where it stands', () => {
  for (const query of ['SELECT 5,\n  1 / 0', 'SELECT a FROM (VALUES (1)) AS t(a)\nWHERE a > 1e0 / 0.0']) {
    assert.throws(
      () => environment().explainScript(`${query};`),
      (error) =>
        error instanceof ValidationException &&
        error.message === 'Division by zero' &&
        error.position?.line === 2 &&
        /^(?:1|1e0) \/ 0/.test(error.found ?? ''),
      query,
    );
  }
});

test('a check tells of it, too', () => {
  const { errors } = environment({ kernels: bytes }).check('SELECT 1 / 0;');
  assert.deepEqual(
    errors.map(({ message, position }) => [message, position?.column]),
    [['Division by zero', 8]],
  );
});

for (const [name, call] of [
  ['a pattern that would be tried for ever', `REGEXP('${'a'.repeat(60)}b', '(a+)+c')`],
  ['a text that nobody can hold', "REPEAT('ab', 2000000000)"],
  ['what fails', "CAST('x' AS INT)"],
  ['a clock', 'NOW()'],
  ['chance', 'RAND()'],
] as const) {
  test(`${name} is left to the job`, () => {
    assert.equal(explained(`SELECT ${call}`).includes(`select=[${call.slice(0, 4)}`), true);
  });
}

test("users' functions are called by nobody but the job", async () => {
  const session = environment({ kernels: bytes });
  const source =
    'export default { kind: "scalar", parameters: ["INT"], returns: "INT", eval: () => { throw new Error("called"); } };';
  session.createTemporaryFunction('boom', { source });
  const result = await session.executeSql('EXPLAIN SELECT boom(1 + 1)');
  assert.match(projection(planOf(result)), /select=\[boom\(/);
});

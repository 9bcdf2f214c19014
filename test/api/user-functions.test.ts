import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'vitest';
import { defineFunction, TableEnvironment } from '../../engine/index.ts';
import type { FunctionSource, Value } from '../../engine/index.ts';
import type { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';

let cluster: Promise<LocalCluster> | undefined;
afterEach(async () => {
  await (await cluster)?.shutdown();
  cluster = undefined;
});

function environmentOf(modules: Readonly<Record<string, string>> = {}): TableEnvironment {
  return new TableEnvironment({ cluster: () => (cluster ??= startNodeCluster()), modules });
}

async function rowsOf(environment: TableEnvironment, query: string): Promise<(readonly Value[])[]> {
  const job = await environment.executeSql(query);
  if (job.kind !== 'job') throw new Error('a query was expected');
  const result = await environment.attachResult(job.jobId);
  const { status, error } = await (await cluster!).dispatcher.awaitTermination(job.jobId);
  assert.equal(status, 'FINISHED', error?.message);
  while (!result!.isComplete) await new Promise((resolve) => setTimeout(resolve, 5));
  return [...result!.rows()];
}

const DOUBLE =
  "export const double = { kind: 'scalar', parameters: ['INT'], returns: 'INT', eval: (n) => 2 * n };";
const QUERY = 'SELECT f(n) FROM (VALUES (1), (2)) AS t (n)';

const sources: Readonly<Record<string, FunctionSource>> = {
  'as module#export of a module whose text the session has': 'own#double',
  'as a module and an export': { module: 'own', exportName: 'double' },
  'as source text': { source: DOUBLE, exportName: 'double' },
  'as a URL of data': { module: `data:text/javascript,${encodeURIComponent(DOUBLE)}`, exportName: 'double' },
  'as the URL of a Blob': {
    module: URL.createObjectURL(new Blob([DOUBLE], { type: 'text/javascript' })),
    exportName: 'double',
  },
  'as a definition with an arrow': defineFunction({
    kind: 'scalar',
    parameters: ['INT'],
    returns: 'INT',
    eval: (n: number) => 2 * n,
  }),
  'as a definition with a method': defineFunction({
    kind: 'scalar',
    parameters: ['INT'],
    returns: 'INT',
    eval(n: number) {
      return 2 * n;
    },
  }),
};

describe('a function is registered', () => {
  for (const [name, source] of Object.entries(sources)) {
    test(name, async () => {
      const environment = environmentOf({ own: DOUBLE });
      environment.createTemporaryFunction('f', source);
      assert.deepEqual(await rowsOf(environment, QUERY), [[2], [4]]);
    });
  }

  test('in SQL, by the name that the session gives its module', async () => {
    const environment = environmentOf();
    environment.registerModule('mine', DOUBLE);
    await environment.executeScript("CREATE FUNCTION f AS 'mine#double' LANGUAGE JAVASCRIPT;");
    assert.deepEqual(await rowsOf(environment, QUERY), [[2], [4]]);
  });

  test('with all others that its module exports', async () => {
    const environment = environmentOf({ own: `${DOUBLE}\nexport const other = 7;` });
    assert.deepEqual(await environment.useModule('own'), ['double']);
    assert.deepEqual(await rowsOf(environment, 'SELECT `double`(n) FROM (VALUES (4)) AS t (n)'), [[8]]);
    await assert.rejects(environment.useModule('nothing'), /Module 'nothing' cannot be imported/);
  });

  test('anew under the name of its module, when the text of that changes', async () => {
    const environment = environmentOf({ own: DOUBLE });
    environment.createTemporaryFunction('f', 'own#double');
    await rowsOf(environment, QUERY);
    environment.registerModule(
      'own',
      DOUBLE.replace('2 * n', '3 * n').replace("returns: 'INT'", "returns: 'DOUBLE'"),
    );
    assert.deepEqual(await rowsOf(environment, QUERY), [[3], [6]]);
  });

  test('not if its text cannot be known', () => {
    const environment = environmentOf();
    const bound = { kind: 'scalar', parameters: ['INT'], returns: 'INT', eval: Math.abs } as const;
    assert.throws(() => environment.createTemporaryFunction('f', bound), /'eval' is bound or built in/);
    const broken = { kind: 'scalar', returns: 'INT' } as unknown as FunctionSource;
    assert.throws(() => environment.createTemporaryFunction('f', broken), /it needs a function 'eval'/);
  });
});

describe('an editor that checks a script', () => {
  const script = `CREATE FUNCTION f AS 'own#double' LANGUAGE JAVASCRIPT;
SELECT f('x', n) FROM (VALUES (1)) AS t (n);
SELECT f(n) FROM (VALUES (1)) AS t (n);`;

  test('says nothing of calls while modules are being read, and then what is wrong, with its place', async () => {
    const environment = environmentOf({ own: DOUBLE });
    assert.deepEqual(environment.check(script).errors, []);
    await environment.prepareFunctions(script);
    const { errors } = environment.check(script);
    assert.equal(errors.length, 1);
    assert.match(errors[0]!.message, /Invalid function call:\n.*f\(CHAR\(1\) NOT NULL, INT NOT NULL\)/);
    assert.deepEqual([errors[0]!.position?.line, errors[0]!.position?.column], [2, 8]);
  });
});

const refused: readonly [about: string, call: string, message: RegExp][] = [
  ['a parameter that is not there', 'f(m => 1)', /no parameter 'm'; its parameters are n, by/],
  ['a parameter given twice', 'f(n => 1, n => 2)', /Parameter 'n' is given twice/],
  ['both ways at once', 'f(1, `by` => 2)', /are not mixed in one call/],
  ['too much', 'f(1, 2, 3)', /Expected signatures are:\n.*f\(n => INT, \[by => INT\]\)/],
  ['what is left out and needed', 'f(`by` => 2)', /Invalid function call/],
  ['FILTER', 'f(1) FILTER (WHERE TRUE)', /FILTER must be applied to aggregate function/],
  ['OVER', 'f(1) OVER ()', /OVER must be applied to aggregate function/],
];
describe('a call with', () => {
  for (const [about, call, message] of refused) {
    test(`${about} is refused with its place`, async () => {
      const environment = environmentOf({
        own: `export const f = { kind: 'scalar', returns: 'INT', eval: (n, by) => n + (by ?? 0),
          parameters: [{ name: 'n', type: 'INT' }, { name: 'by', type: 'INT', isOptional: true }] };`,
      });
      environment.createTemporaryFunction('f', 'own#f');
      await assert.rejects(
        environment.executeSql(`SELECT ${call} FROM (VALUES (1)) AS t (x)`),
        (error: Error) => {
          assert.match(error.message, message);
          assert.ok('position' in error && error.position);
          return true;
        },
      );
    });
  }
});

import { readFileSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { rescaleJobGraph } from '../../../engine/graph/job-graph-generator.ts';
import { PlannerSession } from '../planner-session.ts';
import { jobGraphText } from './job-graph-text.ts';
import { QUERIES, createNexmark } from './nexmark.ts';

const GOLDEN = new URL('job-graphs.txt', import.meta.url);

const TABLES = [
  "CREATE TABLE t (a INT, b BIGINT, c STRING, r ROW<x INT, y ROW<z STRING, w DOUBLE>>) WITH ('connector' = 'datagen')",
  "CREATE TABLE f (a INT, b BIGINT, r ROW<x INT, y INT>, c STRING) WITH ('connector' = 'filesystem', 'path' = '/f', 'format' = 'json')",
  "CREATE TABLE cdc (id INT, v BIGINT) WITH ('connector' = 'filesystem', 'path' = '/c', 'format' = 'debezium-json')",
  "CREATE TABLE strict (a INT NOT NULL, n BIGINT NOT NULL) WITH ('connector' = 'print')",
  "CREATE TABLE sink (a INT, n BIGINT) WITH ('connector' = 'blackhole')",
];

/** Name, statement, options beside parallelism 2. */
const MORE: [name: string, sql: string, options?: Record<string, string>][] = [
  ['one subtask: the result stays a vertex of its own', 'SELECT a FROM t', { 'parallelism.default': '1' }],
  [
    'chaining off',
    'INSERT INTO sink SELECT a, b FROM t WHERE a > 1',
    { 'pipeline.operator-chaining.enabled': 'false' },
  ],
  ['a global aggregation is one subtask', 'INSERT INTO sink SELECT CAST(MAX(a) AS INT), COUNT(*) FROM t'],
  ['NOT NULL columns of a sink are watched', 'INSERT INTO strict SELECT a, b FROM t'],
  ['only what may be NULL is watched', 'INSERT INTO strict SELECT a, COUNT(*) FROM t GROUP BY a'],
  [
    'an update without -U for a sink that needs none',
    'INSERT INTO sink SELECT a, COUNT(*) FROM t GROUP BY a',
  ],
  [
    'a union is two edges into one gate',
    'INSERT INTO sink SELECT a, COUNT(*) FROM (SELECT a FROM t UNION ALL SELECT a FROM f) GROUP BY a',
  ],
  ['a nested field reads one leaf', 'INSERT INTO sink SELECT r.x, b FROM t'],
  ['a projection in the scan', 'INSERT INTO sink SELECT r.y, b FROM f'],
  ['VALUES come from one subtask', 'SELECT * FROM (VALUES (1, 2), (3, 4)) AS v(x, y)'],
  ['-U is dropped behind a source of changes', 'INSERT INTO sink SELECT id, v FROM cdc'],
  [
    'two sinks read one source',
    'EXECUTE STATEMENT SET BEGIN INSERT INTO sink SELECT a, b FROM t; INSERT INTO strict SELECT a, COUNT(*) FROM t GROUP BY a; END',
  ],
];

function actual(): string {
  const nexmark = new PlannerSession({ 'parallelism.default': '2' });
  createNexmark(nexmark);
  const graphs = Object.entries(QUERIES).map(
    ([name, sql]) => `## ${name}\n${jobGraphText(nexmark.job(sql))}\n`,
  );
  for (const [name, sql, options] of MORE) {
    const session = new PlannerSession({ 'parallelism.default': '2', ...options });
    for (const table of TABLES) session.execute(table);
    graphs.push(`## ${name}\n${jobGraphText(session.job(sql))}\n`);
  }
  return graphs.join('\n');
}

/** `UPDATE_GOLDEN=1` writes the file anew, to be read before it is committed. */
describe('job graphs', () => {
  const text = actual();
  if (process.env['UPDATE_GOLDEN']) writeFileSync(GOLDEN, text);
  const golden = new Map(readFileSync(GOLDEN, 'utf8').split(/^## /m).slice(1).map(entry));
  for (const [name, graph] of text.split(/^## /m).slice(1).map(entry)) {
    test(name, () => assert.equal(graph, golden.get(name)));
  }
});

function entry(text: string): [string, string] {
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1).trim()];
}

test('operators keep their ids at another parallelism and with chaining off', () => {
  const ids = (options: Record<string, string>): string[] => {
    const session = new PlannerSession(options);
    createNexmark(session);
    return session
      .job(QUERIES.q3)
      .vertices.flatMap((vertex) => vertex.operators.map((operator) => operator.id));
  };
  const plain = ids({ 'parallelism.default': '1' });
  assert.equal(new Set(plain).size, plain.length);
  assert.deepEqual(ids({ 'parallelism.default': '4' }), plain);
  assert.deepEqual(ids({ 'pipeline.operator-chaining.enabled': 'false' }).sort(), [...plain].sort());
});

test('a job is rescaled vertex by vertex, its result stays in one subtask', () => {
  const session = new PlannerSession({ 'parallelism.default': '1' });
  createNexmark(session);
  const rescaled = rescaleJobGraph(session.job(QUERIES.q17), 3);
  assert.deepEqual(
    rescaled.vertices.map((vertex) => vertex.parallelism),
    [3, 3, 1],
  );
  assert.equal(rescaled.configuration['parallelism.default'], '3');
  assert.throws(() => rescaleJobGraph(rescaled, 1000), /maximum parallelism 128/);
});

test('a job names the modules of the functions that it calls', () => {
  const session = new PlannerSession();
  createNexmark(session);
  assert.deepEqual(session.job(QUERIES.q14).functions, [
    { key: 'count_char', module: 'functions.js', exportName: 'countChar' },
  ]);
  assert.equal(session.job(QUERIES.q0).functions, undefined);
});

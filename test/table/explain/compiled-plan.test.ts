import { describe, expect, test } from 'vitest';
import { parseStatement } from '../../../engine/table/parser/parser.ts';
import { PlannerSession } from '../planner-session.ts';

const DDL = [
  "CREATE TABLE t (a INT, b STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND) WITH ('connector' = 'datagen')",
  "CREATE TABLE o (a INT, c DOUBLE) WITH ('connector' = 'filesystem', 'path' = '/o', 'format' = 'json')",
  "CREATE TABLE s1 (a INT, b STRING) WITH ('connector' = 'print')",
  "CREATE TABLE s2 (a INT, n BIGINT, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector' = 'blackhole')",
];

const STATEMENTS = [
  "INSERT INTO s1 SELECT a + 1, UPPER(b) FROM t WHERE b LIKE 'x%' AND a IN (1, 2, 3)",
  'INSERT INTO s2 SELECT a, COUNT(*) FROM t GROUP BY a',
  'INSERT INTO s2 SELECT t.a, CAST(o.c AS BIGINT) FROM t JOIN o ON t.a = o.a',
  "INSERT INTO s2 SELECT MAX(a), COUNT(DISTINCT b) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end",
  'INSERT INTO s1 (b) SELECT b FROM t UNION ALL SELECT CAST(c AS STRING) FROM o',
  'STATEMENT SET BEGIN INSERT INTO s1 SELECT a, b FROM t WHERE a > 3; INSERT INTO s2 SELECT a, 1 FROM t WHERE a > 3; END',
];

function session(): PlannerSession {
  const made = new PlannerSession();
  for (const statement of DDL) made.execute(statement);
  return made;
}

function compiled(statement: string): string {
  const sql = `COMPILE PLAN '/p' FOR ${statement}`;
  const parsed = parseStatement(sql);
  if (parsed.kind !== 'CompilePlan') throw new TypeError(parsed.kind);
  return session().planner.compilePlan([parsed.statement], sql, statement);
}

describe('a plan that went through a file is the same job', () => {
  test.each(STATEMENTS)('%s', (statement) => {
    const direct = session().job(statement.replace(/^STATEMENT/, 'EXECUTE STATEMENT'));
    // No table of the session is needed.
    const read = new PlannerSession().planner.executePlan(compiled(statement), '/p', 'job');
    expect({ ...read, text: '' }).toEqual({ ...direct, text: '' });
    expect(read.text).toBe(statement);
  });
});

test('a node is in the plan once, however many read it', () => {
  const plan = JSON.parse(compiled(STATEMENTS[5] ?? '')) as {
    nodes: { id: number; inputs: number[]; description: string; node: { kind: string } }[];
    sinks: number[];
  };
  expect(plan.nodes.filter(({ node }) => node.kind === 'TableSourceScan')).toHaveLength(1);
  expect(plan.sinks).toHaveLength(2);
  for (const { id, inputs } of plan.nodes) for (const input of inputs) expect(input).toBeLessThan(id);
  expect(plan.nodes[0]?.description).toMatch(
    /^TableSourceScan\(table=\[\[default_catalog, default_database, t\]\]/,
  );
});

test('it is the plan of the options at COMPILE PLAN, and runs under those at EXECUTE PLAN', () => {
  const later = new PlannerSession({ 'parallelism.default': '3' });
  const graph = later.planner.executePlan(compiled(STATEMENTS[1] ?? ''), '/p', 'job');
  expect(Math.max(...graph.vertices.map((vertex) => vertex.parallelism))).toBe(3);
});

test.each([
  ['no json', "The plan '/p' is no JSON."],
  ['{}', "'/p' holds no compiled plan."],
  [
    '{"flinkVersion": "2.3", "nodes": [], "edges": []}',
    "The plan '/p' is one of Apache Flink, which is not supported",
  ],
  [
    '{"millracePlanVersion": 99, "statement": "", "nodes": [], "sinks": []}',
    "The plan '/p' has version 99, which is not supported",
  ],
  [
    '{"millracePlanVersion": 1, "statement": "", "nodes": [], "sinks": [1]}',
    "The plan '/p' is damaged: node 1",
  ],
])('%s is refused', (text, message) => {
  expect(() => new PlannerSession().planner.executePlan(text, '/p', 'job')).toThrow(message);
});

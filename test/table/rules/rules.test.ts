import { readFileSync, writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseStatement } from '../../../engine/table/parser/parser.ts';
import { logicalPlanText } from '../../../engine/table/explain/logical-text.ts';
import { CorrelationNumbers, Correlations } from '../../../engine/table/plan/correlations.ts';
import { QueryConverter } from '../../../engine/table/plan/query-converter.ts';
import { Mistakes } from '../../../engine/table/validate/mistakes.ts';
import type { LogicalNode } from '../../../engine/table/plan/rel-node.ts';
import { coerceUnionInputs, coerceUnionTimes } from '../../../engine/table/rules/coerce-union-inputs.ts';
import { useConstantColumns } from '../../../engine/table/rules/constant-columns.ts';
import { distinctUnions } from '../../../engine/table/rules/distinct-unions.ts';
import { fuseWindowAggregate } from '../../../engine/table/rules/fuse-window-aggregate.ts';
import { materializeTimeAttributes } from '../../../engine/table/rules/materialize-time-attributes.ts';
import { mergeProjects } from '../../../engine/table/rules/merge-projects.ts';
import { pruneColumns } from '../../../engine/table/rules/prune-columns.ts';
import { pruneEmpty } from '../../../engine/table/rules/prune-empty.ts';
import { pullUpConstantKeys } from '../../../engine/table/rules/pull-up-constant-keys.ts';
import { pushDownFilters } from '../../../engine/table/rules/push-down-filters.ts';
import { reduceAverages } from '../../../engine/table/rules/reduce-averages.ts';
import { removeDistinct } from '../../../engine/table/rules/remove-distinct.ts';
import { COMPUTES_NOTHING } from '../../../engine/table/rules/simplify/constant-reducer.ts';
import { simplifyPlan } from '../../../engine/table/rules/simplify-plan.ts';
import { PlannerSession } from '../planner-session.ts';
import { TEST_CONNECTORS } from '../test-connectors.ts';

const GOLDEN = new URL('rules.txt', import.meta.url);

const TABLES = [
  "CREATE TABLE s (a INT, b BIGINT, c STRING) WITH ('connector' = 'datagen')",
  "CREATE TABLE k (id INT, v BIGINT NOT NULL, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'datagen')",
  "CREATE TABLE e (a INT, b BIGINT, ts TIMESTAMP(3), d AS a + 1, WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen')",
  "CREATE TABLE f (a INT, b BIGINT, c STRING) WITH ('connector' = 'filesystem', 'path' = '/f', 'format' = 'json')",
];

const prune = (plan: LogicalNode): LogicalNode =>
  pruneColumns(plan, { supportsProjection: (table) => table.connector === 'filesystem' });
const WINDOW = "TABLE(TUMBLE(TABLE e, DESCRIPTOR(ts), INTERVAL '1' MINUTE))";

const OPTIONS = { compute: COMPUTES_NOTHING };

const RULES: [rule: string, apply: (plan: LogicalNode) => LogicalNode, queries: string[]][] = [
  [
    'simplify',
    (plan) => simplifyPlan(plan, OPTIONS),
    [
      'SELECT a FROM s WHERE a > 1 + 2 AND NOT (b <= 3) AND a > 5',
      'SELECT a FROM s WHERE a IN (1, 2) OR a = 7 OR a BETWEEN 3 AND 4',
      "SELECT a FROM s WHERE c = 'x' AND c IS NOT NULL AND (a = 1 OR TRUE)",
      'SELECT a FROM s WHERE a = 1 AND a = 2',
      'SELECT CASE WHEN 1 = 2 THEN a WHEN TRUE THEN 3 ELSE a END, COALESCE(v, 1) FROM s, k',
      'SELECT 2147483647 + 1, a / 0 FROM s',
    ],
  ],
  [
    'push down filters',
    (plan) => pushDownFilters(plan, OPTIONS),
    [
      'SELECT x FROM (SELECT a + 1 AS x, b FROM s) WHERE x > 3 AND b = 1',
      'SELECT x FROM (SELECT RAND() AS x, b FROM s) WHERE b = 1',
      'SELECT s.a FROM s JOIN k ON s.a = k.id WHERE s.a > 3 AND k.v < 5 AND s.b > k.v',
      'SELECT s.a FROM s LEFT JOIN k ON s.a = k.id AND s.b > 1 AND k.v > 2 WHERE s.b = 7',
      'SELECT s.a FROM s LEFT JOIN k ON s.a = k.id WHERE k.v > 2',
      'SELECT s.a FROM s LEFT JOIN k ON s.a = k.id WHERE k.v IS NULL',
      'SELECT s.a FROM s FULL JOIN k ON s.a = k.id WHERE k.v > 2 AND s.b > 1',
      'SELECT a, n FROM (SELECT a, COUNT(*) AS n FROM s GROUP BY a) WHERE a > 1 AND n > 2',
      'SELECT a FROM (SELECT a, b FROM s UNION ALL SELECT id, v FROM k) WHERE b > 1',
      'SELECT a FROM e WHERE b > 1',
    ],
  ],
  [
    'prune empty',
    (plan) => pruneEmpty(simplifyPlan(plan, OPTIONS)),
    [
      'SELECT a FROM s WHERE 1 = 0 UNION ALL SELECT id FROM k',
      'SELECT s.a FROM (SELECT a FROM s WHERE FALSE) s JOIN k ON s.a = k.id',
      'SELECT COUNT(*) FROM s WHERE FALSE',
    ],
  ],
  [
    'merge projects',
    (plan) => mergeProjects(plan, OPTIONS),
    [
      'SELECT x + 1, y FROM (SELECT a * 2 AS x, b AS y FROM s)',
      'SELECT r, r FROM (SELECT RAND() AS r FROM s)',
    ],
  ],
  [
    'constant columns',
    (plan) => useConstantColumns(pushDownFilters(plan, OPTIONS), OPTIONS),
    ['SELECT a, b FROM s WHERE b = 5', "SELECT s.c, k.v FROM s JOIN k ON s.a = k.id WHERE s.c = 'x'"],
  ],
  [
    'constant keys',
    pullUpConstantKeys,
    ['SELECT a, 5, COUNT(*) FROM s GROUP BY a, 5', 'SELECT COUNT(*) FROM s GROUP BY 5'],
  ],
  [
    'prune columns',
    (plan) => mergeProjects(prune(plan), OPTIONS),
    [
      'SELECT n FROM (SELECT a, COUNT(*) AS n, SUM(b) AS m FROM s GROUP BY a)',
      'SELECT s.c FROM s JOIN k ON s.a = k.id',
      'SELECT b FROM f WHERE a > 1',
      'SELECT c, a FROM f',
      'SELECT x.a, y.b FROM f x JOIN f y ON x.a = y.a',
      'SELECT COUNT(*) FROM s',
      'SELECT d FROM e',
      `SELECT a, window_end FROM ${WINDOW}`,
      'SELECT a FROM (SELECT a, b FROM s UNION ALL SELECT id, v FROM k)',
    ],
  ],
  [
    'distinct of a key',
    removeDistinct,
    [
      'SELECT DISTINCT id FROM k',
      'SELECT DISTINCT v FROM k',
      'SELECT DISTINCT a FROM (SELECT a, COUNT(*) FROM s GROUP BY a)',
    ],
  ],
  ['distinct unions', distinctUnions, ['SELECT a FROM s UNION SELECT id FROM k']],
  [
    'union types',
    (plan) => coerceUnionTimes(coerceUnionInputs(plan)),
    [
      'SELECT a FROM s UNION ALL SELECT id FROM k',
      'SELECT ts FROM e UNION ALL SELECT CAST(ts AS TIMESTAMP(3)) FROM e',
    ],
  ],
  [
    'averages',
    reduceAverages,
    ['SELECT AVG(a), SUM(a), COUNT(a), MAX(a) FROM s', 'SELECT AVG(a), SUM(a), COUNT(b) FROM s'],
  ],
  [
    'window aggregation',
    (plan) => mergeProjects(fuseWindowAggregate(plan), OPTIONS),
    [
      `SELECT a, window_start, SUM(b) FROM ${WINDOW} WHERE b > 1 GROUP BY a, window_start, window_end`,
      `SELECT window_start, COUNT(*) FROM ${WINDOW} GROUP BY window_start`,
    ],
  ],
  [
    'time attributes',
    materializeTimeAttributes,
    [
      "SELECT ts, DATE_FORMAT(ts, 'yyyy') FROM e WHERE ts > TIMESTAMP '2024-01-01 00:00:00'",
      'SELECT a, MAX(ts) FROM e GROUP BY a',
      'SELECT e.ts FROM e JOIN k ON e.a = k.id',
    ],
  ],
];

function plan(sql: string, session: PlannerSession): LogicalNode {
  const { catalogs, environment } = session.executor;
  const statement = parseStatement(sql);
  if (statement.kind !== 'QueryStatement') throw new TypeError(sql);
  const planner = {
    catalogManager: catalogs,
    environment,
    connectors: TEST_CONNECTORS,
    allowsOptionHints: true,
    mistakes: new Mistakes(),
    refusals: [],
    impossible: [],
    hinted: { hasJoins: false },
    correlations: new Correlations(new CorrelationNumbers()),
    ...OPTIONS,
  };
  return new QueryConverter(planner, { source: sql, at: catalogs.current, commonTables: [] }).convert(
    statement.query,
  ).node;
}

function actual(): string {
  const session = new PlannerSession();
  for (const table of TABLES) session.execute(table);
  const entries = RULES.flatMap(([rule, apply, queries]) =>
    queries.map((sql) => {
      const before = plan(sql, session);
      const after = apply(before);
      const text = logicalPlanText(after);
      return `## ${rule}: ${sql}\n${logicalPlanText(before)}=>\n${after === before ? 'as it was\n' : text}`;
    }),
  );
  return entries.join('\n');
}

/** `UPDATE_GOLDEN=1` writes the file anew, to be read before it is committed. */
describe('rules', () => {
  const text = actual();
  if (process.env['UPDATE_GOLDEN']) writeFileSync(GOLDEN, text);
  const golden = new Map(readFileSync(GOLDEN, 'utf8').split(/^## /m).slice(1).map(entry));
  for (const [question, change] of text.split(/^## /m).slice(1).map(entry)) {
    test(question, () => assert.equal(change, golden.get(question)));
  }
});

function entry(text: string): [string, string] {
  const end = text.indexOf('\n');
  return [text.slice(0, end), text.slice(end + 1).trim()];
}

import assert from 'node:assert/strict';
import { test } from 'vitest';
import { TableException, ValidationException } from '../../../engine/types/errors.ts';
import { PlannerSession } from '../planner-session.ts';

const TABLES = [
  "CREATE TABLE s (a INT, b BIGINT, c STRING) WITH ('connector' = 'datagen')",
  "CREATE TABLE t (a INT, ts TIMESTAMP(3), pt AS PROCTIME(), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen')",
  "CREATE TABLE vt (a INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector' = 'datagen')",
  "CREATE TABLE two (x TIMESTAMP(3), y TIMESTAMP(3)) WITH ('connector' = 'print')",
  "CREATE TABLE p (a INT, n BIGINT) WITH ('connector' = 'print')",
  "CREATE TABLE nn (a INT NOT NULL, n BIGINT) WITH ('connector' = 'print')",
  "CREATE TABLE f (a INT, n BIGINT, d STRING) PARTITIONED BY (d) WITH ('connector' = 'filesystem', 'path' = '/f', 'format' = 'json')",
  "CREATE TABLE up (a INT, n BIGINT, PRIMARY KEY (a) NOT ENFORCED) WITH ('connector' = 'blackhole')",
  "CREATE TABLE col (k INT, r ARRAY<INT>, m MAP<INT, INT>) WITH ('connector' = 'datagen')",
  'CREATE VIEW v AS SELECT a FROM s',
];
const TUMBLE = "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)";

/** What is refused, the words that say so, and the piece of the text they point at. */
const NOT_SUPPORTED: [sql: string, words: string, at: string][] = [
  ['SELECT a FROM s ORDER BY a', 'Sort on a non-time-attribute field is not supported', 'a'],
  [
    'SELECT a FROM s ORDER BY a LIMIT 3',
    'ORDER BY with LIMIT or OFFSET in streaming mode is not supported',
    'a',
  ],
  [
    'SELECT a FROM s WHERE a IN (SELECT x.a FROM t AS x WHERE x.a > s.a LIMIT 1)',
    'A correlated sub-query of this form is not supported',
    'a IN (SELECT x.a FROM t AS x WHERE x.a > s.a LIMIT 1)',
  ],
  [
    "SELECT REGEXP(c, '\\N{DIGIT ONE}') FROM s",
    "What the regular expression '\\N{DIGIT ONE}' uses is not supported",
    "REGEXP(c, '\\N{DIGIT ONE}')",
  ],
  [
    'SELECT APPROX_COUNT_DISTINCT(a) FROM s',
    'APPROX_COUNT_DISTINCT in streaming mode is not supported',
    'APPROX_COUNT_DISTINCT(a)',
  ],
  [
    'SELECT ROW_NUMBER() OVER (ORDER BY ts) FROM t',
    'ROW_NUMBER OVER is not supported',
    'ROW_NUMBER() OVER (ORDER BY ts)',
  ],
  [
    'SELECT COUNT(*) FROM s GROUP BY GROUPING SETS ((a), (b), (a))',
    'A grouping set without all keys that alone comes twice is not supported',
    'BY GROUPING SETS ((a), (b), (a))',
  ],
  [
    "SELECT COUNT(*) FROM t GROUP BY TUMBLE(ts, INTERVAL '1' MINUTE)",
    'TUMBLE as a group window is not supported',
    "TUMBLE(ts, INTERVAL '1' MINUTE)",
  ],
  [
    "SELECT * FROM TABLE(SESSION(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
    'SESSION is not supported',
    "SESSION(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
  ],
  [
    "SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(pt), INTERVAL '1' MINUTE))",
    'TUMBLE over processing time is not supported',
    'pt',
  ],
  [
    'SELECT * FROM s TABLESAMPLE BERNOULLI (10)',
    'TABLESAMPLE is not supported',
    'TABLESAMPLE BERNOULLI (10)',
  ],
  [
    'SELECT * FROM t AS x JOIN vt FOR SYSTEM_TIME AS OF x.ts ON x.a = vt.a',
    'FOR SYSTEM_TIME AS OF is not supported',
    'vt FOR SYSTEM_TIME AS OF x.ts',
  ],
];

/** Mistakes, the words of Flink, the piece of the text, names that would do. */
const MISTAKES: [sql: string, words: string, at?: string, suggestion?: string][] = [
  ['SELECT a FROM ss', "Object 'ss' not found", 'ss', 's'],
  ['SELECT b, COUNT(*) FROM s GROUP BY a', "Expression 'b' is not being grouped", 'b'],
  ['SELECT a FROM s HAVING COUNT(*) > 1', "Expression 'a' is not being grouped", 'a'],
  ['SELECT SUM(COUNT(*)) FROM s', 'Aggregate expressions cannot be nested', 'SUM(COUNT(*))'],
  [
    'SELECT a FROM s UNION ALL SELECT a, b FROM s',
    'Column count mismatch in UNION ALL',
    'SELECT a FROM s UNION ALL SELECT a, b FROM s',
  ],
  [
    'SELECT * FROM s AS x (i, j)',
    'List of column aliases must have same degree as table; table has 3 columns',
    'AS x (i, j)',
  ],
  ['SELECT 1 FROM s JOIN t USING (c)', "Column 'c' not found in any table", 'c'],
  [
    'SELECT 1 FROM s JOIN (SELECT a, a AS a2, a FROM t) AS x USING (a)',
    "Column name 'a' in NATURAL join or USING clause is not unique on one side of join",
    'a',
  ],
  ['VALUES (1, 2), (3)', 'must have compatible types', 'VALUES (1, 2), (3)'],
  [
    "SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(tx), INTERVAL '1' MINUTE))",
    "Unknown identifier 'tx'",
    'tx',
    'ts',
  ],
  [
    "SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(a), INTERVAL '1' MINUTE))",
    'requires the timecol to be TIMESTAMP or TIMESTAMP_LTZ, but is INTEGER',
    'a',
  ],
  [
    "SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MONTH))",
    'MONTH and YEAR time unit are not supported',
    "INTERVAL '1' MONTH",
  ],
  [
    "SELECT * FROM TABLE(TUMBLE(DATA => TABLE t, TIMECOL => DESCRIPTOR(ts), SIZ => INTERVAL '1' DAY))",
    "Param 'SIZ' not found",
    'SIZ',
    'SIZE',
  ],
  [
    "SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '7' SECOND))",
    'abs(offset) < size, but got size 5000 ms and offset 7000 ms',
    "TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' SECOND, INTERVAL '7' SECOND)",
  ],
  [
    'INSERT INTO p SELECT a FROM s',
    'Cause: Different number of columns.\n\nQuery schema: [a: INT]\nSink schema:  [a: INT, n: BIGINT]',
  ],
  ['INSERT INTO p SELECT b, a FROM s', "Cause: Incompatible types for sink column 'a' at position 1."],
  ['INSERT INTO p (m) SELECT a FROM s', "Unknown target column 'm'", 'm'],
  ['INSERT INTO p (n, n) SELECT b, b FROM s', "Target column 'n' is assigned more than once", 'n'],
  [
    'INSERT INTO p (n) SELECT a, b FROM s',
    'Number of INSERT target columns (1) does not equal number of source items (2)',
    'SELECT a, b FROM s',
  ],
  [
    'INSERT INTO nn (n) SELECT b FROM s',
    "Column 'a' has no default value and does not allow NULLs",
    'INSERT INTO nn (n) SELECT b FROM s',
  ],
  ['INSERT INTO p PARTITION (a = 1) SELECT b FROM s', 'is not partitioned', '(a = 1)'],
  ["INSERT INTO f PARTITION (e = 'x') SELECT a, b FROM s", "'e' is no partition column", 'e', 'd'],
  [
    'INSERT OVERWRITE f SELECT a, b, c FROM s',
    'Streaming mode not support overwrite',
    'INSERT OVERWRITE f SELECT a, b, c FROM s',
  ],
  ['INSERT INTO v SELECT a FROM s', 'is a view', 'v'],
  ['INSERT INTO two SELECT ts, ts FROM t', 'more than one rowtime attribute column [ts, ts]'],
  ["SELECT a FROM v /*+ OPTIONS('x' = 'y') */", 'hints are for tables', undefined],
];

/** Refused by the optimizer: no place in the text. */
const PLANS: [sql: string, words: string][] = [
  [
    'INSERT INTO f SELECT a, COUNT(*), MAX(c) FROM s GROUP BY a',
    "Table sink 'default_catalog.default_database.f' doesn't support consuming update changes which is produced by node GroupAggregate(groupBy=[a], select=[a, COUNT(*) AS EXPR$1, MAX(c) AS EXPR$2])",
  ],
  [
    'INSERT INTO f SELECT s.a, s.b, s.c FROM s LEFT JOIN t ON s.a = t.a',
    "Table sink 'default_catalog.default_database.f' doesn't support consuming update and delete changes which is produced by node Join(joinType=[LeftOuterJoin]",
  ],
  ['INSERT INTO up SELECT CAST(b AS INT), COUNT(*) FROM s GROUP BY b', 'Primary key: [a], upsert key: .'],
  [
    `SELECT window_start, window_end, MAX(n) FROM (SELECT window_start, window_end, COUNT(*) AS n FROM TABLE(${TUMBLE})
      GROUP BY a, window_start, window_end) GROUP BY window_start, window_end`,
    'of a window that was computed before is not supported',
  ],
  [
    `SELECT window_start, COUNT(*) FROM TABLE(HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '5' SECOND))
      GROUP BY window_start, window_end`,
    'requires size must be an integral multiple of slide, but got size 5000 ms and slide 2000 ms',
  ],
  [
    "SELECT x.a FROM t AS x JOIN t AS y ON x.a = y.a AND y.ts BETWEEN x.ts AND x.ts + INTERVAL '1' MINUTE",
    'Interval join is not supported',
  ],
  [
    "SELECT x.a FROM t AS x, t AS y WHERE x.ts >= y.ts AND y.ts + INTERVAL '1' MINUTE > x.ts",
    'Interval join is not supported',
  ],
  ['SELECT x.a FROM t AS x FULL JOIN t AS y ON x.a = y.a AND x.ts = y.ts', 'Interval join is not supported'],
  ['SELECT x.a FROM t AS x JOIN t AS y ON x.pt <= y.pt AND x.pt >= y.pt', 'Interval join is not supported'],
  [
    `SELECT x.a FROM TABLE(${TUMBLE}) AS x LEFT JOIN TABLE(${TUMBLE}) AS y
      ON x.window_start = y.window_start AND x.window_end = y.window_end AND (x.a = y.a OR x.a > 3)`,
    'Window join is not supported',
  ],
  [
    `SELECT x.a FROM (SELECT a, window_start AS s, window_end AS e FROM TABLE(${TUMBLE}) GROUP BY a, window_start, window_end) AS x
      JOIN (SELECT * FROM TABLE(${TUMBLE}) UNION ALL SELECT * FROM TABLE(${TUMBLE})) AS y
      ON x.a = y.a AND x.s = y.window_start AND x.e = y.window_end`,
    'Window join is not supported',
  ],
  [
    "SELECT * FROM TABLE(TUMBLE((SELECT ts, COUNT(*) FROM t GROUP BY ts), DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
    'The window function requires the timecol is a time attribute type, but is TIMESTAMP(3).',
  ],
  [
    `SELECT window_start, COUNT(*) FROM TABLE(TUMBLE((SELECT t.ts FROM t JOIN s ON t.a = s.a), DESCRIPTOR(ts), INTERVAL '1' MINUTE))
      GROUP BY window_start, window_end`,
    'The window function requires the timecol is a time attribute type, but is TIMESTAMP(3).',
  ],
];

function refusal(sql: string): Error {
  const session = new PlannerSession();
  for (const table of TABLES) session.execute(table);
  try {
    session.job(sql);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error(`planned: ${sql}`);
}

for (const [sql, words, at] of NOT_SUPPORTED) {
  test(`${sql}: not supported`, () => {
    const error = refusal(sql);
    assert.ok(error instanceof ValidationException, error.stack);
    assert.ok(error.message.includes(words) && error.message.includes('not supported'), error.message);
    if (at !== '') assert.equal(error.found, at);
    assert.ok(error.position, 'a position');
  });
}

for (const [sql, words, at, suggestion] of MISTAKES) {
  test(sql, () => {
    const error = refusal(sql);
    assert.ok(error instanceof ValidationException, error.stack);
    assert.ok(error.message.includes(words), error.message);
    if (at !== undefined) assert.equal(error.found, at);
    if (suggestion !== undefined) assert.equal(error.suggestions?.[0], suggestion);
  });
}

for (const [sql, words] of PLANS) {
  test(sql, () => {
    const error = refusal(sql);
    assert.ok(error instanceof TableException || error instanceof ValidationException, error.stack);
    assert.ok(error.message.includes(words), error.message);
  });
}

/** Joins that bound no interval and equate no windows: Flink plans regular ones (S-86). */
const REGULAR_JOINS: string[] = [
  'SELECT x.a FROM t AS x JOIN t AS y ON x.a = y.a AND x.ts > y.ts',
  "SELECT x.a FROM t AS x JOIN t AS y ON x.a = y.a AND x.ts > y.ts AND x.ts > y.ts + INTERVAL '1' SECOND",
  "SELECT x.a FROM t AS x JOIN t AS y ON x.ts = y.ts AND x.ts >= y.ts - INTERVAL '1' SECOND",
  'SELECT x.a FROM t AS x JOIN (SELECT a, MAX(ts) AS ts FROM t GROUP BY a) AS y ON x.ts = y.ts',
  `SELECT x.a FROM TABLE(${TUMBLE}) AS x JOIN TABLE(${TUMBLE}) AS y ON x.window_start = y.window_start`,
  `SELECT x.a FROM TABLE(${TUMBLE}) AS x JOIN TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '2' MINUTE)) AS y
    ON x.window_start = y.window_start AND x.window_end = y.window_end`,
];

for (const sql of REGULAR_JOINS) {
  test(sql, () => {
    const session = new PlannerSession();
    for (const table of TABLES) session.execute(table);
    const { vertices } = session.job(sql);
    assert.ok(
      vertices.some(({ name }) => name.includes('Join')),
      vertices.map(({ name }) => name).join('; '),
    );
  });
}

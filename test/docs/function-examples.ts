import { readFileSync } from 'node:fs';

/** A call of a function and the text of its result. */
export interface FunctionExample {
  readonly name: string;
  readonly expression: string;
  readonly result: string;
}

/** What the examples of aggregate functions are over. */
export const EXAMPLE_ROWS = "(VALUES ('a', 1), ('b', 2), ('a', 4)) AS t (s, n)";

/** The lines of function-examples.txt: name, expression and result between tabs; `NULL` is NULL. */
export function functionExamples(): FunctionExample[] {
  const text = readFileSync(new URL('function-examples.txt', import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('// '))
    .map((line) => {
      const [name = '', expression = '', result = ''] = line.split('\t');
      return { name, expression, result };
    });
}

const IN_BATCH = "SET 'execution.runtime-mode' = 'batch';\n";
const MODEL =
  "CREATE MODEL mood INPUT (s STRING) OUTPUT (label STRING) WITH ('provider' = 'openai', 'endpoint' = 'https://example.org', 'model' = 'm');\n";

/**
 * What has its place in FROM, behind OVER, in GROUP BY or in MATCH_RECOGNIZE: a query over the tables of sql-samples.ts. It is planned, or refused as
 * "not supported" alone.
 */
export const FUNCTION_QUERIES: Readonly<Record<string, string>> = {
  EXISTS: 'SELECT i FROM t WHERE EXISTS (SELECT 1 FROM k WHERE id = i)',
  CURRENT_WATERMARK: 'SELECT i FROM t WHERE ts > CURRENT_WATERMARK(ts) OR CURRENT_WATERMARK(ts) IS NULL',
  SOURCE_WATERMARK:
    "CREATE TABLE z (ts TIMESTAMP(3), WATERMARK FOR ts AS SOURCE_WATERMARK()) WITH ('connector' = 'topic', 'topic' = 'a', 'format' = 'json')",
  DESCRIPTOR: "SELECT * FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
  GROUP_ID: 'SELECT i, GROUP_ID(), COUNT(*) FROM t GROUP BY GROUPING SETS ((i), ())',
  GROUPING: 'SELECT i, GROUPING(i), COUNT(*) FROM t GROUP BY ROLLUP (i)',
  GROUPING_ID: 'SELECT i, s, GROUPING_ID(i, s), COUNT(*) FROM t GROUP BY CUBE (i, s)',
  ...groupWindows(),
  TUMBLE: "SELECT i, window_start FROM TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
  HOP: "SELECT i, window_end FROM HOP(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '1' MINUTE)",
  CUMULATE:
    "SELECT i, window_end FROM CUMULATE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND, INTERVAL '1' MINUTE)",
  SESSION:
    "SELECT i, COUNT(*) FROM SESSION(TABLE t PARTITION BY i, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY i, window_start, window_end",
  ...patterns({
    FIRST: 'FIRST(A.i)',
    LAST: 'LAST(A.i, 1)',
    CLASSIFIER: 'CLASSIFIER()',
    MATCH_ROWTIME: 'MATCH_ROWTIME()',
    MATCH_PROCTIME: 'MATCH_PROCTIME()',
  }),
  UNNEST: 'SELECT i, e FROM t CROSS JOIN UNNEST(a) AS z (e)',
  ...Object.fromEntries(
    ['ROW_NUMBER()', 'RANK()', 'DENSE_RANK()', 'LAG(i)', 'LEAD(i)'].map((call) => [
      call.replace(/\(.*/, ''),
      `SELECT i, ${call} OVER (PARTITION BY s ORDER BY ts) FROM t`,
    ]),
  ),
  // What needs all rows of a partition, or may be wrong by a little, is for batch mode.
  ...Object.fromEntries(
    ['CUME_DIST()', 'PERCENT_RANK()', 'NTILE(2)'].map((call) => [
      call.replace(/\(.*/, ''),
      `${IN_BATCH}SELECT s, n, ${call} OVER (PARTITION BY s ORDER BY n) FROM ${EXAMPLE_ROWS}`,
    ]),
  ),
  APPROX_COUNT_DISTINCT: `${IN_BATCH}SELECT s, APPROX_COUNT_DISTINCT(n) FROM ${EXAMPLE_ROWS} GROUP BY s`,
  SINGLE_VALUE: 'SELECT SINGLE_VALUE(id) FROM k',
  ML_PREDICT: `${MODEL}SELECT * FROM ML_PREDICT(TABLE t, MODEL mood, DESCRIPTOR(s))`,
  ML_EVALUATE: `${MODEL}SELECT * FROM ML_EVALUATE(TABLE t, MODEL mood, DESCRIPTOR(s), DESCRIPTOR(s), 'classification')`,
  VECTOR_SEARCH:
    "CREATE TABLE z (v ARRAY<FLOAT>) WITH ('connector' = 'datagen');\nSELECT * FROM z AS a, LATERAL TABLE(VECTOR_SEARCH(TABLE z, DESCRIPTOR(v), a.v, 3))",
  TO_CHANGELOG: 'SELECT * FROM TO_CHANGELOG(input => TABLE t)',
  FROM_CHANGELOG: 'SELECT * FROM FROM_CHANGELOG(input => TABLE t, op => DESCRIPTOR(s))',
  ST_GEOGFROMTEXT: "SELECT ST_GEOGFROMTEXT('POINT (1 2)') FROM t",
  ST_GEOGFROMWKB: 'SELECT ST_GEOGFROMWKB(y) FROM t',
  ST_ASTEXT: 'SELECT ST_ASTEXT(y) FROM t',
  ST_ASWKB: 'SELECT ST_ASWKB(y) FROM t',
};

/** Functions that no query can have; with the reason. */
export const WITHOUT_EXAMPLE: Readonly<Record<string, string>> = {
  PREV: 'refused, as in Flink: use LAST(A.i, 1)',
  NEXT: 'refused, as in Flink',
  SNAPSHOT: 'it comes with a later release of Flink',
  DEDUPLICATE_KEEP_FIRST: 'it comes with a later release of Flink',
  $SUM0: "the planner's own name for a SUM that is 0 of no rows",
};

function groupWindows(): Record<string, string> {
  const sizes = {
    TUMBLE: "INTERVAL '1' MINUTE",
    HOP: "INTERVAL '1' MINUTE, INTERVAL '1' HOUR",
    SESSION: "INTERVAL '1' MINUTE",
  };
  return Object.fromEntries(
    Object.entries(sizes).flatMap(([window, size]) =>
      ['START', 'END', 'ROWTIME', 'PROCTIME'].map((property) => {
        const time = property === 'PROCTIME' ? 'pt' : 'ts';
        const query = `SELECT ${window}_${property}(${time}, ${size}), COUNT(*) FROM t GROUP BY ${window}(${time}, ${size})`;
        return [`${window}_${property}`, query];
      }),
    ),
  );
}

function patterns(measures: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(measures).map(([name, measure]) => [
      name,
      `SELECT * FROM t MATCH_RECOGNIZE (PARTITION BY s ORDER BY ts MEASURES ${measure} AS x PATTERN (A B) DEFINE A AS A.i > 1)`,
    ]),
  );
}

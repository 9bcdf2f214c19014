import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import type { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';

let cluster: LocalCluster;
let environment: TableEnvironment;
beforeAll(async () => {
  cluster = await startNodeCluster();
  environment = new TableEnvironment({ cluster: () => Promise.resolve(cluster) });
});
afterAll(() => cluster.shutdown());

const SOURCE = `CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100');`;

async function statesOf(jobId: string): Promise<string> {
  return (await cluster.dispatcher.jobDetails(jobId)).state;
}

test(
  'a materialized table has a job that is suspended, resumed and ends with the table',
  { timeout: 60_000 },
  async () => {
    const made = await environment.executeScript(`${SOURCE}
    CREATE MATERIALIZED TABLE doubled WITH ('connector' = 'blackhole') FRESHNESS = INTERVAL '1' MINUTE
    AS SELECT n, n * 2 AS m FROM numbers`);
    const job = made.at(-1);
    const jobId = job?.kind === 'job' ? job.jobId : '';
    expect(await statesOf(jobId)).toBe('RUNNING');
    const shown = await environment.executeSql('SHOW CREATE MATERIALIZED TABLE doubled');
    expect(shown.kind === 'rows' && shown.rows[0]?.[0])
      .toBe(`CREATE MATERIALIZED TABLE \`default_catalog\`.\`default_database\`.\`doubled\` (
  \`n\` BIGINT,
  \`m\` BIGINT
)
WITH (
  'connector' = 'blackhole'
)
START_MODE = FROM_BEGINNING
FRESHNESS = INTERVAL '1' MINUTE
REFRESH_MODE = CONTINUOUS
AS SELECT \`numbers\`.\`n\`, \`numbers\`.\`n\` * 2 AS \`m\`
FROM \`default_catalog\`.\`default_database\`.\`numbers\` AS \`numbers\`
`);
    await environment.executeSql('ALTER MATERIALIZED TABLE doubled SUSPEND');
    expect(await statesOf(jobId)).toBe('SUSPENDED');
    await expect(environment.executeSql('ALTER MATERIALIZED TABLE doubled SUSPEND')).rejects.toThrow(
      'suspended already',
    );
    await environment.executeSql('ALTER MATERIALIZED TABLE doubled RESUME');
    expect(await statesOf(jobId)).toBe('RUNNING');
    await environment.executeSql('DROP MATERIALIZED TABLE doubled');
    await cluster.dispatcher.awaitTermination(jobId);
    expect(await statesOf(jobId)).toBe('CANCELED');
    const left = await environment.executeSql('SHOW MATERIALIZED TABLES');
    expect(left.kind === 'rows' && left.rows).toEqual([]);
  },
);

test.each([
  [
    `CREATE MATERIALIZED TABLE m REFRESH_MODE = FULL AS SELECT 1 AS a`,
    'REFRESH_MODE = CONTINUOUS) is not supported',
  ],
  [`CREATE MATERIALIZED TABLE m FRESHNESS = INTERVAL '1' HOUR AS SELECT 1 AS a`, 'is not supported'],
  [
    `CREATE MATERIALIZED TABLE m START_MODE = FROM_NOW AS SELECT 1 AS a`,
    'START_MODE = FROM_NOW is not supported',
  ],
  [`ALTER MATERIALIZED TABLE nosuch SUSPEND`, "doesn't exist"],
  [
    `DROP MATERIALIZED TABLE nosuch`,
    "Materialized Table with identifier 'default_catalog.default_database.nosuch' does not exist.",
  ],
])('%s', async (statement, message) => {
  await expect(environment.executeSql(statement)).rejects.toThrow(message);
});

test('a materialized table is altered and dropped by statements of its own', async () => {
  await environment.executeScript(
    `CREATE TABLE few (n BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '3');
     CREATE MATERIALIZED TABLE kept WITH ('connector' = 'blackhole') AS SELECT n FROM few`,
  );
  await expect(environment.executeSql('ALTER TABLE kept ADD (a INT)')).rejects.toThrow(
    'for a materialized table is not allowed',
  );
  await expect(environment.executeSql('DROP TABLE kept')).rejects.toThrow('does not exist');
  await environment.executeSql('DROP MATERIALIZED TABLE kept');
});

test('CREATE OR ALTER makes a materialized table that is not there, and gives one that is there another job', async () => {
  const text = `CREATE OR ALTER MATERIALIZED TABLE either WITH ('connector' = 'blackhole') AS SELECT 1 AS a`;
  const made = await environment.executeSql(text);
  const altered = await environment.executeSql(`${text}, 2 AS b`);
  expect(made.kind === 'job' && altered.kind === 'job' && altered.jobId !== made.jobId).toBe(true);
  const shown = await environment.executeSql('DESCRIBE either');
  expect(shown.kind === 'rows' && shown.rows.map(([name]) => name)).toEqual(['a', 'b']);
  // A query that cannot be planned leaves the table as it was.
  await expect(
    environment.executeSql(text.replace('blackhole', 'nosuch').replace('1 AS a', '1 AS a, 2 AS b, 3 AS c')),
  ).rejects.toThrow('nosuch');
  const left = await environment.executeSql('DESCRIBE either');
  expect(left.kind === 'rows' && left.rows.length).toBe(2);
  await environment.executeSql('DROP MATERIALIZED TABLE either');
});

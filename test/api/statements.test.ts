import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/api/table-environment.ts';
import type { LocalCluster } from '../../engine/runtime/local-cluster.ts';
import { ValidationException } from '../../engine/types/errors.ts';
import { startNodeCluster } from '../harness/node-cluster.ts';

let cluster: LocalCluster;
let environment: TableEnvironment;
beforeAll(async () => {
  cluster = await startNodeCluster();
  environment = new TableEnvironment({ cluster: () => Promise.resolve(cluster) });
});
afterAll(() => cluster.shutdown());

async function refusal(statement: string): Promise<string> {
  try {
    await environment.executeSql(statement);
    return 'done';
  } catch (error) {
    if (!(error instanceof ValidationException)) throw error;
    return `${error.position?.line}:${error.position?.column} ${error.message.split('\n', 1)[0]}`;
  }
}

describe('every refusal has a place, that of the statement where there is no better one', () => {
  test.each([
    ["DESCRIBE JOB 'nosuch'", '1:14 Job nosuch does not exist.'],
    ["STOP JOB 'nosuch' WITH SAVEPOINT", '1:10 Job nosuch does not exist.'],
    ["EXECUTE PLAN 'nosuch.json'", "1:14 There is no plan 'nosuch.json': COMPILE PLAN writes one."],
    [
      'ALTER TABLE nosuch ADD (a INT)',
      "1:13 Table `default_catalog`.`default_database`.`nosuch` doesn't exist or is a temporary table.",
    ],
    [
      "CREATE TABLE nosuch.t (a INT) WITH ('connector' = 'datagen')",
      '1:1 Database nosuch does not exist in Catalog default_catalog.',
    ],
    [
      "ADD JAR '/x.jar'",
      '1:1 ADD JAR (a browser runs no Java: CREATE FUNCTION ... LANGUAGE JAVASCRIPT) is not supported',
    ],
  ])('%s', async (statement, expected) => expect(await refusal(statement)).toBe(expected));
});

test('QUIT ends a script, HELP and CLEAR go on', async () => {
  const results = await environment.executeScript(
    'HELP; CLEAR; CREATE DATABASE d1; QUIT; CREATE DATABASE d2;',
  );
  expect(results.map((result) => result.kind)).toEqual(['rows', 'ok', 'ok']);
  expect([...environment.catalogs.catalog('default_catalog').databases.keys()]).toEqual([
    'default_database',
    'd1',
  ]);
});

test('SHOW JOBS and DESCRIBE JOB know a job, STOP JOB ends it', { timeout: 60_000 }, async () => {
  const [, started] = await environment.executeScript(
    `CREATE TABLE n (a BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '10'); SELECT * FROM n`,
  );
  const jobId = started?.kind === 'job' ? started.jobId : '';
  const shown = await environment.executeSql('SHOW JOBS');
  expect(shown.kind === 'rows' && shown.columns.map(({ name }) => name)).toEqual([
    'job id',
    'job name',
    'status',
    'start time',
  ]);
  const described = await environment.executeSql(`DESCRIBE JOB '${jobId}'`);
  expect(described.kind === 'rows' && described.rows[0]?.slice(0, 3)).toEqual([jobId, 'collect', 'RUNNING']);
  await environment.executeSql(`STOP JOB '${jobId}'`);
  expect((await cluster.dispatcher.awaitTermination(jobId)).status).toBe('CANCELED');
});

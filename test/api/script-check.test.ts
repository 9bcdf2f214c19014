import assert from 'node:assert/strict';
import { expect, test } from 'vitest';
import { TableEnvironment } from '../../engine/api/table-environment.ts';

/** `line:column message (nearest names)` of every mistake. */
function mistakesIn(...lines: readonly string[]): string[] {
  const environment = new TableEnvironment({ cluster: () => assert.fail('nothing is to run') });
  return environment
    .check(lines.join('\n'))
    .errors.map(({ position, message, suggestions = [] }) =>
      [`${position?.line}:${position?.column}`, message.split('. ')[0], ...suggestions].join(' | '),
    );
}

const ORDERS = "CREATE TABLE orders (id BIGINT, city STRING) WITH ('connector' = 'datagen');";

test('mistakes of syntax and of meaning are told together, in the order of the text', () => {
  expect(
    mistakesIn(
      ORDERS,
      'SELECT idd FROM orders;',
      'SELECT id FROM orders GROUP id;',
      'SELECT SUBSTRIN(city, 1) FROM orders;',
      'DROP TABLEE orders;',
      'SELECT id FROM ordrs;',
    ),
  ).toEqual([
    "2:8 | Column 'idd' not found in any table | id",
    "3:29 | unexpected 'id', expected BY",
    '4:8 | No match found for function signature SUBSTRIN(<CHARACTER>, <NUMERIC>) | SUBSTRING | SUBSTR',
    "5:6 | unexpected 'TABLEE': did you mean TABLE? | TABLE",
    "6:16 | Object 'ordrs' not found | orders",
  ]);
});

test('whoever uses what a statement with a mistake would have defined is not blamed', () => {
  expect(
    mistakesIn(
      'CREATE TABLE a (x STRNG);',
      'CREATE TABLE b (x INT, , y INT);',
      'CREATE VIEW c AS SELECT y FROM a;',
      'CREATE TEMPORARY VIEW IF NOT EXISTS `d e` AS SELEC 1;',
      'SELECT * FROM a JOIN b ON TRUE;',
      'INSERT INTO b SELECT * FROM c;',
      'SELECT * FROM `d e`;',
      'SELECT * FROM f;',
    ),
  ).toEqual([
    "1:19 | Unknown identifier 'STRNG' | STRING",
    "2:24 | unexpected ',', expected CONSTRAINT, PRIMARY, identifier, WATERMARK or UNIQUE",
    "4:46 | unexpected 'SELEC': did you mean SELECT? | SELECT",
    "8:15 | Object 'f' not found",
  ]);
});

test('a statement is blamed for what it names itself', () => {
  expect(
    mistakesIn(
      'CREATE TABLE a LIKE nowhere;',
      'CREATE VIEW b AS SELECT * FROM b;',
      'SELECT * FROM a JOIN b ON TRUE;',
      'SELECT * FROM nowhere;',
    ),
  ).toEqual([
    expect.stringMatching(/^1:21 \| Source table .*nowhere.* not found/),
    "2:32 | Object 'b' not found",
    "4:15 | Object 'nowhere' not found",
  ]);
});

test('what is read and never allowed is told beside the other mistakes', () => {
  expect(
    mistakesIn(
      ORDERS,
      "MERGE INTO orders USING orders AS o ON TRUE WHEN MATCHED THEN UPDATE SET city = 'x';",
      'SELECT {fn SPACE(1)};',
      'SELECT 1 +;',
      'SELECT * FROM orders PIVOT (COUNT(*) FOR city IN (1));',
      'UPSERT INTO orders SELECT 1;',
      'CREATE TABLE c (a INT, b AS (SELECT 1));',
    ),
  ).toEqual([
    '2:1 | MERGE is not supported',
    '3:8 | The function {fn SPACE} is not supported',
    "4:11 | unexpected ';', expected expression",
    '5:15 | PIVOT is not supported',
    '6:1 | UPSERT INTO is not supported: use INSERT INTO a table with a primary key',
    '7:30 | a query may not stand here',
  ]);
});

test('a name that is unknown is told wherever it is used', () => {
  expect(
    mistakesIn(
      'USE nowhere;',
      'ALTER TABLE nowhere ADD c INT;',
      'DESCRIBE nowhere;',
      'SELECT * FROM nowhere;',
    ),
  ).toEqual([
    expect.stringMatching(/^1:1 \|/),
    expect.stringMatching(/^2:13 \|/),
    expect.stringMatching(/^3:10 \|/),
    "4:15 | Object 'nowhere' not found",
  ]);
});

test('what is nested deeper than the planner can go is refused with its place', () => {
  const sum = Array.from({ length: 900 }, () => '1').join(' + ');
  const deep = Array.from({ length: 40 }).reduce<string>((text) => `(${text}) + ${sum}`, 'id');
  expect(mistakesIn(ORDERS, `SELECT ${deep} FROM orders;`, 'SELECT idd FROM orders;')).toEqual([
    '2:1 | The statement is nested too deeply.',
    "3:8 | Column 'idd' not found in any table | id",
  ]);
});

const CITIES = "CREATE TABLE cities (name STRING, people BIGINT, since DATE) WITH ('connector' = 'datagen');";

test('all mistakes of meaning of one statement are told, whichever clause they are in', () => {
  expect(
    mistakesIn(
      ORDERS,
      CITIES,
      'SELECT idd, COUNTT(id), id + city, MAX(towns)',
      'FROM orders JOIN cities ON nam = city',
      'WHERE peple > 1 AND LOWR(city) = name AND since + city IS NULL',
      'GROUP BY id, citty',
      'HAVING MIN(sinc) IS NULL',
      'ORDER BY peopel;',
    ).map((each) => each.replace(/to arguments.*/, '')),
  ).toEqual([
    "3:8 | Column 'idd' not found in any table | id",
    '3:13 | No match found for function signature COUNTT(<NUMERIC>) | COUNT',
    "3:25 | Cannot apply '+' ",
    "3:40 | Column 'towns' not found in any table",
    "4:28 | Column 'nam' not found in any table | name",
    "5:7 | Column 'peple' not found in any table | people",
    '5:21 | No match found for function signature LOWR(<CHARACTER>) | LOWER',
    "5:43 | Cannot apply '+' ",
    "6:14 | Column 'citty' not found in any table | city",
    "7:12 | Column 'sinc' not found in any table | since",
    "8:10 | Column 'peopel' not found in any table | people",
  ]);
});

test('a mistake brings no further ones: of what is built on it nothing is said', () => {
  expect(
    mistakesIn(
      ORDERS,
      'SELECT idd AS n, city FROM orders ORDER BY n, 1, cit;',
      'SELECT x, y FROM (SELECT idd AS x FROM orders);',
      'SELECT o.id, p.id FROM nowhere AS o JOIN nothing AS p ON o.a = p.b;',
      'WITH w AS (SELECT idd FROM orders) SELECT a, b FROM w;',
      'SELECT UPPER(LOWER(idd)) || cit, CASE WHEN idd THEN cit END FROM orders;',
      'SELECT id, idd FROM orders WHERE id IN (SELECT cit FROM orders WHERE idd = 1);',
    ),
  ).toEqual([
    "2:8 | Column 'idd' not found in any table | id",
    "2:50 | Column 'cit' not found in any table | city",
    "3:26 | Column 'idd' not found in any table | id",
    "4:24 | Object 'nowhere' not found",
    "4:42 | Object 'nothing' not found",
    "5:19 | Column 'idd' not found in any table | id",
    "6:20 | Column 'idd' not found in any table | id",
    "6:29 | Column 'cit' not found in any table | city",
    "6:44 | Column 'idd' not found in any table | id",
    "6:53 | Column 'cit' not found in any table | city",
    "7:12 | Column 'idd' not found in any table | id",
    "7:48 | Column 'cit' not found in any table | city",
    "7:70 | Column 'idd' not found in any table | id",
  ]);
});

test('so are those of INSERTs, VALUES and set operations', () => {
  expect(
    mistakesIn(
      ORDERS,
      "CREATE TABLE made (id BIGINT, city STRING) WITH ('connector' = 'blackhole');",
      'INSERT INTO mad SELECT idd, cit FROM orders;',
      'INSERT INTO made (idd, cit) SELECT nr, city FROM orders;',
      'VALUES (a, 1), (2, nofun(3));',
      'SELECT a FROM orders UNION ALL SELECT b FROM orders;',
      'EXECUTE STATEMENT SET BEGIN INSERT INTO made SELECT a, city FROM orders; INSERT INTO made SELECT id, b FROM orders; END;',
    ),
  ).toEqual([
    "3:13 | Object 'mad' not found | made",
    "3:24 | Column 'idd' not found in any table | id",
    "3:29 | Column 'cit' not found in any table | city",
    "4:19 | Unknown target column 'idd' | id",
    "4:24 | Unknown target column 'cit' | city",
    "4:36 | Column 'nr' not found in any table",
    "5:9 | Column 'a' not found in any table",
    '5:20 | No match found for function signature nofun(<NUMERIC>)',
    "6:8 | Column 'a' not found in any table",
    "6:39 | Column 'b' not found in any table",
    "7:53 | Column 'a' not found in any table",
    "7:102 | Column 'b' not found in any table",
  ]);
});

test('a statement that is run fails with all of them, the first one being the one that Flink finds first', async () => {
  const environment = new TableEnvironment({ cluster: () => assert.fail('nothing is to run') });
  await environment.executeSql(ORDERS.replace(';', ''));
  const failed = environment.executeSql('SELECT a FROM orders WHERE b = 1 ORDER BY c');
  await expect(failed).rejects.toThrow(/^3 mistakes:\n.*'b'.*\n.*'a'.*\n.*'c'/);
  await expect(failed).rejects.toMatchObject({ errors: [{ found: 'b' }, { found: 'a' }, { found: 'c' }] });
});

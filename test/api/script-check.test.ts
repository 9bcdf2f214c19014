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

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

import { expect, test } from 'vitest';
import { expressionText } from '../../../engine/table/catalog/expression-text.ts';
import { parseExpression } from '../../../engine/table/parser/parser.ts';

// As Flink 2.3 shows them in SHOW CREATE TABLE.
const cases: [written: string, shown: string][] = [
  ["CASE WHEN a > 1 THEN 'x' ELSE LOWER('Y') END", "CASE WHEN `a` > 1 THEN 'x' ELSE LOWER('Y') END"],
  ['a in (1,2)', '`a` IN (1, 2)'],
  ['a NOT IN (1)', '`a` NOT IN (1)'],
  ['a BETWEEN 1 AND 2', '`a` BETWEEN ASYMMETRIC 1 AND 2'],
  ['cast(a as decimal(10,2))', 'CAST(`a` AS DECIMAL(10, 2))'],
  ["TRY_CAST('x' AS INT)", "TRY_CAST('x' AS INTEGER)"],
  ['CAST(a AS STRING)', 'CAST(`a` AS STRING)'],
  ['a IS NOT NULL AND NOT a = 3', '`a` IS NOT NULL AND NOT `a` = 3'],
  ['-a * (a + 2)', '- `a` * (`a` + 2)'],
  ['a - (b - c)', '`a` - (`b` - `c`)'],
  ['(a - b) - c', '`a` - `b` - `c`'],
  ["trim('x')", "TRIM(BOTH ' ' FROM 'x')"],
  ["EXTRACT(DAY FROM DATE '2020-01-01')", "EXTRACT(DAY FROM DATE '2020-01-01')"],
  [
    'TIMESTAMPDIFF(DAY, LOCALTIMESTAMP, LOCALTIMESTAMP)',
    'TIMESTAMPDIFF(DAY, LOCALTIMESTAMP, LOCALTIMESTAMP)',
  ],
  ["a || 'x'", "`a` || 'x'"],
  ['coalesce(a, 1)', 'COALESCE(`a`, 1)'],
  ['1.50', '1.50'],
  ['FLOOR(LOCALTIMESTAMP TO DAY)', 'FLOOR(LOCALTIMESTAMP TO DAY)'],
  ["SUBSTRING('abc' FROM 2 FOR 1)", "SUBSTRING('abc', 2, 1)"],
  ["POSITION('a' IN 'b')", "POSITION('a' IN 'b')"],
  ["'x' LIKE 'y' ESCAPE 'z'", "'x' LIKE 'y' ESCAPE 'z'"],
  ['ROW(1,2)', 'ROW(1, 2)'],
  ['ARRAY[1,2]', 'ARRAY[1, 2]'],
  ["MAP['a',1]", "MAP['a', 1]"],
  ['a % 2', '`a` % 2'],
  ['current_timestamp', 'CURRENT_TIMESTAMP'],
  ["x'0a'", "X'0A'"],
  ['NULLIF(a,1)', 'CASE WHEN `a` = 1 THEN NULL ELSE `a` END'],
  ['IF(a>1,1,2)', 'IF(`a` > 1, 1, 2)'],
  ['proctime()', 'PROCTIME()'],
  ["ts - INTERVAL '5' SECOND", "`ts` - INTERVAL '5' SECOND"],
  ['HOUR(ts)', 'EXTRACT(HOUR FROM `ts`)'],
  ['CASE a WHEN 1 THEN 2 END', 'CASE WHEN `a` = 1 THEN 2 ELSE NULL END'],
  ['t.r.x', '`t`.`r`.`x`'],
  ["m['k']", "`m`['k']"],
];

test.each(cases)('%s', (written, shown) => expect(expressionText(parseExpression(written))).toBe(shown));

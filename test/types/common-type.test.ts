import { describe, expect, test } from 'vitest';
import { commonType, leastRestrictive } from '../../engine/types/common-type.ts';
import { decimalOf, decimalResult, roundResult } from '../../engine/types/decimal-arithmetic.ts';
import type { DecimalType } from '../../engine/types/logical-type.ts';
import { typeText } from '../../engine/types/type-text.ts';
import { type } from './type-dsl.ts';

const NONE = 'none';
const text = (result: ReturnType<typeof commonType>) => (result ? typeText(result) : NONE);

// What Flink 2.3 says of `CASE WHEN b THEN x ELSE y END`.
const calcite: [left: string, right: string, expected: string][] = [
  ['TINYINT', 'INT', 'INT'],
  ['INT', 'TINYINT', 'INT'],
  ['INT', 'BIGINT', 'BIGINT'],
  ['TINYINT', 'FLOAT', 'FLOAT'],
  ['BIGINT', 'FLOAT', 'FLOAT'],
  ['FLOAT', 'DOUBLE', 'FLOAT'],
  ['DOUBLE', 'FLOAT', 'DOUBLE'],
  ['INT', 'DOUBLE', 'DOUBLE'],
  ['FLOAT', 'DECIMAL(8, 2)', 'DOUBLE'],
  ['DECIMAL(8, 2)', 'DOUBLE', 'DOUBLE'],
  ['TINYINT', 'DECIMAL(8, 2)', 'DECIMAL(8, 2)'],
  ['INT', 'DECIMAL(8, 2)', 'DECIMAL(12, 2)'],
  ['BIGINT', 'DECIMAL(8, 2)', 'DECIMAL(21, 2)'],
  ['DECIMAL(38, 10)', 'DECIMAL(38, 0)', 'DECIMAL(38, 0)'],
  ['CHAR(3)', 'CHAR(3)', 'CHAR(3)'],
  ['CHAR(3)', 'CHAR(1)', 'VARCHAR(3)'],
  ['CHAR(3)', 'STRING', 'STRING'],
  ['CHAR(3)', 'VARCHAR(5)', 'VARCHAR(5)'],
  ['STRING', 'VARCHAR(5)', 'STRING'],
  ['BINARY(2)', 'BYTES', 'BYTES'],
  ['TIMESTAMP(3)', 'TIMESTAMP(6)', 'TIMESTAMP(6)'],
  ['TIMESTAMP(3)', 'TIMESTAMP_LTZ(3)', 'TIMESTAMP(3)'],
  ['TIMESTAMP(6)', 'TIMESTAMP_LTZ(3)', 'TIMESTAMP_LTZ(6)'],
  ['TIME(0)', 'TIME(3)', 'TIME(3)'],
  ['BOOLEAN', 'INT', NONE],
  ['INT', 'STRING', NONE],
  ['DATE', 'TIMESTAMP(3)', NONE],
  ['DATE', 'STRING', NONE],
  ['DATE', 'TIME(0)', NONE],
  ['STRING', 'BYTES', NONE],
  ['INTERVAL MONTH', 'INTERVAL DAY', NONE],
  ['ARRAY<INT>', 'ARRAY<BIGINT>', 'ARRAY<BIGINT>'],
  ['ARRAY<INT>', 'MULTISET<INT>', NONE],
  ['MAP<STRING, INT>', 'MAP<CHAR(1), BIGINT>', 'MAP<STRING, BIGINT>'],
  ['ROW<x INT, y STRING>', 'ROW<p BIGINT, q STRING>', 'ROW<`x` BIGINT, `y` STRING>'],
  ['ROW<x INT>', 'ROW<x INT, y INT>', NONE],
  ['NULL', 'INT NOT NULL', 'INT'],
  ['INT NOT NULL', 'INT NOT NULL', 'INT NOT NULL'],
  ['INT NOT NULL', 'INT', 'INT'],
];

describe('least restrictive type by Calcite', () => {
  test.each(calcite)('%s with %s', (left, right, expected) => {
    expect(text(leastRestrictive([type(left), type(right)]))).toBe(expected);
  });

  test('a time attribute is lost', () => {
    const rowtime = { root: 'TIMESTAMP', precision: 3, attribute: 'ROWTIME', nullable: true } as const;
    expect(text(leastRestrictive([rowtime, rowtime]))).toBe('TIMESTAMP(3)');
  });

  test('several types are merged from the left', () => {
    expect(text(leastRestrictive(['INT', 'BIGINT', 'DECIMAL(8, 2)'].map(type)))).toBe('DECIMAL(21, 2)');
  });
});

// What Flink 2.3 says of COALESCE and IFNULL.
const flink: [left: string, right: string, expected: string][] = [
  ['FLOAT', 'DOUBLE', 'DOUBLE'],
  ['DOUBLE', 'FLOAT', 'DOUBLE'],
  ['INT', 'FLOAT', 'FLOAT'],
  ['INT', 'DECIMAL(8, 2)', 'DECIMAL(12, 2)'],
  ['CHAR(3)', 'CHAR(1)', 'VARCHAR(3)'],
  ['TIMESTAMP(3)', 'TIMESTAMP(6)', 'TIMESTAMP(6)'],
  ['TIMESTAMP(3)', 'TIMESTAMP_LTZ(3)', 'TIMESTAMP_LTZ(3)'],
  ['INT', 'STRING', NONE],
];

test.each(flink)('common type of %s and %s by Flink', (left, right, expected) => {
  expect(text(commonType([type(left), type(right)]))).toBe(expected);
});

// S-56, with the answers of the conformance cases and of a matrix of Flink 2.3.
const decimals: [left: string, operator: '+' | '-' | '*' | '/' | '%', right: string, expected: string][] = [
  ['DECIMAL(5, 2)', '+', 'DECIMAL(10, 4)', 'DECIMAL(11, 4)'],
  ['DECIMAL(5, 2)', '-', 'DECIMAL(38, 10)', 'DECIMAL(38, 9)'],
  ['DECIMAL(5, 2)', '*', 'DECIMAL(10, 4)', 'DECIMAL(16, 6)'],
  ['DECIMAL(38, 10)', '*', 'DECIMAL(38, 10)', 'DECIMAL(38, 6)'],
  ['DECIMAL(5, 2)', '/', 'DECIMAL(10, 4)', 'DECIMAL(20, 13)'],
  ['DECIMAL(38, 10)', '/', 'DECIMAL(10, 4)', 'DECIMAL(38, 6)'],
  ['DECIMAL(5, 2)', '%', 'DECIMAL(10, 4)', 'DECIMAL(7, 4)'],
  ['DECIMAL(5, 2)', '+', 'INT', 'DECIMAL(13, 2)'],
  ['DECIMAL(5, 2)', '*', 'BIGINT', 'DECIMAL(25, 2)'],
  ['INT', '/', 'DECIMAL(5, 2)', 'DECIMAL(18, 6)'],
  ['TINYINT', '/', 'DECIMAL(8, 2)', 'DECIMAL(14, 9)'],
  ['DECIMAL(8, 2)', '/', 'BIGINT', 'DECIMAL(28, 22)'],
  ['DECIMAL(2, 1) NOT NULL', '/', 'INT NOT NULL', 'DECIMAL(13, 12) NOT NULL'],
  ['DECIMAL(7, 2)', '%', 'DECIMAL(2, 1) NOT NULL', 'DECIMAL(3, 2)'],
];

test.each(decimals)('%s %s %s is %s', (left, operator, right, expected) => {
  const [a, b] = [decimalOf(type(left)), decimalOf(type(right))];
  expect(a && b && typeText(decimalResult(operator, a, b))).toBe(expected);
});

const rounds: [source: string, digits: number | undefined, expected: string][] = [
  ['DECIMAL(8, 2)', 0, 'DECIMAL(7, 0)'],
  ['DECIMAL(8, 2)', 1, 'DECIMAL(8, 1)'],
  ['DECIMAL(8, 2)', 5, 'DECIMAL(8, 2)'],
  ['DECIMAL(8, 2) NOT NULL', -1, 'DECIMAL(7, 0) NOT NULL'],
  ['DECIMAL(8, 2)', undefined, 'DECIMAL(8, 2)'],
];

test.each(rounds)('ROUND of %s to %s digits', (source, digits, expected) => {
  expect(typeText(roundResult(type(source) as DecimalType, digits))).toBe(expected);
});

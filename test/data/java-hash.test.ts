import { expect, test } from 'vitest';
import { inHashOrder } from '../../engine/data/java-hash.ts';
import type { Value } from '../../engine/data/value.ts';
import type { LogicalType } from '../../engine/types/logical-type.ts';

const STRING: LogicalType = { root: 'VARCHAR', length: 2147483647, nullable: true };
const of = (root: 'INTEGER' | 'BIGINT' | 'DOUBLE' | 'DATE' | 'BOOLEAN'): LogicalType => ({
  root,
  nullable: true,
});
const DECIMAL: LogicalType = { root: 'DECIMAL', precision: 4, scale: 2, nullable: true };

// What Flink prints of COLLECT.
const cases: [name: string, type: LogicalType, sorted: Value[], expected: Value[]][] = [
  ['texts', STRING, ['a', 'apple', 'b', 'c', 'zebra'], ['zebra', 'a', 'apple', 'c', 'b']],
  ['numbers', of('INTEGER'), [1, 2, 16, 17, 30, 33], [16, 1, 17, 33, 2, 30]],
  ['long numbers', of('BIGINT'), [10n, 17n, 20n, 35n], [17n, 35n, 20n, 10n]],
  ['doubles', of('DOUBLE'), [1.5, 2.25, 30], [2.25, 1.5, 30]],
  ['decimals', DECIMAL, ['1.50', '2.25', '30.00'], ['2.25', '30.00', '1.50']],
  ['dates', of('DATE'), [10956, 19723, 19849], [19849, 19723, 10956]],
];
for (const [name, type, sorted, expected] of cases)
  test(`multisets print their ${name} in the order of a HashMap`, () =>
    expect(inHashOrder(sorted, (item) => item, type)).toEqual(expected));

test('what has no known hash stays as it is', () =>
  expect(
    inHashOrder([[2], [1]], (item) => item, { root: 'ARRAY', element: of('INTEGER'), nullable: true }),
  ).toEqual([[2], [1]]));

test('more than twelve keys have more buckets', () => {
  const numbers = Array.from({ length: 13 }, (_, i) => 16 * i);
  expect(inHashOrder(numbers, (item) => item, of('INTEGER'))).toEqual([
    ...numbers.filter((each) => each % 32 === 0),
    ...numbers.filter((each) => each % 32 !== 0),
  ]);
});

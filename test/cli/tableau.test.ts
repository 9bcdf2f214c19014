import { expect, test } from 'vitest';
import { ChangelogTableau, displayWidth, tableau } from '../../engine/cli/tableau.ts';
import type { RowField } from '../../engine/types/logical-type.ts';

const options = { timeZone: 'UTC', maxColumnWidth: 30 };
const columns: RowField[] = [
  { name: 'id', type: { root: 'INTEGER', nullable: true } },
  { name: 'city', type: { root: 'VARCHAR', length: 2147483647, nullable: true } },
  { name: 'at', type: { root: 'TIMESTAMP', precision: 3, nullable: true } },
];

test('a changelog is drawn with widths from the types', () => {
  const drawing = new ChangelogTableau(columns, options);
  const row = drawing.row({ kind: 1, values: [1, '上海', { epochMs: 0, nanoOfMs: 0 }] });
  expect([...drawing.header(), row, ...drawing.footer()]).toEqual([
    '+----+-------------+--------------------------------+-------------------------+',
    '| op |          id |                           city |                      at |',
    '+----+-------------+--------------------------------+-------------------------+',
    '| -U |           1 |                           上海 | 1970-01-01 00:00:00.000 |',
    '+----+-------------+--------------------------------+-------------------------+',
    'Received a total of 1 row',
  ]);
});

test('a finished table is as wide as its contents, with NULL and long texts marked', () => {
  const long = 'x'.repeat(40);
  expect(
    tableau(
      columns.slice(0, 2),
      [
        [null, long],
        [12, 'a'],
      ],
      options,
    ),
  ).toEqual([
    '+--------+--------------------------------+',
    '|     id |                           city |',
    '+--------+--------------------------------+',
    `| <NULL> | ${'x'.repeat(27)}... |`,
    '|     12 |                              a |',
    '+--------+--------------------------------+',
    '2 rows in set',
  ]);
  expect(tableau(columns, [], options)).toEqual(['Empty set']);
});

test('full-width characters take two columns, combining marks none', () => {
  expect(displayWidth('上a')).toBe(3);
  expect(displayWidth('e\u0301')).toBe(1);
});

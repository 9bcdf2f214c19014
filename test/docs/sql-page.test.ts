import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { sqlPage } from './sql-page.ts';

let page = '';
beforeAll(() => {
  page = sqlPage(); // plans some hundred samples; throws if one is refused and not as "not supported"
}, 60_000);

test('docs/sql.md says what the code does: `node scripts/docs.mjs` writes it again', () =>
  expect(readFileSync('docs/sql.md', 'utf8')).toBe(page));

test('the page has both lists of statements, clauses, types and functions', () => {
  expect(page.match(/Not supported:/g)?.length).toBe(4);
  for (const text of [
    '`INSERT INTO`',
    '`GROUP BY`',
    '`datagen` (read)',
    '`UPPER`',
    '`parallelism.default` = `1`',
  ]) {
    expect(page).toContain(text);
  }
});

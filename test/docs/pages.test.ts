import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { generatedPages } from './pages.ts';

const PATHS = [
  'sql',
  'functions',
  ...['statements', 'queries', 'types', 'keywords', 'connectors', 'options'].map((name) => `sql/${name}`),
];

let pages: ReadonlyMap<string, string> = new Map();
beforeAll(() => {
  pages = generatedPages(); // plans some hundred samples; throws if one is refused and not as "not supported"
}, 60_000);

test.each(PATHS)('docs/%s.md says what the code does: `node scripts/docs.mjs` writes it again', (name) =>
  expect(readFileSync(`docs/${name}.md`, 'utf8')).toBe(pages.get(`docs/${name}.md`)),
);

test('the pages have what they are about', () => {
  expect(pages.size).toBe(PATHS.length);
  const some: Readonly<Record<string, readonly string[]>> = {
    'docs/sql/statements.md': ['### INSERT INTO', '### CREATE TABLE'],
    'docs/sql/queries.md': ['### GROUP BY'],
    'docs/functions.md': ["`UPPER('abc')` → `ABC`"],
    'docs/sql/keywords.md': ['`CURRENT_TIMESTAMP`', '`MODEL`'],
    'docs/sql/connectors.md': ['`datagen` (read)'],
    'docs/sql/options.md': ['`parallelism.default` = `1`'],
  };
  for (const [page, texts] of Object.entries(some)) {
    for (const text of texts) expect(pages.get(page), page).toContain(text);
  }
});

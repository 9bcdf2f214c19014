import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Locator, type Page } from 'playwright';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, FLAGS } from '../../scripts/find-chromium.mjs';
import { foreignSites, type ForeignSites } from './foreign-page.ts';

let sites: ForeignSites;
let folder: string;
let context: BrowserContext;

beforeEach(async () => {
  sites = await foreignSites();
  folder = await mkdtemp(path.join(tmpdir(), 'millrace-lab-'));
  context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
    executablePath: chromiumPath(),
    args: FLAGS,
    locale: 'en-US',
  });
});
afterEach(async () => {
  await context.close();
  await sites.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

const NEXMARK = `
  SET 'execution.checkpointing.interval' = '300 ms';
  CREATE TABLE events (event_type INT, bid ROW<auction BIGINT, price BIGINT>) WITH (
    'connector' = 'nexmark', 'first-event.rate' = '500', 'next-event.rate' = '500');
  SELECT bid.auction AS auction, COUNT(*) AS bids FROM events WHERE event_type = 2 GROUP BY bid.auction;`;
const VALUES = `
  SELECT name, n * 2 AS doubled FROM (VALUES ('a', 21), ('b', 50)) AS t (name, n);`;
const DATAGEN = `
  CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '20',
    'fields.n.kind' = 'sequence', 'fields.n.start' = '7000', 'fields.n.end' = '9000');
  SELECT n FROM numbers;`;

const lesson = (script: string, ...labs: readonly string[]): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>A lesson</title>
${script}
<h1>A lesson</h1>
${labs.join('\n')}
</html>`;
const lab = (sql: string, attributes = ''): string =>
  `<millrace-lab ${attributes}><script type="text/sql">${sql}</script></millrace-lab>`;
const moduleScript = (): string => `<script type="module" src="${sites.scripts}/millrace-lab.js"></script>`;
const classicScript = (from = sites.scripts): string =>
  `<script src="${from}/millrace-lab.classic.js"></script>`;

const labs = (page: Page): Locator => page.locator('millrace-lab');
const rows = (lab: Locator): Locator => lab.locator('mr-result-table tbody tr');
/** Cells of a row with a blank between, rows sorted. */
const texts = async (lab: Locator): Promise<string[]> =>
  (await rows(lab).allInnerTexts()).map((row) => row.split(/\s+/).join(' ')).sort();
const problems = (page: Page): Promise<string> =>
  labs(page)
    .locator('mr-problems li')
    .allInnerTexts()
    .then((all) => all.join('\n'));

async function open(url = sites.page): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function showsRows(page: Page): Promise<void> {
  const [first, second] = [labs(page).nth(0), labs(page).nth(1)];
  await expect.poll(() => rows(first).count(), { timeout: 20_000 }).toBeGreaterThan(3);
  await expect.poll(() => rows(second).count(), { timeout: 20_000 }).toBe(2);
  expect(await texts(second)).toEqual(['a 42', 'b 100']);
}

describe('millrace-lab.js in a page of another origin', () => {
  test('runs two labs without any header', async () => {
    sites.serve(lesson(moduleScript(), lab(NEXMARK), lab(VALUES)));
    const page = await open();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
    await showsRows(page);
    await labs(page).nth(1).locator('.cm-content').waitFor(); // the editor, a file beside the script
  });

  test('runs two labs where the page is cross-origin isolated', async () => {
    sites.serve(lesson(moduleScript(), lab(NEXMARK), lab(VALUES)), {
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'require-corp',
    });
    const page = await open();
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    await showsRows(page);
  });

  test('runs two labs as a classic script', async () => {
    sites.serve(lesson(classicScript(), lab(NEXMARK), lab(VALUES)));
    await showsRows(await open());
  });

  test('runs a script about generated numbers', async () => {
    sites.serve(lesson(moduleScript(), lab(DATAGEN)));
    const page = await open();
    await expect.poll(() => rows(labs(page)).count(), { timeout: 20_000 }).toBeGreaterThan(3);
    // Asked again: the driver finds the rows first and reads them then, and a redraw in between moves the numbers down.
    await expect.poll(async () => (await texts(labs(page)))[0]).toBe('7000');
  });

  test('names a file that its script reads and that is not there', async () => {
    const sql = `CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'data/gone.csv', 'format' = 'csv');
      SELECT * FROM t`;
    sites.serve(lesson(moduleScript(), lab(sql)));
    const page = await open();
    await expect
      .poll(() => problems(page), { timeout: 20_000 })
      .toContain('data/gone.csv cannot be read: the server answers 404');
  });

  test('waits for a click with autorun="false"', async () => {
    sites.serve(lesson(moduleScript(), lab(VALUES, 'autorun="false"'), lab(VALUES)));
    const page = await open();
    await expect.poll(() => rows(labs(page).nth(1)).count(), { timeout: 20_000 }).toBe(2);
    expect(await rows(labs(page).nth(0)).count()).toBe(0);
    expect(await labs(page).nth(0).locator('[role=status]').count()).toBe(0);
    await labs(page).nth(0).getByRole('button', { name: /Run/ }).click();
    await expect.poll(() => rows(labs(page).nth(0)).count(), { timeout: 20_000 }).toBe(2);
  });

  test('finds the running job of each lab again after a reload', async () => {
    sites.serve(lesson(moduleScript(), lab(NEXMARK, 'id="bids"'), lab(DATAGEN, 'id="numbers"')));
    const page = await open();
    const job = (id: string): Promise<string | undefined> =>
      page.evaluate((id) => {
        const element = document.getElementById(id) as HTMLElement & {
          session?: { jobs: { jobId: string; details?: { state: string }; checkpoints?: Checkpoints }[] };
        };
        interface Checkpoints {
          counts: { completed: number; restored: number };
        }
        const job = element.session?.jobs[0];
        if (job?.details?.state !== 'RUNNING') return undefined;
        const { completed = 0, restored = 0 } = job.checkpoints?.counts ?? {};
        return completed + restored > 0 ? job.jobId : undefined;
      }, id);
    await expect.poll(() => job('bids'), { timeout: 20_000 }).toBeDefined();
    await expect.poll(() => rows(labs(page).nth(1)).count(), { timeout: 20_000 }).toBeGreaterThan(0);
    const bids = await job('bids');
    await page.reload();
    await expect.poll(() => job('bids'), { timeout: 20_000 }).toBe(bids);
    await expect.poll(() => rows(labs(page).nth(0)).count(), { timeout: 20_000 }).toBeGreaterThan(0);
    await expect.poll(() => rows(labs(page).nth(1)).count(), { timeout: 20_000 }).toBeGreaterThan(0);
  });
});

test('the classic script runs on a page of a file system', async () => {
  await copyFile('dist/single/millrace-lab.classic.js', path.join(folder, 'millrace-lab.classic.js'));
  const file = path.join(folder, 'lesson.html');
  await writeFile(file, lesson(classicScript('.'), lab(NEXMARK), lab(VALUES)));
  await showsRows(await open(pathToFileURL(file).href));
});

describe('a strict Content-Security-Policy', () => {
  const policy = (workers: string, scripts: string): Record<string, string> => ({
    'Content-Security-Policy': `default-src 'self'; style-src 'self'; script-src ${sites.scripts} ${scripts}; worker-src ${workers}`,
  });

  test('that forbids workers is told, not met with silence', async () => {
    sites.serve(lesson(moduleScript(), lab(VALUES)), policy("'none'", "'wasm-unsafe-eval'"));
    const page = await open();
    await expect.poll(() => problems(page), { timeout: 20_000 }).toContain("worker-src 'self' blob:");
    expect(await problems(page)).toContain('Content-Security-Policy');
  });

  test('that forbids WebAssembly is told', async () => {
    sites.serve(lesson(moduleScript(), lab(VALUES)), policy('blob:', ''));
    const page = await open();
    await expect.poll(() => problems(page), { timeout: 20_000 }).toContain("'wasm-unsafe-eval'");
  });

  test('that allows what the message asks for lets a lab run', async () => {
    sites.serve(lesson(moduleScript(), lab(NEXMARK), lab(VALUES)), policy('blob:', "'wasm-unsafe-eval'"));
    const page = await context.newPage();
    const refusals: string[] = [];
    page.on('console', (message) => {
      if (/content.security.policy/i.test(message.text())) refusals.push(message.text());
    });
    await page.goto(sites.page);
    await showsRows(page);
    await labs(page).nth(1).locator('.cm-content').waitFor();
    expect(refusals).toEqual([]);
  });
});

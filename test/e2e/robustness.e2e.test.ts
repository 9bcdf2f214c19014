import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { chromiumPath, FLAGS } from '../../scripts/find-chromium.mjs';
import type { ConsoleElement } from '../../ui/components/mr-console.ts';
import type { MillraceAppElement } from '../../ui/millrace-app.ts';

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
});
afterAll(() => browser.close());
beforeEach(async () => {
  page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  await page.goto(inject('baseUrl'));
  await page.locator('mr-sql-editor .cm-content').waitFor();
});
afterEach(() => page.context().close());

/** Runs a script that stands in the editor. */
async function run(script: string): Promise<void> {
  await page.evaluate((text) => {
    document.querySelector('millrace-app')!.shadowRoot!.querySelector<ConsoleElement>('mr-console')!.text =
      text;
  }, script);
  await page.getByRole('button', { name: /Run/ }).click();
}

const problems = async (): Promise<string> =>
  (await page.locator('mr-problems li').allInnerTexts()).join('\n').replace(/\s+/g, ' ');
const rows = async (): Promise<string[]> =>
  (await page.locator('mr-result-table tbody tr').allInnerTexts()).map((row) => row.split(/\s+/).join(' '));
const choose = (name: string, text: string): Promise<void> =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

interface Job {
  readonly state?: string;
  readonly position?: number;
  readonly completed?: number;
  readonly restarts?: number;
}
const job = (): Promise<Job> =>
  page.evaluate(() => {
    const [job] = document.querySelector<MillraceAppElement>('millrace-app')!.session.jobs;
    return {
      state: job?.details?.state,
      restarts: job?.details?.restarts,
      position: job?.result?.position,
      completed: job?.checkpoints?.counts.completed,
    };
  });

describe('mistakes in a script', () => {
  test('of syntax: all at once, each with its place', async () => {
    await run('SELECT 1;\nSELEC 2;\nSELECT a FORM t');
    await expect.poll(problems).toContain("Line 2, column 1 unexpected 'SELEC': did you mean SELECT?");
    expect(await problems()).toContain("Line 3, column 10 unexpected 'FORM': did you mean FROM?");
  });

  test('an unknown option: what there is, the nearest, and the statement that stumbles over it', async () => {
    await run(
      "CREATE TABLE t (a INT) WITH ('connector' = 'datagen', 'rows-per-secnd' = '1');\nSELECT * FROM t",
    );
    await expect.poll(problems).toMatch(/Line 2, column 1 .*Unsupported options: rows-per-secnd/);
    expect(await problems()).toContain('Did you mean rows-per-second?');
  });
});

describe('a file that a visitor brings', () => {
  test('as CSV: the guess passes over what cannot be read, and without that option the job says where it is', async () => {
    await choose('ages.csv', 'name,age\nann,3\nbob,4\neve,5\n');
    await expect.poll(rows, { timeout: 15_000 }).toEqual(['eve 5', 'bob 4', 'ann 3']);
    const script = await page.evaluate(
      () =>
        document.querySelector('millrace-app')!.shadowRoot!.querySelector<ConsoleElement>('mr-console')!.text,
    );
    await page.evaluate(async () => {
      const { session } = document.querySelector<MillraceAppElement>('millrace-app')!;
      await (await session.warmUp()).registerFile('ages.csv', new Blob(['ann,3\nbob,many\neve,5\n']));
    });
    await run(script);
    await expect.poll(rows, { timeout: 15_000 }).toEqual(['eve 5', 'bob NULL', 'ann 3']);
    await run(script.replace(/,\s*'csv.ignore-parse-errors' = 'true'/, ''));
    await expect
      .poll(problems, { timeout: 15_000 })
      .toContain("file-drop:ages.csv, line 2, field 'age': 'many' is no integer of 64 bits");
  });

  test('as JSON lines: a broken line is named, or passed over on demand', async () => {
    const table = (more: string): string => `CREATE TABLE t (a INT) WITH (
      'connector' = 'filesystem', 'path' = 'file-drop:broken.json', 'format' = 'json'${more}); SELECT * FROM t`;
    await page.evaluate(async () => {
      const { session } = document.querySelector<MillraceAppElement>('millrace-app')!;
      await (await session.warmUp()).registerFile('broken.json', new Blob(['{"a":1}\n{"a":\n{"a":3}\n']));
    });
    await run(table(''));
    await expect.poll(problems, { timeout: 15_000 }).toContain('file-drop:broken.json, line 2');
    await run(table(", 'json.ignore-parse-errors' = 'true'"));
    await expect.poll(rows, { timeout: 15_000 }).toEqual(['3', '1']);
  });

  test('that is no table is refused with a sentence', async () => {
    await choose('picture.csv', '\u0000\u0001\u0002');
    await expect
      .poll(() => page.locator('header [role=status]').innerText())
      .toContain('picture.csv is no text');
  });

  test('that is gone is named', async () => {
    await run(`CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'file-drop:gone.csv', 'format' = 'csv');
      SELECT * FROM t`);
    await expect
      .poll(problems, { timeout: 15_000 })
      .toContain('The file gone.csv is not here any more. Drop it');
  });

  test('of 2 GiB is read piece by piece, and the page stays alive', async () => {
    const size = await page.evaluate(() => {
      const line = (i: number): string => `${String(i).padStart(7, '0')},${'x'.repeat(55)}\n`;
      const mib = new Blob(Array.from({ length: 16_384 }, (_, i) => line(i)));
      const file = new File(['id,text\n', ...Array<Blob>(2048).fill(mib)], 'large.csv');
      const input = document
        .querySelector('millrace-app')!
        .shadowRoot!.querySelector<HTMLInputElement>('input[type=file]')!;
      const transfer = new DataTransfer();
      transfer.items.add(file);
      input.files = transfer.files;
      input.dispatchEvent(new Event('change'));
      return file.size;
    });
    expect(size).toBeGreaterThan(2 ** 31);
    await expect.poll(async () => (await job()).position ?? 0, { timeout: 25_000 }).toBeGreaterThan(400_000);
    const heap = await page.evaluate(
      () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
    );
    expect(heap).toBeLessThan(800 * 2 ** 20);
    await page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(async () => (await job()).state, { timeout: 20_000 }).toBe('CANCELED');
  });
});

describe('a tab in the background', () => {
  const COUNT = `SET 'execution.checkpointing.interval' = '300 ms';
    CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '500',
      'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '1000000');
    SELECT n FROM numbers`;
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  /** Stops the processes of all pages: what freezing a tab does, which the protocol does to hidden pages alone. */
  async function stopped(ms: number): Promise<void> {
    const { processInfo } = await (await browser.newBrowserCDPSession()).send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    expect(renderers.length).toBeGreaterThan(0);
    for (const { id } of renderers) process.kill(id, 'SIGSTOP');
    await pause(ms);
    for (const { id } of renderers) process.kill(id, 'SIGCONT');
  }

  test('goes on behind another tab', async () => {
    await run(COUNT);
    await expect.poll(async () => (await job()).position ?? 0, { timeout: 15_000 }).toBeGreaterThan(0);
    const other = await page.context().newPage();
    await other.bringToFront();
    await pause(500);
    const before = await job();
    await pause(3000);
    const after = await job();
    expect(after.state).toBe('RUNNING');
    expect(after.position! - before.position!).toBeGreaterThan(500);
    expect(after.restarts).toBe(0);
  });

  test('that is stopped for a while, workers and all, goes on afterwards, with nothing lost or twice', async () => {
    await run(COUNT);
    await expect.poll(async () => (await job()).completed ?? 0, { timeout: 15_000 }).toBeGreaterThan(0);
    const before = await job();
    await stopped(3000);
    await expect
      .poll(async () => (await job()).position ?? 0, { timeout: 20_000 })
      .toBeGreaterThan((before.position ?? 0) + 1000);
    expect((await job()).state).toBe('RUNNING');
    const gaps = await page.evaluate(() => {
      const { result } = document.querySelector<MillraceAppElement>('millrace-app')!.session.jobs[0]!;
      return result!.changes.filter(({ values }, i) => values[0] !== BigInt(i + 1)).length;
    });
    expect(gaps).toBe(0);
  });
});

import { chromium } from 'playwright';
import { chromiumPath, FLAGS } from '../../scripts/find-chromium.mjs';
import { pageServer } from './page-server.ts';
import { medianAndSpread } from './runner.ts';

const REPEATS = 3;
const GOAL_MS = 1000;

interface FirstRow {
  /** From the click to the first row that is drawn. */
  readonly sinceClickMs: number;
  /** From the request for the page to that row. */
  readonly sinceRequestMs: number;
}

/**
 * How long does a visitor wait for the first row, in a browser that has never seen the page: one who clicks in the first frame that has a
 * button, and one who looks at the page for a second?
 */
export async function firstRow(): Promise<number> {
  const server = await pageServer();
  for (const [visitor, lookMs] of [
    ['clicks a second later', 1000],
    ['clicks at once', 0],
  ] as const) {
    const found: FirstRow[] = [];
    for (let i = 0; i < REPEATS; i++) found.push(await visit(server.url, lookMs));
    const clicks = found.map(({ sinceClickMs }) => sinceClickMs);
    const requests = found.map(({ sinceRequestMs }) => sinceRequestMs);
    console.log(`A visitor who ${visitor}:`);
    console.log(`  first row after the click: ${medianAndSpread(clicks)}, goal ${GOAL_MS} ms`);
    console.log(`  first row after the request for the page: ${medianAndSpread(requests)}`);
  }
  await server.close();
  return 0;
}

async function visit(url: string, lookMs: number): Promise<FirstRow> {
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
  const page = await browser.newPage();
  // In the page and once a frame: what a visitor sees, without the way to this process.
  await page.addInitScript((lookMs) => {
    const within = (root: Element | null | undefined, selector: string): HTMLElement | null | undefined =>
      root?.shadowRoot?.querySelector<HTMLElement>(selector);
    const times = { button: 0, click: 0, row: 0 };
    (globalThis as unknown as { times: typeof times }).times = times;
    const look = (): void => {
      const content = within(document.querySelector('millrace-app'), 'mr-console');
      const button = within(content, 'button.primary');
      if (button) times.button ||= performance.now();
      if (button && times.click === 0 && performance.now() >= times.button + lookMs) {
        times.click = performance.now();
        button.click();
      }
      if (within(within(content, 'mr-result-table'), 'tbody tr')) times.row = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, lookMs);
  await page.goto(url);
  const handle = await page.waitForFunction(() => {
    const { times } = globalThis as unknown as { times: { click: number; row: number } };
    return times.row > 0 ? times : undefined;
  });
  const { click, row } = (await handle.jsonValue())!; // waited for
  await browser.close();
  return { sinceClickMs: row - click, sinceRequestMs: row };
}

import type { Page } from 'playwright';
import type { MillraceAppElement } from '../../ui/millrace-app.ts';
import { nexmarkTables } from '../../ui/examples/nexmark.ts';
import { KillableBrowser } from '../e2e/browser.ts';

/** How often to kill what. */
export interface ChaosPlan {
  readonly workers: number;
  readonly reloads: number;
  readonly browsers: number;
  /** Decides order and moments; another number, another run. */
  readonly seed: number;
}

export interface ChaosReport {
  readonly kills: number;
  readonly restores: number;
  readonly rows: number;
  /** Windows that the disturbed run has and the undisturbed has not, and the other way round. */
  readonly unexpected: readonly string[];
  readonly missing: readonly string[];
}

type Kill = 'worker' | 'reload' | 'browser';

const RATE = 20_000;
/** Seconds of event time for each kill, so that the input does not end before the last one. */
const SECONDS_A_KILL = 2.5;

/**
 * Counts bids per auction and window into a topic while workers, pages and whole browsers are killed, and compares what the
 * topic holds in the end with an undisturbed run over the same events: exactly once means that they are equal.
 */
export async function runChaos(
  baseUrl: string,
  plan: ChaosPlan,
  say: (line: string) => void,
): Promise<ChaosReport> {
  const random = randomFrom(plan.seed);
  const kills = shuffled(plan, random);
  const events = Math.ceil(kills.length * SECONDS_A_KILL) * RATE;
  const browser = await KillableBrowser.start();
  try {
    let page = await browser.page(baseUrl);
    await runScript(page, windowedCount('undisturbed', events, false));
    await untilState(page, 'FINISHED', 120_000);
    const expected = await readTopic(page, 'undisturbed');

    await runScript(page, windowedCount('disturbed', events, true));
    for (const [i, kill] of kills.entries()) {
      await page.waitForTimeout(200 + Math.floor(random() * 1800));
      say(`${i + 1}/${kills.length} ${kill}`);
      if (kill === 'worker') {
        await killWorker(page);
      } else if (kill === 'reload') {
        await page.reload();
      } else {
        await browser.kill();
        await browser.restart();
        page = await browser.page(baseUrl);
      }
    }
    await untilState(page, 'FINISHED', 60_000 + kills.length * SECONDS_A_KILL * 2000);
    const restores = await page.evaluate(() => {
      const app = document.querySelector<MillraceAppElement>('millrace-app')!;
      return app.session.jobs[0]!.checkpoints?.counts.restored ?? 0;
    });
    const found = await readTopic(page, 'disturbed');
    return {
      kills: kills.length,
      restores,
      rows: found.length,
      unexpected: without(found, expected),
      missing: without(expected, found),
    };
  } finally {
    await browser.close();
  }
}

function windowedCount(topic: string, events: number, isPaced: boolean): string {
  return `
SET 'execution.checkpointing.interval' = '500 ms';
SET 'execution.checkpointing.tolerable-failed-checkpoints' = '1000';
SET 'restart-strategy.type' = 'fixed-delay';
SET 'restart-strategy.fixed-delay.attempts' = '100000';
SET 'restart-strategy.fixed-delay.delay' = '50 ms';
SET 'parallelism.default' = '2';
${tables(topic, events, isPaced)}
INSERT INTO counts
SELECT auction, window_start, COUNT(*)
FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(\`dateTime\`), INTERVAL '1' SECOND))
GROUP BY auction, window_start, window_end;
`;
}

function tables(topic: string, events: number, isPaced: boolean): string {
  const options = { 'events.num': String(events), 'rate.limited': String(isPaced) };
  return `
${nexmarkTables(RATE, options)}
CREATE TABLE counts (auction BIGINT, window_start TIMESTAMP(3), bids BIGINT)
WITH ('connector' = 'topic', 'topic' = '${topic}', 'scan.bounded.mode' = 'latest-offset');
`;
}

async function runScript(page: Page, script: string): Promise<void> {
  await page.evaluate(async (text) => {
    const app = document.querySelector<MillraceAppElement>('millrace-app')!;
    await app.session.run(text);
    const problem = app.session.errors[0];
    if (problem) throw new Error(problem.message);
  }, script);
}

async function untilState(page: Page, state: string, timeout: number): Promise<void> {
  const reached = await page.waitForFunction(
    (wanted) => {
      const job = document.querySelector<MillraceAppElement>('millrace-app')?.session.jobs[0];
      const now = job?.details?.state;
      return now === wanted || now === 'FAILED' || now === 'CANCELED'
        ? { now, why: job?.details?.exceptions[0]?.message }
        : false;
    },
    state,
    { timeout, polling: 200 },
  );
  const { now, why } = (await reached.jsonValue()) as { now: string; why?: string };
  if (now !== state) throw new Error(`The job is ${now} instead of ${state}: ${why}`);
}

/** The topic's committed rows as text, sorted. */
async function readTopic(page: Page, topic: string): Promise<string[]> {
  await runScript(
    page,
    `SET 'parallelism.default' = '1';\n${tables(topic, 0, false)}\nSELECT * FROM counts;`,
  );
  await untilState(page, 'FINISHED', 60_000);
  const rows = await page.evaluate(async () => {
    const app = document.querySelector<MillraceAppElement>('millrace-app')!;
    const result = app.session.jobs[0]!.result!;
    while (!result.isComplete) await new Promise((resolve) => setTimeout(resolve, 20));
    const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
    return [...result.rows()].map((values) => JSON.stringify(values, plain));
  });
  return rows.sort();
}

async function killWorker(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const app = document.querySelector<MillraceAppElement>('millrace-app')!;
    const job = app.session.jobs[0];
    if (job) await app.session.killTaskManager(job);
  });
}

/** Rows of the first list that the second does not have as often. */
function without(rows: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const row of others) counts.set(row, (counts.get(row) ?? 0) + 1);
  return rows.filter((row) => {
    const left = counts.get(row) ?? 0;
    counts.set(row, left - 1);
    return left <= 0;
  });
}

function shuffled({ workers, reloads, browsers }: ChaosPlan, random: () => number): Kill[] {
  const kills: Kill[] = [
    ...Array.from({ length: workers }, (): Kill => 'worker'),
    ...Array.from({ length: reloads }, (): Kill => 'reload'),
    ...Array.from({ length: browsers }, (): Kill => 'browser'),
  ];
  for (let i = kills.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [kills[i], kills[j]] = [kills[j]!, kills[i]!];
  }
  return kills;
}

/** Mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

import { chromium, type Browser } from 'playwright';
import { chromiumPath, FLAGS } from '../../scripts/find-chromium.mjs';
import type { CheckpointDetails } from '../../engine/index.ts';
import type { MillraceAppElement } from '../../ui/millrace-app.ts';
import { pageServer } from './page-server.ts';
import { median, medianAndSpread } from './runner.ts';

const REPEATS = 3;
const KEYS = 1_500_000;

/** Every key once, then one row a second that keeps the job alive. No checkpoint comes before the one that is asked for. */
const SCRIPT = `
SET 'parallelism.default' = '1';
SET 'execution.checkpointing.interval' = '1 h';
CREATE TABLE filling (k BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100000000',
  'fields.k.kind' = 'sequence', 'fields.k.start' = '1', 'fields.k.end' = '${KEYS}');
CREATE TABLE lasting (k BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1',
  'fields.k.min' = '1', 'fields.k.max' = '${KEYS}');
CREATE TABLE sink (k BIGINT, n BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO sink
SELECT k, COUNT(*) FROM (SELECT k FROM filling UNION ALL SELECT k FROM lasting) GROUP BY k;
`;

/** How long does the first, full checkpoint of some 50 MiB of keyed state take in Chromium, and how long does a task stand still for it? */
export async function checkpoint(): Promise<number> {
  const server = await pageServer();
  const found: CheckpointDetails[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
    found.push(await fullCheckpoint(browser, server.url));
    await browser.close();
  }
  await server.close();
  const size = median(found.map(({ checkpointed_size }) => checkpointed_size)) / 1048576;
  const duration = found.map(({ end_to_end_duration }) => end_to_end_duration);
  const pause = found.map(({ sync_duration }) => sync_duration);
  console.log(`Full checkpoint of ${size.toFixed(1)} MiB (${KEYS} keys)`);
  console.log(`duration: ${medianAndSpread(duration)}, goal 600 ms for 50 MiB`);
  console.log(`pause:    ${medianAndSpread(pause)}, goal 100 ms`);
  return 0;
}

async function fullCheckpoint(browser: Browser, url: string): Promise<CheckpointDetails> {
  const page = await browser.newPage();
  await page.goto(url);
  await page.locator('mr-sql-editor').waitFor();
  return page.evaluate(
    async ({ script, keys }) => {
      const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));
      const { session } = document.querySelector<MillraceAppElement>('millrace-app')!;
      await session.run(script);
      const job = session.jobs[0];
      if (!job) throw new Error(session.errors[0]?.message ?? 'no job');
      const dispatcher = await session.dispatcher();
      for (let counted = 0; counted < keys; await pause()) {
        const { state, vertices, exceptions } = await dispatcher.jobDetails(job.jobId);
        if (exceptions[0]) throw new Error(`${state}: ${exceptions[0].message}`);
        counted = Math.max(...vertices.map(({ metrics }) => metrics.numRecordsIn));
      }
      await dispatcher.triggerCheckpoint(job.jobId);
      for (;;) {
        const newest = (await dispatcher.checkpoints(job.jobId)).history[0];
        if (newest?.status === 'COMPLETED') return newest;
        if (newest?.status === 'FAILED') throw new Error(newest.failure_message ?? 'the checkpoint failed');
        await pause();
      }
    },
    { script: SCRIPT, keys: KEYS },
  );
}

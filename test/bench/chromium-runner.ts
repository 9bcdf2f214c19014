import { chromium } from 'playwright';
import { chromiumPath, FLAGS } from '../../scripts/find-chromium.mjs';
import type { MillraceAppElement } from '../../ui/millrace-app.ts';
import { pageServer } from './page-server.ts';
import type { Runner, Sample } from './runner.ts';

/** Runs scripts in the built page; CPU time is that of the page's process, which its workers are threads of. */
export async function chromiumRunner(): Promise<Runner> {
  const server = await pageServer();
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
  const page = await browser.newPage();
  await page.goto(server.url);
  await page.locator('mr-sql-editor').waitFor();
  const session = await browser.newBrowserCDPSession();
  const cpuMs = async (): Promise<number> => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    const renderers = processInfo.filter(({ type }) => type === 'renderer');
    return renderers.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
  };
  const run = async (script: string): Promise<Sample> => {
    const before = await cpuMs();
    const wallMs = await page.evaluate(async (text) => {
      const { session } = document.querySelector<MillraceAppElement>('millrace-app')!;
      const start = performance.now();
      await session.run(text);
      const job = session.jobs[0];
      if (!job) throw new Error(session.errors[0]?.message ?? 'no job');
      const { status, error } = await (await session.dispatcher()).awaitTermination(job.jobId);
      if (status !== 'FINISHED') throw new Error(error?.message ?? status);
      return performance.now() - start;
    }, script);
    return { wallMs, cpuMs: (await cpuMs()) - before };
  };
  return {
    name: `Chromium ${browser.version()}`,
    run,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

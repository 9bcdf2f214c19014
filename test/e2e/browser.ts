import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { chromiumPath, FLAGS } from '../../scripts/find-chromium.mjs';

/**
 * A Chromium of its own with a profile on disk, so that it can be killed like a power cut would and started again
 * on what it had stored.
 */
export class KillableBrowser {
  readonly #profile: string;
  #process: ChildProcess | undefined;
  #browser: Browser | undefined;

  private constructor(profile: string) {
    this.#profile = profile;
  }

  static async start(): Promise<KillableBrowser> {
    const browser = new KillableBrowser(await mkdtemp(path.join(os.tmpdir(), 'millrace-profile-')));
    await browser.restart();
    return browser;
  }

  /** Starts the browser on its profile. */
  async restart(): Promise<void> {
    const executable = chromiumPath() ?? chromium.executablePath();
    const args = [
      ...FLAGS,
      '--headless',
      '--remote-debugging-port=0',
      `--user-data-dir=${this.#profile}`,
      'about:blank',
    ];
    const child = spawn(executable, args, { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    this.#browser = await chromium.connectOverCDP(await debuggingAddress(child));
  }

  /** A page of the browser's only context, whose storage lasts. */
  async page(url: string): Promise<Page> {
    const context = this.#browser!.contexts()[0]!;
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(url);
    return page;
  }

  /** SIGKILL to the browser and all its processes. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child?.pid) return;
    process.kill(-child.pid, 'SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await this.#browser?.close().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function debuggingAddress(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const piece of child.stderr!) {
    said += String(piece);
    const address = /ws:\/\/\S+/.exec(said)?.[0];
    if (address) {
      child.stderr!.resume();
      return address;
    }
  }
  throw new Error(`Chromium did not start: ${said}`);
}

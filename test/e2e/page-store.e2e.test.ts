import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright';
import { build } from 'vite';
import { test } from 'vitest';
import { FLAGS, chromiumPath } from '../../scripts/find-chromium.mjs';

/** A page that has the store as `Store`, and nothing else. */
async function storePage(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      lib: { entry: 'engine/state/page-store-indexed-db.ts', formats: ['iife'], name: 'Store' },
    },
  });
  const [result] = Array.isArray(built) ? built : [built];
  if (!result || !('output' in result)) throw new Error('nothing was built');
  return `<!doctype html><script>${result.output[0].code}</script>`;
}

interface StoreModule {
  IndexedDbPageStore: typeof import('../../engine/state/page-store-indexed-db.ts').IndexedDbPageStore;
}

test('a full disk is a StoreFullError, and what was there stays', async () => {
  const html = await storePage();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`;
  // A context of its own with a profile on disk: without one the browser keeps databases in memory, and no quota holds.
  const profile = await mkdtemp(path.join(tmpdir(), 'millrace-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: chromiumPath(),
    args: FLAGS,
  });
  try {
    const page = await context.newPage();
    await page.goto(origin);
    const session = await context.newCDPSession(page);
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 32 << 20 });
    const answer = await page.evaluate(async () => {
      const { Store } = globalThis as unknown as { Store: StoreModule };
      const store = await Store.IndexedDbPageStore.open('full');
      await store.put('before', new Uint8Array([1, 2, 3]), 'strict');
      let stored = 0;
      try {
        for (; stored < 16; stored++) await store.put(`value-${stored}`, new Uint8Array(4 << 20), 'relaxed');
      } catch (error) {
        const { name, message } = error as Error;
        const kept = await store.get('before');
        await store.remove(await store.list('value-'));
        return { stored, name, message, kept: [...(kept ?? [])] };
      }
      return { stored };
    });
    assert.ok(answer.stored > 0 && answer.stored < 9, `${answer.stored} values of 4 MiB fit into 32 MiB`);
    assert.equal(answer.name, 'StoreFullError');
    assert.match(answer.message ?? '', /No space left to store value-\d/);
    assert.deepEqual(answer.kept, [1, 2, 3]);
  } finally {
    await context.close();
    await new Promise((resolve) => server.close(resolve));
    await rm(profile, { recursive: true, force: true });
  }
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { inlineBytes } from '../../scripts/vite-plugins.ts';

/** What `import bytes from './file?bytes'` gives in a minified bundle, and its code. */
async function inlined(bytes: Uint8Array): Promise<{ code: string; back: Uint8Array }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'millrace-bytes-'));
  try {
    await writeFile(path.join(folder, 'file'), bytes);
    const entry = path.join(folder, 'entry.js');
    await writeFile(entry, `export { default } from './file?bytes';`);
    const result = await build({
      configFile: false,
      logLevel: 'error',
      plugins: [inlineBytes()],
      build: {
        write: false,
        lib: { entry, formats: ['es'], fileName: 'bundle' },
        rolldownOptions: { output: { minify: true } },
      },
    });
    const [chunk] = [result].flat().flatMap((one) => ('output' in one ? one.output : []));
    if (chunk?.type !== 'chunk') throw new Error('no code');
    const url = `data:text/javascript;charset=utf-8,${encodeURIComponent(chunk.code)}`;
    const module = (await import(/* @vite-ignore */ url)) as { default: Uint8Array };
    return { code: chunk.code, back: module.default };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('bytes come back as they were, from code that is ASCII', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
      const { code, back } = await inlined(bytes);
      expect([...back]).toEqual([...bytes]);
      expect(code).toMatch(/^[\n -~]*$/);
    }),
    { numRuns: 20 },
  );
});

test('every byte there is', async () => {
  const bytes = Uint8Array.from({ length: 512 }, (_, i) => i);
  expect([...(await inlined(bytes)).back]).toEqual([...bytes]);
});

// `npm run bench -- [--node | --chromium] [--unchecked] [QUERY...]`: builds what is measured, then measures.
// `npm run bench -- --first-row`, `--checkpoint`, `--functions`: the wait for a row, the cost of a large checkpoint, rows a second of functions.
import { spawnSync } from 'node:child_process';
import { createServer } from 'vite';

const words = process.argv.slice(2);
if (!process.env.MILLRACE_BUILT) {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (built.status !== 0) process.exit(1);
}
const server = await createServer({
  mode: 'benchmark',
  server: { middlewareMode: true, hmr: false, watch: null },
  appType: 'custom',
  optimizeDeps: { noDiscovery: true, include: [] },
  logLevel: 'warn',
});
const { main } = await server.ssrLoadModule('/test/bench/main.ts');
const status = await main(words);
await server.close();
process.exit(status);

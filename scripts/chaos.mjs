// `npm run chaos -- [KILLS] [SEED]`: the exactly-once test with as many kills as you like, 45 by default.
import { spawnSync } from 'node:child_process';
import { createServer, preview } from 'vite';

process.env.NODE_ENV = 'production';
const kills = Number(process.argv[2] ?? 45);
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000);
if (!Number.isInteger(kills) || kills < 1) {
  console.error('Usage: npm run chaos -- [KILLS] [SEED]');
  process.exit(2);
}
if (!process.env.MILLRACE_BUILT) {
  const built = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  if (built.status !== 0) process.exit(1);
}
const loader = await createServer({
  server: { middlewareMode: true },
  appType: 'custom',
  optimizeDeps: { noDiscovery: true },
});
const { runChaos } = await loader.ssrLoadModule('/test/chaos/chaos.ts');
const server = await preview({ preview: { port: 0, host: '127.0.0.1' } });
const browsers = Math.max(1, Math.round(kills / 9));
const reloads = Math.floor((kills - browsers) / 2);
const plan = { browsers, reloads, workers: kills - browsers - reloads, seed };
console.log(`seed ${seed}: ${plan.workers} workers, ${plan.reloads} reloads, ${plan.browsers} browsers`);
const address = server.httpServer.address();
if (!address || typeof address === 'string') throw new Error('the preview server has no port');
const report = await runChaos(`http://localhost:${address.port}/`, plan, console.log);
await server.close();
await loader.close();
const { rows, unexpected, missing } = report;
console.log(`${rows} rows, ${missing.length} lost, ${unexpected.length} doubled or wrong`);
for (const row of missing.slice(0, 10)) console.log(`  lost   ${row}`);
for (const row of unexpected.slice(0, 10)) console.log(`  extra  ${row}`);
process.exit(missing.length + unexpected.length === 0 ? 0 : 1);

// `npm run conformance -- PATH...`: the engine and its runner are TypeScript, so vite loads them.
import { createServer } from 'vite';

const server = await createServer({
  mode: 'test',
  server: { middlewareMode: true, hmr: false, watch: null },
  appType: 'custom',
  optimizeDeps: { noDiscovery: true, include: [] },
  logLevel: 'warn',
});
const { main } = await server.ssrLoadModule('/test/conformance/main.ts');
const status = await main(process.argv.slice(2));
await server.close();
process.exit(status);

// `npm run fuzz -- [INPUTS] [SEED]`: random scripts and calls of functions, 100,000 by default; exits with 1 if one traps, hangs or fails without a place.
import { createServer } from 'vite';

const server = await createServer({
  mode: 'test',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  appType: 'custom',
  optimizeDeps: { noDiscovery: true, include: [] },
  logLevel: 'warn',
});
const { main } = await server.ssrLoadModule('/test/fuzz/main.ts');
const status = main(process.argv.slice(2));
await server.close();
process.exit(status);

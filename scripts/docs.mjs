// `node scripts/docs.mjs` writes what of docs/ follows from the code: docs/sql.md.
import { writeFileSync } from 'node:fs';
import { createServer } from 'vite';

const server = await createServer({
  mode: 'test',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  appType: 'custom',
  optimizeDeps: { noDiscovery: true, include: [] },
  logLevel: 'warn',
});
const { sqlPage } = await server.ssrLoadModule('/test/docs/sql-page.ts');
writeFileSync('docs/sql.md', sqlPage());
await server.close();

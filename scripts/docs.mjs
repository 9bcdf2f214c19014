// `node scripts/docs.mjs` writes what of docs/ follows from the code: sql.md, functions.md and the pages in sql/.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createServer } from 'vite';

const server = await createServer({
  mode: 'test',
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  appType: 'custom',
  optimizeDeps: { noDiscovery: true, include: [] },
  logLevel: 'warn',
});
const { generatedPages } = await server.ssrLoadModule('/test/docs/pages.ts');
for (const [file, text] of generatedPages()) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
await server.close();

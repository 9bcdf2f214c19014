import path from 'node:path';
import { build } from 'vite';

/** Bundles a TypeScript file so that Node can start it as a worker thread; the path of the result. */
export async function bundleWorker(entry: string): Promise<string> {
  const name = path.basename(entry, '.ts');
  const outDir = path.resolve('node_modules/.cache/test-workers', `${name}-${process.pid}`);
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: path.resolve(entry),
      outDir,
      emptyOutDir: true,
      minify: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
    ssr: { noExternal: true, target: 'node' },
  });
  return path.join(outDir, `${name}.mjs`);
}

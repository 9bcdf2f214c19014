import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { preview } from 'vite';
import type { TestProject } from 'vitest/node';

/**
 * Builds everything and serves the app as a visitor gets it: `inject('baseUrl')` in a test. `MILLRACE_BUILT=1` takes
 * what `npm run build` left in dist/.
 *
 * The build is a process of its own. In this one NODE_ENV is 'test', and vite would build Lit's development version.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (!process.env.MILLRACE_BUILT) await build();
  const server = await preview({ configFile: 'vite.config.ts', preview: { port: 0, host: '127.0.0.1' } });
  const address = server.httpServer.address();
  if (!address || typeof address === 'string') throw new Error('the preview server has no port');
  project.provide('baseUrl', `http://localhost:${address.port}/`);
  return () => server.close();
}

async function build(): Promise<void> {
  const child = spawn(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0) throw new Error('npm run build failed');
}

declare module 'vitest' {
  interface ProvidedContext {
    baseUrl: string;
  }
}

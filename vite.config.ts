import path from 'node:path';
import { defineConfig, type UserConfig } from 'vite';
import { assemblyScript, inlineBytes } from './scripts/vite-plugins.ts';

// Cross-origin isolation, in development as on a host that sends the headers; MILLRACE_NO_COI=1 runs without it.
const headers: Record<string, string> = process.env.MILLRACE_NO_COI
  ? {}
  : { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig(({ mode }): UserConfig => {
  const isTest = mode === 'test';
  return {
    base: './',
    plugins: [assemblyScript(isTest ? ['debug', 'release'] : ['release']), inlineBytes()],
    resolve: {
      alias: [
        {
          // Tests run the debug build, which keeps its asserts; benchmarks and everything else the release.
          find: /^#wasm(?=\?)/,
          replacement: path.resolve(`wasm/build/millrace${isTest ? '.debug' : ''}.wasm`),
        },
      ],
    },
    // Worker bundles have a plugin list of their own. 'iife' because a module worker from a blob: URL
    // never starts on a file:// page.
    worker: { format: 'iife', plugins: () => [inlineBytes()] },
    server: { headers },
    preview: { headers },
    build: { target: 'es2022', outDir: 'dist/app', sourcemap: true },
  };
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig, type UserConfig } from 'vite';
import {
  assemblyScript,
  bundledFunction,
  inlineBytes,
  neighbourOfClassicScript,
  oneFile,
  serviceWorker,
} from './scripts/vite-plugins.ts';

// Cross-origin isolation, in development as on a host that sends the headers; MILLRACE_NO_COI=1 runs without it.
const headers: Record<string, string> = process.env.MILLRACE_NO_COI
  ? {}
  : { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
};

/** One config, an output for each mode (scripts/build.mjs): production is the app, and lib, single, editor and cli. */
export default defineConfig(({ mode }): UserConfig => {
  const isTest = mode === 'test';
  const config: UserConfig & { plugins: NonNullable<UserConfig['plugins']> } = {
    base: './',
    publicDir: false,
    plugins: [assemblyScript([isTest ? 'debug' : 'release']), inlineBytes()],
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
    optimizeDeps: {
      // All that pages, workers and tests import: what vite finds midway makes it optimise again and reload the page.
      include: [
        ...Object.keys(dependencies),
        'lit/decorators.js',
        'lit/directives/class-map.js',
        'lit/directives/if-defined.js',
        'lit/directives/live.js',
        'lit/directives/ref.js',
        'lit/directives/repeat.js',
        'lit/directives/style-map.js',
        ...(isTest ? ['axe-core', 'fast-check'] : []),
      ],
    },
  };
  switch (mode) {
    case 'production':
      config.plugins.push(serviceWorker('ui/sw.ts'));
      break;
    case 'lib':
      // The npm package: ES modules, a file for each subpath, its dependencies left to whoever installs it.
      config.build = {
        target: 'es2022',
        outDir: 'dist/lib',
        minify: false,
        lib: {
          entry: {
            engine: 'engine/index.ts',
            'engine-inline': 'engine/runtime/host-inline.ts',
            element: 'ui/element.ts',
          },
          formats: ['es'],
        },
        rolldownOptions: { external: Object.keys(dependencies).map((name) => new RegExp(`^${name}($|/)`)) },
      };
      break;
    case 'single':
      // One file for a page anywhere, as an ES module and as a classic script (which file:// needs). The engine
      // is in it once, for page and workers, and the wasm; the editor is a file of its own, fetched when it is wanted and if it is there.
      config.resolve!.alias = [
        ...(config.resolve!.alias as []),
        { find: /^.*\/host-browser\.ts$/, replacement: path.resolve('engine/runtime/host-single.ts') },
        { find: /^.*\/engine\/index\.ts$/, replacement: `${path.resolve('engine/single.ts')}?function` },
        { find: /^.*\/graph-layout\.ts$/, replacement: path.resolve('ui/layered-layout.ts') },
        { find: /^#engine(?=\?)/, replacement: path.resolve('engine/single.ts') },
        { find: /^\.{1,2}\/(.*\/)?editor\.ts$/, replacement: './millrace-editor.js' },
      ];
      config.plugins.push(bundledFunction(), oneFile(), neighbourOfClassicScript('millrace-editor.js'));
      config.build = {
        target: 'es2022',
        outDir: 'dist/single',
        lib: {
          entry: 'ui/element.ts',
          name: 'Millrace',
          formats: ['es', 'iife'],
          fileName: (format) => (format === 'es' ? 'millrace-lab.js' : 'millrace-lab.classic.js'),
        },
        rolldownOptions: {
          external: ['./millrace-editor.js'],
          makeAbsoluteExternalsRelative: false, // it lies beside the one file, not beside what imports it
          // Left to itself vite keeps an ES library's white space, for the sake of those who bundle it again.
          output: { codeSplitting: false, minify: true },
        },
      };
      break;
    case 'editor':
      config.plugins.push(oneFile());
      config.build = {
        target: 'es2022',
        outDir: 'dist/single',
        emptyOutDir: false, // it lies beside the single file
        lib: { entry: 'ui/editor.ts', formats: ['es'], fileName: () => 'millrace-editor.js' },
        rolldownOptions: { output: { codeSplitting: false, minify: true } },
      };
      break;
    case 'cli':
      // Node: the program and its worker side by side, everything bundled in.
      config.ssr = { noExternal: true, target: 'node' };
      config.build = {
        ssr: true,
        target: 'node20',
        outDir: 'dist/cli',
        rolldownOptions: {
          input: { millrace: 'engine/cli/millrace.ts', 'worker-node': 'engine/runtime/worker-node.ts' },
          output: {
            entryFileNames: '[name].js',
            banner: (chunk) => (chunk.name === 'millrace' ? '#!/usr/bin/env node' : ''),
          },
        },
      };
  }
  return config;
});

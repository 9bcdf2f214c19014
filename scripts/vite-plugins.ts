/**
 * What vite cannot do by itself: inline a file as bytes or a bundle as a function, compile AssemblyScript, list the files
 * of the offline app.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { build, type Plugin } from 'vite';
import { buildWasm, type WasmTarget } from './build-wasm.mjs';
import { withoutDocsTexts } from './without-docs-texts.ts';

/** `import bytes from './x.wasm?bytes'`: the file as a Uint8Array, inlined. Works in dev, build, workers and vitest. */
export function inlineBytes(): Plugin {
  return {
    name: 'millrace:bytes',
    enforce: 'pre',
    load: {
      filter: { id: /\?bytes$/ },
      async handler(id) {
        const file = id.slice(0, -'?bytes'.length);
        this.addWatchFile(file);
        const base64 = (await readFile(file)).toString('base64');
        return {
          code: `const text = atob(${JSON.stringify(base64)});
const bytes = new Uint8Array(text.length);
for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
export default bytes;`,
          map: { mappings: '' },
          moduleSideEffects: false,
        };
      },
    },
  };
}

/**
 * `import inflate from './x.wasm?deflated'`: the file inlined as deflated bytes in base64; `inflate()` gives it back. Of a
 * file that is served with gzip, that is a third less than base64 alone, and within 1 % of what any denser text gives.
 */
export function inlineDeflated(): Plugin {
  return {
    name: 'millrace:deflated',
    enforce: 'pre',
    load: {
      filter: { id: /\?deflated$/ },
      async handler(id) {
        const file = id.slice(0, -'?deflated'.length);
        this.addWatchFile(file);
        const deflated = deflateRawSync(await readFile(file), {
          level: constants.Z_BEST_COMPRESSION,
          memLevel: constants.Z_MAX_MEMLEVEL,
        });
        return {
          code: `export default () => {
  const bytes = Uint8Array.from(atob(${JSON.stringify(deflated.toString('base64'))}), (char) => char.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).arrayBuffer();
};`,
          map: { mappings: '' },
          moduleSideEffects: false,
        };
      },
    },
  };
}

/**
 * `import start, { a, b } from './x.ts?function'`: the module with all that it imports as one function that gives the
 * module's exports, and those of a first call. The function has no free variables but what every page and worker has,
 * so that `String(start)` is a script. Sentences for docs are left out.
 */
export function bundledFunction(): Plugin {
  return {
    name: 'millrace:function',
    enforce: 'pre',
    load: {
      filter: { id: /\?function$/ },
      async handler(id) {
        const result = await build({
          configFile: false,
          publicDir: false,
          logLevel: 'warn',
          plugins: [withoutDocsTexts()],
          build: {
            write: false,
            minify: false, // comes with the whole
            target: 'es2022',
            lib: { entry: id.slice(0, -'?function'.length), formats: ['iife'], name: 'bundle' },
            rolldownOptions: { output: { codeSplitting: false } },
          },
        });
        const chunk = [result].flat().flatMap((one) => ('output' in one ? one.output : []))[0];
        if (chunk?.type !== 'chunk') throw new Error(`${id} gave no code`);
        return {
          // In parentheses, which tell engines to compile it at once instead of reading it twice.
          code: `const start = (function () {\n${chunk.code}\nreturn bundle;\n});
export default start;
export const { ${chunk.exports.join(', ')} } = start();`,
          map: { mappings: '' },
        };
      },
    },
  };
}

/** The compile that runs, shared by every copy of this file in the process: vitest loads its config once a project. */
interface Compiler {
  running?: Promise<void> | undefined;
  isAskedAgain?: boolean;
}
const compiler: Compiler = ((globalThis as Record<symbol, unknown>)[Symbol.for('millrace.compiler')] ??= {});

/** One compile at a time; a save that comes during one starts another. */
function recompile(targets: readonly WasmTarget[], always: boolean): Promise<void> {
  if (compiler.running) {
    compiler.isAskedAgain ||= always;
    return compiler.running;
  }
  compiler.running = (async () => {
    do {
      compiler.isAskedAgain = false;
      await buildWasm(targets, always);
    } while (compiler.isAskedAgain);
  })().finally(() => (compiler.running = undefined));
  return compiler.running;
}

/** Compiles what is stale before a build, and what is saved while the dev server runs; shows errors in the page. */
export function assemblyScript(targets: readonly WasmTarget[]): Plugin {
  return {
    name: 'millrace:assemblyscript',
    async buildStart() {
      await recompile(targets, false);
    },
    configureServer(server) {
      let hasFailed = false;
      const onSave = (file: string) => {
        if (!/[\\/]wasm[\\/]assembly[\\/].*\.ts$/.test(path.resolve(file))) return;
        recompile(targets, true).then(
          () => {
            if (hasFailed) server.ws.send({ type: 'full-reload' }); // takes the error off the page
            hasFailed = false;
          },
          (error: Error) => {
            hasFailed = true;
            console.error(error.message);
            server.ws.send({ type: 'error', err: { message: error.message, stack: '' } });
          },
        );
      };
      server.watcher.on('change', onSave).on('add', onSave).on('unlink', onSave);
    },
  };
}

/**
 * Builds `entry` as sw.js beside index.html, and writes into it what it keeps for offline use: every file of the build
 * but source maps, and a version that changes when one of them does.
 */
export function serviceWorker(entry: string): Plugin {
  return {
    name: 'millrace:service-worker',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: path.resolve(entry), fileName: 'sw.js' });
    },
    generateBundle: {
      order: 'post', // after vite has added index.html and the workers
      handler(_options, bundle) {
        const worker = bundle['sw.js'];
        if (worker?.type !== 'chunk' || worker.imports.length > 0) {
          throw new Error('the service worker is a classic script and cannot import');
        }
        const files = Object.keys(bundle)
          .filter((name) => name !== 'sw.js' && !name.endsWith('.map'))
          .sort();
        const hash = createHash('sha256').update(worker.code);
        for (const name of files) {
          const file = bundle[name]!; // its name came from the bundle
          hash.update(name).update(file.type === 'chunk' ? file.code : file.source);
        }
        worker.code = worker.code
          .replaceAll('__OFFLINE_FILES__', JSON.stringify(files))
          .replaceAll('__OFFLINE_VERSION__', JSON.stringify(hash.digest('hex').slice(0, 12)));
      },
    },
  };
}

/** Fails a build that should be one file and is not: a page that loads it from a CDN has nothing else. */
export function oneFile(): Plugin {
  return {
    name: 'millrace:one-file',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const others = Object.values(bundle).filter(
          (file) => !file.fileName.endsWith('.map') && !(file.type === 'chunk' && file.isEntry),
        );
        if (others.length > 0) {
          throw new Error(`not one file: ${others.map(({ fileName }) => fileName).join(', ')}`);
        }
      },
    },
  };
}

/**
 * Lets a classic script import `file`, its neighbour. A classic script from another origin has no base address of its
 * own, so a relative `import()` in it finds nothing; what it is loaded from is only known while it runs first.
 */
export function neighbourOfClassicScript(file: string): Plugin {
  const call = new RegExp(`\\bimport\\((['"\`])\\./${file.replaceAll('.', '\\.')}\\1\\)`, 'g');
  return {
    name: 'millrace:neighbour',
    apply: 'build',
    renderChunk(code, _chunk, { format }) {
      if (format !== 'iife') return null;
      const address = `new URL(${JSON.stringify(file)}, document.currentScript?.src ?? location.href).href`;
      const wrapper = /\bfunction\s*\(exports\)\s*\{/;
      if (!wrapper.test(code)) throw new Error('the classic script is not wrapped in a function');
      return {
        code: code
          .replace(wrapper, (start) => `${start}\nconst millraceNeighbour = ${address};`)
          .replace(call, 'import(millraceNeighbour)'),
        map: null,
      };
    },
  };
}

/**
 * What vite cannot do by itself: inline a file as bytes or a bundle as a function, compile AssemblyScript, list the files
 * of the offline app.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { build, type Plugin } from 'vite';
import { buildWasm, type WasmTarget } from './build-wasm.mjs';
import { withoutDocsTexts } from './without-docs-texts.ts';

/**
 * `import bytes from './x.wasm?bytes'`: the file as a Uint8Array, inlined. Works in dev, build, workers and vitest.
 *
 * Not base64, which hides from gzip and brotli what repeats: text of ASCII in which a byte is always the same, one
 * character or two. Compressed, that is a few percent more than the file itself.
 */
export function inlineBytes(): Plugin {
  return {
    name: 'millrace:bytes',
    enforce: 'pre',
    load: {
      filter: { id: /\?bytes$/ },
      async handler(id) {
        const file = id.slice(0, -'?bytes'.length);
        this.addWatchFile(file);
        const { text, alone, length } = asciiOf(await readFile(file));
        return {
          code: `const [text, alone] = ${JSON.stringify([text, alone])};
const singles = Uint8Array.from(atob(alone), (char) => char.charCodeAt(0));
const doubles = [...Array(256).keys()].filter((byte) => !singles.includes(byte));
const digits = [...${JSON.stringify(ASCII)}].reduce((all, char, i) => (all[char.charCodeAt(0)] = i, all), []);
const bytes = new Uint8Array(${length});
for (let i = 0, at = 0; i < bytes.length; i++) {
  const digit = digits[text.charCodeAt(at++)];
  bytes[i] = digit < 2 ? doubles[digits[text.charCodeAt(at++)] * 2 + digit] : singles[digit - 2];
}
export default bytes;`,
          map: { mappings: '' },
          moduleSideEffects: false,
        };
      },
    },
  };
}

/** What needs no escape in any string of JavaScript. The first two begin bytes of two characters. */
const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))
  .filter((char) => !'\'"`\\$'.includes(char))
  .join('');

/** `alone` (base64) lists the bytes of one character: the most frequent ones. */
function asciiOf(bytes: Uint8Array): { text: string; alone: string; length: number } {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]!++; // 256 of them
  const all = [...counts.keys()];
  const singles = all
    .sort((a, b) => counts[b]! - counts[a]!)
    .slice(0, ASCII.length - 2)
    .sort((a, b) => a - b);
  const doubles = [...counts.keys()].filter((byte) => !singles.includes(byte));
  const codes: string[] = [];
  for (const [i, byte] of singles.entries()) codes[byte] = ASCII[i + 2]!;
  for (const [i, byte] of doubles.entries()) codes[byte] = ASCII[i % 2]! + ASCII[i >> 1]!;
  return {
    text: Array.from(bytes, (byte) => codes[byte]).join(''),
    alone: Buffer.from(singles).toString('base64'),
    length: bytes.length,
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

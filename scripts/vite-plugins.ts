/**
 * What vite cannot do by itself: inline a file as bytes, compile AssemblyScript, write the service worker's list.
 *
 * The compiler runs in vite's own process, where a second compile takes a tenth of the first, and an output is written
 * only when its bytes changed, so that a save reloads the page once.
 */
import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Plugin } from 'vite';

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

export type WasmTarget = 'debug' | 'release';

/** Shared by every copy of this file in the process: vitest loads the config once per project. */
interface CompilerState {
  running?: Promise<void> | undefined;
  again?: boolean;
}
const compiler: CompilerState = ((globalThis as Record<symbol, unknown>)[Symbol.for('millrace.asc')] ??= {});

/**
 * Compiles the kernels, one compile at a time; a save that comes during one starts another.
 *
 * @param always compile even what is newer than its sources.
 * @throws Error with the compiler's own report.
 */
export function buildWasm(targets: readonly WasmTarget[], always = false): Promise<void> {
  if (compiler.running) {
    compiler.again ||= always;
    return compiler.running;
  }
  compiler.running = (async () => {
    do {
      compiler.again = false;
      for (const target of targets) if (always || (await isStale(target))) await compile(target);
    } while (compiler.again);
  })().finally(() => (compiler.running = undefined));
  return compiler.running;
}

async function compile(target: WasmTarget): Promise<void> {
  const { default: asc } = await import('assemblyscript/asc'); // 1 s and 250 MB the first time, so only when needed
  const began = performance.now();
  const outputs = new Map<string, Buffer>();
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(['--config', 'asconfig.json', '--target', target], {
    stderr,
    writeFile: (name: string, data: string | Uint8Array) =>
      void outputs.set(name, typeof data === 'string' ? Buffer.from(data) : Buffer.from(data)),
  });
  const report = stderr.toString().trim();
  if (error) throw new Error(`${error.message}\n${report}`);
  if (report) console.warn(report);
  await mkdir('wasm/build', { recursive: true });
  for (const [name, bytes] of outputs) {
    const old = await readFile(name).catch(() => undefined);
    if (!old?.equals(bytes)) await writeFile(name, bytes);
  }
  // A source whose output did not change (a comment) must not look stale next time.
  await writeFile(stampOf(target), '');
  console.log(`[wasm] ${target} in ${Math.round(performance.now() - began)} ms`);
}

const stampOf = (target: WasmTarget) => `wasm/build/.${target}`;

async function isStale(target: WasmTarget): Promise<boolean> {
  const built = await stat(stampOf(target)).then(
    (stamp) => stamp.mtimeMs,
    () => 0,
  );
  if (built < (await stat('asconfig.json')).mtimeMs) return true;
  for (const entry of await readdir('wasm/assembly', { withFileTypes: true, recursive: true })) {
    // A directory counts too: a deleted file is seen in nothing else.
    if (built < (await stat(path.join(entry.parentPath, entry.name))).mtimeMs) return true;
  }
  return built < (await stat('wasm/assembly')).mtimeMs;
}

/** Compiles what is stale before a build, and what is saved while the dev server runs; shows errors in the page. */
export function assemblyScript(targets: readonly WasmTarget[]): Plugin {
  return {
    name: 'millrace:assemblyscript',
    async buildStart() {
      await buildWasm(targets);
    },
    configureServer(server) {
      let hasFailed = false;
      const recompile = (file: string) => {
        if (!/[\\/]wasm[\\/]assembly[\\/].*\.ts$/.test(path.resolve(file))) return;
        buildWasm(targets, true).then(
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
      server.watcher.on('change', recompile).on('add', recompile).on('unlink', recompile);
    },
  };
}

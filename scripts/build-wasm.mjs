// Compiles the kernels, in one process for both builds: `npm run build:wasm`, the vite plugin and `npm test` call it.
import { mkdir, readFile, readdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** @typedef {'debug' | 'release'} WasmTarget */

/**
 * Compiles what is older than its sources. Outputs are written aside and renamed, and only when their bytes changed:
 * whoever reads or watches them sees a whole file, and sees it once.
 *
 * @param {readonly WasmTarget[]} targets
 * @param {boolean} always compile even what is newer than its sources
 * @throws {Error} with the compiler's own report
 */
export async function buildWasm(targets, always = false) {
  for (const target of targets) if (always || (await isStale(target))) await compile(target);
}

/** @param {WasmTarget} target */
async function compile(target) {
  const { default: asc } = await import('assemblyscript/asc'); // 1 s and 250 MB the first time, so only when needed
  const began = new Date();
  /** @type {Map<string, Buffer>} */
  const outputs = new Map();
  const stderr = asc.createMemoryStream();
  const { error } = await asc.main(['--config', 'asconfig.json', '--target', target], {
    stderr,
    writeFile: (name, data) => void outputs.set(name, Buffer.from(data)),
  });
  const report = stderr.toString().trim();
  if (error) throw new Error(`${error.message}\n${report}`);
  if (report) console.warn(report);
  await mkdir('wasm/build', { recursive: true });
  for (const [name, bytes] of outputs) {
    const old = await readFile(name).catch(() => undefined);
    if (old?.equals(bytes)) continue;
    await writeFile(`${name}.${process.pid}`, bytes);
    await rename(`${name}.${process.pid}`, name);
  }
  // The stamp bears the time when the sources were read. A source whose output did not change (a comment)
  // must not look stale next time; one saved during the compile must.
  await writeFile(stampOf(target), '');
  await utimes(stampOf(target), began, began);
  console.log(`[wasm] ${target} in ${Date.now() - began.getTime()} ms`);
}

/** @param {WasmTarget} target */
const stampOf = (target) => `wasm/build/.${target}`;

/** @param {WasmTarget} target */
async function isStale(target) {
  const built = await modified(stampOf(target));
  // Folders count too: a deleted file is seen in nothing else.
  const sources = ['asconfig.json', 'package-lock.json', 'wasm/assembly'];
  for (const entry of await readdir('wasm/assembly', { withFileTypes: true, recursive: true })) {
    sources.push(path.join(entry.parentPath, entry.name));
  }
  const times = await Promise.all(sources.map(modified));
  return times.some((time) => time > built);
}

/** @param {string} file */
const modified = (file) =>
  stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildWasm(['debug', 'release']).catch((/** @type {Error} */ error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

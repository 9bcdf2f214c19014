// The single file, for pages of other origins and file://: the kernels travel inside, and workers start from the text
// of the function that the page itself runs, so the engine is in the file once.
import startEngine, { webWorker } from '#engine?function';
import wasm from '#wasm?bytes';
import type { Host } from './host.ts';

export const host: Host = {
  wasm,
  get concurrency() {
    return navigator.hardwareConcurrency || 1;
  },
  get baseUrl() {
    return location.href;
  },
  spawn: (name) => webWorker(() => new Worker(workerUrl(), { name }), name),
};

let url: string | undefined;

/** Not a `type: 'module'`: that never starts from a blob: URL on a file:// page. Kept, since a job starts workers all its life. */
function workerUrl(): string {
  if (url !== undefined) return url;
  const script = `'use strict';(${String(startEngine)})().runWebWorker()`;
  url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return url;
}

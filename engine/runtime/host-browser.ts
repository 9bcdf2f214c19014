// App build, development server and library: worker and wasm are files of their own.
import wasmUrl from '#wasm?url';
import type { Host } from './host.ts';
import { webWorker } from './web-worker.ts';

export const host: Host = {
  get wasm() {
    return new URL(wasmUrl, import.meta.url);
  },
  get concurrency() {
    return navigator.hardwareConcurrency || 1;
  },
  get baseUrl() {
    return location.href;
  },
  spawn: (name) =>
    webWorker(() => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name }), name),
  fallback: async () => (await import('./host-in-process-browser.ts')).inProcessBrowserHost(host.wasm),
};

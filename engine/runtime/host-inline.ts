// Worker and wasm inside the bundle, for whoever bundles the library into one file.
import wasm from '#wasm?bytes';
import type { Host } from './host.ts';
import { webWorker } from './web-worker.ts';
import InlineWorker from './worker.ts?worker&inline';

export const host: Host = {
  wasm,
  get concurrency() {
    return navigator.hardwareConcurrency || 1;
  },
  get baseUrl() {
    return location.href;
  },
  spawn: (name) => webWorker(() => new InlineWorker({ name }), name),
};

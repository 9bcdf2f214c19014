/**
 * Imports that the build resolves (vite.config.ts, scripts/vite-plugins.ts).
 *
 * `#wasm` is the debug build of the kernels in tests and the release everywhere else.
 * `?bytes` is the file itself, inlined; it means the same in a page, a worker, Node and a test.
 * `?function` is a module with all it imports as one function without free variables, and what that function gave.
 */
declare module '*?bytes' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module '#engine?function' {
  const start: () => typeof import('./single.ts');
  export default start;
  export const webWorker: typeof import('./runtime/web-worker.ts').webWorker;
}
declare module '#wasm?url' {
  const url: string;
  export default url;
}
declare module '*?worker&inline' {
  const InlineWorker: new (options?: { name?: string }) => Worker;
  export default InlineWorker;
}
declare module 'comlink/dist/esm/node-adapter.mjs' {
  export { default } from 'comlink/dist/esm/node-adapter';
}

/**
 * The engine of the single file: what a page uses and what a worker runs, in one bundle. The build makes it one
 * function (`#engine?function`), which the page calls and whose text starts the workers.
 */
export * from './index.ts';
export { runWebWorker } from './runtime/run-web-worker.ts';
export { webWorker } from './runtime/web-worker.ts';

// The file of a Web Worker, where workers have a file of their own.
import { runWebWorker } from './run-web-worker.ts';

runWebWorker();

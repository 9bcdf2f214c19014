import { readyWithin, type EngineWorker, type WorkerRole } from './host.ts';

/** A Web Worker that runs `worker.ts`. */
export function webWorker(create: () => Worker, name: string): EngineWorker {
  let worker: Worker | undefined;
  let whyNot = '';
  try {
    worker = create();
  } catch (error) {
    whyNot = error instanceof Error ? error.message : String(error); // a SecurityError, in most cases
  }
  const failure = new Promise<string>((resolve) => {
    if (!worker) return resolve(whyNot);
    worker.onerror = (event) => {
      event.preventDefault(); // it is told below, and need not be on the console as well
      resolve(event.message || 'it failed to load, or is forbidden here.');
    };
  });
  const said = new Promise<void>((resolve) => {
    if (worker) worker.onmessage = () => resolve();
  });
  return {
    ready: readyWithin(said, failure, name),
    failure,
    assume: (role: WorkerRole) => worker?.postMessage(role, [role.port]),
    terminate: async () => worker?.terminate(),
  };
}
